"""Blank spots: dark stations that lie together, as one place with a name.

A network officer does not visit 452 stations, he visits some dozens of places. Stations
that are dark and within walking distance of each other (single linkage) are one blank
spot, named after the village that has most of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from siaga.territory.areas import AreaTree
    from siaga.territory.stations import Stations

__all__ = ["BlankSpot", "blank_spots", "local_metres"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

EARTH_RADIUS_M = 6_371_000.0


@dataclass(frozen=True)
class BlankSpot:
    """One place without signal."""

    rows: tuple[int, ...]
    """Rows of its stations."""
    villages: tuple[int, ...]
    """Area rows of its villages, the one with most stations first."""
    lat: float
    lon: float
    """Centre of its stations."""
    voters: int
    """Of the stations whose voters are known or estimated."""


def blank_spots(
    areas: AreaTree, stations: Stations, dark: npt.NDArray[np.bool_], link_m: float
) -> tuple[BlankSpot, ...]:
    """Blank spots of the dark stations that have a point, most stations first.

    `dark` has shape (n_stations,). Stations at most `link_m` apart, in one chain, are
    one spot. Ties are broken by the first station, so the order is always the same.
    """
    rows = np.flatnonzero(dark & np.isfinite(stations.lat))
    if rows.size == 0:
        return ()
    group = _linked(local_metres(stations.lat[rows], stations.lon[rows]), link_m)
    order = np.lexsort((rows, group))
    cuts = np.flatnonzero(np.diff(group[order])) + 1
    spots = [_spot(areas, stations, rows[part]) for part in np.split(order, cuts)]
    return tuple(sorted(spots, key=lambda spot: (-len(spot.rows), spot.rows[0])))


def _spot(areas: AreaTree, stations: Stations, rows: Rows) -> BlankSpot:
    villages, count = np.unique(areas.village_of_station[rows], return_counts=True)
    voters = stations.voters[rows]
    return BlankSpot(
        tuple(int(row) for row in rows),
        tuple(int(v) for v in villages[np.argsort(-count, kind="stable")]),
        float(stations.lat[rows].mean()),
        float(stations.lon[rows].mean()),
        int(voters[voters >= 0].sum()),
    )


def _linked(points: Floats, link_m: float) -> Rows:
    """Number of the group of each point, groups numbered by their first point."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    pairs = cKDTree(points).query_pairs(link_m, output_type="ndarray")
    n = len(points)
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    _, label = connected_components(links, directed=False)
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], dtype=np.int64)


def local_metres(lat: Floats, lon: Floats) -> Floats:
    """East and north of the mean latitude in metres, shape (n, 2).

    Equirectangular: right within 0.1 % over a province (two degrees of latitude).
    """
    at = np.deg2rad(float(np.mean(lat)))
    east = EARTH_RADIUS_M * np.deg2rad(lon) * np.cos(at)
    north = EARTH_RADIUS_M * np.deg2rad(lat)
    return np.column_stack([east, north])
