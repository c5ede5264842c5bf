"""ITU-R P.1812-8 in closed form: from what the profile gives to the loss of the path.

Three steps, each a kernel, each for what changes least often:

1. `carrier_of(...)`: what depends on the frequency alone, once for many paths;
2. `share(geometry, ...)`: what depends on the path alone, once for all its frequencies;
3. `close_path(geometry, shared, carrier, location_db)`: the loss and its parts.

`Geometry` is what must be known of the profile. The exact path (`p1812_passes`) finds
it in loops over the points, the radial sweep from running maxima and sums.

A diffraction parameter nu is handed over as nu * sqrt(wavelength): that is the same for
all frequencies. Symbols and sections are those of the Recommendation (2025-09); log is
base 10. Units: km, m above the sea, mrad, GHz, dB.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from siaga.network.kernel import kernel
from siaga.network.p1812_sphere import (
    Carrier,
    Sphere,
    sphere_loss_db,
    sphere_of,
)

__all__ = ["Geometry", "Loss", "Shared", "close_path", "knife_edge_db", "share"]


class Geometry(NamedTuple):
    """What the profile of a path gives, whatever the frequency; all float64.

    The transmitter is at distance 0, the receiver at `d_km`.
    """

    d_km: float
    """Length of the path, above 0."""
    hts_m: float
    """Transmitting antenna above the sea, at least 1 m above the bare ground."""
    hrs_m: float
    """Receiving antenna above the sea."""
    hstd_m: float
    """Smooth earth for diffraction at the transmitter (5.6.2), <= ground there."""
    hsrd_m: float
    """The same at the receiver."""
    hte_m: float
    """Transmitting antenna above the smooth earth of the ducting model (5.6.3)."""
    hre_m: float
    """The same at the receiver."""
    hm_m: float
    """Roughness of the terrain between the horizons (5.6.3)."""
    dlt_km: float
    """Distance to the transmitter's horizon or, in sight, to the largest nu (4.3)."""
    dlr_km: float
    """The same from the receiver; in sight d - dlt."""
    theta_t_mrad: float
    """Elevation of the horizon or, in sight, of the other end, at the transmitter."""
    theta_r_mrad: float
    """The same at the receiver."""
    nu_e: float
    """Bullington's nu * sqrt(wavelength in m) of the actual profile with clutter
    (h + R inside, h at the ends) over the median earth `ae`; negative in sight."""
    nu_b: float
    """The same over the earth `ab` of beta0; not read at p = 50."""
    smooth_e: float
    """The same of the smooth profile: z = 0, antennas `hts - hstd`, `hrs - hsrd`,
    over `ae`. Exact, or `smooth_nu` of Attachment 4 to Annex 1."""
    smooth_b: float
    """The same over `ab`; not read at p = 50."""
    b0_pc: float
    """Time of anomalous propagation beta0, % (3.6); `radio_climate`."""
    tau: float
    """tau of equation 3a, from the longest inland stretch; `radio_climate`."""
    omega: float
    """Share of the path over the sea."""
    dct_km: float
    """Land from the transmitter to the coast; 500 if there is none, 0 at sea."""
    dcr_km: float
    """The same from the receiver."""


class Shared(NamedTuple):
    """What `share` works out once a path; the caller hands it on unread."""

    p_pc: float
    inside_b0: float
    free_db: float
    esp_db: float
    esb_db: float
    scatter_db: float
    duct_db: float
    duct_angle: float
    over_t_mrad: float
    over_r_mrad: float
    root_dlt: float
    root_dlr: float
    fi: float
    fj: float
    fk: float
    theta_mrad: float
    sphere_e: Sphere
    sphere_b: Sphere


