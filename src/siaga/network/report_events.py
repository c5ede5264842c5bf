"""Table of the events that hold: masts down or repaired, units placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaga.house.words import Phrase
from siaga.network.events import own_events
from siaga.territory.report import Cell, Column, ReportTable

if TYPE_CHECKING:
    from siaga.territory.events import Event
    from siaga.territory.situation import Situation

__all__ = ["events_tables"]


def events_tables(situation: Situation) -> list[ReportTable]:
    """One table of the whole province, newest first; none where nothing is reported."""
    events = own_events(situation.events)[::-1]
    if not events:
        return []
    heads = ("event", "since", "subject", "note")
    return [
        ReportTable(
            Phrase.of("network.report.events"),
            tuple(
                Column(Phrase.of(f"network.report.column.{k}"), False) for k in heads
            ),
            tuple(_row(event) for event in events),
            remarks=(Phrase.of("network.report.events_remark"),),
            sources=tuple(dict.fromkeys(event.source for event in events)),
            key="events",
            points=tuple(_point(event) for event in events),
        )
    ]


def _row(event: Event) -> tuple[Cell, ...]:
    point = _point(event)
    where = "" if point is None else f"{point[0]:.5f}, {point[1]:.5f}"
    return (
        Cell(Phrase.of(f"network.event.{event.kind.partition('.')[2]}")),
        Cell(event.from_at),
        Cell(event.subject or where),
        Cell(event.note or None),
    )


def _point(event: Event) -> tuple[float, float] | None:
    if event.lat is None or event.lon is None:
        return None
    return event.lat, event.lon
