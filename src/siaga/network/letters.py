"""The letter to an agency: what a plan asks of it, where, by when, at what cost.

A draft: no number, no day, no signature. The means of another agency are requested,
never assigned, so each step leaves room for the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from siaga.house.problems import NotFound
from siaga.house.words import Phrase
from siaga.network.options import Option, options
from siaga.network.paper_sources import paper_sources
from siaga.territory.paper import Fact, Letter
from siaga.territory.plan import Plan, PlanStep
from siaga.territory.report import Cell, Column, ReportTable
from siaga.territory.stations import VoterOrigin

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from siaga.territory.areas import AreaTree
    from siaga.territory.paper import PaperAsked
    from siaga.territory.report import Said
    from siaga.territory.situation import Situation

__all__ = ["agencies_asked", "plan_letter", "request_letter"]

OPERATOR = "operator"
"""A kind of agency of which there are several: the letter leaves room for its name."""


@dataclass(frozen=True)
class _Asked:
    """Steps of one agency in one area, with what they come to."""

    situation: Situation
    area_row: int
    agency: str
    steps: tuple[PlanStep, ...]
    as_of: datetime
    """Moment of the plan."""

    @property
    def areas(self) -> AreaTree:
        """Area tree of the election."""
        return self.situation.territory.areas(self.situation.election)

    @property
    def last_due_on(self) -> date | None:
        """Last day by which a step must be begun, None where no day is set."""
        days = [step.due_on for step in self.steps if step.due_on]
        return date.fromisoformat(max(days)) if days else None

    def served(self, steps: tuple[PlanStep, ...]) -> tuple[int, int]:
        """Stations that some steps serve, each counted once, and their voters."""
        rows = sorted({row for step in steps for row in step.serves})
        stations = self.situation.territory.stations(self.situation.election)
        voters = stations.voters[np.array(rows, np.int64)]
        return len(rows), int(voters[voters >= 0].sum())


def agencies_asked(asked: PaperAsked) -> tuple[str, ...]:
    """Agencies of which the plan asks something in the area, in order of its steps."""
    plan = _plan(asked.run)
    if not _fits(plan, asked.situation):
        return ()
    areas = asked.situation.territory.areas(asked.situation.election)
    steps = _steps_within(plan, areas, asked.area_row)
    return tuple(dict.fromkeys(step.agency for step in steps))


def request_letter(asked: PaperAsked) -> Letter:
    """Letter to the agency that is asked for, from the plan of a run.

    Raises NotFound where the plan asks nothing of it in the area.
    """
    return plan_letter(_plan(asked.run), asked)


def plan_letter(plan: Plan, asked: PaperAsked) -> Letter:
    """Letter to an agency from a plan; `asked.run` names the run it came from.

    Raises NotFound where the plan is of another list of stations, or asks nothing of
    the agency in the area.
    """
    situation = asked.situation
    if not _fits(plan, situation):
        raise NotFound("paper.no_run.plan", room=Phrase.of("network.title"))
    areas = situation.territory.areas(situation.election)
    within = _steps_within(plan, areas, asked.area_row)
    steps = tuple(step for step in within if step.agency == asked.agency)
    agency = situation.territory.agencies[asked.agency].name
    if not steps:
        area = areas.name[asked.area_row]
        raise NotFound("network.letter.no_step", agency=agency, area=area)
    wanted = _Asked(situation, asked.area_row, asked.agency, steps, asked.as_of)
    return Letter(
        title=Phrase.of("network.letter.title", agency=agency),
        mark=Phrase.of("network.letter.mark"),
        sender=Phrase.of("network.letter.sender"),
        place_and_day=Phrase.of("network.letter.place_and_day"),
        head=_head(wanted),
        addressee=_addressee(wanted),
        body=_body(wanted),
        signed=tuple(Phrase.of(f"network.letter.signed.{k}") for k in ("who", "not")),
        annexes=(_annex(wanted),),
        sources=(*paper_sources(asked, None), Phrase.of("network.letter.catalogue")),
    )


@lru_cache(maxsize=8)
def _plan(folder: Path) -> Plan:
    """Plan of a run's folder; runs never change, so it is read once."""
    return Plan.read(folder)


def _fits(plan: Plan, situation: Situation) -> bool:
    """Whether the plan is of the list of stations of today."""
    return len(plan.after) == len(situation.territory.stations(situation.election))


def _steps_within(plan: Plan, areas: AreaTree, area_row: int) -> list[PlanStep]:
    """Steps of a plan in an area, the first due first, then in order of the areas."""
    placed = [(areas.row(step.area), step) for step in plan.steps]
    within = [pair for pair in placed if area_row in areas.path(pair[0])]
    within.sort(key=lambda pair: (pair[1].due_on or "9", pair[0], pair[1].key))
    return [step for _, step in within]


def _election(wanted: _Asked) -> Said:
    situation = wanted.situation
    return situation.territory.election(situation.election).name


def _head(wanted: _Asked) -> tuple[Fact, ...]:
    subject = Phrase.of(
        "network.letter.subject",
        election=_election(wanted),
        area=wanted.areas.name[wanted.area_row],
    )
    return (
        Fact(Phrase.of("network.letter.head.number")),
        Fact(Phrase.of("network.letter.head.class")),
        Fact(
            Phrase.of("network.letter.head.annex"),
            Phrase.of("network.letter.one_annex"),
        ),
        Fact(Phrase.of("network.letter.head.subject"), subject),
    )


def _addressee(wanted: _Asked) -> tuple[Said, ...]:
    name = wanted.situation.territory.agencies[wanted.agency].name
    lines = [Phrase.of("network.letter.to", agency=name)]
    if wanted.agency == OPERATOR:
        lines.append(Phrase.of("network.letter.which_operator"))
    return (*lines, Phrase.of("network.letter.at"))


