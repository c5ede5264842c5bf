"""What the room brings into an import: masts, open cells, zones, measurements.

A province's folder may hold a folder `network/`:

    network/sites/<source>.csv|xlsx           list of an operator or of Diskominfo
    network/opencellid/<source>.csv|csv.gz|parquet
    network/zones.csv                         areas that asked not to be reinforced
    network/measurements/<source>.csv|txt|gz|xlsx   logs of phones, the plain form
    network/dark_list/<source>.csv|xlsx       stations that an agency names dark or not

`<source>` is a key of the table of sources: it says who published the file and when, so
that nothing is known before its day. A reading is known from its own time on, and none
can be younger than the source that published it.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from siaga.house.moments import rough_end
from siaga.house.problems import ImportProblem, ImportProblems
from siaga.house.tables import read_columns, texts, write_columns
from siaga.house.words import Phrase
from siaga.network.events import check_events
from siaga.network.measured_import import (
    Asked,
    Measured,
    election_stations,
    read_stored_measurements,
)
from siaga.network.measured_inputs import dark_list, measurements
from siaga.network.open_store import read_open, write_open
from siaga.network.read import Box
from siaga.network.read_dark_list import read_dark_list
from siaga.network.read_measurements import ENDINGS as MEASUREMENT_ENDINGS
from siaga.network.read_opencellid import OpenCells, read_open_cells
from siaga.network.read_sites import SiteList, read_sites
from siaga.network.site_store import StoredSites, read_stored, write_stored
from siaga.network.terrain import GridOptions, read_grid
from siaga.territory.formats import Column, TableFormat, text
from siaga.territory.read import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from siaga.network.model import Grid
    from siaga.territory.findings import Findings
    from siaga.territory.land_import import Land
    from siaga.territory.territory import Territory

__all__ = ["ZONES", "needs", "read", "uses"]

needs = (
    "province.toml",
    "sources",
    "villages",
    "terrain.tif",
    "events",
    "elections/*/stations",
)
"""Files on which this part depends: forms and lists name stations."""
MARGIN_DEG = 0.25
"""Masts beyond the border serve stations within it."""
ERROR_BAND = 3
MAX_FILES = 200
NEVER_S = 4_102_444_800
"""1 January 2100, the latest time that is read: a source without a day bounds none."""

ZONES = TableFormat(
    "zones",
    (
        Column("area", "text", "Kemendagri code of the area"),
        text("reason_id", "who asked for it, Indonesian"),
        text("reason_en", "the same, English"),
        text("source", "key of the source"),
    ),
    unique=("area",),
    required=False,
)
"""Areas in which nothing is reinforced, by custom."""

_ERROR_BAND = GridOptions(error_band=ERROR_BAND)


def read(folder: Path, land: Land, findings: Findings) -> Callable[[Path], None] | None:
    """Read `network/` of a province's folder; what writes it, None if it is faulty."""
    own = folder / "network"
    box = _box(land)
    lists: list[StoredSites] = []
    grid: Grid | None = None
    for path, source in _files(own / "sites", (".csv", ".xlsx"), land, findings):
        if grid is None and (folder / "terrain.tif").is_file():
            shapes = [shape for shape in land.shapes if shape is not None]
            grid = read_grid(
                [folder / "terrain.tif"], box, _ERROR_BAND, land=shapes
            ).grid
        found = _tried(findings, partial(read_sites, path, box, source, grid=grid))
        if found is not None:
            lists.append(_stored(found, _known_at_s(land, source)))
    cells: list[tuple[str, OpenCells]] = []
    kinds = (".csv", ".gz", ".parquet")
    for path, source in _files(own / "opencellid", kinds, land, findings):
        opened = _tried(findings, partial(read_open_cells, path, box))
        if opened is not None:
            cells.append((source, opened))
    zones = read_table(own, ZONES, findings)
    if "events" in land.tables:
        check_events(land.tables["events"], findings)
    measured = _measured(folder, land, box, findings)
    if findings.problems:
        return None
    rows = {c.name: zones.texts(c.name) for c in ZONES.columns} if zones else {}
    return partial(_write, lists, cells, rows, measured)


