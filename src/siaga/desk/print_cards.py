"""Cards on paper: two on an A4 page, with a line to cut along between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaga.desk.print_sheet import LEADING, POINT_MM
from siaga.desk.tables import said_text

if TYPE_CHECKING:
    from siaga.desk.print_sheet import Sheet
    from siaga.territory.paper import Card, Cards
    from siaga.territory.report import ReportTable

__all__ = ["print_cards"]

WIDTH, HALF = 210.0, 148.5
"""Of an A4 page and of half of it, in millimetres."""
LEFT, INNER = 12.0, 186.0
TABLE_WIDTH, BESIDE, BESIDE_WIDTH = 104.0, 122.0, 76.0
NAME_WIDTH_MOST = 70.0
TABLE_TOP, TABLE_BOTTOM = 47.0, 102.0
BLANKS_TOP, BLANK_STEP = 105.0, 7.6
REMARKS_TOP, SOURCES_TOP, BOTTOM = 128.5, 136.0, 143.5
ROW_MOST = 9.5
"""Height of a row of the table, where there are few."""
ROW_SIZE_MOST, ROW_SIZE_LEAST = 14.0, 10.0
"""Of its letters, in points."""
NUMBER_WIDTH = 16.0
"""Of a column of figures."""
RANK_WIDTH = 7.0


def print_cards(sheet: Sheet, paper: Cards) -> None:
    """Print cards in their order; the last page may hold one."""
    for at, card in enumerate(paper.cards):
        if at % 2 == 0:
            sheet.add_page()
            _cut_line(sheet)
        _card(sheet, card, HALF * (at % 2))


def _cut_line(sheet: Sheet) -> None:
    sheet.set_line_width(0.2)
    sheet.set_dash_pattern(dash=2, gap=2)
    sheet.line(0, HALF, WIDTH, HALF)
    sheet.set_dash_pattern()


def _card(sheet: Sheet, card: Card, top: float) -> None:
    _head(sheet, card, top)
    said = sheet.said(card.said)
    sheet.block_text(said, (LEFT, top + 33.5, INNER, 12.0), 12, style="B")
    _table(sheet, card.table, top)
    _beside(sheet, card, top)
    _blanks(sheet, card, top)
    remarks = " ".join(sheet.said(remark) for remark in card.remarks)
    sheet.block_text(
        remarks, (LEFT, top + REMARKS_TOP, INNER, SOURCES_TOP - REMARKS_TOP), 8.5
    )
    sources = " ".join(sheet.said(source) for source in card.sources)
    sheet.block_text(sources, (LEFT, top + SOURCES_TOP, INNER, BOTTOM - SOURCES_TOP), 7)


def _head(sheet: Sheet, card: Card, top: float) -> None:
    """Name in large type, and beside it where that is."""
    sheet.line_text(sheet.said(card.what), (LEFT, top + 8, 130), 9)
    sheet.line_text(card.code, (LEFT + 136, top + 8, 50), 9, align="R")
    width = min(sheet.width_of(card.name, 34, "B") + 2, NAME_WIDTH_MOST)
    sheet.line_text(card.name, (LEFT - 0.5, top + 14.5, width), 34, style="B")
    x = LEFT + width + 5
    first, *above = (sheet.said(place) for place in card.places)
    place = (x, top + 16, LEFT + INNER - x)
    sheet.line_text(first, place, 17, style="B")
    sheet.line_text(", ".join(above), (x, top + 24.5, LEFT + INNER - x), 12)
    sheet.set_line_width(0.5)
    sheet.line(LEFT, top + 32, LEFT + INNER, top + 32)


def _table(sheet: Sheet, table: ReportTable, top: float) -> None:
    """Rows of the table; they come closer where there are many."""
    y = top + TABLE_TOP
    title = sheet.said(table.title)
    if table.note is not None:
        title += f" ({sheet.said(table.note)})"
    sheet.line_text(title, (LEFT, y, TABLE_WIDTH), 10.5, style="B")
    y += 6
    if not table.rows:
        assert table.empty is not None
        height = top + TABLE_BOTTOM - y
        sheet.block_text(sheet.said(table.empty), (LEFT, y, TABLE_WIDTH, height), 11)
        return
    row_height = min(ROW_MOST, (top + TABLE_BOTTOM - y - 5) / len(table.rows))
    size = min(ROW_SIZE_MOST, max(ROW_SIZE_LEAST, row_height / POINT_MM / 1.7))
    line = size * POINT_MM * LEADING
    heads = [sheet.said(column.title) for column in table.columns]
    _row(sheet, table, heads, y, 9)
    y += 5
    sheet.set_line_width(0.2)
    for row in table.rows:
        sheet.line(LEFT, y, LEFT + TABLE_WIDTH, y)
        cells = [
            sheet.letters.text(said_text(sheet.words, cell.value, cell.decimals))
            for cell in row
        ]
        _row(sheet, table, cells, y + (row_height - line) / 2, size)
        y += row_height
    sheet.line(LEFT, y, LEFT + TABLE_WIDTH, y)


def _row(
    sheet: Sheet, table: ReportTable, texts: list[str], y: float, size: float
) -> None:
    """Texts of a row: the rank, what it is in the room that is left, the figures."""
    n_numbers = sum(column.numeric for column in table.columns)
    rest = TABLE_WIDTH - RANK_WIDTH - n_numbers * NUMBER_WIDTH
    x = LEFT
    for at, (text, column) in enumerate(zip(texts, table.columns, strict=True)):
        width = NUMBER_WIDTH if column.numeric else (RANK_WIDTH, rest)[min(at, 1)]
        align = "R" if column.numeric else "L"
        sheet.line_text(text, (x, y, width), size, align=align)
        x += width


def _beside(sheet: Sheet, card: Card, top: float) -> None:
    """Box beside the table, its first line in larger type."""
    y, bottom = top + TABLE_TOP, top + TABLE_BOTTOM
    sheet.set_line_width(0.5)
    sheet.rect(BESIDE, y, BESIDE_WIDTH, bottom - y)
    x, width = BESIDE + 4, BESIDE_WIDTH - 8
    sheet.line_text(sheet.said(card.beside_title), (x, y + 3, width), 10.5, style="B")
    y += 10
    for at, line in enumerate(card.beside):
        size, style = (15.0, "B") if at == 0 else (11.0, "")
        room = (x, y, width, bottom - y - 2)
        y = sheet.block_text(sheet.said(line), room, size, style=style) + 1.0


def _blanks(sheet: Sheet, card: Card, top: float) -> None:
    """Labels, each with a line to write on."""
    y = top + BLANKS_TOP
    sheet.set_line_width(0.2)
    for blank in card.blanks:
        text = sheet.said(blank)
        sheet.line_text(text, (LEFT, y + 1.5, 80), 10.5)
        sheet.line(LEFT + 82, y + 6.5, LEFT + INNER, y + 6.5)
        y += BLANK_STEP
