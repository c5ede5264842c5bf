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
    ones,
    served_once,
    state_of,
)
from siaga.network.siting_greedy import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from siaga.network.siting_problem import Bools, Floats

__all__ = ["improve", "rounds", "rounds_of", "take_out"]

LEAST_STEP = 1e-12
"""A score must grow by this share, so that rounding makes no circles."""
MOST_OUT = 6
WORSE = 0.004
"""Share by which a round may be worse than the best at first and still be kept."""
HOME = 25
"""Rounds after which a walk that was refused starts again from the best."""
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
    best: State,
    n_rounds: int,
    rng: np.random.Generator,
    stop: Callable[[], bool],
) -> int:
    """Ruin and recreate the best state in place; returns how many rounds bettered it.

    The walk goes on from a choice that is a little worse than the best, ever less so
    (G. Dueck, "New optimization heuristics: the great deluge algorithm and the
    record-to-record travel", Journal of Computational Physics 104, 1993).
    """
    at, work, other, spare = (state_of(packed, best.chosen) for _ in range(4))
    single = _singles(packed)
    n_better = 0
    for done in range(n_rounds):
        taste = 1 + TASTE * (2 * rng.random(len(packed.cost)) - 1)
        n_out, near = int(rng.integers(2, MOST_OUT + 1)), bool(rng.integers(0, 4))
        if stop():
            break
        _round(packed, at, work, other, spare, single, n_out, near, taste)
        allowed = WORSE * (1 - (done + 1) / n_rounds)
        if work.score[0] > best.score[0] * (1 + LEAST_STEP):
            _take(packed, best, work)
            n_better += 1
        if work.score[0] >= best.score[0] * (1 - allowed):
            _take(packed, at, work)
        elif done % HOME == 0:
            _take(packed, at, best)
    return n_better


def rounds_of(
    packed: Packed,
    chosen: Bools,
    n_rounds: int,
    seed: tuple[int, ...],
    stop: Callable[[], bool],
) -> Bools:
    """Best choice of a chain of rounds from a choice; one task of a pool."""
    state = state_of(packed, chosen)
    rounds(packed, state, n_rounds, np.random.default_rng(seed), stop)
    found: Bools = state.chosen
    return found


def _singles(packed: Packed) -> Floats:
    """Score that each candidate would add to nothing: no gain is ever above it."""
    nothing = state_of(packed, np.zeros(len(packed.cost), bool))
    return np.array([gain_of(packed, nothing, j) for j in range(len(packed.cost))])


@kernel
def _take(p: Any, state: Any, other: Any) -> None:
    _copy(state, other.chosen)
    cover(p, state)


@kernel
def _round(
    p: Any, at: Any, work: Any, other: Any, spare: Any, single: Any,
    n_out: Any, near: Any, taste: Any,
) -> None:  # fmt: skip
    """One round into `work`: out, filled up by taste, then swapped while better."""
    order, even = np.empty(len(p.cost), np.int64), np.ones(len(p.cost))
    _copy(work, at.chosen)
    cover(p, work)
    _ruin(p, work, spare, n_out, near, taste)
    fill(p, work, spare, taste, order)
    fill(p, work, spare, even, order)
    for _ in range(len(p.cost)):
        if not _swap_one(p, work, other, spare, single):
            break
        fill(p, work, spare, even, order)


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
    out, into = _best_swap(p, state, work, spare, single)
    if into < 0:
        return False
    take_out(p, state, out)
    cover(p, state)
    add(p, state, into)
    cover(p, state)
    return True


@kernel
def _best_swap(p: Any, state: Any, work: Any, spare: Any, single: Any) -> Any:
    n = len(p.cost)
    best, out, into = state.score[0] * (1 + LEAST_STEP), -1, -1
    gain, more = np.zeros(n), np.zeros(n)
    only = served_once(p, state)
    for other in range(n):
        if not state.chosen[other]:
            gain[other] = gain_of(p, state, other)
    for j in range(n):
        if not state.chosen[j] or p.forced[j] > 0:
            continue
        if p.bonus[0] > 0 or p.tied_start[j + 1] - p.tied_start[j] > 1:
            other, score = _swap_slowly(p, state, work, spare, single, j, best)
        else:
            other, score = _swap_of(p, state, work, spare, j, best, gain, more, only)
        if other >= 0:
            best, out, into = score, j, other
    return out, into


@kernel
def _swap_of(
    p: Any, state: Any, work: Any, spare: Any, j: Any, best: Any,
    gain: Any, more: Any, only: Any,
) -> Any:  # fmt: skip
    """Best candidate in place of j: its gain grows by what j alone has served.

    That needs a look at the demands of j only, not at all links of all candidates.
    """
    more[:] = 0.0
    lost = 0.0
    for link in range(p.start[j], p.start[j + 1]):
        demand = p.demand[link]
        mine = 0
        for word in range(p.served.shape[1]):
            mine += ones(only[demand, word] & p.served[link, word])
        if mine == 0:
            continue
        lost += p.weight[demand] * mine
        for row in range(p.by_start[demand], p.by_start[demand + 1]):
            both = 0
            for word in range(p.served.shape[1]):
                bits = only[demand, word] & p.served[link, word]
                both += ones(bits & p.by_served[row, word])
            more[p.by[row]] += p.weight[demand] * both
    return _fitting(p, state, work, spare, j, best, gain, more, lost)


@kernel
def _fitting(
    p: Any, state: Any, work: Any, spare: Any, j: Any, best: Any,
    gain: Any, more: Any, lost: Any,
) -> Any:  # fmt: skip
    """Best candidate that fits in place of j, and the score; -1 if none is better."""
    into, spent, ready = -1, state.spent[0], False
    without = state.score[0] - lost
    _leave(p, state, j, -1)
    for other in range(len(p.cost)):
        if other == j or state.chosen[other]:
            continue
        if p.need_start[other + 1] - p.need_start[other] == 1:
            score = without + gain[other] + more[other]
        elif fits(p, state, other):
            if not ready:
                _copy(work, state.chosen)
                cover(p, work)
                ready = True
            score = without + gain_with_needs(p, work, other, spare)
        else:
            continue
        if score > best and fits(p, state, other):
            best, into = score, other
    _leave(p, state, j, 1)
    state.spent[0] = spent
    return into, best


@kernel
def _leave(p: Any, state: Any, j: Any, sign: Any) -> None:
    """Take j out of the choice, its cost and its sets (-1), or put it back (1)."""
    state.chosen[j] = sign > 0
    state.spent[0] += sign * p.cost[j]
    for own in range(p.set_start[j], p.set_start[j + 1]):
        state.used[p.set_of[own]] += sign


@kernel
def _swap_slowly(
    p: Any, state: Any, work: Any, spare: Any, single: Any, j: Any, best: Any
) -> Any:
    """Do as `_swap_of`, where things stand on j or demands must be served."""
    into = -1
    _copy(work, state.chosen)
    if not take_out(p, work, j):
        return into, best
    cover(p, work)
    for other in range(len(p.cost)):
        alone = p.need_start[other + 1] - p.need_start[other] == 1
        if alone and work.score[0] + single[other] <= best:
            continue
        if other == j or not fits(p, work, other):
            continue
        score = work.score[0] + gain_with_needs(p, work, other, spare)
        if score > best:
            best, into = score, other
    return into, best


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
