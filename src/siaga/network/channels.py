"""A way to send for every station: ranked, each with its probability and its minutes.

A way is data by one operator, a short message with the totals, a walk or ride to the
nearest good point, or the record carried to the district. Ways that fail together (all
data of one place) count as one kind; a station is safe with two kinds, or with one way
that all but never fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

__all__ = ["Channels", "Kind", "Ways", "arrival_probability", "rank_channels"]

Floats = npt.NDArray[np.float64]

TIME_SPREAD = 0.5
"""Spread of a travel time, as the standard deviation of its logarithm: at night, in
rain, an hour's ride takes two every twelfth time."""


class Kind(IntEnum):
    """What carries a result; ways of one kind may fail together."""

    DATA = 0
    SMS = 1
    SATELLITE = 2
    POINT = 3
    CARRIED = 4

    @property
    def key(self) -> str:
        """Key of the kind in words and exports."""
        return self.name.lower()


@dataclass(frozen=True)
class Ways:
    """One way over all stations; arrays have shape (n,), NaN where there is no way."""

    key: str
    """`data.<operator>`, `sms`, `satellite`, `point`, `carried`."""
    kind: Kind
    works: Floats
    """Probability that it works at all."""
    minutes: Floats
    """Median time from the signed form to its arrival."""


@dataclass(frozen=True)
class Channels:
    """Ranked ways of every station; arrays have shape (n, n_ways)."""

    keys: tuple[str, ...]
    """Keys of the ways, as `order` counts them."""
    order: npt.NDArray[np.int8]
    """Index of the best way, the second best, ...; -1 = no further one."""
    arrives: Floats
    """Probability to arrive by the deadline, in that order; NaN with -1."""
    minutes: Floats
    n_kinds: npt.NDArray[np.int8]
    """Independent kinds among ways that are likelier to work than not, shape (n,)."""
    any_arrives: Floats
    """Probability that one of them arrives, kinds independent, shape (n,)."""


def arrival_probability(
    works: Floats, minutes: Floats, deadline_minutes: float
) -> Floats:
    """Probability to work and to arrive in time; travel times are log-normal.

    A way without travel (0 minutes) is in time if it works. NaN stays NaN.
    """
    with np.errstate(all="ignore"):
        in_time = ndtr(np.log(deadline_minutes / minutes) / TIME_SPREAD)
    return np.asarray(works * np.where(minutes <= 0, 1.0, in_time))


def rank_channels(ways: tuple[Ways, ...], deadline_minutes: float) -> Channels:
    """Ways of every station, the likeliest first; of equals the faster one."""
    arrives = np.column_stack(
        [arrival_probability(w.works, w.minutes, deadline_minutes) for w in ways]
    )
    minutes = np.column_stack([way.minutes for way in ways])
    # Rounded, so that a hair's breadth of probability does not beat an hour.
    likely = np.where(np.isfinite(arrives), np.round(arrives, 2), -1.0)
    order = np.lexsort((np.nan_to_num(minutes, nan=np.inf), -likely), axis=1)
    ranked = np.take_along_axis(arrives, order, axis=1)
    known = np.isfinite(ranked)
    kinds = np.array([way.kind for way in ways])
    missed = np.ones(len(arrives))
    n_kinds = np.zeros(len(arrives), np.int8)
    for kind in np.unique(kinds):
        best = np.nan_to_num(arrives[:, kinds == kind], nan=0.0).max(axis=1)
        missed *= 1 - best
        n_kinds += best > 0.5
    return Channels(
        tuple(way.key for way in ways),
        np.where(known, order, -1).astype(np.int8),
        ranked,
        np.take_along_axis(minutes, order, axis=1),
        n_kinds,
        1 - missed,
    )
