"""Data types of the votes: results of one race by one source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UNKNOWN", "Counts", "Results"]

UNKNOWN = -1
"""Stands for a count that the source does not give; never 0."""

Counts = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Results:
    """Results of all stations in row order, shape (n,); UNKNOWN where not given."""

    race: str
    source: str
    candidates: tuple[str, ...]
    votes: Counts
    """Votes of each candidate, shape (n, n_candidates)."""
    counts: Mapping[str, Counts]
    """Other counts by name: `valid`, `invalid`, `total`, `voters`, `users_dpt`, ...

    A name that the source does not have is absent.
    """
    changed_at_us: npt.NDArray[np.int64]
    """Last change at the source, microseconds UTC, -1 = not given. Never an arrival."""

    def __post_init__(self) -> None:
        """Check shapes; freeze the arrays."""
        n, k = self.votes.shape
        assert k == len(self.candidates)
        arrays: list[npt.NDArray[Any]] = [self.votes, self.changed_at_us]
        for array in (*arrays, *self.counts.values()):
            assert array.shape[0] == n
            array.flags.writeable = False

    def __len__(self) -> int:
        """Number of stations."""
        return len(self.votes)

    def count(self, name: str) -> Counts:
        """Counts of a name, all UNKNOWN where the source does not have it."""
        found = self.counts.get(name)
        return np.full(len(self), UNKNOWN, dtype=np.int32) if found is None else found
