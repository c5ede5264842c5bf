"""Agencies, the calendar's stages and duties: who owes what by when.

The rooms name a duty in their reasons; only `readiness` joins duty, agency and date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from siaga.house.words import Text

__all__ = ["DUE_RULE", "Agency", "Duty", "DutyItem", "Stage"]

DUE_RULE = re.compile(r"vote([+-]\d{1,3})d")
"""Form of a due rule: days relative to the voting day, e.g. `vote-21d`."""


@dataclass(frozen=True)
class Agency:
    """An agency; agencies are a table, not an enum."""

    key: str
    name: Text

    @property
    def short_name(self) -> Text:
        """Name without what stands in brackets behind it."""
        return Text(self.name.id.split(" (")[0], self.name.en.split(" (")[0])


@dataclass(frozen=True)
class Stage:
    """A stage of an election's calendar; either end may be open."""

    key: str
    name: Text
    start: date | None
    end: date | None
    certainty: str
    """A read in the law or two sources, B in one source, C general knowledge."""
    source: str
    note: str


@dataclass(frozen=True)
class DutyItem:
    """One thing that must be there, with its evidence and its due rule."""

    key: str
    title: Text
    agency: str
    evidence: str
    due_rule: str
    gate: bool
    """Whether the duty cannot be ready without it."""
    valid_days: int

    def due_on(self, voting_day: date) -> date:
        """Day on which the item is due."""
        match = DUE_RULE.fullmatch(self.due_rule)
        assert match is not None
        return voting_day + timedelta(days=int(match.group(1)))


@dataclass(frozen=True)
class Duty:
    """A job with exactly one accountable agency."""

    key: str
    title: Text
    stage: str
    area_level: str
    accountable: str
    responsible: tuple[str, ...]
    items: tuple[DutyItem, ...]
