"""A workspace of Banten with layers of signal for its map, made in seconds."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from typing import TYPE_CHECKING

from siaga.house.rooms import room
from siaga.house.workspace import Workspace
from siaga.readiness.room_layers import make_layers

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AS_OF", "ELECTION", "REACH_KM", "copied", "layered"]

ELECTION = "pemilu_2024"
AS_OF = datetime.fromisoformat("2024-01-25T16:59:59+00:00")
REACH_KM = 2
"""A mast's reach is then some 2,000 cells, and its neighbours still lie within it."""


def copied(source: Path, target: Path) -> Path:
    """Copy of a workspace in which masts reach two kilometres; it may be written to.

    Files that are never written again are linked; the log is appended to, so it is not.
    """
    ignore = shutil.ignore_patterns("log.jsonl", "cache")
    shutil.copytree(source, target, copy_function=os.link, ignore=ignore)
    settings = f"[network.assess]\nreach_km = {REACH_KM}\n"
    (target / "siaga.toml").write_text(settings)
    return target


def layered(source: Path, target: Path) -> Path:
    """Copy of a workspace with the layers of January 2024."""
    workspace = Workspace(copied(source, target))
    make_layers(workspace, room("network"), ELECTION, AS_OF)
    return target
