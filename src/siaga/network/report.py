"""Tables of signal: blank spots, where to measure first, operators, what is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.words import Phrase, Text
from siaga.network.blank_spots import blank_spots
from siaga.network.good_point import Way
from siaga.network.measured_report import measure_table, measured_table
from siaga.network.operators import operators
from siaga.network.report_channels import channels_table, way_name
from siaga.network.report_events import events_tables
from siaga.network.said import newest_claims
from siaga.network.state import network_state
from siaga.territory.report import Cell, Column, ReportTable
from siaga.territory.situation import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.network.blank_spots import BlankSpot
    from siaga.network.state import NetworkState
    from siaga.territory.situation import Situation

__all__ = ["room_tables", "station_tables"]

READY = 0.95
"""Probability from which an operator counts as enough on its own."""
LINK_M = 1_500.0
SHOWN = 20

Rows = npt.NDArray[np.int64]


def room_tables(
    situation: Situation, area_row: int, run: Path | None
) -> list[ReportTable]:
    """Tables of an area, from a run; none where nothing is assessed."""
    if run is None:
        return []
    state = network_state(run)
    return [
        *events_tables(situation),
        _spots_table(situation, state, area_row),
        measure_table(situation, state, area_row, run),
        measured_table(run),
        _operators_table(situation, state, area_row),
        _listed_table(situation, state, area_row),
        channels_table(situation, state, area_row),
    ]


def station_tables(
    situation: Situation, row: int, run: Path | None
) -> list[ReportTable]:
    """What a station hears of each operator, and its ways to send."""
    if run is None:
        return []
    state = network_state(run)
    return [_heard_table(situation, state, row), _ways_table(situation, state, row)]


def _title(key: str) -> Phrase:
    return Phrase.of(f"network.report.{key}")


def _columns(*keys: str, text: int = 1) -> tuple[Column, ...]:
    """Columns by key; the first `text` of them hold texts."""
    return tuple(
        Column(Phrase.of(f"network.report.column.{key}"), at >= text)
        for at, key in enumerate(keys)
    )


def _operator(key: str) -> Text:
    name = operators()[key].name
    return Text(name, name)


def _spots_table(
    situation: Situation, state: NetworkState, area_row: int
) -> ReportTable:
    """Blank spots within an area, with the nearest good point of each."""
    territory, election = situation.territory, situation.election
    areas, stations = territory.areas(election), territory.stations(election)
    dark = np.zeros(len(stations), bool)
    inside = areas.stations(area_row)
    dark[inside] = state.line.verdict[inside] == Verdict.NOT_READY
    spots = blank_spots(areas, stations, dark, LINK_M)
    said = newest_claims(situation).get(area_row)
    note = None
    if said is not None:
        agency = territory.agencies.get(said.agency)
        note = Phrase.of(
            "network.report.said",
            agency=said.said_by if agency is None else agency.name,
            n=said.value,
            day=said.said_on,
            identified=said.identified,
        )
    return ReportTable(
        _title("spots"),
        _columns(
            "spot", "district", "way", "stations", "voters", "minutes", "km", text=3
        ),
        tuple(_spot_row(situation, state, spot) for spot in spots),
        note=note,
        remarks=(Phrase.of("network.report.spots_remark"),),
        sources=state.sources,
        empty=Phrase.of("network.report.no_spot"),
        key="spots",
        points=tuple((spot.lat, spot.lon) for spot in spots),
        shown_rows=SHOWN,
    )


def _spot_row(
    situation: Situation, state: NetworkState, spot: BlankSpot
) -> tuple[Cell, ...]:
    areas = situation.territory.areas(situation.election)
    first, more = spot.villages[0], len(spot.villages) - 1
    name: Phrase | str = areas.name[first]
    if more:
        name = Phrase.of("network.report.and_more", name=areas.name[first], n=more)
    rows = np.array(spot.rows)
    minutes = state.good.minutes[rows]
    known = np.isfinite(minutes)
    nearest = int(rows[np.argmax(np.where(known, minutes, -1))])
    return (
        Cell(name, area=areas.code[first]),
        Cell(areas.name[int(areas.parent_row[first])]),
        Cell(Phrase.of(f"network.way.{Way(int(state.good.way[nearest])).key}")),
        Cell(len(rows)),
        Cell(spot.voters),
        Cell(round(float(minutes[known].max())) if known.any() else None),
        Cell(
            float(state.good.distance_m[nearest]) / 1000 if known.any() else None,
            decimals=1,
        ),
    )


def _operators_table(
    situation: Situation, state: NetworkState, area_row: int
) -> ReportTable:
    """How many stations each operator alone serves well enough, by area below."""
    areas = situation.territory.areas(situation.election)
    if not state.coverage.operators:
        return ReportTable(
            _title("operators"), empty=Phrase.of("network.report.no_operator")
        )
    enough = state.coverage.outdoor >= READY
    any_enough = state.coverage.any_outdoor >= READY
    rows = []
    for area in (area_row, *areas.children(area_row)):
        inside = areas.stations(area)
        counts = [int(n) for n in enough[inside].sum(axis=0)]
        link = areas.code[area] if area != area_row else ""
        rows.append(
            (
                Cell(areas.name[area], area=link),
                Cell(inside.stop - inside.start),
                *(Cell(n) for n in counts),
                Cell(int(any_enough[inside].sum())),
            )
        )
    heads = _columns("area", "stations")
    named = tuple(Column(_operator(key)) for key in state.coverage.operators)
    return ReportTable(
        _title("operators"),
        (*heads, *named, *_columns("any", text=0)),
        tuple(rows),
        note=Phrase.of("network.report.operators_note", share=round(100 * READY)),
        remarks=(Phrase.of("network.report.operators_remark"),),
        sources=state.sources,
        empty=Phrase.of("network.report.no_operator"),
        key="operators",
    )


def _listed_table(
    situation: Situation, state: NetworkState, area_row: int
) -> ReportTable:
    """Share of the masts that is listed, by area below and operator."""
    areas = situation.territory.areas(situation.election)
    if not state.coverage.operators:
        return ReportTable(
            _title("listed"), empty=Phrase.of("network.report.no_operator")
        )
    rows = []
    for area in (area_row, *areas.children(area_row)):
        link = areas.code[area] if area != area_row else ""
        shares = [_known(100 * value) for value in state.listed[area]]
        rows.append((Cell(areas.name[area], area=link), *(Cell(s) for s in shares)))
    named = tuple(Column(_operator(key)) for key in state.coverage.operators)
    return ReportTable(
        _title("listed"),
        (*_columns("area"), *named),
        tuple(rows),
        note=Phrase.of("network.report.listed_note"),
        remarks=(Phrase.of("network.report.listed_remark"),),
        sources=state.sources,
        empty=Phrase.of("network.report.no_operator"),
        key="listed",
    )


def _heard_table(situation: Situation, state: NetworkState, row: int) -> ReportTable:
    cover = state.coverage
    rows = []
    for at, key in enumerate(cover.operators):
        heard = cover.site_row[row, at] >= 0
        level, sigma = cover.level_dbm[row, at], cover.sigma_db[row, at]
        rows.append(
            (
                Cell(_operator(key)),
                Cell(round(100 * float(cover.outdoor[row, at])) if heard else None),
                Cell(round(100 * float(cover.indoor[row, at])) if heard else None),
                Cell(round(float(level)) if heard else None),
                Cell(round(float(level - sigma)) if heard else None),
                Cell(round(float(level + sigma)) if heard else None),
                Cell(round(float(cover.down_db[row, at])) if heard else None),
                Cell(round(float(cover.up_db[row, at])) if heard else None),
                Cell(
                    float(cover.distance_m[row, at]) / 1000 if heard else None,
                    decimals=1,
                ),
            )
        )
    return ReportTable(
        _title("heard"),
        _columns(
            "operator", "outdoor", "indoor", "level", "low", "high", "down", "up", "km"
        ),
        tuple(rows),
        remarks=(Phrase.of("network.report.heard_remark"),),
        sources=state.sources,
        empty=Phrase.of("network.report.no_operator"),
    )


def _ways_table(situation: Situation, state: NetworkState, row: int) -> ReportTable:
    channels = state.channels
    rows = []
    for at, way in enumerate(channels.order[row].tolist()):
        if way < 0:
            continue
        rows.append(
            (
                Cell(way_name(channels.keys[way])),
                Cell(round(100 * float(channels.arrives[row, at]))),
                Cell(_known(channels.minutes[row, at])),
            )
        )
    remarks = [Phrase.of("network.report.ways_remark")]
    if way_text := _good_point_text(state, row):
        remarks.insert(0, way_text)
    return ReportTable(
        _title("ways"),
        _columns("channel", "arrives", "minutes"),
        tuple(rows),
        note=Phrase.of("network.report.ways_note", n=int(channels.n_kinds[row])),
        remarks=tuple(remarks),
        sources=state.sources,
        empty=Phrase.of("network.report.no_way"),
    )


def _good_point_text(state: NetworkState, row: int) -> Phrase | None:
    way = Way(int(state.good.way[row]))
    if way in (Way.NONE, Way.HERE):
        return None
    return Phrase.of(
        "network.report.good_point",
        km=float(state.good.distance_m[row]) / 1000,
        minutes=round(float(state.good.minutes[row])),
        way=Phrase.of(f"network.way.{way.key}"),
        lat=f"{state.good.lat[row]:.5f}",
        lon=f"{state.good.lon[row]:.5f}",
    )


def _known(value: float) -> float | None:
    return None if value != value else float(value)
