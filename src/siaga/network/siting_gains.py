"""What one more candidate adds: coverage as bits, counted by machine words.

The scenarios in which a demand is served are a mask of 64-bit words, so that a gain is
`popcount(serves & ~served)` over the links of a candidate: some 40 links of two words
where a list of (scenario, demand) pairs would have 1,700 entries.

The score of a choice is, in demand-scenarios, the weight of what is served, plus a
bonus for each scenario up to the count that a demand must reach. Weights stay below the
bonus, so that no search trades a demand that must be served for others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from siaga.network.kernel import kernel

if TYPE_CHECKING:
    from siaga.network.siting_problem import Bools, Floats, Problem

__all__ = [
    "Packed",
    "State",
    "add",
    "counts_of",
    "cover",
    "covered_by",
    "fits",
    "gain_of",
    "gain_with_needs",
    "ones",
    "packed",
    "price_of",
    "served_once",
    "state_of",
    "value_of",
]

_ROOM = 1e-12
"""Share of the budget by which rounding may overstep it."""


class Packed(NamedTuple):
    """A problem as the kernels want it: flat arrays only."""

    start: Any
    demand: Any
    served: Any
    base: Any
    weight: Any
    """Worth of one demand in one scenario, (n_demands,)."""
    must: Any
    """Scenarios in which it must be served, (n_demands,)."""
    bonus: Any
    """Score of one scenario towards that count, shape (1,)."""
    cost: Any
    budget: Any
    """With room for rounding, shape (1,)."""
    forced: Any
    set_start: Any
    set_of: Any
    """Limited sets of each candidate, as compressed rows."""
    limit: Any
    need_start: Any
    need: Any
    """What each candidate requires, itself the last, as compressed rows."""
    tied_start: Any
    tied: Any
    """What falls with each candidate, itself included, as compressed rows."""
    by_start: Any
    by: Any
    by_served: Any
    """Who serves each demand and when: the links in the order of the demands."""


class State(NamedTuple):
    """A choice and what it does; `cover` fills the rest from `chosen`."""

    chosen: Any
    covered: Any
    count: Any
    used: Any
    """Members chosen of each limited set."""
    spent: Any
    """Cost so far, shape (1,)."""
    score: Any
    """Score so far, shape (1,)."""


def packed(problem: Problem) -> Packed:
    """Flat arrays of a problem."""
    n = problem.n_candidates
    sets, limit = problem.sets
    need, tied = _closures(n, problem.rules.requires)
    links, scenarios = problem.links, problem.n_scenarios
    owner = np.repeat(np.arange(n), np.diff(links.start))
    order = np.argsort(links.demand, kind="stable")
    to_demand = np.bincount(links.demand, minlength=problem.n_demands)
    bonus = (float(problem.weight.sum()) + 1.0) * scenarios
    return Packed(
        links.start,
        links.demand,
        links.served,
        problem.base,
        problem.weight,
        problem.must_count,
        np.array([bonus if problem.must_count.any() else 0.0]),
        problem.cost,
        np.array([problem.budget * (1 + _ROOM)]),
        problem.forced,
        *_rows([np.flatnonzero(sets[:, j]) for j in range(n)]),
        limit,
        *_rows(need),
        *_rows(tied),
        np.concatenate([[0], np.cumsum(to_demand)]),
        owner[order],
        links.served[order],
    )


def state_of(packed: Packed, chosen: Bools) -> State:
    """State of a choice, covered."""
    n_demands = len(packed.weight)
    state = State(
        chosen.copy(),
        packed.base.copy(),
        np.zeros(n_demands, np.int32),
        np.zeros(len(packed.limit), np.int64),
        np.zeros(1),
        np.zeros(1),
    )
    cover(packed, state)
    return state


def counts_of(problem: Problem, chosen: Bools) -> Any:
    """Scenarios in which a choice serves each demand, int64 of shape (n_demands,)."""
    return np.bitwise_count(covered_by(problem, chosen)).sum(axis=1, dtype=np.int64)


def covered_by(problem: Problem, chosen: Bools) -> Any:
    """Masks of the scenarios in which a choice serves each demand, as `base` is."""
    links = problem.links
    mine = np.repeat(chosen, np.diff(links.start))
    covered = problem.base.copy()
    np.bitwise_or.at(covered, links.demand[mine], links.served[mine])
    return covered


def value_of(problem: Problem, chosen: Bools) -> float:
    """Expected weight served by a choice, what was served already included."""
    counts: Floats = counts_of(problem, chosen)
    return float(problem.weight @ counts) / problem.n_scenarios


def _closures(n: int, requires: Any) -> tuple[list[list[int]], list[list[int]]]:
    """What each candidate needs, itself last, and what falls with it."""
    direct: list[list[int]] = [[] for _ in range(n)]
    for a, b in requires:
        direct[a].append(b)
    needs: list[list[int]] = []
    tied: list[list[int]] = [[] for _ in range(n)]
    for j in range(n):
        found, front = {j}, [j]
        while front:
            more = sorted({b for a in front for b in direct[a]} - found)
            found.update(more)
            front = more
        needs.append([*sorted(found - {j}), j])
        for b in found:
            tied[b].append(j)
    return needs, tied


def _rows(lists: list[Any]) -> tuple[Any, Any]:
    start = np.cumsum([0, *(len(entries) for entries in lists)], dtype=np.int64)
    flat = [int(entry) for entries in lists for entry in entries]
    return start, np.array(flat, dtype=np.int64)


@kernel
def ones(word: Any) -> Any:
    """Bits set in a word of 64 (Hacker's Delight, 5-1)."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    two = np.uint64(0x3333333333333333)
    word = (word & two) + ((word >> np.uint64(2)) & two)
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def worth(p: Any, demand: Any, count: Any) -> Any:
    """Score of a demand that is served in so many scenarios."""
    towards = min(count, p.must[demand])
    return p.weight[demand] * count + p.bonus[0] * towards


@kernel
def gain_of(p: Any, state: Any, j: Any) -> Any:
    """Score that candidate j alone adds to the choice."""
    gain = 0.0
    for link in range(p.start[j], p.start[j + 1]):
        demand = p.demand[link]
        more = 0
        for word in range(p.served.shape[1]):
            more += ones(p.served[link, word] & ~state.covered[demand, word])
        if more > 0:
            gain += p.weight[demand] * more
            if p.must[demand] > state.count[demand]:
                short = p.must[demand] - state.count[demand]
                gain += p.bonus[0] * min(more, short)
    return gain


@kernel
def cover(p: Any, state: Any) -> None:
    """Fill the state anew from its choice; sums in the order of the candidates."""
    state.covered[:] = p.base
    state.used[:] = 0
    state.spent[0] = 0.0
    for j in range(len(state.chosen)):
        if not state.chosen[j]:
            continue
        state.spent[0] += p.cost[j]
        for row in range(p.set_start[j], p.set_start[j + 1]):
            state.used[p.set_of[row]] += 1
        for link in range(p.start[j], p.start[j + 1]):
            for word in range(p.served.shape[1]):
                state.covered[p.demand[link], word] |= p.served[link, word]
    state.score[0] = 0.0
    for demand in range(len(p.weight)):
        count = 0
        for word in range(p.served.shape[1]):
            count += ones(state.covered[demand, word])
        state.count[demand] = count
        state.score[0] += worth(p, demand, count)


@kernel
def served_once(p: Any, state: Any) -> Any:
    """Masks of what exactly one chosen candidate serves, and nothing before."""
    once, twice = np.zeros_like(p.base), p.base.copy()
    for j in range(len(p.cost)):
        if not state.chosen[j]:
            continue
        for link in range(p.start[j], p.start[j + 1]):
            demand = p.demand[link]
            for word in range(p.served.shape[1]):
                bits = p.served[link, word]
                twice[demand, word] |= once[demand, word] & bits
                once[demand, word] |= bits
    return once & ~twice


@kernel
def price_of(p: Any, state: Any, j: Any) -> Any:
    """Cost of candidate j with all that it requires and that is not chosen yet."""
    price = 0.0
    for row in range(p.need_start[j], p.need_start[j + 1]):
        if not state.chosen[p.need[row]]:
            price += p.cost[p.need[row]]
    return price


@kernel
def fits(p: Any, state: Any, j: Any) -> Any:
    """Whether candidate j may be added, with what it requires."""
    if state.chosen[j] or p.forced[j] < 0:
        return False
    if state.spent[0] + price_of(p, state, j) > p.budget[0]:
        return False
    allowed = True
    for sign in (1, -1):
        for row in range(p.need_start[j], p.need_start[j + 1]):
            one = p.need[row]
            if state.chosen[one]:
                continue
            for own in range(p.set_start[one], p.set_start[one + 1]):
                state.used[p.set_of[own]] += sign
                if state.used[p.set_of[own]] > p.limit[p.set_of[own]]:
                    allowed = False
    return allowed


@kernel
def add(p: Any, state: Any, j: Any) -> None:
    """Add candidate j and what it requires to the state."""
    for row in range(p.need_start[j], p.need_start[j + 1]):
        one = p.need[row]
        if state.chosen[one]:
            continue
        state.chosen[one] = True
        state.spent[0] += p.cost[one]
        for own in range(p.set_start[one], p.set_start[one + 1]):
            state.used[p.set_of[own]] += 1
        for link in range(p.start[one], p.start[one + 1]):
            demand = p.demand[link]
            more = 0
            for word in range(p.served.shape[1]):
                bits = p.served[link, word] & ~state.covered[demand, word]
                state.covered[demand, word] |= bits
                more += ones(bits)
            before = worth(p, demand, state.count[demand])
            state.count[demand] += more
            state.score[0] += worth(p, demand, state.count[demand]) - before


@kernel
def gain_with_needs(p: Any, state: Any, j: Any, spare: Any) -> Any:
    """Score that candidate j and what it requires add; `spare` is room for a state."""
    if p.need_start[j + 1] - p.need_start[j] == 1:
        return gain_of(p, state, j)
    spare.chosen[:] = state.chosen
    spare.covered[:] = state.covered
    spare.count[:] = state.count
    spare.used[:] = state.used
    spare.spent[0] = state.spent[0]
    spare.score[0] = 0.0
    add(p, spare, j)
    return spare.score[0]
