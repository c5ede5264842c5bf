"""Rasters become a grid: kept as they are, joined, checked, zoned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from network.radio_files import TERRAIN_BOX
from rasterio import Affine

from siaga.house.problems import BadParameter, BadState, ImportProblems
from siaga.network.model import COASTAL, INLAND, SEA
from siaga.network.read import Box
from siaga.network.read_rasters import Frame
from siaga.network.terrain import (
    FILL_ERROR_M,
    GridOptions,
    grid_of,
    rasterized,
    read_grid,
    zones,
)
from siaga.territory.territory import Territory

STEP = 0.001
STATED = GridOptions(error_m=5.0)


def hills(n_rows: int = 100, n_columns: int = 100) -> np.ndarray[Any, Any]:
    y, x = np.mgrid[:n_rows, :n_columns]
    return (80 + 30 * np.sin(x / 17) * np.cos(y / 23) + 0.2 * x).astype(np.float32)


def from_corner(west: float, north: float, step: float = STEP) -> Affine:
    return Affine(step, 0.0, west, 0.0, -step, north)


def write(path: Path, *bands: Any, **changes: Any) -> Path:
    first = np.asarray(bands[0])
    profile = {
        "driver": "GTiff", "height": first.shape[0], "width": first.shape[1],
        "count": len(bands), "dtype": first.dtype, "crs": "EPSG:4326",
        "transform": from_corner(125.0, -6.4),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile | changes) as raster:
        for number, band in enumerate(bands, 1):
            raster.write(band, number)
    return path


def test_cells_of_a_raster_in_wgs_84_are_kept_bit_for_bit(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", hills())
    grid = read_grid([path], TERRAIN_BOX, STATED).grid
    assert grid.elevation_m.tobytes() == hills().tobytes()
    assert (grid.west, grid.north) == (125.0, -6.4)
    assert grid.step_deg == (STEP, STEP)
    assert (grid.error_m == 5).all() and (grid.clutter_m == 0).all()


def test_a_box_inside_cuts_whole_cells(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", hills())
    grid = read_grid([path], Box(125.0205, -6.47, 125.05, -6.4105), STATED).grid
    assert (grid.elevation_m == hills()[10:70, 20:50]).all()
    assert grid.west == pytest.approx(125.02) and grid.north == pytest.approx(-6.41)


def test_the_error_band_goes_with_the_elevation(tmp_path: Path) -> None:
    error = np.full((100, 100), 12, np.float32)
    path = write(tmp_path / "a.tif", hills(), error)
    grid = read_grid([path], TERRAIN_BOX, GridOptions(error_band=2)).grid
    assert (grid.error_m == 12).all()
    with pytest.raises(ImportProblems):
        read_grid([path], TERRAIN_BOX, GridOptions(error_band=3))


@pytest.mark.parametrize(
    ("error_band", "error_m"),
    [(None, None), (2, 5.0), (None, 0.0), (None, -1.0), (None, float("nan"))],
)
def test_the_error_must_be_stated_in_one_way(
    error_band: int | None, error_m: float | None
) -> None:
    with pytest.raises(BadParameter):
        GridOptions(error_band=error_band, error_m=error_m)


def test_a_raster_in_metres_is_brought_to_degrees(tmp_path: Path) -> None:
    # UTM 51S: a plane that rises by 1 m each 100 m to the east, at 90 m.
    west, north = 500_000.0 + 200_000, 9_292_000.0
    rise = (np.arange(400, dtype=np.float32) * 0.9)[None, :].repeat(300, 0)
    path = write(
        tmp_path / "utm.tif", rise, crs="EPSG:32751",
        transform=from_corner(west, north, 90),
    )  # fmt: skip
    from rasterio.warp import transform

    (left, right), (low, top) = transform(
        "EPSG:32751", "EPSG:4326", [west + 4_000, west + 20_000],
        [north - 16_000, north - 4_000],
    )  # fmt: skip
    grid = read_grid([path], Box(left, low, right, top), STATED).grid
    assert 0.0007 < grid.step_deg[0] < 0.0009
    row, column = grid.elevation_m.shape[0] // 2, grid.elevation_m.shape[1] // 3
    lon = grid.west + (column + 0.5) * grid.step_deg[1]
    lat = grid.north - (row + 0.5) * grid.step_deg[0]
    (x,), _ = transform("EPSG:4326", "EPSG:32751", [lon], [lat])
    expected_m = (x - west) / 100 - 0.45
    assert grid.elevation_m[row, column] == pytest.approx(expected_m, abs=0.05)


def test_two_tiles_make_one_land(tmp_path: Path) -> None:
    left = write(tmp_path / "a.tif", hills()[:, :60])
    right = write(
        tmp_path / "b.tif", hills()[:, 50:],
        transform=from_corner(125.05, -6.4),
    )  # fmt: skip
    grid = read_grid([left, right], TERRAIN_BOX, STATED).grid
    assert (grid.elevation_m == hills()).all()


@pytest.mark.parametrize("overlap", [0, 10])
def test_a_jump_between_tiles_is_no_cliff(tmp_path: Path, overlap: int) -> None:
    left = write(tmp_path / "a.tif", hills()[:, : 50 + overlap])
    right = write(
        tmp_path / "b.tif", hills()[:, 50:] - np.float32(9),
        transform=from_corner(125.05, -6.4),
    )  # fmt: skip
    with pytest.raises(ImportProblems) as caught:
        read_grid([left, right], TERRAIN_BOX, STATED)
    assert [problem.file for problem in caught.value.problems] == ["b.tif"]


def test_a_slope_across_two_tiles_is_no_jump(tmp_path: Path) -> None:
    slope = np.arange(100, dtype=np.float32)[None, :].repeat(100, 0) * 20 + 5
    left = write(tmp_path / "a.tif", slope[:, :50])
    right = write(
        tmp_path / "b.tif", slope[:, 50:], transform=from_corner(125.05, -6.4)
    )
    grid = read_grid([left, right], TERRAIN_BOX, STATED).grid
    assert (grid.elevation_m == slope).all()


def test_an_hgt_tile_is_read_and_names_its_datum(tmp_path: Path) -> None:
    y, x = np.mgrid[:1201, :1201]
    heights = (50 + x // 20 + y // 30).astype(">i2")
    path = tmp_path / "S07E125.hgt"
    path.write_bytes(heights.tobytes())
    terrain = read_grid([path], Box(125.2, -6.5, 125.4, -6.3), STATED)
    assert terrain.datum == "EGM96"
    assert terrain.grid.step_deg[0] == pytest.approx(3 / 3600)
    # A post of the tile lies on the middle of a cell.
    row, column = 20, 30
    lat = terrain.grid.north - (row + 0.5) * terrain.grid.step_deg[0]
    lon = terrain.grid.west + (column + 0.5) * terrain.grid.step_deg[1]
    post = heights[round((-6 - lat) * 1200), round((lon - 125) * 1200)]
    assert terrain.grid.elevation_m[row, column] == post


def test_a_hole_is_filled_only_when_asked_and_doubted_then(tmp_path: Path) -> None:
    holed = hills()
    holed[40:50, 40:50] = np.nan
    path = write(tmp_path / "a.tif", holed)
    with pytest.raises(ImportProblems):
        read_grid([path], TERRAIN_BOX, STATED)
    filled = read_grid(
        [path], TERRAIN_BOX, GridOptions(error_m=5.0, fill_voids=True)
    )  # fmt: skip
    assert filled.filled_share == pytest.approx(0.01)
    hole = np.s_[40:50, 40:50]
    assert (filled.grid.error_m[hole] == FILL_ERROR_M).all()
    assert np.abs(filled.grid.elevation_m[hole] - hills()[hole]).max() < 10
    known = ~np.isnan(holed)
    assert (filled.grid.elevation_m[known] == hills()[known]).all()


def test_a_hole_too_wide_is_not_filled(tmp_path: Path) -> None:
    holed = hills(300, 300)
    holed[:, 10:290] = np.nan
    path = write(tmp_path / "a.tif", holed)
    with pytest.raises(ImportProblems):
        read_grid(
            [path], Box(125.0, -6.7, 125.3, -6.4),
            GridOptions(error_m=5.0, fill_voids=True),
        )  # fmt: skip


def test_a_hole_outside_the_land_is_sea(tmp_path: Path) -> None:
    coast = hills()
    coast[:, :30] = np.nan
    path = write(tmp_path / "a.tif", coast)
    land = [shapely.box(125.03, -6.5, 125.1, -6.4)]
    grid = read_grid([path], TERRAIN_BOX, STATED, land=land).grid
    assert (grid.zone[:, :30] == SEA).all() and (grid.elevation_m[:, :30] == 0).all()
    assert (grid.zone[:, 30:] != SEA).all()


def test_depths_are_not_carried_into_the_sea(tmp_path: Path) -> None:
    coast = hills()
    coast[:, :30] = -40
    grid = read_grid([write(tmp_path / "a.tif", coast)], TERRAIN_BOX, STATED).grid
    assert (grid.elevation_m[:, :30] == 0).all() and (grid.zone[:, :30] == SEA).all()


def test_land_cover_gives_representative_heights(tmp_path: Path) -> None:
    cover = np.full((50, 50), 40, np.uint8)
    cover[:25, :25], cover[25:, 25:] = 10, 50
    landcover = write(
        tmp_path / "c.tif", cover, transform=from_corner(125.0, -6.4, 0.002)
    )
    path = write(tmp_path / "a.tif", hills())
    options = GridOptions(error_m=5.0, clutter=landcover)
    grid = read_grid([path], TERRAIN_BOX, options).grid
    assert (grid.clutter_m[:50, :50] == 15).all()
    assert (grid.clutter_m[50:, 50:] == 10).all()
    assert (grid.clutter_m[:50, 50:] == 0).all()


def flat_frame(n_rows: int, n_columns: int, step: float = 0.01) -> Frame:
    return Frame(125.0, -6.0, (step, step), (n_rows, n_columns))


def test_coastal_is_low_land_within_50_km_of_the_sea() -> None:
    frame = flat_frame(10, 100)
    elevation = np.full(frame.shape, 20, np.float32)
    elevation[:, :5] = 0
    elevation[4, 20] = 100
    zone = zones(elevation, elevation > 0, frame)
    km_per_cell = 1.107
    last = int(50 / km_per_cell)
    assert (zone[:, :5] == SEA).all()
    assert (zone[0, 5 : 4 + last] == COASTAL).all()
    assert (zone[0, 7 + last :] == INLAND).all()
    assert zone[4, 20] == INLAND


def test_a_lake_is_no_sea_but_an_inlet_is() -> None:
    frame = flat_frame(60, 60)
    land = np.ones(frame.shape, bool)
    land[30:33, 30:33] = False  # 11 km2
    land[0:10, 50] = False
    zone = zones(np.full(frame.shape, 5, np.float32), land, frame)
    assert (zone[30:33, 30:33] != SEA).all()
    assert (zone[0:10, 50] == SEA).all()


def test_land_without_any_sea_is_inland() -> None:
    frame = flat_frame(5, 5)
    zone = zones(np.ones(frame.shape, np.float32), np.ones(frame.shape, bool), frame)
    assert (zone == INLAND).all()


@given(st.integers(0, 2**32 - 1))
def test_zones_agree_with_the_plain_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = flat_frame(14, 90, 0.02)
    land = np.ones(frame.shape, bool)
    land[:, : rng.integers(1, 30)] = False
    elevation = rng.uniform(1, 200, frame.shape).astype(np.float32)
    zone = zones(elevation, land, frame)
    rows, columns = np.nonzero(~land)
    for row, column in rng.integers(0, frame.shape, (30, 2)).tolist():
        north_m = (rows - row) * 0.02 * 110_580
        east_m = (columns - column) * 0.02 * 110_640
        away_m = np.hypot(north_m, east_m).min()
        if not land[row, column]:
            assert zone[row, column] == SEA
        elif abs(away_m - 50_000) > 1_500:
            near = away_m < 50_000 and elevation[row, column] < 100
            assert zone[row, column] == (COASTAL if near else INLAND)


def test_a_mask_of_polygons_takes_the_cells_whose_middle_is_inside() -> None:
    frame = flat_frame(4, 4)
    mask = rasterized([None, shapely.box(125.0, -6.02, 125.014, -6.0)], frame)
    assert mask.tolist() == [
        [True, False, False, False],
        [True, False, False, False],
        [False] * 4,
        [False] * 4,
    ]


def test_the_provinces_own_terrain_is_a_grid_with_quality_and_error(
    small_land: Territory, tmp_path: Path
) -> None:
    election = next(iter(small_land.elections))
    terrain = grid_of(small_land, election)
    path = small_land.folder / "territory" / "terrain.tif"
    with rasterio.open(path) as raster:
        elevation, quality, error = raster.read()
        corner = raster.transform.c, raster.transform.f
    grid = terrain.grid
    assert (grid.elevation_m == elevation).all() and (grid.error_m == error).all()
    assert terrain.quality is not None and (terrain.quality == quality).all()
    assert (grid.west, grid.north) == corner
    with pytest.raises(BadState) as caught:
        grid_of(Territory(tmp_path), election)
    assert caught.value.phrase.key == "network.problem.no_terrain"
