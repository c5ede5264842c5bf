"""Irregular Terrain Model: official vectors, plain NumPy, properties, P.1812 beside."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network.radio_vectors import Case, table

from siaga.network import itm, p1812
from siaga.network.itm import (
    Caution,
    ItmLink,
    ItmShares,
    Mode,
    RadioClimate,
    Relief,
    Siting,
    Variability,
    area,
    point_to_point,
)
from siaga.network.itm_terrain import (
    effective_radius_m,
    fitted_ends,
    horizon,
    middle_height_m,
    roughness_m,
)
from siaga.network.model import COASTAL

TERRAIN = Path(__file__).resolve().parents[2] / "data" / "banten" / "terrain.tif"
LINK = ItmLink(900.0, 40.0, 1.5)
SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(3, 60)
ROUGH_M = st.sampled_from([0.0, 0.5, 5.0, 20.0, 80.0])


def hills(seed: int, n: int = 101, rough_m: float = 8.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.abs(np.cumsum(rng.normal(0, rough_m, n)))


@st.composite
def links(draw) -> ItmLink:
    height_m = st.floats(0.5, 1000.0)
    return ItmLink(
        draw(st.floats(20.0, 20_000.0)), draw(height_m), draw(height_m),
        draw(st.booleans()), draw(st.sampled_from(RadioClimate)),
        draw(st.floats(250.0, 400.0)), draw(st.sampled_from([4.0, 15.0, 81.0])),
        draw(st.sampled_from([0.001, 0.005, 5.0])),
    )  # fmt: skip


@st.composite
def reliefs(draw) -> Relief:
    ground = hills(draw(SEEDS), draw(SIZES), draw(ROUGH_M))
    return Relief(draw(st.sampled_from([5.0, 90.0, 1000.0])), ground)


# Official results

WARNINGS = {
    Caution.HEIGHT: 0x3, Caution.FREQUENCY: 0x4, Caution.DISTANCE: 0x78,
    Caution.HORIZON_ANGLE: 0x180, Caution.HORIZON_DISTANCE: 0x1E00,
    Caution.TAIL: 0x2000, Caution.REFRACTIVITY: 0x4000,
}  # fmt: skip
"""Bits of the program's warnings."""


def link_of(case: Case) -> ItmLink:
    return ItmLink(
        case["f__mhz"], case["h_tx__meter"], case["h_rx__meter"], case["pol"] == 1,
        RadioClimate(case["climate"]), case["N_0"], case["epsilon"], case["sigma"],
    )  # fmt: skip


def shares_of(case: Case) -> ItmShares:
    """Ten more means that places do not vary, twenty more that situations do not."""
    more, mode = divmod(case["mdvar"], 10)
    return ItmShares(
        case["time"], case["location"], case["situation"], Variability(mode),
        places_vary=more % 2 == 0, situations_vary=more < 2,
    )  # fmt: skip


def answer(case: Case) -> itm.ItmLoss:
    link, shares = link_of(case), shares_of(case)
    if case.get("elev_m"):
        return point_to_point(Relief(case["step_m"], case["elev_m"]), link, shares)
    places = list(Siting)
    siting = (places[case["tx_siting_criteria"]], places[case["rx_siting_criteria"]])
    return area(case["d__km"], case["delta_h__meter"], link, shares, siting=siting)


@pytest.mark.parametrize("case", table("itm_p2p_cases"), ids=lambda c: c["case"])
def test_the_official_profiles_come_out(case):
    assert answer(case).loss_db == pytest.approx(case["A__db"], abs=0.006)


@pytest.mark.parametrize("case", table("itm_area_cases"), ids=lambda c: c["case"])
def test_the_official_areas_come_out(case):
    assert answer(case).loss_db == pytest.approx(case["A__db"], abs=0.06)


def test_the_official_cases_know_all_three_modes():
    assert {answer(case).mode for case in table("itm_p2p_cases")} == set(Mode)


