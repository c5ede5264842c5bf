"""Most that a region collects: a tree over what is chosen in it, and a bound of each.

The best sum of worths less prices, in whole candidates. A node has chosen some; what
adds less than its price now never adds more later (coverage is submodular) and is left
out below. What is left there is bounded by a price on each demand: either a demand pays
what is open in it, or the candidates pay for what they serve of it, and the cheaper
prices are walked to as in `siting_lagrange`, here with a dozen steps a node.

The tree need not be walked to its end: what was left out is bounded too, and a branch
that promises less than a share above the best is not entered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from siaga.network.kernel import kernel
from siaga.network.siting_gains import ones

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Most", "Region", "most_of"]

SHARES = (0.02, 0.004)
"""A branch must promise so much above the best; each in turn, while nodes are left."""
DEEPEST = 24
"""Candidates chosen in one region, at most looked at."""
BLOCK = 5_000
"""Nodes between two looks at `stop`."""
STEPS = (300, 100, 40, 10)
"""Steps of the prices of the demands, by depth; the last for all deeper nodes."""
TURN = 1.5
SHRINK = 0.8


class Region(NamedTuple):
    """Some demands and all that may serve them; links as in `Packed`."""

    member: Any
    """Which candidates these are, (n_candidates,)."""
    price: Any
    """Price of each candidate in this region, (n_candidates,)."""
    start: Any
    demand: Any
    """Demand of each link, counted within the region."""
    served: Any
    base: Any
    """Masks of what is served anyway, (n_demands, n_words)."""
    weight: Any
    """Worth of one demand in one scenario, (n_demands,)."""
    room: Any
    """Worth that is open in each demand, (n_demands,)."""


class Most(NamedTuple):
    """What a region collects."""

    value: float
    """No choice collects more: worth less prices."""
    chosen: Any
    """Best choice that was found, as rows of all candidates."""
    is_near: bool
    """Whether the tree was walked to an end, and the value is near that choice's."""


class Tree(NamedTuple):
    """Where a walk stands: one row for each depth."""

    rows: Any
    """Candidates that may still be added, the best first, (depth, n_candidates)."""
    net: Any
    """What each adds less its price."""
    above: Any
    """What each collects at the prices of the demands, less its own."""
    size: Any
    """How many they are, (depth,)."""
    place: Any
    """Which of them is being looked at, (depth,)."""
    gain: Any
    """What each link adds, (depth, n_links)."""
    room: Any
    """Worth that is open in each demand, (depth, n_demands)."""
    paid: Any
    """Share of it that candidates pay for, (depth, n_demands)."""
    most: Any
    """Bound of the node, less what was looked at, (depth,)."""
    covered: Any
    value: Any
    """Worth of what is chosen less its price, (depth,)."""
    chosen: Any
    """Candidate that led to each depth, (depth,)."""
    best: Any
    """Mask of the best choice, (n_candidates,)."""
    walk: Any
    """Depth, whether it was just entered, nodes so far."""
    found: Any
    """Best value, and the highest bound of what was left out."""


def most_of(region: Region, n_nodes: int, stop: Callable[[], bool]) -> Most:
    """Most that the region collects, or a little more.

    Looks at some `n_nodes` nodes at most, and ends soon after `stop()`.
    """
    most, best, is_near = np.inf, 0.0, False
    chosen = np.zeros(len(region.price), bool)
    for share in SHARES:
        tree, ended = _tree(region, best), False
        while not ended and n_nodes > 0 and not stop():
            before = tree.walk[2]
            ended = _walk(region, tree, share, min(BLOCK, n_nodes), False)
            n_nodes -= int(tree.walk[2] - before)
        if not ended:
            _walk(region, tree, share, 0, True)
        best = float(tree.found[0])
        chosen = tree.best if tree.best.any() else chosen
        most = min(most, max(best * (1 + share), float(tree.found[1])))
        is_near = is_near or ended
        if not ended:
            break
    return Most(most, region.member[chosen], is_near)


def _tree(region: Region, best: float) -> Tree:
    n, n_demands, n_links = len(region.price), len(region.weight), len(region.demand)
    tree = Tree(
        np.zeros((DEEPEST, n), np.int64),
        np.zeros((DEEPEST, n)),
        np.zeros((DEEPEST, n)),
        np.zeros(DEEPEST, np.int64),
        np.zeros(DEEPEST, np.int64),
        np.zeros((DEEPEST, n_links)),
        np.zeros((DEEPEST, n_demands)),
        np.full((DEEPEST, n_demands), 0.5),
        np.zeros(DEEPEST),
        np.zeros((DEEPEST, *region.base.shape), np.uint64),
        np.zeros(DEEPEST),
        np.zeros(DEEPEST, np.int64),
        np.zeros(n, bool),
        np.array([0, 1, 0]),
        np.array([best, 0.0]),
    )
    tree.room[0], tree.covered[0] = region.room, region.base
    return tree