class Loss(NamedTuple):
    """Basic transmission loss of a path and all that it is made of, dB."""

    lb: float
    """Basic transmission loss not exceeded for p % of time and pL % of places."""
    lbfs: float
    """Free space (4.2)."""
    lb0p: float
    """Free space with multipath and focusing at p %."""
    lb0b: float
    """The same at beta0 %."""
    lbull_actual: float
    """Bullington's loss of the actual profile over the median earth."""
    lbull_smooth: float
    """The same of the smooth profile."""
    ldsph: float
    """Diffraction over the spherical median earth."""
    ld50: float
    """Diffraction, median (4.3.4)."""
    ldb: float
    """Diffraction at beta0 %; equal to `ld50` where p is 50."""
    ldp: float
    """Diffraction at p %."""
    lbd50: float
    lbd: float
    """Free space, multipath and diffraction at p %."""
    lminb0p: float
    lba: float
    """Ducting and layer reflection (4.5)."""
    lminbap: float
    lbda: float
    lbam: float
    """Diffraction and ducting joined, modified by the angle of the path."""
    lbs: float
    """Troposcatter (4.4)."""
    lbc: float
    """All of it, median of places."""


@kernel
def inverse_normal(x: float) -> float:
    """I(x) of Attachment 2 to Annex 1, for 0 < x < 1.

    The rational approximation of the Recommendation: an exact inverse would move its
    reference results.
    """
    tail = x if x <= 0.5 else 1.0 - x
    t = math.sqrt(-2.0 * math.log(max(tail, 1e-6)))
    above = (0.010328 * t + 0.802853) * t + 2.515516698
    below = ((0.001308 * t + 0.189269) * t + 1.432788) * t + 1.0
    return t - above / below if x <= 0.5 else above / below - t


@kernel
def radio_climate(
    dtm_km: float, dlm_km: float, latitude_deg: float
) -> tuple[float, float]:
    """Give beta0 (%) and tau of a path (3.6).

    `dtm_km`, `dlm_km`: longest stretch over land and over inland; runs end half-way to
    the next point of another zone.
    """
    tau = 1.0 - math.exp(-4.12e-4 * dlm_km**2.41)
    mu1 = 10.0 ** (-dtm_km / (16.0 - 6.6 * tau)) + 10.0 ** (
        -5.0 * (0.496 + 0.354 * tau)
    )
    mu1 = min(1.0, mu1**0.2)
    latitude = abs(latitude_deg)
    if latitude <= 70.0:
        mu4 = mu1 ** (-0.935 + 0.0176 * latitude)
        return 10.0 ** (-0.015 * latitude + 1.67) * mu1 * mu4, tau
    return 4.17 * mu1 * mu1**0.3, tau


@kernel
def knife_edge_db(nu: float) -> float:
    """Loss of a knife edge J(nu) (4.3.1), 0 from nu = -0.78 down."""
    if nu <= -0.78:
        return 0.0
    return 6.9 + 20.0 * math.log10(math.sqrt((nu - 0.1) ** 2 + 1.0) + nu - 0.1)


@kernel
def bullington_db(nu: float, d_km: float) -> float:
    """Loss of Bullington's edge for a profile of this length (equation 21)."""
    edge = knife_edge_db(nu)
    return edge + (1.0 - math.exp(-edge / 6.0)) * (10.0 + 0.02 * d_km)


