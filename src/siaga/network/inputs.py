"""What the room computes from: the grid, the masts, the zones of custom.

Masts are land (decision 009): a list is used whatever the moment, but for an election
that was held long before it. Where an operator's list names a mast in a district, the
guesses from crowd-sourced cells of that operator in that district are left out: the
list is the better source.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.tables import read_columns, texts
from siaga.house.words import Text
from siaga.network.open_store import read_open
from siaga.network.read_opencellid import sites_of_open_cells
from siaga.network.site_store import StoredSites, joined, read_stored
from siaga.network.terrain import Terrain, grid_of
from siaga.territory.point_areas import village_at

if TYPE_CHECKING:
    from siaga.territory.territory import Territory

__all__ = ["CustomZone", "Masts", "custom_zones", "masts", "terrain"]

DISTRICT = 2
"""Level of the district in the tree."""
LIST_DAYS = 730
"""A list that is younger than the election by more than this says nothing of it: in two
years an operator builds a tenth of its masts anew."""


@dataclass(frozen=True, eq=False)
class Masts:
    """Masts that count, and where they stand in the tree of an election."""

    stored: StoredSites
    village: npt.NDArray[np.int64]
    """Area row of the village of each site, -1 = outside the province."""
    sources: tuple[str, ...]
    """Keys of the lists, the one with most masts first."""


@dataclass(frozen=True)
class CustomZone:
    """An area that asked not to be reinforced."""

    area_row: int
    reason: Text
    source: str


@lru_cache(maxsize=2)
def terrain(territory: Territory, election: str) -> Terrain | None:
    """Grid of the province, None where the import has no terrain."""
    if not (territory.folder / "territory" / "terrain.tif").is_file():
        return None
    return grid_of(territory, election)


@lru_cache(maxsize=4)
def masts(territory: Territory, election: str) -> Masts:
    """Masts of all lists, crowd-sourced ones where no list of their operator is."""
    folder = territory.folder / "network"
    parts = [read_stored(path) for path in sorted(folder.glob("list_*"))]
    for path in sorted(folder.glob("open_*.parquet")):
        parts.append(_crowd(path.stem.removeprefix("open_"), territory))
    stored = joined([part for part in parts if _speaks_of(territory, election, part)])
    areas = territory.areas(election)
    village = village_at(
        areas, territory.shapes(election), stored.sites.lat, stored.sites.lon
    )
    district = np.where(village >= 0, areas.ancestor_at(DISTRICT)[village], -1)
    keep = _without_doubles(stored, district)
    kept = stored.taken(keep)
    sources = [source for source, _ in Counter(kept.sites.source).most_common()]
    return Masts(kept, village[keep], tuple(sources))


def _speaks_of(territory: Territory, election: str, part: StoredSites) -> bool:
    """Whether a list is not too young for an election; one without a day is not."""
    if not len(part.sites):
        return False
    known_on = parse_rough(territory.sources[part.sites.source[0]].date)
    last = territory.election(election).voting_day + timedelta(days=LIST_DAYS)
    return known_on is None or known_on <= last


def parse_rough(text: str) -> date | None:
    """First day of a day that may be less precise, None for an empty one.

    >>> parse_rough("2025-07"), parse_rough("")
    (datetime.date(2025, 7, 1), None)
    """
    return date.fromisoformat((text + "-01-01")[:10]) if text else None


def _crowd(source: str, territory: Territory) -> StoredSites:
    cells = read_open(territory.folder / "network" / f"open_{source}.parquet")
    at = datetime.fromtimestamp(int(cells.updated_s.max(initial=0)), UTC)
    made = sites_of_open_cells(cells, source, at)
    n = len(made.sites)
    return StoredSites(made.sites, made.cells, np.zeros(n, np.int64), np.ones(n, bool))


def _without_doubles(
    stored: StoredSites, district: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Mask without crowd-sourced sites where a list of their operator speaks."""
    pairs = list(zip(stored.sites.operator, district.tolist(), strict=True))
    listed = {
        pair
        for pair, crowd in zip(pairs, stored.crowd.tolist(), strict=True)
        if not crowd and pair[1] >= 0
    }
    doubled = np.array([pair in listed for pair in pairs], bool)
    return np.asarray(~(stored.crowd & doubled))


def custom_zones(territory: Territory, election: str) -> tuple[CustomZone, ...]:
    """Zones of custom that lie in this election's tree."""
    path = territory.folder / "network" / "zones.parquet"
    if not path.exists():
        return ()
    table, areas = read_columns(path), territory.areas(election)
    columns = [texts(table[n]) for n in ("area", "reason_id", "reason_en", "source")]
    found = []
    for area, reason_id, reason_en, source in zip(*columns, strict=True):
        row = areas.row_of_kemendagri(area)
        if row is not None:
            found.append(CustomZone(row, Text(reason_id, reason_en), source))
    return tuple(found)
