"""Table of ways to send: stations without an all but sure one, and what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siaga.house.words import Phrase, Text
from siaga.network.operators import operators
from siaga.territory.report import Cell, Column, ReportTable, Rows

if TYPE_CHECKING:
    from siaga.network.state import NetworkState
    from siaga.territory.situation import Situation

__all__ = ["SURE", "channels_table", "way_name"]

SURE = 0.99
"""Probability to arrive from which one way is enough."""
SHOWN = 20
N_WAYS = 3
"""Ways that a row names."""


def way_name(key: str) -> Phrase:
    """Name of a way: `data.<operator>`, `sms`, `point`, `carried`, `satellite`."""
    kind, _, operator = key.partition(".")
    if not operator:
        return Phrase.of(f"network.channel.{kind}")
    name = operators()[operator].name
    return Phrase.of("network.channel.data", operator=Text(name, name))


def channels_table(
    situation: Situation, state: NetworkState, area_row: int
) -> ReportTable:
    """Stations of an area whose best way arrives in fewer than 99 of 100 nights."""
    territory, election = situation.territory, situation.election
    areas, stations = territory.areas(election), territory.stations(election)
    channels, inside = state.channels, areas.stations(area_row)
    best = np.nan_to_num(channels.arrives[inside, 0]) if channels.keys else np.zeros(0)
    rows = np.flatnonzero(best < SURE) + inside.start
    order = np.lexsort((rows, channels.any_arrives[rows]))
    rows = rows[order]
    listed: list[int] = rows.tolist()

    def made(at: int) -> tuple[Cell, ...]:
        row = listed[at]
        village = int(areas.village_of_station[row])
        name = f"TPS {int(stations.number[row]):03d} {areas.name[village]}"
        return (
            Cell(name, station=stations.code[row]),
            Cell(areas.name[int(areas.parent_row[village])]),
            *_ways(state, row),
            Cell(100 * float(channels.any_arrives[row]), decimals=1),
            Cell(Phrase.of(f"network.need.{_need(state, row)}")),
        )

    heads = [Column(_head(key), False) for key in ("station", "district")]
    heads += [Column(_head(f"way{at + 1}"), False) for at in range(N_WAYS)]
    heads += [Column(_head("any_way")), Column(_head("need"), False)]
    return ReportTable(
        Phrase.of("network.report.channels"),
        tuple(heads),
        Rows(len(listed), made),
        note=Phrase.of("network.report.channels_note", n=len(listed)),
        remarks=(Phrase.of("network.report.channels_remark"),),
        sources=state.sources,
        empty=Phrase.of("network.report.no_channels"),
        key="channels",
        points=tuple(
            zip(stations.lat[rows].tolist(), stations.lon[rows].tolist(), strict=True)
        ),
        shown_rows=SHOWN,
    )


def _head(key: str) -> Phrase:
    return Phrase.of(f"network.report.column.{key}")


def _ways(state: NetworkState, row: int) -> list[Cell]:
    channels = state.channels
    found = []
    for at in range(N_WAYS):
        way = int(channels.order[row, at]) if at < channels.order.shape[1] else -1
        if way < 0:
            found.append(Cell())
            continue
        found.append(
            Cell(
                Phrase.of(
                    "network.report.way",
                    way=way_name(channels.keys[way]),
                    share=100 * float(channels.arrives[row, at]),
                    minutes=round(float(channels.minutes[row, at])),
                )
            )
        )
    return found


def _need(state: NetworkState, row: int) -> str:
    """What would give the station a surer way."""
    if not np.isfinite(state.good.lat[row]) and not state.channels.any_arrives[row]:
        return "point"
    if state.channels.any_arrives[row] >= SURE:
        return "two"
    return "messenger" if np.isfinite(state.good.minutes[row]) else "satellite"
