"""Voters that no source gives: the rest of a regency's official DPT."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from siaga.territory.stations import VoterOrigin

__all__ = ["Voters", "estimate_voters", "largest_remainder"]

Ints = npt.NDArray[np.int32]

RANGE_PERCENT = (5, 95)
"""Percentiles of the regency's known stations that bound an estimate."""


@dataclass(frozen=True)
class Voters:
    """Voters of each station, shape (n,); -1 = unknown."""

    value: Ints
    low: Ints
    high: Ints
    origin: npt.NDArray[np.uint8]


def largest_remainder(total: int, n: int) -> Ints:
    """Whole numbers that share `total` equally over `n` and sum to it exactly.

    Equal shares have equal remainders; the surplus goes to the first ones.

    >>> largest_remainder(7, 3).tolist()
    [3, 2, 2]
    """
    shares = np.full(n, total // n if n else 0, dtype=np.int32)
    shares[: total - int(shares.sum())] += 1
    return shares


def estimate_voters(
    known: Ints, start: Ints, stop: Ints, official: npt.NDArray[np.int64]
) -> Voters:
    """Voters of all stations, unknown ones filled up to the official DPT.

    `known` has shape (n,) with -1 for unknown; `start`, `stop` and `official` have one
    entry a regency (official -1 = not stated: its unknown stations stay unknown, as
    they do where the known ones already exceed the official DPT).
    """
    value = known.astype(np.int32, copy=True)
    low, high = value.copy(), value.copy()
    origin = np.where(value >= 0, VoterOrigin.SOURCE, VoterOrigin.UNKNOWN).astype(
        np.uint8
    )
    for begin, end, total in zip(
        start.tolist(), stop.tolist(), official.tolist(), strict=True
    ):
        part = known[begin:end]
        missing = begin + np.flatnonzero(part < 0)
        given = part[part >= 0]
        rest = total - int(given.sum())
        if total < 0 or rest < 0 or missing.size == 0:
            continue
        value[missing] = largest_remainder(rest, missing.size)
        origin[missing] = VoterOrigin.ESTIMATED
        bounds = np.percentile(given, RANGE_PERCENT) if given.size else (0, rest)
        low[missing] = np.minimum(value[missing], int(bounds[0]))
        high[missing] = np.maximum(value[missing], int(np.ceil(bounds[1])))
    return Voters(value, low, high, origin)
