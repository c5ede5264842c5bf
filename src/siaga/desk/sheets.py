"""Lines, owners and places of a sheet in the words of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siaga.readiness.reasons import reason_sentence
from siaga.readiness.states import RoomState, State
from siaga.territory.placing import PointOrigin
from siaga.territory.situation import Origin, Situation

if TYPE_CHECKING:
    from datetime import date

    from siaga.desk.here import Here
    from siaga.readiness.station import LineFigure, Owner, StationLine, StationSheet

__all__ = [
    "FigureWords",
    "LineWords",
    "OwnerWords",
    "due_text",
    "error_text",
    "owner_words",
    "place_name",
    "point_words",
    "situation",
    "state_sentence",
    "station_claims",
    "station_lines",
]

_KM = 1000.0
_NO_UNIT = "1"
"""Unit of a plain count."""


@dataclass(frozen=True)
class OwnerWords:
    """Whose a duty is, by when, and what would fix it."""

    duty: str
    who: str
    area: str
    when: str
    late: bool
    step: str
    step_by: str


@dataclass(frozen=True)
class FigureWords:
    """One figure with its unit, its range and its source."""

    label: str
    text: str
    range: str
    source: str


@dataclass(frozen=True)
class LineWords:
    """What one room says of a station."""

    key: str
    title: str
    state: str
    verdict: str
    """Key of the verdict; empty where the room is not assessed."""
    sentence: str
    computed: bool
    figures: list[FigureWords]
    more: list[FigureWords]
    """Figures that the reason does not use."""
    sources: list[str]
    as_of: Any
    owner: OwnerWords | None


def situation(stand: Here) -> Situation:
    """Situation at which a page looks."""
    return Situation(stand.territory, stand.election.key, stand.as_of)


def place_name(stand: Here, row: int) -> str:
    """Name of a station in its village, e.g. `TPS 003 Wargasara`."""
    village = stand.areas.name[int(stand.areas.village_of_station[row])]
    return f"TPS {int(stand.stations.number[row]):03d} {village}"


def _area_name(stand: Here, row: int) -> str:
    """Name of an area with its level, where the name does not say it."""
    name, level = stand.areas.name[row], stand.areas.level_name(row)
    if level in ("district", "village"):
        return f"{stand.words('level.' + level)} {name}"
    return name


def due_text(stand: Here, days: int, due_on: date) -> str:
    """Day on which a thing is due, or by how many days it is late."""
    if days < 0:
        return stand.words("due.late", n=-days)
    return stand.words("due.today") if days == 0 else stand.words.day(due_on)


def owner_words(stand: Here, owner: Owner | None) -> OwnerWords | None:
    """Owner of a duty in words, None where no duty is recorded."""
    if owner is None:
        return None
    words, due = stand.words, owner.next
    return OwnerWords(
        duty=words(owner.duty.title),
        who="–" if owner.accountable is None else words(owner.accountable.name),
        area=_area_name(stand, owner.area_row),
        when="" if due is None else due_text(stand, due.days, due.due_on),
        late=due is not None and due.days < 0,
        step="" if due is None else words(due.item.title),
        step_by="" if due is None or due.agency is None else words(due.agency.name),
    )


def state_sentence(stand: Here, state: RoomState) -> str:
    """What is said of a room that is not assessed."""
    day = state.due_from.astimezone(stand.territory.zone).date()
    return stand.words(f"line.{state.state.value}", day=day)


def station_lines(stand: Here, sheet: StationSheet) -> list[LineWords]:
    """Lines of all rooms in their order."""
    return [_line(stand, sheet, line) for line in sheet.lines]


def _line(stand: Here, sheet: StationSheet, line: StationLine) -> LineWords:
    words, state = stand.words, line.state
    assessed = state.state is State.ASSESSED and line.verdict is not None
    sentence = reason_sentence(state, sheet.row, words) if assessed else ""
    n_used = 0 if line.reason is None else len(line.reason.figures)
    figures = [_figure(stand, state.room.key, figure) for figure in line.figures]
    return LineWords(
        key=state.room.key,
        title=words(state.room.title_key),
        state=state.state.value,
        verdict=line.verdict.key if line.verdict is not None else "",
        sentence=sentence or state_sentence(stand, state),
        computed=line.origin is Origin.COMPUTED,
        figures=figures[:n_used],
        more=figures[n_used:],
        sources=list(dict.fromkeys(figure.source for figure in line.figures)),
        as_of=None if state.run is None else state.run.as_of,
        owner=owner_words(stand, line.owner),
    )


def _figure(stand: Here, room: str, figure: LineFigure) -> FigureWords:
    key = f"{room}.figure.{figure.name}"
    unit = "" if figure.unit == _NO_UNIT else f" {figure.unit}"
    between = ""
    if figure.low is not None and figure.high is not None:
        between = f"{_number(stand, figure.low)}–{_number(stand, figure.high)}"
    return FigureWords(
        stand.words(key) if stand.words.has(key) else figure.name,
        _number(stand, figure.value) + unit,
        between,
        figure.source,
    )


def _number(stand: Here, value: float) -> str:
    return stand.words.number(value, 0 if value == int(value) else 1)


def error_text(stand: Here, error_m: float) -> str:
    """Radius in which a point lies: `± 340 m`, `± 1,6 km`."""
    near = error_m < _KM
    value = stand.words.number(error_m if near else error_m / _KM, 0 if near else 1)
    return f"± {value} {'m' if near else 'km'}"


def point_words(stand: Here, sheet: StationSheet) -> dict[str, Any] | None:
    """Point of a station: coordinates, error, and what it rests on."""
    point, words = sheet.point, stand.words
    if point is None:
        return None
    known = point.error_m == point.error_m
    error = error_text(stand, point.error_m) if known else ""
    place = point.place["name"] if point.place else ""
    return {
        "lat": words.number(point.lat, 4),
        "lon": words.number(point.lon, 4),
        "error": error,
        "estimated": point.origin is not PointOrigin.GIVEN,
        "basis": words(f"point.{point.origin.name.lower()}", place=place),
        "source": point.place["source"] if point.place else "",
    }


def station_claims(stand: Here, sheet: StationSheet) -> list[Any]:
    """Claims about the station's village, the newest first."""
    placed = [(p.claim, group) for group in sheet.claims for p in group.claims]
    placed.sort(key=lambda pair: pair[0].known_at, reverse=True)
    return [(claim, stand.words(group.topic.title)) for claim, group in placed]
