"""Write one checked election as the files of a workspace's `elections/<id>/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from siaga.house.moments import rough_end
from siaga.house.tables import write_columns
from siaga.territory.areas import LEVELS
from siaga.territory.election_import import ElectionInput, Tree, copy_files
from siaga.territory.placing import Points, SchoolSites, StationSites, place_stations
from siaga.territory.shapes import dissolve, geo_metadata, simplified

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.territory.land_import import Land
    from siaga.territory.read import Table

__all__ = ["write_election"]

OUTLINE_TOLERANCE_M = 60.0
"""Detail that a map inside a page does not show."""
SHARED_POINT_MAX = 4
"""A point that more schools share is the default of a form, not a place."""

Objects = np.ndarray[Any, np.dtype[np.object_]]


def write_election(
    election: ElectionInput, land: Land, source: Path, target: Path
) -> None:
    """Write areas, shapes, stations, calendar and results of an election."""
    target.mkdir(parents=True)
    copy_files(source, target, ("election.toml", "duties.json"))
    _write_areas(election, target)
    shapes = _area_shapes(election, land)
    _write_shapes(shapes, target / "shapes.parquet")
    _write_shapes(_outlines(shapes, election.tree), target / "outlines.parquet")
    _write_stations(election, land, shapes, target)
    if election.calendar is not None:
        write_columns(target / "calendar.parquet", election.calendar.columns)
    for file, table in election.results.items():
        _write_results(election, table, target / file.rsplit(".", 1)[0], land)


def _write_areas(election: ElectionInput, target: Path) -> None:
    tree, order = election.tree, election.tree.order.tolist()
    columns: dict[str, Any] = {}
    for name in ("name", "label", "kind", "kemendagri"):
        values = election.areas.texts(name)
        columns[name] = [values[row] for row in order]
    columns |= {
        "code": list(tree.code),
        "level": tree.level,
        "parent_row": tree.parent_row,
        "start": tree.start,
        "stop": tree.stop,
    }
    write_columns(target / "areas.parquet", columns)


def _area_shapes(election: ElectionInput, land: Land) -> Objects:
    """Polygon of each area in tree order: villages by their code, the rest dissolved.

    Borders follow the election's own tree, also where a village has since moved to
    another district. None = no polygon.
    """
    tree = election.tree
    row_of, kemendagri = land.village_row, election.areas.texts("kemendagri")
    shapes: Objects = np.full(len(tree.code), None, dtype=object)
    for row in np.flatnonzero(tree.level == len(LEVELS) - 1).tolist():
        found = row_of.get(kemendagri[int(tree.order[row])])
        if found is not None:
            shapes[row] = land.shapes[found]
    for level in range(len(LEVELS) - 2, -1, -1):
        parents = np.flatnonzero(tree.level == level)
        below = np.flatnonzero(tree.level == level + 1)
        position = np.full(len(tree.code), -1, dtype=np.int64)
        position[parents] = np.arange(parents.size)
        shapes[parents] = dissolve(
            shapes[below], position[tree.parent_row[below]], parents.size
        )
    return shapes


def _outlines(shapes: Objects, tree: Tree) -> Objects:
    """Simplified polygons; each level keeps the borders that its areas share."""
    outlines = shapes.copy()
    for level in range(len(LEVELS)):
        rows = np.flatnonzero(tree.level == level)
        known = rows[[shapes[row] is not None for row in rows]]
        if known.size:
            outlines[known] = simplified(shapes[known], OUTLINE_TOLERANCE_M)
    return outlines


def _write_shapes(shapes: Objects, path: Path) -> None:
    wkb = pa.array(shapely.to_wkb(shapes).tolist(), type=pa.binary())
    known = shapes[[shape is not None for shape in shapes]]
    write_columns(path, {"geometry": wkb}, geo_metadata("geometry", known))


def _write_stations(
    election: ElectionInput, land: Land, shapes: Objects, target: Path
) -> None:
    tree, stations, voters = election.tree, election.stations, election.voters
    n = tree.station_order.size
    order = tree.station_order.tolist()
    points = _points(election, land, shapes)

    def texts(name: str) -> list[str]:
        values = stations.texts(name) if stations is not None else []
        return [values[row] for row in order]

    def ints(name: str) -> npt.NDArray[np.int32]:
        if stations is None:
            return np.zeros(0, dtype=np.int32)
        return np.asarray(stations.ints(name)[tree.station_order], dtype=np.int32)

    special = (
        stations.flags("special")[tree.station_order]
        if stations is not None
        else np.zeros(0, bool)
    )
    columns: dict[str, Any] = {
        "code": pa.array(texts("code"), type=pa.string()),
        "number": ints("number"),
        "special": special,
        "voters": voters.value,
        "voters_low": voters.low,
        "voters_high": voters.high,
        "voters_origin": voters.origin,
        "voters_source": pa.array(texts("voters_source"), type=pa.string()),
        "lat": points.lat,
        "lon": points.lon,
        "error_m": points.error_m,
        "point_origin": points.origin,
        "point_place": pa.array(_place_keys(points, land), type=pa.string()),
    }
    assert len(columns["voters"]) == n
    write_columns(target / "stations.parquet", columns)


def _points(election: ElectionInput, land: Land, shapes: Objects) -> Points:
    """Points of all stations; villages and schools by the row of the area."""
    tree, stations = election.tree, election.stations
    n = tree.station_order.size
    village = np.repeat(np.arange(len(tree.code)), _own_stations(tree))
    nan = np.full(n, np.nan)
    given = stations is not None and stations.has("lat") and stations.has("lon")

    def floats(name: str) -> npt.NDArray[np.float64]:
        return (
            stations.floats(name)[tree.station_order]
            if given and stations is not None
            else nan
        )

    special = np.zeros(0, dtype=bool)
    if stations is not None:
        special = stations.flags("special")[tree.station_order]
    sites = StationSites(
        village, np.arange(n), floats("lat"), floats("lon"), floats("error_m"), special
    )
    return place_stations(sites, shapes, _schools(election, land))


def _own_stations(tree: Tree) -> npt.NDArray[np.int64]:
    """Stations of each village row; other areas have none of their own."""
    size = (tree.stop - tree.start).astype(np.int64)
    size[tree.level != len(LEVELS) - 1] = 0
    return size


def _schools(election: ElectionInput, land: Land) -> SchoolSites:
    """Checked schools with the area row of their village."""
    places = land.tables.get("places")
    if places is None:
        nothing = np.zeros(0)
        return SchoolSites(
            nothing.astype(np.int64), nothing, nothing, nothing.astype(np.int64)
        )
    tree, kemendagri = election.tree, election.areas.texts("kemendagri")
    row_of = {
        kemendagri[int(order)]: row
        for row, (order, level) in enumerate(zip(tree.order, tree.level, strict=True))
        if level == len(LEVELS) - 1
    }
    village = np.array(
        [row_of.get(code, -1) for code in places.texts("village")], dtype=np.int64
    )
    checked = np.array([text == "district_match" for text in places.texts("check")])
    school = np.array([text == "school" for text in places.texts("kind")])
    lat, lon = places.floats("lat"), places.floats("lon")
    alone = _rarely_shared(lat, lon)
    rows = np.flatnonzero(school & checked & alone & (village >= 0))
    return SchoolSites(village[rows], lat[rows], lon[rows], rows)


def _rarely_shared(
    lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    points = np.column_stack([lat, lon])
    _, inverse, counts = np.unique(
        points, axis=0, return_inverse=True, return_counts=True
    )
    return np.asarray(counts[inverse.ravel()] <= SHARED_POINT_MAX)


def _place_keys(points: Points, land: Land) -> list[str]:
    places = land.tables.get("places")
    keys = places.texts("place") if places is not None else []
    return [keys[row] if row >= 0 else "" for row in points.place_row.tolist()]


def _write_results(
    election: ElectionInput, table: Table, stem: Path, land: Land
) -> None:
    """Station rows aligned to the station order, area rows with their area row."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    levels = np.array(table.texts("level"))
    codes = table.texts("code")
    raw = pa.table(
        {k: v for k, v in table.columns.items() if k not in ("level", "code")}
    )
    raw = _with_known_at(raw, table, land)
    at_station = np.flatnonzero(levels == "station")
    if at_station.size:
        position = {codes[row]: row for row in at_station.tolist()}
        taken = [position.get(code) for code in _station_codes(election)]
        _write_taken(raw, pa.array(taken, type=pa.int64()), stem, "stations", {})
    at_area = np.flatnonzero(levels != "station")
    if at_area.size:
        row_of = election.tree.row_of_code
        rows = sorted((row_of[codes[row]], row) for row in at_area.tolist())
        area_rows = pa.array([area for area, _ in rows], type=pa.int32())
        taken_rows = pa.array([row for _, row in rows], type=pa.int64())
        _write_taken(raw, taken_rows, stem, "areas", {"area_row": area_rows})


def _station_codes(election: ElectionInput) -> list[str]:
    codes = election.stations.texts("code") if election.stations is not None else []
    return [codes[row] for row in election.tree.station_order.tolist()]


def _with_known_at(raw: pa.Table, table: Table, land: Land) -> pa.Table:
    """Rows that say their own day get the moment at which they could be known."""
    if not table.has("known_on"):
        return raw
    zone = land.province.zone
    moments = [rough_end(day, zone) if day else None for day in table.texts("known_on")]
    return raw.append_column(
        "known_at", pa.array(moments, type=pa.timestamp("us", tz="UTC"))
    )


def _write_taken(
    raw: pa.Table, rows: pa.Array, stem: Path, of: str, extra: dict[str, pa.Array]
) -> None:
    taken = raw.take(rows)
    columns = {**extra, **{name: taken[name] for name in taken.column_names}}
    write_columns(stem.with_name(f"{stem.name}.{of}.parquet"), columns)
