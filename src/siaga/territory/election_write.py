"""Write one checked election as the files of a workspace's `elections/<id>/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from siaga.house.moments import rough_end
from siaga.house.tables import rows_of, write_columns
from siaga.territory.areas import LEVELS
from siaga.territory.election_import import ElectionInput, Tree, copy_files
from siaga.territory.land_import import OUTLINE_TOLERANCE_M
from siaga.territory.placing import Points, SchoolSites, StationSites, place_stations
from siaga.territory.shapes import dissolve, geo_metadata, simplified

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.territory.land_import import Land
    from siaga.territory.read import Table

__all__ = ["write_election"]

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
    _write_shapes(_outlines(shapes, election, land), target / "outlines.parquet")
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
    shapes = _of_villages(land.shapes, election, land)
    for level in range(len(LEVELS) - 2, -1, -1):
        parents = np.flatnonzero(tree.level == level)
        below = np.flatnonzero(tree.level == level + 1)
        position = np.full(len(tree.code), -1, dtype=np.int64)
        position[parents] = np.arange(parents.size)
        shapes[parents] = dissolve(
            shapes[below], position[tree.parent_row[below]], parents.size
        )
    return shapes


def _of_villages(shapes: Objects, election: ElectionInput, land: Land) -> Objects:
    """Shape of each village in tree order; None for all other areas."""
    tree = election.tree
    row_of, kemendagri = land.village_row, election.areas.texts("kemendagri")
    found: Objects = np.full(len(tree.code), None, dtype=object)
    for row in np.flatnonzero(tree.level == len(LEVELS) - 1).tolist():
        at = row_of.get(kemendagri[int(tree.order[row])])
        if at is not None:
            found[row] = shapes[at]
    return found


def _outlines(shapes: Objects, election: ElectionInput, land: Land) -> Objects:
    """Simplified polygons; each level keeps the borders that its areas share."""
    tree = election.tree
    outlines = _of_villages(land.outlines, election, land)
    for level in range(len(LEVELS) - 1):
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
    points = _points(election, land, shapes)

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
        "code": _station_texts(election, "code"),
        "number": ints("number"),
        "special": special,
        "voters": voters.value,
        "voters_low": voters.low,
        "voters_high": voters.high,
        "voters_origin": voters.origin,
        "voters_source": _station_texts(election, "voters_source"),
        "lat": points.lat,
        "lon": points.lon,
        "error_m": points.error_m,
        "point_origin": points.origin,
        "point_place": _place_keys(points, land),
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
    tree, kemendagri = election.tree, election.areas.text_array("kemendagri")
    villages = np.flatnonzero(tree.level == len(LEVELS) - 1)
    at = rows_of(places.text_array("village"), kemendagri.take(tree.order[villages]))
    village = np.where(at >= 0, villages[at], -1)
    checked = places.equals("check", "district_match")
    school = places.equals("kind", "school")
    lat, lon = places.floats("lat"), places.floats("lon")
    alone = _rarely_shared(lat, lon)
    rows = np.flatnonzero(school & checked & alone & (village >= 0))
    return SchoolSites(village[rows], lat[rows], lon[rows], rows)


def _rarely_shared(
    lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    points = lon + 1j * lat
    _, inverse, counts = np.unique(points, return_inverse=True, return_counts=True)
    return np.asarray(counts[inverse] <= SHARED_POINT_MAX)


def _place_keys(points: Points, land: Land) -> pa.Array:
    places = land.tables.get("places")
    if places is None:
        return pa.array([""] * len(points.place_row), type=pa.string())
    at_place = pa.array(points.place_row, mask=points.place_row < 0)
    return places.text_array("place").take(at_place).fill_null("")


def _write_results(
    election: ElectionInput, table: Table, stem: Path, land: Land
) -> None:
    """Station rows aligned to the station order, area rows with their area row."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    of_station = table.equals("level", "station")
    codes = table.text_array("code")
    raw = pa.table(
        {k: v for k, v in table.columns.items() if k not in ("level", "code")}
    )
    raw = _with_known_at(raw, table, land)
    at_station = np.flatnonzero(of_station)
    if at_station.size:
        at = rows_of(_station_texts(election, "code"), codes.take(at_station))
        taken = pa.array(at_station[at], mask=at < 0)
        _write_taken(raw, taken, stem, "stations", {})
    at_area = np.flatnonzero(~of_station)
    if at_area.size:
        row_of = election.tree.row_of_code
        names = codes.take(at_area).to_pylist()
        rows = sorted(
            (row_of[name], row)
            for name, row in zip(names, at_area.tolist(), strict=True)
        )
        area_rows = pa.array([area for area, _ in rows], type=pa.int32())
        taken_rows = pa.array([row for _, row in rows], type=pa.int64())
        _write_taken(raw, taken_rows, stem, "areas", {"area_row": area_rows})


def _station_texts(election: ElectionInput, name: str) -> pa.Array:
    """Texts of all stations in the order of the tree."""
    if election.stations is None:
        return pa.array([], type=pa.string())
    return election.stations.text_array(name).take(election.tree.station_order)


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
