"""Estimated points: inside their village, the same for every order of rows."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from siaga.territory.placing import (
    SPIRAL_M,
    PointOrigin,
    Points,
    SchoolSites,
    StationSites,
    place_stations,
)
from siaga.territory.shapes import Objects, degree_lengths_m

if TYPE_CHECKING:
    from siaga.territory.territory import Territory

NAN = float("nan")
M = 1 / 110_574
"""One metre in degrees at the equator."""


def polygons(*shapes: Any) -> Objects:
    """Shapes as an array, None allowed."""
    array: Objects = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def sites(*village: int, **columns: Any) -> StationSites:
    """Stations of villages, without coordinates unless given."""
    nan = np.full(len(village), np.nan)
    rows = np.array(village, dtype=np.int64)
    whole = {"key": np.arange(rows.size), "lat": nan, "lon": nan, "error_m": nan}
    return StationSites(rows, **{**whole, **columns})


def schools(*at: tuple[int, float, float]) -> SchoolSites:
    """Schools as (village, lat, lon)."""
    village, lat, lon = np.reshape(at, (-1, 3)).T
    return SchoolSites(village.astype(np.int64), lat, lon, np.arange(len(at)) + 100)


NO_SCHOOLS = schools()


def distance_m(points: Points, lat: Any, lon: Any) -> Any:
    """Distance of each point from a place, for short distances."""
    m_per_lon, m_per_lat = degree_lengths_m(lat)
    return np.hypot((points.lat - lat) * m_per_lat, (points.lon - lon) * m_per_lon)


@st.composite
def crooked_villages(draw: st.DrawFn) -> Objects:
    """Up to five crooked polygons about 2 km wide, some as thin as a river bank."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = []
    for west in range(draw(st.integers(1, 5))):
        corners = rng.random((rng.integers(3, 12), 2)) * [0.02, 0.02 * rng.random()]
        middle = corners - corners.mean(axis=0)
        ring = corners[np.argsort(np.arctan2(middle[:, 1], middle[:, 0]))]
        shapes.append(shapely.Polygon(ring + np.array([106 + west, -6])))
    return polygons(*shapes)


@st.composite
def lands(draw: st.DrawFn) -> tuple[StationSites, Objects, SchoolSites]:
    """Crooked villages, up to 60 stations, schools anywhere near the villages."""
    shapes = draw(crooked_villages())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, n_schools = draw(st.integers(0, 60)), draw(st.integers(0, 12))
    village = rng.integers(0, len(shapes), n)
    special = rng.random(n) < 0.1
    stations = sites(*village, key=rng.permutation(n) * 7, off_school=special)
    of_school = rng.integers(0, len(shapes), n_schools)
    west, south, east, north = shapely.bounds(shapes)[of_school].T
    lat = south + (north - south) * rng.random(n_schools)
    lon = west + (east - west) * rng.random(n_schools)
    places = SchoolSites(of_school, lat, lon, rng.permutation(n_schools))
    return stations, shapes, places


# Properties


@given(lands())
@settings(max_examples=100, deadline=None)
def test_every_estimated_point_lies_inside_its_village(
    land: tuple[StationSites, Objects, SchoolSites],
) -> None:
    stations, shapes, places = land
    points = place_stations(stations, shapes, places)
    own = shapes[stations.village]
    assert (points.origin >= PointOrigin.SCHOOL).all()
    assert shapely.contains_xy(own, points.lon, points.lat).all()


