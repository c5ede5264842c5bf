"""Tally: votes of a race by source and level, with how many stations are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.tables import numbers
from siaga.rekap.results import station_results, vote_columns
from siaga.territory.rollup import Segments, roll_up, roll_up_known

if TYPE_CHECKING:
    from datetime import datetime

    from siaga.territory.territory import Territory

__all__ = ["Tally", "sources_known", "tally"]

Counts = npt.NDArray[np.int64]
_COUNTS = ("valid", "invalid", "total")


@dataclass(frozen=True)
class Tally:
    """Votes by area, shape (n_areas, ...); -1 = this source gives nothing there."""

    race: str
    source: str
    known_at: datetime
    candidates: tuple[str, ...]
    votes: Counts
    """Shape (n_areas, n_candidates)."""
    votes_known: Counts
    """Stations whose votes are known for every candidate, shape (n_areas,)."""
    n_stations: Counts
    """Stations of each area that the source speaks of."""
    counts: dict[str, Counts]
    """`valid`, `invalid`, `total` where the source has them."""
    by_station: bool
    """True: summed from stations. False: as the source printed it for the area."""


def sources_known(
    territory: Territory, election: str, race: str, as_of: datetime
) -> list[str]:
    """Sources of a race that could be read at a moment, the primary one first."""
    results = [r for r in territory.election(election).results if r.race == race]
    known = [r for r in results if r.known_at <= as_of]
    return [r.source for r in sorted(known, key=lambda r: not r.primary)]


def tally(
    territory: Territory, election: str, race: str, source: str, as_of: datetime
) -> Tally | None:
    """Tally of all areas; None if the source was not known at `as_of`.

    Stations are summed where the source has stations; what a source printed for an area
    is given as it printed it and never summed upward.
    """
    result = territory.election(election).result(race, source)
    if result.known_at > as_of:
        return None
    stations = station_results(territory, election, race, source, as_of)
    areas = territory.areas(election)
    if stations is None:
        return _printed(territory, election, race, source)
    segments = Segments(areas.start, areas.stop, areas.level, areas.parent_row)
    complete = np.asarray((stations.votes >= 0).all(axis=1))
    votes, _ = roll_up_known(stations.votes, stations.votes >= 0, segments)
    known = roll_up(complete, segments)
    counts = {
        name: roll_up_known(
            stations.counts[name], stations.counts[name] >= 0, segments
        )[0]
        for name in _COUNTS
        if name in stations.counts
    }
    return Tally(
        race, source, result.known_at, stations.candidates, votes, known,
        (areas.stop - areas.start).astype(np.int64), counts, by_station=True,
    )  # fmt: skip


def _printed(
    territory: Territory, election: str, race: str, source: str
) -> Tally | None:
    table = territory.result_table(election, race, source, "areas")
    if table is None:
        return None
    n_areas = len(territory.areas(election))
    rows = numbers(table["area_row"], np.int64, 0)

    def spread(name: str) -> Counts:
        values = np.full(n_areas, -1, dtype=np.int64)
        if name in table.column_names:
            values[rows] = numbers(table[name], np.int64, -1)
        return values

    columns = vote_columns(table)
    votes = np.column_stack([spread(name) for name in columns])
    counts = {name: spread(name) for name in _COUNTS if name in table.column_names}
    result = territory.election(election).result(race, source)
    areas = territory.areas(election)
    return Tally(
        race, source, result.known_at,
        tuple(name.removeprefix("votes_") for name in columns),
        votes, spread("reported"), (areas.stop - areas.start).astype(np.int64), counts,
        by_station=False,
    )  # fmt: skip
