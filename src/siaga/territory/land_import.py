"""Import of what belongs to the province itself: everything beside its elections."""

from __future__ import annotations

import re
import shutil
import tomllib
import warnings
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from siaga.house.moments import parse_moment
from siaga.house.problems import BadInput, ImportProblem
from siaga.house.rooms import ROOMS
from siaga.house.tables import numbers, write_columns
from siaga.house.words import Phrase
from siaga.territory import formats
from siaga.territory.findings import Findings, note_file, shortened
from siaga.territory.read import Table, read_table
from siaga.territory.shapes import geo_metadata, mended, simplified

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = [
    "OUTLINE_TOLERANCE_M",
    "Land",
    "Province",
    "read_land",
    "read_province",
    "read_toml",
    "write_land",
]

FORMAT = 1
"""Of the folder; another one needs another reader."""
N_BANDS = 3
OUTLINE_TOLERANCE_M = 60.0
"""Detail that a map inside a page does not show."""
WEST = 94.0
"""Longitude west of all of Indonesia, and no latitude."""
COUNT_FIGURES = ("dpt", "stations", "population")


@dataclass(frozen=True)
class Province:
    """What `province.toml` says."""

    code: str
    name: str
    timezone: str
    working_election: str
    opens_at: str
    synthetic: bool

    @property
    def zone(self) -> ZoneInfo:
        """Time zone of the province."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class Land:
    """Checked tables of the province, and what elections need of them."""

    province: Province
    tables: dict[str, Table]
    shapes: np.ndarray[Any, Any]
    """Polygons of the villages, in the order of their table."""

    @property
    def village_row(self) -> dict[str, int]:
        """Row of the villages table by Kemendagri code."""
        return {
            code: row for row, code in enumerate(self.tables["villages"].texts("code"))
        }

    @cached_property
    def outlines(self) -> np.ndarray[Any, Any]:
        """Simplified polygons of the villages: made once, whatever the elections."""
        return simplified(self.shapes, OUTLINE_TOLERANCE_M)

    def sources(self) -> set[str]:
        """Keys of all declared sources."""
        return set(self.tables["sources"].texts("source"))


def read_toml(path: Path, file: str, findings: Findings) -> dict[str, Any]:
    """Content of a TOML file; a fault goes to `findings` and gives an empty content."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text)
    except FileNotFoundError:
        note_file(findings, file, "file.none", "file")
    except UnicodeDecodeError:
        note_file(findings, file, "file.toml", "utf8", Phrase.of("found.not_utf8"))
    except tomllib.TOMLDecodeError as error:
        _note_toml_line(findings, file, text, str(error))
    except (ValueError, RecursionError, OSError):
        # A number of thousands of digits, or brackets without end.
        note_file(findings, file, "file.toml", "file", Phrase.of("found.damaged"))
    return {}


def _note_toml_line(findings: Findings, file: str, text: str, error: str) -> None:
    """Note a fault of TOML with the line at which the parser stopped."""
    match = re.search(r"at line (\d+)", error)
    lines = text.splitlines() or [""]
    row = min(int(match[1]) if match else len(lines), len(lines))
    found, expected = shortened(lines[row - 1].strip()), Phrase.of("expected.file.toml")
    findings.add(
        ImportProblem(file, row, None, found, expected, Phrase.of("remedy.file"))
    )


def wanted(
    content: dict[str, Any],
    key: str,
    kind: type,
    file: str,
    findings: Findings,
    *,
    shown: str | None = None,
) -> Any:
    """Value of a key of a TOML file, of the right type; else a fault and None.

    `shown` is what the fault calls the key.
    """
    value = content.get(key)
    # Python takes True for an int and a moment for a day; here they are not.
    if isinstance(value, kind) and type(value) not in _NOT.get(kind, ()):
        return value
    findings.add(
        ImportProblem(
            file,
            None,
            shown or key,
            "" if value is None else shortened(str(value)),
            Phrase.of(f"expected.toml.{kind.__name__}"),
            Phrase.of("remedy.add" if value is None else "remedy.value", key=key),
        )
    )
    return None


_NOT: dict[type, tuple[type, ...]] = {int: (bool,), date: (datetime,)}