def _body(wanted: _Asked) -> tuple[Phrase | ReportTable | tuple[Phrase, ...], ...]:
    situation = wanted.situation
    election = situation.territory.election(situation.election)
    n_stations, voters = wanted.served(wanted.steps)
    kinds = _by_option(wanted.steps)
    due = wanted.last_due_on
    return (
        Phrase.of(
            "network.letter.opening",
            election=election.name,
            day=election.voting_day,
            area=wanted.areas.name[wanted.area_row],
        ),
        Phrase.of(
            "network.letter.asked",
            n=len(wanted.steps),
            stations=n_stations,
            voters=voters,
        ),
        _summary(wanted, kinds),
        *([] if due is None else [Phrase.of("network.letter.due", day=due)]),
        Phrase.of("network.letter.gates"),
        tuple(_gate(option) for option in kinds),
        Phrase.of("network.letter.from", as_of=wanted.as_of),
        Phrase.of("network.letter.answer"),
        Phrase.of("network.letter.thanks"),
    )


def _by_option(steps: tuple[PlanStep, ...]) -> dict[Option, tuple[PlanStep, ...]]:
    """Steps by their option, in the order of the catalogue."""
    return {
        option: tuple(step for step in steps if step.what == option.key)
        for option in options().values()
        if any(step.what == option.key for step in steps)
    }


def _gate(option: Option) -> Phrase:
    name = Phrase.of(f"network.option.{option.key}")
    gate = Phrase.of(f"network.gate.{option.gate}")
    if option.lead_shop_days == 0:
        return Phrase.of("network.letter.gate_now", option=name, gate=gate)
    days = option.lead_shop_days
    return Phrase.of("network.letter.gate", option=name, gate=gate, days=days)


def _columns(*keys: str, text: int) -> tuple[Column, ...]:
    """Columns by key; the first `text` of them hold texts."""
    return tuple(
        Column(Phrase.of(f"network.letter.column.{key}"), at >= text)
        for at, key in enumerate(keys)
    )


def _summary(wanted: _Asked, kinds: dict[Option, tuple[PlanStep, ...]]) -> ReportTable:
    """What is asked by option, and in all."""
    rows = [
        _summary_row(wanted, Phrase.of(f"network.option.{option.key}"), {option: steps})
        for option, steps in kinds.items()
    ]
    if len(rows) > 1:
        rows.append(_summary_row(wanted, Phrase.of("network.letter.total"), kinds))
    return ReportTable(
        Phrase.of("network.letter.summary"),
        _columns("what", "n", "stations", "voters", "cost", "low", "high", text=1),
        tuple(rows),
        remarks=_remarks(wanted),
    )


def _summary_row(
    wanted: _Asked, name: Phrase, kinds: dict[Option, tuple[PlanStep, ...]]
) -> tuple[Cell, ...]:
    """Row of some options; a range that does not hold the cost is not shown."""
    steps = tuple(step for steps in kinds.values() for step in steps)
    n_stations, voters = wanted.served(steps)
    cost = sum(step.cost_rp for step in steps)
    low = sum(option.cost_low_rp * len(steps) for option, steps in kinds.items())
    high = sum(option.cost_high_rp * len(steps) for option, steps in kinds.items())
    holds = low <= cost <= high
    return (
        Cell(name),
        Cell(len(steps)),
        Cell(n_stations),
        Cell(voters),
        Cell(cost),
        Cell(low if holds else None),
        Cell(high if holds else None),
    )


def _remarks(wanted: _Asked) -> tuple[Phrase, ...]:
    """What a reader of the table must know: estimates, stations counted once."""
    stations = wanted.situation.territory.stations(wanted.situation.election)
    rows = sorted({row for step in wanted.steps for row in step.serves})
    origin = stations.voters_origin[np.array(rows, np.int64)]
    remarks = [Phrase.of("network.letter.cost_remark")]
    if sum(len(step.serves) for step in wanted.steps) > len(rows):
        remarks.append(Phrase.of("network.letter.once_remark"))
    if (origin == VoterOrigin.ESTIMATED).any():
        remarks.append(Phrase.of("network.letter.voters_remark"))
    return tuple(remarks)


def _annex(wanted: _Asked) -> ReportTable:
    """All steps, each with its place, its day and room for the answer."""
    rows = []
    for number, step in enumerate(wanted.steps, start=1):
        n_stations, voters = wanted.served((step,))
        day = Phrase.of("network.letter.no_day")
        if step.due_on:
            day = Phrase.of("network.letter.day", day=date.fromisoformat(step.due_on))
        rows.append(
            (
                Cell(number),
                Cell(Phrase.of(f"network.option.{step.what}")),
                Cell(_place(wanted.areas, step)),
                Cell(f"{step.lat:.5f}, {step.lon:.5f}"),
                Cell(day),
                Cell(n_stations),
                Cell(voters),
                Cell(step.cost_rp),
                Cell(""),
            )
        )
    texts = _columns("number", "what", "where", "point", "due", text=5)
    numbers = _columns("stations", "voters", "cost", text=0)
    return ReportTable(
        Phrase.of("network.letter.annex"),
        (*texts, *numbers, *_columns("answer", text=1)),
        tuple(rows),
        remarks=(Phrase.of("network.letter.annex_remark"), *_remarks(wanted)),
    )


def _place(areas: AreaTree, step: PlanStep) -> str:
    """Area of a step with those above it, without the province."""
    path = areas.path(areas.row(step.area))
    return ", ".join(areas.name[row] for row in path[:0:-1]) or areas.name[0]
