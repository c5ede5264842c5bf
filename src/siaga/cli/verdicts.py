"""What a run of a room shows: its line by area and by reason, and the room's tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from siaga.cli.board import verdict_columns, verdict_numbers
from siaga.cli.call import utc_text
from siaga.cli.tables import (
    BAR_SIGNS,
    UNKNOWN,
    Column,
    bar,
    emphasise,
    line_width,
    paragraph,
    table,
)
from siaga.readiness.reasons import reason_sentence
from siaga.readiness.room_plan import plan_answer, plan_of_run, plan_table
from siaga.readiness.room_sheet import ReasonCount, RoomSheet, room_sheet
from siaga.territory.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.house.rooms import Room
    from siaga.house.runs import Run
    from siaga.house.words import Words
    from siaga.readiness.room_plan import PlanSheet
    from siaga.territory.report import Cell, ReportTable

__all__ = ["show"]

_LINE, _PLAN = "line.parquet", "plan.json"


def show(call: Call, room: Room, run: Run, *, computed: bool) -> int:
    """Answer with a run; the exit code."""
    election, code = call.election.key, call.option("area")
    row = call.territory.areas(election).row(code) if code else 0
    files = sorted(path.name for path in run.folder.iterdir())
    sheet = None
    if _LINE in files:
        situation = Situation(call.territory, election, call.as_of)
        sheet = room_sheet(situation, [replace(run, shown=True)], room, row)
    document: dict[str, Any] = {
        "schema": "siaga.run/1",
        "room": room.key,
        "verb": run.manifest["verb"],
        "election": election,
        "as_of": utc_text(run.as_of),
        "run": run.run_id,
        "computed": computed,
        "params": dict(run.manifest["params"]),
        "files": files,
        "line": _line(sheet, call.words) if sheet is not None else None,
        "plan": None,
    }
    plan = None
    if _PLAN in files:
        situation = Situation(call.territory, election, call.as_of)
        plan = plan_of_run(situation, run, row)
        document["plan"] = _plan(plan, call.words)
    call.answer(document, lambda: _lines(document, call, run, sheet, plan))
    return 0


def _line(sheet: RoomSheet, words: Words) -> dict[str, Any]:
    """Verdicts of an area, of what lies in it, and the reasons of its stations."""
    children = sheet.areas.children(sheet.area_row)
    return {
        "answer": words(sheet.answer),
        **_area(sheet, sheet.area_row),
        "reasons": [_reason(sheet, found, words) for found in sheet.reasons],
        "below": [_area(sheet, child) for child in children],
    }


def _area(sheet: RoomSheet, row: int) -> dict[str, Any]:
    areas = sheet.areas
    return {
        "code": areas.code[row],
        "name": areas.name[row],
        "level": areas.level_name(row),
        "stations": int(areas.stop[row] - areas.start[row])
        if areas.n_stations
        else None,
        "counts": sheet.counts(row) or None,
    }


def _reason(sheet: RoomSheet, found: ReasonCount, words: Words) -> dict[str, Any]:
    example = found.examples[0]
    return {
        "reason": found.reason.key if found.reason else None,
        "verdict": found.verdict.key,
        "stations": found.n,
        "example": sheet.territory.stations(sheet.election).code[example],
        "sentence": reason_sentence(sheet.state, example, words),
    }


def _plan(sheet: PlanSheet, words: Words) -> dict[str, Any]:
    """What a plan brings, its proof, and its steps within the area."""
    plan = sheet.plan
    return {
        "answer": " ".join(words(phrase) for phrase in plan_answer(sheet)),
        "budget_rp": plan.budget_rp,
        "cost_rp": plan.cost_rp,
        "value": plan.value,
        "bound": plan.bound,
        "gap": plan.gap,
        "low": plan.low,
        "high": plan.high,
        "steps": [
            {
                "key": step.key,
                "what": step.what,
                "area": step.area,
                "agency": step.agency,
                "due_on": step.due_on,
                "cost_rp": step.cost_rp,
                "stations": len(step.serves),
                "rescued": step.rescued,
                "instead": step.instead,
            }
            for step in sheet.steps
        ],
    }


def _lines(
    document: dict[str, Any],
    call: Call,
    run: Run,
    sheet: RoomSheet | None,
    plan: PlanSheet | None,
) -> Iterator[str]:
    words = call.words
    yield emphasise(
        words(
            "cli.run.head",
            room=words(f"{document['room']}.title"),
            election=call.election.name,
            as_of=datetime.fromisoformat(document["as_of"]),
        )
    )
    key = "cli.run.computed" if document["computed"] else "cli.run.found"
    yield words(key, run=document["run"])
    for name, value in document["params"].items():
        if value != "":
            yield words("cli.run.param", name=name, value=str(value))
    yield ""
    if plan is not None:
        yield from paragraph(document["plan"]["answer"])
        yield ""
        yield from _report(plan_table(plan), words)
        return
    if sheet is None:
        yield from paragraph(words("cli.run.files", folder=str(run.folder)))
        yield from (f"  {name}" for name in document["files"])
        return
    yield from _verdicts(document["line"], words)
    for shown in sheet.tables:
        yield from _report(shown, words)


def _verdicts(line: dict[str, Any], words: Words) -> Iterator[str]:
    yield from paragraph(line["answer"])
    if line["counts"] is None:
        yield ""
        return
    yield bar(line["counts"])
    yield ""
    if line["below"]:
        level = words(f"level.{line['below'][0]['level']}")
        columns = [Column(words("cli.column.code")), Column(level)]
        columns += [
            Column(words("cli.column.station"), right=True),
            *verdict_columns(words),
        ]
        rows = [
            [
                area["code"],
                area["name"],
                words.number(area["stations"]),
                *verdict_numbers(area["counts"], words),
            ]
            for area in (*line["below"], line)
        ]
        yield from table(columns, rows)
        yield ""
    yield from _reasons(line, words)


def _reasons(line: dict[str, Any], words: Words) -> Iterator[str]:
    yield emphasise(words("cli.run.reasons"))
    columns = [
        Column(words("cli.column.station"), right=True),
        Column(words("cli.column.state")),
        Column(words("cli.column.example")),
        Column(words("cli.column.reason"), wrap=True),
    ]
    rows = [
        [
            words.number(found["stations"]),
            f"{BAR_SIGNS[found['verdict']]} {words('verdict.' + found['verdict'])}",
            found["example"],
            found["sentence"],
        ]
        for found in line["reasons"]
    ]
    yield from table(columns, rows, line_width())
    yield ""


def _report(shown: ReportTable, words: Words) -> Iterator[str]:
    """A room's own table, as it gives it."""
    yield emphasise(words(shown.title))
    if shown.note is not None:
        yield from paragraph(words(shown.note))
    if shown.rows:
        columns = [
            Column(
                _said(column.title, words),
                right=column.numeric,
                wrap=not column.numeric,
            )
            for column in shown.columns
        ]
        n_shown = shown.shown_rows or len(shown.rows)
        rows = [[_cell(cell, words) for cell in row] for row in shown.rows[:n_shown]]
        yield from table(columns, rows, line_width())
        if len(shown.rows) > n_shown:
            yield words("cli.run.more_rows", n=len(shown.rows) - n_shown)
    elif shown.empty is not None:
        yield from paragraph(words(shown.empty))
    for remark in shown.remarks:
        yield from paragraph(words(remark))
    if shown.sources:
        yield words("cli.run.sources", sources=", ".join(shown.sources))
    yield ""


def _said(text: Any, words: Words) -> str:
    return text if isinstance(text, str) else words(text)


def _cell(cell: Cell, words: Words) -> str:
    value = cell.value
    if value is None:
        return UNKNOWN
    if isinstance(value, datetime):
        text = words.moment(value)
    elif isinstance(value, int | float):
        text = words.number(value, cell.decimals)
    else:
        text = _said(value, words)
    marks = [words(cell.tag)] if cell.tag is not None else []
    marks += [words("cli.board.differs")] if cell.differs else []
    return f"{text} ({', '.join(marks)})" if marks else text
