"""Window of a mast: the level of its best cell at every place within the radius.

It depends on that mast and the land alone, and is kept under the hash of both.
Level is RSRP: mean power of one resource element at a phone outdoors, median of time
and places, as `Coverage.level_dbm` has it for stations.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from siaga.network.link_budget import Terminal, antenna_loss_db, level_dbm
from siaga.network.model import Cells, Climate
from siaga.network.p2108 import around
from siaga.network.sweep import SiteSweep, Sweep, site_sweep, window_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Executor

    from siaga.network.model import Grid, Sites

__all__ = [
    "NO_LEVEL",
    "TENTHS",
    "Levels",
    "Mast",
    "RasterParams",
    "WindowStore",
    "best_levels",
    "mast_of",
    "sweeps_of",
]

Levels = npt.NDArray[np.int16]
"""Tenths of dBm."""
Rows = npt.NDArray[np.int64]
Beam = tuple[float, ...]

NO_LEVEL = -32_768
"""No mast within its radius: nothing is said of the place."""
TENTHS = 10.0
LOWEST_DBM = -3_276.0
"""The least that tenths hold."""
UNKNOWN = -1e9
"""Stands for NaN where rows are compared."""
EARTH_M = 6_371_000.0
CODE = (
    "kernel.py", "link_budget.py", "mast_levels.py", "model.py", "p1812*.py",
    "p2108.py", "path_sampling.py", "paths.py", "sweep*.py",
)  # fmt: skip
"""Files that decide what a window holds: this one and all that it imports."""
CELL_COLUMNS = (
    "frequency_mhz", "bandwidth_mhz", "height_m", "azimuth_deg", "beamwidth_deg",
    "tilt_deg", "eirp_dbm",
)  # fmt: skip


@dataclass(frozen=True)
class RasterParams:
    """How levels are computed; ranges are checked by `Sweep`."""

    radius_m: float = 20_000.0
    """Beyond this a mast is not heard."""
    terminal: Terminal = field(default_factory=Terminal)
    """Height and body loss of the phone."""
    climate: Climate = field(default_factory=Climate)
    vertical: bool = True
    clutter_known: bool = True
    """False: what stands around the phone is statistics, as in `Grid`."""

    def sweep(self, frequencies_mhz: Iterable[float]) -> Sweep:
        """Sweep of some frequencies with these parameters."""
        return Sweep(
            tuple(map(float, frequencies_mhz)), self.radius_m,
            self.terminal.antenna_m, self.climate, self.vertical,
        )  # fmt: skip


class WindowStore:
    """Windows by their hash, in a folder or, without one, in memory.

    A file is written beside and renamed into place; one that cannot be read is as none.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Open the store; the folder is made when something is put."""
        self.folder = folder
        self._held: dict[str, Levels] = {}

    def __contains__(self, key: str) -> bool:
        """Whether a window was put; it may still be damaged."""
        if self.folder is None:
            return key in self._held
        return (self.folder / f"{key}.npy").is_file()

    def get(self, key: str, shape: tuple[int, int]) -> Levels | None:
        """Window of a key, None if there is none of this shape."""
        found = self._held.get(key)
        if self.folder is not None:
            try:
                found = np.load(self.folder / f"{key}.npy", allow_pickle=False)
            except (OSError, ValueError, EOFError):
                return None
        if found is None or found.shape != shape or found.dtype != np.int16:
            return None
        return found

    def put(self, key: str, window: Levels) -> None:
        """Keep a window."""
        if self.folder is None:
            self._held[key] = window
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f"{key}.{os.getpid()}.part"
        try:
            with beside.open("wb") as file:
                np.save(file, window, allow_pickle=False)
            beside.replace(self.folder / f"{key}.npy")
        finally:
            beside.unlink(missing_ok=True)  # of a disk that is full

    def keep_only(self, keys: Iterable[str]) -> None:
        """Remove all windows but these."""
        wanted = set(keys)
        self._held = {k: v for k, v in self._held.items() if k in wanted}
        if self.folder is not None:
            for path in self.folder.glob("*.npy"):
                if path.stem not in wanted:
                    path.unlink()


class Mast(NamedTuple):
    """A site and its cells, apart from all others."""

    lat: float
    lon: float
    cells: Cells

    def key(self, land: str, params: RasterParams) -> str:
        """Hash of all that the window depends on."""
        digest = sha256(f"{land} {_code_hash()} {params}".encode())
        digest.update(f"{self.lat!r} {self.lon!r}".encode())
        for name in CELL_COLUMNS:
            digest.update(np.ascontiguousarray(getattr(self.cells, name)).tobytes())
        return digest.hexdigest()[:40]

    def window(self, grid: Grid, params: RasterParams) -> tuple[slice, slice]:
        """Rows and columns of the grid that the mast may reach."""
        height_m = float(self.cells.height_m[0])
        return window_of(grid, (self.lat, self.lon, height_m), params.radius_m)


def mast_of(sites: Sites, cells: Cells, site: int, rows: Rows) -> Mast:
    """Site and cells on their own; cells that differ in nothing that counts are one."""
    table = np.column_stack([getattr(cells, name)[rows] for name in CELL_COLUMNS])
    # Sorted, so that the order of the list changes neither the key nor a bit.
    plain = np.nan_to_num(table, nan=UNKNOWN)
    _, first = np.unique(plain, axis=0, return_index=True)
    table, n = table[first], len(first)
    columns = dict(zip(CELL_COLUMNS, np.ascontiguousarray(table.T), strict=True))
    own = Cells(
        key=("",) * n, technology=("",) * n, site_row=np.zeros(n, np.int32),
        eirp_sigma_db=np.zeros(n), **columns,
    )  # fmt: skip
    return Mast(float(sites.lat[site]), float(sites.lon[site]), own)


def sweeps_of(
    grid: Grid, mast: Mast, params: RasterParams
) -> list[tuple[float, SiteSweep]]:
    """Sweeps of a mast, one a height of its antennas, for the bands that hang there."""
    cells = mast.cells
    sweeps = []
    for height_m in np.unique(cells.height_m).tolist():
        bands = np.unique(cells.frequency_mhz[cells.height_m == height_m])
        site = mast.lat, mast.lon, height_m
        sweeps.append((height_m, site_sweep(grid, site, params.sweep(bands))))
    return sweeps


def best_levels(
    sweeps: list[tuple[float, SiteSweep]],
    mast: Mast,
    params: RasterParams,
    executor: Executor | None = None,
) -> Levels:
    """Task of a worker: best level of a mast's cells over its window."""
    cells = mast.cells
    best: Any = -np.inf
    for height_m, sweep in sweeps:
        loss = sweep.run(executor)
        distance_m = _distance_m(sweep)
        bands = np.unique(cells.frequency_mhz[cells.height_m == height_m])
        lost_by_beam: dict[Beam, Any] = {}
        for at in np.flatnonzero(cells.height_m == height_m):
            row = np.asarray(at)
            beam = _beam(cells, at)
            if beam not in lost_by_beam:
                azimuth_deg = _azimuth_deg(sweep) if beam else np.zeros(())
                elevation_deg: Any = loss.elevation_deg if beam else np.zeros(())
                lost_by_beam[beam] = antenna_loss_db(
                    cells, row, azimuth_deg, elevation_deg
                )
            band = np.searchsorted(bands, cells.frequency_mhz[at])
            lost_db = loss.loss_db[band] + lost_by_beam[beam]
            if not params.clutter_known:
                lost_db = lost_db + around(cells.frequency_mhz[at], distance_m).loss_db
            body_db = params.terminal.body_loss_db
            best = np.fmax(best, level_dbm(cells, row, lost_db) - body_db)
    tenths = np.rint(TENTHS * np.maximum(best, LOWEST_DBM))
    # -inf: not one of the cells is known here.
    return np.where(np.isfinite(best), tenths, NO_LEVEL).astype(np.int16)


