"""Rows of the tables of an area's page: children, stations, claims, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siaga.desk.sheets import due_text
from siaga.house.rooms import rooms
from siaga.readiness.board import Board, verdict_counts
from siaga.readiness.reasons import reason_sentence
from siaga.readiness.states import State, overall
from siaga.territory.situation import Verdict
from siaga.territory.stations import VoterOrigin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest

    from siaga.desk.here import Here
    from siaga.readiness.claims_board import ClaimGroup, PlacedClaim
    from siaga.territory.claims import Claim
    from siaga.territory.duties import Agency

__all__ = [
    "ChildRow",
    "ClaimTable",
    "claim_tables",
    "due_rows",
    "sorted_children",
    "station_rows",
]

OPEN_TABLES_MAX = 3
"""So many tables of claims are shown whole, whatever they say."""


@dataclass(frozen=True)
class ChildRow:
    """One area in the table of its parent."""

    code: str
    name: str
    n_stations: int
    voters: int
    counts: dict[str, int]
    by_room: list[tuple[int, int] | None]
    """Not ready and unknown stations of each room; None = not assessed."""


def child_rows(stand: Here, board: Board) -> list[ChildRow]:
    """Areas directly below the board's area, in the order of the tree."""
    areas, voters = stand.areas, stand.stations.voters
    rows = []
    for row in areas.children(board.area_row):
        below = voters[areas.stations(row)]
        by_room = [
            None
            if room.key not in board.room_counts
            else (
                int(board.room_counts[room.key][row, Verdict.NOT_READY]),
                int(board.room_counts[room.key][row, Verdict.UNKNOWN]),
            )
            for room in rooms()
        ]
        rows.append(
            ChildRow(
                areas.code[row], areas.name[row],
                int(areas.stop[row] - areas.start[row]),
                int(below[below >= 0].sum()),
                verdict_counts(board.all_counts[row]), by_room,
            )
        )  # fmt: skip
    return rows


_SORTS: dict[str, Callable[[ChildRow], Any]] = {
    "name": lambda row: row.name,
    "stations": lambda row: -row.n_stations,
    "voters": lambda row: -row.voters,
    "not_ready": lambda row: -row.counts["not_ready"],
}


def sorted_children(request: HttpRequest, stand: Here, board: Board) -> list[ChildRow]:
    """Children in the order of the address (`sort`), else in that of the tree."""
    rows = child_rows(stand, board)
    key = _SORTS.get(request.GET.get("sort", ""))
    return sorted(rows, key=key) if key is not None else rows


def station_rows(stand: Here, board: Board) -> list[dict[str, Any]]:
    """Stations of a village with their worst verdict and who says so."""
    areas, stations = stand.areas, stand.stations
    states = tuple(card.state for card in board.cards)
    verdicts = overall(states, len(stations))
    rows = []
    for row in range(int(areas.start[board.area_row]), int(areas.stop[board.area_row])):
        rows.append(
            {
                "code": stations.code[row],
                "number": f"{int(stations.number[row]):03d}",
                "special": bool(stations.special[row]),
                "voters": int(stations.voters[row])
                if stations.voters[row] >= 0
                else None,
                "estimated": stations.voters_origin[row] == VoterOrigin.ESTIMATED,
                "verdict": Verdict(int(verdicts[row])).key,
                "reasons": _reasons(stand, board, row),
            }
        )
    return rows


def _reasons(stand: Here, board: Board, row: int) -> list[str]:
    """Sentences of the assessed rooms on a station, those that are not ready first."""
    found = []
    for card in board.cards:
        if card.state.state is State.ASSESSED and card.state.line is not None:
            sentence = reason_sentence(card.state, row, stand.words)
            if sentence:
                found.append(sentence)
    return found


@dataclass(frozen=True)
class ClaimCell:
    """What one office said of one area; value None = nothing."""

    value: int | None
    differs: bool = False
    """Whether another office says something else of the area."""


@dataclass(frozen=True)
class ClaimRow:
    """One statement of an office: its words, and its figures by area."""

    claim: Claim
    """The one about the largest area, which speaks for the row."""
    cells: list[ClaimCell]
    notes: list[str]


@dataclass(frozen=True)
class ClaimTable:
    """Claims that stand side by side: offices down, areas across."""

    title: str
    unit: str
    timeless: bool
    """About no election in particular."""
    areas: list[str]
    rows: list[ClaimRow]
    """The newest first."""
    open: bool
    """Shown whole; else its newest figure is, until somebody opens it."""

    @property
    def differs(self) -> bool:
        """Whether two offices say different things of one area."""
        return any(cell.differs for row in self.rows for cell in row.cells)

    @property
    def newest(self) -> ClaimCell:
        """What the newest statement says of the largest area that it names."""
        return next(cell for cell in self.rows[0].cells if cell.value is not None)

    @property
    def newest_area(self) -> str:
        """Name of that area."""
        return self.areas[self.rows[0].cells.index(self.newest)]


def claim_tables(stand: Here, groups: Sequence[ClaimGroup]) -> list[ClaimTable]:
    """Claims side by side, one table a topic, unit and election.

    Where there are many, the first stands open and those in which offices contradict
    each other.
    """
    few = len(groups) <= OPEN_TABLES_MAX
    return [
        _claim_table(stand, group, few or place == 0)
        for place, group in enumerate(groups)
    ]


def _claim_table(stand: Here, group: ClaimGroup, shown: bool) -> ClaimTable:
    columns = sorted({placed.area_row for placed in group.claims})
    said: dict[tuple[str, str, str], list[PlacedClaim]] = {}
    for placed in group.claims:
        claim = placed.claim
        said.setdefault((claim.said_by, claim.said_on, claim.definition.id), []).append(
            placed
        )
    disputed = group.disputed_rows
    rows = []
    for placed_claims in said.values():
        value_at = {placed.area_row: placed.claim.value for placed in placed_claims}
        cells = [
            ClaimCell(value_at.get(row), row in disputed and row in value_at)
            for row in columns
        ]
        notes = dict.fromkeys(p.claim.note for p in placed_claims if p.claim.note)
        rows.append(ClaimRow(placed_claims[0].claim, cells, list(notes)))
    rows.sort(key=lambda row: row.claim.known_at, reverse=True)
    return ClaimTable(
        stand.words(group.topic.title), group.unit, group.election == "",
        [stand.areas.label[row] or stand.areas.name[row] for row in columns], rows,
        shown or bool(disputed),
    )  # fmt: skip


def due_rows(stand: Here, board: Board) -> list[dict[str, Any]]:
    """Open items with their owner and how late they are, in words."""
    words = stand.words
    rows = []
    for due in board.due.items:
        rows.append(
            {
                "what": words(due.item.title),
                "job": words(due.duty.title),
                "level": words(f"level.{due.duty.area_level}"),
                "who": _name(stand, due.agency),
                "accountable": _name(stand, due.accountable),
                "late": due.days < 0,
                "when": due_text(stand, due.days, due.due_on),
                "on": due.due_on,
            }
        )
    return rows


def _name(stand: Here, agency: Agency | None) -> str:
    return "–" if agency is None else stand.words(agency.name)