def test_the_program_of_ntia_gives_the_same():
    """All climates, modes and sitings; each caution where the program warns."""
    cases = table("itm_program_cases")
    found = [answer(case) for case in cases]
    np.testing.assert_allclose(
        [one.loss_db for one in found], [case["A__db"] for case in cases], atol=1e-4
    )
    for one, case in zip(found, cases, strict=True):
        warned = {c for c, bits in WARNINGS.items() if case["warnings"] & bits}
        assert warned == set(one.cautions)


# The terrain, in plain NumPy


def fit(ground, first, last):
    """Line through points first to last, the outermost of half the weight."""
    x = np.arange(first, last + 1)
    weight = np.ones(x.size)
    weight[[0, -1]] = 0.5
    return np.polyfit(x, ground[first : last + 1], 1, w=np.sqrt(weight))


@given(seed=SEEDS, n=st.integers(5, 80), rough=ROUGH_M)
def test_horizons_are_the_steepest_of_all_rays(seed, n, rough):
    ground, radius = hills(seed, n, rough), effective_radius_m(350.0)
    eye, other = ground[0] + 30.0, ground[-1] + 2.0
    d = 100.0 * np.arange(1, n)
    tops = np.append(ground[1:-1], other)
    angle = (tops - eye) / d - d / (2 * radius)
    at_m, top = horizon(ground, 100.0, eye, other, True, radius)
    assert top == pytest.approx(angle.max(), rel=1e-12)
    assert at_m == d[angle.argmax()]
    back = horizon(ground[::-1].copy(), 100.0, eye, other, False, radius)
    assert back == (at_m, top)


@given(seed=SEEDS, n=st.integers(8, 80), rough=ROUGH_M)
def test_the_line_through_the_ground_is_the_least_squares(seed, n, rough):
    ground = hills(seed, n, rough)
    slope, start = fit(ground, 2, n - 4)
    wanted = (start, start + slope * (n - 1))
    found = fitted_ends(ground, 90.0, 230.0, 300.0)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-8)


@given(seed=SEEDS, n=st.integers(20, 400), rough=ROUGH_M)
def test_roughness_holds_the_middle_of_the_heights(seed, n, rough):
    ground, skip, end = hills(seed, n, rough), 3.7, 2.2
    span = n - 1 - end - skip
    tenth = np.clip(int(0.1 * (span + 8)), 4, 25)
    at = np.linspace(skip, n - 1 - end, 10 * tenth - 5)
    samples = np.interp(at, np.arange(n), ground)
    line = np.polyval(fit(samples, 0, at.size - 1), np.arange(at.size))
    above = np.sort(samples - line)
    wanted = (above[-tenth] - above[tenth - 1]) / (1 - 0.8 * np.exp(-span * 100 / 50e3))
    found = roughness_m(ground, 100.0, 100 * skip, 100 * end)
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_the_middle_leaves_out_a_tenth_at_either_end():
    ground = hills(3, 64)
    assert middle_height_m(ground) == pytest.approx(ground[6:58].mean())


# Properties


@given(relief=reliefs(), link=links())
def test_every_loss_is_a_number(relief, link):
    found = point_to_point(relief, link)
    assert np.isfinite(found.loss_db)
    assert found.reference_db >= 0
    tx, rx = found.path.tx, found.path.rx
    assert min(tx.effective_m - tx.height_m, rx.effective_m - rx.height_m) >= 0


@given(relief=reliefs(), link=links())
def test_the_median_is_the_same_in_both_directions(relief, link):
    back = dataclasses.replace(
        link, tx_height_m=link.rx_height_m, rx_height_m=link.tx_height_m
    )
    turned = Relief(relief.step_m, relief.ground_m[::-1])
    there, here = point_to_point(relief, link), point_to_point(turned, back)
    assert there.loss_db == pytest.approx(here.loss_db, abs=1e-6)


@given(relief=reliefs(), link=links())
def test_no_median_is_far_below_free_space(relief, link):
    found = point_to_point(relief, link)
    if found.mode is Mode.LINE_OF_SIGHT:
        assert found.loss_db >= found.free_space_db - 3.5


