"""Columns between Arrow files and NumPy arrays, without pandas.

Arrow's own `to_numpy` and `to_pandas` import pandas, a second of start-up that a page
or a command should not pay; numbers are read here from the Arrow buffers themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from siaga.house.problems import reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "known_mask",
    "numbers",
    "read_columns",
    "rows_of",
    "text_array",
    "texts",
    "write_columns",
]

Array = np.ndarray[Any, Any]


def read_columns(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Table of a Parquet file that Siaga wrote, each column in one chunk.

    Raises BadState if the file is not there or damaged.
    """
    # `pq.read_table` would import pyarrow.dataset, which imports pandas where it is.
    with reading(path), pq.ParquetFile(path) as file:
        table = file.read(columns=list(columns) if columns else None)
    return table.combine_chunks()


def _chunk(column: pa.ChunkedArray) -> pa.Array | None:
    if column.num_chunks == 0:
        return None
    return (
        column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
    )


def known_mask(column: pa.ChunkedArray) -> Array:
    """Mask of the rows that are not null, shape (n,), bool."""
    array = _chunk(column)
    if array is None or len(array) == 0:
        return np.zeros(0, dtype=bool)
    if array.null_count in (0, len(array)):
        # A column of nothing (type null) has no bits to read.
        return np.full(len(array), array.null_count == 0)
    return _bits(array.buffers()[0], array)


def _bits(buffer: pa.Buffer, array: pa.Array) -> Array:
    bits = np.unpackbits(np.frombuffer(buffer, dtype=np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].astype(bool)


def numbers(column: pa.ChunkedArray, dtype: Any, unknown: float) -> Array:
    """Numbers of a column as `dtype`, nulls replaced by `unknown`, shape (n,).

    Integers, floats, booleans and timestamps (as int64 of their unit) are read from the
    buffer; what is unknown must be a value that `dtype` holds (-1, NaN).
    """
    array = _chunk(column)
    if array is None:
        array = pa.array([], column.type)
    if pa.types.is_boolean(array.type):
        values = _bits(array.buffers()[1], array).astype(dtype)
    else:
        width = np.dtype(_numpy_name(array.type))
        buffer = array.buffers()[1]
        values = np.frombuffer(
            buffer, dtype=width, count=len(array), offset=array.offset * width.itemsize
        )
        values = values.astype(dtype)
    if array.null_count:
        values[~known_mask(column)] = unknown
    values.flags.writeable = False
    return values


def _numpy_name(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "int64"
    if pa.types.is_date32(kind):
        return "int32"
    return {"float": "float32", "double": "float64", "halffloat": "float16"}.get(
        str(kind), str(kind)
    )


def texts(column: pa.ChunkedArray, unknown: str = "") -> list[str]:
    """Texts of a column, nulls replaced by `unknown`."""
    return [unknown if value is None else str(value) for value in column.to_pylist()]


def text_array(column: pa.ChunkedArray, unknown: str = "") -> pa.Array:
    """Texts of a column as one Arrow array: to take and to look up many of them.

    A list of Python texts costs a jump in memory for each one that is taken out of
    order; Arrow's lie side by side.
    """
    array = _chunk(column)
    if array is None:
        return pa.array([], type=pa.string())
    return array.cast(pa.string()).fill_null(unknown)


def rows_of(keys: pa.Array, among: pa.Array) -> Array:
    """Row of each key in `among` (the first one), -1 where it is not, shape (n,)."""
    import pyarrow.compute as pc

    found = pc.index_in(keys, value_set=among)
    return numbers(pa.chunked_array([found]), np.int64, -1)


def write_columns(
    path: Path, columns: Mapping[str, Any], metadata: Mapping[str, bytes] | None = None
) -> None:
    """Write columns (NumPy arrays, lists or Arrow arrays) as one Parquet file.

    The same columns give the same bytes. NaN in a float column is written as null.
    """
    arrays = {name: _arrow(values) for name, values in columns.items()}
    table = pa.table(arrays)
    if metadata:
        table = table.replace_schema_metadata(
            {**(table.schema.metadata or {}), **metadata}
        )
    pq.write_table(table, path, compression="zstd", row_group_size=1 << 20)


def _arrow(values: Any) -> pa.Array:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return pa.array(values, mask=np.isnan(values))
    return pa.array(values)
