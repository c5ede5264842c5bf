"""Propagation of the room network: exact paths, paths over the grid, the province."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bench.harness import Case, Goal, Peer, Work
from siaga.network import itm as second_opinion
from siaga.network.hearing import nearest_sites
from siaga.network.model import COASTAL, INLAND, SEA, Climate, Grid
from siaga.network.p1812 import Link, profile_losses
from siaga.network.paths import Ends, PathLosses, one_path, path_losses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["WORKS"]

BANTEN = Path(__file__).resolve().parent.parent / "data" / "banten"
EARTH_KM = 6371.0
N_POINTS, STEP_KM = 201, 0.1
N_MEMORY, N_PEER, N_SAMPLED = 20_000, 200, 1_000_000
N_SITES, N_NEAREST = 2_000, 12
LENGTH_KM = 20.0
BANDS_MHZ = (850.0, 900.0, 1800.0, 2100.0, 2300.0)
MAST_M, PHONE_M = 40.0, 1.5
REACH_M = 200_000.0
"""Far enough that every station finds its twelve."""
LINK = Link(900.0, MAST_M, PHONE_M, -6.5)
SAME_DB = 0.5
"""P.452 adds the loss in gas, some 0.2 dB; ITM is another method."""
ITM_LINK = second_opinion.ItmLink(900.0, MAST_M, PHONE_M)
SAME_ITM_DB, SAME_ITM_SHARE = 0.1, 0.95
"""Not all: itmlogic 1.2 takes the last point but one for the receiver's ground when a
path is far within sight."""
SEED = 1812
Floats = npt.NDArray[np.float64]


def _memory(n: int) -> tuple[Floats, Floats, Floats, npt.NDArray[np.uint8]]:
    """Distance, ground, clutter and zone of `n` hilly profiles, 40 % in a wood."""
    rng = np.random.default_rng(SEED)
    ground = np.abs(np.cumsum(rng.normal(0, 6, (n, N_POINTS)), axis=1))
    clutter = np.where(rng.random(ground.shape) < 0.4, 10.0, 0.0)
    distance = np.broadcast_to(np.arange(N_POINTS) * STEP_KM, ground.shape).copy()
    return distance, ground, clutter, np.full(ground.shape, COASTAL, np.uint8)


def official() -> Case:
    """The 42 official cases one by one; their worst error stands in the input."""
    from network.radio_vectors import case_1812, table

    from siaga.network.p1812 import path_loss

    cases = [case_1812(case) for case in table("p1812_cases")]
    wanted = np.array([case["Lb (dB)|Eq (69)"] for case in table("p1812_cases")])

    def run() -> Floats:
        return np.array([path_loss(*case).loss_db for case in cases])

    worst_db = np.abs(run() - wanted).max()
    return Case(f"{len(cases)} official cases, within {worst_db:.0e} dB", run)


def exact() -> Case:
    """Complete paths of 201 points with the profile in memory, one core."""
    profiles = _memory(N_MEMORY)
    return Case(
        f"{N_MEMORY:,} paths x {N_POINTS} points",
        lambda: profile_losses(*profiles, LINK),
    )


def peers() -> Case:
    """Few bare paths, beside the peers of the package index."""
    distance, ground, clutter, zone = _memory(N_PEER)

    def run() -> Floats:
        return profile_losses(distance, ground, 0 * clutter, zone, LINK)[0]

    size = f"{N_PEER:,} paths x {N_POINTS} points, no clutter"
    return Case(size, run, lambda: _peers(distance[0], ground, run()))


def itm() -> Case:
    """Few paths by the second opinion, beside the same method in plain Python."""
    distance, ground, _, _ = _memory(N_PEER)
    step_m = 1e3 * STEP_KM

    def run() -> Floats:
        return second_opinion.profile_losses(step_m, ground, ITM_LINK)

    size = f"{N_PEER:,} paths x {N_POINTS} points, ITM"
    return Case(size, run, lambda: _itm_peer(distance[0], ground, run()))


def sampled() -> Case:
    """A million paths of 20 km, profiles sampled from the grid, two threads."""
    grid = _banten_grid()
    lat, lon = _stations()
    rng = np.random.default_rng(SEED)
    # The stations in their order, each in many directions: as the room asks for them.
    lat, lon = (np.resize(np.repeat(v, -(-N_SAMPLED // v.size)), N_SAMPLED)
                for v in (lat, lon))  # fmt: skip
    turn = rng.uniform(0, 2 * np.pi, N_SAMPLED)
    away = np.degrees(LENGTH_KM / EARTH_KM)
    sites = Ends(
        lat + away * np.cos(turn),
        lon + away * np.sin(turn) / np.cos(np.radians(lat)),
        np.full(N_SAMPLED, MAST_M),
    )
    stations = Ends(lat, lon, np.full(N_SAMPLED, PHONE_M))
    rows = np.arange(N_SAMPLED)
    return Case(
        f"{N_SAMPLED:,} paths of {LENGTH_KM:g} km, {_cells(grid)}",
        lambda: _threaded(grid, sites, stations, (rows, rows), (900.0,)),
    )


def province() -> Case:
    """Every station of the province to its 12 nearest sites in 5 bands, two threads."""
    grid, stations, sites = _banten_grid(), _phones(), _masts()

    def run() -> PathLosses:
        at, _ = nearest_sites(
            (stations.lat, stations.lon), (sites.lat, sites.lon), N_NEAREST, REACH_M
        )
        pairs = np.repeat(np.arange(len(stations)), N_NEAREST), at.ravel()
        return _threaded(grid, sites, stations, pairs, BANDS_MHZ)

    size = f"{len(stations):,} stations x {N_NEAREST} sites x {len(BANDS_MHZ)} bands"
    return Case(f"{size}, {_cells(grid)}", run)


def changed_site() -> Case:
    """One changed site to all stations it reaches in 5 bands, two threads."""
    grid, stations, sites = _banten_grid(), _phones(), _masts()
    far = np.hypot(stations.lat - sites.lat[0], stations.lon - sites.lon[0])
    row = np.flatnonzero(far < np.degrees(LENGTH_KM / EARTH_KM))
    return Case(
        f"{row.size:,} stations within {LENGTH_KM:g} km x {len(BANDS_MHZ)} bands",
        lambda: _threaded(grid, sites, stations, (row, 0 * row), BANDS_MHZ),
    )


def link() -> Case:
    """One link in full, as a click on the map asks for it."""
    grid, stations, sites = _banten_grid(), _phones(), _masts()
    ends = [
        (float(end.lat[0]), float(end.lon[0]), float(end.height_m[0]))
        for end in (sites, stations)
    ]
    return Case("one path with all its parts", lambda: one_path(grid, *ends, 900.0))


WORKS = (
    Work("network.official", official),
    Work("network.exact", exact, Goal(time_s_max=N_MEMORY / 200_000)),
    Work("network.peers", peers, Goal(ratio_min=100), n_runs=3),
    Work("network.itm", itm, Goal(ratio_min=30), n_runs=3),
    Work("network.sampled", sampled, Goal(time_s_max=5), n_runs=3),
    Work("network.province", province, Goal(time_s_max=10), n_runs=3),
    Work("network.changed_site", changed_site, Goal(time_s_max=1)),
    Work("network.link", link, Goal(time_s_max=0.020), n_runs=50),
)


def _threaded(
    grid: Grid, sites: Ends, stations: Ends, pairs: tuple[Any, Any], bands: Any
) -> PathLosses:
    with ThreadPoolExecutor(2) as executor:
        return path_losses(grid, sites, stations, pairs, bands, executor=executor)


# The real terrain and stations; masts among them


def _banten_grid() -> Grid:
    import rasterio

    with rasterio.open(BANTEN / "terrain.tif") as raster:
        elevation = raster.read(1).astype(np.float32)
        error = raster.read(3).astype(np.float32)
        west, north = raster.transform.c, raster.transform.f
        step = (-raster.transform.e, raster.transform.a)
    zone = np.where(elevation > 100, INLAND, np.where(elevation > 0, COASTAL, SEA))
    clutter = np.where(elevation > 0, np.float32(5), np.float32(0))
    return Grid(west, north, step, elevation, error, clutter, zone.astype(np.uint8))


def _stations() -> tuple[Floats, Floats]:
    """Points of all stations, in their order: some 500 m around that of the village."""
    import pandas as pd

    folder = BANTEN / "elections" / "pemilu_2024"
    stations = pd.read_parquet(folder / "stations.parquet", columns=["village"])
    columns = ["code", "lat", "lon"]
    villages = pd.read_parquet(BANTEN / "villages.parquet", columns=columns)
    areas = pd.read_parquet(folder / "areas.parquet", columns=["code", "kemendagri"])
    of_village = areas.merge(villages, left_on="kemendagri", right_on="code")
    at = stations.merge(of_village, left_on="village", right_on="code_x", how="left")
    known = at[["lat", "lon"]].ffill().bfill().to_numpy(np.float64)
    lat, lon = (known + np.random.default_rng(SEED).normal(0, 0.005, known.shape)).T
    return lat, lon


def _phones() -> Ends:
    lat, lon = _stations()
    return Ends(lat, lon, np.full(lat.size, PHONE_M))


def _masts() -> Ends:
    """Masts a kilometre or so from stations chosen at random."""
    lat, lon = _stations()
    rng = np.random.default_rng(SEED)
    row = rng.integers(0, lat.size, N_SITES)
    off = rng.normal(0, 0.01, (2, N_SITES))
    return Ends(lat[row] + off[0], lon[row] + off[1], np.full(N_SITES, MAST_M))


def _cells(grid: Grid) -> str:
    return f"{grid.elevation_m.size / 1e6:.1f} M cells"


# Peers: each takes one path at a time


def _peers(distance_km: Floats, ground_m: Floats, ours: Floats) -> Mapping[str, Peer]:
    """Peers that are installed; the same answer is one within `SAME_DB` of ours."""
    found = {}
    for name, make in (("pycraf P.452", _pycraf), ("itmlogic ITM", _itmlogic)):
        try:
            loss_of = make(distance_km)
        except ImportError:
            continue
        found[name] = Peer(
            lambda loss_of=loss_of: np.array([loss_of(ground) for ground in ground_m]),
            lambda theirs: ours if np.abs(theirs - ours).max() < SAME_DB else theirs,
        )
    return found


def _itm_peer(
    distance_km: Floats, ground_m: Floats, ours: Floats
) -> Mapping[str, Peer]:
    try:
        loss_of = _itmlogic(distance_km)
    except ImportError:
        return {}

    def as_ours(theirs: Floats) -> Floats:
        apart_db = np.quantile(np.abs(theirs - ours), SAME_ITM_SHARE)
        return ours if apart_db < SAME_ITM_DB else theirs

    def run() -> Floats:
        return np.array([loss_of(ground) for ground in ground_m])

    return {"itmlogic ITM": Peer(run, as_ours)}


def _pycraf(distance_km: Floats) -> Callable[[Floats], float]:
    """P.452-16, the method of which P.1812 has its diffraction; compiled by Cython."""
    from astropy import units as u
    from pycraf import conversions, pathprof

    climate = Climate()
    east = np.degrees(distance_km[-1] / EARTH_KM) * u.deg
    fixed = {
        "hprof_dists": distance_km * u.km,
        "hprof_bearing": 90 * u.deg,
        "hprof_backbearing": -90 * u.deg,
        "delta_N": climate.lapse_dn / u.km,
        "N0": climate.sea_level_n0 * conversions.dimless,
        "polarization": 1,
    }

    def loss_of(ground_m: Floats) -> float:
        path = pathprof.PathProp(
            0.9 * u.GHz, 300 * u.K, 1010 * u.hPa, 106 * u.deg, 0 * u.deg,
            106 * u.deg + east, 0 * u.deg, MAST_M * u.m, PHONE_M * u.m, 100 * u.m,
            50 * u.percent, hprof_heights=ground_m * u.m, **fixed,
        )  # fmt: skip
        losses = pathprof.loss_complete(path, 0 * conversions.dBi, 0 * conversions.dBi)
        return float(losses[4].value)  # L_b, corrected for all effects

    return loss_of


def _itmlogic(distance_km: Floats) -> Callable[[Floats], float]:
    """Longley-Rice, point to point, median, in plain Python."""
    from itmlogic.preparatory_subroutines.qlrpfl import qlrpfl
    from itmlogic.preparatory_subroutines.qlrps import qlrps
    from itmlogic.statistics.avar import avar

    step_m = 1e3 * distance_km[-1] / (distance_km.size - 1)
    mhz, eps, sigma = 900.0, 15.0, 0.005
    free_db = 32.45 + 20 * np.log10(mhz * distance_km[-1])

    def loss_of(ground_m: Floats) -> float:
        n0, cut = Climate().sea_level_n0, (ground_m.size - 1) // 10
        system_m = float(ground_m[cut : ground_m.size - cut].mean())
        wn, gme, ens, zgnd = qlrps(mhz, system_m, n0, 1, eps, sigma)
        prop = {
            "fmhz": mhz, "hg": [MAST_M, PHONE_M], "wn": wn, "gme": gme, "ens": ens,
            "zgnd": zgnd, "eps": eps, "sgm": sigma, "ens0": n0, "kwx": 0, "klim": 1,
            "klimx": 0, "mdvar": 12, "mdvarx": 11, "lvar": 5,
            "pfl": [ground_m.size - 1, step_m, *ground_m.tolist()],
        }  # fmt: skip
        prop = qlrpfl(prop)
        more_db, _ = avar(0.0, 0.0, 0.0, prop)
        return float(free_db + more_db)

    return loss_of
