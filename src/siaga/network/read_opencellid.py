"""Cells of OpenCelliD: centroids of what phones reported, not masts.

The export is a CSV file of 14 columns without a header (also gzipped); a Parquet cut of
it is read too. A phone's report stands where the phone was, so a cell says only roughly
where its mast is, and some cells lie far off: `sites_of_open_cells` groups cells to
masts, drops what does not fit and says how doubtful the rest is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from siaga.house.words import Phrase
from siaga.network.model import Cells, Sites, SiteStatus
from siaga.network.operators import (
    bands,
    carrier_mhz,
    operator_of_mnc,
    operators,
    technologies,
    technology_named,
)
from siaga.network.read import Box, Findings, Sheet, note, sheet_of
from siaga.network.read_text import read_separated
from siaga.network.read_xlsx import Raw
from siaga.territory import formats
from siaga.territory.formats import Column, TableFormat, maybe, text
from siaga.territory.shapes import degree_lengths_m

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

__all__ = [
    "OPEN_CELLS",
    "OpenCells",
    "OpenSites",
    "existed_mask",
    "known_mask",
    "read_open_cells",
    "sites_of_open_cells",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NAMES = (
    "radio", "mcc", "net", "area", "cell", "unit", "lon", "lat", "range", "samples",
    "changeable", "created", "updated", "averageSignal",
)  # fmt: skip
"""The 14 columns of the export, which has no header."""
COUNTRY = 510
"""Mobile country code of Indonesia."""
CELLS_PER_ENB = 256
"""An LTE cell identity is the eNB's number times 256 plus the cell's (TS 36.413)."""
FAR_M = 3_000.0
"""Cells of one mast farther than this from its middle are slips, unless most are."""
SPREAD_LIMIT = 3 * 1.4826
"""Three robust standard deviations (median absolute deviation)."""
SHARED_M = 300.0
"""All cells of a mast are drawn to the same roads; a guess."""
CELL_M = 250.0
"""Distance of a cell's centroid from the middle of its mast's: two cells of one eNB lie
292 m apart in the median (5,351 LTE cells of western Java, July 2025)."""
SAMPLE_M = 500.0
"""Distance of one report from the mast, a guess; it shrinks with their number."""
SAMPLES_SURE = 4.0
AGE_HALF_YEARS = 6.0
BEST_CONFIDENCE = 0.9
LEAST_CONFIDENCE = 0.05
BAND_SIGMA_DB = 5.0
"""No file says the band: between 900 and 2100 MHz lie 7 dB of free space."""
PLACE_DEG = 0.001
"""Cells that do not name their mast are one mast where they share this much place."""
MAX_MEMBERS = 512
_YEAR_S = 365.25 * 86_400
_EPOCH_HIGH = 4_102_444_800
"""1 January 2100."""

OPEN_CELLS = TableFormat(
    "opencellid",
    (
        text("radio", "GSM, UMTS, CDMA, LTE or NR"),
        maybe("mcc", "int", "mobile country code", low=0, high=999),
        Column("mnc", "int", "mobile network code (`net`)", low=0, high=999),
        maybe("area", "int", "location or tracking area", low=0, high=1e10),
        Column("cell", "int", "cell identity", low=0, high=1e12),
        Column("lon", "float", "longitude WGS 84", low=-180, high=180),
        Column("lat", "float", "latitude WGS 84", low=-90, high=90),
        maybe("range_m", "float", "range; mostly the default 1000", low=0, high=1e7),
        Column("samples", "int", "number of reports", low=0, high=1e9),
        Column("created", "int", "first seen, unix seconds", low=0, high=_EPOCH_HIGH),
        Column("updated", "int", "last seen, unix seconds", low=0, high=_EPOCH_HIGH),
    ),
)


@dataclass(frozen=True, eq=False)
class OpenCells:
    """Cells inside the box, in the order of the file, shape (n_cells,)."""

    technology: tuple[str, ...]
    mnc: Ints
    cell: Ints
    lat: Floats
    lon: Floats
    samples: Ints
    created_s: Ints
    """First seen, unix seconds."""
    updated_s: Ints
    """Last seen: what a row says of a cell was known by then."""
    skipped: dict[str, int]
    """Rows left out by why: `country`, `box`, `radio`, `operator`."""

    def __len__(self) -> int:
        """Number of cells."""
        return len(self.technology)

    def where(self, mask: Mask) -> OpenCells:
        """Cells of a mask, shape (n_cells,)."""
        rows = np.flatnonzero(mask)
        return OpenCells(
            tuple(self.technology[row] for row in rows.tolist()),
            self.mnc[rows], self.cell[rows], self.lat[rows], self.lon[rows],
            self.samples[rows], self.created_s[rows], self.updated_s[rows],
            dict(self.skipped),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class OpenSites:
    """Sites and cells made of open cells: one cell a site, sending all around."""

    sites: Sites
    cells: Cells
    n_members: Ints
    """Open cells that make up each site."""
    n_dropped: Ints
    """Open cells of each site that lay too far off."""


def read_open_cells(path: Path, box: Box, *, country: int = COUNTRY) -> OpenCells:
    """Cells of an export (`.csv`, `.csv.gz`) or of a Parquet cut inside a box.

    Rows of other countries, outside the box, of an unknown radio or operator are
    counted. Raises ImportProblems if the file or a cell is faulty.
    """
    findings = Findings()
    raw = _raw(path, findings)
    findings.stop_if_any()
    assert raw is not None
    sheet = sheet_of(path.name, raw, OPEN_CELLS, findings)
    findings.stop_if_any()
    assert sheet is not None
    numbers = {
        column.name: sheet.numbers(column, findings)
        for column in OPEN_CELLS.columns
        if column.kind != "text"
    }
    for column in OPEN_CELLS.columns:
        if column.required and column.kind != "text":
            _check_whole(sheet, column, numbers[column.name], findings)
    findings.stop_if_any()
    return _inside(sheet, numbers, box, country)


def known_mask(cells: OpenCells, at: datetime) -> Mask:
    """Cells whose row stood as it stands by a moment, shape (n_cells,).

    A row that was updated later may have said something else before: it is left out.
    """
    return np.asarray(cells.updated_s <= at.timestamp())


def existed_mask(cells: OpenCells, at: datetime) -> Mask:
    """Cells that had been seen at all by a moment, shape (n_cells,).

    Their places and numbers of reports are those of the last update, maybe later.
    """
    return np.asarray(cells.created_s <= at.timestamp())


def sites_of_open_cells(cells: OpenCells, source: str, at: datetime) -> OpenSites:
    """Sites and cells as of a moment from which the age of a report counts.

    LTE cells of one eNB are a site; others are one where they share operator, radio and
    0.001 degrees. Around the member with the least weighted distance to the others, the
    members beyond max(3 km, 3 robust deviations) are dropped. What no report says is
    assumed: band, height and EIRP by `operators.csv` and `technologies.csv`.
    """
    made = [_site(cells, rows, at) for rows in _groups(cells)]
    made.sort(key=lambda site: site.key)
    return OpenSites(
        _sites(made, source),
        _cells(made),
        np.array([site.n_members for site in made], np.int64),
        np.array([site.n_dropped for site in made], np.int64),
    )


class _Site(NamedTuple):
    key: str
    operator: str
    name: str
    technology: str
    lat: float
    lon: float
    error_m: float
    confidence: float
    n_members: int
    n_dropped: int


def _raw(path: Path, findings: Findings) -> Raw | None:
    """Columns of text of an export or a Parquet cut, None if it is faulty."""
    if path.suffix != ".parquet":
        return read_separated(path, findings, NAMES)
    try:
        return _of_parquet(path)
    except (pa.ArrowException, OSError, ValueError):
        found = Phrase.of("found.damaged")
        note(findings, path.name, "expected.file.parquet", "remedy.save", found)
        return None


def _of_parquet(path: Path) -> Raw:
    with pq.ParquetFile(path) as opened:
        if opened.metadata.num_rows > formats.MAX_ROWS:
            raise ValueError(opened.metadata.num_rows)
        table = opened.read(use_threads=False)
    cells = [pc.cast(column, pa.string()) for column in table.columns]
    return Raw(table.column_names, cells, np.arange(1, table.num_rows + 1))


def _check_whole(
    sheet: Sheet, column: Column, values: Floats, findings: Findings
) -> None:
    """Note empty cells, and fractions where a number must be whole."""
    for row in np.flatnonzero(np.isnan(values)).tolist():
        if not sheet.texts(column.name)[row]:
            sheet.note(findings, row, column.name, "expected.value", "remedy.fill")
    if column.kind == "int":
        for row in np.flatnonzero(values % 1 > 0).tolist():
            sheet.note(findings, row, column.name, "expected.int", "remedy.whole")


def _inside(
    sheet: Sheet, numbers: dict[str, Floats], box: Box, country: int
) -> OpenCells:
    """Cells of the country, the box, a known radio and operator; the rest counted."""
    radio = sheet.texts("radio")
    technology = [technology_named(name) or "" for name in radio]
    mcc = numbers["mcc"]
    mnc = numbers["mnc"].astype(np.int64)
    keep = np.isnan(mcc) | (mcc == country)
    skipped = {"country": int((~keep).sum())}
    for why, good in (
        ("box", box.holds(numbers["lat"], numbers["lon"])),
        ("radio", np.array([bool(key) for key in technology])),
        ("operator", np.array([operator_of_mnc(int(m)) is not None for m in mnc])),
    ):
        skipped[why] = int((keep & ~good).sum())
        keep &= good
    rows = np.flatnonzero(keep)

    def whole(name: str) -> Ints:
        return numbers[name][rows].astype(np.int64)

    return OpenCells(
        tuple(technology[row] for row in rows.tolist()),
        mnc[rows], whole("cell"), numbers["lat"][rows], numbers["lon"][rows],
        whole("samples"), whole("created"), whole("updated"), skipped,
    )  # fmt: skip


def _groups(cells: OpenCells) -> list[Ints]:
    """Rows of each site."""
    is_lte = np.array([key == "4g" for key in cells.technology], bool)
    named = is_lte & (cells.cell >= CELLS_PER_ENB)
    radio = np.unique(np.array(cells.technology, dtype=str), return_inverse=True)[1]
    place_lat = np.round(cells.lat / PLACE_DEG).astype(np.int64)
    place_lon = np.round(cells.lon / PLACE_DEG).astype(np.int64)
    keys = np.stack(
        [
            cells.mnc,
            radio.reshape(-1).astype(np.int64),
            np.where(named, cells.cell // CELLS_PER_ENB, -1),
            np.where(named, 0, place_lat),
            np.where(named, 0, place_lon),
        ]
    )
    order = np.lexsort((cells.cell, -cells.updated_s, -cells.samples, *keys[::-1]))
    changes = (keys[:, order[1:]] != keys[:, order[:-1]]).any(axis=0)
    return [rows for rows in np.split(order, np.flatnonzero(changes) + 1) if rows.size]


def _site(cells: OpenCells, rows: Ints, at: datetime) -> _Site:
    """Site of a group's rows, which stand with the best known first."""
    rows = rows[:MAX_MEMBERS]
    m_per_lon, m_per_lat = degree_lengths_m(float(cells.lat[rows[0]]))
    x_m = (cells.lon[rows] - cells.lon[rows[0]]) * m_per_lon
    y_m = (cells.lat[rows] - cells.lat[rows[0]]) * m_per_lat
    weight = np.maximum(cells.samples[rows], 1).astype(np.float64)
    apart_m = np.hypot(x_m[:, None] - x_m, y_m[:, None] - y_m)
    middle = int(np.argmin(apart_m @ weight))
    limit_m = max(FAR_M, SPREAD_LIMIT * _usual(apart_m[middle], weight))
    kept = np.asarray(apart_m[middle] <= limit_m)
    n_kept = int(kept.sum())
    weight = weight[kept]
    x, y = np.average(x_m[kept], weights=weight), np.average(y_m[kept], weights=weight)
    spread_m2 = np.average((x_m[kept] - x) ** 2 + (y_m[kept] - y) ** 2, weights=weight)
    n_samples = float(weight.sum())
    age_years = max(at.timestamp() - cells.updated_s[rows[kept]].max(), 0) / _YEAR_S
    known = 1 - np.exp(-n_samples / SAMPLES_SURE)
    confidence = BEST_CONFIDENCE * known * 0.5 ** (age_years / AGE_HALF_YEARS)
    error_m2 = SHARED_M**2 + max(CELL_M**2, spread_m2) / n_kept
    key, name, operator = _names(cells, int(rows[middle]))
    return _Site(
        key, operator, name, cells.technology[rows[0]],
        float(cells.lat[rows[0]] + y / m_per_lat),
        float(cells.lon[rows[0]] + x / m_per_lon),
        float(np.sqrt(error_m2 + SAMPLE_M**2 / n_samples)),
        float(max(confidence * n_kept / len(rows), LEAST_CONFIDENCE)),
        n_kept, len(rows) - n_kept,
    )  # fmt: skip


