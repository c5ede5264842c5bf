"""An upper bound: the rule "served only where a chosen candidate serves" gets a price.

With a price v on each (demand, scenario) the problem falls apart: each pair is served
if its worth is above its price, and the candidates, each worth the prices that it
collects, fill a knapsack. Any prices give an upper bound; a subgradient makes it low
(M. Held, P. Wolfe, H. Crowder, "Validation of subgradient optimization", Mathematical
Programming 6, 1974; for covering R. Galvao and C. ReVelle, "A Lagrangean heuristic for
the maximal covering location problem", European Journal of Operational Research 88,
1996). Limits on sets of candidates are priced likewise; `requires` and what must be
served are let go, which can only raise the bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from siaga.network.kernel import kernel
from siaga.network.siting_gains import ones

if TYPE_CHECKING:
    from collections.abc import Callable

    from siaga.network.siting_gains import Packed
    from siaga.network.siting_problem import Floats

__all__ = ["Bound", "fixed_by", "lagrange"]

SCENARIOS_OF_WORD = 64
BLOCK = 20
"""Steps between two looks at `stop`."""
PATIENCE = 12
LEAST_STEP = 1e-4
TURN = 1.5
"""How much of a way is kept that the slope points back along (P. Camerini, L. Fratta,
F. Maffioli, "On improving relaxation methods by modified gradient techniques",
Mathematical Programming Study 3, 1975)."""
SHRINK = 0.7
"""After so many steps without gain, the step is this much shorter."""


class Bound(NamedTuple):
    """An upper bound and the prices that prove it."""

    value: float
    """Nothing allowed is worth more, in the unit of the weights."""
    prices: Floats
    """Price of each pair, shape (n_demands, n_words * 64)."""
    set_prices: Floats
    """Price of one place in each limited set, shape (n_sets,)."""
    reduced: Floats
    """What a candidate collects above its share of the budget, (n_candidates,)."""
    unit_worth: float
    """What one more unit of budget would collect."""


def lagrange(
    packed: Packed,
    n_scenarios: int,
    known: float,
    n_steps: int,
    stop: Callable[[], bool],
) -> Bound:
    """Lowest bound of at most `n_steps` steps; `known` is the worth of some choice."""
    n = len(packed.weight)
    width = max(packed.base.shape[1] * SCENARIOS_OF_WORD, len(packed.limit))
    worth = np.zeros((n + 1, width))
    open_worth = pair_worth(packed, n_scenarios)
    worth[:n, : open_worth.shape[1]] = open_worth
    worth[n] = np.inf
    already = float(packed.weight.sum()) - float(open_worth.sum())
    links_of = np.maximum(1, np.diff(packed.start)).mean()
    scale = np.sqrt(max(1.0, links_of * n_scenarios / 2))
    at, way = np.zeros_like(worth), np.zeros_like(worth)
    at[:n] = 0.5 * worth[:n]
    best = at.copy()
    walk = np.array([np.inf, 1.0, 0.0])
    left = n_steps
    while left > 0 and walk[1] > LEAST_STEP and not stop():
        _steps(
            packed, worth, known - already, min(BLOCK, left), scale,
            at, best, way, walk,
        )  # fmt: skip
        left -= BLOCK
    set_best = best[n, : len(packed.limit)] * scale
    collected = collected_by(packed, best, set_best)
    rate = np.zeros(1)
    knapsack(packed, collected, packed.forced, np.zeros(len(packed.cost)), rate)
    value = float(walk[0]) + already
    return Bound(value, best[:n], set_best, collected - rate[0] * packed.cost, rate[0])


def pair_worth(packed: Packed, n_scenarios: int) -> Floats:
    """Worth of serving each pair that nothing serves yet, (n_demands, n_words * 64)."""
    bits = np.unpackbits(
        packed.base.astype("<u8").view(np.uint8), axis=1, bitorder="little"
    )
    open_pairs = 1.0 - bits
    open_pairs[:, n_scenarios:] = 0.0
    worth: Floats = open_pairs * (packed.weight / n_scenarios)[:, np.newaxis]
    return worth


def fixed_by(
    bound: float, reduced: Floats, known: float, forced: Any, room: float
) -> Any:
    """Choices that every better solution has: 1 = in, -1 = out, 0 = open, int8.

    A candidate out of the relaxed choice lowers the bound by `-reduced` when it goes
    in, one in it by `reduced` when it goes out: where that falls below what is known
    (by more than `room`), no better choice does so.
    """
    fixed = np.array(forced, dtype=np.int8)
    free = fixed == 0
    fixed[free & (bound + reduced < known - room)] = -1
    fixed[free & (bound - reduced < known - room)] = 1
    return fixed


@kernel
def collected_by(p: Any, prices: Any, set_prices: Any) -> Any:
    """Prices that each candidate collects, less those of its places in sets."""
    collected = np.zeros(len(p.cost))
    for j in range(len(p.cost)):
        total = 0.0
        for link in range(p.start[j], p.start[j + 1]):
            row = prices[p.demand[link]]
            for word in range(p.served.shape[1]):
                bits = p.served[link, word]
                while bits:
                    low = bits & (~bits + np.uint64(1))
                    total += row[word * SCENARIOS_OF_WORD + ones(low - np.uint64(1))]
                    bits ^= low
        for own in range(p.set_start[j], p.set_start[j + 1]):
            total -= set_prices[p.set_of[own]]
        collected[j] = total
    return collected


@kernel
def knapsack(p: Any, collected: Any, fixed: Any, share: Any, rate: Any) -> Any:
    """Most that the budget collects if candidates may be bought in part.

    Fills the share of each and the worth of one more unit of budget, and returns the
    sum. What is fixed in is bought whatever it collects.
    """
    n = len(p.cost)
    total, left = 0.0, p.budget[0]
    for j in range(n):
        share[j] = 0.0
        if fixed[j] > 0:
            share[j] = 1.0
            total += collected[j]
            left -= p.cost[j]
    per_cost = np.full(n, -1.0)
    for j in range(n):
        if fixed[j] == 0 and collected[j] > 0:
            per_cost[j] = collected[j] / max(p.cost[j], 1e-9)
    rate[0] = 0.0
    for j in np.argsort(-per_cost, kind="mergesort"):
        if per_cost[j] <= 0:
            break
        if p.cost[j] <= left:
            share[j] = 1.0
            left -= p.cost[j]
            total += collected[j]
        else:
            share[j] = max(0.0, left) / p.cost[j]
            total += share[j] * collected[j]
            rate[0] = per_cost[j]
            break
    return total


@kernel
def _slopes(p: Any, share: Any, slope: Any, scale: Any) -> None:
    """How the bound grows with each price: what is bought less what is served."""
    n = len(p.weight)
    slope[:n] = -1.0
    for row in range(len(p.limit)):
        slope[n, row] = p.limit[row] * scale
    for j in range(len(p.cost)):
        if share[j] <= 0:
            continue
        for own in range(p.set_start[j], p.set_start[j + 1]):
            slope[n, p.set_of[own]] -= share[j] * scale
        for link in range(p.start[j], p.start[j + 1]):
            row = slope[p.demand[link]]
            for word in range(p.served.shape[1]):
                bits = p.served[link, word]
                while bits:
                    low = bits & (~bits + np.uint64(1))
                    row[word * SCENARIOS_OF_WORD + ones(low - np.uint64(1))] += share[j]
                    bits ^= low


@kernel
def _turned(at: Any, slope: Any, most: Any, way: Any) -> Any:
    """Turn the way towards the slope; returns its length, squared.

    What the walls of the box hold back is no slope. Where the new slope points back
    along the old way, a part of that is kept, so that the walk does not zigzag.
    """
    along, before = 0.0, 0.0
    for i in range(at.shape[0]):
        for s in range(at.shape[1]):
            held = (slope[i, s] > 0 and at[i, s] <= 0.0) or (
                slope[i, s] < 0 and at[i, s] >= most[i, s]
            )
            if held:
                slope[i, s] = 0.0
            along += slope[i, s] * way[i, s]
            before += way[i, s] * way[i, s]
    kept = -TURN * along / before if along < 0.0 else 0.0
    length = 0.0
    for i in range(at.shape[0]):
        for s in range(at.shape[1]):
            way[i, s] = slope[i, s] + kept * way[i, s]
            length += way[i, s] * way[i, s]
    return length


@kernel
def _moved(at: Any, way: Any, most: Any, step: Any) -> None:
    for i in range(at.shape[0]):
        for s in range(at.shape[1]):
            at[i, s] = min(most[i, s], max(0.0, at[i, s] - step * way[i, s]))


@kernel
def _steps(
    p: Any, worth: Any, known: Any, n_steps: Any, scale: Any,
    at: Any, best: Any, way: Any, walk: Any,
) -> None:  # fmt: skip
    """Walk down; `walk` holds the lowest bound, the length of a step, the patience.

    The prices of the sets stand, in units of `scale`, in a last row of `at`.
    """
    n = len(p.weight)
    share, rate = np.zeros(len(p.cost)), np.zeros(1)
    slope = np.zeros_like(at)
    for _ in range(n_steps):
        set_at = at[n, : len(p.limit)] * scale
        collected = collected_by(p, at, set_at)
        bound = knapsack(p, collected, p.forced, share, rate)
        bound += (worth[:n] - at[:n]).sum() + (set_at * p.limit).sum()
        if bound < walk[0] * (1 - 1e-9) or walk[0] == np.inf:
            walk[0], walk[2] = bound, 0.0
            best[:] = at
        else:
            walk[2] += 1
            if walk[2] >= PATIENCE:
                walk[1] *= SHRINK
                walk[2] = 0.0
                at[:] = best
                way[:] = 0.0
                continue
        _slopes(p, share, slope, scale)
        length = _turned(at, slope, worth, way)
        if length == 0.0:
            walk[1] = 0.0
            return
        _moved(at, way, worth, walk[1] * max(0.0, bound - known) / length)
