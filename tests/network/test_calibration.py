"""Calibration at its edges, and what must be true of any readings."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.house.problems import BadParameter
from siaga.network.calibration import calibrate
from siaga.network.readings import NOT_KNOWN, Points, Readings
from siaga.network.residual_effects import Effect
from siaga.network.spread import Spread

PLAIN = Spread(odd_sigmas=1e6)
"""Without odd readings all is linear."""


def points_at(x_m, **columns) -> Points:
    n = len(x_m)
    plain = {
        "y_m": np.zeros(n), "operator": np.zeros(n, int), "site_row": np.zeros(n, int),
        "frequency_mhz": np.full(n, 900.0), "distance_m": np.full(n, 2000.0),
        "clutter": np.zeros(n, int), "clutter_m": np.zeros(n),
        "predicted_dbm": np.full(n, -100.0), "predicted_sigma_db": np.full(n, 8.0),
    }  # fmt: skip
    return Points(np.asarray(x_m, float), **plain | columns)


def readings_at(x_m, level_dbm, **columns) -> Readings:
    n = len(x_m)
    plain = {
        "device": np.zeros(n, int), "level_dbm": np.asarray(level_dbm, float),
        "censored": np.isnan(np.asarray(level_dbm, float)),
        "bars": np.full(n, NOT_KNOWN), "sent": np.full(n, NOT_KNOWN),
    }  # fmt: skip
    own = {f.name for f in fields(Readings)}
    mine = {name: c for name, c in columns.items() if name in own}
    rest = {name: c for name, c in columns.items() if name not in own}
    return Readings(points_at(x_m, **rest), **plain | mine)


STATIONS = points_at(
    [0.0, 50.0, 400.0, 5e3, 5e4],
    site_row=np.array([0, 0, 0, 1, NOT_KNOWN]),
    predicted_dbm=np.array([-100.0, -101, -90, -120, -110]),
)


def test_without_readings_the_prediction_stays_as_it_is():
    level = calibrate(readings_at([], [])).at(STATIONS)
    assert np.array_equal(level.mean_dbm, STATIONS.predicted_dbm)
    assert np.array_equal(level.sd_db, STATIONS.predicted_sigma_db)


def test_a_reading_of_which_nothing_is_known_says_nothing():
    empty = readings_at([0.0], [np.nan], censored=np.array([False]))
    level = calibrate(empty).at(STATIONS)
    assert np.array_equal(level.mean_dbm, STATIONS.predicted_dbm)


def test_far_from_one_reading_the_stated_doubt_stays():
    level = calibrate(readings_at([0.0], [-85.0]), learn=False).at(STATIONS)
    assert (np.diff(level.sd_db[[0, 1, 2, 3]]) > 0).all()
    assert level.sd_db[4] == pytest.approx(8.0, abs=0.6)
    moved = level.mean_dbm - STATIONS.predicted_dbm
    assert moved[0] > moved[1] > moved[2] > moved[3] > 0
    assert moved[0] < 15.0


def test_one_reading_equals_the_rule_of_two_normals():
    one = readings_at([0.0], [-85.0], device=np.array([NOT_KNOWN]))
    level = calibrate(one, learn=False).at(STATIONS)
    noise = Spread().nugget_db ** 2 + Spread().device_db ** 2
    share = 64 / (64 + noise)
    assert level.mean_dbm[0] == pytest.approx(-100 + 15 * share)
    assert level.sd_db[0] == pytest.approx(np.sqrt(64 * (1 - share)))


def test_one_no_service_is_the_mean_of_the_cut_normal():
    dark = readings_at([0.0], [np.nan], device=np.array([NOT_KNOWN]))
    level = calibrate(dark, learn=False).at(STATIONS)
    noise = Spread().nugget_db ** 2 + Spread().device_db ** 2
    total = np.sqrt(64 + noise)
    z = np.linspace(-12, -25 / total, 100_001)
    cut_mean = np.average(z, weights=np.exp(-0.5 * z**2))
    cut_var = np.average((z - cut_mean) ** 2, weights=np.exp(-0.5 * z**2))
    assert level.mean_dbm[0] == pytest.approx(-100 + 64 / total * cut_mean, abs=0.02)
    left = 64 - 64**2 / total**2 * (1 - cut_var)
    assert level.sd_db[0] == pytest.approx(np.sqrt(left), rel=0.01)


def test_no_service_where_it_was_foretold_changes_next_to_nothing():
    dark = readings_at([0.0], [np.nan], predicted_dbm=np.array([-160.0]))
    level = calibrate(dark, learn=False).at(STATIONS)
    assert np.allclose(level.mean_dbm, STATIONS.predicted_dbm, atol=0.01)
    assert np.allclose(level.sd_db, STATIONS.predicted_sigma_db, atol=0.6)


def test_all_without_service_darkens_and_stays_finite():
    x_m = np.arange(30) * 40.0
    level = calibrate(readings_at(x_m, np.full(30, np.nan))).at(STATIONS)
    assert (level.mean_dbm[:3] < STATIONS.predicted_dbm[:3] - 10).all()
    assert np.isfinite(level.mean_dbm).all() and (level.sd_db > 0).all()


def form_at_0(**answer: int) -> float:
    """Level at the first station after one form, dBm."""
    said = {name: np.array([value]) for name, value in answer.items()}
    form = readings_at([0.0], [np.nan], censored=np.array([False]), **said)
    return float(calibrate(form, learn=False).at(STATIONS).mean_dbm[0])


def test_more_bars_never_darken():
    found = [form_at_0(bars=bars) for bars in range(6)]
    assert (np.diff(found[:5]) > 0).all()
    assert found[5] == found[4]


def test_sent_brightens_and_not_sent_darkens():
    yes, no = form_at_0(sent=1), form_at_0(sent=0)
    assert no < STATIONS.predicted_dbm[0] - 3 < STATIONS.predicted_dbm[0] < yes


def test_the_same_reading_ten_times_is_not_ten_places():
    once, often = (
        calibrate(readings_at(np.zeros(n), np.full(n, -85.0)), learn=False)
        for n in (1, 10)
    )
    sd = [c.at(STATIONS).sd_db for c in (once, often)]
    assert (sd[1] <= sd[0] + 1e-9).all()
    floor = Spread().device_db * 0.5  # one phone: its own offset stays in doubt
    assert sd[1][0] > floor


def test_one_mad_reading_is_outvoted():
    x_m = np.arange(20) * 5.0
    sane = np.full(20, -100.0)
    mad = sane.copy()
    mad[10] = -45.0
    a, b = (
        calibrate(readings_at(x_m, r), learn=False).at(STATIONS) for r in (sane, mad)
    )
    assert abs(a.mean_dbm[1] - b.mean_dbm[1]) < 1.0


def test_a_site_with_few_readings_moves_less():
    def moved(n):
        at = np.arange(n) * 3e3
        found = calibrate(readings_at(at, np.full(n, -90.0)), learn=False).offsets()
        return found.of(Effect.SITE).offset_db[0]

    assert 0 < moved(1) < moved(3) < moved(30) < 10


def test_more_neighbours_than_there_are_readings_are_not_asked_for():
    level = calibrate(readings_at([0.0, 10.0], [-90.0, np.nan])).at(STATIONS)
    assert np.isfinite(level.mean_dbm).all()


BAD = [
    ({"predicted_dbm": np.array([np.nan])}, "predicted_dbm"),
    ({"predicted_sigma_db": np.array([0.0])}, "predicted_sigma_db"),
    ({"y_m": np.array([np.inf])}, "y_m"),
    ({"operator": np.array([1, 2])}, "operator"),
    ({"bars": np.array([6])}, "bars"),
    ({"sent": np.array([2])}, "sent"),
    ({"level_dbm": np.array([np.inf]), "censored": np.array([False])}, "level_dbm"),
    ({"censor_dbm": np.nan}, "level_dbm"),
    ({"device": np.array([1, 2])}, "device"),
]


@pytest.mark.parametrize(("columns", "name"), BAD, ids=[name for _, name in BAD])
def test_bad_columns_are_refused(columns, name):
    level = columns.pop("level_dbm", np.array([-90.0]))
    with pytest.raises(ValueError, match=name):
        readings_at([0.0], level, **columns)


@pytest.mark.parametrize(
    "change", [{"length_m": 0.0}, {"site_db": -1.0}, {"nugget_db": np.nan},
               {"operator_correlation": 1.5}, {"odd_sigmas": np.inf}],
    ids=str,
)  # fmt: skip
def test_a_spread_outside_its_range_is_refused(change):
    with pytest.raises(BadParameter):
        Spread(**change)


@st.composite
def some_readings(draw, least=1, most=12, kinds=("level", "dark", "bars", "sent")):
    """Readings in a square of 2 km, some of them at the same place."""
    n = draw(st.integers(least, most))
    kind = np.array(draw(st.lists(st.sampled_from(kinds), min_size=n, max_size=n)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    spot = rng.integers(0, 8, n) * 250.0
    level = np.where(kind == "level", rng.uniform(-140, -44, n), np.nan)
    return readings_at(
        spot, level, y_m=rng.integers(0, 3, n) * 300.0, censored=kind == "dark",
        bars=np.where(kind == "bars", rng.integers(0, 6, n), NOT_KNOWN),
        sent=np.where(kind == "sent", rng.integers(0, 2, n), NOT_KNOWN),
        device=rng.integers(-1, 3, n), operator=rng.integers(0, 3, n),
        site_row=rng.integers(-1, 3, n), clutter=rng.integers(-1, 2, n),
        predicted_dbm=rng.uniform(-150, -50, n), distance_m=rng.uniform(10, 9e4, n),
        predicted_sigma_db=rng.uniform(0.1, 12, n),
        frequency_mhz=rng.choice([900.0, 1800.0, np.nan], n),
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(some_readings(), st.randoms(use_true_random=False))
def test_the_order_of_readings_changes_no_bit(readings, random):
    order = list(range(len(readings)))
    random.shuffle(order)
    one, other = (
        calibrate(r, learn=False) for r in (readings, readings.take(np.array(order)))
    )
    assert one.at(STATIONS).mean_dbm.tobytes() == other.at(STATIONS).mean_dbm.tobytes()
    assert one.at(STATIONS).sd_db.tobytes() == other.at(STATIONS).sd_db.tobytes()
    assert one.offsets().offset_db.tobytes() == other.offsets().offset_db.tobytes()


def test_the_order_of_readings_changes_no_bit_of_what_is_learned():
    rng = np.random.default_rng(4)
    readings = readings_at(rng.uniform(0, 9e3, 40), rng.uniform(-120, -80, 40))
    one, other = (calibrate(r) for r in (readings, readings.take(rng.permutation(40))))
    assert one.learned == other.learned
    assert one.at(STATIONS).sd_db.tobytes() == other.at(STATIONS).sd_db.tobytes()


@settings(max_examples=25, deadline=None)
@given(some_readings(least=2, kinds=("level",)))
def test_another_level_never_adds_to_the_doubt(readings):
    more = calibrate(readings, PLAIN, learn=False).at(STATIONS)
    fewer = calibrate(readings.take(np.arange(len(readings) - 1)), PLAIN, learn=False)
    assert (more.sd_db <= fewer.at(STATIONS).sd_db + 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(some_readings(most=30))
def test_hostile_readings_give_numbers(readings):
    calibration = calibrate(readings, learn=False)
    level = calibration.at(STATIONS)
    assert np.isfinite(level.mean_dbm).all()
    assert np.isfinite(level.sd_db).all() and (level.sd_db > 0).all()
    share = level.probability(-110.0)
    assert ((share >= 0) & (share <= 1)).all()
    assert np.isfinite(calibration.offsets().sd_db).all()


@settings(max_examples=5, deadline=None)
@given(some_readings(most=20))
def test_learning_from_hostile_readings_stays_within_its_bounds(readings):
    learned = calibrate(readings).learned
    for name, doubt in learned.doubt.items():
        assert 0 < doubt <= 1.0
        ratio = getattr(learned.spread, name) / getattr(Spread(), name)
        assert abs(np.log(ratio)) <= 2.5 * 0.6 + 1e-9


def test_a_reading_of_another_operator_tells_half():
    own, others = (
        calibrate(
            readings_at([0.0], [-85.0], operator=np.array([o]), site_row=np.array([s])),
            learn=False,
        ).at(STATIONS).mean_dbm[0]
        + 100
        for o, s in ((0, 0), (1, 1))
    )  # fmt: skip
    assert 0.2 * own < others < 0.6 * own


def test_an_unmeasured_site_keeps_the_doubt_of_its_offset():
    here = points_at([30.0, 30.0], site_row=np.array([0, 7]))
    readings = readings_at(np.arange(40) * 2.0, np.full(40, -90.0))
    measured, not_measured = calibrate(readings, learn=False).at(here).sd_db
    assert not_measured**2 > measured**2 + 0.6 * Spread().site_db ** 2
