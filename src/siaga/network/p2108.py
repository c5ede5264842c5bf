"""ITU-R P.2108-1, section 3.2: loss by the clutter around a terminal, by statistics.

For a terminal among buildings where no clutter height is known. Never on top of a
profile that has clutter heights: `siaga.network.p1812` counts those already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Around", "around", "clutter_loss_db"]

Floats = npt.NDArray[np.float64]

FREQUENCY_GHZ = (0.5, 67.0)
LEAST_KM = 0.25
FLAT_KM = 2.0
"""From here on the loss grows no more."""


def clutter_loss_db(
    frequency_mhz: ArrayLike,
    distance_m: ArrayLike,
    *,
    probability: ArrayLike = 0.5,
) -> npt.NDArray[np.float64]:
    """Clutter loss of one terminal not exceeded at a share of places, dB.

    For terrestrial paths of 0.25 km or more (equations 3 to 6); arguments broadcast.
    Raises ValueError for a frequency outside 0.5 to 67 GHz, a shorter path or a
    probability not between 0 and 1.

    >>> clutter_loss_db(1800.0, [250.0, 1000.0, 2000.0, 9000.0]).round(2).tolist()
    [19.31, 27.43, 27.55, 27.55]
    """
    f = np.asarray(frequency_mhz, np.float64) / 1e3
    d = np.asarray(distance_m, np.float64) / 1e3
    p = np.asarray(probability, np.float64)
    if not ((f >= FREQUENCY_GHZ[0]) & (f <= FREQUENCY_GHZ[1])).all():
        raise ValueError("frequency_mhz: outside 500 to 67,000")
    if not (d >= LEAST_KM).all():
        raise ValueError("distance_m: below 250")
    if not ((p > 0) & (p < 1)).all():
        raise ValueError("probability: not between 0 and 1")
    median, sigma = _loss_db(f, d)
    return np.asarray(median + sigma * ndtri(p))


class Around(NamedTuple):
    """Loss by what stands around a phone, median and spread over places, dB."""

    loss_db: Floats
    sigma_db: Floats


def around(frequency_mhz: ArrayLike, distance_m: ArrayLike) -> Around:
    """Clutter loss where no clutter height is known; arguments broadcast.

    0 below 500 MHz and on paths under 250 m, for which the method is not made.
    """
    f, d = np.broadcast_arrays(
        np.asarray(frequency_mhz, np.float64) / 1e3,
        np.asarray(distance_m, np.float64) / 1e3,
    )
    holds = (f >= FREQUENCY_GHZ[0]) & (d >= LEAST_KM)
    median, sigma = _loss_db(np.maximum(f, FREQUENCY_GHZ[0]), np.maximum(d, LEAST_KM))
    return Around(np.where(holds, median, 0.0), np.where(holds, sigma, 0.0))


def _loss_db(f: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Median and standard deviation by equations 3 to 6; GHz and km."""
    near = 32.98 + 23.9 * np.log10(np.minimum(d, FLAT_KM)) + 3.0 * np.log10(f)
    far = -2.0 * np.log10(10.0 ** (-5.0 * np.log10(f) - 12.5) + 10.0**-16.5)
    by_far, by_near = 10.0 ** (-0.2 * far), 10.0 ** (-0.2 * near)
    both = by_far + by_near
    sigma = np.sqrt((4.0**2 * by_far + 6.0**2 * by_near) / both)
    return np.asarray(-5.0 * np.log10(both)), np.asarray(sigma)
