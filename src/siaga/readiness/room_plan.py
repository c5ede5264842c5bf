"""The plan of a room in an area: what it brings, its steps, its curve, its money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from siaga.house.params import param_infos
from siaga.house.problems import NotFound
from siaga.house.runs import newest_run
from siaga.house.words import Phrase
from siaga.readiness.refresh import is_stale
from siaga.readiness.states import State, counts_by_area
from siaga.territory.plan import Plan, PlanCut, PlanStep
from siaga.territory.point_view import Chart, Curve, Mark, Role
from siaga.territory.report import Cell, Column, ReportTable, Rows

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from siaga.house.params import ParamInfo
    from siaga.house.runs import Run
    from siaga.readiness.states import RoomState
    from siaga.territory.areas import AreaTree
    from siaga.territory.situation import Situation

__all__ = [
    "PlanSheet",
    "plan_answer",
    "plan_chart",
    "plan_of_run",
    "plan_sheet",
    "plan_table",
]

MILLION = 1_000_000
SHOWN_STEPS = 12
_LAST = ("agency", "instead", "key")


@dataclass(frozen=True)
class PlanSheet:
    """Everything that a page shows of a room's plan in an area."""

    situation: Situation
    area_row: int
    run: Run
    plan: Plan
    cut: PlanCut
    """What is done with the budget that is asked about."""
    stale: bool
    """The land has changed since the plan."""

    @property
    def areas(self) -> AreaTree:
        """Area tree of the election."""
        return self.situation.territory.areas(self.situation.election)

    @cached_property
    def steps(self) -> tuple[PlanStep, ...]:
        """Steps of the cut within the area, those that rescue most first."""
        areas, row = self.areas, self.area_row
        above = areas.ancestor_at(int(areas.level[row]))
        inside = [step for step in self.cut.steps if above[areas.row(step.area)] == row]
        return tuple(sorted(inside, key=lambda one: (-one.rescued, one.key)))

    @property
    def params(self) -> tuple[tuple[ParamInfo, object], ...]:
        """Parameters of the run with what they were set to."""
        from siaga.house.rooms import room

        verb = room(self.plan.room).verb("plan")
        used = self.run.manifest["params"]
        infos = param_infos(verb.params) if verb else []
        return tuple((info, used[info.name]) for info in infos if info.name in used)

    @property
    def counts_after(self) -> npt.NDArray[np.int64]:
        """Stations of every area by verdict once the whole plan is done."""
        territory, election = self.situation.territory, self.situation.election
        return counts_by_area(territory, election, self.plan.after)

    def by_area(self) -> npt.NDArray[np.float64]:
        """Stations rescued by the steps of the cut, of each area; NaN = no step there.

        What several steps rescue together is in none of them, so an area may hold more.
        """
        areas = self.areas
        rescued, n_steps = np.zeros((2, len(areas)))
        for step in self.cut.steps:
            row = areas.row(step.area)
            rescued[row] += step.rescued
            n_steps[row] += 1
        for row in range(len(areas) - 1, 0, -1):  # children stand after their parents
            rescued[areas.parent_row[row]] += rescued[row]
            n_steps[areas.parent_row[row]] += n_steps[row]
        return np.where(n_steps > 0, rescued, np.nan)


def plan_sheet(
    state: RoomState,
    situation: Situation,
    runs: list[Run],
    area_row: int,
    budget_rp: int | None,
) -> PlanSheet | None:
    """Plan of the room's newest run that fits the stations of today, None without one.

    `budget_rp` is the budget that is asked about, None = the plan's own.
    """
    if state.state is not State.ASSESSED or state.room.verb("plan") is None:
        return None
    run = newest_run(runs, state.room.key, situation.election, situation.as_of, "plan")
    if run is None:
        return None
    plan = read_plan(run.folder)
    if len(plan.after) != len(situation.territory.stations(situation.election)):
        return None
    cut = plan.cut(plan.budget_rp if budget_rp is None else budget_rp)
    stale = is_stale(situation.territory, run)
    return PlanSheet(situation, area_row, run, plan, cut, stale)


@lru_cache(maxsize=8)
def read_plan(folder: Path) -> Plan:
    """Plan of a run's folder; runs never change, so it is read once."""
    return Plan.read(folder)


def plan_of_run(situation: Situation, run: Run, area_row: int) -> PlanSheet:
    """Sheet of the whole plan of a run that was just computed or found."""
    plan = read_plan(run.folder)
    cut = plan.cut(plan.budget_rp)
    return PlanSheet(situation, area_row, run, plan, cut, stale=False)


