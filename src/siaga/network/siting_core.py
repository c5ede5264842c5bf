"""What is left open, solved as a whole: a mixed-integer programme by HiGHS.

After the bound has fixed what every better choice must have, the rest may be small
enough to be solved exactly. The scenarios of a demand in which the same open candidates
serve it are one row; one candidate alone needs none. HiGHS (Q. Huangfu, J. Hall,
"Parallelizing the dual revised simplex method", Mathematical Programming Computation
10, 2018) runs in one thread with a fixed seed and a limit of nodes, so that it gives
the same answer each time; `stop` interrupts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from siaga.network.siting_gains import covered_by
from siaga.network.siting_problem import WORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from siaga.network.siting_problem import Bools, Floats, Ints, Problem

__all__ = ["Core", "Solved", "core_of", "solve_core"]

MOST_ENTRIES = 60_000
"""Non-zero entries beyond which the programme is not tried."""


class Solved(NamedTuple):
    """What the solver says of a core."""

    chosen: Bools | None
    """Best choice found, shape (n_candidates,); None = none."""
    bound: float
    """Nothing allowed in the core is worth more; inf = nothing said."""
    impossible: bool
    """The rules of the core contradict each other: proven."""


@dataclass(frozen=True, eq=False)
class Core:
    """A problem with some candidates fixed, its scenarios merged where they agree.

    Group g is worth `worth[g]` when one of its candidates is chosen; those are
    `member[start[g]]` to `member[start[g + 1] - 1]`.
    """

    fixed: Any
    """1 = in, -1 = out, 0 = open, shape (n_candidates,)."""
    base: float
    """Worth of what is fixed in and of what was served already."""
    base_count: Ints
    """Scenarios in which that serves each demand, shape (n_demands,)."""
    start: Any
    member: Any
    demand: Ints
    """Demand of each group, shape (n_groups,)."""
    n_merged: Ints
    """Scenarios merged into each group."""
    worth: Floats


def core_of(problem: Problem, fixed: Any, most: int) -> Core | None:
    """Core of a problem whose candidates are fixed as `Problem.forced` says it.

    None if its programme would have more than `most` entries.
    """
    covered = covered_by(problem, fixed > 0)
    links = problem.links
    owner = np.repeat(np.arange(problem.n_candidates), np.diff(links.start))
    keep = (fixed == 0)[owner]
    order = np.argsort(links.demand[keep], kind="stable")
    link = np.flatnonzero(keep)[order]
    served = links.served[link] & ~covered[links.demand[link]]
    bounds = np.searchsorted(links.demand[link], np.arange(problem.n_demands + 1))
    members: list[Any] = []
    demands, merged = [], []
    n_entries = 0
    for demand in range(problem.n_demands):
        rows = slice(bounds[demand], bounds[demand + 1])
        for group, n in _groups(served[rows], problem.n_scenarios):
            members.append(owner[link[rows]][group])
            demands.append(demand)
            merged.append(n)
            n_entries += 1 + len(group)
        if n_entries > most:
            return None
    base_count = np.bitwise_count(covered).sum(axis=1, dtype=np.int32)
    base = float(problem.weight @ base_count) / problem.n_scenarios
    of_demand, n_merged = np.array(demands, np.int32), np.array(merged, np.int32)
    return Core(
        fixed,
        base,
        base_count,
        np.cumsum([0, *map(len, members)]),
        np.concatenate([np.empty(0, np.int64), *members]),
        of_demand,
        n_merged,
        problem.weight[of_demand] * n_merged / problem.n_scenarios,
    )


def _groups(served: Any, n_scenarios: int) -> list[tuple[Any, int]]:
    """Sets of links that serve a scenario together, and in how many they do."""
    if not len(served):
        return []
    bits = np.unpackbits(
        served.astype("<u8").view(np.uint8).reshape(len(served), -1),
        axis=1,
        bitorder="little",
    )[:, : min(n_scenarios, served.shape[1] * WORD)]
    columns, counts = np.unique(bits, axis=1, return_counts=True)
    return [
        (np.flatnonzero(column), int(n))
        for column, n in zip(columns.T, counts, strict=True)
        if column.any()
    ]


def solve_core(
    problem: Problem,
    core: Core,
    *,
    start: Bools | None,
    n_nodes: int,
    stop: Callable[[], bool],
) -> Solved:
    """Best choice of a core and a bound, in at most `n_nodes` nodes of the tree."""
    import highspy

    solver = _silent(highspy)
    for option, value in (
        ("threads", 1),
        ("random_seed", 1),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-9),
        ("mip_max_nodes", n_nodes),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(_model(highspy, problem, core))
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    if start is not None:
        rows = np.arange(problem.n_candidates, dtype=np.int32)
        solver.setSolution(len(rows), rows, start.astype(float))
    solver.HandleUserInterrupt = True
    solver.cbMipInterrupt += lambda event: event.interrupt() if stop() else None
    solver.run()
    return _answer(highspy, solver, problem)


def _silent(highspy: Any) -> Any:
    """Solver that prints nothing: highspy 1.16 greets on standard output when made."""

    class Silent(highspy.Highs):  # type: ignore[misc]
        def enableCallbacks(self) -> None:
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    return Silent()


def _answer(highspy: Any, solver: Any, problem: Problem) -> Solved:
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Solved(None, -np.inf, True)
    bound = float(info.mip_dual_bound)
    chosen = None
    if info.primal_solution_status == 2:
        values = np.array(solver.getSolution().col_value[: problem.n_candidates])
        chosen = values > 0.5
    return Solved(chosen, bound if np.isfinite(bound) else np.inf, False)


def _model(highspy: Any, problem: Problem, core: Core) -> Any:
    """Programme: candidates first, then a column for each group of more than one."""
    n, inf = problem.n_candidates, highspy.kHighsInf
    sizes = np.diff(core.start)
    alone = sizes == 1
    column = np.where(alone, core.member[core.start[:-1]], n + np.cumsum(~alone) - 1)
    cost = np.zeros(n + int((~alone).sum()))
    np.add.at(cost, column, core.worth)
    lower, upper = np.zeros(len(cost)), np.ones(len(cost))
    lower[:n][core.fixed > 0] = 1.0
    upper[:n][core.fixed < 0] = 0.0
    rows = _Rows()
    rows.add(np.arange(n), problem.cost, -inf, problem.budget)
    mask, limit = problem.sets
    for members, most in zip(mask, limit, strict=True):
        rows.add(np.flatnonzero(members), 1.0, -inf, float(most))
    for a, b in problem.rules.requires:
        if a != b:
            rows.add(np.array([a, b]), np.array([1.0, -1.0]), -inf, 0.0)
    for group in np.flatnonzero(~alone):
        members = core.member[core.start[group] : core.start[group + 1]]
        entries = np.r_[1.0, -np.ones(len(members))]
        rows.add(np.r_[column[group], members], entries, -inf, 0.0)
    for demand in np.flatnonzero(problem.must_count > core.base_count):
        groups = core.demand == demand
        short = problem.must_count[demand] - core.base_count[demand]
        counts = np.zeros(len(cost))
        np.add.at(counts, column[groups], core.n_merged[groups])
        needed = np.flatnonzero(counts)
        rows.add(needed, counts[needed], float(short), inf)
    return _filled(highspy, rows, (cost, lower, upper), n, core.base)


class _Rows:
    """Rows of a programme, as they come."""

    def __init__(self) -> None:
        self.columns: list[Any] = []
        self.entries: list[Any] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, columns: Any, entries: Any, lower: float, upper: float) -> None:
        self.columns.append(columns)
        self.entries.append(np.broadcast_to(entries, len(columns)))
        self.lower.append(lower)
        self.upper.append(upper)


def _filled(
    highspy: Any, rows: _Rows, columns: tuple[Any, Any, Any], n: int, base: float
) -> Any:
    """Programme of rows and of costs and bounds of columns; the first n are 0 or 1."""
    cost, lower, upper = columns
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(rows.lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
    lp.row_lower_, lp.row_upper_ = np.array(rows.lower), np.array(rows.upper)
    lp.offset_ = base
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, rows.columns)])
    lp.a_matrix_.index_ = np.concatenate(rows.columns)
    lp.a_matrix_.value_ = np.concatenate(rows.entries)
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger] * n + [kinds.kContinuous] * (len(cost) - n)
    return lp
