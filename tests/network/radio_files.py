"""What the tests of the readers share: a made-up box, its land, a reader a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np

from siaga.network.model import INLAND, SEA, Grid
from siaga.network.read import Box
from siaga.network.read_android import read_android
from siaga.network.read_form import read_form
from siaga.network.read_gnettrack import read_gnettrack
from siaga.network.read_opencellid import read_open_cells
from siaga.network.read_sites import read_sites
from siaga.network.terrain import GridOptions, read_grid
from siaga.territory.stations import Stations

BAD = Path(__file__).resolve().parents[1] / "data" / "bad" / "network"
EXPECTED = "expected.txt"
BOX = Box(125.0, -6.6, 125.4, -6.3)
"""Made up: no province lies there."""
TERRAIN_BOX = Box(125.0, -6.5, 125.1, -6.4)
ZONE = timezone(timedelta(hours=7))
NOW = datetime(2024, 2, 15, tzinfo=UTC)


def half_sea() -> Grid:
    """Grid of the box: sea west of 125.2, land east of it."""
    zone = np.full((300, 400), SEA, np.uint8)
    zone[:, 200:] = INLAND
    flat = np.zeros((300, 400), np.float32)
    return Grid(125.0, -6.3, (0.001, 0.001), flat, flat.copy(), flat.copy(), zone)


def two_stations() -> Stations:
    """Two stations with points in the box."""
    n, zeros = 2, np.zeros(2, np.int32)
    return Stations(
        election="pemilu_2021", code=("9101012001001", "9101012001002"),
        number=np.arange(1, n + 1, dtype=np.int32), special=np.zeros(n, bool),
        voters=zeros, voters_low=zeros.copy(), voters_high=zeros.copy(),
        voters_origin=np.zeros(n, np.uint8), voters_source=("", ""),
        lat=np.array([-6.4, -6.41]), lon=np.array([125.3, 125.31]),
        error_m=np.array([40.0, 800.0]), point_origin=np.zeros(n, np.uint8),
        point_place=("", ""),
    )  # fmt: skip


READERS: dict[str, Callable[[Path], Any]] = {
    "sites": lambda path: read_sites(path, BOX, "daftar", grid=half_sea()),
    "opencellid": lambda path: read_open_cells(path, BOX),
    "android": lambda path: read_android(path, BOX, ZONE),
    "gnettrack": lambda path: read_gnettrack(path, BOX, ZONE),
    "form": lambda path: read_form(path, BOX, ZONE, two_stations()),
}


def read_case(folder: Path) -> Any:
    """Read the files of a case by what they are called."""
    files = sorted(path for path in folder.iterdir() if path.name != EXPECTED)
    kind = files[0].name.split(".")[0].split("_")[0]
    if kind in READERS:
        return READERS[kind](files[0])
    paths = [path for path in files if not path.name.startswith("landcover")]
    clutter = next((path for path in files if path.name.startswith("landcover")), None)
    return read_grid(paths, TERRAIN_BOX, GridOptions(error_m=5.0, clutter=clutter))
