"""One station at a moment: its lines with their owners, its place, what is said of it.

Here a reason meets its duty, the duty its accountable agency and the calendar; nothing
counts as done before its owner has reported it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from siaga.house.words import Phrase
from siaga.readiness.claims_board import ClaimGroup, claim_groups
from siaga.readiness.due import DueItem
from siaga.readiness.reasons import reason_at
from siaga.readiness.room_tables import station_tables
from siaga.readiness.states import RoomState, State, room_states
from siaga.territory.areas import LEVELS, AreaTree
from siaga.territory.placing import PointOrigin
from siaga.territory.situation import WORST_FIRST, Origin, Reason, Situation, Verdict
from siaga.territory.stations import VoterOrigin

if TYPE_CHECKING:
    from datetime import datetime

    from siaga.house.runs import Run
    from siaga.territory.duties import Agency, Duty
    from siaga.territory.elections import Election
    from siaga.territory.report import ReportTable
    from siaga.territory.territory import Territory

__all__ = [
    "Island",
    "LineFigure",
    "Owner",
    "Point",
    "StationLine",
    "StationSheet",
    "StationVoters",
    "owner_of",
    "station_sheet",
]

WHOLE_ISLAND = 0.9
"""Share of its village from which an island is the village. Tunda and Panjang are;
Sangiang is about half of Cikoneng, whose people live on the mainland."""


@dataclass(frozen=True)
class LineFigure:
    """A figure of a line at one station."""

    name: str
    unit: str
    source: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Owner:
    """Whose a duty is, where, and what is the next thing that would fix it."""

    duty: Duty
    accountable: Agency | None
    area_row: int
    """Area of the duty's level above the subject."""
    next: DueItem | None
    """The next item that is due, else the last that was; None = the duty has none."""


@dataclass(frozen=True)
class StationLine:
    """What one room says of a station."""

    state: RoomState
    verdict: Verdict | None
    """None where the room is not assessed."""
    origin: Origin
    reason: Reason | None
    figures: tuple[LineFigure, ...]
    """Known figures, those of the reason first."""
    owner: Owner | None


@dataclass(frozen=True)
class StationVoters:
    """Registered voters of a station; None = unknown."""

    value: int | None
    low: int
    high: int
    estimated: bool
    source: str


@dataclass(frozen=True)
class Point:
    """Where a station is, as well as it is known."""

    lat: float
    lon: float
    error_m: float
    origin: PointOrigin
    place: dict[str, Any] | None
    """Place (school) on which an estimated point rests."""


@dataclass(frozen=True)
class Island:
    """An inhabited island of the station's village."""

    name: str
    whole: bool
    """Whether the village is that island; else the station may or may not be on it."""
    source: str


@dataclass(frozen=True)
class StationSheet:
    """Everything the page of a station shows."""

    territory: Territory
    election: Election
    as_of: datetime
    row: int
    village_row: int
    lines: tuple[StationLine, ...]
    tables: tuple[tuple[RoomState, tuple[ReportTable, ...]], ...]
    """What the rooms add, by room."""
    voters: StationVoters
    point: Point | None
    islands: tuple[Island, ...]
    claims: tuple[ClaimGroup, ...]
    """About the station's village."""
    n_claims_above: int
    """Claims about its district, regency or province; never spread over stations."""

    @property
    def areas(self) -> AreaTree:
        """Area tree of the election."""
        return self.territory.areas(self.election.key)

    @property
    def assessed(self) -> tuple[StationLine, ...]:
        """Lines that count."""
        return tuple(
            line
            for line in self.lines
            if line.verdict is not None and line.verdict is not Verdict.NOT_DUE
        )

    @property
    def worst(self) -> StationLine | None:
        """Line with the worst verdict, None where nothing is assessed."""
        for verdict in WORST_FIRST:
            for line in self.assessed:
                if line.verdict is verdict:
                    return line
        return None

    @property
    def stale(self) -> bool:
        """Whether the land has changed since one of the runs shown."""
        return any(line.state.stale for line in self.assessed)

    @property
    def answer(self) -> Phrase | None:
        """Sentence of the station; None where the worst line's reason says it."""
        worst, rooms = self.worst, len(self.lines)
        if worst is None:
            return Phrase.of("station.answer.none", rooms=rooms)
        if worst.verdict is Verdict.READY:
            assessed = len(self.assessed)
            key = "ready" if assessed == rooms else "ready_so_far"
            return Phrase.of(f"station.answer.{key}", assessed=assessed, rooms=rooms)
        if worst.reason is None:
            return Phrase.of(
                "station.answer.no_reason", room=Phrase.of(worst.state.room.title_key)
            )
        return None


