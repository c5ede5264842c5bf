"""The page of a room: generic, whatever the room is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siaga.desk.access import access
from siaga.desk.downloads import report_table
from siaga.desk.frame import page
from siaga.desk.here import Here, here
from siaga.desk.papers import area_papers, paper_file
from siaga.desk.plans import asked_plan, shown_plan
from siaga.desk.rows import claim_tables
from siaga.desk.sheets import owner_words, place_name, situation
from siaga.desk.table_files import forms_of
from siaga.desk.tables import shown_table
from siaga.house.problems import BadInput, NotFound
from siaga.house.rooms import room as room_of
from siaga.readiness.reasons import reason_sentence
from siaga.readiness.room_plan import plan_table
from siaga.readiness.room_sheet import ReasonCount, RoomSheet, room_sheet
from siaga.territory.areas import LEVELS

if TYPE_CHECKING:
    import numpy as np
    from django.http import HttpRequest, HttpResponse

__all__ = ["download", "room"]

_A_PAGE = 50
"""Stations listed at once."""
_NO_REASON = "-"
_DIGITS = 6
"""Of a page number, at most."""


@dataclass(frozen=True)
class ReasonRow:
    """One reason with its count, its share and the way to its stations."""

    key: str
    text: str
    verdict: str
    n: int
    share: float
    url: str
    examples: list[tuple[str, str]]
    """Code and name of a few stations."""


@access()
def room(request: HttpRequest, language: str, election: str, room: str) -> HttpResponse:
    """How a room stands in an area, why, and from what that was computed."""
    stand = here(request, language, election)
    sheet = _sheet(request, stand, room)
    areas, row = stand.areas, sheet.area_row
    plan = asked_plan(request, stand, sheet)
    context: dict[str, Any] = {
        "plan": shown_plan(stand, sheet, plan),
        "sheet": sheet,
        "key": room,
        "area": areas.code[row] if row else "",
        "name": areas.name[row],
        "path": [(areas.code[r], areas.name[r]) for r in areas.path(row)],
        "counts": sheet.counts(row),
        "owners": [owner_words(stand, owner) for owner in sheet.owners],
        "children": _children(stand, sheet),
        "child_level": LEVELS[min(int(areas.level[row]) + 1, len(LEVELS) - 1)],
        "reasons": [_reason(stand, sheet, one) for one in sheet.reasons],
        "listed": _listed(request, stand, sheet),
        "tables": [shown_table(stand, table) for table in sheet.tables],
        "params": [_param(stand, used) for used in sheet.params],
        "inputs": sorted(sheet.state.run.manifest["inputs"].items())
        if sheet.state.run
        else [],
        "claims": claim_tables(stand, sheet.claims),
        "papers": area_papers(stand, sheet.state, row),
    }
    return page(request, stand, "desk/room.html", room, context)


@access()
def download(
    request: HttpRequest, language: str, election: str, room: str, file: str
) -> HttpResponse:
    """One table of a room as a file, all its rows; or one of its papers as a PDF."""
    stand = here(request, language, election)
    table, _, form = file.rpartition(".")
    if form == "pdf":
        return paper_file(request, stand, room, table)
    sheet = _sheet(request, stand, room)
    plan = asked_plan(request, stand, sheet)
    for found in (*sheet.tables, *([plan_table(plan)] if plan else ())):
        if found.key == table and form in forms_of(found.points):
            return report_table(stand.words, sheet, found).response(form)
    raise NotFound("problem.no_page")


def _sheet(request: HttpRequest, stand: Here, room: str) -> RoomSheet:
    """Sheet of the room for the area that the address names, else the province."""
    area = request.GET.get("area", "")
    row = stand.areas.row(area) if area else 0
    return room_sheet(situation(stand), stand.runs, room_of(room), row)


def _children(stand: Here, sheet: RoomSheet) -> list[dict[str, Any]]:
    """Areas directly below with their counts; none where the room is not assessed."""
    if sheet.line is None:
        return []
    areas = stand.areas
    return [
        {
            "name": areas.name[row],
            "url": stand.link("room", sheet.state.room.key, area=areas.code[row]),
            "n": int(areas.stop[row] - areas.start[row]),
            "counts": sheet.counts(row),
        }
        for row in areas.children(sheet.area_row)
    ]


def _reason(stand: Here, sheet: RoomSheet, one: ReasonCount) -> ReasonRow:
    key = _NO_REASON if one.reason is None else one.reason.key
    return ReasonRow(
        key, _reason_text(stand, sheet, one), one.verdict.key, one.n,
        100 * one.n / max(sheet.n_stations, 1),
        _address(stand, sheet, one),
        [(stand.stations.code[row], place_name(stand, row)) for row in one.examples],
    )  # fmt: skip


def _reason_text(stand: Here, sheet: RoomSheet, one: ReasonCount) -> str:
    """Reason without a station's figures: its title, else an example's sentence."""
    if one.reason is None:
        return stand.words("room.no_reason")
    title = f"{sheet.state.room.key}.reason.{one.reason.key}.title"
    if stand.words.has(title):
        return stand.words(title)
    return reason_sentence(sheet.state, one.examples[0], stand.words)


def _address(stand: Here, sheet: RoomSheet, one: ReasonCount, at: int = 1) -> str:
    areas, row = stand.areas, sheet.area_row
    return stand.link(
        "room", sheet.state.room.key, area=areas.code[row] if row else "",
        reason=_NO_REASON if one.reason is None else one.reason.key,
        verdict=one.verdict.key, nth=at if at > 1 else "",
    )  # fmt: skip


def _listed(
    request: HttpRequest, stand: Here, sheet: RoomSheet
) -> dict[str, Any] | None:
    """Stations of the reason that the address asks for, one page of them."""
    key, verdict = request.GET.get("reason", ""), request.GET.get("verdict", "")
    if not key or sheet.line is None:
        return None
    number = request.GET.get("nth", "1")
    if not number.isascii() or not number.isdigit() or len(number) > _DIGITS:
        raise BadInput("problem.page_number", found=number[:20])
    fitting = [
        one
        for one in sheet.reasons
        if key == (_NO_REASON if one.reason is None else one.reason.key)
        and verdict in ("", one.verdict.key)
    ]
    if not fitting:
        return {"rows": [], "n": 0}
    one = fitting[0]
    n_pages = max(1, -(-one.n // _A_PAGE))
    at = min(max(int(number), 1), n_pages)
    rows = one.rows[(at - 1) * _A_PAGE : at * _A_PAGE]
    return {
        "title": _reason_text(stand, sheet, one),
        "verdict": one.verdict.key,
        "n": one.n,
        "first": (at - 1) * _A_PAGE + 1,
        "last": (at - 1) * _A_PAGE + len(rows),
        "rows": _station_rows(stand, sheet, rows),
        "before": _address(stand, sheet, one, at - 1) if at > 1 else "",
        "after": _address(stand, sheet, one, at + 1) if at < n_pages else "",
    }


def _station_rows(
    stand: Here, sheet: RoomSheet, rows: np.ndarray[Any, np.dtype[np.intp]]
) -> list[tuple[str, str, str, str]]:
    """Code, name, place above and sentence of stations."""
    areas, found = stand.areas, []
    for row in rows.tolist():
        path = areas.path(int(areas.village_of_station[row]))[1:-1]
        above = ", ".join(areas.name[r] for r in path[::-1])
        sentence = reason_sentence(sheet.state, row, stand.words)
        found.append(
            (stand.stations.code[row], place_name(stand, row), above, sentence)
        )
    return found


def _param(stand: Here, used: Any) -> dict[str, Any]:
    info = used.info
    return {
        "name": info.name,
        "help": stand.words(info.help),
        "value": str(used.value),
        "unit": info.unit,
        "source": info.source,
        "default": used.is_default,
    }
