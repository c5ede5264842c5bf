"""Tables that rooms add to pages, found by the room's `report` module if it has one."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from siaga.house.problems import Refused
from siaga.house.words import Phrase
from siaga.territory.report import ReportTable

if TYPE_CHECKING:
    from datetime import datetime
    from types import ModuleType

    from siaga.house.rooms import Room
    from siaga.territory.territory import Territory

__all__ = ["room_tables", "station_tables"]


def _report(room: Room) -> ModuleType | None:
    name = f"siaga.{room.key}.report"
    if not room.built or find_spec(name) is None:
        return None
    return import_module(name)


def room_tables(
    territory: Territory, room: Room, election: str, as_of: datetime, area_row: int
) -> tuple[ReportTable, ...]:
    """Tables of a room about an area; none where the room gives none."""
    return _asked(room, "room_tables", territory, election, as_of, area_row)


def station_tables(
    territory: Territory, room: Room, election: str, as_of: datetime, row: int
) -> tuple[ReportTable, ...]:
    """Tables of a room about one station; none where the room gives none."""
    return _asked(room, "station_tables", territory, election, as_of, row)


def _asked(room: Room, name: str, *asked: object) -> tuple[ReportTable, ...]:
    """Tables of the room's function; a refusal becomes a table that says so."""
    give = getattr(_report(room), name, None)
    if give is None:
        return ()
    try:
        return tuple(give(*asked))
    except Refused as error:
        return (ReportTable(Phrase.of(room.title_key), empty=error.phrase),)
