"""Dark stations that lie together are one place with a name."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.network.blank_spots import blank_spots

DEGREE_M = 111_194.9


def land(east_m: list[float], village: list[int], voters: list[int] | None = None):
    n = len(east_m)
    stations = SimpleNamespace(
        lat=np.full(n, 0.0),
        lon=np.array(east_m) / DEGREE_M,
        voters=np.array(voters or [100] * n),
    )
    return SimpleNamespace(village_of_station=np.array(village)), stations


def test_stations_in_a_chain_of_short_steps_are_one_spot():
    areas, stations = land([0, 900, 1800, 6000], [3, 4, 4, 5], [100, 200, -1, 50])
    spots = blank_spots(areas, stations, np.ones(4, bool), link_m=1000)
    assert [spot.rows for spot in spots] == [(0, 1, 2), (3,)]
    assert spots[0].villages == (4, 3)
    assert spots[0].voters == 300


def test_a_station_with_signal_joins_nothing():
    areas, stations = land([0, 900, 1800], [3, 3, 3])
    spots = blank_spots(areas, stations, np.array([True, False, True]), link_m=1000)
    assert [spot.rows for spot in spots] == [(0,), (2,)]


def test_a_station_without_a_point_is_in_no_spot():
    areas, stations = land([0, np.nan], [3, 3])
    stations.lat[1] = np.nan
    assert [s.rows for s in blank_spots(areas, stations, np.ones(2, bool), 500)] == [
        (0,)
    ]


def test_no_dark_station_gives_no_spot():
    areas, stations = land([0, 10], [3, 3])
    assert blank_spots(areas, stations, np.zeros(2, bool), 500) == ()


@given(
    east=st.lists(st.integers(0, 50_000), min_size=1, max_size=40),
    link_m=st.sampled_from([100.0, 1500.0, 9000.0]),
)
def test_every_dark_station_is_in_exactly_one_spot_and_spots_lie_apart(east, link_m):
    areas, stations = land([float(e) for e in east], [0] * len(east))
    spots = blank_spots(areas, stations, np.ones(len(east), bool), link_m)
    assert sorted(row for spot in spots for row in spot.rows) == list(range(len(east)))
    for i, one in enumerate(spots):
        for other in spots[i + 1 :]:
            gap = min(abs(east[a] - east[b]) for a in one.rows for b in other.rows)
            assert gap > link_m * 0.999


@pytest.mark.parametrize("turn", [1, 2])
def test_the_order_of_spots_does_not_hang_on_a_tie(turn):
    areas, stations = land([0, 20_000, 40_000], [0, 0, 0])
    spots = blank_spots(areas, stations, np.ones(3, bool), 100)
    assert [spot.rows[0] for spot in spots] == [0, 1, 2]
