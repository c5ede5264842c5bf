"""ITU-R P.2109-2: loss of the entry into a building, for a station inside one.

A tent or an open hall loses nothing and needs no model. Symbols and equations 1 to 12
of the Recommendation (2023-08); log is base 10.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Building", "entry_loss_db"]


class Building(Enum):
    """Kinds of building of the Recommendation, with r s t u v w x y z of table 1."""

    TRADITIONAL = (12.64, 3.72, 0.96, 9.6, 2.0, 9.1, -3.0, 4.5, -2.0)
    EFFICIENT = (28.19, -3.00, 8.48, 13.5, 3.8, 27.8, -2.9, 9.4, -2.1)
    """Thermally efficient: metallised glass, foil-backed panels."""


C_DB = -3.0
"""Part that no wall takes away (equation 7)."""
FREQUENCY_GHZ = (0.08, 100.0)


def entry_loss_db(
    frequency_mhz: ArrayLike,
    building: Building,
    *,
    probability: ArrayLike = 0.5,
    elevation_deg: ArrayLike = 0.0,
) -> npt.NDArray[np.float64]:
    """Loss not exceeded with a probability at a place chosen at random inside, dB.

    `elevation_deg`: of the path at the facade. Arguments broadcast. Raises ValueError
    for a frequency outside 80 MHz to 100 GHz, a probability not between 0 and 1, or an
    elevation beyond 90 degrees.

    >>> entry_loss_db([900.0, 1800.0], Building.TRADITIONAL).round(2).tolist()
    [14.24, 14.84]
    """
    f = np.asarray(frequency_mhz, np.float64) / 1e3
    p = np.asarray(probability, np.float64)
    up = np.abs(np.asarray(elevation_deg, np.float64))
    if not ((f >= FREQUENCY_GHZ[0]) & (f <= FREQUENCY_GHZ[1])).all():
        raise ValueError("frequency_mhz: outside 80 to 100,000")
    if not ((p > 0) & (p < 1)).all():
        raise ValueError("probability: not between 0 and 1")
    if not (up <= 90).all():
        raise ValueError("elevation_deg: beyond 90")
    r, s, t, u, v, w, x, y, z = building.value
    log_f = np.log10(f)
    horizontal = r + s * log_f + t * log_f**2
    normal = ndtri(p)
    a = normal * (u + v * log_f) + horizontal + 0.212 * up
    b = normal * (y + z * log_f) + w + x * log_f
    total: Any = 10 ** (0.1 * a) + 10 ** (0.1 * b) + 10 ** (0.1 * C_DB)
    return np.asarray(10 * np.log10(total))
