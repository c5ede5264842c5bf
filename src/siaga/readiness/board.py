"""The board of an area at a moment: sentence, lines, claims, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.words import Phrase
from siaga.readiness.claims_board import ClaimGroup, PlacedClaim, claim_groups
from siaga.readiness.due import DueList, due_list, stages_now
from siaga.readiness.states import (
    RoomState,
    State,
    counts_by_area,
    overall,
    room_states,
)
from siaga.territory.situation import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from siaga.house.runs import Run
    from siaga.territory.areas import AreaTree
    from siaga.territory.duties import Stage
    from siaga.territory.elections import Election
    from siaga.territory.territory import Territory

__all__ = ["Board", "RoomCard", "board", "verdict_counts"]

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RoomCard:
    """A room on the board of one area."""

    state: RoomState
    counts: dict[str, int]
    """Stations by verdict; empty where the room is not assessed."""
    headline: PlacedClaim | None
    """Newest claim about the area itself whose duty is this room's."""


@dataclass(frozen=True)
class Board:
    """Everything the board of an area shows."""

    territory: Territory
    election: Election
    as_of: datetime
    area_row: int
    days_to_vote: int
    """Negative after voting day."""
    cards: tuple[RoomCard, ...]
    counts: dict[str, int]
    """Stations by their worst verdict over the assessed rooms."""
    all_counts: Counts
    """The same for all areas, shape (n_areas, n_verdicts)."""
    room_counts: dict[str, Counts]
    """Per assessed room, stations of all areas by verdict."""
    claims: tuple[ClaimGroup, ...]
    due: DueList
    stages: tuple[Stage, ...]

    @property
    def areas(self) -> AreaTree:
        """Area tree of the election."""
        return self.territory.areas(self.election.key)

    @property
    def n_stations(self) -> int:
        """Stations of the area."""
        return int(self.areas.stop[self.area_row] - self.areas.start[self.area_row])

    @property
    def n_assessed(self) -> int:
        """How many rooms are assessed."""
        return sum(card.state.state is State.ASSESSED for card in self.cards)

    @property
    def stale(self) -> bool:
        """Whether the land has changed since one of the runs shown."""
        return any(card.state.stale for card in self.cards)

    @property
    def question(self) -> Phrase:
        """Question that the page answers."""
        days = self.days_to_vote
        key = "before" if days > 0 else "today" if days == 0 else "after"
        return Phrase.of(
            f"board.question.{key}", area=self.areas.name[self.area_row], n=abs(days)
        )

    @property
    def answer(self) -> Phrase:
        """The sentence that could be read aloud in a meeting."""
        counts, assessed, rooms = self.counts, self.n_assessed, len(self.cards)
        values: dict[str, Any] = {**counts, "assessed": assessed, "rooms": rooms}
        if self.n_stations == 0:
            key = "no_stations" if self.areas.n_stations == 0 else "empty_area"
            return Phrase.of(
                f"board.answer.{key}",
                area=self.areas.name[self.area_row],
                official=self.election.register_stations or 0,
            )
        if assessed == 0:
            return Phrase.of("board.answer.none", **values)
        if counts["not_ready"] or counts["at_risk"]:
            key = "not_ready" if counts["not_ready"] else "at_risk"
            return Phrase.of(f"board.answer.{key}", **values)
        if counts["unknown"]:
            return Phrase.of("board.answer.unknown", **values)
        key = "ready" if assessed == rooms else "ready_so_far"
        return Phrase.of(f"board.answer.{key}", n_stations=self.n_stations, **values)

    @property
    def score(self) -> tuple[float, float] | None:
        """Share of ready stations as a range [ready, ready + unknown] / due."""
        due = self.n_stations - self.counts["not_due"]
        if due == 0:
            return None
        ready = self.counts["ready"]
        return ready / due, (ready + self.counts["unknown"]) / due


def verdict_counts(counts: Counts) -> dict[str, int]:
    """Counts of one area by the key of the verdict."""
    return {verdict.key: int(counts[verdict]) for verdict in Verdict}


def board(
    territory: Territory,
    runs: list[Run],
    election: str,
    as_of: datetime,
    area_row: int = 0,
) -> Board:
    """Board of an area as of a moment, from published runs and claims."""
    found = territory.election(election)
    states = room_states(territory, runs, election, as_of)
    n = len(territory.stations(election))
    all_counts = counts_by_area(territory, election, overall(states, n))
    room_counts = {
        state.room.key: counts_by_area(territory, election, state.line.verdict)
        for state in states
        if state.line is not None and len(state.line) == n
    }
    groups = claim_groups(territory, election, as_of, area_row)
    today = as_of.astimezone(territory.zone).date()
    return Board(
        territory=territory,
        election=found,
        as_of=as_of,
        area_row=area_row,
        days_to_vote=(found.voting_day - today).days,
        cards=tuple(_card(state, room_counts, groups, area_row) for state in states),
        counts=verdict_counts(all_counts[area_row]),
        all_counts=all_counts,
        room_counts=room_counts,
        claims=groups,
        due=due_list(territory, election, as_of),
        stages=stages_now(territory, election, as_of),
    )


def _card(
    state: RoomState,
    room_counts: dict[str, Counts],
    groups: tuple[ClaimGroup, ...],
    area_row: int,
) -> RoomCard:
    counts = room_counts.get(state.room.key)
    own = [
        placed
        for group in groups
        if group.topic.room == state.room.key
        for placed in group.claims
        if placed.area_row == area_row
    ]
    # A claim about this election says more than one about none; then the newest.
    own.sort(key=lambda placed: (placed.claim.election != "", placed.claim.known_at))
    return RoomCard(
        state,
        verdict_counts(counts[area_row]) if counts is not None else {},
        own[-1] if own else None,
    )
