"""ITU-R P.1812-8: what a profile gives, in as few loops over its points as can be.

One loop finds the smooth earth, both horizons and both sides of Bullington's triangle,
for the median earth and, where asked, for that of beta0. A path in sight needs one
more, a path beyond its horizon the stretch between the horizons. The smooth profile
needs no loop: what is sought on it has one summit, which is found by halving.

Inside the loops nothing is rooted or taken the logarithm of; what grows with the thing
sought is compared instead: tan of an angle, nu squared.

>>> nu = height sqrt(0.002 d / (wavelength d1 d2))             (in sight, height < 0)
>>> nu = sqrt(0.002 d a b / wavelength)                         (beyond the horizon)

where a, b are the slopes of Bullington's triangle above the line between the antennas.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from siaga.network.kernel import kernel
from siaga.network.p1812_closing import Geometry

__all__ = ["Doubt", "Points", "Scan", "Zones", "geometry_of", "invert", "zones_of"]

SEA, INLAND = 1, 4
NO_COAST_KM = 500.0
"""What the Recommendation puts where a path meets no coast."""


class Points(NamedTuple):
    """A profile as the passes read it: arrays of at least n points, float64."""

    d_km: Any
    """Growing distances from 0 at the transmitter."""
    ground_m: Any
    """Bare ground."""
    top_m: Any
    """Ground with clutter; both ends are not read."""
    by_t: Any
    """1 / distance from the transmitter, at interior points, 1/km."""
    by_r: Any
    """1 / distance from the receiver, at interior points."""


class Zones(NamedTuple):
    """Stretches of a path by radio-climatic zone (3.6)."""

    dtm_km: float
    """Longest stretch over land, coastal or inland."""
    dlm_km: float
    """Longest stretch inland."""
    omega: float
    """Share over the sea."""
    dct_km: float
    """Land from the transmitter to the coast: 0 at sea, 500 if there is none."""
    dcr_km: float


class Scan(NamedTuple):
    """What the first loop finds; slopes in m/km, rows are points of the profile."""

    v1: float
    v2: float
    hobs_m: float
    """Highest bare point over the line between the antennas."""
    rise_t: float
    """Steepest bare point from the transmitter, without the curve of the earth."""
    rise_r: float
    sight_t: float
    """Slope to the horizon over the median earth, bare."""
    sight_t_row: int
    sight_r: float
    sight_r_row: int
    edge_t: float
    """Slope to the steepest point with clutter over the median earth."""
    edge_t_row: int
    edge_r: float
    edge_r_row: int
    edge_tb: float
    """The same over the earth of beta0; that of the median earth if not asked."""
    edge_rb: float


class Doubt(NamedTuple):
    """The points of the terrain that decide the loss, and how they do.

    Rows of the profile; slopes in m/km above the line between the antennas; `by_...`:
    change of a slope for 1 m more at its point, 1/km, 0 where it decides nothing.
    """

    d_km: float
    edge_t_row: int
    edge_r_row: int
    over_t: float
    """Slope of Bullington's edge on the transmitter's side; 0 in sight."""
    over_r: float
    by_edge_t: float
    by_edge_r: float
    nu_of_point: float
    """In sight: change of nu * sqrt(wavelength) for 1 m more at the edge, else 0."""
    sight_t_row: int
    sight_r_row: int
    by_sight_t: float
    """Also change of the horizon angle, mrad a metre."""
    by_sight_r: float


@kernel
def invert(points: Points, n: int) -> None:
    """Fill `by_t` and `by_r`: divisions apart from the passes are made four at once."""
    total = points.d_km[n - 1]
    for i in range(1, n - 1):
        points.by_t[i] = 1.0 / points.d_km[i]
        points.by_r[i] = 1.0 / (total - points.d_km[i])


@kernel
def zones_of(d_km: Any, zone: Any, n: int) -> Zones:
    """Stretches of zones on a profile of `n` points; each ends half-way to the next."""
    total = d_km[n - 1]
    lowest = highest = zone[0]
    for i in range(1, n):
        lowest, highest = min(lowest, zone[i]), max(highest, zone[i])
    if lowest == highest:
        at_sea = 1.0 if lowest == SEA else 0.0
        coast = NO_COAST_KM * (1.0 - at_sea)
        inner = total if lowest == INLAND else 0.0
        return Zones(total * (1.0 - at_sea), inner, at_sea, coast, coast)
    land = inland = longest_land = longest_inland = sea = 0.0
    dct, dcr = NO_COAST_KM, NO_COAST_KM
    begin = 0.0
    i = 0
    while i < n:
        of = zone[i]
        while i < n - 1 and zone[i + 1] == of:
            i += 1
        end = total if i == n - 1 else 0.5 * (d_km[i] + d_km[i + 1])
        stretch = end - begin
        if of == SEA:
            sea += stretch
            land = inland = 0.0
            if dct == NO_COAST_KM:
                dct = begin
            dcr = total - end
        else:
            land += stretch
            inland = inland + stretch if of == INLAND else 0.0
            longest_land = max(longest_land, land)
            longest_inland = max(longest_inland, inland)
        begin = end
        i += 1
    return Zones(longest_land, longest_inland, sea / total, dct, dcr)


@kernel
def scan(
    points: Points, n: int,
    hts_m: float, hrs_m: float, ce: float, cb: float, bare: bool,
) -> Scan:  # fmt: skip
    """Loop once over a profile of `n` points; `ce`, `cb` are 500 / earth radius (km).

    Clutter is not looked at if `bare`. `cb` 0: not asked.
    """
    d_km, ground_m, top_m = points.d_km, points.ground_m, points.top_m
    total = d_km[n - 1]
    slope = (hrs_m - hts_m) / total
    v1 = v2 = 0.0
    hobs = rise_t = rise_r = sight_t = sight_r = edge_t = edge_r = -math.inf
    edge_tb = edge_rb = -math.inf
    at_t = at_r = top_t = top_r = 1
    d0, h0 = d_km[0], ground_m[0]
    for i in range(1, n - 1):
        d, h = d_km[i], ground_m[i]
        v1 += (d - d0) * (h + h0)
        v2 += (d - d0) * (h * (2.0 * d + d0) + h0 * (d + 2.0 * d0))
        d0, h0 = d, h
        rest = total - d
        by_t, by_r = points.by_t[i], points.by_r[i]
        hobs = max(hobs, h - hts_m - slope * d)
        up_t, up_r = (h - hts_m) * by_t, (h - hrs_m) * by_r
        rise_t, rise_r = max(rise_t, up_t), max(rise_r, up_r)
        if up_t - ce * d > sight_t:
            sight_t, at_t = up_t - ce * d, i
        if up_r - ce * rest >= sight_r:
            sight_r, at_r = up_r - ce * rest, i
        if not bare:
            g = top_m[i]
            up_t, up_r = (g - hts_m) * by_t, (g - hrs_m) * by_r
            if up_t - ce * d > edge_t:
                edge_t, top_t = up_t - ce * d, i
            if up_r - ce * rest >= edge_r:
                edge_r, top_r = up_r - ce * rest, i
        if cb > 0.0:
            edge_tb = max(edge_tb, up_t - cb * d)
            edge_rb = max(edge_rb, up_r - cb * rest)
    if bare:
        edge_t, top_t, edge_r, top_r = sight_t, at_t, sight_r, at_r
    h = ground_m[n - 1]
    v1 += (total - d0) * (h + h0)
    v2 += (total - d0) * (h * (2.0 * total + d0) + h0 * (total + 2.0 * d0))
    return Scan(
        v1, v2, hobs, rise_t, rise_r, sight_t, at_t, sight_r, at_r,
        edge_t, top_t, edge_r, top_r, edge_tb, edge_rb,
    )  # fmt: skip


@kernel
def is_bare(ground_m: Any, top_m: Any, n: int) -> bool:
    """Tell whether no interior point has clutter: half of the work is saved then."""
    for i in range(1, n - 1):  # noqa: SIM110
        if top_m[i] != ground_m[i]:
            return False  # no `all`: a kernel has no generators
    return True


@kernel
def sight_row(
    points: Points, z_m: Any, n: int, hts_m: float, hrs_m: float, ce: float
) -> tuple[float, int]:
    """Largest nu * sqrt(wavelength) of a path in sight and its last point.

    All points lie below the line: nu is largest where its square is smallest.
    """
    total = points.d_km[n - 1]
    slope = (hrs_m - hts_m) / total
    least, row = math.inf, 1
    for i in range(1, n - 1):
        d = points.d_km[i]
        below = hts_m + slope * d - z_m[i] - ce * d * (total - d)
        square = below * abs(below) * points.by_t[i] * points.by_r[i]
        if square <= least:
            least, row = square, i
    # A grazing point may come out above the line by a rounding: nu is 0 there.
    return -math.sqrt(0.002 * total * max(least, 0.0)), row


@kernel
def triangle_nu(d_km: float, over_t: float, over_r: float) -> float:
    """nu * sqrt(wavelength) of Bullington's edge from its two slopes over the line."""
    return math.sqrt(0.002 * d_km * max(over_t, 0.0) * max(over_r, 0.0))


