"""The siting plan against every choice there is, and the proofs that it gives."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import astuple, dataclass, replace
from itertools import product
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.network.siting import Effort, Links, Problem, Rules, SitingPlan, solve
from siaga.network.siting_gains import counts_of, gain_of, packed, state_of
from siaga.network.siting_greedy import greedy
from siaga.network.siting_lagrange import lagrange
from siaga.network.siting_regions import Limits, labels_of, regional
from siaga.network.siting_swap import improve, rounds_of
from siaga.network.siting_tree import Region, most_of

SMALL = Effort(n_rounds=20, n_chains=2, n_steps=60, n_turns=3, n_region_nodes=500)
NO_TREE = replace(SMALL, n_nodes=0)
"""Without the mixed-integer solver: what the search and the bounds do by themselves."""


@dataclass(frozen=True)
class Case:
    """A problem beside the plain mask that its links were made of."""

    problem: Problem
    serves: np.ndarray
    """Shape (n_candidates, n_demands, n_scenarios)."""
    rules: Rules

    def value(self, chosen: np.ndarray) -> float:
        """Expected weight that a choice serves."""
        return float(self.problem.weight @ self.shares(chosen))

    def shares(self, chosen: np.ndarray) -> np.ndarray:
        """Share of the scenarios in which a choice serves each demand."""
        served = self.serves[chosen].any(axis=0)
        if self.problem.already is not None:
            served |= self.problem.already
        return served.mean(axis=1)

    def keeps_rules(self, chosen: np.ndarray) -> bool:
        """Whether a choice keeps the budget and all rules, read again from the page."""
        problem, rules = self.problem, self.rules
        kinds = list(rules.kind_of) if rules.kind_of is not None else []
        must = self.shares(chosen)[list(rules.must_serve)]
        return bool(
            problem.cost[chosen].sum() <= problem.budget + 1e-9
            and all(sum(chosen[j] for j in set(g)) <= 1 for g in rules.exclusive)
            and all(
                sum(chosen[j] for j, kind in enumerate(kinds) if kind == k) <= most
                for k, most in enumerate(rules.kind_limit)
            )
            and all(chosen[j] for j in rules.forced_in)
            and not any(chosen[j] for j in rules.forced_out)
            and all(chosen[b] or not chosen[a] for a, b in rules.requires)
            and (must >= rules.must_share - 1e-9).all()
        )

    def best(self) -> float | None:
        """Value of the best allowed choice of all; None if nothing is allowed."""
        every = (np.array(c, bool) for c in product((0, 1), repeat=len(self.serves)))
        values = [self.value(chosen) for chosen in every if self.keeps_rules(chosen)]
        return max(values, default=None)


def case_of(
    serves: np.ndarray,
    budget: float,
    *,
    cost: object = None,
    weight: object = None,
    already: np.ndarray | None = None,
    rules: Rules | None = None,
) -> Case:
    """A case of a mask; everything costs 1 and is worth 1 unless said."""
    n, n_demands, n_scenarios = serves.shape
    rules = rules or Rules()
    problem = Problem(
        np.ones(n_demands) if weight is None else np.asarray(weight, float),
        np.ones(n) if cost is None else np.asarray(cost, float),
        Links.of_masks(serves), n_scenarios, budget, already, rules,
    )  # fmt: skip
    return Case(problem, serves, rules)


def random_case(
    seed: int, n: int = 8, n_demands: int = 12, n_scenarios: int = 70
) -> Case:
    """A case by chance: candidates along a line, the signal of each pair drawn anew."""
    rng = np.random.default_rng(seed)
    at, where = rng.random(n)[:, None], rng.random(n_demands)
    near = np.exp(-(((at - where) / 0.2) ** 2))[:, :, None]
    serves = rng.random((n, n_demands, n_scenarios)) < near
    cost, weight = rng.choice([1.0, 2.0, 4.0], n), rng.integers(0, 300, n_demands)
    already = rng.random((n_demands, n_scenarios)) < 0.1
    return case_of(serves, 5.0, cost=cost, weight=weight, already=already)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Up to seven candidates, with costs of 0 and twins among them."""
    n, n_demands = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    n_scenarios = draw(st.sampled_from((1, 3, 64, 65)))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    serves = rng.random((n, n_demands, n_scenarios)) < rng.random((n, n_demands, 1))
    if n > 1 and draw(st.booleans()):
        serves[0] = serves[1]
    already = rng.random(serves.shape[1:]) < 0.3 if draw(st.booleans()) else None
    return case_of(
        serves,
        draw(st.integers(0, 8)),
        cost=draw(st.lists(st.sampled_from((0, 1, 2, 2.5)), min_size=n, max_size=n)),
        weight=rng.integers(0, 9, n_demands),
        already=already,
    )


