"""A point of the map: what rooms can say of it, beside the map or as a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from siaga.desk.access import access
from siaga.desk.charts import DrawnChart, drawn
from siaga.desk.frame import page
from siaga.desk.here import Here, here
from siaga.desk.sheets import error_text, place_name, situation
from siaga.desk.spots import spot_of, spot_query
from siaga.desk.tables import ShownTable, shown_table
from siaga.house.problems import NotFound
from siaga.readiness.room_points import point_views
from siaga.territory.point_areas import village_near

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from siaga.house.rooms import Room
    from siaga.territory.point_view import PointView, Spot

__all__ = ["PART", "link"]

PART = "fetch"
"""What the map sends as `X-Requested-With`: it wants the panel, not the page."""


@dataclass(frozen=True)
class ShownChoice:
    """Another view of the same point."""

    url: str
    text: str
    current: bool


@dataclass(frozen=True)
class ShownView:
    """What a room says of a point, as texts."""

    title: str
    sentence: str
    notes: list[str]
    chart: DrawnChart | None
    tables: list[ShownTable]
    behind: list[ShownTable]
    choices: list[ShownChoice]
    url: str


@access()
def link(request: HttpRequest, language: str, election: str) -> HttpResponse:
    """What rooms can say of one point of the map or one station, over which land."""
    stand = here(request, language, election)
    spot = spot_of(request.GET, stand)
    views = point_views(situation(stand), stand.runs, spot, request.GET.dict())
    if not views:
        raise NotFound("spot.no_room")
    shown = [_shown(stand, spot, room, view) for room, view in views]
    context: dict[str, Any] = {
        "views": shown,
        "here": stand,
        "words": stand.words,
        "error": error_text(stand, spot.error_m) if spot.error_m > 0 else "",
    }
    if request.headers.get("X-Requested-With") == PART:
        response = render(request, "desk/_link.html", context)
    else:
        context |= _head(stand, spot, shown[0])
        response = page(request, stand, "desk/link.html", "map", context)
    patch_vary_headers(response, ["X-Requested-With"])
    return response


def _head(stand: Here, spot: Spot, first: ShownView) -> dict[str, Any]:
    """Sentence of the page, and where the point lies."""
    areas, row = stand.areas, spot.station_row
    if row is None:
        village = village_near(stand.territory, stand.election.key, spot.lat, spot.lon)
        lat, lon = (stand.words.number(value, 5) for value in (spot.lat, spot.lon))
        name = stand.words("spot.point", lat=lat, lon=lon)
    else:
        village = int(areas.village_of_station[row])
        name = place_name(stand, row)
    path = [] if village is None else areas.path(village)[1:]
    station = "" if row is None else stand.stations.code[row]
    return {
        "title": first.title,
        "sentence": first.sentence,
        "computed": first.chart is not None,
        "name": name,
        "station": station,
        "path": [areas.name[r] for r in reversed(path)],
        "at": station or ("" if village is None else areas.code[village]),
    }


def _shown(stand: Here, spot: Spot, room: Room, view: PointView) -> ShownView:
    words, query = stand.words, spot_query(stand, spot)

    def url(key: str = "") -> str:
        return stand.link("link", **query, **{room.point.CHOICE: key})

    current = next((choice.key for choice in view.choices if choice.current), "")
    return ShownView(
        title=words(view.title),
        sentence=words(view.sentence),
        notes=[words(note) for note in view.notes],
        chart=None if view.chart is None else drawn(view.chart, words),
        tables=[shown_table(stand, table) for table in view.tables],
        behind=[shown_table(stand, table) for table in view.behind],
        choices=[
            ShownChoice(url(choice.key), _label(stand, choice.label), choice.current)
            for choice in view.choices
        ],
        url=url(current),
    )


def _label(stand: Here, label: Any) -> str:
    return label if isinstance(label, str) else stand.words(label)
