"""ITM: what the terrain gives, from a profile or from its roughness alone.

Horizons, the line through the ground, roughness and effective heights of both ends.
Equations are those of the ITM algorithm (Hufford 1995); metres and radians.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from siaga.network.kernel import kernel

__all__ = [
    "End",
    "effective_radius_m",
    "end_of_area",
    "ends_of_profile",
    "fitted_ends",
    "horizon",
    "middle_height_m",
    "roughness_at_m",
    "roughness_m",
    "smooth_horizon_m",
]

EARTH_CURVATURE = 157e-9
"""Of the earth without air, 1/m."""
SCALE_HEIGHT_M = 9460.0
"""Over which the refractivity falls to 1/e."""
ROUGH_SCALE_M = 50e3
"""A path much shorter than this does not see all of the roughness."""
TIE = 1e-9
"""A tenth of a horizon is often a whole number of steps, and roundings would decide
which way it is cut, another way in the other direction."""


class End(NamedTuple):
    """One end of a path."""

    height_m: float
    """Antenna above its ground."""
    effective_m: float
    """Antenna above the ground that reflects."""
    horizon_m: float
    """To the horizon, or all of the path if nothing stands in the way."""
    angle_rad: float
    """Of the horizon above the horizontal."""


@kernel
def effective_radius_m(ns: float) -> float:
    """Radius of the earth over which a ray is straight, for `ns` at the ground."""
    return 1.0 / (EARTH_CURVATURE * (1.0 - 0.04665 * math.exp(ns / 179.3)))


@kernel
def refractivity_at(n0: float, height_m: float) -> float:
    """Surface refractivity at a height, from that at sea level."""
    return n0 * math.exp(-height_m / SCALE_HEIGHT_M)


@kernel
def middle_height_m(ground_m: Any) -> float:
    """Mean of the profile without the tenth at either end."""
    n = len(ground_m) - 1
    cut = n // 10
    total = 0.0
    for row in range(cut, n - cut + 1):
        total += ground_m[row]
    return total / (n - 2 * cut + 1)


@kernel
def horizon(
    ground_m: Any, step_m: float, eye_m: float, other_m: float, forward: bool,
    radius_m: float,
) -> tuple[float, float]:  # fmt: skip
    """Distance and angle of the horizon from the first point, or from the last.

    `eye_m`, `other_m`: this antenna and that at the other end, above the sea.
    """
    n = len(ground_m) - 1
    bend = 0.5 / radius_m
    far_m = n * step_m
    top = (other_m - eye_m) / far_m - far_m * bend
    at_m = far_m
    for away in range(1, n):
        d = away * step_m
        ground = ground_m[away] if forward else ground_m[n - away]
        angle = (ground - eye_m) / d - d * bend
        if angle > top:
            top, at_m = angle, d
    return at_m, top


@kernel
def fitted_ends(
    ground_m: Any, step_m: float, skip_m: float, skip_end_m: float
) -> tuple[float, float]:
    """Heights at first and last point of the straight line through the ground.

    `skip_m`, `skip_end_m`: what is left out at either end. Outermost points weigh half.
    """
    n = len(ground_m) - 1
    first = int(max(skip_m, 0.0) / step_m + TIE)
    last = n - int(max(skip_end_m, 0.0) / step_m + TIE)
    if last <= first:
        first, last = max(first - 1, 0), min(last + 1, n)
    span, centre = float(last - first), 0.5 * (first + last)
    area = 0.5 * (ground_m[first] + ground_m[last])
    moment = 0.25 * span * (ground_m[last] - ground_m[first])
    for row in range(first + 1, last):
        area += ground_m[row]
        moment += ground_m[row] * (row - centre)
    level = area / span
    slope = 12.0 * moment / ((span * span + 2.0) * span)
    return level - slope * centre, level + slope * (n - centre)


@kernel
def roughness_m(
    ground_m: Any, step_m: float, skip_m: float, skip_end_m: float
) -> float:
    """Terrain irregularity of an endless path like this one, delta h.

    The range that holds the middle 80 % of heights above the fitted line.
    """
    n = len(ground_m) - 1
    start = skip_m / step_m
    span = n - skip_end_m / step_m - start
    if span < 2.0:
        return 0.0
    tenth = min(max(4, int(0.1 * (span + 8.0) + TIE)), 25)
    n_samples = 10 * tenth - 5
    samples = np.empty(n_samples)
    for i in range(n_samples):
        at = start + span * i / (n_samples - 1)
        row = min(int(at), n - 1)
        part = at - row
        samples[i] = ground_m[row] * (1.0 - part) + ground_m[row + 1] * part
    left, right = fitted_ends(samples, 1.0, 0.0, 0.0)
    rise = (right - left) / (n_samples - 1)
    for i in range(n_samples):
        samples[i] -= left + rise * i
    samples.sort()
    between: float = samples[n_samples - tenth] - samples[tenth - 1]
    return between / _seen(span * step_m)


@kernel
def roughness_at_m(roughness: float, d_m: float) -> float:
    """Part of the roughness that a path of this length sees."""
    return roughness * _seen(d_m)


@kernel
def _seen(d_m: float) -> float:
    return 1.0 - 0.8 * math.exp(-d_m / ROUGH_SCALE_M)


@kernel
def smooth_horizon_m(effective_m: float, radius_m: float) -> float:
    """Distance of the horizon on the smooth earth."""
    return math.sqrt(2.0 * effective_m * radius_m)


@kernel
def end_over(
    height_m: float, effective_m: float, roughness: float, radius_m: float
) -> End:
    """One end over terrain of which only the roughness is known."""
    smooth = smooth_horizon_m(effective_m, radius_m)
    shorter = math.exp(-0.07 * math.sqrt(roughness / max(effective_m, 5.0)))
    rise = 0.65 * roughness * (1.0 / shorter - 1.0)
    angle = (rise - 2.0 * effective_m) / smooth
    return End(height_m, effective_m, smooth * shorter, angle)


@kernel
def end_of_area(
    height_m: float, lift_m: float, roughness: float, radius_m: float
) -> End:
    """One end of an area; `lift_m`: what the choice of its place adds, at most."""
    gain = 0.0
    if lift_m > 0.0:
        if height_m < 5.0:
            lift_m *= math.sin(0.1 * math.pi * height_m)
        fall = min(20.0, 2.0 * height_m / max(1e-3, roughness))
        gain = (1.0 + lift_m) * math.exp(-fall)
    return end_over(height_m, height_m + gain, roughness, radius_m)


@kernel
def ends_of_profile(
    ground_m: Any, step_m: float, tx_m: float, rx_m: float, radius_m: float
) -> tuple[End, End, float]:
    """Both ends and the roughness of a profile; antennas above their ground."""
    d_m = (len(ground_m) - 1) * step_m
    first, last = ground_m[0], ground_m[-1]
    eye, other = first + tx_m, last + rx_m
    far_t, angle_t = horizon(ground_m, step_m, eye, other, True, radius_m)
    far_r, angle_r = horizon(ground_m, step_m, other, eye, False, radius_m)
    skip_t, skip_r = min(15.0 * tx_m, 0.1 * far_t), min(15.0 * rx_m, 0.1 * far_r)
    roughness = roughness_m(ground_m, step_m, skip_t, skip_r)
    if far_t + far_r <= 1.5 * d_m:
        left = fitted_ends(ground_m, step_m, skip_t, d_m - 0.9 * far_t)[0]
        right = fitted_ends(ground_m, step_m, d_m - 0.9 * far_r, skip_r)[1]
        above_t, above_r = tx_m + max(first - left, 0.0), rx_m + max(last - right, 0.0)
        tx = End(tx_m, above_t, far_t, angle_t)
        return tx, End(rx_m, above_r, far_r, angle_r), roughness
    # In sight: the horizons are beyond the path and are those of like terrain.
    left, right = fitted_ends(ground_m, step_m, skip_t, skip_r)
    above_t, above_r = tx_m + max(first - left, 0.0), rx_m + max(last - right, 0.0)
    tx = end_over(tx_m, above_t, roughness, radius_m)
    rx = end_over(rx_m, above_r, roughness, radius_m)
    reach = tx.horizon_m + rx.horizon_m
    if reach > d_m:
        return tx, rx, roughness
    more = (d_m / reach) ** 2
    tx = end_over(tx_m, above_t * more, roughness, radius_m)
    return tx, end_over(rx_m, above_r * more, roughness, radius_m), roughness
