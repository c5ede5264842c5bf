"""The letters of printed pages: Inter of the desk, or Helvetica where it is not there.

Inter is one variable font in WOFF2; a page needs two of its weights with figures of
equal width. They are cut out once in a process. Helvetica is in every reader of PDF,
but has the signs of Latin-1 only.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fpdf import FPDF

__all__ = ["INTER", "PrintFont", "print_font"]

INTER = Path(__file__).parent / "static" / "vendor" / "inter-latin-wght-normal.woff2"
WEIGHTS = {"": 400, "B": 650}
"""Weight of each style."""
_LAYOUT = ("GSUB", "GPOS", "GDEF", "STAT")
"""Tables that a page without shaping does not read; cutting them takes seconds."""
_INSTEAD = {
    "\N{EN DASH}": "-", "\N{EM DASH}": "-", "\N{MINUS SIGN}": "-",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{HORIZONTAL ELLIPSIS}": "...", "\N{BULLET}": "\N{MIDDLE DOT}",
    "\N{RIGHTWARDS ARROW}": ">", "\N{LEFTWARDS ARROW}": "<",
    "\N{GREATER-THAN OR EQUAL TO}": ">=", "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ",
}  # fmt: skip
"""What is printed for a sign that the font lacks."""


@dataclass(frozen=True)
class PrintFont:
    """A font of two weights and the signs that it has."""

    family: str
    files: dict[str, Path]
    """File of each style; empty for a font that readers have."""
    signs: frozenset[int]

    def add_to(self, pdf: FPDF) -> None:
        """Make the font known to a document."""
        for style, path in self.files.items():
            pdf.add_font(self.family, style, path)

    def text(self, text: str) -> str:
        """Text with signs of this font only; one that nothing can stand for is `?`."""
        if all(ord(sign) in self.signs for sign in text):
            return text
        return "".join(self._sign(sign) for sign in text)

    def _sign(self, sign: str) -> str:
        if ord(sign) in self.signs:
            return sign
        if sign in _INSTEAD:
            return _INSTEAD[sign]
        plain = unicodedata.normalize("NFKD", sign)
        kept = "".join(part for part in plain if ord(part) in self.signs)
        return kept or ("" if unicodedata.combining(sign) else "?")


def print_font() -> PrintFont:
    """Font of printed pages."""
    return _inter(INTER) if INTER.exists() else _helvetica()


@cache
def _helvetica() -> PrintFont:
    signs = frozenset([*range(0x20, 0x7F), *range(0xA0, 0x100)])
    return PrintFont("helvetica", {}, signs)


@cache
def _inter(source: Path) -> PrintFont:
    """Weights cut out of the variable font, in files that live with the process."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    files: dict[str, Path] = {}
    signs: frozenset[int] = frozenset()
    for style, weight in WEIGHTS.items():
        font = TTFont(source, recalcTimestamp=False)
        _equal_figures(font)
        for table in _LAYOUT:
            if table in font:
                del font[table]
        instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
        font.flavor = None
        files[style] = Path(_folder().name) / f"inter-{weight}.ttf"
        font.save(files[style])
        signs = frozenset(font.getBestCmap())
    return PrintFont("inter", files, signs)


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="siaga-print-")


def _equal_figures(font: Any) -> None:
    """Let the figures be those of equal width (feature `tnum`), as on the pages."""
    layout = font["GSUB"].table
    wanted = {
        at
        for record in layout.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for at in record.Feature.LookupListIndex
    }
    mapping: dict[str, str] = {}
    for at in wanted:
        for table in layout.LookupList.Lookup[at].SubTable:
            found = getattr(table, "ExtSubTable", table)
            mapping |= getattr(found, "mapping", {})
    for table in font["cmap"].tables:
        for sign, glyph in table.cmap.items():
            if chr(sign).isdigit():
                table.cmap[sign] = mapping.get(glyph, glyph)
