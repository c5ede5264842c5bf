"""Layers that rooms draw on the map: made as runs, read from runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siaga.house.params import make_params
from siaga.house.progress import Watch, silent
from siaga.house.rooms import built_rooms
from siaga.house.runs import is_computed, newest_run, publish, run_list
from siaga.readiness.refresh import is_closed, is_stale, run_key
from siaga.territory.situation import Situation
from siaga.territory.territory import open_territory, opening_moment

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from siaga.house.rooms import Room
    from siaga.house.runs import Run
    from siaga.house.workspace import Workspace
    from siaga.territory.map_layers import LayerSet
    from siaga.territory.territory import Territory

__all__ = [
    "VERB",
    "RoomLayers",
    "make_layers",
    "make_opening_layers",
    "published_layers",
    "room_layers",
]

VERB = "layers"
"""Verb of the runs that hold layers."""


@dataclass(frozen=True)
class RoomLayers:
    """Layers of a room at a moment, with the run that they are read from."""

    room: Room
    run: Run | None = None
    """None where they were not computed yet."""
    stale: bool = False
    """The land or the code has changed since the run."""

    @property
    def found(self) -> LayerSet | None:
        """Layers of the run; raises BadState if a file is damaged."""
        if self.run is None:
            return None
        layers: LayerSet = self.room.layers.layer_set(self.run.folder)
        return layers


def make_layers(
    workspace: Workspace,
    room: Room,
    election: str,
    as_of: datetime,
    watch: Watch = silent,
) -> tuple[Run, bool]:
    """Layers of a room at a moment as a run, and whether they were computed now.

    They rest on the parameters of its assessment. The long work is done before the room
    is locked, so that it keeps no other run waiting. Raises NotFound, BadParameter or
    BadState.
    """
    territory = open_territory(workspace)
    territory.election(election)
    verb = room.verb("assess")
    assert verb is not None and room.layers is not None
    params: Any = make_params(verb.params, workspace.verb_settings(room.key, "assess"))
    situation = Situation(territory, election, as_of)
    key = run_key(territory, room, situation, params, VERB)
    cache = workspace.cache / room.key
    made = None
    if not is_computed(workspace, key):
        made = room.layers.layers(situation, params, cache, watch)

    def write(folder: Path) -> None:
        assert made is not None
        made.write(folder)

    run, _ = publish(workspace, key, write)
    return run, made is not None


def make_opening_layers(workspace: Workspace) -> None:
    """Make what the map of the working election shows when the desk opens.

    Raises what `make_layers` raises.
    """
    territory = open_territory(workspace)
    election = territory.election(territory.province["working_election"])
    as_of = opening_moment(territory, election)
    for room in built_rooms():
        if room.layers is not None and not is_closed(territory, room, election.key):
            make_layers(workspace, room, election.key, as_of)


def room_layers(
    territory: Territory, runs: list[Run], election: str, as_of: datetime
) -> tuple[RoomLayers, ...]:
    """Layers of every room that draws on the map, computed or not."""
    found = []
    for room in built_rooms():
        if room.layers is None or is_closed(territory, room, election):
            continue
        run = newest_run(runs, room.key, election, as_of, VERB)
        stale = run is not None and is_stale(territory, run)
        found.append(RoomLayers(room, run, stale))
    return tuple(found)


def published_layers(
    workspace: Workspace, territory: Territory, room: str, run_id: str
) -> RoomLayers | None:
    """Layers of a published run, None where there is no such run of layers."""
    for of in built_rooms():
        if of.key != room or of.layers is None:
            continue
        for run in run_list(workspace):
            key = run.manifest["room"], run.manifest["verb"], run.run_id
            if key == (room, VERB, run_id):
                closed = is_closed(territory, of, run.manifest["election"])
                return None if closed else RoomLayers(of, run)
    return None
