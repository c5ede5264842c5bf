"""The plan of reinforcement on the real Banten, small enough to be made in seconds."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from siaga.house.problems import BadInput
from siaga.house.runs import newest_run, run_list
from siaga.house.words import Words
from siaga.house.workspace import Workspace
from siaga.network.options import options
from siaga.network.params import PlanParams
from siaga.network.plan import plan, usable_options
from siaga.network.reasons import reason_number
from siaga.network.state import network_state
from siaga.territory.situation import Situation, Verdict

ELECTION = "pemilu_2024"
AS_OF = datetime(2024, 1, 25, 16, 59, 59, tzinfo=UTC)
SMALL = {"places_per_option": 12, "n_scenarios": 100, "least_dark": 0.3}


@pytest.fixture(scope="module")
def situation(banten):
    return Situation(banten, ELECTION, AS_OF)


@pytest.fixture(scope="module")
def assessed(banten_workspace):
    runs = run_list(Workspace(banten_workspace))
    return newest_run(runs, "network", ELECTION, AS_OF).folder


@pytest.fixture(scope="module")
def small(situation, assessed):
    return plan(situation, PlanParams(budget_rp=20_000_000, **SMALL), assessed)


def test_it_rescues_within_the_budget_and_says_its_gap(small):
    assert 0 < small.value <= small.bound
    assert 0 <= small.gap < 0.05
    assert small.cost_rp <= small.budget_rp
    assert small.low <= small.value <= small.high
    assert [method for method, _, _ in small.trace][:2] == ["greedy", "swap"]
    assert small.value >= small.trace[0][1]


def test_the_same_seed_gives_the_same_plan(situation, assessed, small, tmp_path):
    again = plan(situation, PlanParams(budget_rp=20_000_000, **SMALL), assessed)
    for name, one in (("one", small), ("other", again)):
        (tmp_path / name).mkdir()
        one.write(tmp_path / name)
    for file in ("plan.json", "after.parquet"):
        one, other = ((tmp_path / n / file).read_bytes() for n in ("one", "other"))
        assert one == other


def test_steps_stand_in_their_area_and_name_who_is_asked_until_when(situation, small):
    territory = situation.territory
    areas, stations = territory.areas(ELECTION), territory.stations(ELECTION)
    voting_day = territory.election(ELECTION).voting_day
    assert small.steps
    for step in small.steps:
        assert step.agency == options()[step.what].agency
        assert step.agency in territory.agencies
        assert date.fromisoformat(step.due_on) < voting_day
        assert date.fromisoformat(step.due_on) >= AS_OF.date()
        row = stations.row(step.key.split("@")[1])
        assert areas.code[areas.village_of_station[row]] == step.area
        assert step.serves


def test_nothing_is_built_where_custom_asks_for_nothing(situation, assessed, small):
    state = network_state(assessed)
    custom = state.line.reason == reason_number("custom")
    assert custom.sum() > 20
    served = [row for step in small.steps for row in step.serves]
    assert not custom[served].any()
    assert (small.after[custom] == Verdict.AT_RISK).all()


def test_afterwards_no_station_stands_worse(assessed, small):
    before = network_state(assessed).line.verdict
    rank = np.array([0, 1, 3, 2, 0])
    assert (rank[small.after] <= rank[before]).all()
    messengers = [step for step in small.steps if step.what == "messenger"]
    helped = [row for step in messengers for row in step.serves]
    assert helped and (small.after[helped] == Verdict.READY).mean() > 0.5


def test_more_money_is_never_worth_less(situation, assessed, small):
    more = plan(situation, PlanParams(budget_rp=60_000_000, **SMALL), assessed)
    assert more.value >= small.value - 1e-9


def test_a_refused_step_is_out_and_a_required_one_is_in(situation, assessed, small):
    refused, kept = small.steps[0].key, small.steps[-1].key
    params = PlanParams(budget_rp=20_000_000, refused=refused, required=kept, **SMALL)
    other = plan(situation, params, assessed)
    keys = [step.key for step in other.steps]
    assert refused not in keys and kept in keys
    assert other.value <= small.bound + 1e-9


def test_units_to_hand_are_not_exceeded(situation, assessed):
    params = PlanParams(
        budget_rp=2_000_000_000, only="satellite,combat", satellite_units=2,
        combat_units=1, **SMALL,
    )  # fmt: skip
    kinds = [step.what for step in plan(situation, params, assessed).steps]
    assert kinds.count("satellite") <= 2 and kinds.count("combat") <= 1


def test_without_money_there_is_no_step_but_what_costs_nothing(situation, assessed):
    none = plan(situation, PlanParams(budget_rp=0, **SMALL), assessed)
    assert none.cost_rp == 0
    assert {step.what for step in none.steps} <= {"sector_tuning"}


@pytest.mark.parametrize(
    ("as_of", "out"),
    [
        ((2024, 1, 25), {"new_tower"}),
        ((2024, 2, 10), {"new_tower", "satellite", "combat", "repeater"}),
    ],
)
def test_what_comes_too_late_is_out(banten, as_of, out):
    at = Situation(banten, ELECTION, datetime(*as_of, 5, tzinfo=UTC))
    usable = usable_options(at, PlanParams())
    assert out <= set(options()) - set(usable)
    assert "messenger" in usable


def test_shops_are_shut_on_holidays(banten):
    """From 26 January to 13 February 2024 there are 11 working days, not 13."""
    from siaga.network.options import last_order_on

    closed = {row["date"] for row in banten.land_rows("holidays")}
    assert {date(2024, 2, 8), date(2024, 2, 9)} <= closed
    assert last_order_on(date(2024, 2, 13), 11, closed) == date(2024, 1, 25)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"only": "balloon"}, "balloon"),
        ({"required": "satellite@999"}, "satellite@999"),
        ({"refused": "tower@1"}, "tower@1"),
    ],
)
def test_what_is_not_there_is_said(situation, assessed, params, sentence):
    with pytest.raises(BadInput) as error:
        plan(situation, PlanParams(**SMALL, **params), assessed)
    assert sentence in error.value.sentence(Words("id"))
