"""Paths over a grid: sampling, one against many, workers, edges, refusals."""

from __future__ import annotations

import dataclasses
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.network import paths
from siaga.network.model import COASTAL, INLAND, SEA, Climate, Grid
from siaga.network.p1812 import Link, path_loss
from siaga.network.paths import Ends, one_path, path_losses

WEST, NORTH, STEP = 105.0, -6.0, 1 / 1200
BANDS = (900.0, 1800.0, 2300.0)
FIELDS = [field.name for field in dataclasses.fields(paths.PathLosses)]


def grid_of(elevation, *, clutter=0.0, zone=COASTAL, error=5.0, step=STEP) -> Grid:
    z = np.ascontiguousarray(elevation, np.float32)
    return Grid(
        WEST, NORTH, (step, step), z, np.full(z.shape, error, np.float32),
        np.broadcast_to(np.float32(clutter), z.shape).copy(),
        np.broadcast_to(np.uint8(zone), z.shape).copy(),
    )  # fmt: skip


def hilly(seed: int = 1, n_rows: int = 240, n_columns: int = 300) -> Grid:
    """Hills of some hundred metres over a valley, with woods and a bay in the west."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:n_rows, 0:n_columns]
    z = np.zeros((n_rows, n_columns))
    for _ in range(40):
        cy, cx = rng.uniform(0, n_rows), rng.uniform(0, n_columns)
        width, height = rng.uniform(4, 40), rng.uniform(10, 150)
        z += height * np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / (2 * width**2))
    z[x < 40] = 0
    zone = np.where(x < 40, SEA, np.where(z < 100, COASTAL, INLAND))
    return grid_of(z, clutter=np.where(z > 60, 15.0, 0.0), zone=zone)


GRID = hilly()


def ends_of(n: int, seed: int, height_m: float) -> Ends:
    rng = np.random.default_rng(seed)
    lat = NORTH - rng.uniform(1, 239, n) * STEP
    lon = WEST + rng.uniform(1, 299, n) * STEP
    return Ends(lat, lon, np.full(n, height_m))


SITES, STATIONS = ends_of(40, 1, 40.0), ends_of(60, 2, 1.5)
PAIRS = tuple(a.ravel() for a in np.indices((60, 40)))


def losses(executor=None, grid=GRID, pairs=PAIRS, **more):
    return path_losses(grid, SITES, STATIONS, pairs, BANDS, executor=executor, **more)


def same_bits(one, other) -> bool:
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in FIELDS
    )


@pytest.fixture(scope="module")
def found():
    return losses()


# Sampling


@given(a=st.floats(-2, 2), b=st.floats(-2, 2), seed=st.integers(0, 99))
def test_a_sloping_plane_is_sampled_exactly(a, b, seed):
    y, x = np.mgrid[0:240, 0:300]
    plane = grid_of(500 + a * y + b * x)
    ends = ends_of(2, seed, 10.0)
    path = one_path(
        plane, (ends.lat[0], ends.lon[0], 10), (ends.lat[1], ends.lon[1], 10), 900.0
    )
    row = (NORTH - path.lat) / STEP - 0.5
    column = (path.lon - WEST) / STEP - 0.5
    wanted = 500 + a * row + b * column
    np.testing.assert_allclose(path.profile.ground_m, wanted, atol=1e-3)


@pytest.mark.parametrize("seed", range(12))
def test_clutter_zone_and_error_are_those_of_the_nearest_cell(seed):
    rng = np.random.default_rng(seed)
    shape = (240, 300)
    grid = dataclasses.replace(
        grid_of(np.zeros(shape), zone=rng.choice([SEA, COASTAL, INLAND], shape)),
        clutter_m=rng.integers(0, 40, shape).astype(np.float32),
        error_m=rng.integers(1, 40, shape).astype(np.float32),
    )
    ends = ends_of(2, seed, 10.0)
    path = one_path(
        grid, (ends.lat[0], ends.lon[0], 10), (ends.lat[1], ends.lon[1], 10), 900.0
    )
    row, column = (NORTH - path.lat) / STEP, (path.lon - WEST) / STEP
    cell = np.floor(row).astype(int), np.floor(column).astype(int)
    for raster, values in (
        (grid.clutter_m, path.profile.clutter_m),
        (grid.zone, path.profile.zone),
        (grid.error_m, path.profile.error_m),
    ):
        assert values.tolist() == raster[cell].tolist()


def test_the_profile_has_a_point_a_cell_up_to_the_most():
    short = one_path(GRID, (-6.1, 105.1, 9), (-6.1, 105.1 + 50 * STEP, 9), 900.0)
    assert len(short.lat) in (51, 52)
    bounded = one_path(GRID, (-6.1, 105.1, 9), (-6.1, 105.2, 9), 900.0, max_points=40)
    assert len(bounded.lat) == 40
    steps = np.diff(bounded.profile.distance_km)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-9)


def test_distance_and_azimuth_are_those_of_the_sphere():
    north = one_path(GRID, (-6.15, 105.1, 9), (-6.05, 105.1, 9), 900.0)
    assert north.distance_m == pytest.approx(6_371_000 * np.radians(0.1))
    assert north.azimuth_deg == pytest.approx(0, abs=1e-9)
    east = one_path(GRID, (-6.1, 105.05, 9), (-6.1, 105.15, 9), 900.0)
    narrow = np.cos(np.radians(6.1))
    assert east.distance_m == pytest.approx(
        6_371_000 * np.radians(0.1) * narrow, rel=1e-6
    )
    assert east.azimuth_deg == pytest.approx(90, abs=0.01)


def test_the_ray_leaves_towards_the_station_or_over_the_hill():
    flat = np.zeros((240, 300))
    ends = (
        (NORTH - 100 * STEP, WEST + 50 * STEP),
        (NORTH - 100 * STEP, WEST + 150 * STEP),
    )
    down = one_path(grid_of(flat), (*ends[0], 101.5), (*ends[1], 1.5), 900.0)
    assert down.elevation_deg == pytest.approx(
        -np.degrees(np.arctan(100 / down.distance_m)), abs=0.05
    )
    flat[:, 98:103] = 400
    hill = one_path(grid_of(flat), (*ends[0], 101.5), (*ends[1], 1.5), 900.0)
    assert hill.elevation_deg == pytest.approx(
        np.degrees(np.arctan(2 * 300 / hill.distance_m)), abs=0.3
    )


# One and many


def test_one_path_has_the_bits_of_many(found):
    for pair in range(0, len(PAIRS[0]), 37):
        station, site = PAIRS[0][pair], PAIRS[1][pair]
        for band, frequency_mhz in enumerate(BANDS):
            path = one_path(
                GRID,
                (SITES.lat[site], SITES.lon[site], SITES.height_m[site]),
                (STATIONS.lat[station], STATIONS.lon[station], 1.5),
                frequency_mhz,
            )
            assert path.loss.loss_db == found.loss_db[pair, band]
            assert path.loss.terrain_sigma_db == found.terrain_sigma_db[pair, band]
            assert path.distance_m == found.distance_m[pair]
            assert path.azimuth_deg == found.azimuth_deg[pair]
            assert path.elevation_deg == found.elevation_deg[pair]


def test_a_path_over_the_grid_is_p1812_over_its_profile():
    path = one_path(GRID, (-6.02, 105.03, 40), (-6.15, 105.2, 1.5), 1800.0)
    link = Link(1800.0, 40.0, 1.5, 0.5 * (-6.02 - 6.15))
    assert path_loss(path.profile, link).loss_db == path.loss.loss_db


@pytest.mark.parametrize(
    "more", [{"climate": Climate(45.0, 320.0)}, {"time_pc": 1.0}, {"vertical": False}]
)
def test_climate_time_and_polarisation_reach_the_method(found, more):
    many = losses(**more).loss_db[:, 0]
    pair = int(np.argmax(np.abs(many - found.loss_db[:, 0])))
    station, site = PAIRS[0][pair], PAIRS[1][pair]
    path = one_path(
        GRID,
        (SITES.lat[site], SITES.lon[site], 40.0),
        (STATIONS.lat[station], STATIONS.lon[station], 1.5),
        900.0,
        **more,
    )
    assert path.loss.loss_db == many[pair] != found.loss_db[pair, 0]


@given(seed=st.integers(0, 999))
@settings(max_examples=25)
def test_the_order_of_pairs_and_bands_does_not_matter(found, seed):
    order = np.random.default_rng(seed).permutation(len(PAIRS[0]))
    shuffled = path_losses(
        GRID, SITES, STATIONS, (PAIRS[0][order], PAIRS[1][order]), BANDS[::-1]
    )
    assert (shuffled.loss_db[:, ::-1] == found.loss_db[order]).all()
    assert (shuffled.distance_m == found.distance_m[order]).all()


def test_up_and_down_lose_the_same_within_a_rounding():
    up = path_losses(GRID, STATIONS, SITES, PAIRS[::-1], BANDS)
    down = losses()
    off = np.abs(up.loss_db - down.loss_db)
    # A profile sampled from the other end may take another cell of clutter or zone.
    assert np.median(off) < 1e-6
    assert (off < 1e-3).mean() > 0.95


# Workers


def test_threads_give_the_same_bits(found, monkeypatch):
    monkeypatch.setattr(paths, "BLOCK", 100)
    for n_workers in (1, 2, 5):
        with ThreadPoolExecutor(n_workers) as executor:
            assert same_bits(losses(executor), found)


def test_processes_give_the_same_bits(found, monkeypatch):
    monkeypatch.setattr(paths, "BLOCK", 1000)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as executor:
        assert same_bits(losses(executor), found)


def test_the_executor_of_a_dask_client_gives_the_same_bits(found, monkeypatch):
    from distributed import Client

    monkeypatch.setattr(paths, "BLOCK", 1000)
    with (
        Client(
            processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None
        ) as client,
        client.get_executor() as executor,
    ):
        assert same_bits(losses(executor), found)


@pytest.mark.parametrize("block", [1, 7, 500])
def test_windows_of_the_grid_give_the_same_bits(found, monkeypatch, block):
    monkeypatch.setattr(paths, "BLOCK", block)
    at = np.arange(0, len(PAIRS[0]), 11)
    part = losses(pairs=(PAIRS[0][at], PAIRS[1][at]))
    assert (part.loss_db == found.loss_db[at]).all()


def test_a_grid_in_another_order_of_memory_gives_the_same_bits(found):
    turned = dataclasses.replace(GRID, elevation_m=np.asfortranarray(GRID.elevation_m))
    assert same_bits(losses(grid=turned), found)


# Edges


def test_outside_the_grid_is_the_sea():
    land = grid_of(np.full((240, 300), 80.0), zone=INLAND)
    middle = NORTH - 120 * STEP
    half = one_path(
        land, (middle, WEST + 50 * STEP, 40), (middle, WEST - 50 * STEP, 40), 900.0
    )
    out = half.lon < WEST
    assert half.outside == out.mean() == pytest.approx(0.5, abs=0.02)
    assert (half.profile.ground_m[out] == 0).all()
    assert (half.profile.zone[out] == SEA).all()
    assert (half.profile.error_m[out] == paths.OUTSIDE_ERROR_M).all()
    assert (half.profile.ground_m[~out] == 80).all()


def test_wholly_outside_is_a_path_over_the_sea():
    far = one_path(GRID, (10.0, 20.0, 40), (10.1, 20.0, 1.5), 900.0)
    assert far.outside == 1
    assert np.isfinite(far.loss.loss_db)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (240, 1), (2, 2)])
@pytest.mark.parametrize("value", [0.0, 9000.0, -30.0])
def test_a_grid_of_few_cells_is_a_grid(shape, value):
    grid = grid_of(np.full(shape, value))
    found = losses(grid=grid, pairs=(PAIRS[0][:50], PAIRS[1][:50]))
    for name in FIELDS:
        assert np.isfinite(getattr(found, name)).all()


def test_the_edge_has_no_neighbour_beyond_it():
    grid = grid_of(np.arange(100.0).reshape(10, 10))
    lat, lon = NORTH - 0.1 * STEP, WEST + 0.1 * STEP
    path = one_path(grid, (lat, lon, 9), (lat, WEST + 9.9 * STEP, 9), 900.0)
    assert path.outside == 0
    assert path.profile.ground_m[[0, -1]].tolist() == [0.0, 9.0]


def test_a_station_at_the_foot_of_the_mast_is_a_metre_away():
    at = (SITES.lat[0], SITES.lon[0])
    path = one_path(GRID, (*at, 1.5), (*at, 1.5), 900.0)
    assert path.distance_m == 1
    assert path.loss.loss_db == pytest.approx(92.4 + 20 * np.log10(0.9) - 60)


def test_no_pairs_and_no_bands_give_empty_arrays():
    none = np.empty(0, int)
    assert losses(pairs=(none, none)).loss_db.shape == (0, 3)
    found = path_losses(GRID, SITES, STATIONS, PAIRS, [])
    assert found.loss_db.shape == (2400, 0)
    assert (found.distance_m > 0).all()


# Refusals


@pytest.mark.parametrize(
    ("lat", "lon", "height", "name"),
    [
        ([-6.1], [105.1], [0.5], "height_m"),
        ([-6.1], [105.1], [-5.0], "height_m"),
        ([-6.1], [105.1], [np.nan], "height_m"),
        ([105.1], [-6.1], [30.0], "lat, lon"),  # swapped
        ([np.nan], [105.1], [30.0], "lat, lon"),
        ([-6.1, -6.2], [105.1], [30.0], "lon"),
    ],
)
def test_antennas_that_are_nowhere_are_refused(lat, lon, height, name):
    with pytest.raises(ValueError, match=name):
        Ends(np.array(lat), np.array(lon), np.array(height))


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"pairs": (np.array([60]), np.array([0]))}, "station"),
        ({"pairs": (np.array([0]), np.array([-1]))}, "site"),
        ({"pairs": (np.array([0, 1]), np.array([0]))}, "pairs"),
        ({"time_pc": 0.1}, "time_pc"),
    ],
)
def test_pairs_and_times_that_are_none_are_refused(wrong, name):
    with pytest.raises(ValueError, match=name):
        losses(**wrong)


def test_a_band_outside_the_method_is_refused():
    with pytest.raises(ValueError, match="frequency_mhz"):
        path_losses(GRID, SITES, STATIONS, PAIRS, [900.0, 26_000.0])


def test_what_is_sent_to_a_worker_is_a_window_of_the_grid():
    sent = []

    class Watching:
        def submit(self, task, raster, ends, setting):
            sent.append(raster.elevation_m.shape)
            return SimpleNamespace(result=lambda: task(raster, ends, setting))

    near = Ends(*(np.array(v) for v in ([-6.1], [105.1], [40.0])))
    phone = Ends(*(np.array(v) for v in ([-6.11], [105.11], [1.5])))
    path_losses(GRID, near, phone, ([0], [0]), BANDS, executor=Watching())
    assert max(sent[0]) < 20
