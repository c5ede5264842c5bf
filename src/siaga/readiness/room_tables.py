"""Tables that rooms add to pages, found by the room's `report` module if it has one."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from siaga.house.problems import Refused
from siaga.house.words import Phrase
from siaga.territory.report import ReportTable

if TYPE_CHECKING:
    from types import ModuleType

    from siaga.house.rooms import Room
    from siaga.readiness.states import RoomState
    from siaga.territory.situation import Situation

__all__ = ["room_tables", "station_tables"]


def _report(room: Room) -> ModuleType | None:
    name = f"siaga.{room.key}.report"
    if not room.built or find_spec(name) is None:
        return None
    return import_module(name)


def room_tables(
    state: RoomState, situation: Situation, area_row: int
) -> tuple[ReportTable, ...]:
    """Tables of a room about an area; none where the room gives none."""
    return _asked("room_tables", state, situation, area_row)


def station_tables(
    state: RoomState, situation: Situation, row: int
) -> tuple[ReportTable, ...]:
    """Tables of a room about one station; none where the room gives none."""
    return _asked("station_tables", state, situation, row)


def _asked(
    name: str, state: RoomState, situation: Situation, row: int
) -> tuple[ReportTable, ...]:
    """Tables of the room's function; a refusal becomes a table that says so."""
    give = getattr(_report(state.room), name, None)
    if give is None:
        return ()
    run = None if state.run is None else state.run.folder
    try:
        return tuple(give(situation, row, run))
    except Refused as error:
        return (ReportTable(Phrase.of(state.room.title_key), empty=error.phrase),)
