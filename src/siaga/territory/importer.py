"""`siaga import FOLDER`: a province's folder becomes a workspace, all or nothing.

The import is made of parts: the land, each election, and what a room brings. A part is
named by the digests of the files that it depends on and by the code that reads them; a
part that has not changed is linked from the import before: a changed file costs what
depends on it.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any

from siaga.house.problems import BadInput
from siaga.house.progress import Watch, silent, step
from siaga.house.rooms import built_rooms, room
from siaga.house.runs import code_digest
from siaga.house.words import Phrase
from siaga.house.workspace import Workspace, canonical_json, digest_file
from siaga.territory.findings import Findings
from siaga.territory.land_import import (
    Land,
    official_dpt,
    read_land,
    read_province,
    write_land,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

__all__ = ["ImportResult", "import_folder"]

MAX_FILES = 2_000
_ELECTION_NEEDS = (
    "province.toml",
    "sources",
    "villages",
    "places",
    "figures",
    "agencies",
)
"""Stems of the land's files on which every election depends."""


@dataclass(frozen=True)
class ImportResult:
    """What an import did."""

    import_id: str
    changed: tuple[str, ...]
    """Parts that were read anew; empty = nothing had changed."""
    kept: tuple[str, ...]


def import_folder(
    folder: Path, workspace: Workspace, watch: Watch = silent
) -> ImportResult:
    """Import a folder into a workspace and return what changed.

    Raises ImportProblems (nothing is written) or BadInput if the folder is not there.
    """
    if not (folder / "province.toml").is_file():
        raise BadInput("problem.no_folder", folder=str(folder))
    with step(watch, Phrase.of("step.digests")):
        _check_files(folder)
        digests = _digests(folder)
    parts = _part_names(digests)
    import_id = hashlib.sha256(canonical_json(parts).encode()).hexdigest()[:16]
    if workspace.current_import() == import_id:
        return ImportResult(import_id, (), tuple(parts))
    before = workspace.land() if workspace.current_import() is not None else None
    parts_before = _parts_of(before)
    kept = {name for name, key in parts.items() if parts_before.get(name) == key}
    changed = tuple(name for name in parts if name not in kept)
    writes = _read_parts(folder, changed, watch)
    with workspace.incoming() as incoming:
        for name in kept:
            assert before is not None
            _link_tree(before / name, incoming / name)
        for name, write in writes.items():
            with step(watch, Phrase.of("step.write", part=name)):
                write(incoming / name)
        manifest = {"parts": parts, "files": _digests(incoming), "inputs": digests}
        text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
        (incoming / "manifest.json").write_text(text, encoding="utf-8")
        workspace.adopt(incoming, import_id)
    workspace.log("import", id=import_id, changed=list(changed))
    return ImportResult(import_id, changed, tuple(sorted(kept)))


def _check_files(folder: Path) -> None:
    """Refuse names that are no text, and links that lead out of the folder."""
    inside = folder.resolve()
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not name.isprintable():
            shown = name.encode("utf-8", "replace").decode("utf-8")
            raise BadInput("problem.file_name", file=shown)
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            raise BadInput("problem.link_outside", file=name)


def _digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder by its path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if len(files) > MAX_FILES:
        raise BadInput(
            "problem.many_files", folder=folder.name, n=len(files), limit=MAX_FILES
        )
    return {path.relative_to(folder).as_posix(): digest_file(path) for path in files}


def _part_names(digests: Mapping[str, str]) -> dict[str, str]:
    """Key of each part: the hash of what it depends on."""
    code = code_digest("territory")
    rooms = [one for one in built_rooms() if one.part is not None]
    apart = ("elections/", *(f"{one.key}/" for one in rooms))
    land = {f: d for f, d in digests.items() if not f.startswith(apart)}
    needed = _of_stems(land, _ELECTION_NEEDS)
    elections = sorted(
        {
            f.split("/")[1]
            for f in digests
            if f.startswith("elections/") and f.count("/") > 1
        }
    )
    parts = {"territory": _hash([code, land])}
    for key in elections:
        own = {f: d for f, d in digests.items() if f.startswith(f"elections/{key}/")}
        parts[f"elections/{key}"] = _hash([code, needed, own])
    for bringing in rooms:
        own = {f: d for f, d in digests.items() if f.startswith(f"{bringing.key}/")}
        own |= _of_stems(digests, bringing.part.needs)
        parts[bringing.key] = _hash([code_digest(bringing.key), own])
    return parts


def _of_stems(files: Mapping[str, str], stems: Iterable[str]) -> dict[str, str]:
    """Files of these names or stems; a star stands for the name of an election."""
    named = set(stems)
    patterns = [stem for stem in named if "*" in stem]

    def wanted(file: str) -> bool:
        stem = file.rsplit(".", 1)[0]
        return (
            file in named
            or stem in named
            or any(fnmatchcase(stem, pattern) for pattern in patterns)
        )

    return {f: d for f, d in files.items() if wanted(f)}


def _hash(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:16]


def _parts_of(land: Path | None) -> dict[str, str]:
    """Names and keys of the parts of an import; none before the first one."""
    if land is None:
        return {}
    text = (land / "manifest.json").read_text(encoding="utf-8")
    parts: dict[str, str] = json.loads(text)["parts"]
    return parts


def _read_parts(
    folder: Path, changed: Iterable[str], watch: Watch
) -> dict[str, Callable[[Path], None]]:
    """Read all changed parts; what writes each of them into a new import.

    Raises ImportProblems with the faults of all parts.
    """
    from siaga.territory.election_import import read_election
    from siaga.territory.election_write import write_election

    findings = Findings()
    with step(watch, Phrase.of("step.read", part="territory")):
        province = read_province(folder, findings)
        land = read_land(folder, province, findings) if province is not None else None
    findings.stop_if_any()
    assert land is not None
    _check_working_election(folder, land)
    writes: dict[str, Callable[[Path], None]] = {}
    for name in changed:
        if name == "territory":
            writes[name] = partial(write_land, land, folder)
            continue
        if "/" not in name:
            with step(watch, Phrase.of("step.read", part=name)):
                write = room(name).part.read(folder, land, findings)
            if write is not None:
                writes[name] = write
            continue
        key = name.split("/")[1]
        source = folder / name
        with step(watch, Phrase.of("step.read", part=name)):
            election = read_election(source, land, official_dpt(land, key), findings)
        if election is not None:
            writes[name] = partial(write_election, election, land, source)
    findings.stop_if_any()
    return writes


def _check_working_election(folder: Path, land: Land) -> None:
    key = land.province.working_election
    known = [path.name for path in folder.glob("elections/*") if path.is_dir()]
    if key not in known:
        raise BadInput("problem.working_election", election=key)


def _link_tree(source: Path, target: Path) -> None:
    """Hard-link all files of an unchanged part; they are never written again."""
    for path in source.rglob("*"):
        if path.is_file():
            linked = target / path.relative_to(source)
            linked.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, linked)
