"""The sheet of one station."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siaga.desk.access import access
from siaga.desk.frame import page
from siaga.desk.here import Here, here
from siaga.desk.papers import station_papers
from siaga.desk.sheets import (
    owner_words,
    place_name,
    point_words,
    situation,
    station_claims,
    station_lines,
)
from siaga.desk.spots import spot_link, station_spot
from siaga.desk.tables import shown_table
from siaga.readiness.reasons import reason_sentence
from siaga.readiness.room_points import point_rooms
from siaga.readiness.station import StationSheet, station_sheet
from siaga.territory.situation import Origin

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["station"]


@access()
def station(
    request: HttpRequest, language: str, election: str, code: str
) -> HttpResponse:
    """Sheet of a station by its code in this election."""
    stand = here(request, language, election)
    row = stand.stations.row(code)
    sheet = station_sheet(situation(stand), stand.runs, row)
    areas, worst = stand.areas, sheet.worst
    context: dict[str, Any] = {
        "sheet": sheet,
        "code": code,
        "name": place_name(stand, row),
        "special": bool(stand.stations.special[row]),
        "path": [(areas.code[r], areas.name[r]) for r in areas.path(sheet.village_row)],
        "village": areas.code[sheet.village_row],
        "kemendagri": areas.kemendagri[sheet.village_row],
        "answer": _answer(stand, sheet),
        "worst": worst,
        "computed": worst is not None and worst.origin is Origin.COMPUTED,
        "owner": None if worst is None else owner_words(stand, worst.owner),
        "lines": station_lines(stand, sheet),
        "spot": spot_link(stand, station_spot(stand, row)),
        "spot_rooms": [room.key for room in point_rooms()],
        "tables": [
            (state.room.key, shown_table(stand, table))
            for state, tables in sheet.tables
            for table in tables
        ],
        "papers": station_papers(stand, [line.state for line in sheet.lines], row),
        "point": point_words(stand, sheet),
        "claims": station_claims(stand, sheet),
        "above": areas.code[areas.path(sheet.village_row)[1]],
        "before": _neighbour(stand, row - 1),
        "after": _neighbour(stand, row + 1),
    }
    return page(request, stand, "desk/station.html", "station", context)


def _answer(stand: Here, sheet: StationSheet) -> str:
    """Sentence of the page: that of the sheet, else the reason of the worst line."""
    if sheet.answer is not None:
        return stand.words(sheet.answer)
    assert sheet.worst is not None
    return reason_sentence(sheet.worst.state, sheet.row, stand.words)


def _neighbour(stand: Here, row: int) -> tuple[str, str] | None:
    """Code and name of the station before or after, None at either end."""
    if not 0 <= row < len(stand.stations):
        return None
    return stand.stations.code[row], place_name(stand, row)
