"""Papers as PDF: content of a room in, bytes out; the same content, the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaga.desk.print_cards import print_cards
from siaga.desk.print_letter import LetterSheet
from siaga.desk.print_sheet import Sheet
from siaga.territory.paper import Cards

if TYPE_CHECKING:
    from datetime import datetime

    from siaga.house.words import Words
    from siaga.territory.paper import Paper

__all__ = ["print_paper"]


def print_paper(paper: Paper, words: Words, as_of: datetime) -> bytes:
    """PDF of a paper in the language of `words`, stamped with the moment `as_of`."""
    if isinstance(paper, Cards):
        sheet = Sheet(words)
        print_cards(sheet, paper)
    else:
        sheet = letter = LetterSheet(words, paper)
        letter.print_letter()
    sheet.set_title(sheet.said(paper.title))
    sheet.set_creation_date(as_of)
    return bytes(sheet.output())
