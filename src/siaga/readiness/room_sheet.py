"""One room at a moment in one area: counts, reasons ranked, its run, what is said."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.params import ParamInfo, param_infos
from siaga.house.words import Phrase
from siaga.readiness.claims_board import ClaimGroup, claim_groups
from siaga.readiness.room_tables import room_tables
from siaga.readiness.states import RoomState, State, counts_by_area, room_states
from siaga.readiness.station import Owner, owner_of
from siaga.territory.situation import (
    WORST_FIRST,
    Line,
    Origin,
    Reason,
    Situation,
    Verdict,
)

if TYPE_CHECKING:
    from datetime import datetime

    from siaga.house.rooms import Room
    from siaga.house.runs import Run
    from siaga.territory.areas import AreaTree
    from siaga.territory.report import ReportTable
    from siaga.territory.territory import Territory

__all__ = ["ParamUsed", "ReasonCount", "RoomSheet", "room_sheet"]

EXAMPLES = 3


@dataclass(frozen=True)
class ReasonCount:
    """How many stations of an area have a verdict for a reason."""

    reason: Reason | None
    verdict: Verdict
    rows: npt.NDArray[np.intp]
    """Rows of these stations, in order."""

    @property
    def n(self) -> int:
        """Number of stations."""
        return int(self.rows.size)

    @property
    def examples(self) -> list[int]:
        """Rows of the first few."""
        return [int(row) for row in self.rows[:EXAMPLES]]


@dataclass(frozen=True)
class ParamUsed:
    """A parameter of a run: what it is, and what it was set to."""

    info: ParamInfo
    value: Any

    @property
    def is_default(self) -> bool:
        """Whether the value is the one that the room comes with."""
        return bool(self.value == self.info.default)


@dataclass(frozen=True)
class RoomSheet:
    """Everything the page of a room shows of an area."""

    territory: Territory
    election: str
    as_of: datetime
    area_row: int
    state: RoomState
    line: Line | None
    """None where the room is not assessed."""
    all_counts: npt.NDArray[np.int64] | None
    """Stations of all areas by verdict."""
    reasons: tuple[ReasonCount, ...]
    owners: tuple[Owner, ...]
    """Of the duties of its reasons."""
    params: tuple[ParamUsed, ...]
    tables: tuple[ReportTable, ...]
    claims: tuple[ClaimGroup, ...]

    @property
    def areas(self) -> AreaTree:
        """Area tree of the election."""
        return self.territory.areas(self.election)

    @property
    def n_stations(self) -> int:
        """Stations of the area."""
        return int(self.areas.stop[self.area_row] - self.areas.start[self.area_row])

    @property
    def computed(self) -> bool:
        """Whether a verdict in the area is computed by Siaga, not reported."""
        if self.line is None:
            return False
        inside = self.areas.stations(self.area_row)
        return bool((self.line.origin[inside] == Origin.COMPUTED).any())

    @property
    def n_claims(self) -> int:
        """Claims of the room's topics."""
        return sum(len(group.claims) for group in self.claims)

    def counts(self, area_row: int) -> dict[str, int]:
        """Stations of an area by verdict, empty where the room is not assessed."""
        if self.all_counts is None:
            return {}
        return {
            verdict.key: int(self.all_counts[area_row, verdict]) for verdict in Verdict
        }

    @property
    def no_stations(self) -> bool:
        """Whether nothing can be assessed for want of a list of stations."""
        return self.areas.n_stations == 0 and self.state.room.built

    @property
    def next_step(self) -> Phrase:
        """What would help where no owner can be named."""
        key = "no_stations" if self.no_stations else self.state.state.value
        return Phrase.of(f"room.next.{key}")

    @property
    def answer(self) -> Phrase:
        """The sentence of the room."""
        if self.no_stations:
            return Phrase.of("room.answer.no_stations")
        if self.line is None:
            day = self.state.due_from.astimezone(self.territory.zone).date()
            values = {"day": day, "n": self.n_claims}
            return Phrase.of(f"room.answer.{self.state.state.value}", **values)
        counts = self.counts(self.area_row)
        n_due = self.n_stations - counts["not_due"]
        if n_due == 0:
            return Phrase.of("room.answer.nothing_due")
        if counts["ready"] == n_due:
            return Phrase.of("room.answer.ready", n=n_due)
        if counts["unknown"] == n_due:
            return Phrase.of("room.answer.unknown", n=n_due)
        return Phrase.of("room.answer.assessed", n=n_due, **counts)


def room_sheet(
    situation: Situation, runs: list[Run], room: Room, area_row: int = 0
) -> RoomSheet:
    """Sheet of a room for an area as of a moment, from published runs and claims."""
    territory, election = situation.territory, situation.election
    as_of = situation.as_of
    states = room_states(territory, runs, election, as_of)
    state = next(s for s in states if s.room.key == room.key)
    line = state.line if state.state is State.ASSESSED else None
    if line is not None and len(line) != len(territory.stations(election)):
        line = None
    begun = state.state in (State.ASSESSED, State.NOT_ASSESSED)
    reasons = _reasons(room, line, territory.areas(election).stations(area_row))
    groups = claim_groups(territory, election, as_of, area_row)
    return RoomSheet(
        territory=territory,
        election=election,
        as_of=as_of,
        area_row=area_row,
        state=state,
        line=line,
        all_counts=None
        if line is None
        else counts_by_area(territory, election, line.verdict),
        reasons=reasons,
        owners=_owners(territory, election, as_of, reasons, area_row),
        params=_params(room, state),
        tables=room_tables(state, situation, area_row) if begun else (),
        claims=tuple(group for group in groups if group.topic.room == room.key),
    )


def _reasons(room: Room, line: Line | None, inside: slice) -> tuple[ReasonCount, ...]:
    """Reasons within a slice of stations: the worst verdict first, then the most."""
    if line is None:
        return ()
    known: tuple[Reason, ...] = import_module(f"siaga.{room.key}.reasons").REASONS
    order = {verdict: i for i, verdict in enumerate((*WORST_FIRST, Verdict.NOT_DUE))}
    verdicts, numbers = line.verdict[inside], line.reason[inside]
    found = []
    for pair in np.unique(np.column_stack([verdicts, numbers]), axis=0).tolist():
        verdict, number = Verdict(pair[0]), int(pair[1])
        rows = (
            np.flatnonzero((verdicts == verdict) & (numbers == number)) + inside.start
        )
        found.append(ReasonCount(known[number] if number >= 0 else None, verdict, rows))
    return tuple(sorted(found, key=lambda one: (order[one.verdict], -one.n)))


def _owners(
    territory: Territory, election: str, as_of: datetime,
    reasons: tuple[ReasonCount, ...], area_row: int,
) -> tuple[Owner, ...]:  # fmt: skip
    duties = dict.fromkeys(one.reason.duty for one in reasons if one.reason is not None)
    found = [owner_of(territory, election, as_of, duty, area_row) for duty in duties]
    return tuple(owner for owner in found if owner is not None)


def _params(room: Room, state: RoomState) -> tuple[ParamUsed, ...]:
    verb = room.verb("assess")
    if state.run is None or verb is None:
        return ()
    used = state.run.manifest["params"]
    infos = param_infos(verb.params)
    return tuple(
        ParamUsed(info, used[info.name]) for info in infos if info.name in used
    )