@kernel
def _walk(r: Any, t: Any, share: Any, n_nodes: Any, closing: Any) -> Any:
    """Go on with the walk; True when it is at its end.

    When `closing`, no branch is entered: all that would be is left out, with its bound.
    """
    d, until = t.walk[0], t.walk[2] + n_nodes
    while True:
        if t.walk[1] == 1:
            _enter(r, t, d, share)
            t.walk[1] = 0
            t.walk[2] += 1
        if t.walk[2] >= until and not closing:
            t.walk[0] = d
            return False
        t.place[d] += 1
        q = t.place[d]
        # The last one has nobody beside it: its value was looked at on entering.
        if q >= t.size[d] - 1:
            if d == 0:
                return True
            d -= 1
            continue
        bound = t.most[d] + min(0.0, t.above[d, q])
        t.most[d] -= max(0.0, t.above[d, q])
        if bound <= t.found[0] * (1 + share):
            continue
        if closing or d + 1 == len(t.size):
            t.found[1] = max(t.found[1], bound)
            continue
        _choose(r, t, d, q)
        d += 1
        t.walk[1] = 1


@kernel
def _choose(r: Any, t: Any, d: Any, q: Any) -> None:
    """Fill the next depth with the choice of the q-th candidate of this one."""
    j = t.rows[d, q]
    t.covered[d + 1] = t.covered[d]
    t.room[d + 1] = t.room[d]
    t.paid[d + 1] = t.paid[d]
    for link in range(r.start[j], r.start[j + 1]):
        demand = r.demand[link]
        t.room[d + 1, demand] -= t.gain[d, link]
        for word in range(r.served.shape[1]):
            t.covered[d + 1, demand, word] |= r.served[link, word]
    t.value[d + 1] = t.value[d] + t.net[d, q]
    t.chosen[d + 1] = j


@kernel
def _enter(r: Any, t: Any, d: Any, share: Any) -> None:
    """List what may be added to a node just entered, and bound it."""
    first = 0 if d == 0 else t.place[d - 1] + 1
    end = len(r.price) if d == 0 else t.size[d - 1]
    n, net, rows = 0, np.empty(end), np.empty(end, np.int64)
    for q in range(first, end):
        j = q if d == 0 else t.rows[d - 1, q]
        more = -r.price[j]
        for link in range(r.start[j], r.start[j + 1]):
            demand, count = r.demand[link], 0
            for word in range(r.served.shape[1]):
                count += ones(r.served[link, word] & ~t.covered[d, demand, word])
            t.gain[d, link] = r.weight[demand] * count
            more += t.gain[d, link]
        if more > 0:
            rows[n], net[n] = j, more
            n += 1
    order = np.argsort(-net[:n], kind="mergesort")
    t.rows[d, :n], t.net[d, :n] = rows[order], net[order]
    t.size[d], t.place[d] = n, -1
    if n > 0 and t.value[d] + t.net[d, 0] > t.found[0]:
        t.found[0] = t.value[d] + t.net[d, 0]
        t.best[:] = False
        t.best[t.rows[d, 0]] = True
        t.best[t.chosen[1 : d + 1]] = True
    _pay(r, t, d, t.found[0] * (1 + share))
    t.most[d] = t.value[d] + ((1 - t.paid[d]) * t.room[d]).sum()
    for q in range(n):
        t.above[d, q] = _above(r, t, d, t.rows[d, q], t.paid[d])
        t.most[d] += max(0.0, t.above[d, q])


@kernel
def _above(r: Any, t: Any, d: Any, j: Any, paid: Any) -> Any:
    total = -r.price[j]
    for link in range(r.start[j], r.start[j + 1]):
        total += paid[r.demand[link]] * t.gain[d, link]
    return total


@kernel
def _pay(r: Any, t: Any, d: Any, target: Any) -> None:
    """Walk `paid` of a node to a low bound, until that is below the target."""
    at, way = t.paid[d].copy(), np.zeros(len(r.weight))
    lowest, step = np.inf, 1.0
    for _ in range(STEPS[min(d, len(STEPS) - 1)]):
        bound = t.value[d] + ((1 - at) * t.room[d]).sum()
        slope = -t.room[d]
        for q in range(t.size[d]):
            j = t.rows[d, q]
            above = _above(r, t, d, j, at)
            if above > 0:
                bound += above
                for link in range(r.start[j], r.start[j + 1]):
                    slope[r.demand[link]] += t.gain[d, link]
        if bound < lowest:
            lowest = bound
            t.paid[d] = at
        else:
            step *= SHRINK
        if bound <= target:
            return
        length = _turn(at, slope, way)
        if length == 0.0:
            return
        for i in range(len(at)):
            moved = at[i] - step * (bound - target) / length * way[i]
            at[i] = min(1.0, max(0.0, moved))


@kernel
def _turn(at: Any, slope: Any, way: Any) -> Any:
    """Turn the way towards the slope as `siting_lagrange` does; its squared length."""
    along, before = 0.0, 0.0
    for i in range(len(at)):
        if (slope[i] > 0 and at[i] <= 0.0) or (slope[i] < 0 and at[i] >= 1.0):
            slope[i] = 0.0
        along += slope[i] * way[i]
        before += way[i] * way[i]
    kept = -TURN * along / before if along < 0.0 else 0.0
    length = 0.0
    for i in range(len(at)):
        way[i] = slope[i] + kept * way[i]
        length += way[i] * way[i]
    return length
