"""Rasters of level: the link budget at each cell, the best mast, updates, files."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import rasterio
from network.test_sweep import centre, grid_of, hills

from siaga.network.cog import RasterTags, write_cog
from siaga.network.link_budget import Terminal, antenna_loss_db, level_dbm
from siaga.network.mast_levels import NO_LEVEL, RasterParams, WindowStore
from siaga.network.model import COASTAL, INLAND, Cells, Sites, SiteStatus
from siaga.network.paths import Ends, path_losses
from siaga.network.raster import coverage_raster

Z = hills(5, 181)
GRID = grid_of(Z, zone=np.where(Z < 100, COASTAL, INLAND))
NEAR = RasterParams(radius_m=3_000.0)
SECTORS = (0.0, 120.0, 240.0)
ALL_AROUND = (np.nan,)


def sites_of(*places, operator="one", status=SiteStatus.ON) -> Sites:
    """Masts at rows and columns of the grid."""
    n = len(places)
    lat, lon, _ = centre(GRID, *np.array(places, float).reshape(-1, 2).T)
    owners = (operator,) * n if isinstance(operator, str) else operator
    return Sites(
        tuple(f"s{i}" for i in range(n)), owners, ("",) * n, ("test",) * n, lat, lon,
        np.zeros(n), np.ones(n), np.full(n, status, np.uint8), np.full(n, np.nan),
    )  # fmt: skip


def cells_of(n_sites: int, azimuths=SECTORS, bands=(900.0, 1800.0), **columns) -> Cells:
    """Cells of each site: all directions, all bands."""
    site, azimuth, band = (
        a.ravel()
        for a in np.meshgrid(range(n_sites), azimuths, bands, indexing="ij")
    )  # fmt: skip
    n = len(site)
    plain = {
        "frequency_mhz": band, "bandwidth_mhz": 10.0, "height_m": 40.0,
        "azimuth_deg": azimuth,
        "beamwidth_deg": np.where(np.isfinite(azimuth), 65, np.nan),
        "tilt_deg": 3.0, "eirp_dbm": 61.0 - band / 900, "eirp_sigma_db": 0.0,
    }  # fmt: skip
    return Cells(
        tuple(map(str, range(n))), site.astype(np.int32), ("4g",) * n,
        **{
            name: np.broadcast_to(np.asarray(value, float), n).copy()
            for name, value in {**plain, **columns}.items()
        },
    )  # fmt: skip


TWO = sites_of((90, 70), (100, 105)), cells_of(2)


@pytest.fixture(scope="module")
def two():
    return coverage_raster(GRID, *TWO, NEAR)


def budget(sites: Sites, cells: Cells, row, column) -> np.ndarray:
    """Level of the best cell at cells of the grid, path by path."""
    lat, lon, _ = centre(GRID, row, column)
    stations = Ends(lat, lon, np.full(len(lat), 1.5))
    best = np.full(len(lat), -np.inf)
    for cell in range(len(cells)):
        site = cells.site_row[cell]
        mast = Ends(sites.lat[[site]], sites.lon[[site]], cells.height_m[[cell]])
        pairs = np.arange(len(lat)), np.zeros(len(lat), int)
        path = path_losses(GRID, mast, stations, pairs, cells.frequency_mhz[[cell]])
        rows = np.full(len(lat), cell)
        lost = antenna_loss_db(cells, rows, path.azimuth_deg, path.elevation_deg)
        level = level_dbm(cells, rows, path.loss_db[:, 0] + lost)
        level = np.where(path.distance_m <= NEAR.radius_m, level, -np.inf)
        best = np.maximum(best, level - Terminal().body_loss_db)
    return best


def some_cells(raster, n: int = 400):
    row, column = np.nonzero(raster.best() != NO_LEVEL)
    pick = np.random.default_rng(4).choice(len(row), n, replace=False)
    return row[pick], column[pick]


# Levels


@pytest.mark.parametrize("azimuths", [SECTORS, ALL_AROUND], ids=["sectors", "unknown"])
def test_the_level_is_that_of_the_link_budget(azimuths):
    cells = cells_of(2, azimuths)
    raster = coverage_raster(GRID, TWO[0], cells, NEAR)
    row, column = some_cells(raster)
    off = raster.level[0, row, column] / 10 - budget(TWO[0], cells, row, column)
    assert np.sqrt((off**2).mean()) < 0.5
    assert np.quantile(np.abs(off), 0.98) < 1.0
    assert abs(off.mean()) < 0.05


def test_each_antenna_hangs_at_its_own_height():
    height_m = np.tile([25.0, 70.0], 3)
    cells = cells_of(1, height_m=height_m)
    sites = sites_of((90, 90))
    raster = coverage_raster(GRID, sites, cells, NEAR)
    row, column = some_cells(raster)
    off = raster.level[0, row, column] / 10 - budget(sites, cells, row, column)
    assert np.sqrt((off**2).mean()) < 0.5


def test_an_unknown_direction_costs_three_decibels():
    sites = sites_of((90, 90))
    around = coverage_raster(GRID, sites, cells_of(1, ALL_AROUND, (900.0,)), NEAR)
    stronger = coverage_raster(
        GRID, sites, cells_of(1, ALL_AROUND, (900.0,), eirp_dbm=63.0), NEAR
    )
    known = around.level != NO_LEVEL
    assert (stronger.level[known] - around.level[known] == 30).all()


def test_in_the_main_beam_a_sector_gains_three_decibels_over_one_unknown():
    sites = sites_of((90, 90))
    level = {}
    for azimuth in (0.0, np.nan):
        cells = cells_of(1, (azimuth,), (900.0,), tilt_deg=0.0)
        level[azimuth] = coverage_raster(GRID, sites, cells, NEAR).level[0]
    north, south = (65, 90), (115, 90)
    around = level[np.nan]
    assert level[0.0][north] - around[north] == pytest.approx(30, abs=3)
    assert level[0.0][south] - around[south] == pytest.approx(-220, abs=1)


def test_the_best_of_two_masts_is_the_larger(two):
    sites, cells = TWO
    alone = []
    for site in range(2):
        rows = cells.site_row == site
        only = replace(
            cells, key=("",) * 6, technology=("4g",) * 6,
            **{
                name: getattr(cells, name)[rows]
                for name in vars(cells) if name not in ("key", "technology")
            },
        )  # fmt: skip
        alone.append(coverage_raster(GRID, sites, only, NEAR).level)
    assert (two.level == np.maximum(*alone)).all()


def test_the_order_of_masts_and_cells_does_not_matter(two):
    sites, cells = TWO
    turned = replace(
        sites,
        **{
            name: value[::-1] if isinstance(value, tuple) else value[::-1].copy()
            for name, value in vars(sites).items()
        },
    )
    order = np.random.default_rng(1).permutation(len(cells))
    mixed = replace(
        cells,
        **{
            name: value[order]
            for name, value in vars(cells).items()
            if not isinstance(value, tuple)
        },
    )
    mixed = replace(mixed, site_row=1 - mixed.site_row)
    again = coverage_raster(GRID, turned, mixed, NEAR)
    assert again.level.tobytes() == two.level.tobytes()
    assert set(again.windows) == set(two.windows)


def test_each_operator_has_its_own_raster_and_the_best_is_of_all(two):
    sites = sites_of((90, 70), (100, 105), operator=("b", "a"))
    raster = coverage_raster(GRID, sites, TWO[1], NEAR)
    assert raster.operators == ("a", "b")
    assert (raster.best() == two.level[0]).all()
    assert (raster.level[0] != raster.level[1]).any()
    only = coverage_raster(GRID, sites, TWO[1], NEAR, operators=["b", "c"])
    assert only.operators == ("b", "c")
    assert (only.level[0] == raster.level[1]).all()
    assert (only.level[1] == NO_LEVEL).all()


def test_two_operators_on_one_mast_share_its_window():
    sites = sites_of((90, 90), (90, 90), operator=("a", "b"))
    raster = coverage_raster(GRID, sites, cells_of(2), NEAR)
    assert raster.computed == 1
    assert (raster.level[0] == raster.level[1]).all()
    assert (raster.level[0] != NO_LEVEL).any()


@pytest.mark.parametrize("status", [SiteStatus.OFF, SiteStatus.PLANNED])
def test_what_is_not_on_the_air_is_not_heard(status):
    raster = coverage_raster(GRID, sites_of((90, 90), status=status), cells_of(1), NEAR)
    assert raster.operators == ()
    assert (raster.best() == NO_LEVEL).all()


def test_no_masts_give_no_level():
    none = sites_of((90, 90))
    raster = coverage_raster(GRID, none, cells_of(0), NEAR, operators=["one"])
    assert raster.level.shape == (1, *GRID.elevation_m.shape)
    assert (raster.level == NO_LEVEL).all()


def test_a_mast_beyond_the_grid_counts_where_it_reaches():
    raster = coverage_raster(GRID, sites_of((90, -10), (90, -900)), cells_of(2), NEAR)
    heard = np.nonzero((raster.level[0] != NO_LEVEL).any(axis=0))[0]
    assert heard.min() == 0
    assert 15 < heard.max() < 30


# Updates


def other_height(sites_cells, site: int, height_m: float):
    sites, cells = sites_cells
    moved = np.where(cells.site_row == site, height_m, cells.height_m)
    return sites, replace(cells, height_m=moved)


MANY = (
    sites_of((40, 40), (50, 60), (90, 90), (120, 130), (60, 45)),
    cells_of(5, ALL_AROUND),
)


def test_one_changed_mast_is_one_window_computed_and_the_same_bits():
    store = WindowStore()
    before = coverage_raster(GRID, *MANY, NEAR, store=store)
    assert before.computed == 5
    changed = other_height(MANY, 1, 15.0)
    after = coverage_raster(GRID, *changed, NEAR, store=store, previous=before)
    assert after.computed == 1
    fresh = coverage_raster(GRID, *changed, NEAR)
    assert fresh.computed == 5
    assert after.level.tobytes() == fresh.level.tobytes()
    assert (after.level != before.level).any()


@pytest.mark.parametrize("off", [[2], [1, 4], [0, 1, 2, 3, 4]])
def test_masts_that_fall_silent_and_come_back(off):
    store = WindowStore()
    sites, cells = MANY
    before = coverage_raster(GRID, sites, cells, NEAR, store=store, operators=["one"])
    status = sites.status.copy()
    status[off] = SiteStatus.OFF
    silent = replace(sites, status=status)
    keep = {"store": store, "operators": ["one"]}
    after = coverage_raster(GRID, silent, cells, NEAR, previous=before, **keep)
    assert after.computed == 0
    fresh = coverage_raster(GRID, silent, cells, NEAR, **keep)
    assert after.level.tobytes() == fresh.level.tobytes()
    again = coverage_raster(GRID, sites, cells, NEAR, previous=after, **keep)
    assert again.level.tobytes() == before.level.tobytes()


def test_only_windows_that_meet_the_change_are_read(monkeypatch):
    store = WindowStore()
    before = coverage_raster(GRID, *MANY, NEAR, store=store)
    read = []
    get = store.get
    monkeypatch.setattr(
        store, "get", lambda key, shape: (read.append(key), get(key, shape))[1]
    )
    coverage_raster(
        GRID, *other_height(MANY, 3, 15.0), NEAR, store=store, previous=before
    )
    # The last mast stands far from all but one of the others.
    assert len(read) <= 2


def test_another_land_or_other_parameters_are_computed_anew():
    store = WindowStore()
    before = coverage_raster(GRID, *TWO, NEAR, store=store)
    higher = grid_of(Z + 50, zone=GRID.zone)
    for grid, params in (
        (higher, NEAR),
        (GRID, RasterParams(radius_m=2_000.0)),
        (GRID, replace(NEAR, terminal=Terminal(antenna_m=2.0))),
    ):
        after = coverage_raster(grid, *TWO, params, store=store, previous=before)
        assert after.computed == 2
        fresh = coverage_raster(grid, *TWO, params)
        assert after.level.tobytes() == fresh.level.tobytes()


def test_a_store_in_a_folder_outlives_the_process(tmp_path, two):
    first = coverage_raster(GRID, *TWO, NEAR, store=WindowStore(tmp_path / "windows"))
    again = coverage_raster(GRID, *TWO, NEAR, store=WindowStore(tmp_path / "windows"))
    assert (first.computed, again.computed) == (2, 0)
    assert first.level.tobytes() == again.level.tobytes() == two.level.tobytes()
    store = WindowStore(tmp_path / "windows")
    names = sorted(path.name for path in (tmp_path / "windows").iterdir())
    assert len(names) == 2 and all(name.endswith(".npy") for name in names)
    store.keep_only([names[0].removesuffix(".npy")])
    assert [path.name for path in (tmp_path / "windows").iterdir()] == names[:1]


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"not at all", None])
def test_a_damaged_window_is_computed_again(tmp_path, two, damage):
    coverage_raster(GRID, *TWO, NEAR, store=WindowStore(tmp_path))
    path = min(tmp_path.iterdir())
    if damage is None:
        np.save(path, np.zeros((3, 3), np.int16))
    else:
        path.write_bytes(damage)
    again = coverage_raster(GRID, *TWO, NEAR, store=WindowStore(tmp_path))
    assert again.level.tobytes() == two.level.tobytes()


# Workers


@pytest.mark.parametrize("n_masts", [1, 5])
def test_threads_give_the_same_bits(n_masts):
    sites, cells = MANY
    status = np.where(np.arange(5) < n_masts, SiteStatus.ON, SiteStatus.OFF)
    sites = replace(sites, status=status.astype(np.uint8))
    alone = coverage_raster(GRID, sites, cells, NEAR)
    for n_workers in (1, 3):
        with ThreadPoolExecutor(n_workers) as executor:
            shared = coverage_raster(GRID, sites, cells, NEAR, executor=executor)
        assert shared.level.tobytes() == alone.level.tobytes()


def test_processes_give_the_same_bits(two):
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as executor:
        shared = coverage_raster(GRID, *TWO, NEAR, executor=executor)
    assert shared.level.tobytes() == two.level.tobytes()


def test_no_more_masts_are_under_way_than_bounded(monkeypatch):
    monkeypatch.setattr("siaga.network.raster.UNDER_WAY", 2)
    waiting = []

    class Late:
        def submit(self, task, *arguments):
            waiting.append(task)
            assert len(waiting) <= 2
            return SimpleNamespace(result=lambda: (waiting.pop(), task(*arguments))[1])

    raster = coverage_raster(GRID, *MANY, NEAR, executor=Late())
    assert raster.level.tobytes() == coverage_raster(GRID, *MANY, NEAR).level.tobytes()


# Files

WIDE = grid_of(np.zeros((700, 900)))
TAGS = RasterTags(
    "one", "test sites; hills", "2027-02-14T00:00:00+00:00", more={"radius_m": "3000"}
)


def levels(seed: int = 1):
    rng = np.random.default_rng(seed)
    level = rng.integers(-1400, -400, WIDE.elevation_m.shape).astype(np.int16)
    level[:100, :200] = NO_LEVEL
    return level


def test_a_file_says_what_it_is(tmp_path):
    path = tmp_path / "one.tif"
    write_cog(path, levels(), WIDE, TAGS)
    with rasterio.open(path) as file:
        assert (file.read(1) == levels()).all()
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.overviews(1) == [2, 4]
        assert (file.nodata, file.scales, file.units) == (NO_LEVEL, (0.1,), ("dBm",))
        assert file.crs.to_epsg() == 4326
        assert file.bounds[:1] + file.bounds[3:] == (WIDE.west, WIDE.north)
        assert file.res == pytest.approx(WIDE.step_deg[::-1])
        tags = file.tags()
        small = file.read(1, out_shape=(175, 225), masked=True)
    for name in ("operator", "source", "as_of", "model"):
        assert tags[name] == getattr(TAGS, name)
    assert tags["radius_m"] == "3000"
    # An overview has the mean of what is known, and nothing where nothing is.
    assert small.mask[:25, :50].all() and not small.mask[26:].any()
    assert small.mean() == pytest.approx(-900, abs=5)
    assert [path.name for path in tmp_path.iterdir()] == ["one.tif"]


def test_same_levels_and_tags_give_the_same_bytes(tmp_path):
    for name in ("a.tif", "b.tif"):
        write_cog(tmp_path / name, levels(), WIDE, TAGS)
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match=r"one\.tif"):
        write_cog(tmp_path / "nowhere" / "one.tif", levels(), WIDE, TAGS)
    assert not list(tmp_path.iterdir())


def test_a_raster_of_a_coverage_is_written_as_it_is(tmp_path, two):
    write_cog(tmp_path / "two.tif", two.best(), GRID, TAGS)
    with rasterio.open(tmp_path / "two.tif") as file:
        assert (file.read(1) == two.best()).all()
