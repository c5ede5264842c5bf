"""Where to measure next: most decisions for the fewest steps, always the same list."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.network.good_point import Speeds
from siaga.network.measure_next import (
    Candidates,
    Survey,
    expected_loss,
    measure_next,
)
from siaga.network.walking_order import walking_order


def candidates(x_m, **columns) -> Candidates:
    n = len(x_m)
    plain = {
        "y_m": np.zeros(n), "district": np.zeros(n, int), "weight": np.ones(n),
        "margin_db": np.zeros(n), "sd_db": np.full(n, 8.0),
    }  # fmt: skip
    columns = {name: np.asarray(c) for name, c in columns.items()}
    return Candidates(np.asarray(x_m, float), **plain | columns)


@pytest.mark.parametrize("ratio", [-2.5, -0.4, 0.0, 1.0, 3.0])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_the_expected_loss_equals_that_of_draws(ratio, share):
    from scipy.special import ndtr

    draws = np.random.default_rng(3).normal(size=400_000)
    after = ratio + np.sqrt(share) * draws  # the mean moves, the rest stays in doubt
    p = ndtr(after / np.sqrt(1 - share)) if share < 1 else (after > 0).astype(float)
    found = expected_loss(np.array([ratio]), np.array([share]))[0]
    assert found == pytest.approx(np.mean(p * (1 - p)), abs=6e-4)


def test_without_a_reading_the_loss_is_p_times_one_minus_p():
    from scipy.special import ndtr

    ratio = np.linspace(-6, 6, 25)
    p = ndtr(ratio)
    assert np.allclose(expected_loss(ratio, np.zeros(25)), p * (1 - p), atol=1e-12)


def test_the_undecided_comes_before_the_decided():
    c = candidates([0.0, 9e3, 18e3], margin_db=[20.0, 0.0, -6.0])
    (one,) = measure_next(c, Survey())
    assert one.rows[np.argsort(one.rank)].tolist()[0] == 1
    assert one.gain[one.rank == 0] > one.gain[one.rank == 1]


def test_the_weight_counts():
    c = candidates([0.0, 9e3], weight=[100.0, 300.0])
    (one,) = measure_next(c, Survey(n_each=1))
    assert one.rows.tolist() == [1]


def test_a_point_in_the_middle_of_many_is_worth_more_than_a_lonely_one():
    c = candidates([0.0, 100, 200, 300, 400, 2e4])
    (one,) = measure_next(c, Survey(n_each=1))
    assert one.rows.tolist() == [2]


def test_a_near_pick_lowers_what_is_left_to_gain():
    c = candidates([0.0, 20.0, 9e3], weight=[1.0, 1.0, 0.9])
    (one,) = measure_next(c, Survey(n_each=2))
    assert set(one.rows) == {0, 2}


def test_decided_districts_need_no_survey():
    c = candidates([0.0, 9e3], district=[4, 7], margin_db=[90.0, 0.0])
    (one,) = measure_next(c, Survey())
    assert one.district == 7


def test_unknown_places_and_levels_are_left_out():
    c = candidates([0.0, np.nan, 9e3], margin_db=[np.nan, 0.0, 0.0])
    (one,) = measure_next(c, Survey())
    assert one.rows.tolist() == [2]
    assert measure_next(candidates([]), Survey()) == ()


def test_minutes_are_those_of_the_way_from_the_office():
    c = candidates([1000.0, 3000.0])
    (one,) = measure_next(
        c, Survey(speeds=Speeds(4.0, 20.0, 15.0, 1.5)), {0: (0.0, 0.0)}
    )
    assert one.rows.tolist() == [0, 1]
    assert np.allclose(one.leg_m, [1000, 2000])
    assert np.allclose(one.walk_minutes, [22.5, 45.0])
    assert np.allclose(one.ride_minutes, [4.5, 9.0])


def test_without_an_office_the_way_begins_at_an_end():
    c = candidates([5e3, 0.0, 9e3, 2e3])
    (one,) = measure_next(c, Survey())
    assert np.isnan(one.leg_m[0])
    assert np.nansum(one.leg_m) == pytest.approx(9e3)


def test_of_a_huge_district_those_with_most_to_lose_are_looked_at():
    n = 1_500
    c = candidates(np.arange(n) * 1e4, margin_db=np.where(np.arange(n) < 5, 0.0, 30.0))
    (one,) = measure_next(c, Survey(n_each=5))
    assert sorted(one.rows) == [0, 1, 2, 3, 4]


BAD = [
    {"weight": [-1.0]},
    {"sd_db": [0.0]},
    {"district": [0, 1]},
]


@pytest.mark.parametrize("columns", BAD, ids=str)
def test_bad_columns_are_refused(columns):
    with pytest.raises(ValueError):
        candidates([0.0], **columns)


@st.composite
def some_candidates(draw):
    n = draw(st.integers(1, 25))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return candidates(
        rng.integers(0, 20, n) * 100.0, y_m=rng.integers(0, 20, n) * 100.0,
        district=rng.integers(0, 3, n), weight=rng.uniform(0, 300, n),
        margin_db=rng.normal(0, 12, n), sd_db=rng.uniform(0.1, 12, n),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(some_candidates(), st.integers(1, 12))
def test_gains_fall_and_never_exceed_what_there_is_to_lose(c, n_each):
    from scipy.special import ndtr

    p = ndtr(c.margin_db / c.sd_db)
    loss = c.weight * p * (1 - p)
    for one in measure_next(c, Survey(n_each=n_each)):
        assert len(one.rows) <= n_each and len(set(one.rows)) == len(one.rows)
        assert (c.district[one.rows] == one.district).all()
        assert (one.gain > 0).all()
        assert one.gain.sum() <= loss[c.district == one.district].sum() + 1e-9
        assert sorted(one.rank) == list(range(len(one.rows)))


@settings(max_examples=30, deadline=None)
@given(some_candidates())
def test_the_same_candidates_give_the_same_list(c):
    one, other = measure_next(c, Survey()), measure_next(c, Survey())
    for a, b in zip(one, other, strict=True):
        assert a.rows.tobytes() == b.rows.tobytes()
        assert a.gain.tobytes() == b.gain.tobytes()


def best_single(c: Candidates, survey: Survey) -> float:
    """Largest gain of one reading, by the formula, station by station."""
    apart = np.hypot(c.x_m[:, None] - c.x_m, c.y_m[:, None] - c.y_m)
    shared = np.exp(-apart / survey.length_m) * np.outer(c.sd_db, c.sd_db)
    told = shared**2 / (c.sd_db[:, None] ** 2 + survey.noise_db**2) / c.sd_db**2
    ratio = c.margin_db / c.sd_db
    before = c.weight * expected_loss(ratio, np.zeros(len(ratio)))
    return float((before - c.weight * expected_loss(ratio, told)).sum(axis=1).max())


@settings(max_examples=40, deadline=None)
@given(some_candidates())
def test_the_first_pick_is_the_best_there_is(c):
    c = candidates(
        c.x_m, y_m=c.y_m, weight=c.weight, margin_db=c.margin_db, sd_db=c.sd_db
    )
    best = best_single(c, Survey())
    found = measure_next(c, Survey(n_each=1))
    gain = found[0].gain[0] if found else 0.0
    assert gain == pytest.approx(best, rel=0.05, abs=0.002 * c.weight.max())


def length_m(xy, order, start=None) -> float:
    way = xy[list(order)] if start is None else np.vstack([[start], xy[list(order)]])
    return float(np.hypot(*np.diff(way, axis=0).T).sum())


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6),
    st.booleans(),
)
def test_the_way_visits_all_and_is_near_the_shortest(places, from_office):
    xy = np.array(places, float)
    start = (25.0, 25.0) if from_office else None
    order = walking_order(xy, start)
    assert sorted(order) == list(range(len(xy)))
    best = min(length_m(xy, p, start) for p in permutations(range(len(xy))))
    assert length_m(xy, order, start) <= 1.35 * best + 1e-6


def test_no_way_crosses_itself():
    xy = np.array([[0.0, 0], [10, 10], [10, 0], [0, 10]])
    assert length_m(xy, walking_order(xy)) == pytest.approx(30.0)