def _usual(away_m: Floats, weight: Floats) -> float:
    """Lower weighted median: of two members it is the middle one's own 0."""
    order = np.argsort(away_m, kind="stable")
    half = np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)
    return float(away_m[order[half]])


def _names(cells: OpenCells, row: int) -> tuple[str, str, str]:
    """Key, name and operator of the site that a cell belongs to."""
    mnc, cell = int(cells.mnc[row]), int(cells.cell[row])
    operator = operator_of_mnc(mnc)
    assert operator is not None
    technology = cells.technology[row]
    if technology == "4g" and cell >= CELLS_PER_ENB:
        enb = cell // CELLS_PER_ENB
        return f"open:{mnc:02d}:enb:{enb}", f"eNB {enb}", operator
    place = f"{round(cells.lat[row] / PLACE_DEG)}:{round(cells.lon[row] / PLACE_DEG)}"
    return f"open:{mnc:02d}:{technology}:{place}", f"{technology} {cell}", operator


def _sites(made: list[_Site], source: str) -> Sites:
    n = len(made)
    columns: dict[str, Any] = {
        name: np.array([getattr(site, name) for site in made], np.float64)
        for name in ("lat", "lon", "error_m", "confidence")
    }
    return Sites(
        key=tuple(site.key for site in made),
        operator=tuple(site.operator for site in made),
        name=tuple(site.name for site in made),
        source=(source,) * n,
        status=np.full(n, SiteStatus.ON, np.uint8),
        power_hours=np.full(n, np.nan),
        **columns,
    )


