"""A draft letter on paper: A4, its annexes on pages of their own, wide ones across."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from siaga.desk.print_sheet import LEADING, POINT_MM, Sheet
from siaga.desk.tables import said_text
from siaga.house.words import Phrase
from siaga.territory.report import ReportTable

if TYPE_CHECKING:
    from siaga.house.words import Words
    from siaga.territory.paper import Fact, Letter

__all__ = ["LetterSheet"]

SIDE, TOP, BOTTOM = 22.0, 24.0, 20.0
SIZE, SMALL = 10.5, 8.5
BLANK_MM = 34.0
"""Width of a column that is left for writing by hand."""
COLUMN_MOST_MM = 60.0
CELL_PAD_MM = 4.0
LABEL_MM = 24.0
LINE_MM = 60.0
"""Length of a line on which somebody writes."""
SIGNED_MM, LAST_MM = 34.0, 14.0
"""Height of the signature and of the paragraph before it."""
GAP_MM = 2.2
"""Between paragraphs."""
FAINT = 240
"""Grey of the word across the page: seen on a copy, never in the way of the text."""


class LetterSheet(Sheet):
    """Pages of a letter; each says that it is a draft and which page it is."""

    def __init__(self, words: Words, letter: Letter) -> None:
        """Empty letter; `print_letter` fills it."""
        super().__init__(words)
        self._letter = letter
        self.set_margins(SIDE, TOP, SIDE)
        self.set_auto_page_break(auto=True, margin=BOTTOM)
        self.alias_nb_pages()

    def header(self) -> None:
        """Draw the draft mark above and across the page."""
        word = self.letters.text(self.words("paper.draft"))
        self.set_type(96, "B")
        self.set_text_color(FAINT)
        x, y = self.w / 2, self.h / 2
        with self.rotation(40, x, y):
            self.text(x - self.get_string_width(word) / 2, y + 12, word)
        self.set_text_color(0)
        self.set_line_width(0.4)
        self.rect(SIDE, 9, self.w - 2 * SIDE, 7)
        place = (SIDE + 2, 10.2, self.w - 2 * SIDE - 4)
        self.line_text(self.said(self._letter.mark), place, 10, style="B", align="C")
        self.set_xy(SIDE, TOP)

    def footer(self) -> None:
        """Draw number of the page and title."""
        page = self.words("paper.page", page=self.page_no(), pages="{nb}")
        text = (
            f"{self.letters.text(page)} \N{MIDDLE DOT} {self.said(self._letter.title)}"
        )
        self.line_text(text, (SIDE, self.h - 13, self.epw), 8)

    def print_letter(self) -> None:
        """Print the letter, then its annexes."""
        letter = self._letter
        self.add_page()
        self._top(letter)
        *parts, last = letter.body
        for part in parts:
            self._part(part)
        # A signature does not stand on a page without a word above it.
        if self.get_y() + SIGNED_MM + LAST_MM > self.h - BOTTOM:
            self.add_page()
        self._part(last)
        self._signed(letter)
        for annex in letter.annexes:
            self.add_page(orientation="L")
            self._lines(self.said(annex.title), 12, "B")
            self.ln(GAP_MM)
            self._table(annex)
        for source in letter.sources:
            self._lines(self.said(source), SMALL)

    def _part(self, part: Phrase | ReportTable | tuple[Phrase, ...]) -> None:
        """Paragraph, table or list of the body."""
        if isinstance(part, ReportTable):
            self._table(part)
        elif isinstance(part, Phrase):
            self._lines(self.said(part))
            self.ln(GAP_MM)
        else:
            self._points(part)

    def _top(self, letter: Letter) -> None:
        self._lines(self.said(letter.sender))
        self.ln(GAP_MM)
        self.set_line_width(0.3)
        self.line(SIDE, self.get_y(), self.w - SIDE, self.get_y())
        self.ln(4)
        day = self.said(letter.place_and_day)
        self.line_text(day, (SIDE, self.get_y(), self.epw), SIZE, align="R")
        self.ln(SIZE * POINT_MM * LEADING + GAP_MM)
        for fact in letter.head:
            self._fact(fact)
        self.ln(4)
        for line in letter.addressee:
            self._lines(self.said(line))
        self.ln(4)

    def _lines(self, text: str, size: float = SIZE, style: str = "") -> None:
        """Text from margin to margin, on as many lines as it takes."""
        self.set_type(size, style)
        self.multi_cell(
            0, size * POINT_MM * LEADING, text, align="L",
            new_x=XPos.LMARGIN, new_y=YPos.NEXT,
        )  # fmt: skip

    def _fact(self, fact: Fact) -> None:
        """Label with its value, or with a line to write on."""
        self.set_type(SIZE)
        height = SIZE * POINT_MM * LEADING
        self.cell(LABEL_MM, height, self.said(fact.label))
        self.cell(4, height, ":")
        if fact.value is None:
            x, y = self.get_x(), self.get_y() + height - 0.8
            self.set_line_width(0.2)
            self.line(x, y, x + LINE_MM, y)
            self.ln(height)
        else:
            self._lines(self.said(fact.value))

    def _points(self, points: tuple[Phrase, ...]) -> None:
        height = SIZE * POINT_MM * LEADING
        for number, point in enumerate(points, start=1):
            self.set_type(SIZE)
            self.cell(7, height, f"{number}.")
            self._lines(self.said(point))
        self.ln(GAP_MM)

    def _signed(self, letter: Letter) -> None:
        """Leave room for the signature."""
        who, *below = (self.said(line) for line in letter.signed)
        x, width = self.w / 2 + 10, self.w / 2 - 10 - SIDE
        y = self.get_y() + 2
        self.line_text(who, (x, y, width), SIZE)
        self.set_line_width(0.2)
        self.line(x, y + 24, x + LINE_MM, y + 24)
        for at, line in enumerate(below):
            self.line_text(line, (x, y + 25 + 4.5 * at, width), SMALL)

    def _table(self, table: ReportTable) -> None:
        """Table with its heads on every page, its remarks below."""
        heads = [self.said(column.title) for column in table.columns]
        rows = [
            [
                self.letters.text(said_text(self.words, cell.value, cell.decimals))
                for cell in row
            ]
            for row in table.rows
        ]
        self.set_type(SMALL)
        self.set_line_width(0.2)
        with self.table(
            width=self.epw,
            col_widths=self._widths(heads, rows),
            text_align=["RIGHT" if c.numeric else "LEFT" for c in table.columns],
            line_height=SMALL * POINT_MM * LEADING,
            padding=(1.0, CELL_PAD_MM / 2),
            headings_style=FontFace(emphasis="BOLD"),
            borders_layout="HORIZONTAL_LINES",
        ) as printed:
            for texts in (heads, *rows):
                printed.row(texts)
        self.ln(1.5)
        for remark in table.remarks:
            self._lines(self.said(remark), SMALL)
        self.ln(2.5)

    def _widths(self, heads: list[str], rows: list[list[str]]) -> tuple[float, ...]:
        """Widths of columns that together are as wide as the page.

        A column is at least as wide as its longest word; what is left goes to the
        columns whose texts would otherwise break.
        """
        least, wanted = [], []
        for at, head in enumerate(heads):
            cells = [row[at] for row in rows]
            words = [word for text in cells for word in text.split()]
            blank = BLANK_MM if not any(cells) else 0.0
            head_words = [self._wide(word, "B") for word in head.split()]
            low = max([*head_words, *(self._wide(word) for word in words), blank])
            full = max([low, *(self._wide(text) for text in cells)])
            least.append(low)
            wanted.append(max(low, min(full, COLUMN_MOST_MM)))
        spare = self.epw - sum(least)
        missing = sum(wanted) - sum(least)
        share = min(1.0, spare / missing) if missing > 0 else 0.0
        widths = [low + share * (w - low) for low, w in zip(least, wanted, strict=True)]
        return tuple(width * self.epw / sum(widths) for width in widths)

    def _wide(self, text: str, style: str = "") -> float:
        self.set_type(SMALL, style)
        return float(self.get_string_width(text)) + CELL_PAD_MM + 0.5
