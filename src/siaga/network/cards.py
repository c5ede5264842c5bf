"""The card of a station: how its officers send the result, and where if not from there.

Every figure is that of the assessment (`network_state`): the ways in their order with
the probability to arrive by the deadline and the minutes, and the nearest good point.
"""

from __future__ import annotations

from math import atan2, cos, degrees, hypot, radians
from typing import TYPE_CHECKING

from siaga.house.words import Phrase
from siaga.network.good_point import Way
from siaga.network.paper_sources import paper_sources
from siaga.network.reasons import REASONS
from siaga.network.report_channels import way_name
from siaga.network.state import DEADLINE_MINUTES, network_state
from siaga.territory.paper import Card, Cards
from siaga.territory.placing import PointOrigin
from siaga.territory.report import Cell, Column, ReportTable
from siaga.territory.situation import Verdict

if TYPE_CHECKING:
    from siaga.house.words import Text
    from siaga.network.state import NetworkState
    from siaga.territory.paper import PaperAsked
    from siaga.territory.report import Said
    from siaga.territory.situation import Situation

__all__ = ["CARDS_MOST", "station_cards"]

CARDS_MOST = 2_000
"""Cards of one file: a thousand pages, some ten seconds of work."""
QUARTERS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
"""Eight points of the compass, clockwise."""
_BLANKS = ("call", "carrier", "sent")
_OWN_SENTENCE = ("custom", "no_point", "unit_placed", "measured_good", "measured_dark")
"""Reasons that say more than the verdict does."""
_SAME_SENTENCE = {
    "sent": "measured_good",
    "measured_good_again": "measured_good",
    "measured_dark_again": "measured_dark",
}
"""For the officer it is the same what was measured, or how often."""


def station_cards(asked: PaperAsked) -> Cards:
    """Cards of all stations that are asked for, in their order."""
    situation, state = asked.situation, network_state(asked.run)
    sources = paper_sources(asked, state)
    return Cards(
        Phrase.of("network.card.title"),
        tuple(
            _card(situation, state, row, sources)
            for row in range(asked.rows.start, asked.rows.stop)
        ),
    )


def _card(
    situation: Situation, state: NetworkState, row: int, sources: tuple[Said, ...]
) -> Card:
    stations = situation.territory.stations(situation.election)
    return Card(
        what=Phrase.of("network.card.what", election=_election(situation)),
        name=f"TPS {int(stations.number[row]):03d}",
        places=_places(situation, row),
        code=stations.code[row],
        said=_said(state, row),
        table=_ways(state, row),
        beside_title=Phrase.of("network.card.good_point"),
        beside=_good_point(situation, state, row),
        blanks=tuple(Phrase.of(f"network.card.blank.{key}") for key in _BLANKS),
        remarks=(
            Phrase.of("network.card.carried"),
            Phrase.of("network.card.deadline", hours=round(DEADLINE_MINUTES / 60)),
        ),
        sources=sources,
    )


def _election(situation: Situation) -> Text:
    return situation.territory.election(situation.election).name


def _places(situation: Situation, row: int) -> tuple[Said, ...]:
    """Village, district and regency, each with its level where the name lacks it."""
    areas = situation.territory.areas(situation.election)
    village = int(areas.village_of_station[row])
    _, regency, district, _ = areas.path(village)
    kind = areas.kind[village] or "village"
    return (
        Phrase.of(f"network.card.{kind}", name=areas.name[village]),
        Phrase.of("network.card.district", name=areas.name[district]),
        areas.name[regency],
    )


def _said(state: NetworkState, row: int) -> Phrase:
    """What the officers must know first, by the reason or by the verdict."""
    number = int(state.line.reason[row])
    key = REASONS[number].key if number >= 0 else ""
    key = _SAME_SENTENCE.get(key, key)
    if key in _OWN_SENTENCE:
        return Phrase.of(f"network.card.said.{key}")
    verdict = Verdict(int(state.line.verdict[row])).key
    return Phrase.of(f"network.card.said.{verdict}")


def _ways(state: NetworkState, row: int) -> ReportTable:
    """Ways to send in their order; one that never arrives is not a way."""
    channels = state.channels
    rows: list[tuple[Cell, ...]] = []
    for at, way in enumerate(channels.order[row].tolist()):
        percent = round(100 * float(channels.arrives[row, at])) if way >= 0 else 0
        if percent > 0:
            minutes = float(channels.minutes[row, at])
            rows.append(
                (
                    Cell(len(rows) + 1),
                    Cell(way_name(channels.keys[way])),
                    Cell(percent),
                    Cell(round(minutes) if minutes == minutes else None),
                )
            )
    return ReportTable(
        Phrase.of("network.card.ways"),
        (
            Column("", numeric=False),
            Column(Phrase.of("network.report.column.channel"), numeric=False),
            Column(Phrase.of("network.report.column.arrives")),
            Column(Phrase.of("network.report.column.minutes")),
        ),
        tuple(rows),
        note=Phrase.of("network.card.estimate"),
        empty=Phrase.of("network.card.no_way"),
    )


def _good_point(
    situation: Situation, state: NetworkState, row: int
) -> tuple[Phrase, ...]:
    """Where there is signal: how far, how one gets there, in which direction."""
    good = state.good
    way = Way(int(good.way[row]))
    if way in (Way.NONE, Way.HERE):
        return (Phrase.of(f"network.card.point.{way.key}"),)
    lines = [
        Phrase.of(
            "network.card.point.far",
            km=float(good.distance_m[row]) / 1000,
            minutes=round(float(good.minutes[row])),
            way=Phrase.of(f"network.way.{way.key}"),
        )
    ]
    quarter = _quarter(situation, state, row)
    if quarter:
        towards = Phrase.of(f"network.quarter.{quarter}")
        lines.append(Phrase.of("network.card.point.towards", quarter=towards))
    lat, lon = f"{good.lat[row]:.5f}", f"{good.lon[row]:.5f}"
    lines.append(Phrase.of("network.card.point.at", lat=lat, lon=lon))
    doubt = _doubt_of_station(situation, row)
    return (*lines, doubt) if doubt is not None else tuple(lines)


def _quarter(situation: Situation, state: NetworkState, row: int) -> str:
    """Point of the compass towards the good point.

    Empty where it lies within the doubt about the station's own point.
    """
    stations, good = situation.territory.stations(situation.election), state.good
    lat, lon = float(stations.lat[row]), float(stations.lon[row])
    if not float(good.distance_m[row]) > float(stations.error_m[row]):
        return ""
    north = float(good.lat[row]) - lat
    east = (float(good.lon[row]) - lon) * cos(radians(lat))
    if hypot(north, east) == 0:
        return ""
    eighth = round(degrees(atan2(east, north)) / 45) % len(QUARTERS)
    return QUARTERS[eighth]


def _doubt_of_station(situation: Situation, row: int) -> Phrase | None:
    """That the distance begins at an estimated point; None where it is given."""
    stations = situation.territory.stations(situation.election)
    if stations.point_origin[row] == PointOrigin.GIVEN:
        return None
    error_m = float(stations.error_m[row])
    if error_m != error_m:
        return Phrase.of("network.card.point.doubt_unknown")
    return Phrase.of("network.card.point.doubt", km=error_m / 1000)
