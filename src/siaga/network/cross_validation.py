"""How well the calibrated field foretells readings that it was not shown.

Readings are left out by whole groups (a site, a district), since a neighbour that stays
tells too much. The spread is that of all readings: a handful of numbers, which no group
decides. Bias and error are those of levels; the Brier score counts no service too.
Source: G. W. Brier, "Verification of forecasts expressed in terms of probability",
Monthly Weather Review 78 (1950) 1-3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.level_evidence import evidence_of
from siaga.network.residual_fit import fit

if TYPE_CHECKING:
    from siaga.network.calibration import Calibration
    from siaga.network.level_evidence import Evidence
    from siaga.network.readings import Ints, Readings
    from siaga.network.spread import Spread

__all__ = ["CrossValidation", "Score", "cross_validate"]

Floats = npt.NDArray[np.float64]

N_FOLDS_MAX = 20
N_BINS = 10
STEPS = 8


@dataclass(frozen=True, eq=False)
class Score:
    """Error of a forecast of readings; NaN where there is nothing to score."""

    n_levels: int
    bias_db: float
    """Mean of forecast minus level: positive = too strong."""
    rmse_db: float
    n_events: int
    """Levels and no-service readings."""
    brier: float
    bin_count: Ints
    """Events whose forecast probability fell into each of ten equal bins, (10,)."""
    bin_forecast: Floats
    """Mean probability in the bin, NaN where empty."""
    bin_observed: Floats
    """Share that reached the needed level."""


@dataclass(frozen=True)
class CrossValidation:
    """The same readings foretold by the prediction and by the calibration."""

    before: Score
    after: Score
    n_folds: int


def cross_validate(
    readings: Readings,
    group: Ints,
    calibration: Calibration,
    needed_dbm: float,
    *,
    n_folds_max: int = N_FOLDS_MAX,
) -> CrossValidation:
    """Score before and after, each group of readings (shape (n,)) left out once.

    More groups than `n_folds_max` are left out several at a time. With fewer than two
    groups nothing can be left out and `after` is empty. The same bits in whatever order
    the readings come.
    """
    group = np.asarray(group)
    if group.shape != (len(readings),):
        raise ValueError(f"group: expected shape ({len(readings)},)")
    order = readings.canonical_order()
    readings, group = readings.take(order), group[order]
    fold = np.unique(group, return_inverse=True)[1] % n_folds_max
    n_folds = len(np.unique(fold))
    spread = calibration.learned.spread
    folds = [fold == one for one in range(n_folds)] if n_folds > 1 else []
    parts = [_left_out(readings, out, spread) for out in folds]
    tests = [evidence_of(readings.take(out)) for out in folds]
    mean, variance = (
        np.concatenate([np.zeros(0), *(part[i] for part in parts)]) for i in (0, 1)
    )
    before = _before(evidence_of(readings), spread, needed_dbm)
    after = _score(*_joined(tests), mean, variance, needed_dbm=needed_dbm)
    return CrossValidation(before, after, n_folds)


def _left_out(
    readings: Readings, out: npt.NDArray[np.bool_], spread: Spread
) -> tuple[Floats, Floats]:
    """Mean and variance of what the readings left out read, given the others."""
    test = evidence_of(readings.take(out))
    train = evidence_of(readings.take(~out))
    if not len(train):
        return np.zeros(len(test)), _stated(test, spread)
    mean, variance = fit(train, spread, n_steps=STEPS).deviation(test.at, test.device)
    return mean, variance + test.noise(spread)


def _stated(test: Evidence, spread: Spread) -> Floats:
    """Variance of a reading by the stated spread, an unknown phone and fading."""
    phone = spread.device_db**2 + spread.nugget_db**2
    return np.asarray(test.at.predicted_sigma_db**2 + phone)


def _joined(tests: list[Evidence]) -> tuple[Floats, Floats, Floats]:
    """Prediction, level and whether it is no service, of levels and no service."""
    none = np.zeros(0)
    columns = [(t.at.predicted_dbm, t.level_db, t.high_db, t.extra) for t in tests]
    predicted, level, high, extra = (
        np.concatenate([none, *(c[i] for c in columns)]) for i in range(4)
    )
    return predicted, level, np.where(extra > 0, np.nan, high)


def _before(test: Evidence, spread: Spread, needed_dbm: float) -> Score:
    mean, variance = np.zeros(len(test)), _stated(test, spread)
    return _score(*_joined([test]), mean, variance, needed_dbm=needed_dbm)


def _score(
    predicted: Floats,
    level: Floats,
    high: Floats,
    mean: Floats,
    variance: Floats,
    *,
    needed_dbm: float,
) -> Score:
    from scipy.special import ndtr

    is_level = ~np.isnan(level)
    error = (mean - level)[is_level]
    n = len(error)
    dark = ~is_level & (high + predicted <= needed_dbm)
    event = is_level | dark
    reached = np.where(is_level, level + predicted >= needed_dbm, False)[event]
    sure = ndtr((predicted + mean - needed_dbm) / np.sqrt(variance))[event]
    brier = float(np.mean((sure - reached) ** 2)) if len(sure) else np.nan
    which = np.minimum((sure * N_BINS).astype(np.int64), N_BINS - 1)
    count = np.bincount(which, minlength=N_BINS)
    some = np.where(count > 0, count, 1)
    forecast, observed = (
        np.where(count > 0, np.bincount(which, values, N_BINS) / some, np.nan)
        for values in (sure, reached.astype(float))
    )
    bias = float(error.mean()) if n else np.nan
    rmse = float(np.sqrt(np.mean(error**2))) if n else np.nan
    return Score(n, bias, rmse, len(sure), brier, count, forecast, observed)
