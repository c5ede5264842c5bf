"""Masts and cells from the list of an operator or of Diskominfo, CSV or XLSX.

A row is a cell: one sector on one carrier. What a list leaves out gets a documented
default (`data/technologies.csv`) and a doubt: the EIRP its sigma, the site a lower
confidence. All faults are told together and nothing is read in part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.words import Phrase
from siaga.network.model import SEA, Cells, Grid, Sites, SiteStatus
from siaga.network.operators import (
    band_named,
    bands,
    carrier_mhz,
    operator_named,
    operators,
    technologies,
    technology_named,
    value_named,
)
from siaga.network.read import Box, Findings, Sheet, note, read_sheet
from siaga.territory.formats import Column, TableFormat, maybe, text
from siaga.territory.shapes import degree_lengths_m

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["SITES", "SiteList", "read_sites"]

Floats = npt.NDArray[np.float64]

STATED_CONFIDENCE = 0.95
"""Of a site in a list that states everything: lists hold dismantled masts too."""
DEFAULT_SHARE = 0.95
"""Confidence left for each of height, EIRP and azimuth that a site does not state."""
STATED_ERROR_M = 50.0
OFF_LAND_M = 2_000.0
"""Farther from land than this, no mast stands."""
ONE_PLACE_M = 300.0
"""Rows of one site may differ by this: sectors on the corners of a roof."""

SITES = TableFormat(
    "sites",
    (
        text("site", "key of the mast in the list; the same in all of its rows"),
        text("operator", "operator by key, name or brand", choices=tuple(operators())),
        maybe("name", "text", "name for people"),
        # A swapped pair is told by the box below, not by a range of the latitude.
        Column(
            "lat", "float", "latitude WGS 84, south is negative", low=-180, high=180
        ),
        Column("lon", "float", "longitude WGS 84", low=-180, high=180),
        text(
            "technology",
            "2g, 3g, 4g or 5g, or GSM, UMTS, LTE, NR",
            choices=tuple(technologies()),
        ),
        text(
            "band",
            "band in MHz (900), as B8 or L900, or a frequency inside it",
            choices=tuple(bands()),
        ),
        maybe("height_m", "float", "antenna above the ground", low=1, high=200),
        maybe("azimuth_deg", "float", "clockwise from north", low=0, high=360),
        maybe("tilt_deg", "float", "below the horizon", low=-10, high=30),
        maybe("eirp_dbm", "float", "whole carrier, main beam", low=10, high=80),
        maybe("bandwidth_mhz", "float", "of the carrier", low=0.1, high=400),
        maybe(
            "power_source",
            "text",
            "where its power comes from",
            choices=("grid", "genset", "solar", "hybrid", "none"),
        ),
        maybe("power_hours", "float", "hours without mains", low=0, high=10_000),
        maybe(
            "backhaul",
            "text",
            "how it is connected",
            choices=("fibre", "microwave", "satellite", "copper"),
        ),
        maybe(
            "status",
            "text",
            "whether it is on the air",
            choices=("on", "off", "planned", "unknown"),
        ),
        maybe("confidence", "float", "0 to 1 that it is as stated", low=0, high=1),
        maybe("error_m", "float", "radius of the point", low=0, high=50_000),
        maybe("source_note", "text", "where the row comes from"),
    ),
)
"""The list of sites; the page of the inputs is compared with it."""

_STATUS = {
    "": SiteStatus.UNKNOWN, "unknown": SiteStatus.UNKNOWN, "on": SiteStatus.ON,
    "off": SiteStatus.OFF, "planned": SiteStatus.PLANNED,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class SiteList:
    """Sites and cells of a list, with what the model of the radio does not need."""

    sites: Sites
    cells: Cells
    power_source: tuple[str, ...]
    """Of each site; empty = unknown."""
    backhaul: tuple[str, ...]
    source_note: tuple[str, ...]
    n_assumed: dict[str, int]
    """Number of cells whose value was not stated, by column."""


def read_sites(
    path: Path, box: Box, source: str, *, grid: Grid | None = None
) -> SiteList:
    """Sites and cells of a CSV or XLSX list, in the order of their keys.

    `box` is the province's: a point outside is a fault. With a `grid`, so is a mast
    more than 2 km off the land. `source` is the key of the list in the table of
    sources. Raises ImportProblems with up to a hundred faults; nothing is read then.
    """
    findings = Findings()
    sheet = read_sheet(path, SITES, findings)
    findings.stop_if_any()
    assert sheet is not None
    rows = _rows(sheet, findings)
    _check_points(sheet, rows, box, findings)
    findings.stop_if_any()
    if grid is not None:
        _check_land(sheet, rows, grid, findings)
    site_of_row = _check_sites(sheet, rows, findings)
    _check_cells(sheet, rows, findings)
    findings.stop_if_any()
    return _site_list(rows, site_of_row, source)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Checked columns of the list, one entry a row of the file."""

    words: dict[str, list[str]]
    numbers: dict[str, Floats]

    def cell_key(self, row: int) -> tuple[str, ...]:
        """What makes a cell one: two rows must not share it."""
        azimuth = self.numbers["azimuth_deg"][row] % 360
        names = ("operator", "site", "technology", "band")
        direction = "omni" if np.isnan(azimuth) else f"{azimuth:g}"
        return (*(self.words[name][row] for name in names), direction)


