"""The link of one place: its loss, its level, its obstacle, its drawing, its tables."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network.test_paths import NORTH, STEP, WEST, grid_of, hilly

from siaga.house.words import LANGUAGES, Phrase, Words
from siaga.network.coverage import coverage_of
from siaga.network.hearing import hear
from siaga.network.link_chart import link_chart
from siaga.network.link_panel import (
    Enough,
    Place,
    Sight,
    Thing,
    fresnel_radius_m,
    link_view,
    serving_cells,
)
from siaga.network.link_tables import masts_table, parts_table, profile_table
from siaga.network.model import SEA, Cells, Sites, SiteStatus
from siaga.network.params import AssessParams
from siaga.network.paths import Ends, path_losses
from siaga.network.site_store import StoredSites
from siaga.territory.point_view import Role

PARAMS = AssessParams()
GRID = hilly()
KEYS = ("telkomsel", "telkomsel", "telkomsel", "xl", "xl", "indosat")


def stored_at(lat, lon, operators, status=SiteStatus.ON, mhz=1842.5) -> StoredSites:
    """Masts of 42 m, one cell each, all around."""
    n = len(operators)
    names = tuple(f"mast {i}" for i in range(n))
    sites = Sites(
        key=names, operator=tuple(operators), name=names, source=("list",) * n,
        lat=np.asarray(lat, float), lon=np.asarray(lon, float),
        error_m=np.full(n, 50.0), confidence=np.full(n, 0.9),
        status=np.full(n, status, np.uint8), power_hours=np.full(n, np.nan),
    )  # fmt: skip
    nan = np.full(n, np.nan)
    cells = Cells(
        key=names, technology=("4g",) * n, site_row=np.arange(n, dtype=np.int32),
        frequency_mhz=np.full(n, mhz), bandwidth_mhz=np.full(n, 10.0),
        height_m=np.full(n, 42.0), azimuth_deg=nan, beamwidth_deg=nan, tilt_deg=nan,
        eirp_dbm=np.full(n, 61.0), eirp_sigma_db=np.full(n, 4.0),
    )  # fmt: skip
    return StoredSites(sites, cells, np.zeros(n, np.int64), np.zeros(n, bool))


def at(row: float, column: float, error_m: float = 0.0) -> Place:
    return Place(NORTH - row * STEP, WEST + column * STEP, error_m)


def masts_at(*spots: tuple[float, float], operators=KEYS, **more) -> StoredSites:
    places = [at(*spot) for spot in spots]
    return stored_at(
        [p.lat for p in places], [p.lon for p in places], operators[: len(spots)],
        **more,
    )  # fmt: skip


MASTS = masts_at((20, 30), (110, 120), (200, 260), (60, 210), (150, 90), (120, 150))


def seen(grid, place, stored):
    return link_view(grid, stored, place, serving_cells(grid, stored, place, PARAMS)[0])


def ridge(height_m: float, column: int = 150, width: int = 2, error: float = 1.0):
    ground = np.full((240, 300), 10.0)
    ground[:, column - width : column + width + 1] = height_m
    return grid_of(ground, error=error)


# The loss and the level


@pytest.mark.parametrize("seed", range(8))
def test_the_parts_add_up_to_the_loss_of_the_pair_in_either_direction(seed):
    rng = np.random.default_rng(seed)
    place = at(rng.uniform(5, 235), rng.uniform(5, 295))
    view = seen(GRID, place, MASTS)
    row, mhz = view.serving.site_row, [view.serving.frequency_mhz]
    mast = Ends(MASTS.sites.lat, MASTS.sites.lon, np.full(6, 42.0))
    phone = Ends(np.array([place.lat]), np.array([place.lon]), np.array([1.5]))
    zero, site = np.zeros(1, int), np.array([row])
    down = path_losses(GRID, mast, phone, (zero, site), mhz).loss_db[0, 0]
    up = path_losses(GRID, phone, mast, (site, zero), mhz).loss_db[0, 0]
    assert view.parts.path_db == pytest.approx(down, abs=1e-9)
    assert view.parts.path_db == pytest.approx(up, abs=1e-6)


def test_a_station_has_the_level_of_its_coverage_read_or_found_again():
    rng = np.random.default_rng(3)
    n = 30
    places = [at(rng.uniform(5, 235), rng.uniform(5, 295), 120.0) for _ in range(n)]
    stations = SimpleNamespace(
        lat=np.array([p.lat for p in places]),
        lon=np.array([p.lon for p in places]),
        error_m=np.full(n, 120.0),
    )
    cover = coverage_of(hear(GRID, MASTS, stations, PARAMS), n, 13.0, 6.0)
    n_found = 0
    for row, place in enumerate(places):
        known = dict(zip(cover.operators, cover.site_row[row].tolist(), strict=True))
        read = serving_cells(GRID, MASTS, place, PARAMS, known)
        assert read == serving_cells(GRID, MASTS, place, PARAMS)
        n_found += len(read)
        for one in read:
            operator = cover.operators.index(one.operator)
            assert one.site_row == cover.site_row[row, operator]
            assert one.level_dbm == cover.level_dbm[row, operator]
            assert one.sigma_db == cover.sigma_db[row, operator]
        margins = [one.margin_db for one in read]
        assert margins == sorted(margins, reverse=True)
    assert n_found == (cover.site_row >= 0).sum() > n


def test_no_mast_within_reach_gives_nothing_and_a_table_that_says_so():
    far = dataclasses.replace(PARAMS, reach_km=1.0)
    assert serving_cells(GRID, MASTS, at(235, 295), far) == ()
    assert serving_cells(GRID, MASTS, at(9, 9), PARAMS, {"xl": -1}) == ()
    off = masts_at((20, 30), (110, 120), status=SiteStatus.PLANNED)
    assert serving_cells(GRID, off, at(100, 100), PARAMS) == ()
    table = masts_table((), MASTS, ("list",))
    assert table.rows == () and "Belum ada menara" in Words("id")(table.empty)


def test_a_path_below_250_m_is_that_of_free_space():
    view = seen(ridge(300.0, 101, 0), at(100, 100), masts_at((100, 102)))
    assert view.distance_m[-1] < 250 and view.sight is Sight.CLEAR
    assert view.parts.diffraction_db == view.parts.relief_db == 0
    slant_km = np.hypot(view.distance_m[-1], np.ptp(view.sight_m)) / 1000
    free_db = 92.45 + 20 * np.log10(1.8425 * slant_km)
    assert view.parts.path_db == pytest.approx(free_db, abs=0.1)


# What stands in the way


def test_the_obstacle_is_the_ridge_with_its_height_and_distance():
    view = seen(ridge(160.0), at(120, 100), masts_at((120, 200)))
    found = view.obstacle
    assert view.sight is Sight.BLOCKED and found.thing is Thing.HILL
    assert found.top_m == pytest.approx(160, abs=1)
    far = view.distance_m[-1]
    assert found.distance_m == pytest.approx(far / 2, abs=0.04 * far)
    assert found.over_m == pytest.approx(160 - (10 + (1.5 + 42) / 2), abs=3)
    assert view.parts.diffraction_db > 20


def test_distances_run_from_the_place_to_the_mast():
    near = seen(ridge(160.0, 110), at(120, 100), masts_at((120, 200)))
    assert near.obstacle.distance_m < 0.15 * near.distance_m[-1]
    assert near.distance_m[0] == 0 and (np.diff(near.distance_m) > 0).all()
    assert near.sight_m[0] == pytest.approx(near.ground_m[0] + 1.5)
    assert near.sight_m[-1] == pytest.approx(near.ground_m[-1] + 42)


def test_of_two_obstacles_the_one_that_costs_more_is_named():
    ground = np.full((240, 300), 10.0)
    ground[:, 103:106] = 22.0  # 9 m over the line, where the zone is narrow
    ground[:, 148:153] = 44.0  # 12 m over it, where it is wide
    view = seen(grid_of(ground), at(120, 100), masts_at((120, 200)))
    over = view.top_m - view.sight_m
    assert view.obstacle.distance_m < 0.1 * view.distance_m[-1]
    assert 0 < view.obstacle.over_m < over.max()


def test_ground_beside_an_antenna_errs_with_it_and_far_away_on_its_own():
    near = seen(ridge(60.0, 102, 1, error=8.0), at(120, 100), masts_at((120, 200)))
    assert 1 < near.obstacle.error_m < 6
    far = seen(ridge(160.0, 150, 2, error=8.0), at(120, 100), masts_at((120, 200)))
    assert far.obstacle.error_m == pytest.approx(8.0, abs=0.1)


def test_a_ridge_within_the_error_of_the_terrain_may_block():
    view = seen(ridge(32.0, error=9.0), at(120, 100), masts_at((120, 200)))
    assert abs(view.obstacle.over_m) < view.obstacle.error_m
    assert view.sight is Sight.MAYBE


def test_flat_ground_is_clear_nearby_and_the_sea_curves_far_away():
    flat = grid_of(np.zeros((240, 300)), error=1.0)
    assert seen(flat, at(120, 100), masts_at((120, 106))).sight is Sight.CLEAR
    sea = grid_of(np.zeros((240, 300)), zone=SEA, error=0.1, step=2 * STEP)
    far = dataclasses.replace(PARAMS, reach_km=50.0)
    masts, place = masts_at((120, 500)), at(120, 2)
    view = link_view(sea, masts, place, serving_cells(sea, masts, place, far)[0])
    assert view.sight is Sight.BLOCKED and view.obstacle.thing is Thing.SEA


def test_woods_that_alone_block_are_told_from_the_ground():
    ground, woods = np.full((240, 300), 10.0), np.zeros((240, 300))
    woods[:, 140:160] = 40.0
    grid = grid_of(ground, clutter=woods, error=1.0)
    view = seen(grid, at(120, 100), masts_at((120, 200)))
    assert view.obstacle.thing is Thing.CLUTTER and view.parts.clutter_db > 5
    chart = link_chart(view, Phrase.of("network.point.title"))
    assert Role.COVER in [band.role for band in chart.bands]


@given(d1=st.floats(1, 5e4), d2=st.floats(1, 5e4), mhz=st.floats(450, 6000))
def test_the_fresnel_radius_is_that_of_the_recommendation(d1, d2, mhz):
    (radius,) = fresnel_radius_m(np.array([d1]), np.array([d2]), mhz)
    km = d1 / 1000, d2 / 1000
    # ITU-R P.526, equation 2 in its practical units (550 is rounded from 547.5).
    assert radius == pytest.approx(
        547.53 * np.sqrt(km[0] * km[1] / (sum(km) * mhz)), rel=1e-4
    )
    # On its edge a path is half a wavelength longer.
    longer = np.hypot(d1, radius) + np.hypot(d2, radius) - d1 - d2
    if radius < 0.02 * min(d1, d2):
        assert longer == pytest.approx(299.792458 / mhz / 2, rel=1e-2)


# What is shown


def test_each_column_of_the_parts_adds_up():
    view = seen(GRID, at(200, 40), MASTS)
    rows = parts_table(view, MASTS, PARAMS).rows
    keys = [row[0].value.key.rpartition(".")[2] for row in rows]
    until = keys.index("received")
    for column, needed in ((1, -110.0), (2, -113.0)):
        values = [row[column].value for row in rows]
        assert sum(values[:until]) == pytest.approx(values[until], abs=0.2)
        assert values[until + 1] == needed
        assert values[until + 2] == pytest.approx(values[until] - needed)
        assert values[until + 3] == pytest.approx(values[until + 2] - 13)


def test_a_short_profile_is_drawn_as_a_curve():
    view = seen(ridge(10.0), at(120, 100), masts_at((120, 106)))
    assert view.distance_m.size < 10
    chart = link_chart(view, Phrase.of("network.point.title"))
    assert chart.x.size >= 64 and (np.diff(chart.x) > 0).all()


def test_the_chart_shows_the_profile_and_marks_what_blocks():
    view = seen(ridge(160.0), at(120, 100), masts_at((120, 200)))
    chart = link_chart(view, Phrase.of("network.point.title"))
    by_role = {band.role: band for band in chart.bands}
    seen_at = np.isin(chart.x, view.distance_m / 1000)
    assert seen_at.sum() == view.distance_m.size
    ground = by_role[Role.GROUND].high[seen_at]
    np.testing.assert_allclose(ground, view.ground_m + view.bulge_m)
    doubt = by_role[Role.DOUBT]
    np.testing.assert_allclose((doubt.high - doubt.low)[seen_at], 2 * view.error_m)
    wide = by_role[Role.ZONE].high - by_role[Role.ZONE].low
    np.testing.assert_allclose(wide[seen_at], 2 * view.fresnel_m, atol=1e-9)
    core = by_role[Role.CORE].high - by_role[Role.CORE].low
    np.testing.assert_allclose(core, 0.6 * wide)
    assert [mark.role for mark in chart.marks] == [Role.END, Role.END, Role.OBSTACLE]
    low, high = chart.y_range
    assert all(low <= mark.y <= high for mark in chart.marks)
    figures = profile_table(view).rows
    assert view.obstacle.row in [
        int(np.argmin(np.abs(view.distance_m / 1000 - row[0].value))) for row in figures
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_its_words(language):
    words = Words(language)
    for kind in (*Sight, *Thing, *Enough):
        part = {Sight: "sentence", Thing: "thing", Enough: "enough"}[type(kind)]
        assert words.has(f"network.link.{part}.{kind.value}")


@pytest.mark.parametrize(
    ("margin", "sigma", "said"),
    [
        (17.0, 10.0, Enough.YES),
        (16.0, 10.0, Enough.UNSURE),
        (0.1, 10.0, Enough.UNSURE),
        (-0.1, 10.0, Enough.NO),
    ],
)
def test_enough_is_judged_as_the_room_judges(margin, sigma, said):
    one = serving_cells(GRID, MASTS, at(200, 40), PARAMS)[0]
    weak = dataclasses.replace(one, down_db=margin, up_db=margin + 5, sigma_db=sigma)
    assert weak.enough(PARAMS) is said
