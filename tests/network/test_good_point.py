"""Where a person goes to send: nearest good cell, minutes, and the sea between."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.network.good_point import Speeds, Way, nearest_good_points
from siaga.network.model import INLAND, SEA, Grid

STEP = 0.001  # 111 m
N = 60


def land(sea: slice | None = None) -> Grid:
    zone = np.full((N, N), INLAND, np.uint8)
    if sea is not None:
        zone[:, sea] = SEA
    flat = np.zeros((N, N), np.float32)
    return Grid(105.0, 0.03, (STEP, STEP), flat, flat, flat, zone)


def at(row: float, col: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([0.03 - (row + 0.5) * STEP]), np.array([105.0 + (col + 0.5) * STEP])


def found(grid: Grid, cells: list[tuple[int, int]], row: float, col: float):
    good = np.zeros((N, N), bool)
    for cell in cells:
        good[cell] = True
    lat, lon = at(row, col)
    return nearest_good_points(grid, good, lat, lon, reach_m=20_000, speeds=Speeds())


def test_a_station_in_a_good_cell_goes_nowhere():
    one = found(land(), [(10, 10)], 10.2, 9.9)
    assert one.way[0] == Way.HERE and one.minutes[0] == 0 and one.distance_m[0] == 0


def test_five_hundred_metres_are_walked_in_ten_minutes():
    one = found(land(), [(10, 10), (50, 50)], 10, 14.5)
    assert one.way[0] == Way.WALK
    assert one.distance_m[0] == pytest.approx(500, rel=0.01)
    assert one.minutes[0] == pytest.approx(10.5, rel=0.01)


def test_four_kilometres_are_ridden():
    one = found(land(), [(10, 10)], 10, 46)
    assert one.way[0] == Way.RIDE
    assert one.minutes[0] == pytest.approx(16.8, rel=0.01)


def test_over_the_sea_it_is_a_boat():
    one = found(land(sea=slice(15, 40)), [(10, 10)], 10, 46)
    assert one.way[0] == Way.BOAT
    assert one.minutes[0] == pytest.approx(16, rel=0.01)


def test_a_bay_is_driven_around():
    open_sea = land(sea=slice(15, 40))
    zone = open_sea.zone.copy()
    zone[-3:] = INLAND
    grid = replace(open_sea, zone=zone)
    assert found(grid, [(10, 10)], 10, 46).way[0] == Way.RIDE


def test_a_place_just_off_the_shore_belongs_to_the_nearest_land():
    grid = land(sea=slice(15, 40))
    assert found(grid, [(10, 10)], 10, 17).way[0] != Way.BOAT
    assert found(grid, [(10, 10)], 10, 37).way[0] == Way.BOAT


def test_a_cell_of_the_sea_is_no_good_point():
    one = found(land(sea=slice(0, 15)), [(10, 10), (10, 50)], 10, 20)
    assert one.lon[0] == pytest.approx(105.0505)


def test_without_a_good_cell_in_reach_there_is_no_way():
    for cells in ([], [(10, 10)]):
        good = np.zeros((N, N), bool)
        for cell in cells:
            good[cell] = True
        lat, lon = at(10, 40)
        one = nearest_good_points(land(), good, lat, lon, reach_m=900, speeds=Speeds())
        assert one.way[0] == Way.NONE and np.isnan(one.minutes[0])


@given(
    cells=st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), min_size=1),
    row=st.integers(0, N - 1),
    col=st.integers(0, N - 1),
)
def test_no_good_cell_is_nearer_than_the_one_named(cells, row, col):
    one = found(land(), cells, row, col)
    nearest = min(np.hypot(r - row, c - col) for r, c in cells) * STEP * 111_194.9
    assert one.distance_m[0] == pytest.approx(nearest, rel=1e-3, abs=1e-3)
