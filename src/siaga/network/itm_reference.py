"""ITM: reference attenuation, the median loss above free space.

In sight a blend of two rays and of the diffraction line; beyond the horizon a line of
diffraction, a mean of a knife edge and of a smooth earth; far beyond it troposcatter.
Equations are those of the ITM algorithm (Hufford 1995); metres, radians, MHz, dB.
"""

from __future__ import annotations

import cmath
import math
from typing import NamedTuple

from siaga.network.itm_terrain import End, roughness_at_m, smooth_horizon_m
from siaga.network.kernel import kernel

__all__ = [
    "DIFFRACTION",
    "LINE_OF_SIGHT",
    "TROPOSCATTER",
    "Path",
    "knife_edges_db",
    "reference_db",
    "scatter_db",
    "smooth_earth_db",
]

LINE_OF_SIGHT, DIFFRACTION, TROPOSCATTER = 1, 2, 3
THIRD = 1.0 / 3.0
ROOT_2 = math.sqrt(2.0)
WAVE_MHZ = 47.7
"""Frequency at which the wave number is 1 per metre."""
EARTH_M = 6370e3
SCATTER_HEIGHT_M = 47.7
LEAST_X = 1.0
"""Floor of the normalised distance. The fit of B(K) is for small K and falls below 0
where K > 1.607, as it is for horizons of some metres at some 20 MHz: NTIA's program
then takes the logarithm of a negative number, and its NaN for no loss."""
NO_SCATTER_DB = 1001.0
"""What stands for troposcatter that is not defined: both antennas are too low."""


class Path(NamedTuple):
    """All that the reference attenuation is made of."""

    d_m: float
    tx: End
    rx: End
    roughness_m: float
    """Terrain irregularity, delta h."""
    radius_m: float
    """Effective radius of the earth."""
    ns: float
    """Surface refractivity."""
    f_mhz: float
    impedance: complex
    """Of the ground, relative."""
    product_m2: float
    """Added to the product of the heights: 10 with a profile, 0 in an area."""


class Sight(NamedTuple):
    """How far the two ends see."""

    smooth_m: float
    """Both horizons on the smooth earth."""
    actual_m: float
    """Both horizons of the terrain."""
    los_rad: float
    """Angle at the centre of the earth that is in sight."""


class Line(NamedTuple):
    """Loss that grows evenly with the distance."""

    slope: float
    """dB/m."""
    start_db: float


@kernel
def sight_of(path: Path) -> Sight:
    """How far both ends see."""
    tx, rx, a = path.tx, path.rx, path.radius_m
    smooth = smooth_horizon_m(tx.effective_m, a) + smooth_horizon_m(rx.effective_m, a)
    actual = tx.horizon_m + rx.horizon_m
    return Sight(smooth, actual, min(-(tx.angle_rad + rx.angle_rad), actual / a))


@kernel
def reference_db(path: Path) -> tuple[float, int]:
    """Loss above free space, at least 0, and which of the three modes it is."""
    sight = sight_of(path)
    line = diffraction_line(path, sight)
    if path.d_m < sight.smooth_m:
        return max(0.0, _in_sight_db(path, sight, line)), LINE_OF_SIGHT
    scatter, from_m = _scatter_line(path, sight, line)
    if path.d_m > from_m:
        return max(0.0, _along(scatter, path.d_m)), TROPOSCATTER
    return max(0.0, _along(line, path.d_m)), DIFFRACTION


@kernel
def _along(line: Line, d_m: float) -> float:
    return line.start_db + line.slope * d_m


# Diffraction


@kernel
def _scale_m(path: Path) -> float:
    """Distance over which diffraction over the earth changes, (a^2/f)^(1/3)."""
    return math.pow(path.radius_m**2 / path.f_mhz, THIRD)