def _rows(sheet: Sheet, findings: Findings) -> _Rows:
    words: dict[str, list[str]] = {}
    numbers: dict[str, Floats] = {}
    for column in SITES.columns:
        if column.kind == "float":
            numbers[column.name] = sheet.numbers(column, findings)
            filled = ~np.isnan(numbers[column.name])
        elif column.choices:
            words[column.name] = sheet.keys(column, _named(column.name), findings)
            filled = np.array([bool(cell) for cell in sheet.texts(column.name)])
        else:
            words[column.name] = sheet.texts(column.name)
            filled = np.array([bool(cell) for cell in words[column.name]])
        if column.required:
            for row in np.flatnonzero(~filled).tolist():
                sheet.note(findings, row, column.name, "expected.value", "remedy.fill")
    return _Rows(words, numbers)


def _named(column: str) -> Callable[[str], str | None]:
    known: dict[str, Callable[[str], str | None]] = {
        "operator": operator_named,
        "technology": technology_named,
        "band": band_named,
    }
    return known.get(column, lambda word: value_named(column, word))


def _check_points(sheet: Sheet, rows: _Rows, box: Box, findings: Findings) -> None:
    """Note points outside the box; say where axes or signs were mixed up."""
    lat, lon = rows.numbers["lat"], rows.numbers["lon"]
    known = ~(np.isnan(lat) | np.isnan(lon))
    outside = known & ~box.holds(lat, lon)
    swapped = outside & box.holds(lon, lat)
    unsigned = outside & ~swapped & box.holds(-lat, lon)
    place = {name: f"{value:g}" for name, value in box._asdict().items()}
    expected = Phrase.of("network.expected.box", **place)
    if swapped.any() and (swapped | ~known).all():
        found = f"lat {sheet.texts('lat')[0]}, lon {sheet.texts('lon')[0]}"
        note(findings, sheet.file, expected, "network.remedy.swapped", found)
        return
    for row in np.flatnonzero(outside).tolist():
        remedy = "network.remedy.box"
        if swapped[row]:
            remedy = "network.remedy.swapped"
        elif unsigned[row]:
            remedy = "network.remedy.south"
        found = f"lat {sheet.texts('lat')[row]}, lon {sheet.texts('lon')[row]}"
        at = int(sheet.file_row[row])
        note(findings, sheet.file, expected, remedy, found, row=at, column="lat, lon")