@kernel
def share(
    geometry: Geometry, ae_km: float, ab_km: float, n0: float, p_pc: float
) -> Shared:
    """Work out what all frequencies of a path have in common.

    `ae_km`, `ab_km`: effective earth radius, median and at beta0; `n0`: refractivity
    at sea level, N-units; `p_pc`: per cent of time, 1 to 50.
    """
    g = geometry
    rise = 1e-3 * (g.hts_m - g.hrs_m)
    seen = math.exp(-0.1 * (g.dlt_km + g.dlr_km))
    theta = 1e3 * g.d_km / ae_km + g.theta_t_mrad + g.theta_r_mrad
    inside = 1.0 if p_pc < g.b0_pc else 0.0
    fi = 0.0
    if p_pc < 50.0:
        fi = 1.0
        if p_pc > g.b0_pc:
            fi = inverse_normal(0.01 * p_pc) / inverse_normal(0.01 * g.b0_pc)
    smooth_t, smooth_r = g.hts_m - g.hstd_m, g.hrs_m - g.hsrd_m
    sphere_e = sphere_of(g.d_km, smooth_t, smooth_r, ae_km)
    sphere_b = sphere_e
    if p_pc < 50.0:
        sphere_b = sphere_of(g.d_km, smooth_t, smooth_r, ab_km)
    scatter = 20.0 * math.log10(g.d_km) + 0.573 * theta - 0.15 * n0
    if p_pc < 50.0:
        scatter -= 10.125 * math.log10(50.0 / p_pc) ** 0.7
    near_t = min(g.theta_t_mrad, 0.1 * g.dlt_km)
    near_r = min(g.theta_r_mrad, 0.1 * g.dlr_km)
    return Shared(
        p_pc, inside,
        10.0 * math.log10(max(g.d_km * g.d_km + rise * rise, 1e-6)),
        2.6 * (1.0 - seen) * math.log10(p_pc / 50.0),
        2.6 * (1.0 - seen) * math.log10(g.b0_pc / 50.0),
        scatter, _duct_db(g, ae_km, p_pc),
        ae_km * (1e3 * g.d_km / ae_km + near_t + near_r),
        g.theta_t_mrad - 0.1 * g.dlt_km, g.theta_r_mrad - 0.1 * g.dlr_km,
        math.sqrt(g.dlt_km), math.sqrt(g.dlr_km),
        fi,
        1.0 - 0.5 * (1.0 + math.tanh(2.4 * (theta - 0.3) / 0.3)),
        1.0 - 0.5 * (1.0 + math.tanh(1.5 * (g.d_km - 20.0) / 20.0)),
        theta, sphere_e, sphere_b,
    )  # fmt: skip


@kernel
def _duct_db(g: Geometry, ae_km: float, p_pc: float) -> float:
    """Part of the ducting loss that no frequency changes (4.5)."""
    coupling = _sea_duct_db(g.omega, g.dct_km, g.dlt_km, g.hts_m)
    coupling += _sea_duct_db(g.omega, g.dcr_km, g.dlr_km, g.hrs_m)
    alpha = max(-3.4, -0.6 - 3.5e-9 * g.d_km**3.1 * g.tau)
    roots = math.sqrt(g.hte_m) + math.sqrt(g.hre_m)
    mu2 = min(1.0, (500.0 / ae_km * (g.d_km / roots) ** 2) ** alpha)
    mu3 = 1.0
    if g.hm_m > 10.0:
        between = min(g.d_km - g.dlt_km - g.dlr_km, 40.0)
        mu3 = math.exp(-4.6e-5 * (g.hm_m - 10.0) * (43.0 + 6.0 * between))
    # On rough hills mu3 vanishes below what a float holds: its logarithm must not.
    beta = max(g.b0_pc * mu2 * mu3, 1e-30)
    log_beta = math.log10(beta)
    gamma = 1.076 / math.pow(2.0058 - log_beta, 1.012)
    gamma *= math.exp(
        -(9.51 - 4.8 * log_beta + 0.198 * log_beta * log_beta) * 1e-6 * g.d_km**1.13
    )
    often = math.log10(p_pc) - log_beta
    time = -12.0 + (1.2 + 3.7e-3 * g.d_km) * often
    time += 12.0 * math.pow(10.0, gamma * often)
    return coupling + time + 20.0 * math.log10(g.dlt_km + g.dlr_km)


@kernel
def _sea_duct_db(omega: float, coast_km: float, horizon_km: float, h_m: float) -> float:
    """Coupling of an antenna near the coast into a duct over the sea (4.5)."""
    if omega < 0.75 or coast_km > horizon_km or coast_km > 5.0:
        return 0.0
    decay = math.exp(-0.25 * coast_km * coast_km)
    return -3.0 * decay * (1.0 + math.tanh(0.07 * (50.0 - h_m)))


@kernel
def _over_horizon_db(over_mrad: float, root_dl: float, carrier: Carrier) -> float:
    """Site-shielding loss towards a duct, 0 where the horizon is low (4.5)."""
    if over_mrad <= 0.0:
        return 0.0
    bend = 1.0 + 0.361 * over_mrad * carrier.root_f * root_dl
    return 20.0 * math.log10(bend) + 0.264 * over_mrad * carrier.third_f