@kernel
def diffraction_line(path: Path, sight: Sight) -> Line:
    """Line through the diffraction at two distances well beyond the horizon."""
    scale = _scale_m(path)
    near = max(sight.smooth_m, sight.actual_m + 5.0 * scale)
    far = near + 10.0 * scale
    near_db = _diffraction_db(path, sight, near)
    slope = (_diffraction_db(path, sight, far) - near_db) / (far - near)
    return Line(slope, near_db - slope * near)


@kernel
def _diffraction_db(path: Path, sight: Sight, d_m: float) -> float:
    """Mean of knife edges and smooth earth: the rougher, the more of the edges."""
    tx, rx, f = path.tx, path.rx, path.f_mhz
    heights = tx.height_m * rx.height_m
    over = heights + path.product_m2
    lift = math.sqrt(1.0 + (tx.effective_m * rx.effective_m - heights) / over)
    beyond = (sight.actual_m - sight.los_rad * path.radius_m) / d_m
    waves = min(roughness_at_m(path.roughness_m, d_m) * f / WAVE_MHZ, 6283.2)
    smooth_share = 25.1 / (25.1 + math.sqrt((lift + beyond) * waves))
    spread = height_spread_m(roughness_at_m(path.roughness_m, sight.smooth_m))
    clutter_db = min(15.0, 5.0 * math.log10(1.0 + 1e-5 * heights * f * spread))
    return (
        smooth_share * smooth_earth_db(path, sight, d_m)
        + (1.0 - smooth_share) * knife_edges_db(path, sight, d_m)
        + clutter_db
    )


@kernel
def height_spread_m(roughness: float) -> float:
    """One-sigma deviation of the heights around a reflection."""
    return 0.78 * roughness * math.exp(-0.5 * roughness**0.25)


@kernel
def knife_edges_db(path: Path, sight: Sight, d_m: float) -> float:
    """Two knife edges, at the horizons of both ends."""
    bent = d_m / path.radius_m - sight.los_rad
    between = d_m - sight.actual_m
    waves = path.f_mhz / WAVE_MHZ * bent * bent / (4.0 * math.pi)
    near, far = path.tx.horizon_m, path.rx.horizon_m
    return _edge_db(waves * near * between / (near + between)) + _edge_db(
        waves * far * between / (far + between)
    )


@kernel
def _edge_db(squared: float) -> float:
    """Loss of an edge, for the square of its Fresnel parameter."""
    if squared < 5.76:
        return 6.02 + 9.11 * math.sqrt(squared) - 1.27 * squared
    return 12.953 + 10.0 * math.log10(squared)


@kernel
def smooth_earth_db(path: Path, sight: Sight, d_m: float) -> float:
    """Vogler's three radii: one for each horizon and one between them."""
    bent = d_m / path.radius_m - sight.los_rad
    between = d_m - sight.actual_m
    x_t, k_t = _stretch(path, path.tx.horizon_m, _radius_to_horizon(path.tx))
    x_r, k_r = _stretch(path, path.rx.horizon_m, _radius_to_horizon(path.rx))
    x_m, _ = _stretch(path, between, between / bent)
    x = max(LEAST_X, x_t + x_m + x_r)
    distance_db = 0.05751 * x - 10.0 * math.log10(x)
    return distance_db - _height_db(x_t, k_t) - _height_db(x_r, k_r) - 20.0


@kernel
def _radius_to_horizon(end: End) -> float:
    return 0.5 * end.horizon_m**2 / end.effective_m


@kernel
def _stretch(path: Path, d_m: float, radius_m: float) -> tuple[float, float]:
    """Normalised length of a part of the path over its own radius, and its K."""
    c = (4.0 / 3.0 * EARTH_M / radius_m) ** THIRD
    third_f = path.f_mhz**THIRD
    k = 0.017778 * c / (third_f * abs(path.impedance))
    return (1.607 - k) * c * c * third_f * d_m / 1e3, k


