"""What rooms say of a point of the map, by their `point` module if they have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siaga.house.rooms import built_rooms
from siaga.readiness.states import room_states

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siaga.house.rooms import Room
    from siaga.house.runs import Run
    from siaga.territory.point_view import PointView, Spot
    from siaga.territory.situation import Situation

__all__ = ["point_rooms", "point_views"]


def point_rooms() -> tuple[Room, ...]:
    """Rooms that can say something of a point."""
    return tuple(room for room in built_rooms() if room.answers_points)


def point_views(
    situation: Situation, runs: list[Run], spot: Spot, asked: Mapping[str, str]
) -> tuple[tuple[Room, PointView], ...]:
    """Views of a point by room; `asked` holds the choice of each under its own name."""
    states = room_states(situation.territory, runs, situation.election, situation.as_of)
    found = []
    for state in states:
        point = state.room.point
        if point is not None:
            run = None if state.run is None else state.run.folder
            choice = asked.get(point.CHOICE, "")
            view = point.point_view(situation, run, spot, choice)
            found.append((state.room, view))
    return tuple(found)
