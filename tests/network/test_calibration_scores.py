"""Cross-validation and odd series: what they must see, and must not see."""

from __future__ import annotations

import numpy as np
import pytest
from network.test_calibration import points_at, readings_at
from network.test_calibration_truth import made_up

from siaga.network.calibration import calibrate
from siaga.network.cross_validation import cross_validate
from siaga.network.readings import Readings
from siaga.network.spread import Spread

HIDDEN = Spread(operator_db=5.0, site_db=6.0)
NEEDED_DBM = -110.0


@pytest.fixture(scope="module")
def truth():
    return made_up(2, n_stations=1, n_walks=40, intercept_dbm=-98.0, spread=HIDDEN)


@pytest.fixture(scope="module")
def calibration(truth):
    return calibrate(truth.readings, HIDDEN, learn=False)


@pytest.fixture(scope="module")
def walks(truth):
    return np.repeat(np.arange(40), 10)


@pytest.fixture(scope="module")
def crossed(truth, calibration, walks):
    district = (truth.readings.at.x_m // 4000).astype(int)
    return cross_validate(truth.readings, district, calibration, NEEDED_DBM)


def test_readings_left_out_are_foretold_better_than_by_the_model(crossed):
    assert crossed.after.rmse_db < 0.9 * crossed.before.rmse_db
    assert crossed.after.brier < crossed.before.brier


def test_before_is_the_error_of_the_prediction_itself(truth, crossed):
    error = (truth.readings.at.predicted_dbm - truth.readings.level_dbm)[
        ~truth.readings.censored
    ]
    assert crossed.before.n_levels == len(error)
    assert crossed.before.bias_db == pytest.approx(error.mean())
    assert crossed.before.rmse_db == pytest.approx(np.sqrt(np.mean(error**2)))


def test_no_service_counts_as_not_reached(truth, crossed):
    assert crossed.after.n_events == len(truth.readings)
    reached = (np.nan_to_num(truth.readings.level_dbm, nan=-200) >= NEEDED_DBM).sum()
    seen = np.nansum(crossed.after.bin_observed * crossed.after.bin_count)
    assert seen == pytest.approx(reached)
    assert crossed.after.bin_count.sum() == len(truth.readings)


def test_the_calibration_curve_of_an_honest_forecast_is_the_diagonal():
    rng = np.random.default_rng(11)
    n, phone = 4_000, Spread()
    sigma = np.sqrt(64 + phone.device_db**2 + phone.nugget_db**2)
    predicted = rng.uniform(-140, -80, n)
    readings = readings_at(
        np.arange(n) * 1.0, predicted + sigma * rng.normal(size=n),
        predicted_dbm=predicted,
    )  # fmt: skip
    untold = calibrate(readings_at([], []))
    found = cross_validate(readings, np.zeros(n, int), untold, NEEDED_DBM).before
    edges = np.arange(10) / 10
    assert (found.bin_count > 100).all()
    assert (found.bin_forecast >= edges).all()
    assert (found.bin_forecast <= edges + 0.1).all()
    doubt = np.sqrt(found.bin_forecast * (1 - found.bin_forecast) / found.bin_count)
    assert (np.abs(found.bin_observed - found.bin_forecast) < 4 * doubt).all()


def test_what_is_left_out_cannot_help_itself():
    # Two places far apart, one 30 dB above the prediction and one 30 dB below: shown to
    # itself each is right, left out it is foretold by the wrong one.
    x_m = np.array([0.0, 10, 20, 5e4, 5e4 + 10, 5e4 + 20])
    site = np.array([0, 0, 0, 1, 1, 1])
    level = np.array([-70.0, -70, -70, -130, -130, -130])
    readings = readings_at(x_m, level, site_row=site, device=np.full(6, -1))
    calibration = calibrate(readings, learn=False)
    fair = cross_validate(readings, site, calibration, NEEDED_DBM)
    itself = calibration.at(readings.at).mean_dbm - level
    assert np.sqrt(np.mean(itself**2)) < 15 < 30 < fair.after.rmse_db


def test_the_order_of_readings_changes_no_score(truth, calibration):
    order = np.random.default_rng(1).permutation(100)
    one = truth.readings.take(np.arange(100))
    scores = [
        cross_validate(some, some.at.site_row, calibration, NEEDED_DBM).after
        for some in (one, one.take(order))
    ]
    assert scores[0].rmse_db == scores[1].rmse_db
    assert scores[0].brier == scores[1].brier


def test_one_group_alone_leaves_nothing_to_learn_from(truth, calibration):
    one = np.zeros(len(truth.readings), int)
    found = cross_validate(truth.readings, one, calibration, NEEDED_DBM)
    assert found.after.n_levels == 0 and np.isnan(found.after.rmse_db)
    assert found.before.n_levels > 0


def test_without_readings_there_is_no_score():
    none = readings_at([], [])
    found = cross_validate(none, np.zeros(0, int), calibrate(none), NEEDED_DBM)
    assert found.before.n_events == 0 and np.isnan(found.after.brier)


def test_more_than_twenty_groups_are_left_out_together(truth, calibration):
    some = truth.readings.take(np.arange(50))
    found = cross_validate(some, np.arange(50) // 2, calibration, NEEDED_DBM)
    assert found.n_folds == 20
    assert found.after.n_levels == found.before.n_levels > 0


def test_a_group_of_another_length_is_refused(truth, calibration):
    with pytest.raises(ValueError, match="group"):
        cross_validate(truth.readings, np.zeros(3, int), calibration, NEEDED_DBM)


# Series: three phones walk the same street, one of them may lie.

STREET_M = np.arange(20) * 30.0


def three_walks(third: np.ndarray, seed: int = 6) -> tuple[Readings, np.ndarray]:
    rng = np.random.default_rng(seed)
    apart = np.abs(STREET_M[:, None] - STREET_M)
    lower = np.linalg.cholesky(np.exp(-apart / 400) + 1e-9 * np.eye(20))
    true = -95 + 5 * lower @ rng.normal(size=20)
    honest = [true + offset + rng.normal(0, 3, 20) for offset in (3.0, -3.0)]
    levels = np.concatenate([*honest, true + third])
    series = np.repeat([10, 20, 30], 20)
    readings = readings_at(np.tile(STREET_M, 3), levels, device=series // 10)
    return readings, series


def scores(third: np.ndarray, spread: Spread | None = None):
    readings, series = three_walks(third)
    return calibrate(readings, spread, learn=False).series_scores(series)


def test_honest_series_are_not_accused():
    noise = np.random.default_rng(7).normal(0, 3, 20)
    found = scores(noise)
    assert found.series.tolist() == [10, 20, 30]
    assert found.n_levels.tolist() == [20, 20, 20]
    assert not found.contradicts().any()


def test_a_series_that_jumps_against_its_neighbours_is_seen():
    jumps = np.random.default_rng(7).normal(0, 15, 20)
    found = scores(jumps)
    assert found.scatter_sigmas[2] > 4
    assert found.contradicts().tolist() == [False, False, True]


def test_a_series_lifted_as_a_whole_is_seen():
    lifted = 35 + np.random.default_rng(7).normal(0, 3, 20)
    found = scores(lifted)
    assert found.offset_sigmas[2] > 4
    assert found.contradicts()[2]


def test_who_has_no_neighbour_is_not_judged():
    readings = readings_at([0.0, 10.0, 9e4, 9e4], [-90.0, -91, -60, -140])
    found = calibrate(readings, learn=False).series_scores(np.array([1, 1, 2, 2]))
    assert np.isnan(found.scatter_sigmas).all()
    assert not found.contradicts().any()


def test_a_series_without_levels_is_not_judged():
    readings = readings_at([0.0, 10.0, 20.0], [-90.0, np.nan, np.nan])
    found = calibrate(readings, learn=False).series_scores(np.array([1, 2, 2]))
    assert found.n_levels.tolist() == [1, 0]
    assert np.isnan(found.offset_sigmas[1])


def test_scores_follow_the_readings_in_whatever_order_they_come():
    readings, series = three_walks(np.random.default_rng(7).normal(0, 15, 20))
    order = np.random.default_rng(3).permutation(60)
    one = calibrate(readings, learn=False).series_scores(series)
    other = calibrate(readings.take(order), learn=False).series_scores(series[order])
    assert one.scatter_sigmas.tobytes() == other.scatter_sigmas.tobytes()


def test_scores_of_many_honest_series_are_about_standard_normal(
    truth, calibration, walks
):
    found = calibration.series_scores(walks)
    for sigmas in (found.scatter_sigmas, found.offset_sigmas):
        known = sigmas[np.isfinite(sigmas)]
        assert len(known) > 8
        assert 0.5 < np.sqrt(np.mean(known**2)) < 1.5
    assert not found.contradicts().any()


def test_series_of_another_length_are_refused(calibration):
    with pytest.raises(ValueError, match="series"):
        calibration.series_scores(np.zeros(2, int))


def test_without_readings_nobody_is_judged():
    empty = calibrate(readings_at([], []))
    assert len(empty.series_scores(np.zeros(0, int)).series) == 0
    assert len(empty.at(points_at([0.0])).mean_dbm) == 1
