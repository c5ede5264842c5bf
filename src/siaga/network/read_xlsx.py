"""One sheet of an XLSX workbook as columns of text; nothing in it is trusted.

The archive is bounded before it is opened, and what a spreadsheet computes or merges is
refused with its cell: a formula's value depends on who saved it, and a merged cell says
nothing of the rows below.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from siaga.house.problems import ImportProblems
from siaga.house.words import Phrase
from siaga.network.read_faults import Findings, note

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Raw", "read_workbook"]

MAX_FILE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 400_000_000
MAX_RATIO = 200
"""Packed text shrinks to about a tenth; a bomb to a thousandth."""
MAX_MEMBERS = 2_000
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL_SIGNS = 1_000
CHUNK_BYTES = 1 << 20
OVERLAP_BYTES = 200
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]{0,80}?ref=\"([A-Z]{1,3})(\d{1,7}):")


class Raw(NamedTuple):
    """A table as it stands in a file: all cells as text."""

    names: list[str]
    cells: list[Any]
    """One Arrow column of text a heading."""
    file_row: npt.NDArray[np.int64]
    """Row of each line as a person counts it."""


def read_workbook(path: Path, findings: Findings) -> Raw | None:
    """Headings, columns of text and row numbers of the one sheet, None if faulty."""
    before = len(findings.problems)
    file = path.name
    _check_archive(path, findings)
    if len(findings.problems) > before:
        return None
    try:
        rows = _rows(path, findings)
    except ImportProblems:
        raise
    except Exception:
        # The library lets zip, XML, key, value and type errors through: all mean that
        # the workbook is not whole.
        found = Phrase.of("found.damaged")
        note(findings, file, "network.expected.xlsx", "remedy.save", found)
        return None
    if rows is None or len(findings.problems) > before:
        return None
    if not rows:
        found = Phrase.of("found.empty")
        note(findings, file, "expected.file.filled", "remedy.file", found)
        return None
    return _raw(rows, file, findings)


def _check_archive(path: Path, findings: Findings) -> None:
    """Note what makes a workbook too large or dangerous to open, and merged cells."""
    file = path.name
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        note(findings, file, "network.expected.xlsx_bytes", "remedy.smaller", f"{size}")
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if (
                len(members) > MAX_MEMBERS
                or unpacked > MAX_UNPACKED_BYTES
                or unpacked > MAX_RATIO * max(size, 10_000)
            ):
                found = Phrase.of("network.found.unpacked", n_bytes=unpacked)
                note(findings, file, "network.expected.unpacked", "remedy.save", found)
                return
            for member in members:
                _check_member(archive, member, file, findings)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError,
            EOFError, zlib.error):  # fmt: skip
        note(
            findings, file, "network.expected.xlsx", "remedy.save",
            Phrase.of("found.damaged"),
        )  # fmt: skip


def _check_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str, findings: Findings
) -> None:
    """Note document types (entities that grow) and merged cells of one XML member."""
    is_sheet = "worksheets/" in member.filename
    is_xml = member.filename.lower().endswith((".xml", ".rels"))
    merged: set[tuple[bytes, bytes]] = set()
    tail = b""
    with archive.open(member) as opened:
        while chunk := opened.read(CHUNK_BYTES):
            text = tail + chunk
            # Other encodings than UTF-8 would hide what is looked for.
            hidden = is_xml and b"\x00" in text
            if hidden or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                found = Phrase.of("network.found.entities")
                note(findings, file, "network.expected.xlsx", "remedy.save", found)
                return
            if is_sheet:
                merged.update(_MERGED.findall(text))
            tail = text[-OVERLAP_BYTES:]
    for column, row in sorted(merged, key=lambda place: (int(place[1]), place[0])):
        found = Phrase.of("network.found.merged")
        expected, remedy = "network.expected.unmerged", "network.remedy.unmerge"
        place = column.decode()
        note(findings, file, expected, remedy, found, row=int(row), column=place)


def _rows(path: Path, findings: Findings) -> list[tuple[int, list[str]]] | None:
    """Rows that hold anything, as text, with their numbers; the header is the first."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
    try:
        filled: list[tuple[str, list[tuple[int, list[str]]]]] = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = _sheet_rows(sheet, path.name, findings)
            if rows is None:
                return None
            if rows:
                filled.append((sheet.title, rows))
    finally:
        book.close()
    if len(filled) > 1:
        names = ", ".join(title for title, _ in filled)
        note(
            findings, path.name, "network.expected.one_sheet",
            "network.remedy.one_sheet", names,
        )  # fmt: skip
        return None
    return filled[0][1] if filled else []


def _sheet_rows(
    sheet: Any, file: str, findings: Findings
) -> list[tuple[int, list[str]]] | None:
    rows: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if len(cells) > MAX_COLUMNS:
            found = Phrase.of("found.cells", n_cells=len(cells))
            expected = Phrase.of("network.expected.xlsx_columns", n_most=MAX_COLUMNS)
            note(
                findings, file, expected, "network.remedy.no_heading", found, row=number
            )
            return None
        texts = [
            _cell_text(cell, number, index, file, findings)
            for index, cell in enumerate(cells)
        ]
        if any(texts):
            rows.append((number, texts))
        if len(rows) > MAX_ROWS:
            found = Phrase.of("found.rows", n_rows=len(rows))
            note(findings, file, "network.expected.xlsx_rows", "remedy.smaller", found)
            return None
    return rows


def _cell_text(cell: Any, row: int, index: int, file: str, findings: Findings) -> str:
    """Cell as text; a formula or an error of the spreadsheet is noted."""
    value = cell.value
    kind = getattr(cell, "data_type", "n")
    if value is None:
        return ""
    if kind in ("f", "e"):
        shown = value if isinstance(value, str) else Phrase.of("network.found.formula")
        expected, remedy = "network.expected.plain_value", "network.remedy.plain_value"
        letters = _letters(index)
        note(findings, file, expected, remedy, shown, row=row, column=letters)
        return ""
    return _text(value)[:MAX_CELL_SIGNS].strip()


def _text(value: Any) -> str:
    """Value of a cell as a CSV file would hold it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return (
            str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        )
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _letters(index: int) -> str:
    """Letters of a column from 0: A, B, ..., Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _raw(
    rows: list[tuple[int, list[str]]], file: str, findings: Findings
) -> Raw | None:
    header = rows[0][1]
    body = rows[1:]
    width = len(header)
    while width and not header[width - 1]:
        width -= 1
    for row, texts in body:
        if any(texts[width:]):
            filled = max(at for at, cell in enumerate(texts, 1) if cell)
            found = Phrase.of("found.cells", n_cells=filled)
            note(
                findings, file, Phrase.of("expected.cells", n_cells=width),
                "network.remedy.no_heading", found, row=row,
            )  # fmt: skip
            return None
    columns = [
        pa.array(
            [texts[at] if at < len(texts) else "" for _, texts in body], pa.string()
        )
        for at in range(width)
    ]
    file_row = np.array([row for row, _ in body], np.int64)
    return Raw(header[:width], columns, file_row)
