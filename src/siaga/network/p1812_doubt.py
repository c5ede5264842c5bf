"""How far an error of the terrain moves the loss of ITU-R P.1812: first derivatives.

What decides the loss of a path are few points of its profile: the two (often one) that
make Bullington's edge and the two horizons. `terrain_sigma_db` is the standard
deviation of the loss when each of them errs by its own sigma, independent of the
others. The fitted smooth earth and the roughness hang on all points at once, in which
single errors cancel: they are held, and so is the ground under the antennas, with
which the error of a point beside them goes along (`held_sigma_m`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from siaga.network.kernel import kernel
from siaga.network.p1812_closing import Geometry, Loss, Shared, bullington_db

if TYPE_CHECKING:
    from siaga.network.p1812_passes import Doubt
    from siaga.network.p1812_sphere import Carrier

__all__ = ["Spread", "held_sigma_m", "spread_of", "terrain_sigma_db"]

ERROR_RANGE_KM = 1.0
"""Over this the errors of a terrain model are alike (engineering practice)."""
NEPER_DB = 20.0 / math.log(10.0)


class Spread(NamedTuple):
    """Covariance of nu * sqrt(wavelength) (n) and the horizon angles (t, r; mrad)."""

    nn: float
    nt: float
    nr: float
    tt: float
    tr: float
    rr: float


@kernel
def held_sigma_m(error_m: float, at_km: float, length_km: float) -> float:
    """Sigma of a point of the profile once the ground under the nearer antenna is held.

    What is wrong with a cell is wrong with its neighbour: a point beside the antenna
    hardly errs against it. Exponential correlation r, conditional variance 1 - r^2.
    """
    away = min(at_km, length_km - at_km)
    return error_m * math.sqrt(1.0 - math.exp(-2.0 * away / ERROR_RANGE_KM))


@kernel
def spread_of(
    doubt: Doubt,
    edge_t_m: float,
    edge_r_m: float,
    sight_t_m: float,
    sight_r_m: float,
) -> Spread:
    """Give the covariance for these held sigmas of the terrain at the rows of `doubt`.

    Points that are the same row err together; others apart.
    """
    d = doubt
    nu_t = _triangle_sigma(d.d_km, d.over_t, d.over_r, d.by_edge_t * edge_t_m)
    nu_t += d.nu_of_point * edge_t_m
    nu_r = _triangle_sigma(d.d_km, d.over_r, d.over_t, d.by_edge_r * edge_r_m)
    by_t, by_r = d.by_sight_t * sight_t_m, d.by_sight_r * sight_r_m
    nn = nu_t * nu_t + nu_r * nu_r
    if d.edge_t_row == d.edge_r_row:
        nn += 2.0 * nu_t * nu_r
    nt = nr = 0.0
    if d.edge_t_row == d.sight_t_row:
        nt += nu_t * by_t
    if d.edge_r_row == d.sight_t_row:
        nt += nu_r * by_t
    if d.edge_t_row == d.sight_r_row:
        nr += nu_t * by_r
    if d.edge_r_row == d.sight_r_row:
        nr += nu_r * by_r
    tr = by_t * by_r if d.sight_t_row == d.sight_r_row else 0.0
    return Spread(nn, nt, nr, by_t * by_t, tr, by_r * by_r)


@kernel
def _triangle_sigma(d_km: float, over: float, other: float, sigma: float) -> float:
    """Change of nu * sqrt(wavelength) for one sigma of one slope of the triangle.

    Half of what it changes from one sigma below to one above: near grazing, nu grows
    as a root, whose slope at the point itself has no bound.
    """
    high = (over + sigma) * other
    low = max(over - sigma, 0.0) * other
    return math.sqrt(0.0005 * d_km) * (math.sqrt(high) - math.sqrt(low))


@kernel
def _edge_slope(nu: float, sigma: float, d_km: float) -> float:
    """Slope of Bullington's loss over nu, over one sigma to each side, dB.

    A clear path has none at the point itself, and yet an error may close it.
    """
    step = max(sigma, 1e-6)
    rise = bullington_db(nu + step, d_km) - bullington_db(nu - step, d_km)
    return 0.5 * rise / step


@kernel
def _duct_slope(
    over_mrad: float, angle_mrad: float, dl_km: float, root_dl: float, carrier: Carrier,
    ae_km: float,
) -> float:  # fmt: skip
    """Slope of the ducting loss over a horizon angle, dB a mrad."""
    slope = 0.0
    if over_mrad > 0.0:
        bend = 0.361 * carrier.root_f * root_dl
        slope = NEPER_DB * bend / (1.0 + bend * over_mrad) + 0.264 * carrier.third_f
    if angle_mrad < 0.1 * dl_km:
        slope += 5e-5 * carrier.third_f * ae_km
    return slope


@kernel
def _fade_slope(theta_mrad: float, spread: Spread) -> float:
    """Slope of Fj over the angle of the path, over one sigma to each side, 1/mrad.

    Fj falls from 1 to 0 within half a milliradian, which a near horizon passes with a
    few centimetres: its slope at one point says nothing of an error of metres.
    """
    sigma = max(math.sqrt(max(spread.tt + 2.0 * spread.tr + spread.rr, 0.0)), 1e-6)
    ahead = math.tanh(8.0 * (theta_mrad + sigma - 0.3))
    behind = math.tanh(8.0 * (theta_mrad - sigma - 0.3))
    return -0.25 * (ahead - behind) / sigma


@kernel
def terrain_sigma_db(
    geometry: Geometry, shared: Shared, carrier: Carrier, loss: Loss,
    spread: Spread, ae_km: float,
) -> float:  # fmt: skip
    """Standard deviation of `loss.lb` by errors of the deciding terrain, dB.

    The diffraction at beta0 % is taken to move as the median one (exact at p = 50).
    """
    g, s = geometry, shared
    nu, sigma = g.nu_e / carrier.root_lam, math.sqrt(spread.nn) / carrier.root_lam
    by_nu = _edge_slope(nu, sigma, g.d_km) / carrier.root_lam
    low_nu = (1.0 - g.omega) * by_nu
    if s.inside_b0 == 0.0:
        low_nu = by_nu + (low_nu - by_nu) * s.fi
    duct_t = _duct_slope(
        s.over_t_mrad, g.theta_t_mrad, g.dlt_km, s.root_dlt, carrier, ae_km
    )
    duct_r = _duct_slope(
        s.over_r_mrad, g.theta_r_mrad, g.dlr_km, s.root_dlr, carrier, ae_km
    )
    joined_nu, by_duct = by_nu, 0.0
    if loss.lminbap <= loss.lbd:
        joined_nu = by_nu * s.fk
        by_duct = (1.0 - s.fk) * math.exp((loss.lba - loss.lminbap) / 2.5)
    by_theta = _fade_slope(s.theta_mrad, spread) * (loss.lminb0p - loss.lbda)
    scatter = 10.0 ** (-0.2 * (loss.lbs - loss.lbc))
    rest = 10.0 ** (-0.2 * (loss.lbam - loss.lbc))
    of_nu = rest * (joined_nu * (1.0 - s.fj) + low_nu * s.fj)
    both = 0.573 * scatter + rest * by_theta
    of_t = both + rest * by_duct * duct_t * (1.0 - s.fj)
    of_r = both + rest * by_duct * duct_r * (1.0 - s.fj)
    variance = of_nu * of_nu * spread.nn + of_t * of_t * spread.tt
    variance += of_r * of_r * spread.rr + 2.0 * of_t * of_r * spread.tr
    variance += 2.0 * of_nu * (of_t * spread.nt + of_r * spread.nr)
    return math.sqrt(max(variance, 0.0))
