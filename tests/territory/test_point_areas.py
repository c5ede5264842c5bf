"""Which village holds a point, on the real Banten and on made-up squares."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import shapely

from siaga.territory.point_areas import village_at


def squares():
    areas = SimpleNamespace(level=np.array([0, 3, 3, 3], np.uint8))
    areas.rows = lambda level: np.flatnonzero(areas.level == level)
    shapes = np.array(
        [
            shapely.box(0, 0, 2, 1),
            shapely.box(0, 0, 1, 1),
            None,
            shapely.box(1, 0, 2, 1),
        ],
        object,
    )
    return areas, shapes


def test_points_lie_in_their_square_and_outside_in_none():
    areas, shapes = squares()
    lat = np.array([0.5, 0.5, 5.0, np.nan])
    lon = np.array([0.5, 1.5, 0.5, 0.5])
    assert village_at(areas, shapes, lat, lon).tolist() == [1, 3, -1, -1]


def test_on_a_shared_border_the_first_counts():
    areas, shapes = squares()
    assert village_at(areas, shapes, np.array([0.5]), np.array([1.0])).tolist() == [1]


def test_stations_of_banten_lie_in_their_own_village(banten):
    areas, stations = banten.areas("pemilu_2024"), banten.stations("pemilu_2024")
    rows = np.arange(0, len(stations), 37)
    found = village_at(
        areas, banten.shapes("pemilu_2024"), stations.lat[rows], stations.lon[rows]
    )
    known = np.isfinite(stations.lat[rows])
    same = found[known] == areas.village_of_station[rows][known]
    assert same.mean() > 0.999
