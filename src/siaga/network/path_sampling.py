"""Paths over a `Grid`: a profile sampled once, its loss at all frequencies.

Everything that no frequency changes (profile, passes, climate of the path) is worked
out once a path; a frequency costs the closed forms of its own.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from siaga.network.kernel import kernel
from siaga.network.p1812_closing import (
    Geometry,
    close_path,
    free_space_db,
    radio_climate,
    share,
)
from siaga.network.p1812_doubt import Spread, held_sigma_m, spread_of, terrain_sigma_db
from siaga.network.p1812_passes import SEA, Doubt, Points, geometry_of, invert, zones_of
from siaga.network.p1812_path import SHORTEST_KM, Earth
from siaga.network.p1812_sphere import Carrier

__all__ = [
    "Raster",
    "azimuth_deg",
    "block_losses",
    "distance_km",
    "error_at",
    "n_points",
    "sample_profile",
    "space_points",
]

EARTH_KM = 6371.0
EDGE = 1e-3
"""A path this far inside the centres of the outermost cells (in cells) meets no edge:
far more than what roundings move it along the way."""
NEAREST_KM = 1e-3
"""Ends at the same point are taken to be this far apart."""


class Raster(NamedTuple):
    """A `Grid`, or a window of it, as the kernels read it."""

    elevation_m: Any
    error_m: Any
    clutter_m: Any
    zone: Any
    west: float
    """Of column 0 of the whole grid, and so on: a window keeps the grid's geometry."""
    north: float
    step_lat: float
    step_lon: float
    n_rows: int
    n_columns: int
    row0: int
    """First row and column of the window."""
    column0: int
    outside_error_m: float
    """Error of the sea level that stands for what is outside the grid."""


@kernel
def distance_km(lat0: float, lon0: float, lat1: float, lon1: float) -> float:
    """Great-circle distance between two points, at least a metre."""
    up = math.sin(math.radians(lat1 - lat0) / 2.0)
    across = math.sin(math.radians(lon1 - lon0) / 2.0)
    narrow = math.cos(math.radians(lat0)) * math.cos(math.radians(lat1))
    square = up * up + narrow * across * across
    return max(2.0 * EARTH_KM * math.asin(math.sqrt(min(square, 1.0))), NEAREST_KM)


@kernel
def azimuth_deg(lat0: float, lon0: float, lat1: float, lon1: float) -> float:
    """Direction from the first point to the second, 0 to 360 clockwise from north."""
    turn = math.radians(lon1 - lon0)
    here, there = math.radians(lat0), math.radians(lat1)
    east = math.sin(turn) * math.cos(there)
    north = math.cos(here) * math.sin(there)
    north -= math.sin(here) * math.cos(there) * math.cos(turn)
    return (math.degrees(math.atan2(east, north)) + 360.0) % 360.0


@kernel
def n_points(raster: Raster, length_km: float, most: int) -> int:
    """Points of a profile: about one a cell of the grid, 3 to `most`."""
    step_km = math.radians(min(raster.step_lat, raster.step_lon)) * EARTH_KM
    return min(max(math.ceil(length_km / step_km) + 1, 3), most)


