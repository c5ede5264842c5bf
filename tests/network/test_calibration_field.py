"""The field against plain NumPy: kernels, local kriging, and the whole model dense."""

from __future__ import annotations

import numpy as np
import pytest
from network.test_calibration import points_at, readings_at

from siaga.network.calibration import calibrate
from siaga.network.level_evidence import _truncated, evidence_of
from siaga.network.residual_effects import Effect, prior_variance
from siaga.network.residual_field import (
    Field,
    covariance,
    field_of,
    krige,
    near_blocks,
)
from siaga.network.spread import Spread

SPREAD = Spread(odd_sigmas=1e6)


def plain_covariance(one: Field, other: Field, spread: Spread) -> np.ndarray:
    apart = np.hypot(*(one.xy_m[:, None] - other.xy_m[None]).transpose(2, 0, 1))
    same = np.where(one.operator[:, None] == other.operator, 1, 0.5)
    return (
        same * np.exp(-apart / spread.length_m) * np.outer(one.sigma_db, other.sigma_db)
    )


def some_field(rng, n):
    return Field(
        rng.uniform(0, 3e3, (n, 2)), rng.integers(0, 3, n), rng.uniform(1, 9, n)
    )


def test_covariances_equal_plain_numpy():
    field = some_field(np.random.default_rng(1), 40)
    expected = plain_covariance(field, field, SPREAD)
    assert np.allclose(covariance(field, SPREAD), expected, rtol=1e-13)


@pytest.mark.parametrize("k", [1, 7, 64, 500])
def test_kriging_equals_plain_numpy(k):
    rng = np.random.default_rng(k)
    readings, points = some_field(rng, 120), some_field(rng, 25)
    noise = rng.uniform(1, 30, 120)
    found = krige(points, readings, noise, SPREAD, k)
    for row in range(len(points)):
        point = points.take(np.array([row]))
        apart = np.hypot(*(readings.xy_m - point.xy_m).T)
        near = np.argsort(apart)[:k]
        assert set(near) == set(found.reading[row])
        around = readings.take(found.reading[row])
        among = plain_covariance(around, around, SPREAD)
        among += np.diag(noise[found.reading[row]])
        towards = plain_covariance(around, point, SPREAD)[:, 0]
        weight = np.linalg.solve(among, towards)
        assert np.allclose(found.weight[row], weight, atol=1e-11)
        left = point.sigma_db[0] ** 2 - weight @ towards
        assert found.variance[row] == pytest.approx(left, abs=1e-9)


def made_readings(rng, n):
    return readings_at(
        rng.uniform(0, 2e3, n), rng.uniform(-120, -80, n), y_m=rng.uniform(0, 2e3, n),
        operator=rng.integers(0, 3, n), site_row=rng.integers(-1, 4, n),
        device=rng.integers(-1, 3, n), clutter=rng.integers(-1, 2, n),
        clutter_m=rng.uniform(0, 20, n), distance_m=rng.uniform(100, 9e3, n),
        predicted_sigma_db=rng.uniform(7, 10, n),
    )  # fmt: skip


def dense_answer(readings, points):
    """The same model as one normal distribution, all covariances written out."""
    n = len(readings)
    known, asked = field_of(readings.at, SPREAD), field_of(points, SPREAD)
    whole = Field(
        *(np.concatenate(pair) for pair in zip(
            (known.xy_m, known.operator, known.sigma_db),
            (asked.xy_m, asked.operator, asked.sigma_db), strict=True,
        ))
    )  # fmt: skip
    cov = plain_covariance(whole, whole, SPREAD)
    both = [
        np.concatenate([getattr(readings.at, name), getattr(points, name)])
        for name in ("operator", "frequency_mhz", "site_row", "clutter", "clutter_m",
                     "distance_m")
    ]  # fmt: skip
    operator, band, site, clutter, clutter_m, distance_m = both
    device = np.concatenate([readings.device, np.full(len(points), -9)])
    decades = np.log10(distance_m / 2000)
    cov += SPREAD.mean_db**2
    cov += SPREAD.distance_db**2 * np.outer(decades, decades)
    cov += SPREAD.clutter_height_db**2 * np.outer(clutter_m, clutter_m) / 100
    for sigma, key, second in (
        (SPREAD.operator_db, operator, band), (SPREAD.site_db, site, band),
        (SPREAD.clutter_db, clutter, clutter * 0), (SPREAD.device_db, device, 0 * site),
    ):  # fmt: skip
        same = (key[:, None] == key) & (second[:, None] == second) & (key >= 0)
        cov += sigma**2 * same
    noise = SPREAD.nugget_db**2 + SPREAD.device_db**2 * (readings.device < 0)
    weight = np.linalg.solve(cov[:n, :n] + np.diag(noise), cov[:n, n:])
    mean = weight.T @ (readings.level_dbm - readings.at.predicted_dbm)
    variance = np.diag(cov[n:, n:]) - np.einsum("ij,ij->j", weight, cov[:n, n:])
    return points.predicted_dbm + mean, np.sqrt(variance)


