"""Events: what has happened, laid over the land from one moment to another.

An engine declares the kinds that it understands, as `<room>.<kind>`; nothing here
interprets them. What has ended, or has not begun, is no part of a Situation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

__all__ = ["Event", "events_at", "events_from"]


@dataclass(frozen=True)
class Event:
    """Something that holds from one moment to another, at a place or for a subject."""

    key: str
    kind: str
    """`<room>.<kind>`, as the room declares it."""
    election: str
    """Empty = whatever the election."""
    area: str
    """Kemendagri code with dots, empty = not of a whole area."""
    lat: float | None
    lon: float | None
    subject: str
    """What it happened to, by the key that its room knows; empty = the place says."""
    from_at: datetime
    until_at: datetime | None
    """None = it has not ended."""
    source: str
    note: str

    def form(self) -> dict[str, Any]:
        """What counts of it in the hash of a Situation."""
        return {
            "area": self.area,
            "from_at": self.from_at.isoformat(),
            "key": self.key,
            "kind": self.kind,
            "lat": self.lat,
            "lon": self.lon,
            "subject": self.subject,
        }


def events_from(rows: Iterable[Mapping[str, Any]]) -> tuple[Event, ...]:
    """Events of the rows of a table, in the order in which they began."""
    events = [
        Event(
            key=row["event"],
            kind=row["kind"],
            election=row["election"] or "",
            area=row["area"] or "",
            lat=row["lat"],
            lon=row["lon"],
            subject=row["subject"] or "",
            from_at=row["from_at"],
            until_at=row["until_at"],
            source=row["source"],
            note=row["note"] or "",
        )
        for row in rows
    ]
    return tuple(sorted(events, key=lambda event: (event.from_at, event.key)))


def events_at(
    events: Iterable[Event], election: str, as_of: datetime
) -> tuple[Event, ...]:
    """Those that hold at a moment for an election: begun, and not ended."""
    return tuple(
        event
        for event in events
        if event.election in ("", election)
        and event.from_at <= as_of
        and (event.until_at is None or event.until_at > as_of)
    )