@kernel
def sample_profile(
    raster: Raster, lat0: float, lon0: float, lat1: float, lon1: float, n: int,
    ground_m: Any, clutter_m: Any, zone: Any,
) -> int:  # fmt: skip
    """Fill `n` points of the straight line in latitude and longitude.

    Elevation is bilinear between the centres of cells, clutter and zone are those of
    the nearest cell. Outside the grid is the sea. Gives the number of points outside.
    """
    outside = 0
    y0 = (raster.north - lat0) / raster.step_lat - 0.5
    x0 = (lon0 - raster.west) / raster.step_lon - 0.5
    dy = (lat0 - lat1) / raster.step_lat / (n - 1)
    dx = (lon1 - lon0) / raster.step_lon / (n - 1)
    last_row, last_column = raster.n_rows - 1, raster.n_columns - 1
    y1, x1 = y0 + (n - 1) * dy, x0 + (n - 1) * dx
    low, south, east = min(y0, y1, x0, x1), max(y0, y1), max(x0, x1)
    if low > EDGE and south < last_row - EDGE and east < last_column - EDGE:
        _sample_inside(raster, y0, x0, dy, dx, n, ground_m, clutter_m, zone)
        return 0
    for i in range(n):
        y, x = y0 + i * dy, x0 + i * dx
        if not (-0.5 <= y <= last_row + 0.5 and -0.5 <= x <= last_column + 0.5):
            ground_m[i], clutter_m[i], zone[i] = 0.0, 0.0, SEA
            outside += 1
            continue
        # Half a cell at the edge has no neighbour beyond it: its own value holds.
        y, x = min(max(y, 0.0), float(last_row)), min(max(x, 0.0), float(last_column))
        row, column = int(y), int(x)
        fy, fx = y - row, x - column
        below = min(row + 1, last_row) - raster.row0
        right = min(column + 1, last_column) - raster.column0
        row, column = row - raster.row0, column - raster.column0
        of = raster.elevation_m
        height = _between(
            of[row, column], of[row, right], of[below, column], of[below, right], fy, fx
        )
        near_row = row if fy < 0.5 else below
        near_column = column if fx < 0.5 else right
        ground_m[i] = height
        clutter_m[i] = raster.clutter_m[near_row, near_column]
        zone[i] = raster.zone[near_row, near_column]
    return outside


@kernel
def _between(a: float, b: float, c: float, d: float, fy: float, fx: float) -> float:
    """Interpolate between four float32: a, b above, c, d below, in float64."""
    upper = np.float64(a) + (np.float64(b) - np.float64(a)) * fx
    lower = np.float64(c) + (np.float64(d) - np.float64(c)) * fx
    return float(upper + (lower - upper) * fy)


@kernel
def _sample_inside(
    raster: Raster, y0: float, x0: float, dy: float, dx: float, n: int,
    ground_m: Any, clutter_m: Any, zone: Any,
) -> None:  # fmt: skip
    """Fill a profile that stays away from the edge of the grid: nothing is checked.

    Flat unsigned indices: a signed one is looked at each time for being negative.
    """
    elevation = raster.elevation_m.ravel()
    clutter, zones = raster.clutter_m.ravel(), raster.zone.ravel()
    width = raster.elevation_m.shape[1]
    start = raster.row0 * width + raster.column0
    for i in range(n):
        y, x = y0 + i * dy, x0 + i * dx
        row, column = int(y), int(x)
        fy, fx = y - row, x - column
        at = row * width + column - start
        a, b = elevation[np.uintp(at)], elevation[np.uintp(at + 1)]
        c, d = elevation[np.uintp(at + width)], elevation[np.uintp(at + width + 1)]
        ground_m[i] = _between(a, b, c, d, fy, fx)
        at += (width if fy >= 0.5 else 0) + (1 if fx >= 0.5 else 0)
        near = np.uintp(at)
        clutter_m[i] = clutter[near]
        zone[i] = zones[near]


@kernel
def error_at(raster: Raster, lat: float, lon: float) -> float:
    """Error of the terrain, one sigma, of the cell at a point."""
    row = math.floor((raster.north - lat) / raster.step_lat)
    column = math.floor((lon - raster.west) / raster.step_lon)
    if not (0 <= row < raster.n_rows and 0 <= column < raster.n_columns):
        return raster.outside_error_m
    return float(raster.error_m[row - raster.row0, column - raster.column0])


@kernel
def carrier_row(table: Any, row: int) -> Carrier:
    """Read a `Carrier` that was written as a row of a table."""
    r = table[row]
    return Carrier(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8])