def _check_land(sheet: Sheet, rows: _Rows, grid: Grid, findings: Findings) -> None:
    """Note masts with no land within `OFF_LAND_M`, as far as the grid reaches."""
    for row, (lat, lon) in enumerate(
        zip(rows.numbers["lat"], rows.numbers["lon"], strict=True)
    ):
        if not _near_land(grid, float(lat), float(lon)):
            found = f"lat {sheet.texts('lat')[row]}, lon {sheet.texts('lon')[row]}"
            note(
                findings, sheet.file, "network.expected.land", "network.remedy.land",
                found, row=int(sheet.file_row[row]), column="lat, lon",
            )  # fmt: skip


def _near_land(grid: Grid, lat: float, lon: float) -> bool:
    """Whether a cell of land lies within `OFF_LAND_M`; True outside the grid."""
    m_per_lon, m_per_lat = degree_lengths_m(lat)
    step_lat, step_lon = grid.step_deg
    row = (grid.north - lat) / step_lat - 0.5
    column = (lon - grid.west) / step_lon - 0.5
    n_rows, n_columns = grid.zone.shape
    if not (-0.5 <= row < n_rows and -0.5 <= column < n_columns):
        return True
    reach_row = int(OFF_LAND_M / (m_per_lat * step_lat)) + 1
    reach_column = int(OFF_LAND_M / (m_per_lon * step_lon)) + 1
    top, left = max(round(row) - reach_row, 0), max(round(column) - reach_column, 0)
    window = grid.zone[
        top : round(row) + reach_row + 1, left : round(column) + reach_column + 1
    ]
    land_row, land_column = np.nonzero(window != SEA)
    north_m = (land_row + top - row) * step_lat * m_per_lat
    east_m = (land_column + left - column) * step_lon * m_per_lon
    return bool((np.hypot(north_m, east_m) <= OFF_LAND_M).any())


def _check_sites(
    sheet: Sheet, rows: _Rows, findings: Findings
) -> dict[tuple[str, str], list[int]]:
    """Rows of each site (operator, key); note rows of one site at two places."""
    rows_of: dict[tuple[str, str], list[int]] = {}
    keys = zip(rows.words["operator"], rows.words["site"], strict=True)
    for row, key in enumerate(keys):
        rows_of.setdefault(key, []).append(row)
    lat, lon = rows.numbers["lat"], rows.numbers["lon"]
    for own in rows_of.values():
        first = own[0]
        m_per_lon, m_per_lat = degree_lengths_m(lat[first])
        away_m = np.hypot(
            (lat[own] - lat[first]) * m_per_lat, (lon[own] - lon[first]) * m_per_lon
        )
        for row in np.array(own)[away_m > ONE_PLACE_M].tolist():
            at = str(sheet.file_row[first])
            expected = Phrase.of("network.expected.one_place", row=at)
            sheet.note(findings, row, "lat", expected, "network.remedy.one_place")
    return rows_of


def _check_cells(sheet: Sheet, rows: _Rows, findings: Findings) -> None:
    """Note cells that stand in the list twice."""
    first_row: dict[tuple[str, ...], int] = {}
    for row in range(len(sheet)):
        key = rows.cell_key(row)
        first = first_row.setdefault(key, row)
        if first != row:
            expected = Phrase.of("expected.unique", row=str(sheet.file_row[first]))
            note(
                findings, sheet.file, expected, "remedy.duplicate", ", ".join(key[1:]),
                row=int(sheet.file_row[row]),
                column="site, technology, band, azimuth_deg",
            )  # fmt: skip


