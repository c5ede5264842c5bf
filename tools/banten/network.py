"""Signal: open cells, and the areas that asked not to be reinforced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from banten.inputs import Inputs, expect, typed_rows

if TYPE_CHECKING:
    from banten.folder import Folder

__all__ = ["write_network"]

OPEN_CELLS = "opencellid_2025_07"
SCHEMA = {
    "radio": pa.string(), "mnc": pa.int16(), "tac": pa.int32(), "cell": pa.int64(),
    "lon": pa.float64(), "lat": pa.float64(), "range_m": pa.int32(),
    "samples": pa.int32(), "created": pa.int64(), "updated": pa.int64(),
}  # fmt: skip
N_CELLS, N_SOUTH = 5477, 26


def write_network(folder: Folder, inputs: Inputs) -> None:
    """Write `network/`: cells as OpenCelliD has them, zones as typed."""
    cells = inputs.table("radio/opencellid_510_banten_bbox.parquet")
    expect("open cells", len(cells), N_CELLS)
    south = (cells["lat"] < -6.4) & (cells["lon"] < 106.5)
    expect("open cells of the south", int(south.sum()), N_SOUTH)
    cells = cells.sort_values(["radio", "mnc", "tac", "cell"], kind="stable")
    name = f"network/opencellid/{OPEN_CELLS}.parquet"
    folder.parquet(name, cells[list(SCHEMA)], SCHEMA)
    folder.sources.add(OPEN_CELLS)
    columns = ["area", "reason_id", "reason_en", "source"]
    folder.csv("network/zones.csv", columns, typed_rows("zones.csv"))
