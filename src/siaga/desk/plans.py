"""The plan of a room as a page shows it: sentence, slider, curve, map, steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siaga.desk.charts import drawn
from siaga.desk.maps import area_map, shown_level
from siaga.desk.sheets import situation
from siaga.desk.table_files import forms_of
from siaga.desk.tables import shown_table
from siaga.house.problems import BadInput
from siaga.readiness.room_plan import (
    MILLION,
    PlanSheet,
    money,
    plan_answer,
    plan_chart,
    plan_sheet,
    plan_table,
)
from siaga.readiness.states import State
from siaga.territory.areas import LEVELS
from siaga.territory.situation import Verdict

if TYPE_CHECKING:
    from django.http import HttpRequest

    from siaga.desk.here import Here
    from siaga.readiness.room_sheet import RoomSheet

__all__ = ["asked_plan", "shown_plan"]

SLIDER_STEPS = 100
_DIGITS = 9
"""Of a budget in millions, at most."""


def asked_plan(request: HttpRequest, stand: Here, sheet: RoomSheet) -> PlanSheet | None:
    """Plan of the room with the budget that the address asks about, None without one.

    Raises BadInput for a budget that is not a whole number of millions.
    """
    text = request.GET.get("budget", "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise BadInput("problem.budget", found=text[:20])
    budget_rp = MILLION * int(text) if text else None
    area_row = sheet.area_row
    return plan_sheet(sheet.state, situation(stand), stand.runs, area_row, budget_rp)


def shown_plan(
    stand: Here, sheet: RoomSheet, plan: PlanSheet | None
) -> dict[str, Any] | None:
    """Everything of the panel; None for a room that does not plan or has no state."""
    if sheet.state.state is not State.ASSESSED or sheet.state.room.verb("plan") is None:
        return None
    room = sheet.state.room.key
    if plan is None:
        day = stand.as_of.astimezone(stand.territory.zone).date().isoformat()
        return {"none": stand.words("plan.none", room=room, day=day)}
    words, cut = stand.words, plan.cut
    answer, proof = plan_answer(plan)
    chart = plan_chart(plan)
    after = plan.counts_after[plan.area_row]
    table = plan_table(plan)
    most = -(-plan.plan.budget_rp // MILLION)
    return {
        "sentence": words(answer),
        "proof": words(proof),
        "note": words("plan.step_count", n=len(cut.steps), cost=money(cut.cost_rp)),
        "as_of": plan.run.as_of,
        "stale": words("plan.stale", room=room) if plan.stale else "",
        "url": stand.link("room", room).partition("?")[0],
        "query": _query(stand, plan),
        "most": most,
        "step": max(1, most // SLIDER_STEPS),
        "budget": min(cut.budget_rp, plan.plan.budget_rp) // MILLION,
        "chart": drawn(chart, words) if chart else None,
        "map": _map(stand, plan),
        "map_label": words("plan.map", level=words(f"level.{_map_level(plan)}")),
        "before": sheet.counts(sheet.area_row),
        "after": _named(after) if cut.whole else None,
        "table": shown_table(stand, table),
        "forms": forms_of(table.points),
        "source": words("plan.source", run=plan.run.run_id),
        "params": [
            (words(info.help), str(value), info.unit, info.name, info.source)
            for info, value in plan.params
        ],
    }


def _query(stand: Here, plan: PlanSheet) -> list[tuple[str, str]]:
    """What the form of the slider keeps of the address."""
    area = stand.areas.code[plan.area_row] if plan.area_row else ""
    return [
        (name, value) for name, value in (("per", stand.per), ("area", area)) if value
    ]


def _named(counts: Any) -> dict[str, int]:
    return {verdict.key: int(counts[verdict]) for verdict in Verdict}


def _map_level(plan: PlanSheet) -> str:
    return LEVELS[shown_level(int(plan.areas.level[plan.area_row]))]


def _map(stand: Here, plan: PlanSheet) -> Any:
    areas = stand.areas

    def text(row: int, value: float) -> str:
        key = "plan.map_none" if value != value else "plan.map_says"
        return stand.words(key, name=areas.name[row], n=value)

    return area_map(stand, plan.area_row, plan.by_area(), text)
