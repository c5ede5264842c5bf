"""How each room stands at a moment: assessed, not due, not assessed, not built."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.rooms import Room, rooms
from siaga.house.runs import Run, newest_run
from siaga.readiness.refresh import is_closed, is_stale
from siaga.territory.rollup import Segments, count_by
from siaga.territory.situation import Line, Verdict, fold_verdicts

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from siaga.territory.territory import Territory

__all__ = ["RoomState", "State", "counts_by_area", "line_of", "overall", "room_states"]

N_VERDICTS = len(Verdict)
Verdicts = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]


class State(Enum):
    """What is known of a room at a moment."""

    ASSESSED = "assessed"
    NOT_DUE = "not_due"
    NOT_ASSESSED = "not_assessed"
    NOT_BUILT = "not_built"


@dataclass(frozen=True)
class RoomState:
    """A room at a moment, with the run that it is read from."""

    room: Room
    state: State
    due_from: datetime
    run: Run | None = None
    stale: bool = False
    """The land has changed since the run."""

    @property
    def line(self) -> Line | None:
        """Line of the run, None where there is none."""
        return None if self.run is None else line_of(self.run.folder)


@lru_cache(maxsize=64)
def line_of(folder: Path) -> Line:
    """Line of a run's folder; runs never change, so it is read once."""
    return Line.read(folder)


def room_states(
    territory: Territory, runs: list[Run], election: str, as_of: datetime
) -> tuple[RoomState, ...]:
    """State of every room of the list, in its order."""
    states = []
    for room in rooms():
        due_from = territory.due_from(election, room.counts_from)
        if not room.built:
            states.append(RoomState(room, State.NOT_BUILT, due_from))
        elif as_of < due_from:
            states.append(RoomState(room, State.NOT_DUE, due_from))
        else:
            # Nothing is assessed of an election whose stations are not known.
            closed = is_closed(territory, room, election) or not len(
                territory.stations(election)
            )
            run = None if closed else newest_run(runs, room.key, election, as_of)
            state = State.NOT_ASSESSED if run is None else State.ASSESSED
            stale = run is not None and is_stale(territory, run)
            states.append(RoomState(room, state, due_from, run, stale))
    return tuple(states)


def overall(states: tuple[RoomState, ...], n: int) -> Verdicts:
    """Worst verdict of each station over the lines that are due and assessed."""
    lines = [state.line for state in states if state.state is State.ASSESSED]
    fitting = [line.verdict for line in lines if line is not None and len(line) == n]
    return fold_verdicts(fitting, n)


def counts_by_area(territory: Territory, election: str, verdicts: Verdicts) -> Counts:
    """How many stations of each area have each verdict, shape (n_areas, 5)."""
    return np.asarray(count_by(verdicts, segments(territory, election), N_VERDICTS))


@lru_cache(maxsize=16)
def segments(territory: Territory, election: str) -> Segments:
    """Segments of an election's tree, built once."""
    areas = territory.areas(election)
    return Segments(areas.start, areas.stop, areas.level, areas.parent_row)