def _site_list(
    rows: _Rows, rows_of: dict[tuple[str, str], list[int]], source: str
) -> SiteList:
    keys = sorted(rows_of)
    first = [rows_of[key][0] for key in keys]
    words, numbers = rows.words, rows.numbers
    status = [
        max((_STATUS[words["status"][row]] for row in rows_of[key]), key=_said_of_site)
        for key in keys
    ]
    sites = Sites(
        key=tuple(f"{operator}:{site}" for operator, site in keys),
        operator=tuple(operator for operator, _ in keys),
        name=tuple(words["name"][row] or words["site"][row] for row in first),
        source=(source,) * len(keys),
        lat=numbers["lat"][first],
        lon=numbers["lon"][first],
        error_m=_or(numbers["error_m"][first], STATED_ERROR_M),
        confidence=np.array([_confidence(rows, rows_of[key]) for key in keys]),
        status=np.array(status, np.uint8),
        power_hours=numbers["power_hours"][first],
    )
    cells, n_assumed = _cells(rows, [rows_of[key] for key in keys])
    own = {
        name: tuple(words[name][row] for row in first)
        for name in ("power_source", "backhaul", "source_note")
    }
    return SiteList(sites, cells, **own, n_assumed=n_assumed)


def _said_of_site(status: SiteStatus) -> int:
    """A site sends if one of its cells does; else what is known comes first."""
    order = (SiteStatus.UNKNOWN, SiteStatus.PLANNED, SiteStatus.OFF, SiteStatus.ON)
    return order.index(status)


def _confidence(rows: _Rows, own: list[int]) -> float:
    """Lowest stated confidence of a site's rows, else by what the rows leave out."""
    stated = rows.numbers["confidence"][own]
    if not np.isnan(stated).all():
        return float(np.nanmin(stated))
    columns = ("height_m", "eirp_dbm", "azimuth_deg")
    missing = sum(bool(np.isnan(rows.numbers[name][own]).any()) for name in columns)
    return STATED_CONFIDENCE * DEFAULT_SHARE**missing


def _cells(rows: _Rows, rows_of_site: list[list[int]]) -> tuple[Cells, dict[str, int]]:
    own = sorted((site, rows.cell_key(row), row) for site, rs in enumerate(rows_of_site)
                 for row in rs)  # fmt: skip
    order = np.array([row for _, _, row in own], np.int64)
    usual = [technologies()[rows.words["technology"][row]] for row in order.tolist()]
    stated = {name: values[order] for name, values in rows.numbers.items()}
    defaults = {
        "height_m": [tech.height_m for tech in usual],
        "tilt_deg": [tech.tilt_deg for tech in usual],
        "eirp_dbm": [tech.eirp_dbm for tech in usual],
        "bandwidth_mhz": [
            carrier_mhz(key[0], key[3], key[2]) for _, key, _ in own
        ],
    }  # fmt: skip
    filled = {name: _or(stated[name], values) for name, values in defaults.items()}
    azimuth = stated["azimuth_deg"] % 360
    beam = np.array([tech.beamwidth_deg for tech in usual])
    sigma = np.array([tech.eirp_sigma_db for tech in usual])
    cells = Cells(
        key=tuple(":".join(key) for _, key, _ in own),
        site_row=np.array([site for site, _, _ in own], np.int32),
        technology=tuple(key[2] for _, key, _ in own),
        frequency_mhz=np.array([bands()[key[3]].middle_mhz for _, key, _ in own]),
        bandwidth_mhz=filled["bandwidth_mhz"],
        height_m=filled["height_m"],
        azimuth_deg=azimuth,
        beamwidth_deg=np.where(np.isnan(azimuth), np.nan, beam),
        tilt_deg=filled["tilt_deg"],
        eirp_dbm=filled["eirp_dbm"],
        eirp_sigma_db=np.where(np.isnan(stated["eirp_dbm"]), sigma, 0.0),
    )
    names = (*defaults, "azimuth_deg")
    return cells, {name: int(np.isnan(stated[name]).sum()) for name in names}


def _or(values: Floats, defaults: Floats | list[float] | float) -> Floats:
    """Values, or their defaults where they are unknown."""
    return np.where(np.isnan(values), defaults, values)
