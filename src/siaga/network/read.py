"""Tables of outside radio files: headings understood, cells checked, faults collected.

A sheet is a CSV file (read as the importer of provinces reads it: UTF-8, comma,
bounded) or the one sheet of an XLSX workbook, with all cells as text. What a cell means
is said by the `Column` of its form; headings in both languages are data
(`data/headings.csv`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from siaga.house.tables import numbers as arrow_numbers
from siaga.house.words import Phrase
from siaga.network import operators
from siaga.network.read_faults import Findings, note
from siaga.network.read_xlsx import Raw, read_workbook
from siaga.territory.table_files import read_raw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from siaga.territory.formats import Column, TableFormat

__all__ = ["Box", "Findings", "Sheet", "note", "read_sheet", "sheet_of"]

Floats = npt.NDArray[np.float64]

MAX_NUMBER_SIGNS = 40
"""A longer text is no figure of a measurement, whatever its digits."""
_PLAIN = r"^[+-]?(\d{1,17}(\.\d{0,17})?|\.\d{1,17})([eE][+-]?\d{1,2})?$"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_COMMA = re.compile(r"([+-]?)(\d{1,15}),(\d{1,15})", re.ASCII)
_INDONESIAN = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d{1,15}", re.ASCII)
_ENGLISH = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d{1,15}", re.ASCII)
_DOTS = re.compile(r"[+-]?\d{1,3}(\.\d{3}){2,5}", re.ASCII)
_COMMAS = re.compile(r"[+-]?\d{1,3}(,\d{3}){2,5}", re.ASCII)
_BY_HAND = re.compile(r"\d[.,]\d")
_UNITS = {
    "_m": r"\s*(m|meter|metre|mdpl)\.?",
    "_deg": r"\s*(°|deg|derajat|degrees?)",
    "_dbm": r"\s*dbm",
    "_mhz": r"\s*mhz",
    "_hours": r"\s*(jam|h|hours?)",
}
"""Units that may stand behind a number, by the end of the column's name."""


