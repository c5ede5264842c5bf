"""Search over the areas and stations of one election."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siaga.desk.access import access
from siaga.desk.frame import page
from siaga.desk.here import Here, here
from siaga.desk.sheets import place_name
from siaga.house.problems import BadInput
from siaga.territory.areas import LEVELS
from siaga.territory.search import (
    LIMIT,
    MAX_QUERY,
    STATION_LEVEL,
    Elsewhere,
    Found,
    Hit,
)
from siaga.territory.search import search as find

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["search"]

_LEVELS = (*LEVELS, "station")


@dataclass(frozen=True)
class HitRow:
    """One hit as a row of its table."""

    url: str
    name: str
    within: str
    code: str
    count: int | None
    """Stations of an area, voters of a station; None = unknown."""
    estimated: bool
    special: bool
    via: str


@dataclass(frozen=True)
class HitGroup:
    """Hits of one level and how many there are in all."""

    level: str
    total: int
    rows: list[HitRow]
    more: str
    """Address of a page with this level only, where not all are shown."""


@access()
def search(request: HttpRequest, language: str, election: str) -> HttpResponse:
    """Areas and stations of this election that fit the query."""
    stand = here(request, language, election)
    query = request.GET.get("q", "").strip()[:MAX_QUERY]
    level = request.GET.get("level", "")
    if level and level not in _LEVELS:
        raise BadInput("problem.no_level", level=level, expected=", ".join(_LEVELS))
    only = _LEVELS.index(level) if level else None
    found = find(stand.territory, stand.election.key, query, only)
    context: dict[str, Any] = {
        "query": query,
        "level": level,
        "level_word": stand.words(f"level.{level}") if level else "",
        "found": found,
        "answer": _answer(stand, query, found),
        "groups": _groups(stand, query, found, only),
        "near": [(name, stand.link("search", q=name)) for name in found.near],
        "elsewhere": [_elsewhere(stand, other) for other in found.elsewhere],
        "limit": LIMIT,
        "examples": [] if query else _examples(stand),
    }
    return page(request, stand, "desk/search.html", "search", context)


def _answer(stand: Here, query: str, found: Found) -> str:
    words, election = stand.words, stand.election.name
    if not query:
        return words("search.answer.empty", election=election)
    if not found.total:
        return words("search.answer.none", query=query, election=election)
    if found.no_number is not None:
        number = f"{found.no_number:03d}"
        return words("search.answer.no_number", query=query, number=number)
    parts = [
        words(f"search.n.{level}", n=n)
        for level, n in zip(_LEVELS, found.totals, strict=True)
        if n
    ]
    return words("search.answer.found", query=query, parts=", ".join(parts))


def _groups(stand: Here, query: str, found: Found, only: int | None) -> list[HitGroup]:
    groups = []
    for level, total in enumerate(found.totals):
        hits = [hit for hit in found.hits if hit.level == level]
        if not hits:
            continue
        row = _station_row if level == STATION_LEVEL else _area_row
        cut = len(hits) < total < found.total and only is None
        more = stand.link("search", q=query, level=_LEVELS[level]) if cut else ""
        rows = [row(stand, hit) for hit in hits]
        groups.append(HitGroup(_LEVELS[level], total, rows, more))
    return groups


def _area_row(stand: Here, hit: Hit) -> HitRow:
    areas, row = stand.areas, hit.row
    above = [areas.name[r] for r in areas.path(row)[:-1]]
    code = areas.code[row]
    url = stand.link("area", code) if row else stand.link("board")
    count = int(areas.stop[row] - areas.start[row])
    return HitRow(
        url, areas.name[row], ", ".join(above[::-1]), code, count, False, False,
        _via(stand, hit),
    )  # fmt: skip


def _station_row(stand: Here, hit: Hit) -> HitRow:
    areas, stations, row = stand.areas, stand.stations, hit.row
    village = int(areas.village_of_station[row])
    above = [areas.name[r] for r in areas.path(village)[1:-1]]
    code, voters = stations.code[row], int(stations.voters[row])
    return HitRow(
        stand.link("station", code), place_name(stand, row), ", ".join(above[::-1]),
        code, voters if voters >= 0 else None, int(stations.voters_origin[row]) == 2,
        bool(stations.special[row]), _via(stand, hit),
    )  # fmt: skip


def _via(stand: Here, hit: Hit) -> str:
    return stand.words(f"search.via.{hit.via}", by=hit.by) if hit.via else ""


def _elsewhere(stand: Here, other: Elsewhere) -> tuple[str, str]:
    """What another election has under the code, and its address there."""
    election = stand.territory.election(other.election)
    kind = "station" if other.is_station else "area"
    text = stand.words(
        f"search.elsewhere.{kind}", election=election.name, name=other.name
    )
    language = stand.words.language
    return text, stand.link_in(language, other.election, kind, other.code)


def _examples(stand: Here) -> list[tuple[str, str]]:
    """Queries of every form, from this election itself."""
    areas = stand.areas
    district, village = int(areas.rows(2)[0]), int(areas.rows(3)[0])
    queries = [areas.name[district], areas.code[village], areas.kemendagri[village]]
    if len(stand.stations):
        number = int(stand.stations.number[areas.start[village]])
        queries[1:1] = [f"tps {number} {areas.name[village].lower()}"]
        queries.append(stand.stations.code[areas.start[village]])
    return [(query, stand.link("search", q=query)) for query in queries if query]
