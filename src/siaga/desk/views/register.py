"""The register of an election, and the sources of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siaga.desk.access import access
from siaga.desk.frame import page
from siaga.desk.here import Here, here
from siaga.desk.sheets import place_name
from siaga.house.problems import BadInput
from siaga.house.sources import KINDS
from siaga.territory.register import FAR_M, Register, Unlinked, register_of
from siaga.territory.source_uses import source_uses

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["register", "sources"]

_SHOWN = 20
"""Examples of a gap that are listed; the rest is counted."""
_KM = 1000


@access()
def register(request: HttpRequest, language: str, election: str) -> HttpResponse:
    """Stations and voters against official figures, and what is missing."""
    stand = here(request, language, election)
    found = register_of(stand.territory, stand.election.key)
    areas, gaps = stand.areas, found.gaps
    official = found.total.official_voters or found.total.official_stations
    context: dict[str, Any] = {
        "register": found,
        "rows": [
            (areas.code[r.area_row], areas.name[r.area_row], r) for r in found.regencies
        ],
        "answer": _answer(stand, found),
        "official_source": official.source if official else "",
        "has_stations": found.total.n_stations > 0,
        "limit": stand.election.station_limit,
        "far_km": int(FAR_M / _KM),
        "far": [(*_place(stand, r), n, e / _KM) for r, n, e in gaps.far[:_SHOWN]],
        "no_polygon": [_place(stand, row) for row in gaps.no_polygon[:_SHOWN]],
        "no_kemendagri": [_place(stand, row) for row in gaps.no_kemendagri[:_SHOWN]],
        "over": [_station(stand, row) for row in gaps.over_limit[:_SHOWN]],
        "unlinked": [_unlinked(stand, one) for one in gaps.unlinked],
        "voter_sources": _voter_sources(stand),
        "shown": _SHOWN,
    }
    return page(request, stand, "desk/register.html", "register", context)


def _answer(stand: Here, found: Register) -> str:
    words, total = stand.words, found.total
    official = total.official_stations
    number = official.value if official else stand.election.register_stations
    if not total.n_stations:
        key = "no_list" if number else "nothing"
        return words(
            f"register.answer.{key}", election=stand.election.name, n=number or 0
        )
    difference = total.stations_difference
    if difference is None:
        return words("register.answer.no_official", n=total.n_stations)
    key = "same" if not difference else "more" if difference > 0 else "fewer"
    return words(
        f"register.answer.{key}", n=total.n_stations, m=abs(difference),
        regencies=found.n_differ,
    )  # fmt: skip


def _place(stand: Here, row: int) -> tuple[str, str, str]:
    """Code, name and path above of an area."""
    areas = stand.areas
    above = [areas.name[r] for r in areas.path(row)[1:-1]]
    return areas.code[row], areas.name[row], ", ".join(above[::-1])


def _station(stand: Here, row: int) -> tuple[str, str, int]:
    return (
        stand.stations.code[row],
        place_name(stand, row),
        int(stand.stations.voters[row]),
    )


def _unlinked(stand: Here, one: Unlinked) -> dict[str, Any]:
    rows = None if one.area_rows is None else one.area_rows[:_SHOWN]
    return {
        "election": stand.territory.election(one.election).name,
        "n": None if one.area_rows is None else len(one.area_rows),
        "places": [_place(stand, row) for row in rows or ()],
    }


def _voter_sources(stand: Here) -> list[str]:
    return sorted({source for source in stand.stations.voters_source if source})


@access()
def sources(request: HttpRequest, language: str, election: str) -> HttpResponse:
    """All sources: what each is, from whom, of when, and what rests on it."""
    stand = here(request, language, election)
    kind = request.GET.get("kind", "")
    if kind and kind not in KINDS:
        raise BadInput("problem.no_kind", kind=kind, expected=", ".join(KINDS))
    uses = source_uses(stand.territory, stand.as_of)
    later = source_uses(stand.territory).keys() - uses.keys()
    every = [source for source in stand.territory.sources if source.key not in later]
    every.sort(key=lambda source: source.date, reverse=True)
    shown = [source for source in every if kind in ("", source.kind)]
    kinds = [(k, sum(source.kind == k for source in every)) for k in KINDS]
    context: dict[str, Any] = {
        "kind": kind,
        "n_all": len(every),
        "kinds": [(k, n, stand.link("sources", kind=k)) for k, n in kinds if n],
        "rows": [(source, uses.get(source.key, ())) for source in shown],
        "n_later": len(later),
    }
    return page(request, stand, "desk/sources.html", "sources", context)
