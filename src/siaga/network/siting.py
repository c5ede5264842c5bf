"""Choose what to build for the most expected good, with a proof of how good it is.

    plan = solve(problem, Effort(), seed=1)

Greedy first, then swaps, then rounds of ruin and recreate, beside a Lagrangian bound;
what that bound leaves open goes to a mixed-integer solver where it is small enough, and
a bound by regions closes in where it is not. The gap between the plan and the bound is
part of every plan.

No clock is read here. The limits of `Effort` alone give the same bits for the same
seed, with any executor; a `deadline` that says "now" ends the work early, with what was
found and proven until then.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from siaga.house.problems import BadInput
from siaga.network.siting_problem import Links, Problem, Rules, bad_siting, is_allowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from siaga.network.siting_answers import Alternative
    from siaga.network.siting_gains import Packed, State
    from siaga.network.siting_lagrange import Bound
    from siaga.network.siting_problem import Bools

__all__ = [
    "Effort",
    "Links",
    "Problem",
    "Rules",
    "SitingPlan",
    "Step",
    "solve",
]

LEAST_GAP = 1e-7
"""A gap that is rounding."""
BAND = (5, 95)
"""Percentiles between which most scenarios lie."""
QUICK_STEPS = 300
"""Steps of the bound that is tried before anything long."""
SMALL_ENTRIES = 4_000
"""Entries of a programme that is solved before anything long is tried."""


@dataclass(frozen=True)
class Effort:
    """Limits of the work that are no clock; raises BadParameter for one below 0."""

    n_rounds: int = 400
    """Rounds of ruin and recreate of each chain."""
    n_chains: int = 2
    """Chains of rounds, independent of each other: one a worker."""
    n_steps: int = 1_200
    """Steps of the Lagrangian bound."""
    n_nodes: int = 20_000
    """Nodes of the tree of the mixed-integer solver."""
    n_turns: int = 8
    """Turns of the bound by regions."""
    n_region_nodes: int = 150_000
    """Nodes of the tree of one region in one turn."""
    pairs: bool = True
    """Whether two against two are tried: long where many are chosen."""
    n_alternatives: int = 1_000
    """Chosen candidates of which it is asked what to do without, the worthiest."""
    gap: float = 0.0
    """The work ends when the plan is proven to be this near the best."""

    def __post_init__(self) -> None:
        """Check the limits."""
        for limit in fields(self):
            value = getattr(self, limit.name)
            if not (np.isfinite(value) and value >= 0):
                raise bad_siting(limit.name, value, "amount")


class Step(NamedTuple):
    """What a method has reached."""

    method: str
    """`greedy`, `swap`, `rounds`, `lagrange`, `core` or `regions`."""
    value: float
    bound: float
    """inf before anything is proven."""


@dataclass(frozen=True, eq=False)
class SitingPlan:
    """What to choose, what it brings, and how far it may be from the best."""

    chosen: tuple[int, ...]
    """Candidates, in their order."""
    cost: float
    value: float
    """Expected weight served, with what was served already."""
    already: float
    """Expected weight served without the plan."""
    bound: float
    """No allowed choice is worth more."""
    gap: float
    """What may be missing, as a share of all that can be rescued: 0 = proven best."""
    low: float
    """Weight rescued (served and not before) in the 5th percentile of scenarios."""
    high: float
    """The same in the 95th."""
    curve: tuple[tuple[float, float], ...]
    """Greedy choice by budget: cost and value after each step, growing; the plan last.

    A budget of that cost brings at least that value.
    """
    order: tuple[int, ...]
    """Candidates as greedy adds them, up to the whole budget."""
    marginal: tuple[float, ...]
    """What would be lost without each chosen candidate and what requires it."""
    alternatives: tuple[Alternative, ...]
    """What to do if a chosen one is refused; none for what is forced in."""
    unit_worth: float
    """What one more unit of budget could bring at most, about; NaN if not known."""
    trace: tuple[Step, ...]


_Task: TypeAlias = "tuple[Callable[..., Any], tuple[Any, ...]]"


class _Run:
    """Best choice and bound so far, and how they came."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.chosen: Bools | None = None
        self.value = -np.inf
        self.bound = np.inf
        self.trace: list[Step] = []
        self.already = _base_of(problem)

    def take(self, method: str, chosen: Bools | None, bound: float = np.inf) -> None:
        from siaga.network.siting_gains import value_of

        if chosen is not None and is_allowed(self.problem, chosen):
            value = value_of(self.problem, chosen)
            if value > self.value:
                self.chosen, self.value = chosen.copy(), value
        self.bound = max(min(self.bound, bound), self.value)
        self.trace.append(Step(method, self.value, self.bound))