def _cells(made: list[_Site]) -> Cells:
    """One cell a site: its cells share a place, and nothing tells their directions."""
    usual = [technologies()[site.technology] for site in made]
    band = [
        operators()[site.operator].lte_band if tech.key == "4g" else tech.band
        for site, tech in zip(made, usual, strict=True)
    ]
    n = len(made)
    own = list(zip(made, band, strict=True))
    sigma = np.array([tech.eirp_sigma_db for tech in usual], np.float64)
    return Cells(
        key=tuple(f"{site.key}:{key}" for site, key in own),
        site_row=np.arange(n, dtype=np.int32),
        technology=tuple(site.technology for site in made),
        frequency_mhz=np.array([bands()[key].middle_mhz for key in band], np.float64),
        bandwidth_mhz=np.array(
            [carrier_mhz(site.operator, key, site.technology) for site, key in own],
            np.float64,
        ),
        height_m=np.array([tech.height_m for tech in usual], np.float64),
        azimuth_deg=np.full(n, np.nan),
        beamwidth_deg=np.full(n, np.nan),
        tilt_deg=np.array([tech.tilt_deg for tech in usual], np.float64),
        eirp_dbm=np.array([tech.eirp_dbm for tech in usual], np.float64),
        eirp_sigma_db=np.hypot(sigma, BAND_SIGMA_DB),
    )