@kernel
def exact_smooth_nu(d_km: Any, n: int, ht_m: float, hr_m: float, ce: float) -> float:
    """nu * sqrt(wavelength) of the smooth profile at the very points of the profile.

    (4.3.5: z = 0.) Slope and nu along the smooth earth rise to one summit and fall.
    """
    total = d_km[n - 1]
    slope = (hr_m - ht_m) / total
    d = d_km[_summit_row(d_km, n, 0.0, ht_m, ce)]
    over_t = -ht_m / d + ce * (total - d) - slope
    if over_t < 0.0:
        return _smooth_sight_nu(d_km, n, ht_m, slope, ce)
    d = total - d_km[_summit_row(d_km, n, total, hr_m, ce)]
    over_r = -hr_m / d + ce * (total - d) + slope
    return triangle_nu(total, over_t, over_r)


@kernel
def _summit_row(d_km: Any, n: int, at_km: float, h_m: float, ce: float) -> int:
    """Row of the steepest point of the smooth earth seen from `h_m` above `at_km`.

    The summit of the curve is at sqrt(h / ce); from there it is climbed to the point,
    one or two steps where the points are evenly spaced.
    """
    total = d_km[n - 1]
    away = min(math.sqrt(h_m / ce), total)
    row = int((away if at_km == 0.0 else total - away) / total * (n - 1))
    row = min(max(row, 1), n - 2)
    best = _smooth_slope(d_km[row], at_km, h_m, ce)
    step = 1
    while row < n - 2 and _smooth_slope(d_km[row + 1], at_km, h_m, ce) > best:
        row += 1
        step = 0
        best = _smooth_slope(d_km[row], at_km, h_m, ce)
    while step and row > 1 and _smooth_slope(d_km[row - 1], at_km, h_m, ce) > best:
        row -= 1
        best = _smooth_slope(d_km[row], at_km, h_m, ce)
    return row


