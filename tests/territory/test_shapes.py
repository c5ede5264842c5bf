"""Dissolving, simplifying and drawing areas: nothing is lost, borders stay shared."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import box

from siaga.house.tables import write_columns
from siaga.territory.areas import LEVELS, AreaTree
from siaga.territory.shapes import (
    Objects,
    SvgView,
    area_m2,
    degree_lengths_m,
    dissolve,
    geo_metadata,
    label_points,
    mended,
    simplified,
    svg_paths,
)

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.territory.territory import Territory

VILLAGE = len(LEVELS) - 1
ELECTION = "pemilu_2024"
M = 1 / 110_574
"""One metre in degrees at the equator."""


@pytest.fixture(scope="module")
def areas(banten: Territory) -> AreaTree:
    """Area tree of 2024."""
    return banten.areas(ELECTION)


@pytest.fixture(scope="module")
def villages(banten: Territory, areas: AreaTree) -> Objects:
    """Polygons of the 1,552 villages: a coverage of real borders and islands."""
    return banten.shapes(ELECTION)[areas.rows(VILLAGE)]


def parents_at(areas: AreaTree, level: int) -> tuple[npt.NDArray[np.intp], int]:
    """For each village, which area of a level it lies in, and how many there are."""
    rows = areas.rows(level)
    of_village = areas.ancestor_at(level)[areas.rows(VILLAGE)]
    return np.searchsorted(rows, of_village), len(rows)


@pytest.fixture(scope="module")
def districts(areas: AreaTree, villages: Objects) -> Objects:
    """The 155 districts, dissolved from their villages."""
    return dissolve(villages, *parents_at(areas, VILLAGE - 1))


@st.composite
def coverages(draw: st.DrawFn) -> Objects:
    """Up to 30 areas that tile a square of one degree: cells of random points."""
    seed, n = draw(st.integers(0, 2**32 - 1)), draw(st.integers(2, 30))
    points = shapely.multipoints(np.random.default_rng(seed).random((n, 2)))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(points, extend_to=box(-1, -1, 2, 2))
    )
    return np.asarray(
        shapely.coverage_clean(shapely.intersection(cells, box(0, 0, 1, 1)))
    )


# Lengths and areas


@pytest.mark.parametrize(
    ("lat_deg", "m_per_lon", "m_per_lat"),
    [(0, 111_319.5, 110_574.3), (45, 78_846.8, 111_131.8), (-6, 110_713.7, 110_586.4)],
)
def test_degree_lengths_on_wgs84(
    lat_deg: float, m_per_lon: float, m_per_lat: float
) -> None:
    assert degree_lengths_m(lat_deg) == pytest.approx((m_per_lon, m_per_lat), abs=0.05)


def test_areas_agree_with_the_ellipsoid(villages: Objects) -> None:
    geod = Geod(ellps="WGS84")
    on_ellipsoid = [abs(geod.geometry_area_perimeter(shape)[0]) for shape in villages]
    assert area_m2(villages) == pytest.approx(on_ellipsoid, rel=2e-4)


def test_area_of_nothing_is_unknown_not_zero() -> None:
    assert math.isnan(area_m2([None])[0])
    assert area_m2([]).shape == (0,)


# Dissolving


@pytest.mark.parametrize("level", range(VILLAGE))
def test_dissolved_areas_sum_to_their_villages(
    areas: AreaTree, villages: Objects, level: int
) -> None:
    index, n = parents_at(areas, level)
    parents = dissolve(villages, index, n)
    sums = np.bincount(index, shapely.area(villages), n)
    assert shapely.area(parents) == pytest.approx(sums, rel=1e-9)
    assert shapely.coverage_is_valid(parents)


def test_dissolving_in_two_steps_gives_the_same_land(
    areas: AreaTree, villages: Objects, districts: Objects
) -> None:
    of_village, n = parents_at(areas, 1)
    district_of_village, n_districts = parents_at(areas, 2)
    of_district = np.zeros(n_districts, dtype=np.int64)
    of_district[district_of_village] = of_village
    direct, in_two = (
        dissolve(villages, of_village, n),
        dissolve(districts, of_district, n),
    )
    assert shapely.equals(direct, in_two).all()


@given(coverages(), st.data())
@settings(max_examples=25, deadline=None)
def test_dissolve_keeps_all_land_in_any_order(
    cells: Objects, data: st.DataObject
) -> None:
    n_parents = 4
    draw = st.lists(
        st.integers(0, n_parents - 1), min_size=len(cells), max_size=len(cells)
    )
    index = np.array(data.draw(draw))
    order = np.array(data.draw(st.permutations(range(len(cells)))))
    parents = dissolve(cells, index, n_parents)
    assert np.nansum(shapely.area(parents)) == pytest.approx(1.0)
    shuffled = dissolve(cells[order], index[order], n_parents)
    assert shapely.to_wkb(parents).tolist() == shapely.to_wkb(shuffled).tolist()


def test_villages_without_polygon_or_parent_are_left_out() -> None:
    shapes = [box(0, 0, 1, 1), None, box(1, 0, 2, 1), None]
    parents = dissolve(shapes, np.array([0, 0, -1, 1]), 2)
    assert shapely.equals(parents[0], box(0, 0, 1, 1))
    assert parents[1] is None


def test_overlapping_villages_are_not_counted_twice() -> None:
    parents = dissolve([box(0, 0, 2, 1), box(1, 0, 3, 1)], np.array([0, 0]), 1)
    assert shapely.equals(parents[0], box(0, 0, 3, 1))


def test_dissolve_of_nothing_is_nothing() -> None:
    assert dissolve([], np.zeros(0, dtype=np.int64), 2).tolist() == [None, None]


# Mending


def test_gap_and_overlap_become_one_border() -> None:
    gap = box(1, 0.4, 1 + 10 * M, 0.6)
    left, right = box(0, 0, 1, 1), box(1, 0, 2, 1).difference(gap)
    over = box(2 - 10 * M, 0, 3, 1)
    clean = mended([left, None, right, over])
    assert clean[1] is None
    assert shapely.coverage_is_valid(clean[[0, 2, 3]])
    assert shapely.area(shapely.union_all(clean)) == pytest.approx(3.0)
    assert sum(shapely.area(clean[[0, 2, 3]])) == pytest.approx(3.0)


def test_wide_gap_stays_a_gap() -> None:
    gap = box(1, 0.4, 1 + 60 * M, 0.6)
    apart = [box(0, 0, 1, 1), box(1, 0, 2, 1).difference(gap)]
    assert shapely.area(mended(apart)) == pytest.approx(shapely.area(apart), rel=1e-9)


def test_polygon_that_others_cover_wholly_is_gone() -> None:
    clean = mended([box(0, 0, 1, 1), box(0.4, 0.4, 0.6, 0.6)])
    assert shapely.equals(clean[0], box(0, 0, 1, 1))
    assert clean[1] is None


def test_pinholes_of_banten_go_and_its_land_stays(villages: Objects) -> None:
    clean = mended(villages)
    whole = dissolve(clean, np.zeros(len(clean), dtype=np.int64), 1)
    parts = shapely.get_parts(whole)
    assert shapely.get_num_interior_rings(parts).sum() == 0
    assert shapely.coverage_is_valid(clean)
    assert area_m2(clean) == pytest.approx(area_m2(villages), rel=3e-4)


# Simplifying


@pytest.mark.parametrize("tolerance_m", [60.0, 500.0])
def test_simplified_neighbours_share_their_borders(
    villages: Objects, tolerance_m: float
) -> None:
    simple = simplified(villages, tolerance_m)
    assert shapely.coverage_is_valid(simple)
    assert shapely.is_valid(simple).all()
    n_vertices = shapely.get_num_coordinates
    assert n_vertices(simple).sum() < n_vertices(villages).sum()
    n_parts = shapely.get_num_geometries
    assert (n_parts(simple) == n_parts(villages)).all()


@given(coverages(), st.floats(1_000, 30_000))
@settings(max_examples=25, deadline=None)
def test_simplification_neither_opens_gaps_nor_overlaps(
    cells: Objects, tolerance_m: float
) -> None:
    simple = simplified(cells, tolerance_m)
    assert shapely.coverage_is_valid(simple)
    together = shapely.area(shapely.union_all(simple))
    assert shapely.area(simple).sum() == pytest.approx(together, rel=1e-9)


def test_tolerance_is_metres() -> None:
    def with_bump(height_m: float) -> shapely.Polygon:
        bump = [(0.5 - 100 * M, 1), (0.5, 1 + height_m * M), (0.5 + 100 * M, 1)]
        return shapely.Polygon([(0, 0), (0, 1), *bump, (1, 1), (1, 0)])

    # The bump spans a triangle of 200 m by its height: 10,000 or 40,000 square metres.
    low, high = simplified([with_bump(100)], 150.0), simplified([with_bump(400)], 150.0)
    assert shapely.get_num_coordinates(low[0]) < shapely.get_num_coordinates(high[0])


def test_none_stays_none() -> None:
    shapes = simplified([None, box(0, 0, 1, 1)], 10.0)
    assert shapes[0] is None
    assert shapely.equals(shapes[1], box(0, 0, 1, 1))
    assert simplified([None], 10.0).tolist() == [None]


# GeoParquet


def test_geopandas_reads_what_was_written(tmp_path: Path, districts: Objects) -> None:
    path = tmp_path / "districts.parquet"
    wkb = pa.array(shapely.to_wkb(districts).tolist(), type=pa.binary())
    write_columns(path, {"geometry": wkb}, geo_metadata("geometry", districts))
    frame = geopandas.read_parquet(path)
    assert frame.crs == "OGC:CRS84"
    assert frame.geometry.geom_equals(
        geopandas.GeoSeries(districts, crs=frame.crs)
    ).all()


def test_geoparquet_of_no_polygon_has_no_bounds(tmp_path: Path) -> None:
    path = tmp_path / "empty.parquet"
    metadata = geo_metadata("geometry", [None])
    write_columns(path, {"geometry": pa.array([None], type=pa.binary())}, metadata)
    assert geopandas.read_parquet(path).geometry.isna().all()


# Pictures


def test_view_fits_width_with_margin_and_keeps_the_form() -> None:
    view = SvgView.fit((106.0, -6.5, 107.0, -6.0), 760, 6)
    corners = view.xy(np.array([[106.0, -6.0], [107.0, -6.5]]))
    assert corners[0] == pytest.approx([6, 6])
    assert corners[1, 0] == pytest.approx(754)
    m_per_lon, m_per_lat = degree_lengths_m(-6.25)
    assert corners[1, 1] - 6 == pytest.approx(748 * m_per_lat / m_per_lon / 2)
    assert view.height_px == math.ceil(corners[1, 1] + 6)
    assert view.m_per_px == pytest.approx(m_per_lon / 748)


def test_tall_land_is_bounded_and_stands_in_the_middle() -> None:
    view = SvgView.fit((106.0, -7.0, 106.1, -6.0), 760, 6, height_px_max=600)
    corners = view.xy(np.array([[106.0, -6.0], [106.1, -7.0]]))
    assert view.height_px == 600
    assert corners[:, 1] == pytest.approx([6, 594])
    assert corners[:, 0].mean() == pytest.approx(380)


def unit_view() -> SvgView:
    """View of 100 px a degree with north 1, west 0."""
    return SvgView(0.0, 1.0, 100.0, 100.0, 100, 100, 1_113.2)


def test_path_of_a_square_with_a_hole() -> None:
    hole = box(0.25, 0.25, 0.755, 0.75)
    square = shapely.normalize(box(0, 0, 1, 1).difference(hole))
    assert svg_paths([square], unit_view()) == [
        "M0 100l0-100 100 0 0 100zM25 75l50.5 0 0-50-50.5 0z"
    ]


def test_area_too_small_to_draw_keeps_a_dot_and_none_nothing() -> None:
    tiny = box(0.5, 0.5, 0.50001, 0.50001)
    assert svg_paths([tiny, None], unit_view()) == ["M50 50h1v1h-1z", ""]
    assert svg_paths([], unit_view()) == []


def drawn_area_px(path: str) -> float:
    """Area inside a path by the even-odd rule, for rings that do not cross."""
    rings = []
    for ring in re.findall(r"M([^z]*)z", path):
        numbers = [float(text) for text in re.findall(r"-?\d*\.?\d+", ring)]
        rings.append(shapely.Polygon(np.cumsum(np.reshape(numbers, (-1, 2)), axis=0)))
    whole = shapely.Point()
    for ring in rings:
        whole = whole.symmetric_difference(ring.buffer(0))
    return float(whole.area)


def test_map_of_155_districts_is_small_and_true(districts: Objects) -> None:
    view = SvgView.fit(shapely.total_bounds(districts), 760, 6)
    paths = svg_paths(simplified(districts, 60.0), view)
    assert all(paths)
    assert sum(len(path) for path in paths) <= 120_000
    in_px = np.array([drawn_area_px(path) for path in paths])
    truth = area_m2(districts) / view.m_per_px**2
    assert in_px.sum() == pytest.approx(truth.sum(), rel=2e-3)
    assert in_px == pytest.approx(truth, rel=0.05)


def test_labels_stand_inside_their_areas(districts: Objects) -> None:
    view = SvgView.fit(shapely.total_bounds(districts), 760, 6)
    places = np.array(label_points(districts, view))
    drawn = shapely.transform(districts, view.xy)
    assert shapely.contains_xy(drawn, places).all()
    assert math.isnan(label_points([None], view)[0][0])


def test_label_avoids_the_bay_and_the_small_island() -> None:
    bay = box(0, 0, 1, 1).difference(box(0.1, 0.4, 1, 0.9))
    island = box(2, 0, 2.05, 0.05)
    (place,) = label_points([shapely.union_all([bay, island])], unit_view())
    x, y = place
    assert 0 < x < 100 and 60 < y < 100
