"""Tables, bars and paragraphs as aligned text."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "BAR_SIGNS",
    "UNKNOWN",
    "Column",
    "bar",
    "emphasise",
    "line_width",
    "paragraph",
    "table",
]

GAP = "  "
LONGEST_LINE = 100
"""Sentences are not stretched over a wide terminal."""
SHORTEST_CELL = 24
"""A column that may be wrapped is not made narrower than this."""
UNKNOWN = "–"
"""Stands in a cell for what nobody knows; never 0."""

BAR_SIGNS = {
    "ready": "●",
    "at_risk": "◐",
    "not_ready": "▲",
    "unknown": "◌",
    "not_due": "·",
}
"""Signs of the verdicts, in the order and with the shapes that the desk draws."""


@dataclass(frozen=True)
class Column:
    """A column: its title, on which side its cells end, whether it may be wrapped."""

    title: str
    right: bool = False
    wrap: bool = False


def line_width(stream: TextIO | None = None) -> int | None:
    """Width of a terminal in signs; None where the output is no terminal."""
    target = stream or sys.stdout
    return shutil.get_terminal_size().columns if target.isatty() else None


def emphasise(text: str, stream: TextIO | None = None) -> str:
    """Text in bold on a terminal that wants it; NO_COLOR is respected."""
    target = stream or sys.stdout
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain or not target.isatty() else f"\x1b[1m{text}\x1b[0m"


def paragraph(text: str, indent: str = "") -> list[str]:
    """Lines of a sentence, wrapped for a terminal; one line elsewhere."""
    width = line_width()
    if width is None:
        return [indent + text]
    room = min(width, LONGEST_LINE)
    return textwrap.wrap(text, room, initial_indent=indent, subsequent_indent=indent)


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None = None
) -> list[str]:
    """Lines of a table with a heading; no line ends in blanks.

    Where the table is wider than `width`, the columns that may be wrapped give way.
    """
    titles = [column.title[:1].upper() + column.title[1:] for column in columns]
    cells = [titles, *(list(row) for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    _narrow(columns, widths, width)
    lines: list[str] = []
    for number, row in enumerate(cells):
        lines += _row_lines(columns, widths, row)
        if number == 0:
            lines.append(GAP.join("─" * room for room in widths))
    return lines


def _narrow(columns: Sequence[Column], widths: list[int], width: int | None) -> None:
    """Take from the widest of the columns that may be wrapped until the table fits."""
    if width is None:
        return
    excess = sum(widths) + len(GAP) * (len(widths) - 1) - width
    may_wrap = [i for i, column in enumerate(columns) if column.wrap]
    while excess > 0 and may_wrap:
        widest = max(may_wrap, key=lambda i: widths[i])
        if widths[widest] <= SHORTEST_CELL:
            return
        widths[widest] -= 1
        excess -= 1


def _row_lines(
    columns: Sequence[Column], widths: Sequence[int], row: Sequence[str]
) -> list[str]:
    wrapped = [
        (textwrap.wrap(text, room) if len(text) > room else [text]) or [""]
        for text, room in zip(row, widths, strict=True)
    ]
    lines = []
    for i in range(max(len(parts) for parts in wrapped)):
        texts = [parts[i] if i < len(parts) else "" for parts in wrapped]
        padded = [
            text.rjust(room) if column.right else text.ljust(room)
            for text, room, column in zip(texts, widths, columns, strict=True)
        ]
        lines.append(GAP.join(padded).rstrip())
    return lines


def bar(counts: Mapping[str, int], length: int = 60) -> str:
    """Bar of the stations by verdict; whatever is not zero has at least one sign.

    >>> bar({"ready": 3, "not_ready": 1, "unknown": 0}, 8)
    '●●●●●●▲▲'
    """
    total = sum(counts.values())
    if total == 0:
        return ""
    known = [(key, counts[key]) for key in BAR_SIGNS if counts.get(key)]
    signs = {key: max(1, round(n * length / total)) for key, n in known}
    largest = max(signs, key=lambda key: signs[key])
    signs[largest] = max(1, signs[largest] + length - sum(signs.values()))
    return "".join(BAR_SIGNS[key] * n for key, n in signs.items())
