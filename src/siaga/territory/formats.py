"""Formats of the tables in a province's folder: the single place that declares them.

The importer checks against these, and the page of the data format is generated from
them. A table is a CSV file (UTF-8, comma, header row) or a Parquet file of that stem.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from siaga.house.moments import ROUGH_DAY
from siaga.house.sources import KINDS
from siaga.territory.areas import LEVELS
from siaga.territory.duties import DUE_RULE

__all__ = ["ELECTION_TABLES", "LAND_TABLES", "RESULT_TABLE", "Column", "TableFormat"]

MAX_ROWS = 5_000_000
MAX_BYTES = 2_000_000_000
COUNT_MAX = 1_000_000_000
FIGURE_KINDS = ("dpt", "stations", "population", "area_official")
"""Official figures: voters, stations, people, square kilometres."""

DOTTED_CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
"""A Kemendagri code: 91, 91.01, 91.01.01 or 91.01.01.2001."""
AREA_CODE = re.compile(r"[0-9A-Za-z]{1,20}")
KEY = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,79}")
EVENT_KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
"""A kind of event: the room that declares it, and its name there."""
PATTERN_WORDS = {
    DOTTED_CODE: "dotted_code",
    AREA_CODE: "area_code",
    KEY: "key",
    EVENT_KIND: "event_kind",
    ROUGH_DAY: "rough_day",
}
"""What a pattern is called when a cell does not fit it: `expected.<word>`."""
WRITTEN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)+")
"""A number as people write it: 1.234,5."""
EXCEL_NUMBER = re.compile(r"\d([.,]\d+)?E\+\d+")
"""What a spreadsheet makes of a long code: 3.6E+12."""


@dataclass(frozen=True)
class Column:
    """One column: its type, whether a cell may be empty, and what it may hold."""

    name: str
    kind: str
    """`text`, `int`, `float`, `bool`, `day`, `moment` or `shape` (WKB)."""
    what: str
    """One line for the documentation."""
    required: bool = True
    """Whether the column must be there."""
    empty: bool = False
    """Whether a cell may be empty (unknown)."""
    low: float | None = None
    high: float | None = None
    pattern: re.Pattern[str] | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableFormat:
    """A table: its stem, columns, unique key and whether the file must be there."""

    stem: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ()
    required: bool = True
    counts: re.Pattern[str] | None = None
    """Names of further columns that hold counts."""
    in_order: bool = False
    """Rows are shown in the order of the file; else their order plays no part."""

    def column(self, name: str) -> Column | None:
        """Column of a name; a further count column where `counts` allows it."""
        for column in self.columns:
            if column.name == name:
                return column
        if self.counts is not None and self.counts.fullmatch(name):
            return count(name, "count", required=False)
        return None


def text(name: str, what: str, **rules: object) -> Column:
    """Column of text."""
    return Column(name, "text", what, **rules)  # type: ignore[arg-type]


def maybe(name: str, kind: str, what: str, **rules: object) -> Column:
    """Column that need not be there and whose cells may be empty."""
    return Column(name, kind, what, required=False, empty=True, **rules)  # type: ignore[arg-type]


def count(name: str, what: str, *, required: bool = True) -> Column:
    """Column of whole numbers from 0; an empty cell is unknown."""
    return Column(name, "int", what, required, empty=True, low=0, high=COUNT_MAX)


def source(*, empty: bool = False) -> Column:
    """Column that names the source of a row."""
    return text("source", "key of the source in sources", pattern=KEY, empty=empty)


def coordinate(name: str, what: str, *, required: bool = True) -> Column:
    """Column of a latitude or longitude inside Indonesia, WGS84."""
    low, high = (-11.5, 6.5) if name == "lat" else (94.0, 142.0)
    return Column(name, "float", what, required, empty=not required, low=low, high=high)


SOURCES = TableFormat(
    "sources",
    (
        text("source", "key of the source", pattern=KEY),
        text("kind", "what kind of source it is", choices=KINDS),
        text("title", "title or file"),
        text("publisher", "who published it", empty=True),
        text("date", "ISO day, month or year", empty=True, pattern=ROUGH_DAY),
        text("licence", "licence as it is stated", empty=True),
        text("derived", "how the rows were derived", empty=True),
    ),
    unique=("source",),
)
AGENCIES = TableFormat(
    "agencies",
    (
        text("agency", "key of the agency", pattern=KEY),
        text("name_id", "name in Indonesian"),
        text("name_en", "name in English"),
    ),
    unique=("agency",),
    in_order=True,
)
TOPICS = TableFormat(
    "topics",
    (
        text("topic", "key of the topic", pattern=KEY),
        text("room", "room whose duty it is", pattern=KEY),
        text("title_id", "title in Indonesian"),
        text("title_en", "title in English"),
    ),
    unique=("topic",),
    in_order=True,
)
CLAIMS = TableFormat(
    "claims",
    (
        text("claim", "key of the claim", pattern=KEY),
        text("topic", "key of the topic", pattern=KEY),
        text("election", "election it is about; empty = none", empty=True, pattern=KEY),
        text("area", "Kemendagri code with dots", pattern=DOTTED_CODE),
        Column("value", "int", "how many", low=0, high=COUNT_MAX),
        Column("of", "int", "of how many", empty=True, low=0, high=COUNT_MAX),
        text(
            "unit",
            "what is counted",
            choices=("station", "village", "district", "point"),
        ),
        text("definition_id", "what the agency counted, in Indonesian"),
        text("definition_en", "the same in English"),
        text("agency", "key of the agency", pattern=KEY),
        text("said_by", "the office as it was printed"),
        text("said_on", "ISO day, month or year", pattern=ROUGH_DAY),
        Column(
            "identified", "int", "how many are named one by one", low=0, high=COUNT_MAX
        ),
        text("supersedes", "key of the claim it replaces", empty=True, pattern=KEY),
        source(),
        text("note", "doubts about what was printed", empty=True),
    ),
    unique=("claim",),
)
FIGURES = TableFormat(
    "figures",
    (
        text("area", "Kemendagri code with dots", pattern=DOTTED_CODE),
        text(
            "election", "election it belongs to; empty = none", empty=True, pattern=KEY
        ),
        text("figure", "what it is", choices=FIGURE_KINDS),
        Column("value", "float", "the figure", low=0, high=COUNT_MAX),
        text("unit", "unit of the value"),
        text("known_on", "ISO day, month or year", pattern=ROUGH_DAY),
        source(),
    ),
    unique=("area", "election", "figure", "source"),
)
VILLAGES = TableFormat(
    "villages",
    (
        text("code", "Kemendagri code with dots", pattern=DOTTED_CODE),
        text("name", "name"),
        text("kind", "`desa`, `kelurahan` or what it is", empty=True),
        Column("area_km2", "float", "area", empty=True, low=0, high=1e6),
        coordinate("lon", "a point inside, longitude WGS84"),
        coordinate("lat", "a point inside, latitude WGS84"),
        Column("geometry", "shape", "polygon, WKB, longitude and latitude WGS84"),
        source(),
    ),
    unique=("code",),
)
ISLANDS = TableFormat(
    "islands",
    (
        text("code", "code of the island"),
        text("name", "name"),
        coordinate("lat", "latitude WGS84"),
        coordinate("lon", "longitude WGS84"),
        Column("inhabited", "bool", "whether the list marks it as inhabited"),
        Column("area_km2", "float", "area", empty=True, low=0, high=1e6),
        maybe("outermost", "bool", "whether it is an outermost island"),
        maybe(
            "village",
            "text",
            "Kemendagri code of the nearest village",
            pattern=DOTTED_CODE,
        ),
        maybe("village_m", "float", "distance to that village", low=0, high=1e7),
        source(),
    ),
    unique=("code",),
    required=False,
)
PLACES = TableFormat(
    "places",
    (
        text("place", "key of the place"),
        text("kind", "`school`, `port`, ...", pattern=KEY),
        text("name", "name"),
        text("detail", "type of school, category of port, ...", empty=True),
        Column("lat", "float", "latitude WGS84", empty=True, low=-90, high=90),
        Column("lon", "float", "longitude WGS84", empty=True, low=-180, high=180),
        text(
            "village", "Kemendagri code of its village", empty=True, pattern=DOTTED_CODE
        ),
        text(
            "check",
            "`district_match` = its point lies in the district it claims",
            empty=True,
        ),
        source(),
    ),
    unique=("kind", "place"),
    required=False,
)
AREA_LINKS = TableFormat(
    "area_links",
    (
        text("from_system", "election or code system", pattern=KEY),
        text("from_code", "code there"),
        text("to_system", "election or code system", pattern=KEY),
        text("to_code", "code there"),
        text("how", "how they were linked", pattern=KEY),
        Column("confidence", "float", "0 to 1", low=0, high=1),
        source(),
    ),
    unique=("from_system", "from_code", "to_system", "to_code"),
    required=False,
)
HOLIDAYS = TableFormat(
    "holidays",
    (
        Column("date", "day", "ISO day on which offices and shops are shut"),
        text("name", "name of the day"),
        source(),
    ),
    unique=("date", "name"),
    required=False,
)
EVENTS = TableFormat(
    "events",
    (
        text("event", "key of the event", pattern=KEY),
        text("kind", "`<room>.<kind>`, e.g. `network.mast_down`", pattern=EVENT_KIND),
        text("election", "election it is of; empty = all", empty=True, pattern=KEY),
        text("area", "Kemendagri code with dots", empty=True, pattern=DOTTED_CODE),
        Column("lat", "float", "latitude WGS84", empty=True, low=-90, high=90),
        Column("lon", "float", "longitude WGS84", empty=True, low=-180, high=180),
        text("subject", "what it happened to, by the room's key", empty=True),
        Column("from_at", "moment", "when it began"),
        Column("until_at", "moment", "when it ended; empty = it has not", empty=True),
        source(),
        text("note", "what was reported", empty=True),
    ),
    unique=("event",),
    required=False,
)
LAND_TABLES = (
    SOURCES, AGENCIES, TOPICS, CLAIMS, FIGURES, VILLAGES, ISLANDS, PLACES, AREA_LINKS,
    HOLIDAYS, EVENTS,
)  # fmt: skip

AREAS = TableFormat(
    "areas",
    (
        text("code", "code in this election", pattern=AREA_CODE),
        text("parent", "code of the area above; empty = the province", empty=True),
        text("level", "level of the tree", choices=LEVELS),
        text("name", "name"),
        maybe("label", "text", "short name for maps"),
        maybe("kind", "text", "`desa`, `kelurahan` or what it is"),
        text(
            "kemendagri", "Kemendagri code with dots", empty=True, pattern=DOTTED_CODE
        ),
        source(),
    ),
    unique=("code",),
)
STATIONS = TableFormat(
    "stations",
    (
        text("code", "code of the station", pattern=AREA_CODE),
        text("village", "code of its village in this election", pattern=AREA_CODE),
        Column("number", "int", "number in the village", low=0, high=9999),
        Column("special", "bool", "special location (numbers from 901)"),
        count("voters", "registered voters (DPT)"),
        text("voters_source", "source of the voters", empty=True, pattern=KEY),
        coordinate("lat", "latitude WGS84", required=False),
        coordinate("lon", "longitude WGS84", required=False),
        maybe("point_source", "text", "source of the point", pattern=KEY),
        maybe("error_m", "float", "radius in which the point lies", low=0, high=1e6),
    ),
    unique=("code",),
    required=False,
)
CALENDAR = TableFormat(
    "calendar",
    (
        text("stage", "key; `vote`, `count`, `recap` are used by rooms", pattern=KEY),
        text("name_id", "name in Indonesian"),
        text("name_en", "name in English"),
        Column("start", "day", "first day", empty=True),
        Column("end", "day", "last day", empty=True),
        text("certainty", "A law or two sources, B one source, C common knowledge",
             choices=("A", "B", "C")),
        text("source", "where it is written"),
        text("note", "doubts", empty=True),
    ),
    unique=("stage",),
    required=False,
)  # fmt: skip
ELECTION_TABLES = (AREAS, STATIONS, CALENDAR)

RESULT_TABLE = TableFormat(
    "results/<race>/<source>",
    (
        text("level", "`station` or a level of the tree", choices=("station", *LEVELS)),
        text("code", "code of the station or area", pattern=AREA_CODE),
        maybe("changed_at", "moment", "last change at the source; never an arrival"),
        maybe("covered", "bool", "whether volunteers cover the station"),
        maybe(
            "known_on", "text", "day of this row where it differs", pattern=ROUGH_DAY
        ),
        maybe("source", "text", "source of this row where it differs", pattern=KEY),
    ),
    unique=("level", "code"),
    counts=re.compile(
        r"votes_[0-9a-z]{1,8}|valid|invalid|total|reported|flagged"
        r"|(voters|users|users_dpt|users_dptb|users_dpk)(_male|_female)?"
    ),
)

DUE_RULE_TEXT = DUE_RULE.pattern