class Box(NamedTuple):
    """A box of longitudes and latitudes, degrees WGS 84."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lat: Any, lon: Any) -> Any:
        """Whether points lie inside, borders included; False for NaN."""
        return (
            (lat >= self.south)
            & (lat <= self.north)
            & (lon >= self.west)
            & (lon <= self.east)
        )


@dataclass(frozen=True, eq=False)
class Sheet:
    """Cells of a file as text, by our names of its columns; n rows."""

    file: str
    columns: dict[str, pa.Array]
    file_row: npt.NDArray[np.int64]
    """Row of each as a person counts it (the header is row 1)."""

    def __len__(self) -> int:
        """Number of rows below the header."""
        return len(self.file_row)

    def has(self, name: str) -> bool:
        """Whether the file has this column."""
        return name in self.columns

    def texts(self, name: str) -> list[str]:
        """Cells of a column without blanks at their ends, empty = nothing there."""
        if not self.has(name):
            return [""] * len(self)
        return [str(text) for text in self.columns[name].to_pylist()]

    def note(
        self,
        findings: Findings,
        row: int,
        column: str,
        expected: str | Phrase,
        remedy: str | Phrase,
    ) -> None:
        """Note a fault of the cell in row `row` (from 0)."""
        found = self.columns[column][row].as_py() if self.has(column) else ""
        place = int(self.file_row[row])
        note(findings, self.file, expected, remedy, found, row=place, column=column)

    def numbers(self, column: Column, findings: Findings) -> Floats:
        """Numbers of a column, NaN where its cell is empty, shape (n,).

        A decimal comma is read where it cannot be a thousands separator inside the
        column's range; a unit may stand behind the number. Faults go to `findings`.
        """
        if not self.has(column.name):
            return np.full(len(self), np.nan)
        cells = self.columns[column.name]
        plain = pc.match_substring_regex(cells, _PLAIN)
        values = _floats(pc.if_else(plain, cells, None))
        other = pc.and_(pc.invert(plain), pc.not_equal(cells, ""))
        for row in _true_rows(other):
            found = written_number(cells[row].as_py(), column)
            if isinstance(found, Phrase):
                by_hand = _BY_HAND.search(cells[row].as_py()) is not None
                remedy = "remedy.separators" if by_hand else "remedy.cell"
                self.note(findings, row, column.name, found, remedy)
            else:
                values[row] = found
        self._check_range(values, column, findings)
        return values

    def _check_range(self, values: Floats, column: Column, findings: Findings) -> None:
        if column.low is None or column.high is None:
            return
        outside = (values < column.low) | (values > column.high)
        low, high = (int(x) if x == int(x) else x for x in (column.low, column.high))
        expected = Phrase.of("expected.range", low=low, high=high)
        for row in np.flatnonzero(outside).tolist():
            self.note(findings, row, column.name, expected, "remedy.cell")

    def keys(
        self,
        column: Column,
        named: Callable[[str], str | None],
        findings: Findings,
    ) -> list[str]:
        """Keys of a column whose words `named` understands; empty = nothing there."""
        found: list[str] = []
        expected = Phrase.of("expected.choice", choices=", ".join(column.choices))
        for row, text in enumerate(self.texts(column.name)):
            key = named(text) if text else ""
            if key is None:
                self.note(findings, row, column.name, expected, "remedy.cell")
            found.append(key or "")
        return found


def read_sheet(path: Path, form: TableFormat, findings: Findings) -> Sheet | None:
    """Sheet of a CSV or XLSX file, None if it is faulty (faults go to `findings`).

    Columns that the form does not know are left alone.
    """
    if not path.is_file():
        note(findings, path.name, "expected.file.none", "remedy.file")
        return None
    if path.suffix.lower() == ".xlsx":
        book = read_workbook(path, findings)
        return None if book is None else sheet_of(path.name, book, form, findings)
    if path.suffix.lower() != ".csv":
        known = "network.expected.suffix", "network.remedy.suffix"
        note(findings, path.name, *known, path.suffix)
        return None
    raw = read_raw(path, path.name, findings)
    if raw is None:
        return None
    cells = [pc.cast(column, pa.string()) for column in raw.columns]
    rows = np.arange(2, raw.num_rows + 2, dtype=np.int64)
    table = Raw(raw.column_names, cells, rows)
    return sheet_of(path.name, table, form, findings)


def sheet_of(
    file: str, raw: Raw, form: TableFormat, findings: Findings
) -> Sheet | None:
    """Sheet of named columns of text, None if a heading or a control sign is faulty."""
    before = len(findings.problems)
    ours = operators.headings(form.stem)
    columns: dict[str, pa.Array] = {}
    heading_of: dict[str, str] = {}
    for name, column in zip(raw.names, raw.cells, strict=True):
        key = ours.get(operators.folded(name.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")))
        if key is None:
            continue
        if key in columns:
            found = Phrase.of("network.found.twice", a=heading_of[key], b=name)
            remedy = "network.remedy.one_heading"
            note(findings, file, "expected.column_once", remedy, found, column=key)
            continue
        columns[key], heading_of[key] = _clean(column), name
    _note_missing(file, form, raw.names, columns, findings)
    sheet = Sheet(file, columns, raw.file_row)
    for name in columns:
        _note_control_signs(sheet, name, findings)
    if len(sheet) == 0:
        expected = Phrase.of("network.expected.rows")
        note(findings, file, expected, "remedy.file", Phrase.of("found.rows", n_rows=0))
    return sheet if len(findings.problems) == before else None


def _clean(column: Any) -> pa.Array:
    """Cells without blanks at their ends; a missing cell is an empty text."""
    if isinstance(column, pa.ChunkedArray):
        chunks = column.chunks or [pa.array([], pa.string())]
        column = pa.concat_arrays(chunks)
    return pc.utf8_trim_whitespace(pc.fill_null(column, ""))


def _true_rows(mask: pa.Array) -> list[int]:
    return list(pc.indices_nonzero(mask).to_pylist())


def _note_missing(
    file: str,
    form: TableFormat,
    names: list[str],
    columns: dict[str, pa.Array],
    findings: Findings,
) -> None:
    required = [column.name for column in form.columns if column.required]
    missing = [name for name in required if name not in columns]
    if missing and not columns:
        # A title above the header, or another file altogether: one sentence.
        found = ", ".join(name for name in names if name)
        expected = Phrase.of("network.expected.header", columns=", ".join(required))
        note(findings, file, expected, "network.remedy.header", found, row=1)
        return
    for name in missing:
        remedy = Phrase.of("network.remedy.column", column=name)
        note(findings, file, "expected.column", remedy, column=name)


def _note_control_signs(sheet: Sheet, name: str, findings: Findings) -> None:
    bad = pc.match_substring_regex(sheet.columns[name], _CONTROL)
    for row in _true_rows(bad):
        expected = Phrase.of("network.expected.printable")
        sheet.note(findings, row, name, expected, "network.remedy.printable")


def _floats(cells: pa.Array) -> Floats:
    column = pa.chunked_array([pc.cast(cells, pa.float64())])
    return np.array(arrow_numbers(column, np.float64, np.nan))


def written_number(text: str, column: Column) -> float | Phrase:
    """Number as a person writes it, or the phrase of what is expected instead.

    >>> from siaga.territory.formats import Column
    >>> lon = Column("lon", "float", "longitude", low=94.0, high=142.0)
    >>> written_number("106,123", lon), written_number("1.234,5", lon)
    (106.123, 1234.5)
    >>> wide = Column("error_m", "float", "error", low=0.0, high=1e6)
    >>> written_number("1,500", wide).key, written_number("12a", wide).key
    ('network.expected.clear_number', 'expected.float')
    """
    if len(text) > MAX_NUMBER_SIGNS:
        return Phrase.of("expected.float")
    for end, unit in _UNITS.items():
        if column.name.endswith(end):
            text = re.sub(f"{unit}$", "", text, flags=re.IGNORECASE)
    text = text.replace("\N{MINUS SIGN}", "-")
    if re.fullmatch(_PLAIN, text, re.ASCII):
        return float(text)
    if _INDONESIAN.fullmatch(text) or _DOTS.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(text) or _COMMAS.fullmatch(text):
        return float(text.replace(",", ""))
    comma = _COMMA.fullmatch(text)
    if comma is None:
        return Phrase.of("expected.float")
    return _with_one_comma(text, comma, column)


def _with_one_comma(text: str, comma: re.Match[str], column: Column) -> float | Phrase:
    """Number with one comma: decimals, unless it may as well part thousands."""
    decimal = float(text.replace(",", "."))
    whole, rest = comma[2], comma[3]
    if len(rest) != 3 or len(whole) > 3 or whole.startswith("0"):
        return decimal
    thousands = float(text.replace(",", ""))
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    fits = [value for value in (decimal, thousands) if low <= value <= high]
    if len(fits) == 2:
        return Phrase.of("network.expected.clear_number")
    return fits[0] if fits else decimal
