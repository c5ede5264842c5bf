"""Plan: who does what, where, by when, at what cost, and how near it is to the best.

A step that needs another agency's means is a request to it and stays open until it is
answered (DESIGN section 2). The value is what the room's objective counts (expected
stations rescued, ...); the bound is proven: no plan within the same limits can be worth
more, so the gap is how much could at most be missing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.problems import reading
from siaga.house.tables import numbers, read_columns, write_columns
from siaga.house.workspace import canonical_json

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Plan", "PlanCut", "PlanStep"]

_PLAN, _AFTER = "plan.json", "after.parquet"


@dataclass(frozen=True)
class PlanStep:
    """One thing to be done at one place."""

    key: str
    """Unique in its plan: what and where."""
    what: str
    """Key of the kind of step, as the room's catalogue names it."""
    area: str
    """Code of the area in which it is done."""
    lat: float
    lon: float
    agency: str
    """Key of the agency that does it; its means are requested, never assigned."""
    due_on: str
    """ISO day by which it must be ordered or begun; empty = no day is set."""
    cost_rp: int
    rescued: float
    """Expected stations that only this step rescues: what is lost without it."""
    serves: tuple[int, ...]
    """Rows of the stations that it can serve."""
    instead: str = ""
    """Key of the step that would best replace it if it is refused; empty = none."""
    instead_loss: float = 0.0
    """What the best plan without it is worth less."""


@dataclass(frozen=True)
class PlanCut:
    """What is done with a budget that may be smaller than the plan's."""

    budget_rp: int
    steps: tuple[PlanStep, ...]
    cost_rp: int
    value: float
    whole: bool
    """Whether it is the plan itself; else a point of its curve, without a bound."""


@dataclass(frozen=True)
class Plan:
    """Steps within the limits, before and after, and the proven gap."""

    room: str
    budget_rp: int
    steps: tuple[PlanStep, ...]
    value: float
    bound: float
    """No plan within the same limits is worth more."""
    low: float
    """5 % of the scenarios are worth less."""
    high: float
    """5 % of the scenarios are worth more."""
    curve: tuple[tuple[int, float, str], ...]
    """As the budget grows: cost and value so far, and the key of the step added."""
    further: tuple[PlanStep, ...]
    """Steps of the curve that are not in the plan itself."""
    trace: tuple[tuple[str, float, float], ...]
    """Method, value and bound after it, in the order in which they ran."""
    after: npt.NDArray[np.uint8]
    """Verdict of each station once all steps are done, shape (n_stations,)."""

    @property
    def cost_rp(self) -> int:
        """Cost of all steps."""
        return sum(step.cost_rp for step in self.steps)

    @property
    def gap(self) -> float:
        """Share by which the best possible may be better, 0 = proven best."""
        return max(0.0, self.bound - self.value) / self.bound if self.bound > 0 else 0.0

    def cut(self, budget_rp: int) -> PlanCut:
        """What to do with less money: the steps of the curve that it pays for.

        With at least the plan's own cost it is the plan.
        """
        if budget_rp >= self.cost_rp:
            return PlanCut(budget_rp, self.steps, self.cost_rp, self.value, True)
        every = {step.key: step for step in (*self.steps, *self.further)}
        paid = [point for point in self.curve if point[0] <= budget_rp]
        steps = tuple(every[key] for _, _, key in paid if key)
        cost, value = (paid[-1][0], paid[-1][1]) if paid else (0, 0.0)
        return PlanCut(budget_rp, steps, cost, value, False)

    def write(self, folder: Path) -> None:
        """Write the plan as `plan.json` and `after.parquet`."""
        form = {name: value for name, value in asdict(self).items() if name != "after"}
        (folder / _PLAN).write_text(canonical_json(form) + "\n", encoding="utf-8")
        write_columns(folder / _AFTER, {"verdict": self.after})

    @classmethod
    def read(cls, folder: Path) -> Plan:
        """Plan that `write` wrote; raises BadState if a file is damaged."""
        path = folder / _PLAN
        with reading(path):
            form: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            after = numbers(read_columns(folder / _AFTER)["verdict"], np.uint8, 3)
            try:
                return cls(**_parts(form), after=after)
            except TypeError as error:  # other fields than ours
                raise ValueError(path.name) from error


def _parts(form: dict[str, Any]) -> dict[str, Any]:
    """Fields of a plan from its JSON; raises KeyError or TypeError."""
    steps = {
        name: tuple(
            PlanStep(**{**step, "serves": tuple(step["serves"])}) for step in form[name]
        )
        for name in ("steps", "further")
    }
    rows = {name: tuple(map(tuple, form[name])) for name in ("curve", "trace")}
    return {**form, **steps, **rows}
