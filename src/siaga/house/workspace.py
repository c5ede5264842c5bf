"""A workspace: one folder = one province.

    siaga.toml            settings
    current               name of the import that readers see (one line)
    imports/<id>/         the imported land: territory/, elections/<id>/, manifest.json
    runs/<room>/<id>/     results of the rooms, manifest.json
    tiles/<id>.pmtiles    map tiles, named by what they were made from
    cache/<room>/         what a room keeps from run to run; may be deleted at any time
    log.jsonl             clock, duration and outcome of imports and runs

An import is written beside and becomes current by replacing one small file, so that a
reader sees all of an import or none of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from siaga.house.problems import BadInput, BadState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Workspace", "canonical_json", "digest_file", "write_atomic"]

KEPT_IMPORTS = 2
"""The current import and the one before it stay on disk."""


@dataclass(frozen=True)
class Workspace:
    """The folder of a province and where things are in it."""

    path: Path

    @property
    def runs(self) -> Path:
        """Folder of the runs."""
        return self.path / "runs"

    @property
    def tiles(self) -> Path:
        """Folder of the map tiles."""
        return self.path / "tiles"

    @property
    def cache(self) -> Path:
        """Folder of what rooms keep from run to run; nothing is lost with it."""
        return self.path / "cache"

    @property
    def imports(self) -> Path:
        """Folder of the imports."""
        return self.path / "imports"

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """Content of `siaga.toml`; empty where there is none.

        Raises BadInput if the file is not TOML.
        """
        path = self.path / "siaga.toml"
        if not path.exists():
            return {}
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise BadInput("problem.toml", file=path.name, found=str(error)) from error

    def verb_settings(self, room: str, verb: str) -> Mapping[str, Any]:
        """Section `[room.verb]` of the settings.

        Raises BadInput if it is not a section.
        """
        section = self.settings.get(room, {})
        values = section.get(verb, {}) if isinstance(section, dict) else section
        if not isinstance(values, dict):
            raise BadInput(
                "problem.section", file="siaga.toml", section=f"{room}.{verb}"
            )
        return values

    def current_import(self) -> str | None:
        """Id of the import that readers see; None before the first one."""
        pointer = self.path / "current"
        if not pointer.exists():
            return None
        name = pointer.read_text(encoding="utf-8", errors="replace").strip()
        return name if (self.imports / name / "manifest.json").exists() else None

    def land(self) -> Path:
        """Folder of the current import; raises BadState before the first one."""
        name = self.current_import()
        if name is None:
            raise BadState("problem.no_import", folder=str(self.path))
        return self.imports / name

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """Fresh folder in which an import is written before it is whole.

        It is gone afterwards unless it was adopted. Raises BadState while another
        import is being written.
        """
        self.imports.mkdir(parents=True, exist_ok=True)
        folder = self.imports / f".incoming-{os.getpid()}"
        with (self.imports / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BadState("problem.import_running") from None
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def adopt(self, folder: Path, name: str) -> None:
        """Make a whole import the current one and drop those no longer kept."""
        target = self.imports / name
        if target.exists():
            shutil.rmtree(folder)
        else:
            folder.rename(target)
        before = self.current_import()
        write_atomic(self.path / "current", name + "\n")
        keep = {name, before}
        for old in sorted(self.imports.iterdir()):
            if old.name not in keep and old.is_dir():
                shutil.rmtree(old, ignore_errors=True)

    def log(self, event: str, **values: Any) -> None:
        """Append one line to the log: what happened when, and how long it took."""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "event": event,
            **values,
        }
        with (self.path / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def write_atomic(path: Path, content: str | bytes) -> None:
    """Replace a file as a whole and make it durable; a full disk leaves the old one."""
    beside = path.with_name(f".{path.name}-{os.getpid()}")
    body = content.encode() if isinstance(content, str) else content
    try:
        with beside.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def digest_file(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces, the form that is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