def station_sheet(situation: Situation, runs: list[Run], row: int) -> StationSheet:
    """Sheet of a station as of a moment, from published runs and claims."""
    territory, election = situation.territory, situation.election
    as_of = situation.as_of
    areas = territory.areas(election)
    village_row = int(areas.village_of_station[row])
    states = room_states(territory, runs, election, as_of)
    above = [
        placed
        for group in claim_groups(territory, election, as_of)
        for placed in group.claims
        if placed.area_row in areas.path(village_row)[:-1]
    ]
    begun = [s for s in states if s.state in (State.ASSESSED, State.NOT_ASSESSED)]
    added = [(state, station_tables(state, situation, row)) for state in begun]
    return StationSheet(
        territory=territory,
        election=territory.election(election),
        as_of=as_of,
        row=row,
        village_row=village_row,
        lines=tuple(_line(territory, election, as_of, state, row) for state in states),
        tables=tuple((state, tables) for state, tables in added if tables),
        voters=_voters(territory, election, row),
        point=_point(territory, election, row),
        islands=_islands(territory, areas.kemendagri[village_row]),
        claims=claim_groups(territory, election, as_of, village_row),
        n_claims_above=len(above),
    )


def _line(
    territory: Territory, election: str, as_of: datetime, state: RoomState, row: int
) -> StationLine:
    line = state.line
    n = len(territory.stations(election))
    if state.state is not State.ASSESSED or line is None or len(line) != n:
        return StationLine(state, None, Origin.NOBODY, None, (), None)
    reason = reason_at(state.room.key, line, row)
    wanted = reason.figures if reason is not None else ()
    known = {}
    for figure in line.figures:
        value = float(figure.value[row])
        if value == value:
            low = None if figure.low is None else float(figure.low[row])
            high = None if figure.high is None else float(figure.high[row])
            known[figure.name] = LineFigure(
                figure.name, figure.unit, figure.source, value, low, high
            )
    order = [
        *(name for name in wanted if name in known),
        *(n for n in known if n not in wanted),
    ]
    village_row = int(territory.areas(election).village_of_station[row])
    owner = (
        None
        if reason is None
        else owner_of(territory, election, as_of, reason.duty, village_row)
    )
    return StationLine(
        state, Verdict(int(line.verdict[row])), Origin(int(line.origin[row])), reason,
        tuple(known[name] for name in order),
        owner,
    )  # fmt: skip


def owner_of(
    territory: Territory, election: str, as_of: datetime, duty: str, area_row: int
) -> Owner | None:
    """Owner of a duty for an area, None where the election has no such duty."""
    found = next((d for d in territory.duties(election) if d.key == duty), None)
    if found is None:
        return None
    areas = territory.areas(election)
    path = areas.path(area_row)
    level = LEVELS.index(found.area_level) if found.area_level in LEVELS else 0
    return Owner(
        found, territory.agencies.get(found.accountable),
        path[min(level, len(path) - 1)],
        _next_item(territory, election, as_of, found),
    )  # fmt: skip


def _next_item(
    territory: Territory, election: str, as_of: datetime, duty: Duty
) -> DueItem | None:
    today = as_of.astimezone(territory.zone).date()
    voting_day = territory.election(election).voting_day
    items = [
        DueItem(
            duty, item, territory.agencies.get(item.agency),
            territory.agencies.get(duty.accountable),
            item.due_on(voting_day), (item.due_on(voting_day) - today).days,
        )
        for item in duty.items
    ]  # fmt: skip
    items.sort(key=lambda due: (due.due_on, due.item.key))
    coming = [due for due in items if due.days >= 0]
    return coming[0] if coming else items[-1] if items else None


def _voters(territory: Territory, election: str, row: int) -> StationVoters:
    stations = territory.stations(election)
    value = int(stations.voters[row])
    return StationVoters(
        value if value >= 0 else None,
        int(stations.voters_low[row]),
        int(stations.voters_high[row]),
        int(stations.voters_origin[row]) == VoterOrigin.ESTIMATED,
        stations.voters_source[row],
    )


@lru_cache(maxsize=4)
def _places(territory: Territory) -> dict[str, dict[str, Any]]:
    return {place["place"]: place for place in territory.land_rows("places")}


def _point(territory: Territory, election: str, row: int) -> Point | None:
    stations = territory.stations(election)
    if np.isnan(stations.lat[row]):
        return None
    return Point(
        float(stations.lat[row]), float(stations.lon[row]),
        float(stations.error_m[row]),
        PointOrigin(int(stations.point_origin[row])),
        _places(territory).get(stations.point_place[row]),
    )  # fmt: skip


@lru_cache(maxsize=4)
def _inhabited(territory: Territory) -> dict[str, tuple[Island, ...]]:
    """Inhabited islands by the Kemendagri code of their village."""
    area_km2 = {v["code"]: v["area_km2"] for v in territory.land_rows("villages")}
    found: dict[str, tuple[Island, ...]] = {}
    for island in territory.land_rows("islands"):
        village = island["village"] or ""
        if island["inhabited"]:
            own, whole = island["area_km2"] or 0.0, area_km2.get(village) or 0.0
            is_village = whole > 0 and own >= WHOLE_ISLAND * whole
            entry = Island(island["name"], is_village, island["source"])
            found[village] = (*found.get(village, ()), entry)
    return found


def _islands(territory: Territory, village: str) -> tuple[Island, ...]:
    return _inhabited(territory).get(village, ())