@kernel
def duct_loss_db(shared: Shared, carrier: Carrier) -> float:
    """Loss by ducting and layer reflection Lba (4.5)."""
    s = shared
    shield = _over_horizon_db(s.over_t_mrad, s.root_dlt, carrier)
    shield += _over_horizon_db(s.over_r_mrad, s.root_dlr, carrier)
    angle = 5e-5 * carrier.third_f * s.duct_angle
    return carrier.duct_db + s.duct_db + shield + angle


@kernel
def close_path(
    geometry: Geometry, shared: Shared, carrier: Carrier, location_db: float
) -> Loss:
    """Basic transmission loss of a path at one frequency, and its parts, dB.

    `geometry`: what the profile gives; `shared`: `share` of it; `carrier`: `carrier_of`
    the frequency with the same earth radii; `location_db`: -I(pL/100) sigmaL of 4.8, 0
    for the median of places or a receiver at sea. Valid from 0.25 km; below that use
    `free_space_db`.
    """
    g, s = geometry, shared
    lbfs = carrier.free_db + s.free_db
    lb0p, lb0b = lbfs + s.esp_db, lbfs + s.esb_db
    actual = bullington_db(g.nu_e / carrier.root_lam, g.d_km)
    smooth = bullington_db(g.smooth_e / carrier.root_lam, g.d_km)
    sphere = sphere_loss_db(s.sphere_e, carrier, g.omega)
    ld50 = actual + max(sphere - smooth, 0.0)
    ldb = ld50
    if s.fi > 0.0:
        ldb = bullington_db(g.nu_b / carrier.root_lam, g.d_km) + max(
            sphere_loss_db(s.sphere_b, carrier, g.omega)
            - bullington_db(g.smooth_b / carrier.root_lam, g.d_km),
            0.0,
        )
    ldp = ld50 + s.fi * (ldb - ld50)
    lbd50, lbd = lbfs + ld50, lb0p + ldp
    lminb0p = lb0p + (1.0 - g.omega) * ldp
    if s.inside_b0 == 0.0:
        lminb0p = lbd50 + (lb0b + (1.0 - g.omega) * ldp - lbd50) * s.fi
    lba = duct_loss_db(s, carrier)
    lminbap = log_sum_db(lba, lb0p)
    lbda = lbd
    if lminbap <= lbd:
        lbda = lminbap + (lbd - lminbap) * s.fk
    lbam = lbda + (lminb0p - lbda) * s.fj
    lbs = carrier.scatter_db + s.scatter_db
    lbc = power_sum_db(lbs, lbam)
    lb = max(lb0p, lbc + location_db)
    return Loss(
        lb, lbfs, lb0p, lb0b, actual, smooth, sphere, ld50, ldb, ldp, lbd50, lbd,
        lminb0p, lba, lminbap, lbda, lbam, lbs, lbc,
    )  # fmt: skip


@kernel
def log_sum_db(one_db: float, other_db: float) -> float:
    """2.5 ln(exp(a/2.5) + exp(b/2.5)) of 4.7, for losses of any size."""
    low, high = min(one_db, other_db), max(one_db, other_db)
    return high + 2.5 * math.log1p(math.exp((low - high) / 2.5))


@kernel
def power_sum_db(one_db: float, other_db: float) -> float:
    """-5 log(10^(-0.2 a) + 10^(-0.2 b)) of 4.7, for losses of any size."""
    low, high = min(one_db, other_db), max(one_db, other_db)
    return low - 5.0 * math.log10(1.0 + 10.0 ** (-0.2 * (high - low)))


@kernel
def free_space_db(geometry: Geometry, carrier: Carrier) -> float:
    """Loss of free space over the straight line between the antennas (4.2).

    The line is taken as 1 m where it is shorter.
    """
    rise = 1e-3 * (geometry.hts_m - geometry.hrs_m)
    square = max(geometry.d_km * geometry.d_km + rise * rise, 1e-6)
    return carrier.free_db + 10.0 * math.log10(square)
