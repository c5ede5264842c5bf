"""Points for stations whose coordinates no source gives.

A given coordinate is kept. Else the stations of a village are spread over its checked
schools, the usual polling places; else over a low-discrepancy sample of its polygon.
An estimated point always lies in the polygon of its village, and its error is the
radius of a circle as large as the village: it says "somewhere here", not "at this
school".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from siaga.territory.shapes import Objects, area_m2, degree_lengths_m

__all__ = ["PointOrigin", "Points", "SchoolSites", "StationSites", "place_stations"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SPIRAL_M = 40.0
"""Radius around a school in which its stations stand: about a school yard."""
GOLDEN_ANGLE_RAD = np.pi * (3 - np.sqrt(5))
"""Turn between two points of the spiral (Vogel 1979, Mathematical Biosciences 44)."""
STEP_SHARES = (1.0, -1.0, 0.5, -0.5, 0.25, -0.25, 0.1, -0.1, 0.0)
"""A point of the spiral beyond the border crosses to the other side of the school, then
comes nearer; in the end it is the school's own point, which lies inside."""

_PLASTIC = 1.324717957244746
"""Root of x^3 = x + 1, the golden ratio of the plane."""
_R2_STEP = np.array([1 / _PLASTIC, 1 / _PLASTIC**2])
NO_PLACE = -1
MAX_CANDIDATES = 1 << 20
"""Points tried in one polygon before the rest goes to its inner point."""


class PointOrigin(IntEnum):
    """Where the point of a station comes from."""

    NONE = 0
    """No point: neither a coordinate nor a polygon is known."""
    GIVEN = 1
    """A source gives the coordinate."""
    SCHOOL = 2
    """Estimated: at a school of the village."""
    SAMPLE = 3
    """Estimated: spread over the polygon of the village."""


@dataclass(frozen=True)
class StationSites:
    """What is known of where stations are; one entry a station, shape (n,)."""

    village: Rows
    """Row of the village among the shapes, -1 = unknown."""
    key: Rows
    """Order of the stations in their village; each once. Row order plays no part."""
    lat: Floats
    """Latitude that a source gives, NaN = none."""
    lon: Floats
    error_m: Floats
    """Radius that the source gives with its coordinate, NaN = none."""
    off_school: Mask | None = None
    """Stations that never stand at a school (special locations: prisons, factories)."""

    def __post_init__(self) -> None:
        """Check that all columns have the same length and that keys are unique."""
        n = self.village.size
        for array in (self.village, self.key, self.lat, self.lon, self.error_m):
            assert array.shape == (n,)
        assert self.off_school is None or self.off_school.shape == (n,)
        assert _all_differ(self.key)


@dataclass(frozen=True)
class SchoolSites:
    """Schools whose coordinates were checked; one entry a school, shape (n,)."""

    village: Rows
    """Row of the village among the shapes."""
    lat: Floats
    lon: Floats
    place_row: Rows
    """Row of the school in the places table; each once."""

    def __post_init__(self) -> None:
        """Check that all columns have the same length and that schools are unique."""
        n = self.village.size
        for array in (self.village, self.lat, self.lon, self.place_row):
            assert array.shape == (n,)
        assert _all_differ(self.place_row)


@dataclass(frozen=True)
class Points:
    """Points of stations; one entry a station, shape (n,)."""

    lat: Floats
    lon: Floats
    error_m: Floats
    """Radius in which the station is; NaN where there is no point or no source says."""
    origin: npt.NDArray[np.uint8]
    """`PointOrigin`."""
    place_row: Rows
    """Row of the school on which the point rests, -1 = none."""


def place_stations(
    stations: StationSites, shapes: Objects, schools: SchoolSites
) -> Points:
    """Point of every station: given, at a school, sampled, or none.

    `shapes` holds the polygons that `village` points to, None where there is none. The
    result depends on the keys, not on the order of rows, and a station added behind the
    others leaves those of other schools and the sampled ones where they are.
    """
    shapely.prepare(shapes)
    usable = _usable(schools, shapes)
    lat, lon = stations.lat.copy(), stations.lon.copy()
    given = np.isfinite(lat) & np.isfinite(lon)
    lat[~given] = lon[~given] = np.nan
    at_school = ~given & np.isin(stations.village, usable.village)
    if stations.off_school is not None:
        at_school &= ~stations.off_school
    sampled = ~given & ~at_school & _has_shape(shapes, stations.village)

    origin = np.full(lat.size, PointOrigin.NONE, dtype=np.uint8)
    origin[given] = PointOrigin.GIVEN
    origin[at_school] = PointOrigin.SCHOOL
    origin[sampled] = PointOrigin.SAMPLE
    place_row = np.full(lat.size, NO_PLACE, dtype=np.int64)
    rows = _in_key_order(stations, at_school)
    placed = _at_schools(stations.village[rows], shapes, usable)
    lat[rows], lon[rows], place_row[rows] = placed
    rows = _in_key_order(stations, sampled)
    lat[rows], lon[rows] = _in_polygons(stations.village[rows], shapes)
    return Points(lat, lon, _error_m(stations, shapes, origin), origin, place_row)


def _usable(schools: SchoolSites, shapes: Objects) -> SchoolSites:
    """Schools inside the polygon of their village; others have a wrong point."""
    inside = _inside(shapes, schools.village, schools.lat, schools.lon)
    return SchoolSites(
        village=schools.village[inside],
        lat=schools.lat[inside],
        lon=schools.lon[inside],
        place_row=schools.place_row[inside],
    )