def read_province(folder: Path, findings: Findings) -> Province | None:
    """Province of `province.toml`, None if it is faulty."""
    file = "province.toml"
    content = read_toml(folder / file, file, findings)
    if findings.problems:
        return None
    for name, kind in _PROVINCE_KEYS:
        wanted(content, name, kind, file, findings)
    if findings.problems:
        return None
    for key, good, expected in (
        ("format", content["format"] == FORMAT, Phrase.of("expected.format", n=FORMAT)),
        ("code", _is_province(content["code"]), Phrase.of("expected.province_code")),
        ("timezone", _is_zone(content["timezone"]), Phrase.of("expected.timezone")),
        (
            "opens_at",
            _is_moment(content["opens_at"]),
            Phrase.of("expected.day_or_time"),
        ),
    ):
        if not good:
            found, remedy = shortened(str(content[key])), Phrase.of("remedy.value")
            findings.add(ImportProblem(file, None, key, found, expected, remedy))
    if findings.problems:
        return None
    return Province(**{field.name: content[field.name] for field in fields(Province)})


def _is_province(code: str) -> bool:
    return formats.DOTTED_CODE.fullmatch(code) is not None and "." not in code


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):
        return False


def _is_moment(text: str) -> bool:
    try:
        return parse_moment(text, UTC) is not None
    except BadInput:
        return False


_PROVINCE_KEYS: tuple[tuple[str, type], ...] = (
    ("format", int), ("code", str), ("name", str), ("timezone", str),
    ("working_election", str), ("opens_at", str), ("synthetic", bool),
)  # fmt: skip


def read_land(folder: Path, province: Province, findings: Findings) -> Land | None:
    """Checked land of a folder, None if there are faults (they are in `findings`)."""
    tables: dict[str, Table] = {}
    for form in formats.LAND_TABLES:
        table = read_table(folder, form, findings)
        if table is not None:
            tables[form.stem] = table
    if findings.problems:
        return None
    _check_references(tables, findings)
    _check_whole(tables["figures"], findings)
    shapes = read_shapes(tables["villages"], findings)
    check_terrain(folder, findings)
    if findings.problems or shapes is None:
        return None
    return Land(province, tables, mended(shapes))


def _check_references(tables: dict[str, Table], findings: Findings) -> None:
    """Check that every key that a table names stands in the table that declares it."""
    sources = tables["sources"].texts("source")
    for stem, table in tables.items():
        if stem != "sources":
            check_keys(table, "source", sources, declared_in("sources"), findings)
    if "events" in tables:
        _check_event_rooms(tables["events"], findings)
    claims = tables["claims"]
    for column, where, key in (
        ("topic", "topics", "topic"),
        ("agency", "agencies", "agency"),
        ("supersedes", "claims", "claim"),
    ):
        keys = tables[where].texts(key)
        check_keys(claims, column, keys, declared_in(where), findings)
    rooms = Phrase.of("expected.choice", choices=", ".join(ROOMS))
    check_keys(tables["topics"], "room", ROOMS, rooms, findings)
    # A claim may be about an election that has no folder here; it is shown with none.


def _check_event_rooms(events: Table, findings: Findings) -> None:
    """Note the events whose kind begins with no room."""
    expected, remedy = Phrase.of("expected.event_kind"), Phrase.of("remedy.cell")
    for row, kind in enumerate(events.texts("kind")):
        if kind.partition(".")[0] not in ROOMS:
            findings.add(events.problem(row, "kind", kind, expected, remedy))


def check_keys(
    table: Table,
    column: str,
    declared: Collection[str],
    expected: Phrase,
    findings: Findings,
) -> None:
    """Note the cells of a column that name what is not declared."""
    good = set(declared)
    can_declare = expected.key == "expected.declared"
    remedy = Phrase.of("remedy.declare" if can_declare else "remedy.cell")
    for row, value in enumerate(table.texts(column)):
        if value and value not in good:
            findings.add(table.problem(row, column, value, expected, remedy))


def declared_in(table: str) -> Phrase:
    """What is expected where a key must stand in another table."""
    return Phrase.of("expected.declared", table=table)


def _check_whole(figures: Table, findings: Findings) -> None:
    """Note counts with a fraction: `52.000` is how Indonesians write 52,000."""
    values = figures.floats("value")
    counts = np.isin(figures.texts("figure"), COUNT_FIGURES)
    for row in np.flatnonzero(counts & (values % 1 != 0)).tolist():
        remedy = Phrase.of("remedy.whole")
        found, expected = f"{values[row]:.10g}", Phrase.of("expected.int")
        findings.add(figures.problem(row, "value", found, expected, remedy))