@kernel
def _height_db(x: float, k: float) -> float:
    """Height gain F(x, K)."""
    if x >= 2000.0:
        return 0.05751 * x - 4.343 * math.log(x)
    if x >= 200.0:
        low = 0.0134 * x * math.exp(-0.005 * x)
        far = 0.05751 * x - 4.343 * math.log(x)
        return (1.0 - low) * far + low * (17.372 * math.log(x) - 117.0)
    log_k = math.log(k)
    if k < 1e-5 or -x * log_k**3 > 5495.0:
        return 17.372 * math.log(max(x, 1.0)) - 117.0
    return 2.5e-5 * x * x / k + 8.686 * log_k - 15.0


# In sight


@kernel
def _in_sight_db(path: Path, sight: Sight, line: Line) -> float:
    """A curve k0 + k1 d + k2 ln d through up to three points of the sight.

    It ends on the diffraction line, at the horizon of the smooth earth.
    """
    end, end_db = sight.smooth_m, _along(line, sight.smooth_m)
    near = 0.04 * path.f_mhz * path.tx.effective_m * path.rx.effective_m
    if line.start_db >= 0.0:
        near = min(near, 0.5 * sight.actual_m)
        mid = near + 0.25 * (sight.actual_m - near)
    else:
        mid = max(-line.start_db / line.slope, 0.25 * sight.actual_m)
    mid_db = _two_ray_db(path, sight, line, mid)
    k1, k2 = max(end_db - mid_db, 0.0) / (end - mid), 0.0
    if near < mid:
        near_db = _two_ray_db(path, sight, line, near)
        width, log_width = end - near, math.log(end / near)
        part = (mid - near) / width
        rise = mid_db - near_db - part * (end_db - near_db)
        fit = max(0.0, rise / (math.log(mid / near) - part * log_width))
        if line.start_db > 0.0 or fit > 0.0:
            k2 = fit
            k1 = (end_db - near_db - k2 * log_width) / width
            if k1 < 0.0:
                k1, k2 = 0.0, max(end_db - near_db, 0.0) / log_width
    if k1 == 0.0 and k2 == 0.0:
        k1 = line.slope
    return end_db + k1 * (path.d_m - end) + k2 * math.log(path.d_m / end)


@kernel
def _two_ray_db(path: Path, sight: Sight, line: Line, d_m: float) -> float:
    """Direct and reflected ray, blended with the diffraction line over rough land."""
    k = path.f_mhz / WAVE_MHZ
    spread = height_spread_m(roughness_at_m(path.roughness_m, d_m))
    heights = path.tx.effective_m + path.rx.effective_m
    sine = heights / math.hypot(d_m, heights)
    z = path.impedance
    reflected = (sine - z) / (sine + z) * math.exp(-min(10.0, k * spread * sine))
    power = abs(reflected) ** 2
    if power < 0.25 or power < sine:
        reflected *= math.sqrt(sine / power)
    phase = 2.0 * k * path.tx.effective_m * path.rx.effective_m / d_m
    if phase > 0.5 * math.pi:
        phase = math.pi - (0.5 * math.pi) ** 2 / phase
    rays_db = -20.0 * math.log10(abs(cmath.exp(-1j * phase) + reflected))
    share = 1.0 / (1.0 + path.f_mhz * path.roughness_m / max(10e3, sight.smooth_m))
    return share * rays_db + (1.0 - share) * _along(line, d_m)


# Troposcatter


@kernel
def _scatter_line(path: Path, sight: Sight, line: Line) -> tuple[Line, float]:
    """Line of troposcatter, and the distance from which on it holds."""
    near, far = sight.actual_m + 200e3, sight.actual_m + 400e3
    gain, gain_far = _gain_db(path, near), _gain_db(path, far)
    if gain_far >= NO_SCATTER_DB:
        return line, math.inf
    if max(gain, gain_far) > 15.0:  # a slope from such gains would be no slope
        gain = gain_far
    near_db = scatter_db(path, sight, near) + gain
    slope = (scatter_db(path, sight, far) + gain_far - near_db) / (far - near)
    start = sight.actual_m + 1.088 * _scale_m(path) * math.log(path.f_mhz)
    meet = (near_db - line.start_db - slope * near) / (line.slope - slope)
    from_m = max(sight.smooth_m, start, meet)
    return Line(slope, (line.slope - slope) * from_m + line.start_db), from_m


