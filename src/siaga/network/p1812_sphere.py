"""ITU-R P.1812-8: diffraction over the spherical earth, and what a frequency fixes.

Spherical earth: section 4.3.2 and 4.3.3. Units: km, m, GHz, dB; log is base 10.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from siaga.network.kernel import kernel

__all__ = [
    "Carrier",
    "Sphere",
    "carrier_of",
    "smooth_nu",
    "sphere_loss_db",
    "sphere_of",
]

THIRD = 1.0 / 3.0


class Carrier(NamedTuple):
    """What frequency and polarisation fix, whatever the path; made by `carrier_of`."""

    f_ghz: float
    root_lam: float
    """Square root of the wavelength in metres."""
    free_db: float
    """92.4 + 20 log f."""
    scatter_db: float
    """190.1 + Lf of troposcatter."""
    duct_db: float
    """102.45 + 20 log f + Alf of ducting."""
    root_f: float
    third_f: float
    """Cube root of f."""
    land: float
    """Normalised surface admittance K of land times the cube root of the radius."""
    sea: float
    """The same of the sea."""


class Sphere(NamedTuple):
    """A path over the smooth sphere, whatever the frequency; made by `sphere_of`."""

    d_km: float
    ht_m: float
    hr_m: float
    beyond: float
    """1 if the path is longer than the line of sight, else 0."""
    third_a: float
    """Cube root of the radius of the first term: ap, or aem in sight."""
    hse_m: float
    """Smallest height of the line of sight over the sphere; not read beyond it."""
    clear: float
    """Height that makes it a free path, by the square root of the wavelength."""
    nu: float
    """Bullington's nu * sqrt(wavelength) of the same path (Attachment 4)."""


@kernel
def carrier_of(f_ghz: float, vertical: bool) -> Carrier:
    """Constants of a frequency, 0.03 to 6 GHz, and of a polarisation."""
    log_f = math.log10(f_ghz)
    low = 45.375 - 137.0 * f_ghz + 92.5 * f_ghz * f_ghz if f_ghz < 0.5 else 0.0
    return Carrier(
        f_ghz,
        math.sqrt(0.2998 / f_ghz),
        92.4 + 20.0 * log_f,
        190.1 + 25.0 * log_f - 2.5 * math.log10(0.5 * f_ghz) ** 2,
        102.45 + 20.0 * log_f + low,
        math.sqrt(f_ghz),
        f_ghz**THIRD,
        _admittance(f_ghz, vertical, 22.0, 0.003),
        _admittance(f_ghz, vertical, 80.0, 5.0),
    )


@kernel
def _admittance(f_ghz: float, vertical: bool, eps: float, sigma: float) -> float:
    """K (a)^(1/3) of a ground of this permittivity and conductivity (S/m), 4.3.3."""
    loss = 18.0 * sigma / f_ghz
    size = math.sqrt((eps - 1.0) ** 2 + loss * loss)
    k = 0.036 / math.sqrt(size) / math.pow(f_ghz, THIRD)
    return k * math.sqrt(eps * eps + loss * loss) if vertical else k


@kernel
def sphere_of(d_km: float, ht_m: float, hr_m: float, ap_km: float) -> Sphere:
    """Give the geometry of a path over a smooth sphere of radius `ap_km` (4.3.2).

    `ht_m`, `hr_m`: antennas above the sphere, above 0.
    """
    root_t, root_r = math.sqrt(ht_m), math.sqrt(hr_m)
    ce = 500.0 / ap_km
    if d_km >= math.sqrt(0.002 * ap_km) * (root_t + root_r):
        over_t = ce * d_km - 2.0 * math.sqrt(ce * ht_m) - (hr_m - ht_m) / d_km
        over_r = ce * d_km - 2.0 * math.sqrt(ce * hr_m) + (hr_m - ht_m) / d_km
        nu = math.sqrt(0.002 * d_km * max(over_t * over_r, 0.0))
        return Sphere(d_km, ht_m, hr_m, 1.0, ap_km**THIRD, 0.0, 0.0, nu)
    c = (ht_m - hr_m) / (ht_m + hr_m)
    m = 250.0 * d_km * d_km / (ap_km * (ht_m + hr_m))
    turn = 1.5 * c * math.sqrt(3.0 * m / (m + 1.0) ** 3)
    turn = math.acos(min(1.0, max(-1.0, turn)))
    b = 2.0 * math.sqrt((m + 1.0) / (3.0 * m)) * math.cos(math.pi / 3.0 + turn / 3.0)
    d1 = 0.5 * d_km * (1.0 + b)
    d2 = d_km - d1
    hse = ((ht_m - ce * d1 * d1) * d2 + (hr_m - ce * d2 * d2) * d1) / d_km
    aem = 500.0 * (d_km / (root_t + root_r)) ** 2
    clear = 17.456 * math.sqrt(d1 * d2 / d_km)
    nu = -hse * math.sqrt(0.002 * d_km / (d1 * d2))
    return Sphere(d_km, ht_m, hr_m, 0.0, aem**THIRD, hse, clear, nu)


@kernel
def smooth_nu(d_km: float, ht_m: float, hr_m: float, ap_km: float) -> float:
    """Bullington's nu * sqrt(wavelength) of the smooth earth, without a profile.

    Attachment 4 to Annex 1; within 0.02 dB of the exact pass on paths of 1 to 40 km.
    """
    return sphere_of(d_km, ht_m, hr_m, ap_km).nu


@kernel
def sphere_loss_db(sphere: Sphere, carrier: Carrier, omega: float) -> float:
    """Diffraction loss over the smooth sphere Ldsph (4.3.2)."""
    free = 1.0
    if sphere.beyond == 0.0:
        needed = sphere.clear * carrier.root_lam
        if sphere.hse_m >= needed:
            return 0.0
        free = 1.0 - sphere.hse_m / needed
    loss = 0.0
    if omega < 1.0:
        loss += (1.0 - omega) * _first_term_db(sphere, carrier, carrier.land)
    if omega > 0.0:
        loss += omega * _first_term_db(sphere, carrier, carrier.sea)
    return loss if sphere.beyond == 1.0 else free * max(loss, 0.0)


@kernel
def _first_term_db(sphere: Sphere, carrier: Carrier, ground: float) -> float:
    """First term of the residue series over one kind of ground (4.3.3)."""
    k = ground / sphere.third_a
    k2 = k * k
    beta = (1.0 + (1.6 + 0.67 * k2) * k2) / (1.0 + (4.5 + 1.53 * k2) * k2)
    scale = beta * carrier.third_f / sphere.third_a
    x = 21.88 * scale / sphere.third_a * sphere.d_km
    up = 0.9575 * scale * carrier.third_f * beta
    log_x = math.log10(x)
    if x >= 1.6:
        term = 11.0 + 10.0 * log_x - 17.6 * x
    else:
        term = -20.0 * log_x - 5.6488 * x**1.425
    floor = 2.0 + 20.0 * math.log10(k)
    term += max(_height_gain_db(up * sphere.ht_m), floor)
    return -term - max(_height_gain_db(up * sphere.hr_m), floor)


@kernel
def _height_gain_db(b: float) -> float:
    """G of 4.3.3 for a normalised height already multiplied by beta."""
    if b > 2.0:
        return 17.6 * math.sqrt(b - 1.1) - 5.0 * math.log10(b - 1.1) - 8.0
    return 20.0 * math.log10(b + 0.1 * b * b * b)