def never() -> bool:
    return False


def mask_of(case: Case, chosen: object) -> np.ndarray:
    mask = np.zeros(case.problem.n_candidates, bool)
    mask[list(chosen)] = True
    return mask


def best_set(case: Case) -> set[int]:
    """The best choice itself, where it is the only one."""
    every = (set(np.flatnonzero(c)) for c in product((0, 1), repeat=len(case.serves)))
    allowed = [one for one in every if case.keeps_rules(mask_of(case, one))]
    return max(allowed, key=lambda one: case.value(mask_of(case, one)))


def with_budget(case: Case, budget: float) -> Case:
    return replace(case, problem=replace(case.problem, budget=budget))


def check(case: Case, plan: SitingPlan, best: float) -> None:
    """What must hold of any plan of a case whose best value is known."""
    chosen, near = mask_of(case, plan.chosen), 1e-9 * (1 + best)
    assert case.keeps_rules(chosen)
    assert plan.value == pytest.approx(case.value(chosen))
    assert plan.value <= best + near <= plan.bound + 2 * near
    assert plan.already == pytest.approx(case.value(chosen & False))
    most = plan.bound - plan.already
    assert plan.gap == pytest.approx((plan.bound - plan.value) / most if most else 0)
    assert plan.cost == pytest.approx(case.problem.cost[chosen].sum())


@settings(max_examples=60)
@given(cases())
def test_small_plans_are_the_best_of_all_choices(case: Case) -> None:
    plan, best = solve(case.problem, SMALL), case.best()
    check(case, plan, best)
    assert plan.value == pytest.approx(best)
    assert plan.gap <= 1e-6


@settings(max_examples=40)
@given(cases())
def test_search_and_bounds_enclose_the_best_without_a_solver(case: Case) -> None:
    check(case, solve(case.problem, NO_TREE), case.best())


@pytest.mark.parametrize("n_scenarios", [1, 64, 65, 130])
def test_a_gain_is_what_the_value_grows_by(n_scenarios: int) -> None:
    case = random_case(6, n_scenarios=n_scenarios)
    flat, chosen = packed(case.problem), np.arange(8) < 2
    state = state_of(flat, chosen)
    assert state.score[0] == pytest.approx(n_scenarios * case.value(chosen))
    for row in range(2, 8):
        more = case.value(mask_of(case, (0, 1, row))) - case.value(chosen)
        assert gain_of(flat, state, row) == pytest.approx(n_scenarios * more)


@pytest.mark.parametrize("seed", range(6))
def test_both_bounds_are_above_the_best_however_short_the_work(seed: int) -> None:
    case = random_case(seed)
    flat, best = packed(case.problem), case.best()
    state, _ = greedy(flat)
    improve(flat, state, never)
    for n_steps in (20, 200):
        parts = lagrange(flat, 70, best, n_steps, never)
        assert parts.value >= best * (1 - 1e-9)
    for n_nodes, n_turns in ((10_000, 6), (0, 1), (1, 3), (20, 3)):
        limits = Limits(n_nodes, n_turns, 0.0)
        most = regional(flat, 70, state.chosen, parts, limits, stop=never)
        assert most >= best * (1 - 1e-9)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0, 3.0])
def test_regions_are_a_bound_at_any_price_and_for_any_choice(share: float) -> None:
    case = random_case(3)
    flat, best = packed(case.problem), case.best()
    parts = lagrange(flat, 70, best, 100, never)
    wrong = parts._replace(unit_worth=parts.unit_worth * share)
    for chosen in (np.zeros(8, bool), np.ones(8, bool), np.arange(8) % 2 == 1):
        most = regional(flat, 70, chosen, wrong, Limits(9_000, 3, 0), stop=never)
        assert most >= best * (1 - 1e-9)


def test_regions_prove_more_than_parts_where_scenarios_differ() -> None:
    case = random_case(1, n=60, n_demands=60, n_scenarios=100)
    plan = solve(case.problem, replace(NO_TREE, n_steps=400, n_region_nodes=20_000))
    bound = {step.method: step.bound for step in plan.trace}
    assert bound["regions"] - plan.value < 0.4 * (bound["lagrange"] - plan.value)
    assert plan.gap < 0.01


