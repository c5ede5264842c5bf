"""Make a workspace ready to be shown: runs up to date, map tiles made.

Tiles are named by what they were made from; `tiles/index.json` says which file is the
map of which election. A second call finds everything there and computes nothing.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from siaga.house.progress import Watch, silent, step
from siaga.house.runs import code_digest
from siaga.house.words import Phrase
from siaga.house.workspace import Workspace, canonical_json, write_atomic
from siaga.readiness.refresh import refresh
from siaga.territory.territory import Territory, open_territory

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["prepare", "tiles_index", "tiles_name"]

_MADE_FROM = ("areas.parquet", "shapes.parquet", "stations.parquet")


def prepare(workspace: Workspace, watch: Watch = silent) -> int:
    """Bring runs and tiles up to date; how many of them had to be made.

    The working election comes first. Raises BadState before the first import, or if the
    map cannot be made.
    """
    territory = open_territory(workspace)
    n_made = refresh(workspace, watch)
    index: dict[str, str] = {}
    for election in _working_first(territory):
        name = tiles_name(territory, election)
        path = workspace.tiles / f"{name}.pmtiles"
        if not path.exists():
            _make(workspace, territory, election, watch)
            n_made += 1
        index[election] = name
    if index != dict(tiles_index(workspace)):
        text = json.dumps(index, indent=1, sort_keys=True) + "\n"
        write_atomic(workspace.tiles / "index.json", text)
    for path in workspace.tiles.glob("*.pmtiles"):
        if path.stem not in index.values():
            path.unlink()
    return n_made


def tiles_index(workspace: Workspace) -> Mapping[str, str]:
    """Name of the tiles of each election; empty before they were made."""
    path = workspace.tiles / "index.json"
    if not path.exists():
        return {}
    index: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return index


def tiles_name(territory: Territory, election: str) -> str:
    """Name of an election's tiles: the election and the hash of what they show."""
    made_from = territory.digests(election, _MADE_FROM)
    text = canonical_json([code_digest("territory"), dict(made_from)])
    return f"{election}_{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _working_first(territory: Territory) -> list[str]:
    working = territory.province["working_election"]
    return sorted(territory.elections, key=lambda key: (key != working, key))


def _make(
    workspace: Workspace, territory: Territory, election: str, watch: Watch
) -> None:
    from siaga.territory.tiles import write_tiles

    workspace.tiles.mkdir(parents=True, exist_ok=True)
    path = workspace.tiles / f"{tiles_name(territory, election)}.pmtiles"
    name = territory.election(election).name
    with step(watch, Phrase.of("step.tiles", election=name)):
        write_tiles(
            path,
            territory.areas(election),
            territory.shapes(election),
            territory.stations(election),
        )
