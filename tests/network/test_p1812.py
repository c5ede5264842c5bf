"""P.1812-8: official results, shared blocks of P.452, a NumPy reference, properties."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network.radio_vectors import case_452, case_1812, table
from network.reference_p1812 import Path, p1812

from siaga.network.model import COASTAL, INLAND, SEA, Climate
from siaga.network.p1812 import (
    Cause,
    Link,
    Profile,
    location_sigma_db,
    path_loss,
    profile_losses,
)

LINK = Link(900.0, 40.0, 1.5, -6.5)
MAST_KW_FIELD = 199.36
"""Field of 1 kW e.r.p. at 1 GHz without loss, dB(uV/m) (equation 70)."""


def over(ground, *, step_km=0.1, clutter=0.0, zone=COASTAL, error=0.0) -> Profile:
    h = np.asarray(ground, float)
    full = np.full(h.shape, 1.0)
    return Profile(
        np.arange(h.size) * step_km, h, clutter * full,
        (zone * full).astype(np.uint8), error * full,
    )  # fmt: skip


def hills(seed: int, n: int = 81, rough_m: float = 8.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.abs(np.cumsum(rng.normal(0, rough_m, n)))


def reference(profile: Profile, link: Link, climate: Climate | None = None, **more):
    air = climate or Climate()
    coast = {"dct": link.tx_coast_km, "dcr": link.rx_coast_km}
    return p1812(
        Path(
            profile.distance_km, profile.ground_m, profile.clutter_m, profile.zone,
            link.frequency_mhz / 1e3, link.time_pc, link.tx_height_m,
            link.rx_height_m, link.vertical, link.latitude_deg,
            air.lapse_dn, air.sea_level_n0,
            **{k: v for k, v in coast.items() if v is not None}, **more,
        )
    )  # fmt: skip


# Official results

CASES = table("p1812_cases")
RESULTS = {  # by the name in the log: (where we have it, in dB or not)
    "ae (km)|Eq (7a)": lambda r: r.earth.ae_km,
    "dtm (km)|Sec 3.6": lambda r: r.zones.dtm_km,
    "dlm (km)|Sec 3.6": lambda r: r.zones.dlm_km,
    "b0 (%)|Eq (5)": lambda r: r.geometry.b0_pc,
    "dlt (km)|Eq (78)": lambda r: r.geometry.dlt_km,
    "dlr (km)|Eq (81a)": lambda r: r.geometry.dlr_km,
    "th_t (mrad)|Eqs (76-78)": lambda r: r.geometry.theta_t_mrad,
    "th_r (mrad)|Eqs (79-81)": lambda r: r.geometry.theta_r_mrad,
    "th (mrad)|Eq (82)": lambda r: r.theta_mrad,
    "hts (m)": lambda r: r.geometry.hts_m,
    "hrs (m)": lambda r: r.geometry.hrs_m,
    "hstd (m)|Eq (89)": lambda r: r.geometry.hstd_m,
    "hsrd (m)|Eq (89)": lambda r: r.geometry.hsrd_m,
    "hte (m)|Eq (92a)": lambda r: r.geometry.hte_m,
    "hre (m)|Eq (92b)": lambda r: r.geometry.hre_m,
    "hm (m)|Eq (93)": lambda r: r.geometry.hm_m,
    "Lbfs|Eq (8)": lambda r: r.parts.lbfs,
    "Lb0p|Eq (10)": lambda r: r.parts.lb0p,
    "Lb0b|Eq (11)": lambda r: r.parts.lb0b,
    "Ld50 (dB)|Eq (39)": lambda r: r.parts.ld50,
    "Ldp (dB)|Eq (41)": lambda r: r.parts.ldp,
    "Lbd50 (dB)|Eq (42)": lambda r: r.parts.lbd50,
    "Lminb0p (dB)|Eq (59)": lambda r: r.parts.lminb0p,
    "Lba (dB)|Eq (46)": lambda r: r.parts.lba,
    "Lminbap (dB)|Eq (60)": lambda r: r.parts.lminbap,
    "Lbda (dB)|Eq (61)": lambda r: r.parts.lbda,
    "Lbam (dB)|Eq (62)": lambda r: r.parts.lbam,
    "Lbs (dB)|Eq (44)": lambda r: r.parts.lbs,
    "Lbc (dB)|Eq (63)": lambda r: r.parts.lbc,
}


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['profile']}-{c['case']}")
def test_the_official_results_come_out_to_a_millionth_of_a_decibel(case):
    found = path_loss(*case_1812(case))
    field = MAST_KW_FIELD + 20 * math.log10(case["f (GHz)"]) - found.loss_db
    field += 10 * math.log10(case["Ptx (kW)"])
    assert field == pytest.approx(case["E_ref_dBuVm"], abs=1e-8)
    assert found.loss_db == pytest.approx(case["Lb (dB)|Eq (69)"], abs=1e-6)
    for name, of in RESULTS.items():
        assert of(found) == pytest.approx(case[name], rel=1e-7, abs=1e-7), name
    if case["p (%)"] < 50:  # at 50 % the pass for beta0 is not needed, nor made
        assert found.parts.ldb == pytest.approx(case["Ldb (dB)|Eq (39)"], abs=1e-6)


def test_the_42_cases_cover_both_polarisations_and_all_the_band():
    assert len(CASES) == 42
    assert {case["pol"] for case in CASES} == {1, 2}
    assert min(case["f (GHz)"] for case in CASES) == 0.03
    assert max(case["f (GHz)"] for case in CASES) == 6


GEOMETRY_452 = {
    "ae": lambda r: r.earth.ae_km,
    "hts": lambda r: r.geometry.hts_m,
    "hrs": lambda r: r.geometry.hrs_m,
    "theta_t": lambda r: r.geometry.theta_t_mrad,
    "theta_r": lambda r: r.geometry.theta_r_mrad,
    "theta": lambda r: r.theta_mrad,
    "hm": lambda r: r.geometry.hm_m,
    "hte": lambda r: r.geometry.hte_m,
    "hre": lambda r: r.geometry.hre_m,
    "hstd": lambda r: r.geometry.hstd_m,
    "hsrd": lambda r: r.geometry.hsrd_m,
    "dlt": lambda r: r.geometry.dlt_km,
    "dlr": lambda r: r.geometry.dlr_km,
    "dtm": lambda r: r.zones.dtm_km,
    "dlm": lambda r: r.zones.dlm_km,
    "omega": lambda r: r.zones.omega,
    "b0": lambda r: r.geometry.b0_pc,
}


def test_the_geometry_of_385_cases_of_p452_is_that_of_p452():
    cases = table("p452v18_cases")
    assert len(cases) == 385
    for case in cases:
        found = path_loss(*case_452(case))
        for name, of in GEOMETRY_452.items():
            wanted = pytest.approx(case[name], rel=1e-6, abs=2e-6)
            assert of(found) == wanted, (name, case["profile"])


def test_the_diffraction_of_p452_below_6_ghz_is_that_of_p452():
    inside = [
        c for c in table("p452v18_cases") if c["f (GHz)"] <= 6 and c["p (%)"] >= 1
    ]
    assert len(inside) > 190
    for case in inside:
        parts = path_loss(*case_452(case)).parts
        # P.452 adds the loss in gas to both free-space terms: not to their difference.
        multipath = case["Lb0p"] - case["Lbfsg"]
        assert parts.lb0p - parts.lbfs == pytest.approx(multipath, abs=1e-6)
        assert parts.ldsph == pytest.approx(case["Ldsph"], rel=1e-8, abs=1e-6)
        assert parts.ld50 == pytest.approx(case["Ld50"], rel=1e-8, abs=1e-6)
        assert parts.ldp == pytest.approx(case["Ldp"], rel=1e-8, abs=1e-6)


# The same by NumPy

SYMBOLS = (
    "lb lbfs lb0p lb0b ld50 ldp lbd50 lbd lminb0p lba lminbap lbda lbam lbs lbc".split()
)
LINKS = st.builds(
    Link,
    frequency_mhz=st.floats(30, 6000),
    tx_height_m=st.floats(1, 200),
    rx_height_m=st.floats(1, 200),
    latitude_deg=st.floats(-90, 90),
    time_pc=st.sampled_from([1.0, 3.0, 10.0, 30.0, 45.0, 50.0]),
    vertical=st.booleans(),
)


@st.composite
def profile_of_any_kind(draw, least=3, most=60):
    n = draw(st.integers(least, most))
    step = draw(st.floats(0.02, 3.0))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["flat", "hills", "cliffs", "sea", "uneven"]))
    h = {
        "flat": np.full(n, 12.0),
        "hills": np.abs(np.cumsum(rng.normal(0, 15, n))),
        "cliffs": rng.choice([0.0, 40.0, 900.0], n),
        "sea": np.zeros(n),
        "uneven": rng.uniform(0, 80, n),
    }[kind]
    zone = np.full(n, SEA) if kind == "sea" else rng.choice([SEA, COASTAL, INLAND], n)
    d = np.arange(n) * step
    if kind == "uneven":
        d = np.concatenate([[0], np.cumsum(rng.uniform(0.2, 1.8, n - 1) * step)])
    clutter = np.zeros(n) if draw(st.booleans()) else rng.choice([0.0, 10, 20], n)
    return Profile(d, h, clutter, zone.astype(np.uint8), np.full(n, 3.0))


@given(profile=profile_of_any_kind(), link=LINKS)
@settings(max_examples=200)
def test_the_kernels_agree_with_the_plain_reference(profile, link):
    link = dataclasses.replace(link, tx_coast_km=500.0, rx_coast_km=500.0)
    if profile.distance_km[-1] < 0.25:
        return
    found, wanted = path_loss(profile, link), reference(profile, link)
    for name in SYMBOLS:
        value = getattr(found.parts, name)
        assert value == pytest.approx(wanted[name], rel=1e-7, abs=1e-6), name


@given(profile=profile_of_any_kind(), link=LINKS)
def test_no_profile_gives_nan_or_less_than_free_space(profile, link):
    found = path_loss(profile, link)
    assert np.isfinite([*found.parts, *found.geometry, found.terrain_sigma_db]).all()
    assert found.terrain_sigma_db >= 0
    if profile.distance_km[-1] >= 0.25:
        assert found.loss_db >= found.parts.lb0p


@given(seed=st.integers(0, 999), time_pc=st.sampled_from([5.0, 50.0]))
def test_both_directions_lose_the_same(seed, time_pc):
    there = over(hills(seed), clutter=5.0)
    back = dataclasses.replace(there, ground_m=there.ground_m[::-1].copy())
    link = dataclasses.replace(LINK, time_pc=time_pc)
    turned = dataclasses.replace(
        link, tx_height_m=LINK.rx_height_m, rx_height_m=LINK.tx_height_m
    )
    one, other = path_loss(there, link), path_loss(back, turned)
    assert one.loss_db == pytest.approx(other.loss_db, abs=1e-6)
    assert one.terrain_sigma_db == pytest.approx(other.terrain_sigma_db, abs=1e-6)


@given(low=st.floats(1, 100), more=st.floats(0, 100), f=st.floats(30, 6000))
def test_a_higher_mast_over_flat_land_loses_no_more_by_diffraction(low, more, f):
    flat = over(np.full(101, 5.0), step_km=0.3)
    link = dataclasses.replace(LINK, frequency_mhz=f, tx_height_m=low)
    higher = dataclasses.replace(link, tx_height_m=low + more)
    assert path_loss(flat, higher).parts.ld50 <= path_loss(flat, link).parts.ld50 + 1e-6


def test_loss_grows_with_distance_over_the_flat_sea():
    # Up to the horizon: there the method itself steps down, from sight to ducting.
    loss = [
        path_loss(over(np.zeros(101), step_km=d / 100, zone=SEA), LINK).loss_db
        for d in np.linspace(1, 30, 80)
    ]
    assert (np.diff(loss) > 0).all()


@given(seed=st.integers(0, 999), row=st.integers(1, 79))
def test_a_hair_more_terrain_changes_the_loss_by_a_hair(seed, row):
    h = hills(seed)
    before = path_loss(over(h), LINK).loss_db
    h[row] += 1e-6
    # Only the roughness of ducting may jump, with the points between the horizons.
    assert path_loss(over(h), LINK).loss_db == pytest.approx(before, abs=0.5)


def test_the_loss_not_exceeded_for_less_time_is_smaller():
    profile = over(hills(3, 201))
    loss = [
        path_loss(profile, dataclasses.replace(LINK, time_pc=p)).loss_db
        for p in (1.0, 5.0, 20.0, 35.0, 50.0)
    ]
    assert (np.diff(loss) > 0).all()


def test_the_coast_is_found_from_the_zones():
    zone = np.array([COASTAL] * 3 + [SEA] * 30 + [INLAND] * 4)
    profile = dataclasses.replace(over(np.zeros(37)), zone=zone.astype(np.uint8))
    zones = path_loss(profile, LINK).zones
    assert zones.dct_km == pytest.approx(0.25)  # half-way to the first point at sea
    assert zones.dcr_km == pytest.approx(0.35)
    assert zones.dtm_km == pytest.approx(0.35)
    assert zones.dlm_km == pytest.approx(0.35)
    assert zones.omega == pytest.approx(3.0 / 3.6)


# Short paths, places, causes


def test_a_path_under_a_quarter_of_a_kilometre_is_free_space():
    wall = [0.0, 50.0, 0.0]
    found = path_loss(over(wall, step_km=0.1), LINK)
    assert found.loss_db == found.parts.lbfs
    assert found.cause == Cause.FREE_SPACE
    assert found.terrain_sigma_db == 0
    assert path_loss(over(wall, step_km=0.125), LINK).loss_db > found.loss_db + 20


def test_nine_places_of_ten_need_more_than_the_median_unless_at_sea():
    link = dataclasses.replace(LINK, places_pc=90.0, location_sigma_db=3.0)
    land, sea = over(hills(1)), over(np.zeros(81), zone=SEA)
    more = path_loss(land, link).loss_db - path_loss(land, LINK).loss_db
    assert more == pytest.approx(3.0 * 1.2816, abs=2e-3)
    assert path_loss(sea, link).loss_db == path_loss(sea, LINK).loss_db


@pytest.mark.parametrize(
    ("pixel", "height", "clutter", "low", "high"),
    [
        (50, 1.5, 10, 1.6, 1.7),  # values of the reference at 0.9 to 2.3 GHz
        (100, 1.5, 10, 2.0, 2.1),
        (500, 1.5, 10, 3.1, 3.3),
        (500, 15.0, 10, 1.5, 1.7),  # half-way out of the clutter
        (500, 20.0, 10, 0.0, 0.0),
    ],
)
def test_location_spread_by_pixel_and_height(pixel, height, clutter, low, high):
    for f in (900.0, 1800.0, 2300.0):
        found = location_sigma_db(f, pixel_m=pixel, height_m=height, clutter_m=clutter)
        assert low - 0.05 <= found <= high + 0.05


@pytest.mark.parametrize(
    ("profile", "cause"),
    [
        (over(np.zeros(11)), Cause.FREE_SPACE),
        (over(np.r_[np.zeros(20), 60.0, np.zeros(20)]), Cause.DIFFRACTION),
        (over(np.zeros(301), step_km=0.25, zone=SEA), Cause.DUCTING),
        (over(np.zeros(301), step_km=0.5, zone=SEA), Cause.TROPOSCATTER),
    ],
)
def test_the_cause_is_what_carries_the_signal(profile, cause):
    link = dataclasses.replace(LINK, tx_height_m=60.0, rx_height_m=10.0)
    assert path_loss(profile, link).cause == cause


# Terrain errors


@pytest.mark.parametrize("step_km", [0.1, 0.3])  # by diffraction; also by scatter
@pytest.mark.parametrize("seed", range(20))
def test_terrain_sigma_is_the_slope_of_the_loss_over_the_deciding_points(seed, step_km):
    h = hills(seed, 201, rough_m=80 * step_km)
    tiny = 1e-4
    found = path_loss(over(h, clutter=3.0, error=tiny, step_km=step_km), LINK)
    rows = {*found.obstacle_row, *(found.horizon_row or ())}
    d = np.arange(h.size) * step_km
    held = np.sqrt(1 - np.exp(-2 * np.minimum(d, d[-1] - d)))  # of errors alike in 1 km

    def loss_with(row, by):
        moved = h.copy()
        moved[row] += by
        profile = over(moved, clutter=3.0, step_km=step_km)
        return reference(profile, LINK, smooth_h=h)["lb"]

    slopes = [
        (loss_with(row, tiny) - loss_with(row, -tiny)) / 2 * held[row] for row in rows
    ]
    assert found.terrain_sigma_db == pytest.approx(np.hypot.reduce(slopes), rel=1e-3)


def test_terrain_sigma_stays_bounded_however_steep_the_slope_is_at_the_point():
    # Grazing: the root of nu, the switch to trans-horizon and the clear path all have
    # slopes at one point that say nothing of an error of 10 m.
    for height in np.linspace(0, 60, 121):
        h = np.zeros(101)
        h[3], h[50] = height / 10, height
        found = path_loss(over(h, error=10.0), LINK)
        assert 0 <= found.terrain_sigma_db < 15


def test_an_error_may_close_a_path_that_is_clear():
    h = np.zeros(101)
    link = dataclasses.replace(LINK, rx_height_m=40.0)
    h[50] = 15.0
    clear, doubted = path_loss(over(h), link), path_loss(over(h, error=15.0), link)
    assert clear.parts.ld50 == 0
    assert doubted.terrain_sigma_db > 1


# Many at once, and what is refused


def test_many_profiles_give_the_bits_of_one():
    ground = np.array([hills(seed) for seed in range(50)])
    clutter = np.where(ground > 20, 10.0, 0.0)
    d = np.broadcast_to(np.arange(81) * 0.1, ground.shape)
    zone = np.full(ground.shape, COASTAL, np.uint8)
    error = np.full(ground.shape, 4.0)
    loss, sigma = profile_losses(d, ground, clutter, zone, LINK, error_m=error)
    for row in range(50):
        profile = Profile(d[row], ground[row], clutter[row], zone[row], error[row])
        one = path_loss(profile, LINK)
        assert (one.loss_db, one.terrain_sigma_db) == (loss[row], sigma[row])


@pytest.mark.parametrize(
    "wrong",
    [
        {"frequency_mhz": 29.0},
        {"frequency_mhz": 6001.0},
        {"frequency_mhz": math.nan},
        {"tx_height_m": 0.5},  # below the least of section 2
        {"rx_height_m": -5.0},
        {"time_pc": 0.5},
        {"time_pc": 51.0},
        {"places_pc": 100.0},
        {"latitude_deg": 91.0},
        {"location_sigma_db": -1.0},
    ],
)
def test_a_link_that_the_method_is_not_made_for_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        dataclasses.replace(LINK, **wrong)


GOOD = over(np.zeros(5))


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"distance_km": np.array([0.0, 1, 1, 2, 3])}, "distance_km"),  # stands still
        ({"distance_km": np.arange(1.0, 6)}, "distance_km"),  # does not begin at 0
        ({"ground_m": np.array([0, 1, np.nan, 1, 0])}, "ground_m"),
        ({"ground_m": np.zeros(4)}, "ground_m"),
        ({"clutter_m": np.full(5, -1.0)}, "clutter_m"),
        ({"error_m": np.full(5, np.inf)}, "error_m"),
        ({"zone": np.full(5, 2, np.uint8)}, "zone"),
    ],
)
def test_a_profile_that_is_none_is_refused(wrong, name):
    with pytest.raises(ValueError, match=name):
        dataclasses.replace(GOOD, **wrong)


def test_a_profile_without_an_interior_point_is_refused():
    with pytest.raises(ValueError, match="3 or more"):
        over([0.0, 0.0])
    one = np.zeros((1, 2))
    with pytest.raises(ValueError, match="n >= 3"):
        profile_losses(one, one, one, one.astype(np.uint8), LINK)
