"""A plan keeps what it holds, and says what less money would do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from siaga.house.problems import BadState
from siaga.territory.plan import Plan, PlanStep


def step(key: str, cost_rp: int) -> PlanStep:
    return PlanStep(
        key, key.split("@")[0], "3601", -6.5, 106.0, "kpu", "2024-02-01", cost_rp, 1.0,
        (1, 2), "b@2", 0.5,
    )  # fmt: skip


@pytest.fixture
def plan() -> Plan:
    steps = (step("a@1", 10), step("b@2", 20))
    return Plan(
        "network", 40, steps, 6.0, 8.0, 4.0, 7.0,
        ((0, 0.0, ""), (10, 2.0, "a@1"), (15, 3.0, "c@3"), (30, 6.0, "")),
        (step("c@3", 5),), (("greedy", 5.0, float("inf")), ("swap", 6.0, 8.0)),
        np.array([0, 1, 3], np.uint8),
    )  # fmt: skip


def test_it_is_read_as_it_was_written(plan: Plan, tmp_path: Path) -> None:
    plan.write(tmp_path)
    found = Plan.read(tmp_path)
    assert found.steps == plan.steps and found.further == plan.further
    assert found.curve == plan.curve and found.trace == plan.trace
    assert found.after.tolist() == [0, 1, 3]
    assert (found.value, found.bound, found.low) == (6.0, 8.0, 4.0)


@pytest.mark.parametrize(
    "text", ["{}", "[]", "{", '{"steps": [{"key": 1}], "further": []}', "null"]
)
def test_a_damaged_file_is_named(plan: Plan, tmp_path: Path, text: str) -> None:
    plan.write(tmp_path)
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(BadState) as error:
        Plan.read(tmp_path)
    assert "plan.json" in str(error.value)


def test_the_gap_is_what_may_be_missing_of_the_best(plan: Plan) -> None:
    assert plan.gap == 0.25
    assert plan.cost_rp == 30


def test_less_money_buys_the_first_steps_of_the_curve(plan: Plan) -> None:
    cut = plan.cut(20)
    assert [one.key for one in cut.steps] == ["a@1", "c@3"]
    assert (cut.cost_rp, cut.value, cut.whole) == (15, 3.0, False)
    assert plan.cut(0).steps == () and plan.cut(0).value == 0.0


def test_money_enough_buys_the_plan_itself(plan: Plan) -> None:
    assert plan.cut(30).whole and plan.cut(30).steps == plan.steps
    assert plan.cut(10**12).value == 6.0
