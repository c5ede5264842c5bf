"""What is due: duties joined with their accountable agency and the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siaga.territory.duties import Agency, Duty, DutyItem, Stage
    from siaga.territory.territory import Territory

__all__ = ["DueItem", "DueList", "due_list", "stages_now"]

_OVER_AFTER_VOTE = ("preparation", "distribution", "vote")
"""Stages of duties that are over once the voting day has passed."""


@dataclass(frozen=True)
class DueItem:
    """One item of a duty with the day it is due; negative `days` = overdue."""

    duty: Duty
    item: DutyItem
    agency: Agency | None
    accountable: Agency | None
    due_on: date
    days: int


@dataclass(frozen=True)
class DueList:
    """Open items, the most urgent first, and how many stages left unreported."""

    items: tuple[DueItem, ...]
    n_lapsed: int
    """Items of stages that are over and that nobody has reported."""


def due_list(territory: Territory, election: str, as_of: datetime) -> DueList:
    """Everything that is due; nothing is done before its owner has reported it."""
    today = as_of.astimezone(territory.zone).date()
    voting_day = territory.election(election).voting_day
    items, n_lapsed = [], 0
    for duty in territory.duties(election):
        if today > voting_day and duty.stage in _OVER_AFTER_VOTE:
            n_lapsed += len(duty.items)
            continue
        for item in duty.items:
            due_on = item.due_on(voting_day)
            items.append(
                DueItem(
                    duty, item,
                    territory.agencies.get(item.agency),
                    territory.agencies.get(duty.accountable),
                    due_on, (due_on - today).days,
                )
            )  # fmt: skip
    items.sort(key=lambda due: (due.due_on, due.duty.key, due.item.key))
    return DueList(tuple(items), n_lapsed)


def stages_now(
    territory: Territory, election: str, as_of: datetime
) -> tuple[Stage, ...]:
    """Stages of the calendar that run at a moment, the one that ends first before."""
    today = as_of.astimezone(territory.zone).date()
    running = [
        stage
        for stage in territory.calendar(election)
        if (stage.start or date.min) <= today <= (stage.end or stage.start or date.max)
    ]
    return tuple(sorted(running, key=lambda stage: (stage.end or date.max, stage.key)))