@pytest.mark.parametrize("seed", range(4))
def test_a_tree_finds_what_the_best_set_collects(seed: int) -> None:
    case = random_case(seed, n=9)
    flat, price = packed(case.problem), np.random.default_rng(seed).uniform(0, 9e3, 9)
    every = [np.array(c, bool) for c in product((0, 1), repeat=9)]
    nothing = 70 * case.value(every[0])
    best = max(70 * case.value(c) - price[c].sum() for c in every) - nothing
    room = flat.weight * (70 - counts_of(case.problem, every[0]))
    region = Region(np.arange(9), price, flat.start, flat.demand, flat.served,
                    flat.base, flat.weight, room)  # fmt: skip
    for n_nodes in (100_000, 2, 0):
        found = most_of(region, n_nodes, never)
        mine = mask_of(case, found.chosen)
        assert 70 * case.value(mine) - price[mine].sum() - nothing <= best + 1e-6
        assert best <= found.value + 1e-6
    assert found.value >= best and not found.is_near
    whole = most_of(region, 100_000, never)
    assert whole.is_near and whole.value <= best * 1.0041


def test_stations_of_two_valleys_are_two_regions() -> None:
    serves = np.zeros((6, 10, 4), bool)
    serves[:3, :5], serves[3:, 5:] = True, True
    flat = packed(case_of(serves, 2).problem)
    start = state_of(flat, np.zeros(6, bool))
    label = labels_of(flat, start, np.ones(10, bool), 2)
    assert len(set(label[:5])) == len(set(label[5:])) == 1
    assert label[0] != label[9]


@settings(max_examples=40)
@given(cases())
def test_greedy_is_never_above_the_plan_and_the_trace_only_grows(case: Case) -> None:
    plan = solve(case.problem, NO_TREE)
    state, order = greedy(packed(case.problem))
    assert case.value(state.chosen) <= plan.value * (1 + 1e-12) + 1e-9
    assert list(plan.order) == order
    values, bounds = zip(*(step[1:] for step in plan.trace), strict=True)
    assert list(values) == sorted(values)
    assert list(bounds) == sorted(bounds, reverse=True)
    assert all(value <= bound for value, bound in zip(values, bounds, strict=True))


def test_greedy_takes_the_most_for_its_cost_first() -> None:
    serves = np.zeros((3, 6, 2), bool)
    serves[0, :4], serves[1, 2:5], serves[2, 5] = True, True, True
    plan = solve(case_of(serves, 4, cost=[4, 1, 1]).problem)
    assert plan.order == (1, 2)
    assert plan.chosen == (1, 2) and plan.value == 4.0
    assert solve(case_of(serves, 6, cost=[4, 1, 1]).problem).value == 6.0


def test_one_dear_candidate_may_beat_many_cheap_ones() -> None:
    serves = np.zeros((2, 9, 1), bool)
    serves[0, :8], serves[1, 8] = True, True
    plan = solve(
        case_of(serves, 10, cost=[10, 1]).problem, replace(NO_TREE, n_rounds=0)
    )
    assert plan.chosen == (0,)


def test_a_swap_mends_what_greedy_did() -> None:
    # Greedy takes the middle, and the two that serve all no longer fit beside it.
    serves = np.zeros((3, 12, 1), bool)
    serves[0, 2:10], serves[1, :6], serves[2, 6:] = True, True, True
    case = case_of(serves, 2)
    assert [step.value for step in solve(case.problem, NO_TREE).trace][:2] == [10, 12]


@settings(max_examples=30)
@given(cases(), st.floats(0, 4))
def test_a_larger_budget_is_never_worth_less(case: Case, more: float) -> None:
    plan = solve(case.problem, SMALL)
    richer = solve(with_budget(case, case.problem.budget + more).problem, SMALL)
    assert richer.value >= plan.value - 1e-9 * (1 + plan.value)


@settings(max_examples=30)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_change_the_value(case: Case, rng) -> None:
    order = rng.sample(range(len(case.serves)), len(case.serves))
    problem = case.problem
    shuffled = case_of(
        case.serves[order], problem.budget, cost=problem.cost[order],
        weight=problem.weight, already=problem.already,
    )  # fmt: skip
    one, two = solve(problem, SMALL), solve(shuffled.problem, SMALL)
    assert one.gap <= 1e-6 and two.gap <= 1e-6
    assert one.value == pytest.approx(two.value)


