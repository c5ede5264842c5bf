"""A way to send for every station: ranking, deadline, independence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.network.channels import Kind, Ways, arrival_probability, rank_channels

NAN = np.nan


def ways(*rows: tuple[str, Kind, float, float]) -> tuple[Ways, ...]:
    return tuple(Ways(k, kind, np.array([w]), np.array([m])) for k, kind, w, m in rows)


def keys(found, row=0) -> list[str]:
    return [found.keys[i] for i in found.order[row] if i >= 0]


def test_the_likeliest_way_comes_first_and_a_way_that_is_not_there_in_no_place():
    found = rank_channels(
        ways(
            ("data.a", Kind.DATA, 0.4, 10),
            ("point", Kind.POINT, 0.97, 40),
            ("satellite", Kind.SATELLITE, NAN, NAN),
            ("carried", Kind.CARRIED, 0.99, 300),
        ),
        deadline_minutes=720,
    )
    assert keys(found) == ["point", "carried", "data.a"]
    assert found.n_kinds[0] == 2


def test_of_two_equal_ways_the_faster_comes_first():
    found = rank_channels(
        ways(("carried", Kind.CARRIED, 0.952, 200), ("data.a", Kind.DATA, 0.95, 5)),
        9999,
    )
    assert keys(found) == ["data.a", "carried"]


def test_two_operators_of_one_place_are_one_kind():
    found = rank_channels(
        ways(("data.a", Kind.DATA, 0.9, 5), ("data.b", Kind.DATA, 0.9, 5)), 720
    )
    assert found.n_kinds[0] == 1
    assert found.any_arrives[0] == pytest.approx(0.9)


def test_half_of_the_rides_that_take_the_deadline_in_the_median_come_in_time():
    one = np.array([1.0])
    assert arrival_probability(one, np.array([120.0]), 120)[0] == pytest.approx(0.5)
    assert arrival_probability(one, np.array([0.0]), 120)[0] == 1.0
    twice = arrival_probability(one, np.array([60.0]), 120)[0]
    assert twice == pytest.approx(0.917, abs=1e-3)


@given(
    works=st.lists(st.floats(0, 1), min_size=1, max_size=5),
    minutes=st.floats(0, 2000),
    later=st.floats(1, 2000),
)
def test_more_time_or_one_more_way_never_makes_it_worse(works, minutes, later):
    rows = [(f"w{i}", Kind(i % 5), w, minutes) for i, w in enumerate(works)]
    before = rank_channels(ways(*rows), 60)
    assert 0 <= before.any_arrives[0] <= 1
    more_time = rank_channels(ways(*rows), 60 + later)
    assert more_time.any_arrives[0] >= before.any_arrives[0] - 1e-12
    more = rank_channels(ways(*rows, ("x", Kind.SMS, 0.5, 1.0)), 60)
    assert more.any_arrives[0] >= before.any_arrives[0] - 1e-12
    assert (np.diff(np.round(before.arrives[0], 2)) <= 1e-9).all()
