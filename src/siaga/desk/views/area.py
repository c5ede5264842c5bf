"""The page of an area of any level; that of the province is the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from siaga.desk.access import access
from siaga.desk.downloads import area_table
from siaga.desk.frame import page
from siaga.desk.here import Here, here
from siaga.desk.maps import AreaMap, area_map, shown_level
from siaga.desk.rows import claim_tables, due_rows, sorted_children, station_rows
from siaga.desk.table_files import FORMS
from siaga.house.problems import NotFound
from siaga.readiness.board import Board, board
from siaga.readiness.states import State
from siaga.territory.areas import LEVELS
from siaga.territory.situation import Verdict

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["area", "download", "province"]

_DUE_SHOWN = 8


@access()
def province(request: HttpRequest, language: str, election: str) -> HttpResponse:
    """Board of the province."""
    return _page(request, here(request, language, election), 0)


@access()
def area(request: HttpRequest, language: str, election: str, code: str) -> HttpResponse:
    """Board of an area by its code in this election or its Kemendagri code."""
    stand = here(request, language, election)
    return _page(request, stand, stand.areas.row(code))


@access()
def download(
    request: HttpRequest, language: str, election: str, code: str, form: str
) -> HttpResponse:
    """Table of what lies in an area as CSV, XLSX or JSON."""
    stand = here(request, language, election)
    row = stand.areas.row(code)
    if form not in FORMS:
        raise NotFound("problem.no_page")
    found = board(stand.territory, stand.runs, stand.election.key, stand.as_of, row)
    return area_table(stand, found).response(form)


def _page(request: HttpRequest, stand: Here, row: int) -> HttpResponse:
    found = board(stand.territory, stand.runs, stand.election.key, stand.as_of, row)
    areas = stand.areas
    is_village = areas.level_name(row) == LEVELS[-1]
    context: dict[str, Any] = {
        "board": found,
        "code": areas.code[row],
        "path": [(areas.code[r], areas.name[r]) for r in areas.path(row)],
        "level": areas.level_name(row),
        "kemendagri": areas.kemendagri[row],
        "cards": [_card(stand, card) for card in found.cards],
        "map": _map(stand, found),
        "map_sentence": _map_sentence(stand, found),
        "children": [] if is_village else sorted_children(request, stand, found),
        "rows": station_rows(stand, found) if is_village else [],
        "child_level": LEVELS[min(int(areas.level[row]) + 1, len(LEVELS) - 1)],
        "assessed": [c.state for c in found.cards if c.state.state is State.ASSESSED],
        "claims": claim_tables(stand, found.claims),
        "due": due_rows(stand, found)[:_DUE_SHOWN],
        "n_due": len(found.due.items),
        "voters": _voters(stand, row),
    }
    return page(
        request, stand, "desk/area.html", "board" if row == 0 else "area", context
    )


def _card(stand: Here, card: Any) -> dict[str, Any]:
    """What one duty of the six says."""
    state, words = card.state, stand.words
    age = ""
    if state.run is not None:
        age = words("state.age", as_of=state.run.as_of)
    elif state.state is State.NOT_DUE:
        age = words(
            "state.due_from", day=state.due_from.astimezone(stand.territory.zone).date()
        )
    return {
        "key": state.room.key,
        "title": words(state.room.title_key),
        "state": state.state.value,
        "counts": card.counts,
        "stale": state.stale,
        "claim": card.headline.claim if card.headline else None,
        "age": age,
    }


def _map(stand: Here, found: Board) -> AreaMap | None:
    """One variable: share of not-ready stations, or stations if none is assessed."""
    areas = stand.areas
    n_stations = (areas.stop - areas.start).astype(np.float64)
    if found.n_assessed:
        due = (
            n_stations
            - found.all_counts[:, Verdict.NOT_DUE]
            - found.all_counts[:, Verdict.UNKNOWN]
        )
        bad = found.all_counts[:, Verdict.NOT_READY].astype(np.float64)
        values = np.where(due > 0, 100 * bad / np.maximum(due, 1), np.nan)
    else:
        values = np.where(n_stations > 0, n_stations, np.nan)

    def text(row: int, value: float) -> str:
        key = (
            "map.unknown"
            if value != value
            else "map.share"
            if found.n_assessed
            else "map.count"
        )
        return stand.words(
            key,
            area=areas.name[row],
            value=value if found.n_assessed else int(n_stations[row]),
        )

    return area_map(stand, found.area_row, values, text)


def _map_sentence(stand: Here, found: Board) -> str:
    level = LEVELS[shown_level(int(stand.areas.level[found.area_row]))]
    key = "map.about_share" if found.n_assessed else "map.about_count"
    return stand.words(key, level=stand.words(f"level.{level}"))


def _voters(stand: Here, row: int) -> dict[str, int]:
    """Voters of an area: their sum, and how many stations are estimated or unknown."""
    stations, rows = stand.stations, stand.areas.stations(row)
    voters, origin = stations.voters[rows], stations.voters_origin[rows]
    return {
        "sum": int(voters[voters >= 0].sum()),
        "n_source": int((origin == 1).sum()),
        "n_estimated": int((origin == 2).sum()),
        "n_unknown": int((origin == 0).sum()),
        "n_special": int(stations.special[rows].sum()),
    }
