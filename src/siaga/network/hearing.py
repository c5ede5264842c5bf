"""What stations hear: nearest masts of each operator, their cells, both directions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.blank_spots import EARTH_RADIUS_M
from siaga.network.coverage import Heard, place_sigma_db
from siaga.network.link_budget import (
    Terminal,
    antenna_loss_db,
    level_dbm,
    up_margin_db,
)
from siaga.network.model import SiteStatus
from siaga.network.operators import operators
from siaga.network.p2108 import Around, around
from siaga.network.paths import Ends, path_losses

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    from siaga.network.model import Cells, Grid
    from siaga.network.params import AssessParams
    from siaga.network.site_store import StoredSites
    from siaga.territory.stations import Stations

__all__ = [
    "SLOW",
    "BestCells",
    "Phones",
    "best_cells",
    "fast_cells",
    "hear",
    "hear_again",
    "nearest_sites",
    "on_air",
]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

SLOW = "2g"
"""Carries a short message, but no photo of a form."""
TIES = 4
"""Masts at one place, at most, whose order is kept."""
LOCATION_SIGMA_DB = 3.0
"""Places within a cell of the terrain (P.1812 4.8 at 500 m: 3.1 to 3.3 dB)."""


@dataclass(frozen=True, eq=False)
class Phones:
    """Where phones are; arrays of shape (n,), NaN where a point is not known."""

    lat: Floats
    lon: Floats
    error_m: Floats


@dataclass(frozen=True, eq=False)
class BestCells:
    """Best cell of each pair of a phone and a site; arrays of shape (n_pairs,)."""

    cell_row: Rows
    distance_m: Floats
    antenna_db: Floats
    """Loss against the main beam of the cell."""
    around_db: Floats
    """Loss by what stands around the phone, where no land cover is known."""
    level_dbm: Floats
    down_db: Floats
    up_db: Floats
    sigma_db: Floats
    works: Floats
    height_m: Floats
    """Antenna of the site above the ground, as its paths were computed."""


_BY_PAIR = ("distance_m", "level_dbm", "down_db", "up_db", "sigma_db", "works")
"""What `Heard` takes over of `BestCells`."""


def hear(
    grid: Grid,
    stored: StoredSites,
    stations: Stations,
    params: AssessParams,
    executor: Executor | None = None,
) -> dict[str, Heard]:
    """What every station hears of each operator, operators as the table names them."""
    return {
        key: _of_operator(key, grid, stored, stations, params=params, executor=executor)
        for key in operators()
    }


def hear_again(
    grid: Grid,
    stored: StoredSites,
    stations: Stations | Phones,
    params: AssessParams,
    before: Mapping[str, Heard],
    *,
    changed: Rows,
    executor: Executor | None = None,
) -> dict[str, Heard]:
    """What stations hear once some sites of `stored` are others than `before`.

    `changed` are the rows of those sites: on the air or off, moved or not, in the same
    order of rows. Only stations within reach of one of them are computed again, of its
    operator alone; the bits are those of `hear`. A site that was moved must be named
    where it was, too: by the caller, who has both.
    """
    found = dict(before)
    sites = stored.sites
    for key in {sites.operator[row] for row in changed.tolist()}:
        own = changed[[sites.operator[row] == key for row in changed.tolist()]]
        near, _ = nearest_sites(
            (stations.lat, stations.lon),
            (sites.lat[own], sites.lon[own]),
            1,
            1000 * params.reach_km,
        )
        rows = np.flatnonzero(near[:, 0] >= 0)
        part = Phones(stations.lat[rows], stations.lon[rows], stations.error_m[rows])
        again = _of_operator(key, grid, stored, part, params=params, executor=executor)
        columns = {}
        for name in (f.name for f in fields(Heard) if f.name != "operator"):
            column = np.array(getattr(before[key], name))
            column[rows] = getattr(again, name)
            columns[name] = column
        found[key] = Heard(key, **columns)
    return found


def nearest_sites(
    points: tuple[Floats, Floats], sites: tuple[Floats, Floats], k: int, reach_m: float
) -> tuple[Rows, Floats]:
    """Index and distance of the k nearest sites of each point, both (n, k).

    Points and sites are (latitude, longitude). -1 and NaN where there are fewer within
    reach, and for a point that is NaN. What a point is given depends on it and the
    sites alone; of sites equally far the one that is listed first comes first.
    """
    from scipy.spatial import cKDTree

    n, n_sites = points[0].size, sites[0].size
    found = np.full((n, k), -1, np.int64)
    distance = np.full((n, k), np.nan)
    known = np.flatnonzero(np.isfinite(points[0]) & np.isfinite(points[1]))
    if n_sites == 0 or known.size == 0:
        return found, distance
    far, at = cKDTree(_on_sphere_m(*sites)).query(
        _on_sphere_m(points[0][known], points[1][known]),
        k=list(range(1, k + 1 + TIES)),
        distance_upper_bound=reach_m,
    )
    order = np.lexsort((at, far), axis=1)[:, :k]
    far, at = (np.take_along_axis(one, order, axis=1) for one in (far, at))
    found[known] = np.where(np.isfinite(far), at, -1)
    distance[known] = np.where(np.isfinite(far), far, np.nan)
    return found, distance


def _on_sphere_m(lat: Floats, lon: Floats) -> Floats:
    """Points of the sphere in metres from its centre, shape (n, 3).

    A chord of 15 km is 3 mm shorter than the way, and that depends on no other point.
    """
    at, turn = np.radians(lat), np.radians(lon)
    flat = np.cos(at)
    axes = [flat * np.cos(turn), flat * np.sin(turn), np.sin(at)]
    return EARTH_RADIUS_M * np.column_stack(axes)


def on_air(stored: StoredSites, operator: str) -> Rows:
    """Rows of the sites of an operator that may carry a photo.

    Neither planned nor off, with a cell that is more than 2G.
    """
    sites = stored.sites
    own = np.flatnonzero(np.array(sites.operator, object) == operator)
    silent = (SiteStatus.PLANNED, SiteStatus.OFF)
    own = own[~np.isin(sites.status[own], silent)]
    return own[np.isin(own, stored.cells.site_row[fast_cells(stored.cells)])]


def fast_cells(cells: Cells) -> Rows:
    """Rows of the cells by which a photo goes through."""
    return np.flatnonzero(np.array(cells.technology, object) != SLOW)


def _of_operator(
    key: str, grid: Grid, stored: StoredSites, stations: Stations | Phones, *,
    params: AssessParams, executor: Executor | None,
) -> Heard:  # fmt: skip
    sites = stored.sites
    own = on_air(stored, key)
    at, _ = nearest_sites(
        (stations.lat, stations.lon),
        (sites.lat[own], sites.lon[own]),
        params.n_sites,
        1000 * params.reach_km,
    )
    n, k = at.shape
    site_row = np.where(at >= 0, own[np.maximum(at, 0)] if own.size else -1, -1)
    station, rank = np.nonzero(site_row >= 0)
    pairs = (station, site_row[station, rank])
    phones = Phones(stations.lat, stations.lon, stations.error_m)
    found = best_cells(grid, stored, phones, pairs, params=params, executor=executor)
    columns = {}
    for name in _BY_PAIR:
        columns[name] = np.full((n, k), np.nan)
        columns[name][station, rank] = getattr(found, name)
    columns["frequency_mhz"] = np.full((n, k), np.nan)
    columns["frequency_mhz"][station, rank] = stored.cells.frequency_mhz[found.cell_row]
    return Heard(key, site_row.astype(np.int32), **columns)


def best_cells(
    grid: Grid, stored: StoredSites, phones: Phones, pairs: tuple[Rows, Rows], *,
    params: AssessParams, executor: Executor | None = None,
) -> BestCells:  # fmt: skip
    """Best cell of each pair (row of a phone, row of a site): level, margins, doubt."""
    phone, site = pairs
    sites, cells = stored.sites, stored.cells
    terminal = Terminal(needed_dbm=params.needed_dbm)
    rows, cell = _cells_of(cells, site)
    frequencies = np.unique(cells.frequency_mhz[cell]) if cell.size else np.empty(0)
    height_m = _height_of(cells, len(sites))
    found = path_losses(
        grid,
        Ends(sites.lat, sites.lon, height_m),
        _ends_of(phones, terminal),
        (phone, site),
        frequencies,
        executor=executor,
    )
    band = np.searchsorted(frequencies, cells.frequency_mhz[cell])
    antenna_db = antenna_loss_db(
        cells, cell, found.azimuth_deg[rows], found.elevation_deg[rows]
    )
    clutter = around(cells.frequency_mhz[cell], found.distance_m[rows])
    if grid.clutter_known:
        clutter = Around(*(0 * one for one in clutter))
    loss_db = found.loss_db[rows, band] + antenna_db + clutter.loss_db
    level = level_dbm(cells, cell, loss_db) - terminal.body_loss_db
    down = level - terminal.needed_dbm
    up = up_margin_db(terminal, loss_db)
    best = _best_of(rows, np.minimum(down, up), len(phone))
    error_m = np.hypot(sites.error_m[site], np.nan_to_num(phones.error_m[phone]))
    variance = (
        params.model_sigma_db**2
        + np.maximum(LOCATION_SIGMA_DB, clutter.sigma_db[best]) ** 2
        + found.terrain_sigma_db[np.arange(len(phone)), band[best]] ** 2
        + cells.eirp_sigma_db[cell[best]] ** 2
        + place_sigma_db(found.distance_m, error_m) ** 2
    )
    return BestCells(
        cell[best],
        found.distance_m,
        antenna_db[best],
        clutter.loss_db[best],
        level[best],
        down[best],
        up[best],
        np.sqrt(variance),
        sites.confidence[site],
        height_m[site],
    )


def _ends_of(phones: Phones, terminal: Terminal) -> Ends:
    """Antennas of the phones; one without a point is in no pair, wherever it is put."""
    lat, lon = np.nan_to_num(phones.lat), np.nan_to_num(phones.lon)
    return Ends(lat, lon, np.full(lat.size, terminal.antenna_m))


def _cells_of(cells: Cells, site: Rows) -> tuple[Rows, Rows]:
    """Pairs of (row of `site`, fast cell of that site), in the order of `site`.

    Each site must have one: `on_air` gives such sites.
    """
    fast = fast_cells(cells)
    order = fast[np.argsort(cells.site_row[fast], kind="stable")]
    sorted_site = cells.site_row[order]
    first = np.searchsorted(sorted_site, site, side="left")
    count = np.searchsorted(sorted_site, site, side="right") - first
    rows = np.repeat(np.arange(site.size), count)
    within = np.arange(rows.size) - np.repeat(np.cumsum(count) - count, count)
    return rows, order[first[rows] + within]


def _height_of(cells: Cells, n_sites: int) -> Floats:
    """Highest antenna of each site, m; 30 where a site has no cell."""
    height = np.full(n_sites, -np.inf)
    np.maximum.at(height, cells.site_row, cells.height_m)
    return np.where(np.isfinite(height), height, 30.0)


def _best_of(rows: Rows, margin: Floats, n: int) -> Rows:
    """Index into `rows` of the best margin of each of n rows, ties by order."""
    order = np.lexsort((-np.arange(rows.size), margin, rows))
    last = np.searchsorted(rows[order], np.arange(n), side="right") - 1
    return np.asarray(order[last])
