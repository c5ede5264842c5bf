"""Loss of many paths between sites and stations over the terrain, and of one in full.

A profile is sampled from the `Grid` once a pair of site and station, whatever the
number of frequencies; loss is the same in both directions within a rounding, so that
one path serves the downlink and the uplink. The method is `siaga.network.p1812`.

**Outside the grid** the path runs over the sea: ground 0 m, no clutter, zone SEA, and
an error of `OUTSIDE_ERROR_M`. `PathLosses.outside` is the share of a path's points
that were: read what is not near 0 with care, where the land goes on beyond the grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.network.model import Climate
from siaga.network.p1812 import LEAST_ANTENNA_M, Link, PathLoss, Profile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from siaga.network.model import Grid
    from siaga.network.path_sampling import Raster

__all__ = ["Ends", "OnePath", "PathLosses", "one_path", "path_losses"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[Any]

BLOCK = 4096
"""Paths of one task: some tens of milliseconds, whatever the number of workers."""
MAX_POINTS = 512
"""Most points of a profile: one a cell of 90 m up to 47 km."""
OUTSIDE_ERROR_M = 30.0
"""Of the sea level that stands for land unknown."""


@dataclass(frozen=True, eq=False)
class Ends:
    """Antennas at one end of the paths; arrays of shape (n,).

    Raises ValueError if lengths differ, a latitude or longitude is none, or an antenna
    stands lower than 1 m above the ground.
    """

    lat: Floats
    lon: Floats
    height_m: Floats
    """Antenna above the ground."""

    def __post_init__(self) -> None:
        """Check the arrays once."""
        for name in ("lat", "lon", "height_m"):
            array = np.ascontiguousarray(getattr(self, name), np.float64)
            object.__setattr__(self, name, array)
            if array.shape != np.shape(self.lat) or array.ndim != 1:
                raise ValueError(f"{name}: expected shape (n,), found {array.shape}")
        if not ((np.abs(self.lat) <= 90) & (np.abs(self.lon) <= 180)).all():
            raise ValueError("lat, lon: not degrees")
        if not (self.height_m >= LEAST_ANTENNA_M).all():
            raise ValueError(f"height_m: below {LEAST_ANTENNA_M} m")

    def __len__(self) -> int:
        """Number of antennas."""
        return len(self.lat)


@dataclass(frozen=True, eq=False)
class PathLosses:
    """What was computed of the pairs of a site and a station."""

    loss_db: Floats
    """Basic transmission loss, median of time and places, (n_pairs, n_frequencies)."""
    terrain_sigma_db: Floats
    """Its spread by the error of the terrain at the deciding points, same shape."""
    distance_m: Floats
    """(n_pairs,)."""
    azimuth_deg: Floats
    """Of the station seen from the site, clockwise from north, (n_pairs,)."""
    elevation_deg: Floats
    """Of the ray at the site, above the horizontal: towards the station in sight,
    towards the horizon beyond it, (n_pairs,)."""
    outside: Floats
    """Share of the path outside the grid, 0 to 1, (n_pairs,)."""


@dataclass(frozen=True, eq=False)
class OnePath:
    """One path in full, for a page or a report."""

    profile: Profile
    lat: Floats
    """Of the points of the profile, from the site."""
    lon: Floats
    loss: PathLoss
    distance_m: float
    azimuth_deg: float
    elevation_deg: float
    outside: float


def path_losses(
    grid: Grid,
    sites: Ends,
    stations: Ends,
    pairs: tuple[Rows, Rows],
    frequencies_mhz: Sequence[float] | Floats,
    *,
    climate: Climate | None = None,
    time_pc: float = 50.0,
    vertical: bool = True,
    max_points: int = MAX_POINTS,
    executor: Executor | None = None,
) -> PathLosses:
    """Loss of each pair (station row, site row) at all frequencies, median of places.

    `pairs`: two arrays of rows of shape (n_pairs,); pairs of neighbouring stations side
    by side make less to send to a process pool. `executor`: threads, processes or a
    Dask client's, or None to compute here; the bits are the same. Raises ValueError for
    a frequency outside 30 MHz to 6 GHz, time outside 1 to 50 % or a row that is none.
    """
    station_row, site_row = _checked_pairs(pairs, len(stations), len(sites))
    frequencies = np.asarray(frequencies_mhz, np.float64)
    for frequency_mhz in frequencies:
        Link(frequency_mhz, 1.0, 1.0, 0.0, time_pc=time_pc)
    setting = _Setting(
        climate or Climate(), tuple(map(float, frequencies)), float(time_pc),
        bool(vertical), max(int(max_points), 3),
    )  # fmt: skip
    ends = np.column_stack(
        [
            sites.lat[site_row], sites.lon[site_row], sites.height_m[site_row],
            stations.lat[station_row], stations.lon[station_row],
            stations.height_m[station_row],
        ]
    )  # fmt: skip
    blocks = [ends[i : i + BLOCK] for i in range(0, len(ends), BLOCK)]
    if executor is None:
        parts = [_losses_of(_window(grid, of), of, setting) for of in blocks]
    else:
        futures = [
            executor.submit(_losses_of, _window(grid, of), of, setting) for of in blocks
        ]
        parts = [future.result() for future in futures]
    empty = np.empty((0, len(frequencies)))
    loss, sigma, view = (
        np.concatenate(columns)
        for columns in zip((empty, empty, np.empty((0, 4))), *parts, strict=True)
    )
    return PathLosses(loss, sigma, *(np.ascontiguousarray(one) for one in view.T))


def one_path(
    grid: Grid,
    site: tuple[float, float, float],
    station: tuple[float, float, float],
    frequency_mhz: float,
    *,
    climate: Climate | None = None,
    time_pc: float = 50.0,
    places_pc: float = 50.0,
    location_sigma_db: float = 0.0,
    vertical: bool = True,
    max_points: int = MAX_POINTS,
) -> OnePath:
    """Profile, loss and parts of the path from a site to a station, in milliseconds.

    `site`, `station`: latitude, longitude, antenna above the ground in m. The same
    profile, and at the same time and places the same bits, as `path_losses`.
    """
    from siaga.network import path_sampling as kernels
    from siaga.network.p1812 import path_loss

    both = [Ends(*(np.array([value]) for value in end)) for end in (site, station)]
    (lat0, lon0, height0), (lat1, lon1, height1) = (
        (float(end.lat[0]), float(end.lon[0]), float(end.height_m[0])) for end in both
    )
    raster = _raster(grid, slice(0, None), slice(0, None))
    length_km = kernels.distance_km(lat0, lon0, lat1, lon1)
    n = kernels.n_points(raster, length_km, max(int(max_points), 3))
    d, ground, clutter, zone = *np.empty((3, n)), np.empty(n, np.uint8)
    kernels.space_points(length_km, n, d)
    outside = kernels.sample_profile(
        raster, lat0, lon0, lat1, lon1, n, ground, clutter, zone
    )
    at: Floats = np.arange(n, dtype=np.float64)
    lat: Floats = lat0 + at * ((lat1 - lat0) / (n - 1))
    lon: Floats = lon0 + at * ((lon1 - lon0) / (n - 1))
    error = np.array(
        [kernels.error_at(raster, y, x) for y, x in zip(lat, lon, strict=True)]
    )
    profile = Profile(d, ground, clutter, zone, error)
    link = Link(
        frequency_mhz, height0, height1, 0.5 * (lat0 + lat1), time_pc=time_pc,
        places_pc=places_pc, location_sigma_db=location_sigma_db, vertical=vertical,
    )  # fmt: skip
    loss = path_loss(profile, link, climate)
    return OnePath(
        profile, lat, lon, loss, 1e3 * length_km,
        kernels.azimuth_deg(lat0, lon0, lat1, lon1),
        float(np.degrees(1e-3 * loss.geometry.theta_t_mrad)), outside / n,
    )  # fmt: skip


@dataclass(frozen=True)
class _Setting:
    """What all paths of a call have in common; small, for it goes with every task."""

    climate: Climate
    frequencies_mhz: tuple[float, ...]
    time_pc: float
    vertical: bool
    max_points: int


def _losses_of(
    raster: Raster, ends: Floats, setting: _Setting
) -> tuple[Floats, Floats, Floats]:
    """Task of a worker: loss, terrain sigma and view of a block of paths."""
    from siaga.network import path_sampling as kernels
    from siaga.network.p1812_path import earth_of

    for array in raster[:4]:
        array.flags.writeable = False  # as pickling forgets: one type, compiled once
    air = setting.climate
    earth = earth_of(air.lapse_dn, air.sea_level_n0, setting.time_pc)
    carriers = _carriers(setting.frequencies_mhz, setting.vertical)
    shape = len(ends), len(carriers)
    loss, sigma, view = np.empty(shape), np.empty(shape), np.empty((len(ends), 4))
    kernels.block_losses(
        raster, ends, carriers, earth, setting.max_points, loss, sigma, view
    )
    return loss, sigma, view


def _carriers(frequencies_mhz: tuple[float, ...], vertical: bool) -> Floats:
    """Give the constants of each frequency as the rows of a table."""
    from siaga.network.p1812_sphere import Carrier, carrier_of

    rows = [carrier_of(frequency / 1e3, vertical) for frequency in frequencies_mhz]
    return np.array(rows, np.float64).reshape(len(rows), len(Carrier._fields))


def _window(grid: Grid, ends: Floats) -> Raster:
    """Cells that a block of paths may touch: little to send, and near in memory.

    A window of more than half the columns keeps all of them, which copies nothing.
    """
    n_rows, n_columns = grid.elevation_m.shape
    step_lat, step_lon = grid.step_deg
    row = (grid.north - ends[:, [0, 3]]) / step_lat
    column = (ends[:, [1, 4]] - grid.west) / step_lon
    # A cell more on each side: the neighbours between which heights are interpolated.
    rows = _span(row, n_rows)
    columns = _span(column, n_columns)
    if 2 * (columns.stop - columns.start) > n_columns:
        columns = slice(0, n_columns)
    return _raster(grid, rows, columns)


def _span(at: Floats, size: int) -> slice:
    low = int(np.clip(np.floor(at.min()) - 1, 0, size - 1))
    high = int(np.clip(np.floor(at.max()) + 2, low + 1, size))
    return slice(low, high)


def _raster(grid: Grid, rows: slice, columns: slice) -> Raster:
    """Give a window of the grid to the kernels."""
    from siaga.network.path_sampling import Raster

    elevation, error, clutter, zone = (
        _cut(raster, rows, columns)
        for raster in (grid.elevation_m, grid.error_m, grid.clutter_m, grid.zone)
    )
    n_rows, n_columns = grid.elevation_m.shape
    return Raster(
        elevation, error, clutter, zone, float(grid.west), float(grid.north),
        float(grid.step_deg[0]), float(grid.step_deg[1]), n_rows, n_columns,
        rows.start, columns.start, OUTSIDE_ERROR_M,
    )  # fmt: skip


def _cut(raster: npt.NDArray[Any], rows: slice, columns: slice) -> npt.NDArray[Any]:
    window = np.ascontiguousarray(raster[rows, columns])
    window.flags.writeable = False
    return window


def _checked_pairs(
    pairs: tuple[Rows, Rows], n_stations: int, n_sites: int
) -> tuple[Rows, Rows]:
    station_row, site_row = (np.asarray(rows, np.int64) for rows in pairs)
    if station_row.shape != site_row.shape or station_row.ndim != 1:
        raise ValueError("pairs: not two arrays of one length")
    for name, rows, n in (
        ("station", station_row, n_stations), ("site", site_row, n_sites),
    ):  # fmt: skip
        if rows.size and (rows.min() < 0 or rows.max() >= n):
            raise ValueError(f"pairs: no such row of a {name}")
    return station_row, site_row
