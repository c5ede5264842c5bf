"""What can be done where: reach, roads, deadlines, and what may be offered at all."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.network.candidates import Subjects, _discs, candidates_of
from siaga.network.options import options

DEGREE_M = 111_194.9
N_NIGHTS = 128
SURE = {key: replace(option, works_share=1.0) for key, option in options().items()}


def subjects(east_m, point_minutes=30.0, by_sea=False):
    n = len(east_m)
    return Subjects(
        np.arange(n),
        np.zeros(n),
        np.array(east_m) / DEGREE_M,
        np.full(n, float(point_minutes)),
        np.full(n, by_sea),
        np.ones(n),
    )


def nights(lacking, site=7):
    lacking = np.array(lacking, np.float32)[:, None] * np.ones((1, N_NIGHTS))
    return SimpleNamespace(
        lacking_db=lacking.astype(np.float32),
        best_site=np.full(len(lacking), site, np.int32),
    )


def offered(of, lacking, keys=tuple(SURE), deadline=360.0, most=1000):
    found = candidates_of(
        of,
        nights(lacking),
        {key: SURE[key] for key in keys},
        deadline_minutes=deadline,
        most=most,
        rng=np.random.default_rng(3),
    )
    shares = np.bitwise_count(found.links.served).sum(axis=1) / N_NIGHTS
    return found, shares


def test_a_unit_serves_what_lies_within_its_reach():
    found, shares = offered(subjects([0, 900, 5000]), [np.inf] * 3, ("satellite",))
    assert {one.serves for one in found.each} == {(0, 1), (2,)}
    assert (shares == 1).all()


def test_where_no_road_leads_no_truck_goes():
    found, _ = offered(subjects([0.0], by_sea=True), [np.inf])
    assert {one.option for one in found.each} == {"messenger", "satellite"}


def test_a_messenger_is_paid_for_every_station_and_must_arrive_in_time():
    near, shares = offered(subjects([0, 100]), [np.inf] * 2, ("messenger",))
    assert near.each[0].cost_rp == 2 * options()["messenger"].cost_rp
    _, never = offered(subjects([0.0], 600), [np.inf], ("messenger",), deadline=120.0)
    assert (shares > 0.99).all() and (never < 0.01).all()
    none, _ = offered(subjects([0.0], np.nan), [np.inf], ("messenger",))
    assert none.each == ()


def test_a_repeater_helps_only_where_a_little_is_lacking():
    found, shares = offered(subjects([0, 3000, 6000]), [5, 60, np.inf], ("repeater",))
    assert [one.serves for one in found.each] == [(0,)]
    assert shares.tolist() == [1.0]


def test_a_sector_is_turned_for_several_stations_at_its_edge():
    found, _ = offered(subjects([0, 50]), [2, 3], ("sector_tuning",))
    assert [one.serves for one in found.each] == [(0, 1)]
    alone, _ = offered(subjects([0]), [2], ("sector_tuning",))
    assert alone.each == ()


@pytest.mark.parametrize("key", ["village_wifi", "site_power"])
def test_what_needs_a_list_that_nobody_has_is_not_offered(key):
    assert offered(subjects([0]), [np.inf], (key,))[0].each == ()


def test_of_each_option_the_most_promising_places_are_kept():
    found, _ = offered(
        subjects([0, 10, 9000, 20000]), [np.inf] * 4, ("satellite",), most=1
    )
    assert [one.serves for one in found.each] == [(0, 1)]


def test_works_share_is_how_often_it_helps():
    share = options()["satellite"].works_share
    found = candidates_of(
        subjects(np.arange(60) * 5000.0),
        nights([np.inf] * 60),
        {"satellite": options()["satellite"]},
        deadline_minutes=360,
        most=1000,
        rng=np.random.default_rng(3),
    )
    worked = np.bitwise_count(found.links.served).sum() / (60 * N_NIGHTS)
    assert worked == pytest.approx(share, abs=0.01)


@given(
    st.lists(st.floats(0, 20_000), min_size=1, max_size=25),
    st.floats(100, 4000),
    st.integers(1, 30),
)
def test_places_together_reach_everyone_and_each_only_its_reach(east, reach, most):
    metres = np.column_stack([east, np.zeros(len(east))])
    places = list(_discs(metres, np.ones(len(east)), reach, most))
    assert {i for _, serves in places for i in serves} == set(range(len(east)))
    for centre, serves in places:
        assert len(serves) <= most
        assert all(abs(east[i] - east[centre]) <= reach for i in serves)


def test_a_unit_has_as_many_turns_as_a_night_allows():
    found, _ = offered(subjects([0.0] * 50), [np.inf] * 50, ("satellite",))
    sizes = [len(one.serves) for one in found.each]
    assert max(sizes) == options()["satellite"].stations_most
    assert len({i for one in found.each for i in one.serves}) == 50