def test_offsets_and_field_together_equal_one_dense_normal():
    rng = np.random.default_rng(8)
    readings = made_readings(rng, 60)
    points = made_readings(rng, 30).at
    level = calibrate(readings, SPREAD, learn=False).at(points)
    mean, sd = dense_answer(readings, points)
    assert np.allclose(level.mean_dbm, mean, atol=1e-9)
    assert np.allclose(level.sd_db, sd, atol=1e-9)


def test_the_nearest_64_of_many_are_nearly_all():
    rng = np.random.default_rng(9)
    readings = made_readings(rng, 700)
    points = made_readings(rng, 60).at
    level = calibrate(readings, SPREAD, learn=False).at(points)
    mean, sd = dense_answer(readings, points)
    assert np.sqrt(np.mean(((level.mean_dbm - mean) / sd) ** 2)) < 0.2
    assert np.allclose(level.sd_db, sd, rtol=0.12)


def test_the_parts_of_the_spread_add_up_to_the_stated_one():
    points = points_at([0.0, 1.0], distance_m=np.array([200.0, np.nan]))
    total = prior_variance(points, SPREAD) + field_of(points, SPREAD).sigma_db ** 2
    assert np.allclose(total, 64.0)


def test_a_spread_stated_too_small_keeps_a_little_field():
    points = points_at([0.0], predicted_sigma_db=np.array([0.5]))
    assert field_of(points, SPREAD).sigma_db[0] == 1.0


@pytest.mark.parametrize("size", [1, 7, 100])
def test_blocks_hold_every_row_once(size):
    xy = np.random.default_rng(3).integers(0, 5, (64, 2)).astype(float)
    blocks = list(near_blocks(xy, size))
    assert max(map(len, blocks)) <= size
    assert sorted(np.concatenate(blocks)) == list(range(64))


CUTS = [(-np.inf, -1.0), (-2.0, 0.5), (3.0, np.inf), (-np.inf, -30.0), (8.0, 9.0),
        (-np.inf, np.inf), (-9.0, -8.0), (20.0, np.inf)]  # fmt: skip


@pytest.mark.parametrize(("low", "high"), CUTS)
def test_moments_of_a_cut_normal_equal_numeric_integrals(low, high):
    a, b = max(low, -40.0), min(high, 40.0)
    z = np.linspace(a, b, 400_001)
    density = np.exp(-0.5 * (z**2 - np.min(z**2)))
    mean = np.average(z, weights=density)
    variance = np.average((z - mean) ** 2, weights=density)
    found = _truncated(np.array([low]), np.array([high]))
    assert found[0][0] == pytest.approx(mean, abs=2e-4)
    assert found[1][0] == pytest.approx(variance, rel=0.03, abs=1e-4)


def test_what_a_reading_says_is_taken_in_the_stated_order():
    readings = readings_at(
        np.arange(5.0), [-90, np.nan, np.nan, np.nan, np.nan],
        censored=np.array([True, True, False, False, False]),
        bars=np.array([1, 1, 2, 0, -1]), sent=np.array([0, 1, 1, -1, -1]),
    )  # fmt: skip
    evidence = evidence_of(readings)
    assert evidence.reading.tolist() == [0, 1, 2, 3, 2]
    low, high = evidence.low_db - 100, evidence.high_db - 100
    assert low.tolist() == [-np.inf, -np.inf, -105, -np.inf, -110]
    assert high.tolist() == [np.inf, -125, -95, -115, np.inf]


def test_every_kind_of_offset_has_its_columns():
    readings = made_readings(np.random.default_rng(2), 80)
    found = calibrate(readings, SPREAD, learn=False).offsets()
    count = {kind: len(found.of(kind).key) for kind in Effect}
    assert count == {
        Effect.MODEL: 1, Effect.DISTANCE: 1, Effect.CLUTTER_HEIGHT: 1,
        Effect.CLUTTER: 2, Effect.OPERATOR: 3, Effect.SITE: 4, Effect.DEVICE: 3,
    }  # fmt: skip
    assert (found.of(Effect.SITE).frequency_mhz == 900).all()
