"""A bound that does not buy in part: demands in regions, each solved nearly to the end.

The prices of `siting_lagrange` let a candidate be bought in part, and the parts of many
go further than a few of them whole: the more the scenarios differ, the more that bound
promises. Here the demands are cut into regions, each with a copy of every candidate
that serves in it; the price of a candidate is shared out among its copies (Lagrangian
decomposition: M. Guignard, S. Kim, "Lagrangean decomposition: a model yielding stronger
Lagrangean bounds", Mathematical Programming 39, 1987). A region then chooses for
itself, whole candidates only, and whatever the shares, the sum of the regions is an
upper bound. Few are worth their price in one region: `siting_tree` can look at them.

Limits on sets are priced; `requires` and what must be served are let go, which can only
raise the bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from siaga.network.siting_gains import served_once, state_of
from siaga.network.siting_tree import Most, Region, most_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from siaga.network.siting_gains import Packed, State
    from siaga.network.siting_lagrange import Bound
    from siaga.network.siting_problem import Bools, Floats, Ints

__all__ = ["Limits", "labels_of", "regional"]

MEMBERS = 4
"""Chosen candidates a region, about: a tree grows steeply with them."""
MOST_MOVES = 15
"""How often the demands are moved between regions."""
MOST_HALVES = 4
"""How often what is too large for its tree is halved."""
FIRST_STEP = 0.4
"""Share of the way to a bound without gap, at first."""
SHRINK = 0.7
"""After a turn without gain, the step is this much shorter."""


class Limits(NamedTuple):
    """How long the regions are worked at."""

    n_nodes: int
    """Nodes of the tree of one region."""
    n_turns: int
    """Turns in which the copies are brought to agree."""
    gap: float
    """End when the bound is this near to the choice, as a share of what is rescued."""


def regional(
    packed: Packed,
    n_scenarios: int,
    chosen: Bools,
    bound: Bound,
    limits: Limits,
    *,
    stop: Callable[[], bool],
    share: Callable[..., Any] = map,
) -> float:
    """Upper bound of the regions, in the unit of the weights; inf without a turn.

    `chosen` is a good choice and `bound` has the prices; `share` is `map` of a pool.
    """
    parts = _Parts(packed, n_scenarios, chosen, bound, share)
    served = np.bitwise_count(packed.base).sum(axis=1)
    already = float(packed.weight @ served)
    known = float(packed.weight @ state_of(packed, chosen).count)
    lowest, step = np.inf, FIRST_STEP
    for turn in range(limits.n_turns):
        found = parts.most(range(len(parts.shares)), limits.n_nodes, stop)
        if turn == 0:
            parts.halve(found, limits.n_nodes, stop)
        total = parts.fixed + sum(one.value for one in found)
        step *= 1.0 if total < lowest else SHRINK
        lowest = min(lowest, total)
        if lowest - known <= limits.gap * (lowest - already) or stop():
            break
        if not parts.agree(found, step * (total - known)):
            break
    return float(lowest) / n_scenarios


class _Parts:
    """The regions, and the price of each candidate in each; in demand-scenarios."""

    def __init__(
        self,
        packed: Packed,
        n_scenarios: int,
        chosen: Bools,
        bound: Bound,
        share: Callable[..., Any],
    ) -> None:
        self.packed, self.n_scenarios, self.share = packed, n_scenarios, share
        self.chosen = chosen
        self.start = state_of(packed, packed.forced > 0)
        price = bound.unit_worth * packed.cost
        owner = np.repeat(np.arange(len(packed.cost)), np.diff(packed.set_start))
        np.add.at(price, owner, bound.set_prices[packed.set_of])
        self.price = price * n_scenarios
        left = (packed.budget[0] - self.start.spent[0]) * bound.unit_worth
        left += bound.set_prices @ (packed.limit - self.start.used)
        self.fixed = float(packed.weight @ self.start.count + left * n_scenarios)
        inside = np.ones(len(packed.weight), bool)
        n_regions = max(1, round(int(chosen.sum()) / MEMBERS))
        self.label = labels_of(packed, self.start, inside, n_regions)
        self.shares = self._shared(np.arange(n_regions), self.price)

    def most(
        self, regions: Iterable[int], n_nodes: int, stop: Callable[[], bool]
    ) -> list[Most]:
        """What each of some regions collects, shared among the workers."""
        cut = [self._region(g) for g in regions]
        return list(self.share(_most_of, [(one, n_nodes, stop) for one in cut]))

    def halve(self, found: list[Most], n_nodes: int, stop: Callable[[], bool]) -> None:
        """Halve the regions that are too large for their tree until none is."""
        for _ in range(MOST_HALVES):
            large = [g for g, one in enumerate(found) if not one.is_near]
            again = [part for g in large for part in self._halves(g)]
            if stop() or not again:
                return
            found += [found[0]] * (len(self.shares) - len(found))
            for g, one in zip(again, self.most(again, n_nodes, stop), strict=True):
                found[g] = one

    def agree(self, found: list[Most], excess: float) -> bool:
        """Shift prices to the copies that were chosen; False if all agree.

        A step of B. Polyak (USSR Computational Mathematics 9, 1969): `excess` is how
        much of the bound is to go.
        """
        wanted = np.zeros(self.shares.shape)
        for region, one in enumerate(found):
            wanted[region, one.chosen] = 1.0
        copies = self._copies()
        mean = wanted.sum(axis=0) / np.maximum(copies.sum(axis=0), 1)
        apart = np.where(copies, wanted - mean, 0.0)
        length = float((apart**2).sum())
        if length == 0.0:
            return False
        shares = np.maximum(0.0, self.shares + excess / length * apart)
        sums = shares.sum(axis=0)
        self.shares = shares * (self.price / np.where(sums > 0, sums, 1.0))
        return True

    def _copies(self) -> Bools:
        owner = np.repeat(np.arange(len(self.packed.cost)), np.diff(self.packed.start))
        copies = np.zeros(self.shares.shape, bool)
        copies[self.label[self.packed.demand], owner] = True
        return copies

    def _halves(self, region: int) -> tuple[int, ...]:
        """Cut a region in two; the second is the last of all. Empty if it cannot be."""
        inside = self.label == region
        halves = labels_of(self.packed, self.start, inside, 2)
        if not 0 < (halves == 1).sum() < inside.sum():
            return ()
        new = len(self.shares)
        self.label[halves == 1] = new
        shares = self._shared(np.array([region, new]), self.shares[region])
        self.shares[region] = shares[0]
        self.shares = np.vstack([self.shares, shares[1:]])
        return region, new

    def _shared(self, regions: Any, price: Floats) -> Floats:
        """Price of each copy in some regions, (n_regions, n_candidates).

        A copy costs what the candidate adds there to the choice (or what would be lost
        there without it), so that the choice itself is nearly the best in each region;
        the rest goes in the proportion of what it adds to nothing, beyond that.
        """
        packed, start = self.packed, self.start
        demand, state = _demands(packed), state_of(packed, self.chosen)
        mine = self.chosen[packed.by][:, np.newaxis]
        only = served_once(packed, state)
        least = self._worth(
            regions, np.where(mine, only[demand], ~state.covered[demand])
        )
        most = self._worth(regions, ~start.covered[demand])
        sums, spread = least.sum(axis=0), (most - least).sum(axis=0)
        rest = (price - sums) / np.where(spread > 0, spread, 1.0)
        less = least * (price / np.where(sums > 0, sums, 1.0))
        shares: Floats = np.where(price >= sums, least + (most - least) * rest, less)
        return shares

    def _worth(self, regions: Any, bits: Any) -> Floats:
        """Worth of the bits of each link, by region and candidate."""
        packed, demand = self.packed, _demands(self.packed)
        counts = np.bitwise_count(packed.by_served & bits).sum(axis=1)
        worth = packed.weight[demand] * counts
        n = len(packed.cost)
        return np.array(
            [
                np.bincount(packed.by, worth * (self.label[demand] == g), minlength=n)
                for g in regions
            ]
        )

    def _region(self, region: int) -> Region:
        """Demands of a region, with all that may be chosen and serves there."""
        packed, inside = self.packed, self.label == region
        owner = np.repeat(np.arange(len(packed.cost)), np.diff(packed.start))
        mine = np.flatnonzero(inside[packed.demand] & (packed.forced == 0)[owner])
        members, counts = np.unique(owner[mine], return_counts=True)
        local = np.cumsum(inside) - 1
        return Region(
            members,
            self.shares[region, members],
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            local[packed.demand[mine]].astype(np.int64),
            packed.served[mine],
            self.start.covered[inside],
            packed.weight[inside],
            packed.weight[inside] * (self.n_scenarios - self.start.count[inside]),
        )


def labels_of(packed: Packed, start: State, inside: Bools, n_regions: int) -> Ints:
    """Region of each demand inside, -1 outside: the served by the same go together.

    Directions in the space of candidates (I. Dhillon, D. Modha, "Concept decompositions
    for large sparse text data using clustering", Machine Learning 42, 2001); the first
    centres are demands far from each other, so that no chance is needed.
    """
    n, demand = len(packed.weight), _demands(packed)
    counts = np.bitwise_count(packed.by_served & ~start.covered[demand]).sum(axis=1)
    length = np.sqrt(np.bincount(demand, counts.astype(float) ** 2, minlength=n))
    near: Floats = counts / np.maximum(length[demand], 1.0)

    def likeness(rows: Bools) -> Floats:
        """Likeness of each demand to the mean of some."""
        mine = rows[demand]
        weight = (near * packed.weight[demand])[mine]
        total = np.bincount(packed.by[mine], weight, minlength=len(packed.cost))
        centre = total / max(float(np.linalg.norm(total)), 1e-9)
        return np.bincount(demand, near * centre[packed.by], minlength=n).astype(float)

    # What nothing serves is near to everything: it is no centre.
    closest = np.where(inside & (length > 0), 0.0, np.inf)
    like = np.zeros((n_regions, n))
    first = int(np.argmax(np.where(inside, length * packed.weight, -1.0)))
    for region in range(n_regions):
        like[region] = likeness(np.arange(n) == first)
        closest = np.maximum(closest, like[region])
        first = int(np.argmin(closest))
    label = np.where(inside, np.argmax(like, axis=0), -1)
    for _ in range(MOST_MOVES):
        like = np.array([likeness(label == g) for g in range(n_regions)])
        before, label = label, np.where(inside, np.argmax(like, axis=0), -1)
        if (label == before).all():
            break
    return label.astype(np.int32)


def _demands(packed: Packed) -> Any:
    """Demand of each link in the order of the demands."""
    return np.repeat(np.arange(len(packed.weight)), np.diff(packed.by_start))


def _most_of(task: tuple[Region, int, Callable[[], bool]]) -> Most:
    return most_of(*task)
