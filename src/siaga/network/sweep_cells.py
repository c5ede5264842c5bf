"""Kernels of the radial sweep: cells dealt to rays, and the loss at each cell.

A cell belongs to the ray that passes nearest to its centre. The ray gives the profile
up to the last few points; those, the ground at the receiver and the distance are the
cell's own. So a value is that of the cell's centre, not of a point of the ray.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from siaga.network.kernel import kernel
from siaga.network.p1812_closing import (
    Geometry,
    bullington_db,
    close_path,
    power_sum_db,
    radio_climate,
    share,
)
from siaga.network.p1812_closing import (
    _over_horizon_db as over_horizon_db,
)
from siaga.network.p1812_passes import NO_COAST_KM, triangle_nu
from siaga.network.p1812_path import SHORTEST_KM, Earth
from siaga.network.p1812_sphere import smooth_nu, sphere_loss_db, sphere_of
from siaga.network.path_sampling import EARTH_KM, NEAREST_KM, Raster, carrier_row
from siaga.network.sweep_passes import (
    FLAT,
    NEAR_POINTS,
    ON_FLAT,
    Look,
    begin_ray,
    highest_at,
    look_back,
    near_points,
    new_ray,
    pass_points,
    sight_nu,
    zones_to,
)

__all__ = [
    "Fan",
    "Mast",
    "close_whole",
    "close_without_duct",
    "deal_cells",
    "least_duct_db",
    "sweep_rays",
]

PLAIN_DB = 15.0
"""In sight and with less diffraction than this, ducting and troposcatter add less than
0.02 dB: ducting has a weight of 0.8 % at an angle of 0 (4.7)."""
NO_SCATTER_DB = 20.0
"""Troposcatter this far above another loss lowers it by 0.0002 dB."""
SEA_DUCT = 0.75
"""From this share of sea on, an antenna at the coast may couple into a duct (4.5)."""
FREE = 2
"""Column of `free_db` in a table of carriers."""
NO_LOSS_NU = 0.79
"""A nu below minus this loses nothing (4.3.1: 0.78)."""


class Mast(NamedTuple):
    """Where the rays begin, and what stands at the other end."""

    lat: float
    lon: float
    height_m: float
    """Antenna above the ground."""
    phone_m: float
    """Antenna of the receiver above the ground."""


class Fan(NamedTuple):
    """Rays of a sweep and the cells of a window of the grid."""

    radius_km: float
    n_rays: int
    n_points: int
    """Of each ray."""
    step_km: float
    """Spacing of the points of an exact path, at the most."""
    row0: int
    """Of the window in the grid."""
    column0: int
    n_rows: int
    n_columns: int


@kernel
def deal_cells(raster: Raster, mast: Mast, fan: Fan) -> tuple[Any, Any]:
    """Deal the cells within the radius to the rays.

    Gives the cells (row * n_columns + column of the window), ray after ray and outwards
    along each, and where the cells of each ray begin, shape (n_rays + 1,).
    """
    n_most = fan.n_rows * fan.n_columns
    ray_of, point_of = np.empty(n_most, np.int32), np.empty(n_most, np.int32)
    cell_of = np.empty(n_most, np.int32)
    by_ray = np.zeros(fan.n_rays + 1, np.int64)
    by_point = np.zeros(fan.n_points + 1, np.int64)
    turns = fan.n_rays / (2.0 * math.pi)
    narrow = math.cos(math.radians(mast.lat))
    n = 0
    for row in range(fan.n_rows):
        for column in range(fan.n_columns):
            lat, lon = _centre(raster, fan, row, column)
            total = _distance_km(mast, lat, lon)
            if total > fan.radius_km:
                continue
            turn = math.atan2((lon - mast.lon) * narrow, lat - mast.lat) * turns
            ray = math.floor(turn + 0.5) % fan.n_rays
            point = _points_before(fan, total)[0]
            ray_of[n], point_of[n] = ray, point
            cell_of[n] = row * fan.n_columns + column
            by_ray[ray + 1] += 1
            by_point[point + 1] += 1
            n += 1
    by_point, by_ray = np.cumsum(by_point), np.cumsum(by_ray)
    # Two stable sorts by counting: outwards, then by ray.
    outward = np.empty(n, np.int32)
    for i in range(n):
        outward[by_point[point_of[i]]] = i
        by_point[point_of[i]] += 1
    at, cells = by_ray[:-1].copy(), np.empty(n, np.int32)
    for i in range(n):
        cells[at[ray_of[outward[i]]]] = cell_of[outward[i]]
        at[ray_of[outward[i]]] += 1
    return cells, by_ray


@kernel
def _centre(raster: Raster, fan: Fan, row: int, column: int) -> tuple[float, float]:
    lat = raster.north - (fan.row0 + row + 0.5) * raster.step_lat
    return lat, raster.west + (fan.column0 + column + 0.5) * raster.step_lon


@kernel
def _distance_km(mast: Mast, lat: float, lon: float) -> float:
    """Great-circle distance; 8 mm short at 20 km, where no sine is taken."""
    up, across = math.radians(lat - mast.lat), math.radians(lon - mast.lon)
    middle = math.cos(math.radians(0.5 * (lat + mast.lat)))
    square = up * up + middle * middle * across * across
    return max(EARTH_KM * math.sqrt(square), NEAREST_KM)


@kernel
def _points_before(fan: Fan, total_km: float) -> tuple[int, int, float]:
    """Last point of the ray, number of near points and their step before a receiver.

    As on an exact path, the points of which are a step apart or a little less.
    """
    n = max(math.ceil(total_km / fan.step_km) + 1, 3)
    step = total_km / (n - 1)
    m = min(NEAR_POINTS, n - 2)
    # Of the ray, what is at least half a step before the near points.
    of_ray = (total_km - (m + 0.5) * step) / fan.radius_km * (fan.n_points - 1)
    return max(int(of_ray), 0) if m == NEAR_POINTS else 0, m, step


@kernel
def sweep_rays(
    raster: Raster, mast: Mast, fan: Fan, first: int, last: int, cells: Any,
    begins: Any, carriers: Any, earth: Earth, loss_db: Any, tangent: Any,
) -> None:  # fmt: skip
    """Loss at the cells of the rays from `first` to before `last`.

    `cells` (n,): those of `deal_cells` that these rays have; `begins`: where those of
    each begin. Fills `loss_db` (n, n_frequencies) and `tangent` (n,): slope of the ray
    at the mast, m/km above the horizontal.
    """
    ray, zone = new_ray(fan.n_points), np.empty(fan.n_points, np.uint8)
    ground, clutter = raster.elevation_m, raster.clutter_m
    root_lam = 0.0
    for f in range(len(carriers)):
        root_lam = max(root_lam, carrier_row(carriers, f).root_lam)
    least_duct = least_duct_db(mast.lat, earth)
    clear = 500.0 * (NO_LOSS_NU * root_lam) ** 2
    y0 = (raster.north - mast.lat) / raster.step_lat - 0.5 - raster.row0
    x0 = (mast.lon - raster.west) / raster.step_lon - 0.5 - raster.column0
    down, right = fan.row0 - raster.row0, fan.column0 - raster.column0
    for number in range(first, last):
        of_ray, behind = begins[number - first], begins[number - first + 1]
        if of_ray == behind:
            continue
        bare = _aim(ray, zone, raster, mast, fan, number, earth)
        hts = ray[FLAT, 0] + mast.height_m
        k = 0
        for i in range(of_ray, behind):
            row, column = divmod(cells[i], fan.n_columns)
            lat, lon = _centre(raster, fan, row, column)
            total = _distance_km(mast, lat, lon)
            last_point, m, step = _points_before(fan, total)
            pass_points(ray, k, last_point, hts, bare)
            k = max(k, last_point)
            row, column = row + down, column + right
            near_points(
                ray, ground, clutter, y0, x0, float(row), float(column),
                step / total, m,
            )  # fmt: skip
            place = Place(
                k, m, total, step, hts, float(ground[row, column]), mast.phone_m, bare,
                float(raster.zone[row, column]), 0.5 * (lat + mast.lat), clear / total,
                least_duct,
            )  # fmt: skip
            tangent[i] = _cell(ray, place, carriers, earth, loss_db, i)


@kernel
def _aim(
    ray: Any, zone: Any, raster: Raster, mast: Mast, fan: Fan, number: int, earth: Earth
) -> bool:
    """Begin the ray of a number; 0 runs to the north, the others clockwise."""
    turn = 2.0 * math.pi * number / fan.n_rays
    away = math.degrees(fan.radius_km / EARTH_KM)
    lat = mast.lat + away * math.cos(turn)
    lon = mast.lon + away * math.sin(turn) / math.cos(math.radians(mast.lat))
    return begin_ray(
        ray, fan.n_points, zone, raster, mast.lat, mast.lon, lat, lon,
        fan.radius_km, 500.0 / earth.ae_km,
    )  # fmt: skip


class Place(NamedTuple):
    """A receiver, and how much of the ray lies before it."""

    k: int
    """Last point of the ray that counts."""
    m: int
    """Near points."""
    total_km: float
    step_km: float
    hts_m: float
    """Antenna of the site above the sea."""
    ground_m: float
    phone_m: float
    bare: bool
    zone: float
    latitude_deg: float
    """Of the middle of the path."""
    clear: float
    """Square of the clearance by d1 d2 from which on nothing is lost."""
    least_duct_db: float


@kernel
def _cell(
    ray: Any, p: Place, carriers: Any, earth: Earth, loss_db: Any, at: int
) -> float:
    """Fill the loss of one cell at all frequencies; give the slope of its ray."""
    hts, hn, total = p.hts_m, p.ground_m, p.total_km
    hrs = hn + p.phone_m
    slope, ce = (hrs - hts) / total, 500.0 / earth.ae_km
    line = slope - ce * total
    if total < SHORTEST_KM:
        free = _free_db(total, hts, hrs)
        for f in range(len(carriers)):
            loss_db[at, f] = carriers[f, FREE] + free
        return line
    look = look_back(ray, p.k, p.m, total, p.step_km, hts, hn, hrs, ce, p.bare)
    hst, hsr, hstd, hsrd = _smooth_earth(look, ray[FLAT, 0], hn, total, slope)
    over_t = look.edge_t + ce * total - slope
    over_r = look.edge_r + ce * total + slope
    if over_t > 0.0 and over_r > 0.0:
        nu = triangle_nu(total, over_t, over_r)
    else:
        nu = sight_nu(ray, p.k, p.m, total, p.step_km, hts, hrs, ce, p.clear)
    zones = zones_to(ray, p.k, total, p.zone)
    in_sight = look.sight_t <= line
    if in_sight:
        # Where the largest nu is, moves only what has a weight of 0.8 % (4.7).
        tan_t, tan_r = line, -slope - ce * total
        dlt = dlr = 0.5 * total
    else:
        tan_t, tan_r = look.sight_t, look.sight_r
        dlt, dlr = look.sight_t_km, look.sight_r_km
    hst2, hsr2 = min(hst, ray[FLAT, 0]), min(hsr, hn)
    geometry = Geometry(
        total, hts, hrs, hstd, hsrd, hts - hst2, hrs - hsr2, 0.0, dlt, dlr,
        1e3 * math.atan(1e-3 * tan_t), 1e3 * math.atan(1e-3 * tan_r),
        nu, nu, 0.0, 0.0, 0.0, 0.0, zones.omega, zones.dct_km, zones.dcr_km,
    )  # fmt: skip
    if not close_without_duct(
        geometry, in_sight, p.least_duct_db, earth, carriers, loss_db, at
    ):
        b0, tau = radio_climate(zones.dtm_km, zones.dlm_km, p.latitude_deg)
        hm = 0.0
        if not in_sight:
            hm = _roughness_m(ray, p, look, hrs, hst2, (hsr2 - hst2) / total, ce)
        close_whole(geometry, hm, b0, tau, earth, carriers, loss_db, at)
    return tan_t


@kernel
def _free_db(total: float, hts: float, hrs: float) -> float:
    """Part of the free-space loss (4.2) that no frequency changes."""
    rise = 1e-3 * (hrs - hts)
    return 10.0 * math.log10(max(total * total + rise * rise, 1e-6))


@kernel
def _smooth_earth(
    look: Look, h0: float, hn: float, total: float, slope: float
) -> tuple[float, float, float, float]:
    """Smooth earth at both ends (5.6.1), and that for diffraction (5.6.2)."""
    hst = (2.0 * look.v1 * total - look.v2) / (total * total)
    hsr = (look.v2 - look.v1 * total) / (total * total)
    hstd, hsrd = hst, hsr
    if look.hobs_m > 0.0:
        over_t, over_r = look.rise_t - slope, look.rise_r + slope
        hstd = hst - look.hobs_m * over_t / (over_t + over_r)
        hsrd = hsr - look.hobs_m * over_r / (over_t + over_r)
    return hst, hsr, min(hstd, h0), min(hsrd, hn)


@kernel
def close_without_duct(
    g: Geometry, in_sight: bool, least_duct_db: float, earth: Earth, carriers: Any,
    loss_db: Any, at: int,
) -> bool:  # fmt: skip
    """Fill diffraction and troposcatter, if ducting lowers neither; else give False.

    Ducting counts where its loss is below that by diffraction (4.7). It is no less than
    `least_duct_db` with the shielding of both horizons: most paths need no more of it.
    """
    sphere = sphere_of(g.d_km, g.hts_m - g.hstd_m, g.hrs_m - g.hsrd_m, earth.ae_km)
    free = _free_db(g.d_km, g.hts_m, g.hrs_m)
    away = 20.0 * math.log10(g.d_km)
    theta = 1e3 * g.d_km / earth.ae_km + g.theta_t_mrad + g.theta_r_mrad
    duct = least_duct_db + 20.0 * math.log10(g.dlt_km + g.dlr_km)
    near = min(g.theta_t_mrad, 0.1 * g.dlt_km) + min(g.theta_r_mrad, 0.1 * g.dlr_km)
    bend = 5e-5 * (1e3 * g.d_km + earth.ae_km * near)
    over_t, over_r = g.theta_t_mrad - 0.1 * g.dlt_km, g.theta_r_mrad - 0.1 * g.dlr_km
    root_t, root_r = math.sqrt(g.dlt_km), math.sqrt(g.dlr_km)
    for f in range(len(carriers)):
        carrier = carrier_row(carriers, f)
        lost = bullington_db(g.nu_e / carrier.root_lam, g.d_km)
        round_db = sphere_loss_db(sphere, carrier, g.omega)
        if round_db > 0.0:
            smooth = bullington_db(sphere.nu / carrier.root_lam, g.d_km)
            lost += max(round_db - smooth, 0.0)
        diffracted = carrier.free_db + free + lost
        if in_sight and lost <= PLAIN_DB:
            loss_db[at, f] = diffracted
            continue
        ducted = carrier.duct_db + duct + bend * carrier.third_f
        if ducted < diffracted:
            ducted += over_horizon_db(over_t, root_t, carrier)
            ducted += over_horizon_db(over_r, root_r, carrier)
        if ducted < diffracted or g.omega >= SEA_DUCT:
            return False
        scattered = carrier.scatter_db + away + 0.573 * theta - 0.15 * earth.n0
        loss_db[at, f] = diffracted
        if scattered - diffracted < NO_SCATTER_DB:
            loss_db[at, f] = power_sum_db(scattered, diffracted)
    return True


@kernel
def _roughness_m(
    ray: Any, p: Place, look: Look, hrs: float, base: float, slope: float, ce: float
) -> float:
    """hm of 5.6.3 from both horizons and the highest point of the hull between them.

    The hull holds every point that can be the highest of all; where that one lies
    beyond a horizon, a horizon is the highest of what is between, within the bend of
    the earth from one point of the hull to the next.
    """
    near, far = look.sight_t_km, look.sight_r_km
    at_t = p.hts_m + (look.sight_t + ce * near) * near
    at_r = hrs + (look.sight_r + ce * far) * far
    far = p.total_km - far
    highest = max(at_t - slope * near, at_r - slope * far)
    if p.k > 0:
        at = highest_at(ray, slope)
        if near < ray[ON_FLAT, at] < far:
            highest = max(highest, ray[ON_FLAT + 1, at] - slope * ray[ON_FLAT, at])
    return highest - base


@kernel
def close_whole(
    g: Geometry, hm: float, b0: float, tau: float, earth: Earth, carriers: Any,
    loss_db: Any, at: int,
) -> None:  # fmt: skip
    """Fill the loss by all mechanisms, the smooth profile by Attachment 4."""
    smooth = smooth_nu(
        g.d_km, g.hts_m - g.hstd_m, g.hrs_m - g.hsrd_m, earth.ae_km
    )  # fmt: skip
    whole = Geometry(
        g.d_km, g.hts_m, g.hrs_m, g.hstd_m, g.hsrd_m, g.hte_m, g.hre_m, hm,
        g.dlt_km, g.dlr_km, g.theta_t_mrad, g.theta_r_mrad, g.nu_e, g.nu_b,
        smooth, smooth, b0, tau, g.omega, g.dct_km, g.dcr_km,
    )  # fmt: skip
    shared = share(whole, earth.ae_km, earth.ab_km, earth.n0, earth.p_pc)
    for f in range(len(carriers)):
        carrier = carrier_row(carriers, f)
        loss_db[at, f] = close_path(whole, shared, carrier, 0.0).lb


@kernel
def least_duct_db(latitude_deg: float, earth: Earth) -> float:
    """Ducting loss (4.5) less what frequency, horizons and angle add, at its least.

    That is beta = beta0 of a path over the sea: it falls with land, roughness and
    distance, and the loss grows as it falls. A path of 1 km between high antennas.
    """
    b0, tau = radio_climate(0.0, 0.0, latitude_deg)
    high = Geometry(
        1.0, 1e3, 1e3, 0.0, 0.0, 1e3, 1e3, 0.0, 0.5, 0.5, 0.0, 0.0, -1.0, -1.0,
        -1.0, -1.0, b0, tau, 0.0, NO_COAST_KM, NO_COAST_KM,
    )  # fmt: skip
    return share(high, earth.ae_km, earth.ab_km, earth.n0, earth.p_pc).duct_db
