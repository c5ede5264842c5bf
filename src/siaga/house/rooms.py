"""The list of rooms. A new room is a folder, one line here, one line in the layers.

A name stands here from the day its duty is shown on the board; the room counts as built
when its folder has a `room.py`. Board, navigation, permissions, commands and the index
of the documentation read this list and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from siaga.house.problems import NotFound

__all__ = ["ROOMS", "Room", "Verb", "built_rooms", "room", "rooms"]

ROOMS = (
    "network",
    "hazard",
    "logistics",
    "security",
    "law",
    "rekap",
)
"""Rooms in the order in which they stand on the board and what flows between them."""


@dataclass(frozen=True)
class Room:
    """What the house must know of a room before it is entered."""

    key: str
    counts_from: str = ""
    """Stage of the calendar from which its line is due; empty = from the start."""
    reads: tuple[str, ...] = ()
    """Files that its runs depend on, as patterns below the folder of an election; with
    a slash in front, below the import itself (`/territory/claims.parquet`)."""
    built: bool = True

    @property
    def title_key(self) -> str:
        """Key of the room's name."""
        return f"{self.key}.title"

    @property
    def question_key(self) -> str:
        """Key of the question that the room answers."""
        return f"{self.key}.question"

    @property
    def part(self) -> Any:
        """Module `part` of a room that brings inputs of its own, None for others.

        `needs` names the stems of the files on which the part depends, those of the
        land or, with a star, of every election (`elections/*/stations`); `read` takes
        the province's folder, its land and the findings, and gives what writes the part
        into a new import, None if it found a fault; `uses` names the sources of what
        was brought.
        """
        name = f"siaga.{self.key}.part"
        return import_module(name) if self.built and find_spec(name) else None

    @property
    def papers(self) -> Any:
        """What the room can print: `PAPERS` of its module `papers`, () without one.

        Each is a `siaga.territory.paper.PaperKind`: a key, a title, the verb whose run
        it is written from, and the function that gives its content.
        """
        name = f"siaga.{self.key}.papers"
        if not self.built or find_spec(name) is None:
            return ()
        return import_module(name).PAPERS

    @property
    def answers_points(self) -> bool:
        """Whether the room can say something of any point of the map."""
        return self.built and find_spec(f"siaga.{self.key}.point") is not None

    @property
    def point(self) -> Any:
        """Module `point` of a room that answers points, None for others.

        `point_view(situation, run, spot, choice)` gives a `PointView`
        (`siaga.territory.point_view`): a sentence, a drawing, tables, other choices.
        `run` is the folder of the assessment, None where there is none; `CHOICE` names
        the query field under which an address carries the choice. It must answer within
        the time of a page: what it computes is bounded, all else is read from the run.
        """
        return import_module(f"siaga.{self.key}.point") if self.answers_points else None

    @property
    def layers(self) -> Any:
        """Module `layers` of a room that draws on the map, None for others.

        `TITLE` names what its layers show; `MISSING` is the key of the sentence where
        they were not computed yet, with what makes them (it takes `options`), `EMPTY`
        of that where there is nothing to draw. `layers(situation, params, cache,
        watch)` computes them with the parameters of `assess`; what it gives has
        `write(folder)`, like a Line, and becomes the run of the verb `layers`. In
        `cache` the room may keep what the next computation can use again.
        `layer_set(folder)` reads a run: a `LayerSet` (`siaga.territory.map_layers`).
        """
        name = f"siaga.{self.key}.layers"
        return import_module(name) if self.built and find_spec(name) else None

    def verb(self, name: str) -> Verb | None:
        """Verb of the room (`assess`, `plan`), None where it has none."""
        if not self.built or find_spec(f"siaga.{self.key}.{name}") is None:
            return None
        return Verb(self.key, name)


@dataclass(frozen=True)
class Verb:
    """A verb of a room: its function and the dataclass of its parameters.

    The dataclass may stand in the room's `params.py`, so that a help that only lists
    parameters does not import the engine; else it stands beside the function.
    """

    room: str
    name: str

    @property
    def run(self) -> Any:
        """Function of the verb."""
        return getattr(import_module(f"siaga.{self.room}.{self.name}"), self.name)

    @property
    def params(self) -> type:
        """Dataclass of the parameters, all of them `param` fields."""
        wanted = f"{self.name.title()}Params"
        place = f"siaga.{self.room}.params"
        module = import_module(place) if find_spec(place) is not None else None
        if module is None or not hasattr(module, wanted):
            module = import_module(f"siaga.{self.room}.{self.name}")
        found: type = getattr(module, wanted)
        assert all(f.metadata for f in fields(found))
        return found


@cache
def rooms() -> tuple[Room, ...]:
    """All rooms of the list, built or not, in its order."""
    return tuple(_load(key) for key in ROOMS)


def _load(key: str) -> Room:
    if find_spec(f"siaga.{key}") is None or find_spec(f"siaga.{key}.room") is None:
        return Room(key, built=False)
    card = import_module(f"siaga.{key}.room").ROOM
    assert isinstance(card, Room) and card.key == key
    return card


def built_rooms() -> tuple[Room, ...]:
    """Rooms that can assess."""
    return tuple(r for r in rooms() if r.built)


def room(key: str) -> Room:
    """Room of a key; raises NotFound."""
    for candidate in rooms():
        if candidate.key == key:
            return candidate
    raise NotFound("problem.no_room", room=key)