def solve(
    problem: Problem,
    effort: Effort | None = None,
    *,
    seed: int = 0,
    deadline: Callable[[], bool] | None = None,
    executor: Executor | None = None,
) -> SitingPlan:
    """Best choice found within an effort, with its bound, curve and alternatives.

    `deadline` is asked now and then whether to end; `executor` shares the chains and
    the bound among workers and changes no bit. Raises BadInput if nothing serves what
    must be served: proven so, or not found within the effort.
    """
    from siaga.network.siting_gains import packed as packed_of
    from siaga.network.siting_greedy import best_single, greedy
    from siaga.network.siting_swap import improve

    effort, stop = effort or Effort(), deadline or _never
    _check_within_reach(problem)
    packed, run = packed_of(problem), _Run(problem)
    state, order = greedy(packed)
    run.take("greedy", state.chosen)
    single = best_single(packed)
    if single.score[0] > state.score[0]:
        state = single
        run.take("greedy", state.chosen)
    improve(packed, state, stop, pairs=False)
    run.take("swap", state.chosen)
    small = _solve_core(run, problem.forced, effort, stop, SMALL_ENTRIES)
    unit_worth = np.nan
    if not (small or _is_done(run, effort) or stop()):
        unit_worth = _bound_and_core(run, packed, effort, stop)
    if not (small or _is_done(run, effort) or stop()):
        improve(packed, state, stop, pairs=effort.pairs)
        run.take("swap", state.chosen)
    if not (small or _is_done(run, effort) or stop()):
        unit_worth = _search_and_bound(
            run, packed, state, effort, stop, seed=seed, executor=executor
        )
    if run.chosen is None:
        raise BadInput(
            "network.siting.must_not_found", n=_n_short(problem, state.chosen)
        )
    return _plan_of(
        run, run.chosen, packed, order, unit_worth, effort=effort, stop=stop
    )


def _bound_and_core(
    run: _Run, packed: Packed, effort: Effort, stop: Callable[[], bool]
) -> float:
    """Try what is often enough where much is worth little: prices, then the rest.

    Gives the worth of a unit of budget.
    """
    from siaga.network.siting_core import MOST_ENTRIES
    from siaga.network.siting_lagrange import lagrange

    known = run.value if run.chosen is not None else run.already
    steps = min(effort.n_steps, QUICK_STEPS)
    bound = lagrange(packed, run.problem.n_scenarios, known, steps, stop)
    run.take("lagrange", None, bound.value)
    if not (_is_done(run, effort) or stop()):
        _solve_core(run, _fixed(run, bound), effort, stop, MOST_ENTRIES)
    return float(bound.unit_worth)


def _fixed(run: _Run, bound: Bound) -> Any:
    """What a better choice must take or leave, by a bound."""
    from siaga.network.siting_lagrange import fixed_by

    fixed = run.problem.forced
    if run.chosen is None:
        return fixed
    room = 1e-9 * max(1.0, run.value)
    return fixed_by(bound.value, bound.reduced, run.value, fixed, room)