@kernel
def _smooth_slope(d_km: float, at_km: float, h_m: float, ce: float) -> float:
    away = abs(d_km - at_km)
    return -h_m / away - ce * away


@kernel
def _smooth_sight_nu(d_km: Any, n: int, ht_m: float, slope: float, ce: float) -> float:
    total = d_km[n - 1]
    low, high = 1, n - 2
    while low < high:
        middle = (low + high) // 2
        if _below(d_km[middle], total, ht_m, slope, ce) > _below(
            d_km[middle + 1], total, ht_m, slope, ce
        ):
            low = middle + 1
        else:
            high = middle
    return -math.sqrt(0.002 * total) * _below(d_km[low], total, ht_m, slope, ce)


@kernel
def _below(d: float, total: float, ht_m: float, slope: float, ce: float) -> float:
    spread = d * (total - d)
    return (ht_m + slope * d - ce * spread) / math.sqrt(spread)


@kernel
def geometry_of(
    points: Points, n: int, htg_m: float, hrg_m: float,
    ae_km: float, ab_km: float, zones: Zones, b0_pc: float, tau: float,
) -> tuple[Geometry, Doubt]:  # fmt: skip
    """Work out a profile of `n` >= 3 points.

    `htg_m`, `hrg_m`: antennas above the ground; `ab_km`: earth radius at beta0, 0 where
    p is 50 and it is not needed.
    """
    d_km, ground_m, top_m = points.d_km, points.ground_m, points.top_m
    total = d_km[n - 1]
    h0, hn = ground_m[0], ground_m[n - 1]
    hts, hrs = h0 + htg_m, hn + hrg_m
    slope = (hrs - hts) / total
    ce = 500.0 / ae_km
    cb = 500.0 / ab_km if ab_km > 0.0 else 0.0
    bare = is_bare(ground_m, top_m, n)
    s = scan(points, n, hts, hrs, ce, cb, bare)
    hst = (2.0 * s.v1 * total - s.v2) / (total * total)
    hsr = (s.v2 - s.v1 * total) / (total * total)
    hstd, hsrd = hst, hsr
    if s.hobs_m > 0.0:
        over_t, over_r = s.rise_t - slope, s.rise_r + slope
        hstd = hst - s.hobs_m * over_t / (over_t + over_r)
        hsrd = hsr - s.hobs_m * over_r / (over_t + over_r)
    hstd, hsrd = min(hstd, h0), min(hsrd, hn)
    # Horizons over bare ground.
    beyond = s.sight_t > slope - ce * total
    row_t, row_r = s.sight_t_row, s.sight_r_row
    tan_t, tan_r = s.sight_t, s.sight_r
    bare_nu = math.nan
    if not beyond:
        bare_nu, row_t = sight_row(points, ground_m, n, hts, hrs, ce)
        row_r = row_t
        tan_t, tan_r = slope - ce * total, -slope - ce * total
    hst2, hsr2 = min(hst, h0), min(hsr, hn)
    hm = roughness_m(d_km, ground_m, hst2, (hsr2 - hst2) / total, row_t, row_r)
    seen_nu, seen_row = (bare_nu, row_t) if bare and not beyond else (math.nan, 0)
    nu_e, doubt = _edge(
        points, n, hts, hrs, ce, s, beyond, seen_nu, seen_row
    )  # fmt: skip
    smooth_e = exact_smooth_nu(d_km, n, hts - hstd, hrs - hsrd, ce)
    nu_b, smooth_b = nu_e, smooth_e
    if cb > 0.0:
        over_t, over_r = s.edge_tb + cb * total - slope, s.edge_rb + cb * total + slope
        if over_t >= 0.0:
            nu_b = triangle_nu(total, over_t, over_r)
        else:
            nu_b = sight_row(points, top_m, n, hts, hrs, cb)[0]
        smooth_b = exact_smooth_nu(d_km, n, hts - hstd, hrs - hsrd, cb)
    geometry = Geometry(
        total, hts, hrs, hstd, hsrd, hts - hst2, hrs - hsr2, hm,
        d_km[row_t], total - d_km[row_r],
        1e3 * math.atan(1e-3 * tan_t), 1e3 * math.atan(1e-3 * tan_r),
        nu_e, nu_b, smooth_e, smooth_b, b0_pc, tau,
        zones.omega, zones.dct_km, zones.dcr_km,
    )  # fmt: skip
    return geometry, doubt


