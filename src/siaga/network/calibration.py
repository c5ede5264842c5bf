"""The predicted field corrected by measurements, with its own doubt.

Residual = level minus prediction = offsets (model, distance, clutter, operator and
band, site and band) + a field that near points share + offset of the phone + fading.
`calibrate` learns all of it at once and answers at any point; where nothing was
measured the prediction stays as it is, with the spread that it states.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.level_evidence import evidence_of
from siaga.network.odd_series import SeriesScores, series_scores
from siaga.network.residual_fit import fit
from siaga.network.spread import LEARNED, Spread
from siaga.network.spread_learning import Learned, learn_spread

if TYPE_CHECKING:
    from siaga.network.readings import Ints, Points, Readings
    from siaga.network.residual_effects import Effect
    from siaga.network.residual_fit import Fit

__all__ = ["Calibration", "Level", "Offsets", "calibrate"]

Floats = npt.NDArray[np.float64]

ROUNDS = 2
"""Times that the spread is learned anew from better stand-ins."""
STEPS_WHILE_LEARNING = 6


@dataclass(frozen=True, eq=False)
class Level:
    """Median level of points with its doubt, shape (n,)."""

    mean_dbm: Floats
    sd_db: Floats

    def probability(self, needed_dbm: float) -> Floats:
        """Probability that the median reaches `needed_dbm`, shape (n,)."""
        from scipy.special import ndtr

        return np.asarray(ndtr((self.mean_dbm - needed_dbm) / self.sd_db))


@dataclass(frozen=True, eq=False)
class Offsets:
    """What was learned of each site, operator, phone and slope, shape (n_effects,)."""

    kind: npt.NDArray[np.uint8]
    """`Effect`."""
    key: Ints
    """Class, operator, site row or device; 0 for model and slopes."""
    frequency_mhz: Floats
    """Band of an operator's or site's offset, else 0."""
    offset_db: Floats
    sd_db: Floats

    def of(self, kind: Effect) -> Offsets:
        """Those of one kind."""
        rows = self.kind == kind
        return Offsets(
            self.kind[rows], self.key[rows], self.frequency_mhz[rows],
            self.offset_db[rows], self.sd_db[rows],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Calibration:
    """What the readings taught; without readings nothing."""

    learned: Learned
    fit: Fit | None
    """None: there was no reading."""
    order: Ints
    """Rows of the readings as they are sorted in the fit."""

    def at(self, points: Points) -> Level:
        """Calibrated level at points: mean, and a doubt that falls near readings."""
        if self.fit is None:
            return Level(points.predicted_dbm, points.predicted_sigma_db)
        mean, variance = self.fit.deviation(points)
        return Level(points.predicted_dbm + mean, np.sqrt(np.maximum(variance, 1e-12)))

    def offsets(self) -> Offsets:
        """Offsets in dB with their doubt, in the order of `Effect`."""
        if self.fit is None:
            none = np.zeros(0)
            return Offsets(none.astype(np.uint8), none.astype(int), none, none, none)
        effects = self.fit.effects
        return Offsets(
            effects.kind, effects.key[:, 0].astype(np.int64), effects.key[:, 1],
            self.fit.offset_db, np.sqrt(np.diag(self.fit.doubt)),
        )  # fmt: skip

    def series_scores(self, series: Ints) -> SeriesScores:
        """Scores of series that contradict their neighbours, sorted by number.

        `series` gives the number of the series of each reading, in the order in which
        the readings were given, shape (n_readings,).
        """
        if np.shape(series) != self.order.shape:
            raise ValueError(f"series: expected shape {self.order.shape}")
        if self.fit is None:
            found = np.unique(series)
            nothing = np.full(len(found), np.nan)
            return SeriesScores(found, np.zeros(len(found), int), nothing, nothing)
        mine = np.asarray(series)[self.order[self.fit.evidence.reading]]
        return series_scores(self.fit, mine)


def calibrate(
    readings: Readings, guess: Spread | None = None, *, learn: bool = True
) -> Calibration:
    """Calibration by readings, the same bits in whatever order they come.

    `guess` is the spread to start from, and the one to use if `learn` is False.
    """
    guess = guess or Spread()
    order = readings.canonical_order()
    evidence = evidence_of(readings.take(order))
    known = Learned(guess, dict(LEARNED) if learn else {})
    if not len(evidence):
        return Calibration(known, None, order)
    if not learn:
        return Calibration(known, fit(evidence, guess), order)
    stand_in = None
    for _ in range(ROUNDS):
        now = fit(evidence, known.spread, stand_in, STEPS_WHILE_LEARNING)
        known = learn_spread(now, guess, known.spread)
        stand_in = now.stand_in
    return Calibration(known, fit(evidence, known.spread, stand_in), order)