def _beam(cells: Cells, row: Any) -> Beam:
    """Direction of a sector, by which patterns are told apart; () = all around."""
    beam = cells.azimuth_deg[row], cells.beamwidth_deg[row], cells.tilt_deg[row]
    return beam if np.isfinite(beam[:2]).all() else ()


def _distance_m(sweep: SiteSweep) -> npt.NDArray[np.float64]:
    """Distance from the mast to each cell of its window, along the great circle."""
    raster, fan, mast = sweep.raster, sweep.fan, sweep.mast
    row = fan.row0 + 0.5 + np.arange(fan.n_rows)
    column = fan.column0 + 0.5 + np.arange(fan.n_columns)
    there = np.radians(raster.north - row * raster.step_lat)[:, None]
    turn = np.radians(raster.west + column * raster.step_lon - mast.lon)[None, :]
    here = np.radians(mast.lat)
    half = np.sin((there - here) / 2) ** 2
    half = half + np.cos(here) * np.cos(there) * np.sin(turn / 2) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(half)))


def _azimuth_deg(sweep: SiteSweep) -> npt.NDArray[np.float64]:
    """Direction from the mast to each cell of its window, clockwise from north."""
    raster, fan, mast = sweep.raster, sweep.fan, sweep.mast
    row = fan.row0 + 0.5 + np.arange(fan.n_rows)
    column = fan.column0 + 0.5 + np.arange(fan.n_columns)
    there = np.radians(raster.north - row * raster.step_lat)[:, None]
    turn = np.radians(raster.west + column * raster.step_lon - mast.lon)[None, :]
    here = np.radians(mast.lat)
    north = np.cos(here) * np.sin(there)
    north = north - np.sin(here) * np.cos(there) * np.cos(turn)
    return np.asarray(np.degrees(np.arctan2(np.sin(turn) * np.cos(there), north)))


@cache
def _code_hash() -> str:
    """Hash of the code of a window: another method makes other windows."""
    digest = sha256()
    folder = Path(__file__).parent
    for path in sorted(path for name in CODE for path in folder.glob(name)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
