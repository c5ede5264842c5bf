"""Import of what belongs to the province itself: everything beside its elections."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from siaga.house.problems import ImportProblem
from siaga.house.tables import numbers, write_columns
from siaga.house.words import Phrase
from siaga.territory import formats
from siaga.territory.read import Findings, Table, read_table
from siaga.territory.shapes import geo_metadata, mended

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Land", "Province", "read_land", "read_province", "read_toml", "write_land"]


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

    def sources(self) -> set[str]:
        """Keys of all declared sources."""
        return set(self.tables["sources"].texts("source"))


def read_toml(path: Path, file: str, findings: Findings) -> dict[str, Any]:
    """Content of a TOML file; a fault goes to `findings` and gives an empty content."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        found, expected = "-", "expected.file.none"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        found, expected = str(error)[:80], "expected.file.readable"
    findings.add(
        ImportProblem(
            file, None, None, found, Phrase.of(expected), Phrase.of("remedy.file")
        )
    )
    return {}


def wanted(
    content: dict[str, Any], key: str, kind: type, file: str, findings: Findings
) -> Any:
    """Value of a key of a TOML file, of the right type; else a fault and None."""
    value = content.get(key)
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    findings.add(
        ImportProblem(
            file, None, key, "-" if value is None else str(value)[:80],
            Phrase.of("expected.toml", kind=kind.__name__),
            Phrase.of("remedy.toml", key=key),
        )
    )  # fmt: skip
    return None


def read_province(folder: Path, findings: Findings) -> Province | None:
    """Province of `province.toml`, None if it is faulty."""
    file = "province.toml"
    content = read_toml(folder / file, file, findings)
    if not content:
        return None
    names = ("code", "name", "timezone", "working_election", "opens_at")
    values = {name: wanted(content, name, str, file, findings) for name in names}
    if any(value is None for value in values.values()):
        return None
    try:
        ZoneInfo(values["timezone"])
    except (KeyError, ValueError, OSError):
        findings.add(
            ImportProblem(
                file, None, "timezone", values["timezone"][:40],
                Phrase.of("expected.timezone"), Phrase.of("remedy.cell"),
            )
        )  # fmt: skip
        return None
    return Province(**values, synthetic=bool(content.get("synthetic", False)))


def read_land(folder: Path, province: Province, findings: Findings) -> Land | None:
    """Checked land of a folder, None if there are faults (they are in `findings`)."""
    tables: dict[str, Table] = {}
    for form in formats.LAND_TABLES:
        table = read_table(folder, form, findings)
        if table is not None:
            tables[form.stem] = table
    if findings.problems:
        return None
    _check_sources(tables, findings)
    _check_keys(tables["claims"], "topic", tables["topics"].texts("topic"), findings)
    _check_keys(
        tables["claims"], "agency", tables["agencies"].texts("agency"), findings
    )
    _check_keys(
        tables["claims"], "supersedes", tables["claims"].texts("claim"), findings
    )
    shapes = read_shapes(tables["villages"], findings)
    check_terrain(folder, findings)
    if findings.problems or shapes is None:
        return None
    return Land(province, tables, mended(shapes))


def _check_sources(tables: dict[str, Table], findings: Findings) -> None:
    declared = tables["sources"].texts("source")
    for stem, table in tables.items():
        if stem != "sources":
            _check_keys(table, "source", declared, findings)


def _check_keys(
    table: Table, column: str, declared: Sequence[str], findings: Findings
) -> None:
    good = set(declared)
    for row, value in enumerate(table.texts(column)):
        if value and value not in good:
            findings.add(
                table.problem(
                    row,
                    column,
                    value,
                    Phrase.of("expected.declared"),
                    Phrase.of("remedy.declare"),
                )
            )


def read_shapes(villages: Table, findings: Findings) -> np.ndarray[Any, Any] | None:
    """Polygons of the villages table, shape (n,); None if one is faulty."""
    raw = villages.columns["geometry"].to_pylist()
    before = len(findings.problems)
    shapes = shapely.from_wkb(np.array(raw, dtype=object), on_invalid="ignore")
    kinds = shapely.get_type_id(shapes)
    valid = shapely.is_valid(shapes) & np.isin(kinds, (3, 6))
    bounds = shapely.bounds(shapes)
    inside = (
        (bounds[:, 0] >= 94)
        & (bounds[:, 2] <= 142)
        & (bounds[:, 1] >= -11.5)
        & (bounds[:, 3] <= 6.5)
    )
    for row in np.flatnonzero(~(valid & inside)).tolist():
        swapped = bool(valid[row]) and bounds[row, 1] >= 94
        remedy = "remedy.swapped" if swapped else "remedy.shape"
        found = (
            ", ".join(f"{value:.4g}" for value in bounds[row]) if valid[row] else "-"
        )
        findings.add(
            villages.problem(
                row, "geometry", found, Phrase.of("expected.shape"), Phrase.of(remedy)
            )
        )
    return shapes if len(findings.problems) == before else None


def check_terrain(folder: Path, findings: Findings) -> None:
    """Check the elevation model where there is one: three bands, WGS84."""
    path = folder / "terrain.tif"
    if not path.exists():
        return
    with path.open("rb") as file:
        magic = file.read(4)
    found = magic.hex()
    if magic in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        import rasterio
        from rasterio.errors import RasterioError

        try:
            with rasterio.open(path) as raster:
                if (
                    raster.count == 3
                    and raster.crs is not None
                    and raster.crs.to_epsg() == 4326
                ):
                    return
                found = f"{raster.count} bands, {raster.crs}"
        except RasterioError as error:
            found = str(error)[:80]
    findings.add(
        ImportProblem(
            "terrain.tif",
            None,
            None,
            found,
            Phrase.of("expected.terrain"),
            Phrase.of("remedy.terrain"),
        )
    )


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
