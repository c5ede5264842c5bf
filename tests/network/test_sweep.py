"""Radial sweep: against exact paths, closed forms, a slow search, its own mirror."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.network import sweep_cells, sweep_passes
from siaga.network.model import COASTAL, INLAND, SEA, Grid
from siaga.network.p1812_closing import Geometry
from siaga.network.p1812_passes import zones_of
from siaga.network.p1812_path import earth_of
from siaga.network.p1812_sphere import carrier_of, sphere_loss_db, sphere_of
from siaga.network.paths import Ends, path_losses
from siaga.network.sweep import Sweep, site_sweep, sweep_site

TERRAIN = Path(__file__).parents[2] / "data" / "banten" / "terrain.tif"
STEP = 1 / 1200
WEST, NORTH = 106.0, -6.5
BANDS = (900.0, 2300.0)
EARTH = earth_of(60.7, 378.5, 50.0)
CE = 500.0 / EARTH.ae_km


def grid_of(elevation, *, clutter=0.0, zone=COASTAL, north=NORTH) -> Grid:
    z = np.ascontiguousarray(elevation, np.float32)
    return Grid(
        WEST, north, (STEP, STEP), z, np.full(z.shape, 5.0, np.float32),
        np.broadcast_to(np.float32(clutter), z.shape).copy(),
        np.broadcast_to(np.uint8(zone), z.shape).copy(),
    )  # fmt: skip


def hills(seed: int, n: int = 241, height: float = 150.0) -> np.ndarray:
    """Round hills over a plain that is not quite flat, n x n cells."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:n, 0:n]
    z = 5 + rng.normal(0, 1.0, (n, n))
    for _ in range(n // 6):
        (cy, cx), width = rng.uniform(0, n, 2), rng.uniform(3, 25)
        z += rng.uniform(10, height) * np.exp(
            -((y - cy) ** 2 + (x - cx) ** 2) / (2 * width**2)
        )
    return z


@cache
def land(seed: int) -> Grid:
    """Hills with woods and a bay in the west."""
    z = hills(seed)
    x = np.arange(241)[None, :] + np.zeros((241, 1))
    z[x < 50] = 0
    zone = np.where(x < 50, SEA, np.where(z < 100, COASTAL, INLAND))
    return grid_of(z, clutter=np.where(z > 60, 15.0, 0.0), zone=zone)


def centre(grid: Grid, row: float = 120, column: float = 120, height_m=40.0):
    step_lat, step_lon = grid.step_deg
    return (
        grid.north - (row + 0.5) * step_lat,
        grid.west + (column + 0.5) * step_lon,
        height_m,
    )


SMALL = Sweep(BANDS, 10_000.0)


def cells_of(grid: Grid, found, n: int, seed: int = 0):
    """Some cells that were computed: row and column of the window, stations there."""
    row, column = np.nonzero(np.isfinite(found.elevation_deg))
    pick = np.random.default_rng(seed).choice(len(row), min(n, len(row)), replace=False)
    row, column = row[pick], column[pick]
    lat, lon, _ = centre(grid, row + found.row0, column + found.column0)
    return row, column, Ends(lat, lon, np.full(len(row), 1.5))


def exact(grid: Grid, site, stations: Ends, bands=BANDS):
    masts = Ends(*(np.array([value]) for value in site))
    pairs = np.arange(len(stations)), np.zeros(len(stations), int)
    return path_losses(grid, masts, stations, pairs, bands)


def assert_near_exact(
    grid: Grid, site, sweep: Sweep, n: int = 3000, rms_db: float = 0.5
) -> None:
    found = sweep_site(grid, site, sweep)
    row, column, stations = cells_of(grid, found, n)
    wanted = exact(grid, site, stations, sweep.frequencies_mhz)
    off = found.loss_db[:, row, column].T - wanted.loss_db
    assert np.sqrt((off**2).mean(axis=0)).max() <= rms_db
    assert np.quantile(np.abs(off), 0.99, axis=0).max() <= 2.0
    assert np.abs(off.mean(axis=0)).max() <= 0.05
    turned = np.abs(found.elevation_deg[row, column] - wanted.elevation_deg)
    assert np.quantile(turned, 0.99) < 0.25


# Against exact paths


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cell_centres_have_the_loss_of_exact_paths_over_hills(seed):
    grid = grid_of(hills(seed))
    assert_near_exact(grid, centre(grid, 110.3, 128.8), SMALL)


@pytest.mark.parametrize("seed", [1, 2])
def test_cell_centres_have_the_loss_of_exact_paths_over_woods_and_a_bay(seed):
    # Woods 15 m high end from one cell to the next: what a ray meets beside the line
    # moves single cells by 20 dB.
    assert_near_exact(land(seed), centre(land(seed), 110.3, 128.8), SMALL, rms_db=0.75)


@pytest.mark.parametrize(
    ("lat", "lon"), [(-6.62, 106.22), (-6.10, 105.93)], ids=["mountains", "coast"]
)
def test_cell_centres_have_the_loss_of_exact_paths_over_real_land(lat, lon):
    with rasterio.open(TERRAIN) as file:
        row, column = file.index(lon, lat)
        window = rasterio.windows.Window(column - 240, row - 240, 481, 481)
        z = file.read(1, window=window).astype(np.float32)
        west, north = file.window_transform(window) * (0, 0)
        step = file.res[0]
    zone = np.where(z <= 0, SEA, np.where(z < 100, COASTAL, INLAND)).astype(np.uint8)
    calm = np.where(zone == SEA, np.float32(0), z)
    plain = np.zeros_like(z)
    grid = Grid(west, north, (step, step), calm, plain + 5, plain, zone)
    assert_near_exact(grid, (lat, lon, 40.0), Sweep(BANDS, 20_000.0))


def test_a_mast_among_the_waves_sees_the_land_as_exact_paths_do():
    grid = land(1)
    assert_near_exact(grid, centre(grid, 60, -30, 60.0), Sweep(BANDS, 12_000.0), 1000)


def test_below_a_quarter_of_a_kilometre_the_path_is_free():
    grid = land(2)
    site = centre(grid, 118, 121)
    found = sweep_site(grid, site, Sweep(BANDS, 249.0))
    row, column, stations = cells_of(grid, found, 99)
    off = found.loss_db[:, row, column].T - exact(grid, site, stations).loss_db
    assert np.abs(off).max() < 1e-4


# Against closed forms


@pytest.mark.parametrize("height_m", [10.0, 40.0, 120.0])
def test_over_a_flat_sea_it_is_the_spherical_earth(height_m):
    sea = grid_of(np.zeros((481, 481)), zone=SEA)
    site = centre(sea, 240, 240, height_m)
    found = sweep_site(sea, site, Sweep(BANDS, 20_000.0))
    row, column, stations = cells_of(sea, found, 200)
    path = exact(sea, site, stations)
    got = found.loss_db[:, row, column].T
    assert np.abs(got - path.loss_db).max() < 0.2
    d_km = path.distance_m / 1e3
    rise = 1e-3 * (height_m - 1.5)
    for band, frequency_mhz in enumerate(BANDS):
        carrier = carrier_of(frequency_mhz / 1e3, True)
        free = carrier.free_db + 10 * np.log10(d_km**2 + rise**2)
        over = [
            sphere_loss_db(sphere_of(d, height_m, 1.5, EARTH.ae_km), carrier, 1.0)
            for d in d_km
        ]
        # The actual profile has points, the smooth one of Attachment 4 has none; more
        # than 15 dB lost, and ducts and troposcatter begin to carry.
        near = (d_km >= 0.25) & (np.array(over) < 15)
        assert near.any()
        np.testing.assert_allclose(got[near, band], (free + over)[near], atol=0.2)


def test_an_edge_across_a_plain_has_bullingtons_loss():
    z = np.zeros((241, 241))
    z[:, 148:153] = 200.0
    grid = grid_of(z, zone=INLAND)
    site = centre(grid, 120, 100, 30.0)
    found = sweep_site(grid, site, SMALL)
    row, column = 120 - found.row0, 200 - found.column0
    at = Ends(*(np.array([v]) for v in (*centre(grid, 120, 200)[:2], 1.5)))
    wanted = exact(grid, site, at).loss_db[0]
    np.testing.assert_allclose(found.loss_db[:, row, column], wanted, atol=0.3)
    slope = np.degrees(np.arctan((200 - 30) / (48 * STEP * np.pi / 180 * 6_371_000)))
    assert found.elevation_deg[row, column] == pytest.approx(slope, abs=0.1)


# Against a slow search over all points


def ray_over(seed: int, n: int, rough: float, clutter: float):
    """One ray over random ground, passed to its end, and the same in NumPy."""
    rng = np.random.default_rng(seed)
    flat = np.cumsum(rng.normal(0, rough, n)) + rng.normal(0, rough, n)
    cover = clutter * (rng.random(n) < 0.3)
    ray = sweep_passes.new_ray(n)
    zone = np.repeat(rng.choice([SEA, COASTAL, INLAND], n), rng.integers(1, 30, n))[:n]
    d = np.arange(n) * 0.09
    ray[sweep_passes.D, :n] = d
    ray[sweep_passes.FLAT, :n] = flat
    ray[sweep_passes.BENT, :n] = flat - CE * d**2
    ray[sweep_passes.TOP, :n] = flat + cover - CE * d**2
    ray[sweep_passes.ZONE, :n] = zone
    sweep_passes.start(ray)
    return ray, d, flat, cover, zone


@given(
    seed=st.integers(0, 9999), k=st.integers(0, 150), m=st.integers(1, 4),
    rough=st.sampled_from([0.0, 0.5, 8.0, 60.0]), clutter=st.sampled_from([0.0, 12.0]),
    phone=st.sampled_from([1.5, 30.0, 300.0]),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_what_is_found_from_a_hull_is_found_by_a_search(
    seed, k, m, rough, clutter, phone
):
    ray, d, flat, cover, zone = ray_over(seed, 160, rough, clutter)
    hts, step = flat[0] + 25.0, 0.085
    total = d[k] + (m + 1) * step
    sweep_passes.pass_points(ray, 0, k, hts, clutter == 0.0)
    near = flat[k + 1 : k + 1 + m][::-1].copy()
    near_top = near + cover[k + 1 : k + 1 + m][::-1]
    ray[sweep_passes.NEAR, :m], ray[sweep_passes.NEAR_TOP, :m] = near, near_top
    hn = float(flat[k + 5])
    hrs = hn + phone
    look = sweep_passes.look_back(
        ray, k, m, total, step, hts, hn, hrs, CE, clutter == 0.0
    )
    # All interior points, and what P.1812 says of them (4.3.1, 5.6).
    x = np.concatenate([d[1 : k + 1], total - step * np.arange(m, 0, -1)])
    h = np.concatenate([flat[1 : k + 1], near[::-1]])
    g = np.concatenate([(flat + cover)[1 : k + 1], near_top[::-1]])
    slope = (hrs - hts) / total
    whole_x = np.concatenate([[0.0], x, [total]])
    whole_h = np.concatenate([[flat[0]], h, [hn]])
    dx, low, high = np.diff(whole_x), whole_h[:-1], whole_h[1:]
    v2 = high * (2 * whole_x[1:] + whole_x[:-1]) + low * (
        whole_x[1:] + 2 * whole_x[:-1]
    )
    assert look.v1 == pytest.approx((dx * (low + high)).sum(), rel=1e-9, abs=1e-6)
    assert look.v2 == pytest.approx((dx * v2).sum(), rel=1e-9, abs=1e-6)
    close = {"rel": 1e-9, "abs": 1e-7}
    assert look.rise_t == pytest.approx(((h - hts) / x).max(), **close)
    assert look.sight_t == pytest.approx(((h - hts) / x - CE * x).max(), **close)
    away = total - x
    assert look.sight_r == pytest.approx(((h - hrs) / away - CE * away).max(), **close)
    assert look.edge_t == pytest.approx(((g - hts) / x - CE * x).max(), **close)
    assert look.edge_r == pytest.approx(((g - hrs) / away - CE * away).max(), **close)
    over = h - hts - slope * x
    if over.max() > 1e-9:
        assert look.hobs_m == pytest.approx(over.max(), **close)
        assert look.rise_r == pytest.approx(((h - hrs) / away).max(), **close)
    elif over.max() < -1e-9:
        assert look.hobs_m == -np.inf
    below = hts + slope * x - g - CE * x * away
    if below.min() > 0:
        wanted = (below * np.abs(below) / (x * away)).min()
        for least in (1e9, 1.0):
            nu = sweep_passes.sight_nu(ray, k, m, total, step, hts, hrs, CE, least)
            nu_wanted = -np.sqrt(0.002 * total * min(wanted, least))
            assert nu == pytest.approx(nu_wanted, rel=1e-9)
    # Zones: the near points take that of the last point before them or of the receiver.
    found = sweep_passes.zones_to(ray, k, total, float(zone[k + 5]))
    by_points = zones_of(
        np.append(d[: k + 1], total), np.append(zone[: k + 1], zone[k + 5]), k + 2
    )
    np.testing.assert_allclose(found, by_points, atol=1e-9)


@given(
    d_km=st.floats(0.3, 60), ht=st.floats(3, 400), hr=st.floats(1.5, 200),
    shield=st.floats(0, 30), share_t=st.floats(0.02, 0.6), nu=st.floats(0, 12),
    seed=st.integers(0, 99), omega=st.sampled_from([0.0, 0.3, 0.7]),
    lat=st.floats(0, 12),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_ducting_is_left_out_only_where_it_adds_nothing(
    d_km, ht, hr, shield, share_t, nu, seed, omega, lat
):
    rng = np.random.default_rng(seed)
    dlt = share_t * d_km
    dlr = rng.uniform(0.01, 1) * (d_km - dlt)
    # An angle of the path of a horizon: never below that of the smooth earth.
    theta_t = shield * rng.uniform(-0.1, 1)
    theta_r = shield - theta_t - 1e3 * d_km / EARTH.ae_km * rng.uniform(0, 1)
    given_ = Geometry(
        d_km, ht, hr, 0.0, 0.0, ht, hr, 0.0, dlt, dlr, theta_t, theta_r, nu, nu,
        0.0, 0.0, 0.0, 0.0, omega, 500.0, 500.0,
    )  # fmt: skip
    carriers = np.array([carrier_of(f / 1e3, True) for f in (450.0, 900.0, 2300.0)])
    quick, whole = np.empty((1, 3)), np.empty((1, 3))
    least = sweep_cells.least_duct_db(lat, EARTH)
    if sweep_cells.close_without_duct(given_, False, least, EARTH, carriers, quick, 0):
        most = sweep_cells.radio_climate(0.0, 0.0, lat)[0]
        b0, tau = most * rng.uniform(0.5, 1), rng.uniform(0, 1)
        hm = rng.uniform(0, 50)
        sweep_cells.close_whole(given_, hm, b0, tau, EARTH, carriers, whole, 0)
        np.testing.assert_allclose(quick, whole, atol=1e-3)


# What changes nothing


def turned(grid: Grid, turn) -> Grid:
    """The same land mirrored or turned; square, around the equator."""
    return Grid(
        grid.west, grid.north, grid.step_deg,
        *(
            np.ascontiguousarray(turn(raster))
            for raster in (grid.elevation_m, grid.error_m, grid.clutter_m, grid.zone)
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    "turn",
    [np.flipud, np.fliplr, np.rot90, np.transpose],
    ids=lambda turn: turn.__name__,
)
def test_land_that_is_turned_turns_the_loss(turn):
    # The middle of the grid on the equator: no direction is narrower than another.
    grid = grid_of(hills(3), north=120.5 * STEP)
    site = centre(grid)
    sweep = Sweep(BANDS, 9_000.0)
    plain, other = (
        sweep_site(grid, site, sweep),
        sweep_site(turned(grid, turn), site, sweep),
    )
    for band in range(len(BANDS)):
        off = turn(whole(grid, plain, band)) - whole(grid, other, band)
        known = np.isfinite(off)
        assert known.mean() > 0.5
        # A cell between two rays may take the other one.
        assert (np.abs(off[known]) < 1e-3).mean() > 0.98
        assert np.sqrt(np.mean(off[known] ** 2)) < 0.1


def whole(grid: Grid, found, band: int) -> np.ndarray:
    loss = np.full(grid.elevation_m.shape, np.nan)
    loss[found.window] = found.loss_db[band]
    return loss


def test_bands_together_lose_what_they_lose_alone():
    grid, site = land(1), centre(land(1))
    together = sweep_site(grid, site, SMALL)
    for band, frequency_mhz in enumerate(BANDS):
        alone = sweep_site(grid, site, Sweep((frequency_mhz,), SMALL.radius_m))
        off = alone.loss_db[0] - together.loss_db[band]
        assert np.nanmax(np.abs(off)) < 0.05


def test_a_window_of_the_land_is_enough():
    # Off the middle of a cell: no point lies just between two cells of clutter.
    grid, site = land(2), centre(land(2), 120.31, 119.77)
    cut = Grid(
        grid.west + 5 * STEP, grid.north - 3 * STEP, grid.step_deg,
        *(
            np.ascontiguousarray(raster[3:-7, 5:-4])
            for raster in (grid.elevation_m, grid.error_m, grid.clutter_m, grid.zone)
        ),
    )  # fmt: skip
    one, other = sweep_site(grid, site, SMALL), sweep_site(cut, site, SMALL)
    assert (one.row0 - 3, one.column0 - 5) == (other.row0, other.column0)
    off = np.abs(one.loss_db - other.loss_db)
    assert np.isfinite(off).sum() == np.isfinite(one.loss_db).sum()
    assert np.nanquantile(off, 0.99) < 1e-3


def test_beyond_the_grid_lies_the_sea():
    sea = grid_of(np.zeros((241, 241)), zone=SEA)
    island = grid_of(np.zeros((60, 50)), zone=SEA)
    there, here = centre(sea, 30, 20), centre(island, 30, 20)
    assert there == here
    wide, narrow = sweep_site(sea, there, SMALL), sweep_site(island, here, SMALL)
    shape = narrow.elevation_deg.shape
    off = wide.loss_db[:, : shape[0], : shape[1]] - narrow.loss_db
    assert np.nanmax(np.abs(off)) < 1e-3


# What holds everywhere


HOSTILE = {
    "one cell": np.zeros((1, 1)),
    "one row": np.linspace(0, 900, 200)[None, :],
    "one column": np.linspace(0, 900, 200)[:, None],
    "four cells": np.array([[0.0, 9000.0], [-400.0, 0.0]]),
    "a constant": np.full((120, 120), 2000.0),
    "below the sea": np.full((120, 120), -430.0),
    "a cliff": np.where(np.arange(120)[None, :] < 60, 0.0, 5000.0) + np.zeros((120, 1)),
    "a chess-board": np.indices((120, 120)).sum(axis=0) % 2 * 3000.0,
    "a well": 3000.0 - 3000.0 * (np.indices((120, 120)) == 60).all(axis=0),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("clutter", [0.0, 20.0])
def test_any_land_gives_numbers_not_below_free_space(name, clutter):
    z = HOSTILE[name]
    grid = grid_of(z, clutter=clutter, zone=np.where(z <= 0, SEA, INLAND))
    site = centre(grid, z.shape[0] // 2, z.shape[1] // 2, 15.0)
    found = sweep_site(grid, site, Sweep(BANDS, 5_000.0))
    row, column, stations = cells_of(grid, found, 10_000)
    far = exact(grid, site, stations).distance_m
    assert len(row) > 0
    for band, frequency_mhz in enumerate(BANDS):
        loss = found.loss_db[band, row, column]
        assert np.isfinite(loss).all()
        free = 92.4 + 20 * np.log10(frequency_mhz / 1e3) + 20 * np.log10(far / 1e3)
        assert (loss >= free - 1e-3).all()
        assert loss.max() < 400


def test_every_cell_within_the_radius_is_computed_and_no_other():
    grid = land(1)
    site = centre(grid, 119.8, 120.4)
    found = sweep_site(grid, site, SMALL)
    lat, lon, _ = centre(grid, *np.indices(grid.elevation_m.shape))
    stations = Ends(lat.ravel(), lon.ravel(), np.full(lat.size, 1.5))
    far = exact(grid, site, stations, ()).distance_m.reshape(lat.shape)
    computed = np.isfinite(whole(grid, found, 0))
    assert computed[far < SMALL.radius_m - 0.1].all()
    assert not computed[far > SMALL.radius_m + 0.1].any()
    assert np.isfinite(found.elevation_deg).sum() == computed.sum()


def test_a_mast_far_away_reaches_no_cell():
    found = sweep_site(land(1), (10.0, 20.0, 40.0), SMALL)
    assert found.loss_db.size == 0


def test_no_bands_give_an_empty_stack():
    found = sweep_site(land(1), centre(land(1)), Sweep((), 3_000.0))
    assert found.loss_db.shape[0] == 0
    assert np.isfinite(found.elevation_deg).any()


# Workers


def same_bits(one, other) -> bool:
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("loss_db", "elevation_deg")
    )


def test_threads_and_processes_give_the_same_bits():
    grid, site, sweep = land(1), centre(land(1)), Sweep(BANDS, 4_000.0)
    alone = sweep_site(grid, site, sweep)
    for n_workers in (1, 2, 5):
        with ThreadPoolExecutor(n_workers) as executor:
            assert same_bits(sweep_site(grid, site, sweep, executor=executor), alone)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as executor:
        assert same_bits(sweep_site(grid, site, sweep, executor=executor), alone)


def test_what_is_sent_to_a_worker_is_a_window_of_the_grid():
    ready = site_sweep(land(1), centre(land(1)), Sweep(BANDS, 1_000.0))
    assert max(ready.raster.elevation_m.shape) < 32


# Refusals


@pytest.mark.parametrize(
    "site",
    [
        (106.2, -6.6, 40.0),  # swapped
        (np.nan, 106.2, 40.0),
        (-6.6, np.inf, 40.0),
        (-6.6, 106.2, 0.5),
        (-6.6, 106.2, -5.0),
        (-6.6, 106.2, np.nan),
    ],
)
def test_masts_that_are_nowhere_are_refused(site):
    with pytest.raises(ValueError, match="site|tx_height_m"):
        sweep_site(land(1), site, SMALL)


@pytest.mark.parametrize(
    "wrong",
    [
        {"radius_m": 0.0},
        {"radius_m": -1.0},
        {"radius_m": np.nan},
        {"radius_m": 61_000.0},
        {"frequencies_mhz": (26_000.0,)},
        {"frequencies_mhz": (900.0, 10.0)},
        {"phone_m": 0.5},
    ],
)
def test_sweeps_outside_the_method_are_refused(wrong):
    with pytest.raises(ValueError, match="radius_m|frequency_mhz|rx_height_m"):
        Sweep(**{"frequencies_mhz": BANDS, **wrong})
