"""Runs: results of a room, named by everything they depend on.

`run_id` is the hash of room, verb, situation, parameters, seed, upstream runs, the
digests of the files read and the code of the room, of territory and of the house: the
same run is never computed twice. A run is written beside and renamed into place; clock
and duration go to the log of the workspace, never into the run. `runs/index.json` names
the run that readers see for each room, verb, election and moment.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siaga.house.problems import BadState, reading
from siaga.house.workspace import Workspace, canonical_json, write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "Run",
    "RunKey",
    "code_digest",
    "is_computed",
    "newest_run",
    "publish",
    "run_list",
]

_PARTS_OF_PLACE = 4
_PACKAGES = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class RunKey:
    """Everything a run depends on."""

    room: str
    verb: str
    election: str
    as_of: str
    """Moment of its situation, ISO in UTC."""
    situation: str
    params: Mapping[str, Any]
    inputs: Mapping[str, str]
    """Files read and their SHA-256."""
    code: str
    seed: int = 0
    upstream: tuple[str, ...] = field(default=())

    @property
    def run_id(self) -> str:
        """First 16 hexadecimal digits of the hash of all fields."""
        return hashlib.sha256(canonical_json(asdict(self)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Run:
    """A published run: its manifest and its folder."""

    run_id: str
    manifest: Mapping[str, Any]
    folder: Path
    shown: bool = True
    """False for a variation: parameters that are not those of the workspace."""

    @property
    def as_of(self) -> datetime:
        """Moment of the run's situation."""
        return datetime.fromisoformat(self.manifest["as_of"])


@cache
def code_digest(room: str) -> str:
    """Hash of the Python files and data of a room, of territory and of the house."""
    digest = hashlib.sha256()
    for package in (room, "territory", "house"):
        folder = _PACKAGES / package
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("data/*.csv")]):
            digest.update(path.relative_to(_PACKAGES).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def is_computed(workspace: Workspace, key: RunKey) -> bool:
    """Whether a run is there, so that publishing it would compute nothing."""
    return _is_whole(workspace.runs / key.room / key.run_id)


def publish(
    workspace: Workspace,
    key: RunKey,
    write: Callable[[Path], None],
    *,
    variation: bool = False,
) -> tuple[Run, bool]:
    """Run of a key and whether it had to be computed; readers see it from now on.

    A `variation`, made with parameters that are not those of the workspace, is listed
    but never shown as the state of its room. `write(folder)` puts the results into an
    empty folder; if it is interrupted or fails, it leaves nothing that a reader sees.
    """
    target = workspace.runs / key.room / key.run_id
    # A room computes one run at a time: two processes that want the same one would
    # both compute it.
    with _lock(target.parent):
        computed = not _is_whole(target)
        if computed:
            _write_beside(workspace, key, target, write)
    with _lock(workspace.runs):
        index = _read_index(workspace)
        place = "|".join((key.room, key.verb, key.election, key.as_of))
        if variation:
            place += "|" + canonical_json(dict(key.params))
        if index.get(place) != key.run_id:
            text = json.dumps({**index, place: key.run_id}, indent=1, sort_keys=True)
            write_atomic(workspace.runs / "index.json", text + "\n")
    return _read(target, not variation), computed


def _write_beside(
    workspace: Workspace, key: RunKey, target: Path, write: Callable[[Path], None]
) -> None:
    beside = target.with_name(f".{key.run_id}-{os.getpid()}")
    for left in target.parent.glob(f".{key.run_id}-*"):
        shutil.rmtree(left, ignore_errors=True)  # of a process that was killed
    beside.mkdir()
    begun = time.monotonic()
    try:
        write(beside)
        manifest = json.dumps(asdict(key), indent=1, sort_keys=True, ensure_ascii=False)
        (beside / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
        beside.rename(target)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    seconds = round(time.monotonic() - begun, 3)
    workspace.log("run", room=key.room, run=key.run_id, seconds=seconds)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Keep other processes from writing into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read_index(workspace: Workspace) -> dict[str, str]:
    path = workspace.runs / "index.json"
    if not path.exists():
        return {}
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        return {str(place): str(run_id) for place, run_id in index.items()}
    except (ValueError, AttributeError) as error:
        raise BadState("problem.runs_index", file=path.name) from error


def run_list(workspace: Workspace) -> list[Run]:
    """Published runs: of each room, verb, election and moment the last one published.

    Sorted by the moment of their situation, then by room.
    """
    runs = []
    for place, run_id in _read_index(workspace).items():
        folder = workspace.runs / place.split("|")[0] / run_id
        if _is_whole(folder):
            runs.append(_read(folder, place.count("|") == _PARTS_OF_PLACE - 1))
    return sorted(runs, key=lambda run: (run.as_of, run.manifest["room"], run.run_id))


def newest_run(
    runs: list[Run], room: str, election: str, as_of: datetime, verb: str = "assess"
) -> Run | None:
    """Newest run of a verb whose situation is not after `as_of`, None without one."""
    fitting = [
        run
        for run in runs
        if run.shown
        and (run.manifest["room"], run.manifest["verb"]) == (room, verb)
        and run.manifest["election"] == election
        and run.as_of <= as_of
    ]
    return fitting[-1] if fitting else None


def _is_whole(folder: Path) -> bool:
    return (folder / "manifest.json").exists()


def _read(folder: Path, shown: bool) -> Run:
    path = folder / "manifest.json"
    with reading(path):
        manifest = json.loads(path.read_text(encoding="utf-8"))
    return Run(folder.name, manifest, folder, shown)