@kernel
def block_losses(
    raster: Raster, ends: Any, carriers: Any, earth: Earth, most: int,
    loss_db: Any, sigma_db: Any, view: Any,
) -> None:  # fmt: skip
    """Loss of a block of paths at all frequencies.

    `ends`: (n, 6) latitude, longitude and height of the transmitter, then of the
    receiver; `loss_db`, `sigma_db`: (n, n_frequencies); `view`: (n, 4) distance in m,
    azimuth and elevation of the ray at the transmitter in degrees, share outside.
    """
    scratch = np.empty((5, most))
    points = Points(scratch[0], scratch[1], scratch[2], scratch[3], scratch[4])
    zone = np.empty(most, np.uint8)
    for pair in range(len(ends)):
        of = ends[pair]
        length = distance_km(of[0], of[1], of[3], of[4])
        n = n_points(raster, length, most)
        space_points(length, n, points.d_km)
        geometry, doubt, outside = _path(raster, of, n, points, zone, earth)
        view[pair, 0] = 1e3 * length
        view[pair, 1] = azimuth_deg(of[0], of[1], of[3], of[4])
        view[pair, 2] = math.degrees(1e-3 * geometry.theta_t_mrad)
        view[pair, 3] = outside / n
        if length < SHORTEST_KM:
            for k in range(len(carriers)):
                loss_db[pair, k] = free_space_db(geometry, carrier_row(carriers, k))
                sigma_db[pair, k] = 0.0
            continue
        spread = _spread(raster, of, points.d_km, n, doubt)
        shared = share(geometry, earth.ae_km, earth.ab_km, earth.n0, earth.p_pc)
        for k in range(len(carriers)):
            carrier = carrier_row(carriers, k)
            loss = close_path(geometry, shared, carrier, 0.0)
            loss_db[pair, k] = loss.lb
            sigma_db[pair, k] = terrain_sigma_db(
                geometry, shared, carrier, loss, spread, earth.ae_km
            )


@kernel
def _path(
    raster: Raster, ends: Any, n: int, points: Points, zone: Any, earth: Earth
) -> tuple[Geometry, Doubt, int]:
    """Sample a path and run the passes: all that no frequency changes."""
    ground, top = points.ground_m, points.top_m
    outside = sample_profile(
        raster, ends[0], ends[1], ends[3], ends[4], n, ground, top, zone
    )
    for i in range(n):
        top[i] += ground[i]
    invert(points, n)
    zones = zones_of(points.d_km, zone, n)
    latitude = 0.5 * (ends[0] + ends[3])
    b0, tau = radio_climate(zones.dtm_km, zones.dlm_km, latitude)
    geometry, doubt = geometry_of(
        points, n, ends[2], ends[5], earth.ae_km, earth.ab_km, zones, b0, tau
    )
    return geometry, doubt, outside


@kernel
def space_points(length_km: float, n: int, d_km: Any) -> None:
    """Fill `n` even distances from 0 to the very length."""
    step = length_km / (n - 1)
    for i in range(n - 1):
        d_km[i] = i * step
    d_km[n - 1] = length_km


@kernel
def _spread(raster: Raster, ends: Any, d_km: Any, n: int, doubt: Doubt) -> Spread:
    """Read the error of the terrain at the points that decide."""
    return spread_of(
        doubt,
        _sigma_at(raster, ends, d_km, n, doubt.edge_t_row),
        _sigma_at(raster, ends, d_km, n, doubt.edge_r_row),
        _sigma_at(raster, ends, d_km, n, doubt.sight_t_row),
        _sigma_at(raster, ends, d_km, n, doubt.sight_r_row),
    )


@kernel
def _sigma_at(raster: Raster, ends: Any, d_km: Any, n: int, row: int) -> float:
    lat = ends[0] + row * ((ends[3] - ends[0]) / (n - 1))
    lon = ends[1] + row * ((ends[4] - ends[1]) / (n - 1))
    return held_sigma_m(error_at(raster, lat, lon), d_km[row], d_km[n - 1])
