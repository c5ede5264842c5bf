"""What is asked of a plan: its curve, what each unit brings, what if one is out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from siaga.network.siting_gains import (
    add,
    covered_by,
    state_of,
    value_of,
)
from siaga.network.siting_problem import WORD, is_allowed
from siaga.network.siting_swap import improve, take_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from siaga.network.siting_gains import Packed
    from siaga.network.siting_problem import Bools, Floats, Problem

__all__ = [
    "Alternative",
    "alternatives_of",
    "curve_of",
    "marginals_of",
    "rescued_by_scenario",
]


class Alternative(NamedTuple):
    """What to do instead when one chosen candidate is refused."""

    refused: int
    dropped: tuple[int, ...]
    """Chosen before and not now, the refused one among them."""
    added: tuple[int, ...]
    """Chosen now and not before."""
    value: float
    """Expected weight then served: best found, no proof."""
    keeps_rules: bool
    """False where what must be served is not, without the refused one."""


def curve_of(
    packed: Packed, problem: Problem, order: list[int]
) -> tuple[tuple[float, float], ...]:
    """Cost and value after each step of the greedy choice, before the first too."""
    state = state_of(packed, packed.forced > 0)
    points = [(float(state.spent[0]), value_of(problem, state.chosen))]
    for row in order:
        add(packed, state, row)
        points.append((float(state.spent[0]), value_of(problem, state.chosen)))
    return tuple(points)


def marginals_of(packed: Packed, problem: Problem, chosen: Bools) -> tuple[float, ...]:
    """Value lost without each chosen candidate and all that requires it."""
    value = value_of(problem, chosen)
    lost = []
    for row in np.flatnonzero(chosen):
        without = chosen.copy()
        without[_tied(packed, row)] = False
        lost.append(value - value_of(problem, without))
    return tuple(lost)


def alternatives_of(
    packed: Packed,
    problem: Problem,
    chosen: Bools,
    asked: Any,
    stop: Callable[[], bool],
) -> tuple[Alternative, ...]:
    """Plan searched again without each chosen candidate of the rows `asked`.

    None for what is forced in.
    """
    found = []
    for row in asked:
        state = state_of(packed, chosen)
        if stop() or not take_out(packed, state, row):
            continue
        forced = packed.forced.copy()
        forced[_tied(packed, row)] = -1
        without = packed._replace(forced=forced)
        again = state_of(without, state.chosen)
        improve(without, again, stop, pairs=False)
        now: Bools = again.chosen
        found.append(
            Alternative(
                int(row),
                tuple(np.flatnonzero(chosen & ~now).tolist()),
                tuple(np.flatnonzero(now & ~chosen).tolist()),
                value_of(problem, now),
                is_allowed(problem, now),
            )
        )
    return tuple(found)


def rescued_by_scenario(problem: Problem, chosen: Bools) -> Floats:
    """Weight served and not served before in each scenario, shape (n_scenarios,)."""
    more = covered_by(problem, chosen) & ~problem.base
    bits = np.unpackbits(
        more.astype("<u8")
        .view(np.uint8)
        .reshape(len(more), problem.n_words * WORD // 8),
        axis=1,
        bitorder="little",
    )
    rescued: Floats = problem.weight @ bits[:, : problem.n_scenarios]
    return rescued


def _tied(packed: Packed, row: Any) -> Any:
    return packed.tied[packed.tied_start[row] : packed.tied_start[row + 1]]
