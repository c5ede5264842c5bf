"""Papers of a room: which can be printed here, and the content of one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from siaga.house.problems import BadInput, NotFound
from siaga.house.runs import newest_run
from siaga.house.words import Phrase
from siaga.readiness.states import State
from siaga.territory.paper import PaperAsked, PaperKind

if TYPE_CHECKING:
    from siaga.house.runs import Run
    from siaga.readiness.states import RoomState
    from siaga.territory.paper import Paper
    from siaga.territory.situation import Situation

__all__ = ["PaperOffer", "PaperWish", "paper_offers", "written_paper"]


@dataclass(frozen=True)
class PaperWish:
    """A paper as it is asked for."""

    key: str
    area_row: int = 0
    station_row: int | None = None
    """Row of a single station, None = all of the area."""
    agency: str = ""


@dataclass(frozen=True)
class PaperOffer:
    """A paper that can be printed of an area, or why it cannot."""

    kind: PaperKind
    agency: str = ""
    too_many: bool = False
    """The area has more stations than one paper may hold."""


def paper_offers(
    state: RoomState, situation: Situation, runs: list[Run], area_row: int
) -> tuple[PaperOffer, ...]:
    """Papers of a room about an area, one for each agency that can be written to."""
    offers: list[PaperOffer] = []
    for kind in _kinds(state):
        asked = _asked(kind, state, situation, runs, PaperWish(kind.key, area_row))
        if asked is None:
            continue
        n = asked.rows.stop - asked.rows.start
        if kind.agencies is not None:
            offers += [PaperOffer(kind, agency) for agency in kind.agencies(asked)]
        elif n:
            offers.append(PaperOffer(kind, too_many=0 < kind.stations_most < n))
    return tuple(offers)


def written_paper(
    state: RoomState, situation: Situation, runs: list[Run], wish: PaperWish
) -> Paper:
    """Content of a paper of a room.

    Raises NotFound where there is no such paper, no run to write it from or no such
    agency, BadInput where the area has too many stations.
    """
    kind = next((kind for kind in _kinds(state) if kind.key == wish.key), None)
    if kind is None:
        raise NotFound("problem.no_page")
    asked = _asked(kind, state, situation, runs, wish)
    if asked is None:
        room = Phrase.of(state.room.title_key)
        raise NotFound(f"paper.no_run.{kind.verb}", room=room)
    n, most = asked.rows.stop - asked.rows.start, kind.stations_most
    if most and n > most:
        areas = situation.territory.areas(situation.election)
        area = areas.name[wish.area_row]
        raise BadInput("paper.too_many", area=area, n=n, most=most)
    if most and n == 0:
        raise NotFound("paper.no_station")
    if kind.agencies is None:
        return kind.write(asked)
    if wish.agency not in situation.territory.agencies:
        raise NotFound("paper.no_agency", agency=wish.agency)
    return kind.write(replace(asked, agency=wish.agency))


def _kinds(state: RoomState) -> tuple[PaperKind, ...]:
    kinds: tuple[PaperKind, ...] = state.room.papers
    return kinds


def _asked(
    kind: PaperKind,
    state: RoomState,
    situation: Situation,
    runs: list[Run],
    wish: PaperWish,
) -> PaperAsked | None:
    """What the paper is asked about; None where there is no run to write it from."""
    run = _run(kind, state, situation, runs)
    if run is None:
        return None
    rows = situation.territory.areas(situation.election).stations(wish.area_row)
    if wish.station_row is not None and kind.stations_most:
        rows = slice(wish.station_row, wish.station_row + 1)
    return PaperAsked(situation, wish.area_row, rows, run.folder, run.as_of)


def _run(
    kind: PaperKind, state: RoomState, situation: Situation, runs: list[Run]
) -> Run | None:
    """Newest run of the kind's verb that fits the land of today."""
    n = len(situation.territory.stations(situation.election))
    line = state.line
    if state.state is not State.ASSESSED or line is None or len(line) != n:
        return None
    if kind.verb == "assess":
        return state.run
    return newest_run(
        runs, state.room.key, situation.election, situation.as_of, kind.verb
    )
