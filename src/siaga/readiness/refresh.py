"""Bring the runs of the rooms up to date; what is there already costs nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from siaga.house.params import make_params, params_dict
from siaga.house.progress import Watch, silent, step
from siaga.house.rooms import Room, built_rooms
from siaga.house.rooms import room as room_of
from siaga.house.runs import (
    Run,
    RunKey,
    code_digest,
    newest_run,
    publish,
    run_list,
)
from siaga.house.words import Phrase
from siaga.territory.situation import Situation
from siaga.territory.territory import (
    Territory,
    open_territory,
    opening_moment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from siaga.house.workspace import Workspace

__all__ = [
    "assess_room",
    "is_closed",
    "is_stale",
    "make_opening_plans",
    "plan_room",
    "refresh",
    "run_key",
]


def run_key(
    territory: Territory,
    room: Room,
    situation: Situation,
    params: Any,
    verb: str = "assess",
) -> RunKey:
    """Key of a run: everything that its result depends on."""
    return RunKey(
        room=room.key,
        verb=verb,
        election=situation.election,
        as_of=situation.as_of.isoformat(),
        situation=situation.situation_id,
        params=params_dict(params),
        inputs=territory.digests(situation.election, room.reads),
        code=code_digest(room.key),
        seed=getattr(params, "seed", 0),
    )


def assess_room(
    workspace: Workspace,
    room: Room,
    election: str,
    as_of: datetime,
    *,
    overrides: Mapping[str, Any] | None = None,
    watch: Watch = silent,
) -> tuple[Run, bool]:
    """Assess an election as of a moment; the run, and whether it was computed now.

    `watch` hears of it only if there is something to compute.

    Parameters come from `siaga.toml`, then from `overrides`. Raises NotFound,
    BadParameter or BadState.
    """
    territory = open_territory(workspace)
    name = territory.election(election).name
    verb = room.verb("assess")
    assert verb is not None
    settings = workspace.verb_settings(room.key, "assess")
    params: Any = make_params(verb.params, settings, overrides or {})
    situation = Situation(territory, election, as_of)
    key = run_key(territory, room, situation, params)
    variation = params != make_params(verb.params, settings)

    def compute(folder: Path) -> None:
        title = Phrase.of(room.title_key)
        phrase = Phrase.of("step.assess", room=title, election=name, as_of=as_of)
        with step(watch, phrase):
            verb.run(situation, params).write(folder)

    return publish(workspace, key, compute, variation=variation)


def plan_room(
    workspace: Workspace,
    room: Room,
    election: str,
    as_of: datetime,
    *,
    overrides: Mapping[str, Any] | None = None,
    watch: Watch = silent,
) -> tuple[Run, bool]:
    """Plan on the room's assessment of a moment, which is made first if it is missing.

    The plan asked for last is the one that pages show, whatever its parameters: they
    stand beside it. Raises what `assess_room` raises, and BadInput.
    """
    territory = open_territory(workspace)
    assessed = None
    if room.verb("assess") is not None:
        assessed, _ = assess_room(workspace, room, election, as_of, watch=watch)
    verb = room.verb("plan")
    assert verb is not None
    settings = workspace.verb_settings(room.key, "plan")
    params: Any = make_params(verb.params, settings, overrides or {})
    situation = Situation(territory, election, as_of)
    upstream = () if assessed is None else (assessed.run_id,)
    key = run_key(territory, room, situation, params, "plan")
    key = replace(key, upstream=upstream)

    def compute(folder: Path) -> None:
        title = Phrase.of(room.title_key)
        name = territory.election(election).name
        with step(watch, Phrase.of("step.plan", room=title, election=name)):
            before = None if assessed is None else assessed.folder
            verb.run(situation, params, before).write(folder)

    return publish(workspace, key, compute)


def refresh(workspace: Workspace, watch: Watch = silent) -> int:
    """Assess every room at every named moment at which it is due; how many were new."""
    territory = open_territory(workspace)
    n_new = 0
    for room, election, as_of in _wanted(territory):
        _, computed = assess_room(workspace, room, election, as_of, watch=watch)
        n_new += computed
    return n_new + _refresh_stale(workspace, watch)


def make_opening_plans(workspace: Workspace) -> None:
    """Plan for the working election at the moment at which the desk opens.

    Where a plan that fits the land is there it stays, whoever asked for it. Raises what
    `plan_room` raises.
    """
    territory = open_territory(workspace)
    election = territory.election(territory.province["working_election"])
    as_of = opening_moment(territory, election)
    for room in built_rooms():
        if room.verb("plan") is None or is_closed(territory, room, election.key):
            continue
        if as_of < territory.due_from(election.key, room.counts_from):
            continue
        there = newest_run(run_list(workspace), room.key, election.key, as_of, "plan")
        if there is None or is_stale(territory, there):
            plan_room(workspace, room, election.key, as_of)


def _refresh_stale(workspace: Workspace, watch: Watch) -> int:
    """Compute again what was asked for at other moments, if the land has changed."""
    territory = open_territory(workspace)
    n_new = 0
    for run in run_list(workspace):
        manifest = run.manifest
        election = manifest["election"]
        if election not in territory.elections or not is_stale(territory, run):
            continue
        if manifest["verb"] == "plan":
            plan_room(
                workspace, room_of(manifest["room"]), election, run.as_of,
                overrides=manifest["params"], watch=watch,
            )  # fmt: skip
            n_new += 1
        if manifest["verb"] != "assess":
            continue
        overrides = None if run.shown else manifest["params"]
        found = room_of(manifest["room"])
        assess_room(
            workspace, found, election, run.as_of, overrides=overrides, watch=watch
        )
        n_new += 1
    return n_new


def _wanted(territory: Territory) -> Iterator[tuple[Room, str, datetime]]:
    for room in built_rooms():
        if room.verb("assess") is None:
            continue
        for key, election in territory.elections.items():
            due = territory.due_from(key, room.counts_from)
            if is_closed(territory, room, key) or not len(territory.stations(key)):
                continue
            for moment in election.moments:
                if moment.at >= due:
                    yield room, key, moment.at


def is_closed(territory: Territory, room: Room, election: str) -> bool:
    """Whether a room rests on candidate figures that belong to KPU alone.

    Then its runs are not read either, also those made while the figures were open.
    """
    rests_on_results = any(pattern.startswith("results/") for pattern in room.reads)
    return rests_on_results and not territory.election(election).figures_open


def is_stale(territory: Territory, run: Run) -> bool:
    """Whether the land or the code has changed since the run was computed."""
    manifest = run.manifest
    reads = room_of(manifest["room"]).reads
    inputs: Mapping[str, str] = manifest["inputs"]
    changed = territory.digests(manifest["election"], reads) != dict(inputs)
    return changed or manifest["code"] != code_digest(manifest["room"])
