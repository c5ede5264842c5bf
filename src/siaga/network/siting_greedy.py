"""Greedy choice: again and again the candidate that adds most for its cost.

A gain never grows while others are chosen (coverage is submodular), so that an old gain
is an upper bound and most need not be counted again (M. Minoux, "Accelerated greedy
algorithms for maximizing submodular set functions", Optimization Techniques, 1978).
With costs, the better of this and of the best single candidate is never below
(1 - 1/e) / 2 of the best (Khuller, Moss, Naor, "The budgeted maximum coverage problem",
Information Processing Letters 70, 1999).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from siaga.network.kernel import kernel
from siaga.network.siting_gains import (
    Packed,
    State,
    add,
    cover,
    fits,
    gain_with_needs,
    price_of,
    state_of,
)

__all__ = ["best_single", "fill", "greedy"]

LEAST_COST = 1e-9
"""Stands for a cost of 0 where a gain is divided by it."""


def greedy(packed: Packed) -> tuple[State, list[int]]:
    """State of the greedy choice from what is forced in, and the order of choice.

    A candidate that is chosen because another requires it is not in the order.
    """
    state = state_of(packed, packed.forced > 0)
    spare = state_of(packed, packed.forced > 0)
    even = np.ones(len(packed.cost))
    order = np.full(len(packed.cost), -1, np.int64)
    n = fill(packed, state, spare, even, order)
    return state, order[:n].tolist()


def best_single(packed: Packed) -> State:
    """State with the one candidate that adds most, then filled greedily."""
    forced = packed.forced > 0
    state, spare = state_of(packed, forced), state_of(packed, forced)
    row = _best_gain(packed, state, spare)
    if row >= 0:
        add(packed, state, row)
    order = np.full(len(packed.cost), -1, np.int64)
    fill(packed, state, spare, np.ones(len(packed.cost)), order)
    return state


@kernel
def _best_gain(p: Any, state: Any, spare: Any) -> Any:
    best, row = 0.0, -1
    for j in range(len(p.cost)):
        if fits(p, state, j):
            gain = gain_with_needs(p, state, j, spare)
            if gain > best:
                best, row = gain, j
    return row


@kernel
def fill(p: Any, state: Any, spare: Any, taste: Any, order: Any) -> Any:
    """Add candidates by gain for cost, each times its `taste`, until none adds.

    Writes the choices into `order` and returns how many they are.
    """
    n = len(p.cost)
    old = np.full(n, np.inf)
    n_added = 0
    while True:
        best, row = 0.0, -1
        for j in range(n):
            if old[j] <= best or not fits(p, state, j):
                continue
            gain = gain_with_needs(p, state, j, spare)
            rate = gain * taste[j] / max(price_of(p, state, j), LEAST_COST)
            # A bundle grows cheaper when a part of it is chosen: no old bound holds.
            if p.need_start[j + 1] - p.need_start[j] == 1:
                old[j] = rate
            if rate > best:
                best, row = rate, j
        if row < 0:
            break
        add(p, state, row)
        order[n_added] = row
        n_added += 1
    # Sums of one order, whatever way led here.
    cover(p, state)
    return n_added
