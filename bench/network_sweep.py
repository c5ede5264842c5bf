"""Radial sweep and rasters of coverage on the real terrain of the province.

The peer of a sweep is our own exact path to every cell, on one core as the sweep is:
its answer counts as the same where the sweep lies within 0.5 dB rms and, for 99 % of
the cells, within 2 dB of it. The input says how far it was.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.harness import Case, Goal, Peer, Work
from siaga.network.mast_levels import RasterParams, WindowStore
from siaga.network.model import COASTAL, INLAND, SEA, Cells, Grid, Sites
from siaga.network.paths import Ends, path_losses
from siaga.network.raster import coverage_raster
from siaga.network.sweep import Sweep, sweep_site

__all__ = ["WORKS"]

TERRAIN = Path("data/banten/terrain.tif")
RADIUS_M = 20_000.0
N_CELLS = 147_000
"""Cells of 3 arc-seconds within 20 km, about; a goal of points a second by it."""
HILLS, COAST = (-6.62, 106.22, 40.0), (-6.10, 105.93, 40.0)
RMS_DB, WORST_DB = 0.5, 2.0
N_MASTS = 60
"""Masts of one operator within 12 km of each other: a dense town."""
SEED = 2024
Table = npt.NDArray[Any]


@cache
def terrain() -> Grid:
    """Terrain of the province, bare; zones by height alone."""
    import rasterio

    with rasterio.open(TERRAIN) as file:
        z = file.read(1).astype(np.float32)
        error, at = file.read(3).astype(np.float32), file.transform
    zone = np.where(z <= 0, SEA, np.where(z < 100, COASTAL, INLAND)).astype(np.uint8)
    z[zone == SEA] = 0
    return Grid(at.c, at.f, (-at.e, at.a), z, error, np.zeros_like(z), zone)


def sweep_case(site: tuple[float, float, float], bands: tuple[float, ...]) -> Case:
    """One sweep beside exact paths to the same cells."""
    grid, sweep = terrain(), Sweep(bands, RADIUS_M)
    found = sweep_site(grid, site, sweep)
    row, column = np.nonzero(np.isfinite(found.elevation_deg))
    step_lat, step_lon = grid.step_deg
    lat = grid.north - (row + found.row0 + 0.5) * step_lat
    lon = grid.west + (column + found.column0 + 0.5) * step_lon
    phones = Ends(lat, lon, np.full(lat.size, sweep.phone_m))
    mast = Ends(*(np.array([value]) for value in site))
    pairs = np.arange(lat.size), np.zeros(lat.size, int)

    def ours() -> Table:
        return sweep_site(grid, site, sweep).loss_db[:, row, column].T

    def exact() -> Table:
        return path_losses(grid, mast, phones, pairs, bands).loss_db

    answer, off = ours(), np.abs(found.loss_db[:, row, column].T - exact())
    rms, worst = np.sqrt((off**2).mean()), np.quantile(off, 0.99)
    same = bool(rms <= RMS_DB and worst <= WORST_DB)
    return Case(
        f"{lat.size:,} cells x {len(bands)} bands; {rms:.2f} dB rms, 99 % {worst:.1f}",
        ours,
        lambda: {"exact paths": Peer(exact, lambda theirs: answer if same else theirs)},
    )


def masts(n: int) -> tuple[Sites, Cells]:
    """Masts around a town, three bands all around on each."""
    rng = np.random.default_rng(SEED)
    lat, lon = -6.15 + rng.normal(0, 0.05, n), 106.15 + rng.normal(0, 0.05, n)
    zeros, site = np.zeros(n), np.repeat(np.arange(n, dtype=np.int32), 3)
    sites = Sites(
        tuple(map(str, range(n))), ("one",) * n, ("",) * n, ("made up",) * n,
        lat, lon, zeros, zeros + 1, zeros.astype(np.uint8), zeros,
    )  # fmt: skip
    m = len(site)
    unknown = np.full(m, np.nan)
    cells = Cells(
        tuple(map(str, range(m))), site, ("4g",) * m,
        np.tile([900.0, 1800.0, 2300.0], n), np.full(m, 10.0), np.full(m, 40.0),
        unknown, unknown, np.zeros(m), np.full(m, 61.0), np.zeros(m),
    )  # fmt: skip
    return sites, cells


def changed_mast() -> Case:
    """One mast of many has another height: its window, and the raster around it."""
    grid, (sites, cells), store = terrain(), masts(N_MASTS), WindowStore()
    with ThreadPoolExecutor(2) as executor:
        before = coverage_raster(grid, sites, cells, store=store, executor=executor)
    run = count()

    def ours() -> int:
        height_m = np.where(cells.site_row == 7, 20.0 + 0.25 * next(run), 40.0)
        with ThreadPoolExecutor(2) as executor:
            after = coverage_raster(
                grid, sites, replace(cells, height_m=height_m),
                store=store, previous=before, executor=executor,
            )  # fmt: skip
        return after.computed

    n_rows, n_columns = grid.elevation_m.shape
    return Case(f"1 of {N_MASTS} masts x 3 bands, {n_rows:,} x {n_columns:,}", ours)


def two_workers() -> Case:
    """Masts on two threads, beside one."""
    grid, (sites, cells), params = terrain(), masts(8), RasterParams(RADIUS_M)

    def on(n_workers: int) -> Table:
        with ThreadPoolExecutor(n_workers) as executor:
            return coverage_raster(
                grid, sites, cells, params, executor=executor
            ).level  # fmt: skip

    return Case(
        "8 masts x 3 bands, 20 km",
        lambda: on(2),
        lambda: {"1 thread": Peer(lambda: on(1))},
    )


ALL_BANDS = (900.0, 1800.0, 2300.0)
GOAL_S = N_CELLS / 1e6

WORKS = (
    Work("network_sweep.hills", lambda: sweep_case(HILLS, (900.0,)), Goal(GOAL_S)),
    Work("network_sweep.coast", lambda: sweep_case(COAST, (1800.0,)), Goal(GOAL_S)),
    Work("network_sweep.bands", lambda: sweep_case(HILLS, ALL_BANDS), Goal(3 * GOAL_S)),
    Work("network_sweep.changed", changed_mast, Goal(time_s_max=1.0)),
    Work("network_sweep.workers", two_workers, Goal(ratio_min=1.7), n_runs=3),
)
