"""Open cells in a workspace: the rows of the province's box as they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siaga.house.tables import numbers, read_columns, texts, write_columns
from siaga.network.read_opencellid import OpenCells

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_open", "write_open"]

_INTS = ("mnc", "cell", "samples", "created_s", "updated_s")
_FLOATS = ("lat", "lon")


def write_open(path: Path, cells: OpenCells) -> None:
    """Write cells as one Parquet file; what was skipped is not kept."""
    columns = {name: getattr(cells, name) for name in _INTS + _FLOATS}
    write_columns(path, {"technology": list(cells.technology), **columns})


def read_open(path: Path) -> OpenCells:
    """Cells that `write_open` wrote; raises BadState if the file is damaged."""
    table = read_columns(path)
    return OpenCells(
        technology=tuple(texts(table["technology"])),
        **{name: numbers(table[name], np.int64, 0) for name in _INTS},
        **{name: numbers(table[name], np.float64, np.nan) for name in _FLOATS},
        skipped={},
    )
