"""The nearest good point: where a person goes to send, and in how many minutes.

Sirekap works without a network and hands its pages over later, so the cheapest way to
send is to walk or ride to the nearest place where a photo goes through. The straight
line is lengthened by a detour; to another island it is a boat.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.blank_spots import local_metres
from siaga.network.model import SEA

if TYPE_CHECKING:
    from siaga.network.model import Grid

__all__ = ["GoodPoints", "Speeds", "Way", "nearest_good_points", "way_to"]

Floats = npt.NDArray[np.float64]

WALK_MAX_M = 1_500.0
"""Farther than this nobody walks with a box of forms at night."""


class Way(IntEnum):
    """How one gets to a good point."""

    NONE = 0
    HERE = 1
    WALK = 2
    RIDE = 3
    BOAT = 4

    @property
    def key(self) -> str:
        """Key of the way in words and exports."""
        return self.name.lower()


@dataclass(frozen=True)
class Speeds:
    """How fast one moves, and how much longer a path is than the straight line."""

    walk_kmh: float = 4.0
    ride_kmh: float = 20.0
    boat_kmh: float = 15.0
    detour: float = 1.4
    """Mean detour of rural roads: 1.2 to 1.6 in network studies."""


@dataclass(frozen=True)
class GoodPoints:
    """Nearest good point of each subject, shape (n,); NaN and NONE where none is."""

    lat: Floats
    lon: Floats
    distance_m: Floats
    """In a straight line."""
    minutes: Floats
    way: npt.NDArray[np.uint8]
    """`Way`."""


def nearest_good_points(
    grid: Grid,
    good: npt.NDArray[np.bool_],
    lat: Floats,
    lon: Floats,
    *,
    reach_m: float,
    speeds: Speeds,
) -> GoodPoints:
    """Nearest cell of `good` (shape of the grid) within `reach_m` of each point.

    A point in a good cell is HERE, 0 minutes. Cells of the sea are nobody's good point.
    """
    n = lat.size
    nowhere = np.full(n, np.nan)
    found_lat, found_lon = nowhere.copy(), nowhere.copy()
    distance_m, way = nowhere.copy(), np.zeros(n, np.uint8)
    rows, cols = np.nonzero(good & (grid.zone != SEA))
    asked = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    if rows.size and asked.size:
        good_lat = np.asarray(grid.north - (rows + 0.5) * grid.step_deg[0], float)
        good_lon = np.asarray(grid.west + (cols + 0.5) * grid.step_deg[1], float)
        at, distance = _nearest((lat[asked], lon[asked]), (good_lat, good_lon), reach_m)
        asked, at, distance = asked[at >= 0], at[at >= 0], distance[at >= 0]
        found_lat[asked], found_lon[asked] = good_lat[at], good_lon[at]
        here = _is_good(grid, good, lat[asked], lon[asked])
        distance_m[asked] = np.where(here, 0.0, distance)
        found_lat[asked] = np.where(here, lat[asked], found_lat[asked])
        found_lon[asked] = np.where(here, lon[asked], found_lon[asked])
        sea = _over_sea(grid, (lat[asked], lon[asked]), (good_lat[at], good_lon[at]))
        walked = distance_m[asked] * speeds.detour <= WALK_MAX_M
        way[asked] = np.select(
            [here, sea, walked], [Way.HERE, Way.BOAT, Way.WALK], Way.RIDE
        )
    return GoodPoints(
        found_lat, found_lon, distance_m, _minutes(distance_m, way, speeds), way
    )


def way_to(
    grid: Grid,
    start: tuple[Floats, Floats],
    end: tuple[Floats, Floats],
    speeds: Speeds,
) -> tuple[Floats, npt.NDArray[np.uint8]]:
    """Minutes and `Way` from each start (latitude, longitude) to its end, by vehicle.

    NaN and NONE where a point is not known. Shapes (n,).
    """
    known = np.isfinite(start[0]) & np.isfinite(end[0])
    way, distance_m = np.zeros(known.size, np.uint8), np.full(known.size, np.nan)
    rows = np.flatnonzero(known)
    if rows.size:
        at, to = (tuple(c[rows] for c in one) for one in (start, end))
        metres = local_metres(
            np.concatenate([at[0], to[0]]), np.concatenate([at[1], to[1]])
        )
        distance_m[rows] = np.hypot(*(metres[: rows.size] - metres[rows.size :]).T)
        sea = _over_sea(grid, (at[0], at[1]), (to[0], to[1]))
        way[rows] = np.where(sea, Way.BOAT, Way.RIDE)
    return _minutes(distance_m, way, speeds), way


def _nearest(
    points: tuple[Floats, Floats], among: tuple[Floats, Floats], reach_m: float
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Index of the nearest one within reach, -1 where none is, and its distance."""
    from scipy.spatial import cKDTree

    n = points[0].size
    metres = local_metres(
        np.concatenate([points[0], among[0]]), np.concatenate([points[1], among[1]])
    )
    distance, at = cKDTree(metres[n:]).query(metres[:n], distance_upper_bound=reach_m)
    return np.where(np.isfinite(distance), at, -1).astype(np.int64), distance


def _cells_of(
    grid: Grid, lat: Floats, lon: Floats
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    n_rows, n_cols = grid.zone.shape
    row = np.floor((grid.north - lat) / grid.step_deg[0]).astype(np.int64)
    col = np.floor((lon - grid.west) / grid.step_deg[1]).astype(np.int64)
    return np.clip(row, 0, n_rows - 1), np.clip(col, 0, n_cols - 1)


def _is_good(
    grid: Grid, good: npt.NDArray[np.bool_], lat: Floats, lon: Floats
) -> npt.NDArray[np.bool_]:
    return np.asarray(good[_cells_of(grid, lat, lon)])


def _over_sea(
    grid: Grid, start: tuple[Floats, Floats], end: tuple[Floats, Floats]
) -> npt.NDArray[np.bool_]:
    """Whether no land joins the two: they lie on different islands.

    A bay is driven around. A point that the terrain puts into the sea belongs to the
    nearest land.
    """
    island = _islands(grid)
    return np.asarray(island[_cells_of(grid, *start)] != island[_cells_of(grid, *end)])


def _islands(grid: Grid) -> npt.NDArray[np.int32]:
    """Number of the island of each cell, or of the nearest one in the sea.

    Cells are joined over edges and corners; 0 everywhere where there is no land.
    """
    from scipy.ndimage import distance_transform_edt, label

    land = grid.zone != SEA
    found, n = label(land, structure=np.ones((3, 3)))
    if n and not land.all():
        nearest = distance_transform_edt(
            ~land, return_distances=False, return_indices=True
        )
        found = found[tuple(nearest)]
    return np.asarray(found, np.int32)


def _minutes(distance_m: Floats, way: npt.NDArray[np.uint8], speeds: Speeds) -> Floats:
    km = distance_m / 1000
    return np.select(
        [way == Way.HERE, way == Way.WALK, way == Way.RIDE, way == Way.BOAT],
        [
            np.zeros_like(km),
            60 * km * speeds.detour / speeds.walk_kmh,
            60 * km * speeds.detour / speeds.ride_kmh,
            60 * km / speeds.boat_kmh,
        ],
        np.nan,
    )
