"""The siting plan keeps every rule, says what cannot be kept, refuses what is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network.test_siting import (
    NO_TREE,
    SMALL,
    Case,
    best_set,
    case_of,
    cases,
    check,
    mask_of,
    never,
)

from siaga.house.problems import BadInput, BadParameter
from siaga.house.words import Words
from siaga.network.siting import Effort, Links, Problem, Rules, solve
from siaga.network.siting_core import core_of, solve_core

SERVES = np.random.default_rng(4).random((6, 8, 20)) < 0.4
ALL = frozenset(range(6))


@st.composite
def rules_of(draw: st.DrawFn, n: int, n_demands: int) -> Rules:
    """Rules that may, but need not, contradict each other."""
    one = st.integers(0, n - 1)
    few = st.lists(one, max_size=2)
    return Rules(
        exclusive=draw(st.lists(st.lists(one, min_size=1, max_size=3), max_size=2)),
        kind_of=draw(st.lists(st.integers(-1, 1), min_size=n, max_size=n)),
        kind_limit=draw(st.lists(st.integers(0, 3), min_size=2, max_size=2)),
        forced_in=draw(few),
        forced_out=draw(few),
        requires=draw(st.lists(st.tuples(one, one), max_size=3)),
        must_serve=draw(st.lists(st.integers(0, n_demands - 1), max_size=2)),
        must_share=draw(st.sampled_from((0.3, 0.8))),
    )


def planned(budget: float = 3.0, **rules: object) -> set[int]:
    """What is chosen of six candidates of cost 1: the best of all choices."""
    case = case_of(SERVES, budget, rules=Rules(**rules))
    plan = solve(case.problem, SMALL)
    check(case, plan, case.best())
    assert plan.gap <= 1e-6
    return set(plan.chosen)


FREE = best_set(case_of(SERVES, 3.0))
FIRST, SECOND, _ = sorted(FREE)
OTHER = min(ALL - FREE)


@settings(max_examples=120)
@given(st.data(), st.sampled_from((SMALL, NO_TREE)))
def test_plans_keep_all_rules_or_say_that_none_can(data, effort: Effort) -> None:
    free = data.draw(cases())
    rules = data.draw(rules_of(len(free.serves), len(free.problem.weight)))
    case = replace(free, rules=rules)
    best = case.best()
    try:
        plan = solve(replace(free.problem, rules=rules), effort)
    except BadInput as error:
        assert error.phrase.key != "network.siting.must_not_found" or rules.must_serve
        assert best is None or (effort is NO_TREE and rules.must_serve)
    else:
        check(case, plan, best)
        assert effort is NO_TREE or plan.value == pytest.approx(best)


@settings(max_examples=80)
@given(st.data())
def test_the_solver_sees_the_same_problem_as_we_do(data) -> None:
    free = data.draw(cases())
    rules = data.draw(rules_of(len(free.serves), len(free.problem.weight)))
    try:
        problem = replace(free.problem, rules=rules)
    except BadInput:
        return
    case = Case(problem, free.serves, rules)
    core, best = core_of(problem, problem.forced, 9_999), case.best()
    found = solve_core(problem, core, start=None, n_nodes=999, stop=never)
    assert found.impossible == (best is None)
    if best is not None:
        assert case.keeps_rules(found.chosen)
        assert case.value(found.chosen) == pytest.approx(best)
        assert found.bound == pytest.approx(best)


def test_the_solver_prints_nothing(capfd) -> None:
    solve(case_of(SERVES, 3).problem, SMALL)
    assert capfd.readouterr() == ("", "")


def test_at_most_one_of_an_exclusive_group() -> None:
    assert len(planned(exclusive=[[FIRST, SECOND]]) & {FIRST, SECOND}) <= 1
    assert len(planned(exclusive=[sorted(ALL)])) == 1
    assert planned(exclusive=[[FIRST, FIRST]]) == FREE


def test_at_most_so_many_of_a_kind() -> None:
    kind_of = [0 if row in FREE else 1 for row in range(6)]
    assert len(planned(kind_of=kind_of, kind_limit=[1, 9]) & FREE) == 1
    assert not planned(kind_of=kind_of, kind_limit=[0, 9]) & FREE
    assert planned(kind_of=[-1] * 6, kind_limit=[0]) == FREE


def test_forced_in_is_chosen_and_forced_out_is_not() -> None:
    assert OTHER in planned(forced_in=[OTHER])
    assert FIRST not in planned(forced_out=[FIRST])
    assert planned(forced_out=sorted(ALL)) == set()


def test_what_is_required_comes_along() -> None:
    chosen = planned(requires=[(FIRST, OTHER)])
    assert FIRST not in chosen or OTHER in chosen
    assert {OTHER, FIRST} <= planned(requires=[(FIRST, OTHER)], forced_in=[FIRST])
    case = case_of(SERVES, 3, rules=Rules(requires=[(FIRST, OTHER)], forced_in=[FIRST]))
    assert {OTHER, FIRST} <= set(solve(case.problem, NO_TREE).chosen)
    ring = [(row, (row + 1) % 6) for row in range(6)]
    assert planned(requires=ring) == set()
    assert planned(6.0, requires=ring) == ALL


def test_what_must_be_served_is_served_though_it_is_worth_nothing() -> None:
    weight = np.ones(8)
    weight[2] = 0.0
    case = case_of(
        SERVES, 2, weight=weight, rules=Rules(must_serve=[2], must_share=0.6)
    )
    for effort in (SMALL, NO_TREE):
        plan = solve(case.problem, effort)
        check(case, plan, case.best())
        assert case.shares(mask_of(case, plan.chosen))[2] >= 0.6


def test_the_budget_is_kept_to_the_last_cent() -> None:
    serves = np.ones((1, 1, 1), bool)
    assert solve(case_of(serves, 0.3, cost=[0.1 + 0.2]).problem).chosen == (0,)
    assert solve(case_of(serves, 0.29, cost=[0.3]).problem).chosen == ()
    assert solve(case_of(serves, 0, cost=[0]).problem).chosen == (0,)


@settings(max_examples=30)
@given(st.data())
def test_alternatives_do_without_the_refused_one_and_keep_the_rules(data) -> None:
    free = data.draw(cases())
    rules = replace(data.draw(rules_of(len(free.serves), 1)), must_serve=())
    try:
        problem = replace(free.problem, rules=rules)
    except BadInput:
        return
    case, plan = Case(problem, free.serves, rules), solve(problem, SMALL)
    chosen = mask_of(case, plan.chosen)
    for one in plan.alternatives:
        now = chosen.copy()
        now[list(one.dropped)], now[list(one.added)] = False, True
        assert one.refused in one.dropped and not set(one.dropped) & set(one.added)
        assert one.keeps_rules and case.keeps_rules(now)
        assert case.value(now) == pytest.approx(one.value)
        assert one.value <= plan.value * (1 + 1e-9)
    told = {one.refused for one in plan.alternatives}
    forced = set(np.flatnonzero(problem.forced > 0).tolist())
    assert told == {row for row in plan.chosen if not _holds(rules, row, forced)}


def _holds(rules: Rules, row: int, forced: set[int]) -> bool:
    """Whether a forced one stands on a row, itself included."""
    below, before = {row}, set()
    while below != before:
        before = set(below)
        below |= {a for a, b in rules.requires if b in below}
    return bool(below & forced)


def test_an_alternative_says_when_it_leaves_somebody_unserved() -> None:
    serves = np.zeros((2, 2, 1), bool)
    serves[0, 0], serves[1, 1] = True, True
    rules = Rules(must_serve=[0])
    plan = solve(case_of(serves, 1, rules=rules).problem)
    assert plan.chosen == (0,)
    (one,) = plan.alternatives
    assert (one.dropped, one.added, one.keeps_rules) == ((0,), (1,), False)


@pytest.mark.parametrize(
    ("rules", "budget", "said"),
    [
        ({"forced_in": [1], "forced_out": [1]}, 3, "Candidate 1 is both required"),
        ({"forced_in": [0, 1]}, 1, "cost 2.0, above the budget of 1.0"),
        ({"forced_in": [0, 1], "exclusive": [[0, 1]]}, 3, "more than the units"),
        ({"forced_in": [0], "requires": [(0, 1)], "forced_out": [1]}, 3, "needs 1"),
        ({"must_serve": [0], "must_share": 1.0, "forced_out": [0, 1, 2, 3, 4, 5]}, 3,
         "1 demands that must be served cannot be reached"),
        ({"must_serve": list(range(8)), "must_share": 0.7}, 1, "this is proven"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_kept_are_told(rules, budget: float, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        solve(case_of(SERVES, budget, rules=Rules(**rules)).problem, SMALL)
    assert not isinstance(caught.value, BadParameter)
    assert said in caught.value.sentence(Words("en"))
    assert "network.siting" not in caught.value.sentence(Words("id"))


def test_what_was_not_found_is_told_as_such() -> None:
    rules = Rules(must_serve=list(range(8)), must_share=0.7)
    with pytest.raises(BadInput) as caught:
        solve(case_of(SERVES, 1, rules=rules).problem, NO_TREE)
    assert "No choice was found" in caught.value.sentence(Words("en"))


LINKS = Links.of_masks(SERVES)


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"budget": -1.0}, "budget"),
        ({"budget": np.nan}, "budget"),
        ({"budget": np.inf}, "budget"),
        ({"cost": [1, 1, np.nan, 1, 1, 1]}, "cost[2]"),
        ({"cost": [1, 1, 1, 1, 1, -1]}, "cost[5]"),
        ({"cost": [1, 1]}, "cost"),
        ({"cost": [[1] * 6]}, "cost"),
        ({"cost": ["a"] * 6}, "cost"),
        ({"weight": [np.inf] + [1] * 7}, "weight[0]"),
        ({"weight": [1] * 7}, "links.demand"),
        ({"n_scenarios": 0}, "n_scenarios"),
        ({"n_scenarios": 5_000}, "n_scenarios"),
        ({"n_scenarios": 19}, "links.served"),
        ({"n_scenarios": 65}, "links.served"),
        ({"already": np.zeros((8, 19), bool)}, "already"),
        ({"rules": Rules(forced_in=[6])}, "forced_in"),
        ({"rules": Rules(forced_out=[-1])}, "forced_out"),
        ({"rules": Rules(exclusive=[[0, 9]])}, "exclusive"),
        ({"rules": Rules(requires=[(0, 6)])}, "requires"),
        ({"rules": Rules(must_serve=[8])}, "must_serve"),
        ({"rules": Rules(must_serve=[0.5])}, "must_serve"),
        ({"rules": Rules(must_share=1.1)}, "must_share"),
        ({"rules": Rules(must_share=np.nan)}, "must_share"),
        ({"rules": Rules(kind_of=[0] * 5, kind_limit=[1])}, "kind_of"),
        ({"rules": Rules(kind_of=[1] * 6, kind_limit=[1])}, "kind_of"),
        ({"rules": Rules(kind_of=[0] * 6, kind_limit=[-1])}, "kind_limit"),
    ],
)
def test_a_problem_that_is_none_is_refused_by_the_name_of_its_fault(
    changed: dict[str, object], name: str
) -> None:
    good = {"weight": [1] * 8, "cost": [1] * 6, "links": LINKS, "n_scenarios": 20,
            "budget": 3.0}  # fmt: skip
    with pytest.raises(BadParameter) as caught:
        Problem(**good | changed)
    for language in ("en", "id"):
        sentence = caught.value.sentence(Words(language))
        assert f" {name}: " in sentence and "network.siting" not in sentence


@pytest.mark.parametrize(
    ("start", "scenario", "demand"),
    [
        ([0, 1], [20], [0]),  # no such scenario
        ([0, 1], [-1], [0]),
        ([0, 1], [0], [-1]),
        ([0, 2], [0], [0]),  # more links than there are
        ([0, 2, 1], [0], [0]),
        ([1, 1], [0], [0]),
        ([], [], []),
        ([0, 1], [0.5], [0]),
        ([[0, 1]], [0], [0]),
        ([0, 1], [0, 1], [0]),
    ],
)
def test_links_that_are_none_are_refused(start, scenario, demand) -> None:
    with pytest.raises(BadParameter):
        Links.of_pairs(start, scenario, demand, n_scenarios=20)


def test_a_demand_twice_in_one_candidate_is_refused() -> None:
    with pytest.raises(BadParameter):
        Links(np.array([0, 2]), np.array([1, 1]), np.ones((2, 1), np.uint64))
    with pytest.raises(BadParameter):
        Links(np.array([0, 1]), np.array([-1]), np.ones((1, 1), np.uint64))


def test_a_pair_said_twice_counts_once() -> None:
    links = Links.of_pairs([0, 3], [0, 0, 1], [4, 4, 4], n_scenarios=2)
    assert len(links) == 1 and links.served.tolist() == [[3]]


@pytest.mark.parametrize("name", ["n_rounds", "n_steps", "n_turns", "n_nodes", "gap"])
def test_an_effort_below_nothing_is_refused(name: str) -> None:
    with pytest.raises(BadParameter):
        Effort(**{name: -1})
