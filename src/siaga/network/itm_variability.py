"""ITM: how far the loss is from its reference in time, between places and situations.

A situation is a set of paths that look alike on paper (same distance, heights and
roughness). Equations and tables of the ITM algorithm (Hufford 1995), section 5.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from siaga.network.itm_reference import WAVE_MHZ, Path
from siaga.network.itm_terrain import roughness_at_m
from siaga.network.kernel import kernel
from siaga.network.p1812_closing import inverse_normal

__all__ = ["ACCIDENTAL", "BROADCAST", "MOBILE", "SINGLE", "Shares", "varied_db"]

SINGLE, ACCIDENTAL, MOBILE, BROADCAST = 0, 1, 2, 3

# One row a climate: equatorial, continental subtropical, maritime subtropical, desert,
# continental temperate, maritime temperate over land, and over sea. Columns: c1 and c2
# in dB, x1 to x3 in km.
MEDIAN = np.array(
    (
        (-9.67, 12.7, 144.9, 190.3, 133.8),
        (-0.62, 9.19, 228.9, 205.2, 143.6),
        (1.26, 15.5, 262.6, 185.2, 99.8),
        (-9.21, 9.05, 84.1, 101.1, 98.6),
        (-0.62, 9.19, 228.9, 205.2, 143.6),
        (-0.39, 2.86, 141.7, 315.9, 167.4),
        (3.15, 857.9, 2222.0, 164.8, 116.3),
    )
)
WORSE = np.array(
    (
        (2.13, 159.5, 762.2, 123.6, 94.5),
        (2.66, 7.67, 100.4, 172.5, 136.4),
        (6.11, 6.65, 138.2, 242.2, 178.6),
        (1.98, 13.11, 139.1, 132.7, 193.5),
        (2.68, 7.16, 93.7, 186.8, 133.5),
        (6.86, 10.38, 187.8, 169.6, 108.9),
        (8.51, 169.8, 609.8, 119.9, 106.6),
    )
)
"""Spread in time of the losses above the median."""
BETTER = np.array(
    (
        (2.11, 102.3, 636.9, 134.8, 95.6),
        (6.87, 15.53, 138.7, 143.7, 98.6),
        (10.08, 9.60, 165.3, 225.7, 129.7),
        (3.68, 159.3, 464.4, 93.1, 94.2),
        (4.75, 8.12, 93.2, 135.9, 113.4),
        (8.58, 13.97, 216.0, 152.0, 122.7),
        (8.43, 8.19, 136.2, 188.5, 122.9),
    )
)
"""Spread in time of the losses below the median."""
PLAIN = (1.0, 0.0, 0.0)
WORSE_BY_BAND = np.array((PLAIN, PLAIN, PLAIN, PLAIN, (0.92, 0.25, 1.77), PLAIN, PLAIN))
BETTER_BY_BAND = np.array(
    (
        PLAIN, (0.93, 0.31, 2.0), PLAIN, (0.93, 0.19, 1.79), (0.93, 0.31, 2.0),
        PLAIN, PLAIN,
    )
)  # fmt: skip
DUCTED = np.array(
    (
        (1.224, 1.282), (0.801, 2.161), (1.38, 1.282), (1.0, 20.0), (1.224, 1.282),
        (1.518, 1.282), (1.518, 1.282),
    )
)  # fmt: skip
"""Spread of the rare ducted times by that of `BETTER`, and from where on, in sigmas."""


class Shares(NamedTuple):
    """Shares of time, places and situations in which the loss is not exceeded."""

    time: float
    """From 0 to 1, both open; and so on."""
    places: float
    situations: float
    mode: int
    """SINGLE, ACCIDENTAL, MOBILE or BROADCAST."""
    places_vary: bool
    situations_vary: bool


@kernel
def varied_db(path: Path, median_db: float, climate: int, shares: Shares) -> float:
    """Loss above free space for these shares; `climate` from 1 to 7.

    `median_db`: reference attenuation of the path.
    """
    row, mode = climate - 1, shares.mode
    far_km = _effective_km(path)
    zt, zl, zs = _deviates(shares)
    waves = path.f_mhz / WAVE_MHZ * roughness_at_m(path.roughness_m, path.d_m)
    place = 10.0 * waves / (waves + 13.0) if shares.places_vary else 0.0
    time = _time_sigma_db(path.f_mhz, far_km, row, zt)
    own = 5.0 + 3.0 * math.exp(-far_km / 100.0) if shares.situations_vary else 0.0
    situation = (
        own**2
        + (time * zt) ** 2 / (7.8 + zs**2)
        + (place * zl) ** 2 / (24.0 + zs**2)
    )  # fmt: skip
    better = _curve(MEDIAN, row, far_km)
    if mode == SINGLE:
        better += math.sqrt(time**2 + place**2 + situation) * zs
    elif mode == ACCIDENTAL:
        better += time * zt + math.sqrt(place**2 + situation) * zs
    elif mode == MOBILE:
        better += math.hypot(time, place) * zt + math.sqrt(situation) * zs
    else:
        better += time * zt + place * zl + math.sqrt(situation) * zs
    return _softened(median_db - better)


@kernel
def _softened(above_db: float) -> float:
    """Hold a loss below free space near to it."""
    if above_db >= 0.0:
        return above_db
    return above_db * (29.0 - above_db) / (29.0 - 10.0 * above_db)


@kernel
def _effective_km(path: Path) -> float:
    """Distance, with the horizon of antennas of these heights put at 130 km."""
    high = math.sqrt(path.tx.effective_m) + math.sqrt(path.rx.effective_m)
    wide = math.pow(575.7e12 * WAVE_MHZ / path.f_mhz, 1.0 / 3.0)
    horizon = math.sqrt(2.0 * 9000e3) * high + wide
    if path.d_m < horizon:
        return 130.0 * path.d_m / horizon
    return 130.0 + (path.d_m - horizon) / 1e3


@kernel
def _deviates(shares: Shares) -> tuple[float, float, float]:
    """Standard normal deviates of time, places and situations, as the mode joins them.

    A share above a half asks for a loss above the median: its deviate is negative.
    """
    zt, zl = inverse_normal(shares.time), inverse_normal(shares.places)
    zs = inverse_normal(shares.situations)
    if shares.mode == SINGLE:
        return zs, zs, zs
    if shares.mode == ACCIDENTAL:
        return zt, zs, zs
    if shares.mode == MOBILE:
        return zt, zt, zs
    return zt, zl, zs


@kernel
def _time_sigma_db(f_mhz: float, far_km: float, row: int, zt: float) -> float:
    band = math.log(0.133 * f_mhz / WAVE_MHZ)
    if zt < 0.0:
        return _curve(WORSE, row, far_km) * _by_band(WORSE_BY_BAND, row, band)
    sigma = _curve(BETTER, row, far_km) * _by_band(BETTER_BY_BAND, row, band)
    factor: float = DUCTED[row, 0]
    from_z: float = DUCTED[row, 1]
    if zt <= from_z:
        return sigma
    return sigma * (factor + (1.0 - factor) * from_z / zt)


@kernel
def _curve(table: Any, row: int, far_km: float) -> float:
    near: float = (far_km - table[row, 3]) / table[row, 4]
    hump: float = table[row, 0] + table[row, 1] / (1.0 + near**2)
    grown: float = (far_km / table[row, 2]) ** 2
    return hump * grown / (1.0 + grown)


@kernel
def _by_band(table: Any, row: int, band: float) -> float:
    factor: float = table[row, 0] + table[row, 1] / (1.0 + (table[row, 2] * band) ** 2)
    return factor