@kernel
def scatter_db(path: Path, sight: Sight, d_m: float) -> float:
    """Loss of troposcatter without its frequency gain."""
    bent = d_m / path.radius_m - sight.los_rad
    far = bent * d_m
    air_db = 0.1 * (path.ns - 301.0) * math.exp(-far / 40e3)
    waves = path.f_mhz / WAVE_MHZ * SCATTER_HEIGHT_M
    return _far_db(far) + 10.0 * math.log10(waves * bent**4) - air_db


@kernel
def _far_db(far_m: float) -> float:
    """F(theta d)."""
    if far_m <= 10e3:
        return 133.4 + 0.332e-3 * far_m - 10.0 * math.log10(far_m)
    if far_m <= 70e3:
        return 104.6 + 0.212e-3 * far_m - 2.5 * math.log10(far_m)
    return 71.8 + 0.157e-3 * far_m + 5.0 * math.log10(far_m)


@kernel
def _gain_db(path: Path, d_m: float) -> float:
    """Frequency gain H0, `NO_SCATTER_DB` if it is not defined."""
    tx, rx = path.tx, path.rx
    bent = tx.angle_rad + rx.angle_rad + d_m / path.radius_m
    k = 2.0 * path.f_mhz / WAVE_MHZ * bent
    r_t, r_r = k * tx.effective_m, k * rx.effective_m
    if r_t < 0.2 and r_r < 0.2:
        return NO_SCATTER_DB
    uneven = abs(tx.horizon_m - rx.horizon_m)
    ratio = r_r / r_t if tx.horizon_m >= rx.horizon_m else r_t / r_r
    s = (d_m - uneven) / (d_m + uneven)
    q = min(max(0.1, ratio / s), 10.0)
    s = max(0.1, s)
    cross_m = (d_m - uneven) * (d_m + uneven) * bent * 0.25 / d_m
    eta = _scatterers(path.ns, cross_m)
    mean = 0.5 * (_curve_db(r_t, eta) + _curve_db(r_r, eta))
    more = 6.0 * (0.6 - math.log10(max(eta, 1.0))) * math.log10(s) * math.log10(q)
    gain = max(mean + min(mean, more), 0.0)
    if eta >= 1.0:
        return gain
    both = r_t + r_r
    low = ((1.0 + ROOT_2 / r_t) * (1.0 + ROOT_2 / r_r)) ** 2
    low *= both / (both + 2.0 * ROOT_2)
    return eta * gain + (1.0 - eta) * 10.0 * math.log10(low)


@kernel
def _scatterers(ns: float, cross_m: float) -> float:
    """Efficiency of the air where the rays cross, eta_s."""
    thin = math.exp(-(min(1.7, cross_m / 8.0e3) ** 6))
    return cross_m / 1.7556e3 * (1.0 + (0.031 - 2.32e-3 * ns + 5.67e-6 * ns**2) * thin)


@kernel
def _curve_db(r: float, eta: float) -> float:
    """H0 of one end, between the curves for whole eta from 1 to 5."""
    at = min(max(eta, 1.0), 5.0)
    whole = int(at)
    part = at - whole
    curve = _whole_curve_db(r, whole)
    if part == 0.0:
        return curve
    return (1.0 - part) * curve + part * _whole_curve_db(r, whole + 1)


@kernel
def _whole_curve_db(r: float, eta: int) -> float:
    fourth = (25.0, 80.0, 177.0, 395.0, 705.0)[eta - 1]
    second = (24.0, 45.0, 68.0, 80.0, 105.0)[eta - 1]
    return 10.0 * math.log10(1.0 + fourth / r**4 + second / r**2)