@settings(max_examples=30)
@given(cases())
def test_the_curve_grows_and_each_point_is_within_reach(case: Case) -> None:
    plan = solve(case.problem, SMALL)
    costs, values = zip(*plan.curve, strict=True)
    assert list(costs) == sorted(costs) and list(values) == sorted(values)
    assert plan.curve[-1] == (plan.cost, plan.value)
    for cost, value in plan.curve:
        assert with_budget(case, cost).best() >= value - 1e-9 * (1 + value)


def test_what_greedy_spends_beyond_the_plan_is_not_in_the_curve() -> None:
    serves = np.zeros((3, 12, 1), bool)
    serves[0, :5], serves[1, 5:11], serves[2] = True, True, True
    plan = solve(case_of(serves, 4, cost=[1, 3, 3.5]).problem, SMALL)
    assert plan.order == (0, 1)
    assert plan.curve == ((0, 0), (1, 5), (3.5, 12))


@settings(max_examples=30)
@given(cases())
def test_marginal_values_are_what_is_lost_without_each(case: Case) -> None:
    plan = solve(case.problem, SMALL)
    chosen = mask_of(case, plan.chosen)
    for row, lost in zip(plan.chosen, plan.marginal, strict=True):
        without = chosen.copy()
        without[row] = False
        assert lost == pytest.approx(case.value(chosen) - case.value(without))


@settings(max_examples=30)
@given(cases())
def test_the_band_is_that_of_the_scenarios(case: Case) -> None:
    plan = solve(case.problem, SMALL)
    already = case.problem.already
    served = case.serves[list(plan.chosen)].any(axis=0)
    more = served if already is None else served & ~already
    by_scenario = case.problem.weight @ more
    assert plan.low == pytest.approx(np.percentile(by_scenario, 5))
    assert plan.high == pytest.approx(np.percentile(by_scenario, 95))
    assert by_scenario.mean() == pytest.approx(plan.value - plan.already)


def same_bits(one: SitingPlan, two: SitingPlan) -> bool:
    return repr(astuple(one)) == repr(astuple(two))


def test_one_seed_gives_the_same_bits_with_any_workers() -> None:
    problem = random_case(5, n=40, n_demands=40).problem
    alone = solve(problem, NO_TREE, seed=7)
    assert same_bits(alone, solve(problem, NO_TREE, seed=7))
    with ThreadPoolExecutor(2) as threads:
        assert same_bits(alone, solve(problem, NO_TREE, seed=7, executor=threads))
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        assert same_bits(alone, solve(problem, NO_TREE, seed=7, executor=processes))


def test_a_chain_depends_on_its_seed_and_on_nothing_else() -> None:
    # No valleys here: each chain ends elsewhere.
    serves = np.random.default_rng(1).random((80, 30, 20)) < 0.08
    flat = packed(case_of(serves, 12).problem)
    start, _ = greedy(flat)
    seeds = [(7, chain) for chain in range(6)]
    found = [rounds_of(flat, start.chosen, 1, seed, never) for seed in seeds]
    again = [rounds_of(flat, start.chosen, 1, seed, never) for seed in seeds]
    assert (np.array(found) == np.array(again)).all()
    assert len({one.tobytes() for one in found}) > 1
    assert min(state_of(flat, one).score[0] for one in found) >= start.score[0]


@pytest.mark.parametrize("n_asked", [0, 1, 3, 10, 40])
def test_a_deadline_ends_early_with_a_plan_and_its_proof(n_asked: int) -> None:
    case, asked = random_case(2), iter(range(n_asked))
    plan = solve(case.problem, NO_TREE, deadline=lambda: next(asked, None) is None)
    best = case.best()
    assert plan.value <= best * (1 + 1e-9) and plan.bound >= best * (1 - 1e-9)
    assert case.keeps_rules(mask_of(case, plan.chosen))


def test_nothing_to_choose_or_to_serve_is_a_plan() -> None:
    nothing = case_of(np.zeros((0, 3, 2), bool), 1)
    assert solve(nothing.problem).chosen == ()
    no_demand = case_of(np.zeros((2, 0, 2), bool), 1)
    plan = solve(no_demand.problem)
    assert (plan.value, plan.gap, plan.chosen) == (0.0, 0.0, ())