def read_shapes(villages: Table, findings: Findings) -> np.ndarray[Any, Any] | None:
    """Polygons of the villages table, shape (n,); None if one is faulty."""
    raw = villages.columns["geometry"].to_pylist()
    before = len(findings.problems)
    shapes = shapely.from_wkb(np.array(raw, dtype=object), on_invalid="ignore")
    kinds = shapely.get_type_id(shapes)
    valid = shapely.is_valid(shapes) & np.isin(kinds, (3, 6))
    bounds = shapely.bounds(shapes)
    inside = (
        (bounds[:, 0] >= WEST)
        & (bounds[:, 2] <= 142)
        & (bounds[:, 1] >= -11.5)
        & (bounds[:, 3] <= 6.5)
    )
    expected = Phrase.of("expected.shape")
    if len(shapes) and (valid & (bounds[:, 1] >= WEST)).all():
        # One sentence for the slip of a whole table, not one for each village.
        found = _said_of_shape(shapes[0], bounds[0].tolist())
        remedy = Phrase.of("remedy.swapped")
        findings.add(
            ImportProblem(villages.file, None, "geometry", found, expected, remedy)
        )
        return None
    for row in np.flatnonzero(~(valid & inside)).tolist():
        swapped = bool(valid[row]) and bounds[row, 1] >= WEST
        remedy = Phrase.of("remedy.swapped" if swapped else "remedy.shape")
        found = _said_of_shape(shapes[row], bounds[row].tolist())
        findings.add(villages.problem(row, "geometry", found, expected, remedy))
    return shapes if len(findings.problems) == before else None


def _said_of_shape(shape: Any, bounds: list[float]) -> str | Phrase:
    """What is wrong with a polygon, as far as it can be told."""
    if shape is None:
        return Phrase.of("found.not_wkb")
    if shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return str(shapely.to_wkt(shape, trim=True))[:40]
    if not shape.is_valid:
        return str(shapely.is_valid_reason(shape))
    west, south, east, north = (f"{value:.6g}" for value in bounds)
    return Phrase.of("found.bounds", west=west, south=south, east=east, north=north)


def check_terrain(folder: Path, findings: Findings) -> None:
    """Check the elevation model where there is one: three bands, WGS84."""
    path = folder / "terrain.tif"
    if not path.is_file():
        return
    with path.open("rb") as file:
        magic = file.read(4)
    found: str | Phrase | None = Phrase.of("found.not_tiff")
    if magic in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        found = _said_of_terrain(path)
    if found is not None:
        note_file(findings, "terrain.tif", "terrain", "terrain", found)


def _said_of_terrain(path: Path) -> str | Phrase | None:
    """What is wrong with a GeoTIFF, None if nothing is."""
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError
    from rasterio.windows import Window

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.open(path, driver="GTiff") as raster:
                # The last pixel is there only if the file is whole.
                raster.read(window=Window(raster.width - 1, raster.height - 1, 1, 1))
                if raster.count == N_BANDS and raster.crs == "EPSG:4326":
                    return None
                crs = raster.crs.to_string() if raster.crs is not None else "-"
                return Phrase.of("found.bands", n_bands=raster.count, crs=crs)
        except RasterioError:
            return Phrase.of("found.damaged")


def write_land(land: Land, folder: Path, target: Path) -> None:
    """Write the checked land as the files of a workspace's `territory/`."""
    target.mkdir(parents=True)
    shutil.copyfile(folder / "province.toml", target / "province.toml")
    if (folder / "terrain.tif").exists():
        shutil.copyfile(folder / "terrain.tif", target / "terrain.tif")
    for stem, table in land.tables.items():
        columns = dict(table.columns)
        metadata = geo_metadata("geometry", land.shapes) if stem == "villages" else None
        write_columns(target / f"{stem}.parquet", columns, metadata)


def official_dpt(land: Land, election: str) -> dict[str, int]:
    """Official DPT of an election by Kemendagri code."""
    figures = land.tables["figures"]
    values = numbers(figures.columns["value"], np.float64, np.nan).tolist()
    rows = zip(
        figures.texts("election"),
        figures.texts("figure"),
        figures.texts("area"),
        values,
        strict=True,
    )
    return {
        area: int(v)
        for key, figure, area, v in rows
        if key == election and figure == "dpt"
    }
