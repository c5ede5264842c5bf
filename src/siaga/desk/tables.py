"""Report tables in the words of a page: texts, addresses, tags, nothing of any room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from siaga.desk.table_files import forms_of
from siaga.house.words import Phrase, Text

if TYPE_CHECKING:
    from siaga.desk.here import Here
    from siaga.house.words import Words
    from siaga.territory.report import Cell, ReportTable

__all__ = ["ShownCell", "ShownTable", "said_text", "shown_table"]

UNKNOWN_TEXT = "\N{EN DASH}"


@dataclass(frozen=True)
class ShownCell:
    """One cell as text."""

    text: str
    numeric: bool
    url: str
    tag: str
    differs: bool
    repeats: bool


@dataclass(frozen=True)
class ShownTable:
    """A report table as texts."""

    title: str
    note: str
    heads: list[tuple[str, bool]]
    rows: list[list[ShownCell]]
    remarks: list[str]
    sources: tuple[str, ...]
    empty: str
    key: str
    forms: tuple[str, ...]
    """In which the table can be downloaded."""
    more: int
    """Rows that are in the file only."""


def shown_table(stand: Here, table: ReportTable) -> ShownTable:
    """Report table in the language of a page."""
    words = stand.words
    n_shown = table.shown_rows or len(table.rows)
    heads = [
        (said_text(words, column.title), column.numeric) for column in table.columns
    ]
    return ShownTable(
        title=words(table.title),
        note="" if table.note is None else words(table.note),
        heads=heads,
        rows=[
            [
                _cell(stand, cell, numeric)
                for cell, (_, numeric) in zip(row, heads, strict=True)
            ]
            for row in table.rows[:n_shown]
        ],
        remarks=[words(remark) for remark in table.remarks],
        sources=table.sources,
        empty="" if table.empty is None else words(table.empty),
        key=table.key,
        forms=forms_of(table.points) if table.key and table.rows else (),
        more=max(0, len(table.rows) - n_shown),
    )


def _cell(stand: Here, cell: Cell, numeric: bool) -> ShownCell:
    url = stand.link("area", cell.area) if cell.area else ""
    if cell.station:
        url = stand.link("station", cell.station)
    return ShownCell(
        said_text(stand.words, cell.value, cell.decimals), numeric, url,
        "" if cell.tag is None else stand.words(cell.tag), cell.differs, cell.repeats,
    )  # fmt: skip


def said_text(words: Words, value: object, decimals: int = 0) -> str:
    """Value of a cell as text; an en dash where it is not known."""
    match value:
        case None:
            return UNKNOWN_TEXT
        case Phrase() | Text():
            return words(value)
        case datetime():
            return words.moment(value)
        case int():
            return words.number(value)
        case float():
            return UNKNOWN_TEXT if value != value else words.number(value, decimals)
        case _:
            return str(value)
