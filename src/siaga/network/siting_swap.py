"""Local search: take one or two out, fill up again, keep what is better.

Three moves, from small to large: the best swap of one against one; two out and filled
up again; and, in rounds, a few neighbours out, filled up with a taste drawn by chance
("ruin and recreate", G. Schrimpf and others, Journal of Computational Physics 159,
2000). Chance comes from a seed, and no clock is read: the same limits give the same
choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from siaga.network.kernel import kernel
from siaga.network.siting_gains import (
    Packed,
    State,
    add,
    cover,
    fits,
    gain_of,
    gain_with_needs,
    state_of,
)
from siaga.network.siting_greedy import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from siaga.network.siting_problem import Floats

__all__ = ["improve", "rounds"]

LEAST_STEP = 1e-12
"""A score must grow by this share, so that rounding makes no circles."""
MOST_OUT = 6
TASTE = 0.25
"""A taste is a factor within this share of 1."""


def improve(
    packed: Packed, state: State, stop: Callable[[], bool], *, pairs: bool = True
) -> None:
    """Swap until nothing is better or `stop()`; changes the state in place."""
    work, spare = (state_of(packed, state.chosen) for _ in range(2))
    single = _singles(packed)
    order = np.full(len(packed.cost), -1, np.int64)
    even = np.ones(len(packed.cost))
    fill(packed, state, spare, even, order)
    while not stop():
        if _swap_one(packed, state, work, spare, single):
            fill(packed, state, spare, even, order)
        elif not (pairs and _pairs(packed, state, work, spare, stop)):
            return


def rounds(
    packed: Packed,
    state: State,
    n_rounds: int,
    rng: np.random.Generator,
    stop: Callable[[], bool],
) -> int:
    """Ruin and recreate the state in place; returns how many rounds were better."""
    work, spare = (state_of(packed, state.chosen) for _ in range(2))
    single = _singles(packed)
    order = np.full(len(packed.cost), -1, np.int64)
    even = np.ones(len(packed.cost))
    n_better = 0
    for _ in range(n_rounds):
        taste = 1 + TASTE * (2 * rng.random(len(packed.cost)) - 1)
        n_out, near = int(rng.integers(2, MOST_OUT + 1)), bool(rng.integers(0, 2))
        if stop():
            break
        _copy(work, state.chosen)
        _ruin(packed, work, spare, n_out, near, taste)
        fill(packed, work, spare, taste, order)
        n_swaps = 0
        while n_swaps < len(packed.cost) and not stop():
            other = state_of(packed, work.chosen)
            if not _swap_one(packed, work, other, spare, single):
                break
            fill(packed, work, spare, even, order)
            n_swaps += 1
        if work.score[0] > state.score[0] * (1 + LEAST_STEP):
            _copy(state, work.chosen)
            cover(packed, state)
            n_better += 1
    return n_better


def _singles(packed: Packed) -> Floats:
    """Score that each candidate would add to nothing: no gain is ever above it."""
    nothing = state_of(packed, np.zeros(len(packed.cost), bool))
    return np.array([gain_of(packed, nothing, j) for j in range(len(packed.cost))])


@kernel
def _copy(state: Any, chosen: Any) -> None:
    state.chosen[:] = chosen


def _pairs(
    packed: Packed, state: State, work: State, spare: State, stop: Callable[[], bool]
) -> bool:
    """Whether two out and filled up again was better; the first such is kept."""
    chosen = np.flatnonzero(state.chosen)
    for first in chosen:
        if stop():
            return False
        if _pair_with(packed, state, work, spare, int(first)):
            return True
    return False


@kernel
def _pair_with(p: Any, state: Any, work: Any, spare: Any, first: Any) -> Any:
    n = len(p.cost)
    taste, order = np.ones(n), np.full(n, -1, np.int64)
    for second in range(first + 1, n):
        if not state.chosen[second]:
            continue
        _copy(work, state.chosen)
        if not (take_out(p, work, first) and take_out(p, work, second)):
            continue
        cover(p, work)
        fill(p, work, spare, taste, order)
        if work.score[0] > state.score[0] * (1 + LEAST_STEP):
            _copy(state, work.chosen)
            cover(p, state)
            return True
    return False


@kernel
def take_out(p: Any, state: Any, j: Any) -> Any:
    """Take out candidate j and what stands on it; False if one of them is forced.

    The choice alone is changed: `cover` the state afterwards.
    """
    for row in range(p.tied_start[j], p.tied_start[j + 1]):
        if p.forced[p.tied[row]] > 0:
            return False
    for row in range(p.tied_start[j], p.tied_start[j + 1]):
        state.chosen[p.tied[row]] = False
    return True


@kernel
def _swap_one(p: Any, state: Any, work: Any, spare: Any, single: Any) -> Any:
    """Make the best swap of one (with what stands on it) against one, if better."""
    n = len(p.cost)
    best, out, into = state.score[0] * (1 + LEAST_STEP), -1, -1
    for j in range(n):
        if not state.chosen[j]:
            continue
        _copy(work, state.chosen)
        if not take_out(p, work, j):
            continue
        cover(p, work)
        for other in range(n):
            alone = p.need_start[other + 1] - p.need_start[other] == 1
            if alone and work.score[0] + single[other] <= best:
                continue
            if other == j or not fits(p, work, other):
                continue
            score = work.score[0] + gain_with_needs(p, work, other, spare)
            if score > best:
                best, out, into = score, j, other
    if into < 0:
        return False
    take_out(p, state, out)
    cover(p, state)
    add(p, state, into)
    cover(p, state)
    return True


@kernel
def _ruin(p: Any, state: Any, spare: Any, n_out: Any, near: Any, taste: Any) -> None:
    """Take out some of a choice: neighbours of one, or any, as the taste has it.

    A neighbour is a candidate that adds little beside the others there: what both serve
    is counted by the bits that they share.
    """
    first = -1
    for j in range(len(p.cost)):
        if state.chosen[j] and (first < 0 or taste[j] > taste[first]):
            first = j
    if first < 0:
        return
    shared = _shared(p, spare, first) if near else np.zeros(len(p.cost))
    take_out(p, state, first)
    for _ in range(n_out - 1):
        row = -1
        for j in range(len(p.cost)):
            if not state.chosen[j] or p.forced[j] > 0:
                continue
            better = row < 0 or shared[j] * taste[j] > shared[row] * taste[row]
            even = row >= 0 and shared[j] == shared[row] and taste[j] > taste[row]
            if better or even:
                row = j
        if row < 0:
            break
        if not take_out(p, state, row):
            break
    cover(p, state)


@kernel
def _shared(p: Any, spare: Any, first: Any) -> Any:
    """How much of what candidate `first` serves each other serves too."""
    spare.chosen[:] = False
    cover(p, spare)
    alone = np.zeros(len(p.cost))
    for j in range(len(p.cost)):
        alone[j] = gain_of(p, spare, j)
    add(p, spare, first)
    for j in range(len(p.cost)):
        alone[j] -= gain_of(p, spare, j)
    return alone