def plan_answer(sheet: PlanSheet) -> tuple[Phrase, Phrase]:
    """What the money brings, and how far that may be from the best possible."""
    whole, cut = sheet.plan, sheet.cut
    if not cut.whole:
        answer = Phrase.of(
            "plan.cut",
            cost=money(cut.cost_rp),
            budget=money(cut.budget_rp),
            value=cut.value,
        )
        return answer, Phrase.of("plan.no_proof")
    answer = Phrase.of(
        "plan.answer",
        budget=money(whole.budget_rp),
        value=whole.value,
        low=whole.low,
        high=whole.high,
    )
    return answer, Phrase.of("plan.proof", bound=whole.bound, gap=100 * whole.gap)


def money(rupiah: int) -> Phrase:
    """Rupiah in millions."""
    return Phrase.of("plan.money", million=rupiah / MILLION)


def plan_table(sheet: PlanSheet) -> ReportTable:
    """Steps within the area, those that rescue most first."""
    names = ("what", "village", "due", "cost", "stations", "rescued")
    steps = sheet.steps
    heads = [Column(Phrase.of(f"plan.column.{n}"), n in names[3:]) for n in names]
    more = [Column(Phrase.of(f"plan.column.{n}"), False) for n in _LAST]
    return ReportTable(
        Phrase.of("plan.steps"),
        (*heads, *more),
        Rows(len(steps), lambda at: _row(sheet, steps[at])),
        note=Phrase.of("plan.steps_note", n=len(steps)),
        remarks=(Phrase.of("plan.steps_remark"),),
        empty=Phrase.of("plan.no_step"),
        key="plan",
        points=tuple((step.lat, step.lon) for step in steps),
        shown_rows=SHOWN_STEPS,
    )


def _row(sheet: PlanSheet, step: PlanStep) -> tuple[Cell, ...]:
    areas = sheet.areas
    agency = sheet.situation.territory.agencies.get(step.agency)
    due = None
    if step.due_on:
        due = Phrase.of("plan.day", day=date.fromisoformat(step.due_on))
    return (
        Cell(Phrase.of(f"{sheet.plan.room}.option.{step.what}")),
        Cell(areas.name[areas.row(step.area)], area=step.area),
        Cell(due),
        Cell(step.cost_rp / MILLION, decimals=1),
        Cell(len(step.serves)),
        Cell(step.rescued, decimals=1),
        Cell(step.agency if agency is None else agency.short_name),
        Cell(_instead(sheet, step)),
        Cell(step.key),
    )


def _instead(sheet: PlanSheet, step: PlanStep) -> Phrase | None:
    """What replaces a step that is refused, and what that costs."""
    if not step.instead:
        return None
    what, _, where = step.instead.partition("@")
    return Phrase.of(
        "plan.instead",
        what=Phrase.of(f"{sheet.plan.room}.option.{what}"),
        where=_place(sheet, where),
        loss=step.instead_loss,
    )


def _place(sheet: PlanSheet, code: str) -> str:
    """Village of a station's code, or the name of an area's."""
    areas, situation = sheet.areas, sheet.situation
    try:
        row = situation.territory.stations(situation.election).row(code)
        return areas.name[int(areas.village_of_station[row])]
    except NotFound:
        return areas.name[areas.row(code)]


def plan_chart(sheet: PlanSheet) -> Chart | None:
    """Stations rescued by money spent, with where the budget that is asked about is."""
    points: dict[float, float] = {}
    for cost, value, _ in sheet.plan.curve:
        points[cost / MILLION] = max(value, points.get(cost / MILLION, 0.0))
    points.setdefault(0.0, 0.0)
    x = np.array(sorted(points))
    if x.size < 2:
        return None
    y = np.maximum.accumulate([points[at] for at in x.tolist()])
    top = max(float(y.max()), 1.0)
    return Chart(
        title=Phrase.of("plan.curve"),
        description=Phrase.of("plan.curve_text", value=sheet.plan.value),
        x=x,
        x_title=Phrase.of("plan.curve_x"),
        y_title=Phrase.of("plan.curve_y"),
        y_range=(0.0, 1.15 * top),
        bands=(),
        curves=(Curve(Role.SIGHT, y, Phrase.of("plan.curve_line")),),
        marks=(
            Mark(
                Role.NOTE,
                sheet.cut.cost_rp / MILLION,
                sheet.cut.value,
                Phrase.of("plan.curve_mark", value=sheet.cut.value),
            ),
        ),
    )
