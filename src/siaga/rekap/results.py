"""Results of an election as the imported land holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siaga.house.tables import numbers
from siaga.rekap.model import UNKNOWN, Counts, Results

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from siaga.territory.territory import Territory

__all__ = ["station_results", "vote_columns"]

_NOT_COUNTS = (
    "level",
    "code",
    "changed_at",
    "known_on",
    "covered",
    "area_row",
    "source",
)


def vote_columns(table: pa.Table) -> list[str]:
    """Names of the columns that hold candidates' votes, in order of the number."""
    return sorted(name for name in table.column_names if name.startswith("votes_"))


def station_results(
    territory: Territory, election: str, race: str, source: str, as_of: datetime
) -> Results | None:
    """Results by station; None if the source has none or was not known at `as_of`.

    Raises NotFound for a race or source that the election does not have.
    """
    if territory.election(election).result(race, source).known_at > as_of:
        return None
    table = territory.result_table(election, race, source, "stations")
    if table is None:
        return None
    votes = vote_columns(table)
    others = [c for c in table.column_names if c not in (*votes, *_NOT_COUNTS)]
    changed = np.full(table.num_rows, -1, dtype=np.int64)
    if "changed_at" in table.column_names:
        changed = numbers(table["changed_at"], np.int64, -1)
    return Results(
        race=race,
        source=source,
        candidates=tuple(name.removeprefix("votes_") for name in votes),
        votes=np.column_stack([_counts(table, name) for name in votes]),
        counts={name: _counts(table, name) for name in others},
        changed_at_us=changed,
    )


def _counts(table: pa.Table, name: str) -> Counts:
    return numbers(table[name], np.int32, UNKNOWN)