def _search_and_bound(
    run: _Run,
    packed: Packed,
    state: State,
    effort: Effort,
    stop: Callable[[], bool],
    *,
    seed: int,
    executor: Executor | None,
) -> float:
    """Chains beside the bound, then core and regions; worth of a budget unit."""
    from siaga.network.siting_core import MOST_ENTRIES
    from siaga.network.siting_lagrange import lagrange
    from siaga.network.siting_regions import Limits, regional
    from siaga.network.siting_swap import rounds_of

    share: Callable[..., Any] = executor.map if executor is not None else map
    known = run.value if run.chosen is not None else run.already
    tasks: list[_Task] = [
        (lagrange, (packed, run.problem.n_scenarios, known, effort.n_steps, stop)),
        *(
            (rounds_of, (packed, state.chosen, effort.n_rounds, (seed, chain), stop))
            for chain in range(effort.n_chains)
        ),
    ]
    bound, *chains = share(_call, tasks)
    for found in chains:
        run.take("rounds", found)
    run.take("lagrange", None, bound.value)
    if not (_is_done(run, effort) or stop()):
        _solve_core(run, _fixed(run, bound), effort, stop, MOST_ENTRIES)
    if not (_is_done(run, effort) or stop() or run.chosen is None):
        limits = Limits(effort.n_region_nodes, effort.n_turns, effort.gap)
        most = regional(
            packed,
            run.problem.n_scenarios,
            run.chosen,
            bound,
            limits,
            stop=stop,
            share=share,
        )
        run.take("regions", None, most)
    return float(bound.unit_worth)


def _plan_of(
    run: _Run,
    chosen: Bools,
    packed: Packed,
    order: list[int],
    unit_worth: float,
    *,
    effort: Effort,
    stop: Callable[[], bool],
) -> SitingPlan:
    from siaga.network.siting_answers import (
        alternatives_of,
        curve_of,
        marginals_of,
        rescued_by_scenario,
    )

    problem = run.problem
    cost = float(problem.cost[chosen].sum())
    marginal = marginals_of(packed, problem, chosen)
    by_worth = np.argsort(-np.array(marginal), kind="stable")
    asked = np.flatnonzero(chosen)[np.sort(by_worth[: effort.n_alternatives])]
    low, high = np.percentile(rescued_by_scenario(problem, chosen), BAND)
    curve = curve_of(packed, problem, order)
    return SitingPlan(
        chosen=tuple(np.flatnonzero(chosen).tolist()),
        cost=cost,
        value=run.value,
        already=run.already,
        bound=run.bound,
        gap=_gap(run),
        low=float(low),
        high=float(high),
        curve=(*(point for point in curve if point[0] < cost), (cost, run.value)),
        order=tuple(order),
        marginal=marginal,
        alternatives=alternatives_of(packed, problem, chosen, asked, stop),
        unit_worth=unit_worth,
        trace=tuple(run.trace),
    )


def _call(task: _Task) -> Any:
    function, arguments = task
    return function(*arguments)


def _solve_core(
    run: _Run, fixed: Any, effort: Effort, stop: Callable[[], bool], most: int
) -> bool:
    """Solve what is open if it is small enough; whether it was solved to the end."""
    from siaga.network.siting_core import core_of, solve_core

    core = core_of(run.problem, fixed, most)
    if core is None or effort.n_nodes == 0:
        return False
    solved = solve_core(
        run.problem, core, start=run.chosen, n_nodes=effort.n_nodes, stop=stop
    )
    if solved.impossible and run.chosen is None:
        raise BadInput("network.siting.must_impossible")
    # What is fixed is so in every better choice: none of those, and ours is the best.
    run.take("core", solved.chosen, run.value if solved.impossible else solved.bound)
    return _gap(run) <= LEAST_GAP


def _gap(run: _Run) -> float:
    most = run.bound - run.already
    return (run.bound - run.value) / most if most > 0 else 0.0


def _is_done(run: _Run, effort: Effort) -> bool:
    return run.chosen is not None and _gap(run) <= max(effort.gap, LEAST_GAP)


def _base_of(problem: Problem) -> float:
    from siaga.network.siting_gains import value_of

    return value_of(problem, np.zeros(problem.n_candidates, bool))


def _never() -> bool:
    return False


def _check_within_reach(problem: Problem) -> None:
    """Refuse what must be served and is not even if all that may be is chosen."""
    from siaga.network.siting_gains import counts_of

    short = counts_of(problem, problem.forced >= 0) < problem.must_count
    if short.any():
        raise BadInput(
            "network.siting.must_beyond",
            n=int(short.sum()),
            demand=int(np.flatnonzero(short)[0]),
        )


def _n_short(problem: Problem, chosen: Bools) -> int:
    from siaga.network.siting_gains import counts_of

    return int((counts_of(problem, chosen) < problem.must_count).sum())
