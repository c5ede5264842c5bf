"""Papers of rooms on the desk: the links to them, and one of them as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse

from siaga.desk.sheets import situation
from siaga.house.rooms import room as room_of
from siaga.readiness.room_papers import PaperWish, paper_offers, written_paper
from siaga.readiness.states import RoomState, room_states

if TYPE_CHECKING:
    from django.http import HttpRequest

    from siaga.desk.here import Here

__all__ = ["PaperLink", "area_papers", "paper_file", "station_papers"]


@dataclass(frozen=True)
class PaperLink:
    """What a page offers to print, or a sentence why it does not."""

    text: str
    url: str
    """Empty where the area has too many stations."""


def area_papers(stand: Here, state: RoomState, area_row: int) -> list[PaperLink]:
    """Papers of a room about an area."""
    area = stand.areas.code[area_row] if area_row else ""
    found = []
    for offer in paper_offers(state, situation(stand), stand.runs, area_row):
        kind, text = offer.kind, stand.words(offer.kind.title)
        if offer.agency:
            agency = stand.territory.agencies[offer.agency]
            text = f"{text}: {stand.words(agency.name)}"
        if offer.too_many:
            most = kind.stations_most
            found.append(PaperLink(stand.words("paper.choose", paper=text, n=most), ""))
            continue
        file = f"{kind.key}.pdf"
        url = stand.link(
            "room_download", state.room.key, file, area=area, agency=offer.agency
        )
        found.append(PaperLink(text, url))
    return found


def station_papers(stand: Here, states: list[RoomState], row: int) -> list[PaperLink]:
    """Papers of all rooms about one station."""
    village = int(stand.areas.village_of_station[row])
    return [
        PaperLink(
            stand.words(offer.kind.title),
            stand.link(
                "room_download", state.room.key, f"{offer.kind.key}.pdf",
                station=stand.stations.code[row],
            ),
        )
        for state in states
        for offer in paper_offers(state, situation(stand), stand.runs, village)
        if offer.kind.stations_most
    ]  # fmt: skip


def paper_file(request: HttpRequest, stand: Here, room: str, key: str) -> HttpResponse:
    """Paper of a room as a PDF: of the area or the station that the address names."""
    from siaga.desk.print_pdf import print_paper

    wish, about = _wish(request, stand, key)
    where = situation(stand)
    states = room_states(stand.territory, stand.runs, where.election, where.as_of)
    wanted = room_of(room).key
    state = next(state for state in states if state.room.key == wanted)
    paper = written_paper(state, where, stand.runs, wish)
    body = print_paper(paper, stand.words, stand.as_of)
    parts = [stand.election.key, about, wish.agency, key]
    name = "_".join(part for part in parts if part)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _wish(request: HttpRequest, stand: Here, key: str) -> tuple[PaperWish, str]:
    """What the address asks for, and the code of the place."""
    areas, agency = stand.areas, request.GET.get("agency", "")
    station = request.GET.get("station", "")
    if station:
        row = stand.stations.row(station)
        village = int(areas.village_of_station[row])
        return PaperWish(key, village, row, agency), station
    area = request.GET.get("area", "")
    area_row = areas.row(area) if area else 0
    return PaperWish(key, area_row, None, agency), areas.code[area_row]