def _in_key_order(stations: StationSites, mask: Mask) -> Rows:
    """Rows of a mask by village, then key, so that the order of rows plays no part."""
    rows = np.flatnonzero(mask)
    return rows[np.lexsort((stations.key[rows], stations.village[rows]))]


def _error_m(
    stations: StationSites, shapes: Objects, origin: npt.NDArray[np.uint8]
) -> Floats:
    """Error of given points, else the radius of a circle as large as the village."""
    # The last entry is for the villages that are unknown, row -1.
    radius_m = np.append(np.sqrt(area_m2(shapes) / np.pi), np.nan)
    error_m = np.where(
        origin == PointOrigin.GIVEN, stations.error_m, radius_m[stations.village]
    )
    return np.where(origin == PointOrigin.NONE, np.nan, error_m)


def _at_schools(
    village: Rows, shapes: Objects, schools: SchoolSites
) -> tuple[Floats, Floats, Rows]:
    """Deal the stations of each village to its schools in turn: lat, lon, place row.

    The stations come sorted by village. Those at one point stand on a spiral around
    it, the first at its centre; schools that share a point share the spiral.
    """
    order = np.lexsort((schools.place_row, schools.village))
    first = np.searchsorted(schools.village[order], village, side="left")
    n_schools = np.searchsorted(schools.village[order], village, side="right") - first
    turn, _ = _rank_in_group(village)
    school = order[first + turn % n_schools]
    lat, lon = schools.lat[school], schools.lon[school]
    _, point = np.unique(lon + 1j * lat, return_inverse=True)
    turn, n_at_point = _rank_in_group(point)
    radius_m = SPIRAL_M * np.sqrt(turn / n_at_point)
    m_per_lon, m_per_lat = degree_lengths_m(lat)
    north = radius_m * np.cos(turn * GOLDEN_ANGLE_RAD) / m_per_lat
    east = radius_m * np.sin(turn * GOLDEN_ANGLE_RAD) / m_per_lon
    share = _share_inside(shapes, village, (lat, lon), (north, east))
    return lat + share * north, lon + share * east, schools.place_row[school]


def _share_inside(
    shapes: Objects,
    village: Rows,
    point: tuple[Floats, Floats],
    step: tuple[Floats, Floats],
) -> Floats:
    """First share of `STEP_SHARES` with which a step stays in the polygon."""
    share = np.full(village.size, STEP_SHARES[0])
    open_rows = np.arange(village.size)
    for tried in STEP_SHARES:
        share[open_rows] = tried
        lat, lon = (
            start[open_rows] + tried * way[open_rows]
            for start, way in zip(point, step, strict=True)
        )
        open_rows = open_rows[~_inside(shapes, village[open_rows], lat, lon)]
    return share


def _in_polygons(village: Rows, shapes: Objects) -> tuple[Floats, Floats]:
    """Latitudes and longitudes sampled in the polygon of each village.

    The stations come sorted by village.
    """
    lonlat = np.empty((village.size, 2))
    starts = np.flatnonzero(np.diff(village, prepend=-1))
    for start, stop in pairwise([*starts.tolist(), village.size]):
        lonlat[start:stop] = _sample(shapes[village[start]], int(stop - start))
    return lonlat[:, 1], lonlat[:, 0]


def _sample(polygon: Any, n: int) -> Floats:
    """First n points of a low-discrepancy sequence inside a polygon, shape (n, 2).

    Only the largest part is sampled: the polygons of mainland villages include islands
    where nobody lives, and a station put on one would ask for a boat that nobody needs.
    The sequence is R2 (Roberts M. 2018, The Unreasonable Effectiveness of Quasirandom
    Sequences) over the bounding box; more points leave the first ones where they are.
    """
    parts = shapely.get_parts(polygon)
    part = parts[np.argmax(shapely.area(parts))]
    shapely.prepare(part)
    west, south, east, north = shapely.bounds(part)
    size = np.array([east - west, north - south])
    share_inside = max(shapely.area(part) / size.prod(), 1e-3)
    found: list[Floats] = []
    missing, tried = n, 0
    while missing > 0 and tried < MAX_CANDIDATES:
        steps = tried + np.arange(int(1.2 * missing / share_inside) + 16)
        tried += steps.size
        candidates = [west, south] + size * ((0.5 + steps[:, None] * _R2_STEP) % 1)
        inside = candidates[shapely.contains_xy(part, candidates)][:missing]
        found.append(inside)
        missing -= len(inside)
    inner = shapely.get_coordinates(shapely.point_on_surface(part))
    return np.concatenate([*found, np.repeat(inner, missing, axis=0)])


def _all_differ(keys: Rows) -> bool:
    return bool((np.diff(np.sort(keys)) > 0).all())


def _rank_in_group(group: Rows) -> tuple[Rows, Rows]:
    """Position of each row among the rows of its group, and how many they are."""
    order = np.argsort(group, kind="stable")
    _, first, size = np.unique(group[order], return_index=True, return_counts=True)
    rank, n_in_group = np.empty_like(group), np.empty_like(group)
    rank[order] = np.arange(group.size) - np.repeat(first, size)
    n_in_group[order] = np.repeat(size, size)
    return rank, n_in_group


def _inside(shapes: Objects, village: Rows, lat: Floats, lon: Floats) -> Mask:
    """Whether each point lies inside the polygon of its village, not on its border."""
    inside = _has_shape(shapes, village)
    rows = np.flatnonzero(inside)
    inside[rows] = shapely.contains_xy(shapes[village[rows]], lon[rows], lat[rows])
    return inside


def _has_shape(shapes: Objects, village: Rows) -> Mask:
    missing = np.append(shapely.is_missing(shapes), True)
    return np.asarray(~missing[village])