@given(
    d_km=st.floats(0.1, 1500.0), rough=st.floats(0.0, 1000.0), link=links(),
    siting=st.tuples(st.sampled_from(Siting), st.sampled_from(Siting)),
)  # fmt: skip
def test_every_area_has_a_loss(d_km, rough, link, siting):
    assert np.isfinite(area(d_km, rough, link, siting=siting).loss_db)


@pytest.mark.parametrize("f_mhz", [150.0, 900.0, 3500.0])
def test_loss_grows_with_distance_over_smooth_earth(f_mhz):
    link = ItmLink(f_mhz, 40.0, 1.5)
    flat = [
        point_to_point(Relief(100.0, np.zeros(n)), link).loss_db
        for n in range(11, 2000, 7)
    ]
    smooth = [area(d, 0.0, link).loss_db for d in np.geomspace(1, 600, 200)]
    assert (np.diff(flat) > 0).all()
    assert (np.diff(smooth) > 0).all()


@given(
    seed=SEEDS, low=st.floats(1, 99), high=st.floats(1, 99),
    mode=st.sampled_from(Variability),
    name=st.sampled_from(["time_pc", "places_pc", "situations_pc"]),
)  # fmt: skip
def test_a_greater_share_has_no_smaller_loss(seed, low, high, mode, name):
    low, high = sorted((low, high))
    relief = Relief(100.0, hills(seed))
    losses = [
        point_to_point(
            relief, LINK, ItmShares(**{name: share}, variability=mode, places_vary=True)
        ).loss_db
        for share in (low, high)
    ]
    assert losses[0] <= losses[1] + 1e-9


def test_a_well_chosen_place_loses_less():
    losses = [area(20.0, 90.0, LINK, siting=(s, s)).loss_db for s in Siting]
    assert losses == sorted(losses, reverse=True)


def test_many_profiles_are_each_their_own():
    ground = np.array([hills(seed) for seed in range(20)])
    found = itm.profile_losses(100.0, ground, LINK)
    wanted = [point_to_point(Relief(100.0, row), LINK).loss_db for row in ground]
    assert found.tolist() == wanted


def test_a_horizon_of_metres_at_20_mhz_still_loses():
    """NTIA's program makes NaN of it, and of that no loss at all."""
    ground = np.full(101, 20.0)
    ground[1:-1] += 60.0
    sea = {"permittivity": 81.0, "conductivity_s_m": 5.0}
    found = point_to_point(Relief(6.0, ground), ItmLink(20.0, 40.0, 40.0, **sea))
    assert found.loss_db > found.free_space_db + 20


# What is refused, and what is said with care


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("frequency_mhz", 19.9),
        ("frequency_mhz", 20_001.0),
        ("frequency_mhz", np.nan),
        ("tx_height_m", 0.4),
        ("rx_height_m", 3001.0),
        ("sea_level_n0", 249.0),
        ("sea_level_n0", 401.0),
        ("permittivity", 0.9),
        ("conductivity_s_m", 0.0),
        ("climate", 8),
    ],
)
def test_a_link_outside_the_model_is_refused(name, value):
    with pytest.raises(ValueError, match=name):
        dataclasses.replace(LINK, **{name: value})


def test_ground_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no ground"):
        ItmLink(20.0, 40.0, 1.5, False, permittivity=1.0, conductivity_s_m=5.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_pc", 0.0),
        ("places_pc", 100.0),
        ("situations_pc", np.nan),
        ("variability", 4),
    ],
)
def test_a_share_of_nothing_or_all_is_refused(name, value):
    with pytest.raises(ValueError, match=name):
        ItmShares(**{name: value})


@pytest.mark.parametrize(
    ("step_m", "ground", "name"),
    [
        (0.0, np.zeros(5), "step_m"),
        (np.inf, np.zeros(5), "step_m"),
        (90.0, np.zeros(2), "ground_m"),
        (90.0, np.zeros((3, 3)), "ground_m"),
        (90.0, np.array([0.0, np.nan, 0.0]), "ground_m"),
    ],
)
def test_a_relief_without_form_is_refused(step_m, ground, name):
    with pytest.raises(ValueError, match=name):
        Relief(step_m, ground)


