"""ITU-R P.1812-8 from a profile in memory to the loss: passes, closing, doubt."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from siaga.network.kernel import kernel
from siaga.network.p1812_closing import (
    Geometry,
    Loss,
    close_path,
    free_space_db,
    inverse_normal,
    radio_climate,
    share,
)
from siaga.network.p1812_doubt import held_sigma_m, spread_of, terrain_sigma_db
from siaga.network.p1812_passes import (
    SEA,
    Doubt,
    Points,
    Zones,
    geometry_of,
    invert,
    zones_of,
)
from siaga.network.p1812_sphere import carrier_of

__all__ = ["SHORTEST_KM", "Earth", "Setting", "path_loss_at", "profile_losses"]

SHORTEST_KM = 0.25
"""A shorter path is taken as free space: P.1812 is not made for it (section 2)."""
EARTH_KM = 6371.0


class Earth(NamedTuple):
    """How the air bends a ray; made by `earth_of`."""

    ae_km: float
    """Median effective radius of the earth."""
    ab_km: float
    """The same for the time beta0; 0 where p is 50, at which it is not needed."""
    n0: float
    p_pc: float


class Setting(NamedTuple):
    """What is said of a path beside its profile; all float64 but `vertical`."""

    f_ghz: float
    vertical: bool
    htg_m: float
    hrg_m: float
    latitude_deg: float
    location_db: float
    """-I(pL/100) sigmaL: what is added for places worse than the median; not added
    for a receiver at sea."""
    dct_km: float
    """NaN: found from the zones of the profile."""
    dcr_km: float


@kernel
def earth_of(dn: float, n0: float, p_pc: float) -> Earth:
    """Effective radii of the earth for a lapse of `dn` N-units/km (3.5)."""
    ab = 3.0 * EARTH_KM if p_pc < 50.0 else 0.0
    return Earth(EARTH_KM * 157.0 / (157.0 - dn), ab, n0, p_pc)


@kernel
def location_db(pl_pc: float, sigma_db: float) -> float:
    """Add this for `pl_pc` % of places (4.8)."""
    return 0.0 if pl_pc == 50.0 else -inverse_normal(0.01 * pl_pc) * sigma_db


@kernel
def with_coast(zones: Zones, setting: Setting) -> Zones:
    """Put the coast of the setting in the place of that of the profile, if given."""
    dct, dcr = setting.dct_km, setting.dcr_km
    return Zones(
        zones.dtm_km, zones.dlm_km, zones.omega,
        zones.dct_km if math.isnan(dct) else dct,
        zones.dcr_km if math.isnan(dcr) else dcr,
    )  # fmt: skip


@kernel
def path_loss_at(
    d_km: Any, ground_m: Any, top_m: Any, error_m: Any, zone: Any,
    setting: Setting, earth: Earth,
) -> tuple[Geometry, Zones, Doubt, Loss, float, float]:  # fmt: skip
    """Geometry, zones, deciding points, loss, terrain sigma (dB), theta (mrad).

    A path under `SHORTEST_KM` has `lb` of free space and sigma 0; its other parts are
    those of the method.
    """
    n = len(d_km)
    points = Points(d_km, ground_m, top_m, np.empty(n), np.empty(n))
    invert(points, n)
    zones = with_coast(zones_of(d_km, zone, n), setting)
    b0, tau = radio_climate(zones.dtm_km, zones.dlm_km, setting.latitude_deg)
    geometry, doubt = geometry_of(
        points, n, setting.htg_m, setting.hrg_m,
        earth.ae_km, earth.ab_km, zones, b0, tau,
    )  # fmt: skip
    shared = share(geometry, earth.ae_km, earth.ab_km, earth.n0, earth.p_pc)
    carrier = carrier_of(setting.f_ghz, setting.vertical)
    more_db = 0.0 if zone[n - 1] == SEA else setting.location_db
    loss = close_path(geometry, shared, carrier, more_db)
    if geometry.d_km < SHORTEST_KM:
        free = free_space_db(geometry, carrier)
        return geometry, zones, doubt, _with_lb(loss, free), 0.0, shared.theta_mrad
    i, j, u, v = (
        doubt.edge_t_row, doubt.edge_r_row, doubt.sight_t_row, doubt.sight_r_row,
    )  # fmt: skip
    total = geometry.d_km
    spread = spread_of(
        doubt,
        held_sigma_m(error_m[i], d_km[i], total),
        held_sigma_m(error_m[j], d_km[j], total),
        held_sigma_m(error_m[u], d_km[u], total),
        held_sigma_m(error_m[v], d_km[v], total),
    )
    sigma = terrain_sigma_db(geometry, shared, carrier, loss, spread, earth.ae_km)
    return geometry, zones, doubt, loss, sigma, shared.theta_mrad


@kernel
def _with_lb(loss: Loss, lb: float) -> Loss:
    return Loss(
        lb, loss.lbfs, loss.lb0p, loss.lb0b, loss.lbull_actual, loss.lbull_smooth,
        loss.ldsph, loss.ld50, loss.ldb, loss.ldp, loss.lbd50, loss.lbd, loss.lminb0p,
        loss.lba, loss.lminbap, loss.lbda, loss.lbam, loss.lbs, loss.lbc,
    )  # fmt: skip


@kernel
def profile_losses(
    d_km: Any, ground_m: Any, top_m: Any, error_m: Any, zone: Any,
    setting: Setting, earth: Earth, loss_db: Any, sigma_db: Any,
) -> None:  # fmt: skip
    """Loss of many profiles in memory, rows of (n_paths, n_points) arrays."""
    for row in range(len(d_km)):
        found = path_loss_at(
            d_km[row], ground_m[row], top_m[row], error_m[row], zone[row],
            setting, earth,
        )  # fmt: skip
        loss_db[row] = found[3].lb
        sigma_db[row] = found[4]
