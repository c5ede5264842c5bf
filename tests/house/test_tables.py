"""Columns between Arrow files and NumPy arrays; Arrow's own lists are the referee."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.house.tables import known_mask, numbers, read_columns, texts, write_columns

SRC = Path(__file__).resolve().parents[2] / "src"
KINDS = {
    pa.int8(): st.integers(-128, 127),
    pa.int32(): st.integers(-(2**31), 2**31 - 1),
    pa.int64(): st.integers(-(2**53), 2**53),
    pa.uint16(): st.integers(0, 2**16 - 1),
    pa.float64(): st.floats(allow_nan=False),
    pa.bool_(): st.booleans(),
    pa.timestamp("us", "UTC"): st.integers(0, 2**52),
    pa.date32(): st.integers(-100_000, 100_000),
}


@st.composite
def columns(draw: st.DrawFn, *, unknown: bool = True) -> pa.ChunkedArray:
    """Column of any kind, in several chunks, some of them cut from a longer array."""
    kind = draw(st.sampled_from(list(KINDS)))
    cell = (st.none() | KINDS[kind]) if unknown else KINDS[kind]
    chunks = []
    for _ in range(draw(st.integers(0, 3))):
        values = draw(st.lists(cell, max_size=40))
        start = draw(st.integers(0, len(values)))
        # A slice keeps its buffers and has an offset: the usual trap.
        chunks.append(pa.array(values, kind)[start:])
    return pa.chunked_array(chunks, kind)


def expected(column: pa.ChunkedArray, unknown: float) -> list[Any]:
    """What the column holds according to Arrow."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.int64())
    if pa.types.is_date32(kind):
        column = column.cast(pa.int32())
    return [unknown if value is None else value for value in column.to_pylist()]


@given(columns())
def test_numbers_are_those_that_arrow_sees(column: pa.ChunkedArray) -> None:
    found = numbers(column, np.float64, -1.0)
    assert found.tolist() == [float(value) for value in expected(column, -1.0)]
    assert not found.flags.writeable
    known = [value is not None for value in expected(column, None)]  # type: ignore[arg-type]
    assert known_mask(column).tolist() == known


@given(columns(unknown=False))
def test_a_column_without_gaps_is_wholly_known(column: pa.ChunkedArray) -> None:
    assert known_mask(column).all() and known_mask(column).size == len(column)


@pytest.mark.parametrize("n", [0, 1, 9])
def test_a_column_of_nothing_is_wholly_unknown(n: int) -> None:
    nothing = pa.chunked_array([pa.nulls(n)])
    assert known_mask(nothing).tolist() == [False] * n
    assert numbers(nothing.cast(pa.int64()), np.int32, -1).tolist() == [-1] * n
    assert texts(nothing) == [""] * n


def test_unknown_is_never_zero() -> None:
    column = pa.chunked_array([[0, None, 3]], pa.int32())
    assert numbers(column, np.int32, -1).tolist() == [0, -1, 3]
    assert np.isnan(numbers(column, np.float64, np.nan)[1])


def test_texts_keep_their_zeros() -> None:
    column = pa.chunked_array([["0091", None], ["", "x"]])
    assert texts(column) == ["0091", "", "", "x"]
    assert texts(column, "-") == ["0091", "-", "", "x"]


@given(
    st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), max_size=50),
    st.data(),
)
def test_a_table_reads_back(values: list[int | None], data: st.DataObject) -> None:
    n = len(values)
    floats = np.array(
        data.draw(st.lists(st.floats(), min_size=n, max_size=n)), dtype=float
    )
    names = data.draw(st.lists(st.text(max_size=5), min_size=n, max_size=n))
    path = Path(os.environ["SIAGA_WORKSPACE"]).parent / "tables.parquet"
    flags = np.array([value is not None for value in values], dtype=bool)
    write_columns(
        path,
        {"n": pa.array(values, pa.int32()), "x": floats, "name": names, "flag": flags},
        {"key": b"value"},
    )
    table = read_columns(path)
    assert table["n"].to_pylist() == values
    np.testing.assert_array_equal(numbers(table["x"], np.float64, np.nan), floats)
    # NaN is how NumPy says unknown; in the file it is unknown, too.
    assert table["x"].null_count == int(np.isnan(floats).sum())
    if n:
        assert texts(table["name"]) == names
    assert numbers(table["flag"], np.int8, -1).astype(bool).tolist() == flags.tolist()
    assert table.schema.metadata[b"key"] == b"value"
    assert read_columns(path, ["n"]).column_names == ["n"]


def test_the_same_columns_give_the_same_bytes(tmp_path: Path) -> None:
    columns = {"a": np.arange(1000), "b": ["x"] * 1000, "c": np.full(1000, np.nan)}
    for name in ("one", "two"):
        write_columns(tmp_path / name, columns, {"k": b"v"})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_pandas_is_not_imported(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from siaga.house.tables import numbers, read_columns, texts\n"
        "table = read_columns(Path(sys.argv[1]))\n"
        "numbers(table['n'], np.int32, -1); texts(table['name'])\n"
        "sys.exit('pandas' in sys.modules)"
    )
    path = tmp_path / "table.parquet"
    write_columns(path, {"n": pa.array([1, None]), "name": ["x", "y"]})
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    arguments = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(arguments, env=environment, check=False)
    assert done.returncode == 0