def test_what_no_land_has_is_refused():
    with pytest.raises(ValueError, match="distance_km"):
        area(0.0, 90.0, LINK)
    with pytest.raises(ValueError, match="roughness_m"):
        area(10.0, -1.0, LINK)
    with pytest.raises(ValueError, match="ground_m"):
        point_to_point(Relief(90.0, np.full(9, 9000.0)), LINK)
    with pytest.raises(ValueError, match="n >= 3"):
        itm.profile_losses(90.0, np.zeros((4, 2)), LINK)


@pytest.mark.parametrize(
    ("link", "d_km", "shares", "caution"),
    [
        ({"rx_height_m": 0.7}, 10.0, {}, Caution.HEIGHT),
        ({"frequency_mhz": 30.0}, 10.0, {}, Caution.FREQUENCY),
        ({}, 0.5, {}, Caution.DISTANCE),
        ({}, 1001.0, {}, Caution.DISTANCE),
        ({}, 10.0, {"time_pc": 99.95}, Caution.TAIL),
    ],
)
def test_an_answer_at_the_edge_is_given_with_care(link, d_km, shares, caution):
    assert area(10.0, 90.0, LINK).cautions == ()
    found = area(d_km, 90.0, dataclasses.replace(LINK, **link), ItmShares(**shares))
    assert found.cautions == (caution,)


# The other family


def profile_1812(ground: np.ndarray, step_km: float = 0.1) -> p1812.Profile:
    n = ground.size
    zone = np.full(n, COASTAL, np.uint8)
    return p1812.Profile(
        np.arange(n) * step_km, ground, np.full(n, 10.0), zone, np.zeros(n)
    )


def test_a_profile_of_the_other_family_gives_its_bare_ground():
    ground = hills(1)
    relief = Relief.from_profile(profile_1812(ground))
    assert relief.step_m == pytest.approx(100.0)
    assert relief.ground_m.tolist() == ground.tolist()
    uneven = np.append(np.arange(100) * 0.1, 10.2)
    with pytest.raises(ValueError, match="equal steps"):
        Relief.from_profile(
            dataclasses.replace(profile_1812(ground), distance_km=uneven)
        )


def land_profiles(n_profiles: int, n_points: int = 101) -> np.ndarray:
    """Real ground of Banten each 93 m along its meridians, hilly and dry."""
    import rasterio

    with rasterio.open(TERRAIN) as raster:
        columns = raster.read(1).astype(np.float64).T
    found, rng = [], np.random.default_rng(1812)
    while len(found) < n_profiles:
        column, row = rng.integers((columns.shape[0], columns.shape[1] - n_points))
        ground = columns[column, row : row + n_points]
        if (ground > 0).all() and np.ptp(ground) > 40:
            found.append(ground)
    return np.array(found)


@pytest.fixture(scope="module")
def two_families() -> tuple[np.ndarray, np.ndarray]:
    """ITM above P.1812 in dB, and which paths are in sight: 1500 of 9 km."""
    ground = land_profiles(1500)
    step_m = 6371e3 * np.radians(1 / 1200)
    theirs = itm.profile_losses(step_m, ground, LINK)
    paths = [
        p1812.path_loss(
            dataclasses.replace(profile_1812(row, step_m / 1e3), clutter_m=0 * row),
            p1812.Link(900.0, 40.0, 1.5, -6.5),
        )
        for row in ground
    ]
    ours = np.array([path.loss_db for path in paths])
    return theirs - ours, np.array([path.horizon_row is None for path in paths])


def test_two_families_agree_in_sight(two_families):
    apart_db, in_sight = two_families
    assert in_sight.sum() > 50
    assert abs(np.median(apart_db[in_sight])) < 3
    assert apart_db[in_sight].std() < 6


def test_two_families_are_10_db_apart_at_most_over_hills(two_families):
    apart_db, in_sight = two_families
    assert abs(np.median(apart_db)) < 10
    # Behind hills ITM has two edges and adds what rough land does: it loses more.
    assert np.median(apart_db[~in_sight]) > 3