def uses(territory: Territory) -> Iterator[tuple[str, Phrase]]:
    """Sources of what was brought, with what each is used for."""
    folder = territory.folder / "network"
    for path in sorted(folder.glob("open_*.parquet")):
        n = len(read_open(path))
        yield path.stem.removeprefix("open_"), Phrase.of("source.use.open_cells", n=n)
    for path in sorted(folder.glob("list_*")):
        count = Counter(read_stored(path).sites.source)
        for source, n in count.items():
            yield source, Phrase.of("source.use.masts", n=n)
    zones = folder / "zones.parquet"
    if zones.exists():
        for source, n in Counter(texts(read_columns(zones)["source"])).items():
            yield source, Phrase.of("source.use.zones", n=n)
    stored, listed = measurements(territory), dark_list(territory)
    for source, n in Counter(stored.published if stored else ()).items():
        yield source, Phrase.of("source.use.readings", n=n)
    for source, n in Counter(listed.published if listed else ()).items():
        yield source, Phrase.of("source.use.dark_list", n=n)


def _measured(folder: Path, land: Land, box: Box, findings: Findings) -> Measured:
    """Measurements and lists of stations; incomplete where there is a fault."""
    own, zone = folder / "network", land.province.zone
    files = _files(own / "measurements", MEASUREMENT_ENDINGS, land, findings)
    listed = _files(own / "dark_list", (".csv", ".xlsx"), land, findings)
    found = Measured([], [])
    if not files and not listed:
        return found
    stations = election_stations(folder)
    for path, source in files:
        until = datetime.fromtimestamp(_known_at_s(land, source) or NEVER_S, UTC)
        how = Asked(box, zone, stations, source, until)
        stored = _tried(findings, partial(read_stored_measurements, path, how))
        if stored is not None:
            found.readings.append(stored)
    for path, source in listed:
        one = _tried(findings, partial(read_dark_list, path, zone, stations, source))
        if one is not None:
            found.lists.append(one)
    return found


def _write(
    lists: list[StoredSites],
    cells: list[tuple[str, OpenCells]],
    zones: dict[str, Any],
    measured: Measured,
    target: Path,
) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for at, stored in enumerate(lists):
        write_stored(target / f"list_{at:03d}", stored)
    for source, opened in cells:
        write_open(target / f"open_{source}.parquet", opened)
    columns = zones or {column.name: [] for column in ZONES.columns}
    write_columns(target / "zones.parquet", columns)
    measured.write(target)


def _tried(findings: Findings, reader: Callable[[], Any]) -> Any:
    """What a reader of one file gives, None with its faults added to the others."""
    try:
        return reader()
    except ImportProblems as error:
        for problem in error.problems:
            findings.add(problem)
        return None


def _files(
    folder: Path, endings: tuple[str, ...], land: Land, findings: Findings
) -> list[tuple[Path, str]]:
    """Files of a folder with the source that each is named after, in their order."""
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir())[:MAX_FILES]:
        source = path.name.split(".")[0]
        name = f"network/{folder.name}/{path.name}"
        if path.suffix not in endings:
            expected = Phrase.of("network.expected.file", kinds=", ".join(endings))
            remedy = Phrase.of("network.remedy.rename")
        elif source not in land.sources():
            expected = Phrase.of("expected.declared", table="sources")
            remedy = Phrase.of("network.remedy.declare", source=source)
        else:
            found.append((path, source))
            continue
        findings.add(ImportProblem(name, None, None, path.name, expected, remedy))
    return found


def _box(land: Land) -> Box:
    """Box of the province with a margin."""
    known = land.shapes[~shapely.is_missing(land.shapes)]
    west, south, east, north = shapely.total_bounds(known).tolist()
    return Box(
        west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG
    )


def _known_at_s(land: Land, source: str) -> int:
    """When a list could be known: the end of the day that its source states."""
    table = land.tables["sources"]
    days = dict(zip(table.texts("source"), table.texts("date"), strict=True))
    day = days[source]
    return int(rough_end(day, land.province.zone).timestamp()) if day else 0


def _stored(found: SiteList, known_at_s: int) -> StoredSites:
    n = len(found.sites)
    return StoredSites(
        found.sites,
        found.cells,
        np.full(n, known_at_s, np.int64),
        np.zeros(n, bool),
    )