@kernel
def roughness_m(
    d_km: Any, ground_m: Any, base_m: float, slope: float, first: int, last: int
) -> float:
    """hm: highest ground over the smooth earth from the first to the last row (5.6.3).

    Where the receiver's horizon lies before the transmitter's, there is nothing
    between them and the two points themselves are looked at.
    """
    if last < first:
        first, last = last, first
    highest = -math.inf
    for i in range(first, last + 1):
        highest = max(highest, ground_m[i] - base_m - slope * d_km[i])
    return highest


@kernel
def _edge(
    points: Points, n: int, hts_m: float, hrs_m: float, ce: float,
    s: Scan, beyond: bool, seen_nu: float, seen_row: int,
) -> tuple[float, Doubt]:  # fmt: skip
    """nu * sqrt(wavelength) over the median earth, and what 1 m of terrain moves.

    `seen_nu`, `seen_row`: of the path in sight, if that is known already; else NaN.
    """
    d_km, total = points.d_km, points.d_km[n - 1]
    slope = (hrs_m - hts_m) / total
    over_t = s.edge_t + ce * total - slope
    over_r = s.edge_r + ce * total + slope
    by_t = 1.0 / d_km[s.sight_t_row] if beyond else 0.0
    by_r = 1.0 / (total - d_km[s.sight_r_row]) if beyond else 0.0
    if over_t > 0.0 and over_r > 0.0:
        nu = triangle_nu(total, over_t, over_r)
        return nu, Doubt(
            total, s.edge_t_row, s.edge_r_row, over_t, over_r,
            1.0 / d_km[s.edge_t_row], 1.0 / (total - d_km[s.edge_r_row]), 0.0,
            s.sight_t_row, s.sight_r_row, by_t, by_r,
        )  # fmt: skip
    nu, row = seen_nu, seen_row
    if math.isnan(nu):
        nu, row = sight_row(points, points.top_m, n, hts_m, hrs_m, ce)
    of_point = math.sqrt(0.002 * total / (d_km[row] * (total - d_km[row])))
    return nu, Doubt(
        total, row, row, 0.0, 0.0, 0.0, 0.0, of_point,
        s.sight_t_row, s.sight_r_row, by_t, by_r,
    )  # fmt: skip
