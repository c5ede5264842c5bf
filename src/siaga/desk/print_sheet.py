"""A4 pages: one font, texts that fit, nothing cut.

What does not fit its room is set smaller. Black on white, no line finer than an office
printer shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fpdf import FPDF

from siaga.desk.print_font import print_font
from siaga.desk.tables import said_text

if TYPE_CHECKING:
    from siaga.house.words import Words

__all__ = ["LEADING", "POINT_MM", "Sheet"]

LEADING = 1.3
"""Distance of two lines, as a multiple of the size of the letters."""
POINT_MM = 25.4 / 72
SIZE_STEP = 0.5
"""By which letters are made smaller until a text fits, in points."""
_UNIT_SIZE = 100.0
"""At which words are measured."""


class Sheet(FPDF):
    """A4 pages with the font of the desk and texts that fit."""

    def __init__(self, words: Words) -> None:
        """Empty document in the language of `words`."""
        super().__init__(format="A4")
        self.words = words
        self._unit_widths: dict[tuple[str, str], float] = {}
        self._lines_of: dict[tuple[str, float, str], list[str]] = {}
        self.letters = print_font()
        self.letters.add_to(self)
        self.set_lang(words.language)
        self.set_creator("Siaga")
        self.c_margin = 0.0
        self.set_auto_page_break(auto=False)
        self.set_type(10)

    def said(self, what: object) -> str:
        """Text of what a paper says, in signs that the font has."""
        return self.letters.text(said_text(self.words, what))

    def set_type(self, size: float, style: str = "") -> None:
        """Set size in points and weight."""
        self.set_font(self.letters.family, style, size)

    def line_text(
        self,
        text: str,
        place: tuple[float, float, float],
        size: float,
        *,
        style: str = "",
        align: str = "L",
    ) -> None:
        """One line at x, y within a width, smaller where it would not fit."""
        x, y, width = place
        height = size * POINT_MM * LEADING
        size *= min(1.0, width / max(self.width_of(text, size, style), 0.1))
        self.set_type(size, style)
        self.set_xy(x, y)
        self.cell(width, height, text, align=align)

    def block_text(
        self,
        text: str,
        place: tuple[float, float, float, float],
        size: float,
        *,
        style: str = "",
    ) -> float:
        """Lines at x, y within width and height; the y below them.

        Letters become smaller until all of it fits.
        """
        x, y, width, height = place
        lines = self._wrapped(text, width, size, style)
        while size > SIZE_STEP and len(lines) * size * POINT_MM * LEADING > height:
            size -= SIZE_STEP
            lines = self._wrapped(text, width, size, style)
        self.set_type(size, style)
        for line in lines:
            self.set_xy(x, y)
            self.cell(width, size * POINT_MM * LEADING, line)
            y += size * POINT_MM * LEADING
        return y

    def width_of(self, text: str, size: float, style: str = "") -> float:
        """Width of a text in millimetres."""
        return size * self._unit_width(text, style)

    def _unit_width(self, word: str, style: str) -> float:
        """Width at one point; a document asks for the same words again and again."""
        known = self._unit_widths.get((word, style))
        if known is None:
            self.set_type(_UNIT_SIZE, style)
            known = float(self.get_string_width(word)) / _UNIT_SIZE
            self._unit_widths[word, style] = known
        return known

    def _wrapped(self, text: str, width: float, size: float, style: str) -> list[str]:
        """Lines of a text; one word that is wider than a line has a line of its own.

        FPDF's own wrapping measures a line anew with every letter: a hundred times
        slower over the cards of a town.
        """
        key = (text, width / size, style)
        lines = self._lines_of.get(key)
        if lines is None:
            lines, room = [], 0.0
            space = self._unit_width(" ", style)
            # A hair less than the width: the widths of words are rounded.
            most = width / size * 0.995
            for word in text.split(" "):
                wide = self._unit_width(word, style)
                if lines and room + space + wide <= most:
                    lines[-1] += f" {word}"
                    room += space + wide
                else:
                    lines.append(word)
                    room = wide
            self._lines_of[key] = lines
        return lines