@given(lands(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_order_of_stations_and_schools_plays_no_part(
    land: tuple[StationSites, Objects, SchoolSites], random: Any
) -> None:
    stations, shapes, places = land
    order = random.sample(range(stations.key.size), stations.key.size)
    school_order = random.sample(range(places.village.size), places.village.size)
    points = place_stations(stations, shapes, places)
    shuffled = place_stations(
        StationSites(*(getattr(stations, f.name)[order] for f in fields(stations))),
        shapes,
        SchoolSites(*(getattr(places, f.name)[school_order] for f in fields(places))),
    )
    for column in fields(Points):
        expected = getattr(points, column.name)[order]
        np.testing.assert_array_equal(getattr(shuffled, column.name), expected)


@given(crooked_villages(), st.integers(1, 40))
@settings(max_examples=50, deadline=None)
def test_one_station_more_moves_no_sampled_point(shapes: Objects, n: int) -> None:
    before = place_stations(sites(*[0] * n), shapes, NO_SCHOOLS)
    after = place_stations(sites(*[0] * (n + 1)), shapes, NO_SCHOOLS)
    np.testing.assert_array_equal(after.lat[:n], before.lat)
    np.testing.assert_array_equal(after.lon[:n], before.lon)


# The real province


@pytest.mark.parametrize("election", ["pemilu_2019", "pemilu_2024"])
def test_all_points_of_banten_lie_inside_their_villages(
    banten: Territory, election: str
) -> None:
    stations, areas = banten.stations(election), banten.areas(election)
    estimated = stations.point_origin >= PointOrigin.SCHOOL
    own = banten.shapes(election)[areas.village_of_station[estimated]]
    lat, lon = stations.lat[estimated], stations.lon[estimated]
    assert shapely.contains_xy(own, lon, lat).all()
    assert np.unique(np.column_stack([lat, lon]), axis=0).shape[0] >= lat.size - 5


def test_most_stations_of_2024_stand_at_a_checked_school(banten: Territory) -> None:
    origin = banten.stations("pemilu_2024").point_origin
    counts = np.bincount(origin, minlength=len(PointOrigin)).tolist()
    assert counts[PointOrigin.NONE] == counts[PointOrigin.GIVEN] == 0
    assert counts[PointOrigin.SCHOOL] > 31_000


# Given coordinates


def test_given_coordinate_is_kept_even_outside_the_polygon() -> None:
    lat, lon = np.array([-6.5, NAN, 0.5]), np.array([106.5, 0.5, NAN])
    stations = sites(0, 0, -1, lat=lat, lon=lon, error_m=np.array([12.0, 5.0, 5.0]))
    points = place_stations(stations, polygons(box(0, 0, 1, 1)), NO_SCHOOLS)
    kinds = [PointOrigin.GIVEN, PointOrigin.SAMPLE, PointOrigin.NONE]
    assert points.origin.tolist() == kinds
    assert (points.lat[0], points.lon[0], points.error_m[0]) == (-6.5, 106.5, 12.0)
    # Half a coordinate is none.
    assert np.isnan([points.lat[2], points.lon[2], points.error_m[2]]).all()


def test_village_without_polygon_gives_no_point() -> None:
    points = place_stations(
        sites(0, 1, -1), polygons(None, None), schools((0, 0.5, 0.5))
    )
    assert (points.origin == PointOrigin.NONE).all()
    assert np.isnan([points.lat, points.lon, points.error_m]).all()
    assert (points.place_row == -1).all()


def test_no_stations_give_no_points() -> None:
    assert place_stations(sites(), polygons(box(0, 0, 1, 1)), NO_SCHOOLS).lat.size == 0


def test_error_is_the_radius_of_a_circle_as_large_as_the_village() -> None:
    points = place_stations(
        sites(0), polygons(box(0, 0, 1000 * M, 1000 * M)), NO_SCHOOLS
    )
    assert points.error_m[0] == pytest.approx(np.sqrt(1e6 / np.pi), rel=0.01)


# Schools


def test_stations_are_dealt_evenly_and_stand_in_the_yard() -> None:
    places = schools((0, 0.2, 0.2), (0, 0.5, 0.5), (0, 0.8, 0.8))
    points = place_stations(sites(*[0] * 20), polygons(box(0, 0, 1, 1)), places)
    assert np.bincount(points.place_row - 100).tolist() == [7, 7, 6]
    school = points.place_row - 100
    far_m = distance_m(points, places.lat[school], places.lon[school])
    assert far_m.max() <= SPIRAL_M
    assert far_m[:3] == pytest.approx(0)
    assert np.unique(np.column_stack([points.lat, points.lon]), axis=0).shape[0] == 20


def test_schools_at_one_point_do_not_stack_their_stations() -> None:
    places = schools((0, 0.5, 0.5), (0, 0.5, 0.5))
    points = place_stations(sites(*[0] * 12), polygons(box(0, 0, 1, 1)), places)
    assert np.unique(np.column_stack([points.lat, points.lon]), axis=0).shape[0] == 12
    assert np.bincount(points.place_row - 100).tolist() == [6, 6]


def test_school_outside_its_village_is_not_used() -> None:
    shapes = polygons(box(0, 0, 1, 1), box(1, 0, 2, 1))
    places = schools((0, 0.5, 1.5), (1, NAN, NAN))
    points = place_stations(sites(0, 1), shapes, places)
    assert (points.origin == PointOrigin.SAMPLE).all()


def test_school_at_the_border_keeps_its_stations_inside() -> None:
    shapes = polygons(box(0, 0, 1, 1))
    places = schools((0, 0.5, 1 - 5 * M))
    points = place_stations(sites(*[0] * 30), shapes, places)
    assert shapely.contains_xy(shapes[0], points.lon, points.lat).all()
    assert np.unique(np.column_stack([points.lat, points.lon]), axis=0).shape[0] == 30


def test_special_location_is_not_at_a_school() -> None:
    stations = sites(0, 0, off_school=np.array([False, True]))
    points = place_stations(stations, polygons(box(0, 0, 1, 1)), schools((0, 0.5, 0.5)))
    assert points.origin.tolist() == [PointOrigin.SCHOOL, PointOrigin.SAMPLE]


# Samples


def test_sample_is_on_the_largest_part_not_on_an_islet() -> None:
    mainland, island = box(0, 0, 1, 1), box(3, 0, 3.9, 1)
    shapes = polygons(shapely.union_all([island, mainland]))
    points = place_stations(sites(*[0] * 200), shapes, NO_SCHOOLS)
    assert shapely.contains_xy(mainland, points.lon, points.lat).all()


def test_sample_fills_the_village_evenly() -> None:
    shapes = polygons(box(0, 0, 1, 1))
    points = place_stations(sites(*[0] * 640), shapes, NO_SCHOOLS)
    cells = (points.lat * 8).astype(int) * 8 + (points.lon * 8).astype(int)
    # Ten points a cell; thrown at random they would have a spread of 3.1.
    assert np.bincount(cells, minlength=64).std() < 2


def test_hair_thin_village_still_gets_points_inside() -> None:
    hair = shapely.Polygon([(0, 0), (1, 1), (1, 1 + 1e-9)])
    points = place_stations(sites(0, 0), polygons(hair), NO_SCHOOLS)
    assert shapely.distance(hair, shapely.points(points.lon, points.lat)).max() < 1e-9


# What cannot be


@pytest.mark.parametrize(
    "columns",
    [
        {"key": np.array([1, 1])},  # two stations with one key
        {"lat": np.zeros(3)},  # columns of different lengths
        {"off_school": np.zeros(1, dtype=bool)},
    ],
)
def test_faulty_columns_are_refused(columns: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        replace(sites(0, 0), **columns)


def test_one_school_twice_is_refused() -> None:
    with pytest.raises(AssertionError):
        replace(schools((0, 0, 0), (0, 0, 0)), place_row=np.array([1, 1]))
