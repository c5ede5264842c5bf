"""Kernels of the radial sweep: what a profile gives, updated from point to point.

A ray leaves the site; its profile is sampled once. What looks from the site (horizon,
steepest edge, sums of the smooth earth, zones) is a running maximum or sum. What looks
from the receiver is a tangent to the upper hull of the points passed so far, found by
halving. The largest nu of a path in sight is sought block by block; a block that
cannot hold it is passed over.

Heights are bent: less 500 d^2 / ae, which makes the curved earth flat and every line
of sight a straight one, whatever the receiver.

All that is known of a ray stands in one array, row by row as named here: numba counts
references to each array at each call, and a cell takes no longer than some calls do.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from siaga.network.kernel import kernel
from siaga.network.p1812_passes import INLAND, NO_COAST_KM, SEA, Zones
from siaga.network.path_sampling import Raster, sample_profile

__all__ = [
    "FLAT",
    "NEAR_POINTS",
    "ON_FLAT",
    "Look",
    "begin_ray",
    "highest_at",
    "look_back",
    "near_points",
    "new_ray",
    "pass_points",
    "sight_nu",
    "start",
    "zones_to",
]

NEAR_POINTS = 4
"""Points before a receiver that are sampled on its own line, not on that of the ray:
next to an antenna, the very place of an obstacle counts."""
BLOCK = 8
"""Points of a ray under one bound, in the search for the largest nu."""

D, FLAT, BENT, TOP, ZONE = 0, 1, 2, 3, 4
"""Of each point, the site's first: distance; ground; ground bent; ground with clutter
bent; zone."""
ON_FLAT, ON_BENT, ON_TOP = 5, 7, 9
"""Distance, and in the next row height, of the points on the upper hull of each."""
BLOCK_TOP = 11
"""Highest `TOP` of each `BLOCK` points passed."""
NEAR, NEAR_TOP = 12, 13
"""Ground, and ground with clutter, of the near points, that at the receiver first."""
SUMS, AHEAD = 14, 15
"""Running maxima and sums in the columns below; those of zones up to a receiver."""
N_ROWS = 16

V1, V2, RISE_T, SIGHT_T, SIGHT_T_KM, EDGE_T = 0, 1, 2, 3, 4, 5
BEGIN, LAND, INLAND_KM, LONGEST_LAND, LONGEST_INLAND = 6, 7, 8, 9, 10
SEA_KM, FIRST_SEA, LAST_SEA = 11, 12, 13
SIZE = 14
"""Points on the three hulls, in the order of their rows: 14, 15, 16."""
N_SUMS = 17


class Look(NamedTuple):
    """What was found between the site and a receiver; slopes in m/km."""

    v1: float
    v2: float
    hobs_m: float
    rise_t: float
    rise_r: float
    sight_t: float
    """Slope to the horizon over the median earth, bare."""
    sight_t_km: float
    """Distance of that point from the site."""
    sight_r: float
    sight_r_km: float
    """Distance of that point from the receiver."""
    edge_t: float
    """Slope to the steepest point with clutter over the median earth."""
    edge_r: float


@kernel
def new_ray(n: int) -> Any:
    """Make room for rays of `n` points: float64, (N_ROWS, n or more)."""
    return np.empty((N_ROWS, max(n, N_SUMS)))


@kernel
def begin_ray(
    ray: Any, n: int, zone: Any, raster: Raster, lat0: float, lon0: float,
    lat1: float, lon1: float, length_km: float, ce: float,
) -> bool:  # fmt: skip
    """Sample `n` points from the site to the end of a ray; tell whether it is bare.

    `zone`: scratch, uint8. A bare ray has no clutter on any point but at the site.
    """
    sample_profile(raster, lat0, lon0, lat1, lon1, n, ray[FLAT], ray[TOP], zone)
    bare = True
    for i in range(n):
        ray[D, i] = i * length_km / (n - 1)
        bare = bare and (ray[TOP, i] == 0.0 or i == 0)
        ray[BENT, i] = ray[FLAT, i] - ce * ray[D, i] * ray[D, i]
        ray[TOP, i] += ray[BENT, i]
        ray[ZONE, i] = zone[i]
    start(ray)
    return bare


@kernel
def start(ray: Any) -> None:
    """Forget all points passed."""
    ray[SUMS] = 0.0
    ray[BLOCK_TOP] = -math.inf
    for at in (RISE_T, SIGHT_T, EDGE_T):
        ray[SUMS, at] = -math.inf
    ray[SUMS, FIRST_SEA] = ray[SUMS, LAST_SEA] = -1.0


@kernel
def pass_points(ray: Any, after: int, last: int, hts_m: float, bare: bool) -> None:
    """Take the points behind `after` up to `last` as before the receivers to come."""
    for i in range(after + 1, last + 1):
        d0, d = ray[D, i - 1], ray[D, i]
        h0, h = ray[FLAT, i - 1], ray[FLAT, i]
        ray[SUMS, V1] += (d - d0) * (h + h0)
        ray[SUMS, V2] += (d - d0) * (h * (2.0 * d + d0) + h0 * (d + 2.0 * d0))
        by = 1.0 / d
        ray[SUMS, RISE_T] = max(ray[SUMS, RISE_T], (h - hts_m) * by)
        up = (ray[BENT, i] - hts_m) * by
        if up > ray[SUMS, SIGHT_T]:
            ray[SUMS, SIGHT_T], ray[SUMS, SIGHT_T_KM] = up, d
        top = ray[TOP, i]
        ray[SUMS, EDGE_T] = max(ray[SUMS, EDGE_T], (top - hts_m) * by)
        block = i // BLOCK
        ray[BLOCK_TOP, block] = max(ray[BLOCK_TOP, block], top)
        _push(ray, ON_FLAT, d, h)
        _push(ray, ON_BENT, d, ray[BENT, i])
        if not bare:
            _push(ray, ON_TOP, d, top)
        if ray[ZONE, i] != ray[ZONE, i - 1]:
            _end_stretch(ray, SUMS, ray[ZONE, i - 1], 0.5 * (d0 + d))


@kernel
def _push(ray: Any, on: int, x: float, y: float) -> None:
    """Add a point right of all others to an upper hull."""
    size = SIZE + (on - ON_FLAT) // 2
    n = int(ray[SUMS, size])
    while n >= 2:
        x_b, y_b = ray[on, n - 1], ray[on + 1, n - 1]
        if (y_b - ray[on + 1, n - 2]) * (x - x_b) > (y - y_b) * (x_b - ray[on, n - 2]):
            break
        n -= 1
    ray[on, n], ray[on + 1, n] = x, y
    ray[SUMS, size] = n + 1


@kernel
def _end_stretch(ray: Any, to: int, zone: float, end_km: float) -> None:
    """Count a stretch of one zone that ends here (3.6); see `p1812_passes.zones_of`."""
    length = end_km - ray[to, BEGIN]
    if zone == SEA:
        ray[to, SEA_KM] += length
        ray[to, LAND] = ray[to, INLAND_KM] = 0.0
        if ray[to, FIRST_SEA] < 0.0:
            ray[to, FIRST_SEA] = ray[to, BEGIN]
        ray[to, LAST_SEA] = end_km
    else:
        ray[to, LAND] += length
        inland = ray[to, INLAND_KM] + length if zone == INLAND else 0.0
        ray[to, INLAND_KM] = inland
        ray[to, LONGEST_LAND] = max(ray[to, LONGEST_LAND], ray[to, LAND])
        ray[to, LONGEST_INLAND] = max(ray[to, LONGEST_INLAND], inland)
    ray[to, BEGIN] = end_km


@kernel
def zones_to(ray: Any, k: int, total_km: float, zone: float) -> Zones:
    """Stretches of zones up to a receiver in a zone, past point `k` of the ray.

    What lies between them counts half to the zone of either.
    """
    for at in range(BEGIN, LAST_SEA + 1):
        ray[AHEAD, at] = ray[SUMS, at]
    if zone != ray[ZONE, k]:
        _end_stretch(ray, AHEAD, ray[ZONE, k], 0.5 * (ray[D, k] + total_km))
    _end_stretch(ray, AHEAD, zone, total_km)
    first, last = ray[AHEAD, FIRST_SEA], ray[AHEAD, LAST_SEA]
    return Zones(
        ray[AHEAD, LONGEST_LAND], ray[AHEAD, LONGEST_INLAND],
        ray[AHEAD, SEA_KM] / total_km,
        first if first >= 0.0 else NO_COAST_KM,
        total_km - last if last >= 0.0 else NO_COAST_KM,
    )  # fmt: skip


@kernel
def near_points(
    ray: Any, ground: Any, clutter: Any, y0: float, x0: float, y1: float, x1: float,
    back: float, m: int,
) -> None:  # fmt: skip
    """Sample the last `m` points before a receiver, on its own line to the site.

    `ground`, `clutter`: cells of a grid, beyond which is the sea; `y0`, `x0`, `y1`,
    `x1`: site and receiver in its rows and columns, from the centre of the first cell;
    `back`: one step as a share of that line.
    """
    last_row, last_column = ground.shape[0] - 1, ground.shape[1] - 1
    dy, dx = (y0 - y1) * back, (x0 - x1) * back
    for j in range(m):
        y, x = y1 + (j + 1) * dy, x1 + (j + 1) * dx
        if not (-0.5 <= y <= last_row + 0.5 and -0.5 <= x <= last_column + 0.5):
            ray[NEAR, j] = ray[NEAR_TOP, j] = 0.0
            continue
        y, x = min(max(y, 0.0), float(last_row)), min(max(x, 0.0), float(last_column))
        row, column = int(y), int(x)
        fy, fx = y - row, x - column
        below, right = min(row + 1, last_row), min(column + 1, last_column)
        upper = ground[row, column] * (1.0 - fx) + ground[row, right] * fx
        lower = ground[below, column] * (1.0 - fx) + ground[below, right] * fx
        ray[NEAR, j] = upper * (1.0 - fy) + lower * fy
        near_row = row if fy < 0.5 else below
        near_column = column if fx < 0.5 else right
        ray[NEAR_TOP, j] = ray[NEAR, j] + clutter[near_row, near_column]


@kernel
def look_back(
    ray: Any, k: int, m: int, total_km: float, step_km: float,
    hts_m: float, hn_m: float, hrs_m: float, ce: float, bare: bool,
) -> Look:  # fmt: skip
    """Find all that decides a path from the points passed, to `k`, and the near ones.

    `hn_m`: ground at the receiver; `step_km`: from one near point to the next.
    """
    slope = (hrs_m - hts_m) / total_km
    sight_t, sight_t_km = ray[SUMS, SIGHT_T], ray[SUMS, SIGHT_T_KM]
    v1, v2, rise_t = ray[SUMS, V1], ray[SUMS, V2], ray[SUMS, RISE_T]
    edge_t = ray[SUMS, EDGE_T]
    sight_r = edge_r = -math.inf
    sight_r_km = step_km
    d0, h0 = ray[D, k], ray[FLAT, k]
    for j in range(m - 1, -1, -1):
        away = (j + 1) * step_km
        d, h, top = total_km - away, ray[NEAR, j], ray[NEAR_TOP, j]
        v1 += (d - d0) * (h + h0)
        v2 += (d - d0) * (h * (2.0 * d + d0) + h0 * (d + 2.0 * d0))
        d0, h0 = d, h
        by_t, by_r = 1.0 / d, 1.0 / away
        up_t, up_r = (h - hts_m) * by_t, (h - hrs_m) * by_r
        rise_t = max(rise_t, up_t)
        if up_t - ce * d > sight_t:
            sight_t, sight_t_km = up_t - ce * d, d
        if up_r - ce * away >= sight_r:
            sight_r, sight_r_km = up_r - ce * away, away
        edge_t = max(edge_t, (top - hts_m) * by_t - ce * d)
        edge_r = max(edge_r, (top - hrs_m) * by_r - ce * away)
    d, h = total_km, hn_m
    v1 += (d - d0) * (h + h0)
    v2 += (d - d0) * (h * (2.0 * d + d0) + h0 * (d + 2.0 * d0))
    if k > 0:
        bent_m, turn = hrs_m - ce * total_km * total_km, 2.0 * ce * total_km
        at = tangent_at(ray, ON_BENT, total_km, bent_m)
        away = total_km - ray[ON_BENT, at]
        up = (ray[ON_BENT + 1, at] - bent_m) / away - turn
        if up > sight_r:
            sight_r, sight_r_km = up, away
        if not bare:
            at = tangent_at(ray, ON_TOP, total_km, bent_m)
            up = (ray[ON_TOP + 1, at] - bent_m) / (total_km - ray[ON_TOP, at]) - turn
        edge_r = max(edge_r, up)
    hobs, rise_r = -math.inf, 0.0
    if rise_t > slope:
        hobs, rise_r = _obstacle(ray, k, m, total_km, step_km, hts_m, hrs_m)
    return Look(
        v1, v2, hobs, rise_t, rise_r, sight_t, sight_t_km, sight_r, sight_r_km,
        edge_t, edge_r,
    )  # fmt: skip


@kernel
def _obstacle(
    ray: Any, k: int, m: int, total_km: float, step_km: float,
    hts_m: float, hrs_m: float,
) -> tuple[float, float]:  # fmt: skip
    """Highest bare point over the line of sight, and the steepest from the receiver."""
    slope = (hrs_m - hts_m) / total_km
    hobs = rise_r = -math.inf
    for j in range(m):
        away = (j + 1) * step_km
        hobs = max(hobs, ray[NEAR, j] - hts_m - slope * (total_km - away))
        rise_r = max(rise_r, (ray[NEAR, j] - hrs_m) / away)
    if k > 0:
        at = highest_at(ray, slope)
        hobs = max(hobs, ray[ON_FLAT + 1, at] - hts_m - slope * ray[ON_FLAT, at])
        at = tangent_at(ray, ON_FLAT, total_km, hrs_m)
        up = (ray[ON_FLAT + 1, at] - hrs_m) / (total_km - ray[ON_FLAT, at])
        rise_r = max(rise_r, up)
    return hobs, rise_r


@kernel
def tangent_at(ray: Any, on: int, x: float, y: float) -> int:
    """Steepest point of a hull (its column) seen from a point right of it.

    Over a concave chain the slope to such a point has one summit.
    """
    low, high = 0, int(ray[SUMS, SIZE + (on - ON_FLAT) // 2]) - 1
    while low < high:
        a = (low + high) >> 1
        rise_a, rise_b = ray[on + 1, a] - y, ray[on + 1, a + 1] - y
        if rise_b * (x - ray[on, a]) >= rise_a * (x - ray[on, a + 1]):
            low = a + 1
        else:
            high = a
    return low


@kernel
def highest_at(ray: Any, slope: float) -> int:
    """Point of the bare hull (its column) that is highest over a line of a slope."""
    low, high = 0, int(ray[SUMS, SIZE]) - 1
    while low < high:
        a = (low + high) >> 1
        rise = ray[ON_FLAT + 1, a + 1] - ray[ON_FLAT + 1, a]
        if rise >= slope * (ray[ON_FLAT, a + 1] - ray[ON_FLAT, a]):
            low = a + 1
        else:
            high = a
    return low


@kernel
def sight_nu(
    ray: Any, k: int, m: int, total_km: float, step_km: float,
    hts_m: float, hrs_m: float, ce: float, least: float,
) -> float:  # fmt: skip
    """Largest nu * sqrt(wavelength) of a path in sight, with clutter.

    `least`: square of the clearance by d1 d2 from which on nothing is lost, in m^2 a
    km^2: the search begins with it and gives it back where all is clearer.
    """
    slope = (hrs_m - hts_m) / total_km
    for j in range(m):
        away = (j + 1) * step_km
        spread = away * (total_km - away)
        below = hts_m + slope * (total_km - away) - ray[NEAR_TOP, j] - ce * spread
        least = min(least, below * abs(below) / spread)
    line = slope - ce * total_km
    for block in range(k // BLOCK + 1 if k > 0 else 0):
        first, last = max(block * BLOCK, 1), min(block * BLOCK + BLOCK - 1, k)
        a, b = ray[D, first], ray[D, last]
        clear = hts_m + min(line * a, line * b) - ray[BLOCK_TOP, block]
        middle = min(max(0.5 * total_km, a), b)
        if clear > 0.0 and clear * clear >= least * middle * (total_km - middle):
            continue
        for i in range(first, last + 1):
            d = ray[D, i]
            below = hts_m + line * d - ray[TOP, i]
            square = below * abs(below)
            spread = d * (total_km - d)
            if square < least * spread:
                least = square / spread
    return -math.sqrt(0.002 * total_km * max(least, 0.0))
