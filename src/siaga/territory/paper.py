"""Papers: what a room has to print, without any layout and in no language yet.

A room may have a module `siaga.<room>.papers` with

    PAPERS: tuple[PaperKind, ...]

Each kind names the verb whose run it is computed from and the function that writes its
content. Whoever prints it knows nothing of the room; the room knows nothing of pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from siaga.house.words import Phrase
    from siaga.territory.report import ReportTable, Said
    from siaga.territory.situation import Situation

__all__ = ["Card", "Cards", "Fact", "Letter", "Paper", "PaperAsked", "PaperKind"]


@dataclass(frozen=True)
class Fact:
    """A label with what belongs to it; None = a line on which somebody writes."""

    label: Phrase
    value: Said | None = None


@dataclass(frozen=True)
class Card:
    """Half a page about one place, for the people who work there."""

    what: Phrase
    """What the card is for."""
    name: str
    """Of the place, in large type."""
    places: tuple[Said, ...]
    """Where that is, the nearest first."""
    code: str
    said: Phrase
    """The one sentence that must be read."""
    table: ReportTable
    beside_title: Phrase
    beside: tuple[Phrase, ...]
    """Lines beside the table, the first in larger type."""
    blanks: tuple[Phrase, ...]
    """What is written by hand, each on a line of its own."""
    remarks: tuple[Phrase, ...]
    sources: tuple[Said, ...]


@dataclass(frozen=True)
class Cards:
    """Cards of an area, two on a page."""

    title: Phrase
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Letter:
    """A draft of a letter; it says on every page that nobody has signed it."""

    title: Phrase
    mark: Phrase
    """What makes it a draft."""
    sender: Phrase
    """Stands where the letterhead belongs."""
    place_and_day: Phrase
    head: tuple[Fact, ...]
    addressee: tuple[Said, ...]
    body: tuple[Phrase | ReportTable | tuple[Phrase, ...], ...]
    """Paragraphs, tables, and lists of points."""
    signed: tuple[Phrase, ...]
    """Under the letter, where the signature will stand."""
    annexes: tuple[ReportTable, ...]
    sources: tuple[Said, ...]


Paper = Cards | Letter


@dataclass(frozen=True)
class PaperAsked:
    """What a paper is asked about."""

    situation: Situation
    area_row: int
    rows: slice
    """Its stations: those of the area, or a single one in it."""
    run: Path
    """Folder of the run from which the paper is computed."""
    as_of: datetime
    """Moment of that run's situation."""
    agency: str = ""
    """Key of the agency to which it goes; empty where it goes to none."""


@dataclass(frozen=True)
class PaperKind:
    """A kind of paper: what it is called, what it needs, who writes it."""

    key: str
    """Of its address: `<key>.pdf`."""
    title: Phrase
    verb: str
    """Verb of the run that it is computed from."""
    write: Callable[[PaperAsked], Paper]
    agencies: Callable[[PaperAsked], tuple[str, ...]] | None = None
    """Keys of the agencies to which it can go; None = it goes to none."""
    stations_most: int = 0
    """It is about stations, one by one, and about so many at most; 0 = it is not."""
