"""What each reading says of the level, as a normal distribution that stands for it.

A level is taken as it is, and with more noise where it lies far from what all others
say: normal in the middle, with the weights of Student's t in the tails. (Its weights in
the middle too would take half of the shadowing for noise.) A range (no service, bars,
sent or not) becomes the normal that leads to the same mean and variance beside all
other readings: expectation propagation, which is stable here because every such
likelihood is log-concave. Sources:
K. L. Lange, R. J. A. Little, J. M. G. Taylor, "Robust statistical modeling using the t
distribution", JASA 84 (1989) 881-896; T. P. Minka, "Expectation propagation for
approximate Bayesian inference", UAI 2001; J. Tobin, "Estimation of relationships for
limited dependent variables", Econometrica 26 (1958) 24-36.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from siaga.network.readings import NOT_KNOWN

if TYPE_CHECKING:
    from siaga.network.readings import Ints, Mask, Points, Readings
    from siaga.network.spread import Spread

__all__ = ["BARS_DBM", "Evidence", "StandIn", "evidence_of"]

Floats = npt.NDArray[np.float64]

BARS_DBM = (-np.inf, -115.0, -105.0, -95.0, -85.0, np.inf)
"""Bars 0 to 4 lie between these: defaults of Android (RSRP). 5 counts as 4."""
BARS_SIGMA_DB = 3.0
"""Makers set other limits than Android's."""
SENT_DBM = -110.0
"""At this level a photo goes out half of the time."""
SENT_SIGMA_DB = 5.0
"""-105 sends well, -115 may send: 84 % and 16 %."""
SAYS_NOTHING = 1e6
"""Variance in dB^2 of what says nothing."""
DAMPING = 0.8
"""Share of the new in each step, so that two outliers do not swap for ever."""


class StandIn(NamedTuple):
    """Normal distributions that stand for observations, shape (n,) both."""

    value_db: Floats
    variance: Floats


@dataclass(frozen=True, eq=False)
class Evidence:
    """Observations as deviations from the prediction in dB, shape (n,).

    A reading with bars and an answer is two observations.
    """

    at: Points
    device: Ints
    level_db: Floats
    """NaN where only a range is known."""
    low_db: Floats
    high_db: Floats
    """The range; infinite where it is open."""
    extra: Floats
    """Variance of the limits of the range, dB^2."""
    reading: Ints
    """Row of the reading that each comes from."""

    def __len__(self) -> int:
        """Number of observations."""
        return len(self.at)

    @property
    def is_level(self) -> Mask:
        """Whether the level itself is known."""
        return ~np.isnan(self.level_db)

    def noise(self, spread: Spread) -> Floats:
        """Variance of one observation, dB^2; an unknown phone may be any."""
        unknown = self.device == NOT_KNOWN
        return np.asarray(
            spread.nugget_db**2 + spread.device_db**2 * unknown + self.extra
        )

    def first(self, spread: Spread) -> StandIn:
        """Stand-ins before anything is known: ranges say nothing yet."""
        variance = np.where(self.is_level, self.noise(spread), SAYS_NOTHING)
        return StandIn(np.nan_to_num(self.level_db), variance)

    def take(self, rows: Ints | Mask) -> Evidence:
        """Those of these rows, in their order."""
        return Evidence(
            self.at.take(rows), self.device[rows], self.level_db[rows],
            self.low_db[rows], self.high_db[rows], self.extra[rows],
            self.reading[rows],
        )  # fmt: skip

    def improved(
        self, old: StandIn, mean_db: Floats, variance: Floats, spread: Spread
    ) -> StandIn:
        """Stand-ins once all of them together give this mean and variance."""
        others, doubt = _without_own(old, mean_db, variance)
        noise = self.noise(spread)
        total = doubt + noise
        value, var = _of_range(self.low_db, self.high_db, others, total, doubt)
        is_level = self.is_level
        odd = (np.nan_to_num(self.level_db) - others) ** 2 / total
        raised = noise + (_tail(odd, spread.odd_sigmas) - 1) * total
        value = np.where(is_level, self.level_db, value)
        var = np.where(is_level, raised, var)
        precision = DAMPING / var + (1 - DAMPING) / old.variance
        pull = DAMPING * value / var + (1 - DAMPING) * old.value_db / old.variance
        return StandIn(pull / precision, 1 / precision)


class _Part(NamedTuple):
    """Readings that say one kind of thing; the columns are of all readings, dBm."""

    which: Mask
    level: Floats
    low: Floats
    high: Floats
    extra: float = 0.0


def evidence_of(readings: Readings) -> Evidence:
    """Observations of readings, in the order levels, no service, bars, answers."""
    n = len(readings)
    none, minus, plus = (np.full(n, value) for value in (np.nan, -np.inf, np.inf))
    heard = np.isfinite(readings.level_dbm)
    dark = ~heard & readings.censored
    form = ~heard & ~dark
    bars, limits = np.minimum(readings.bars, len(BARS_DBM) - 2), np.array(BARS_DBM)
    went = readings.sent == 1
    low, high = np.where(went, SENT_DBM, -np.inf), np.where(went, np.inf, SENT_DBM)
    parts = (
        _Part(heard, readings.level_dbm, minus, plus),
        _Part(dark, none, minus, np.full(n, readings.censor_dbm)),
        _Part(
            form & (bars >= 0), none, limits[bars], limits[bars + 1], BARS_SIGMA_DB**2
        ),
        _Part(form & (readings.sent >= 0), none, low, high, SENT_SIGMA_DB**2),
    )
    rows = np.concatenate([np.flatnonzero(part.which) for part in parts])
    at = readings.at.take(rows)
    level, low, high = (
        np.concatenate([column[part.which] for part, column in columns])
        - at.predicted_dbm
        for columns in (
            [(part, part.level) for part in parts],
            [(part, part.low) for part in parts],
            [(part, part.high) for part in parts],
        )
    )
    extra = np.repeat([p.extra for p in parts], [int(p.which.sum()) for p in parts])
    return Evidence(at, readings.device[rows], level, low, high, extra, rows)


def _without_own(
    own: StandIn, mean_db: Floats, variance: Floats
) -> tuple[Floats, Floats]:
    """What all the other observations say: the stand-in divided out."""
    precision = 1 / np.maximum(variance, 1e-9) - 1 / own.variance
    # Kriging from the nearest is not exact: a remainder of others must stay.
    precision = np.maximum(precision, 1e-3 / own.variance)
    pull = mean_db / np.maximum(variance, 1e-9) - own.value_db / own.variance
    return pull / precision, 1 / precision


def _tail(odd: Floats, limit: float) -> Floats:
    """Factor on the variance of one that lies sqrt(`odd`) sigmas off."""
    return np.maximum(1.0, odd / limit**2)


def _of_range(
    low: Floats, high: Floats, mean: Floats, total: Floats, doubt: Floats
) -> tuple[Floats, Floats]:
    """Normal that has the moments of N(mean, doubt) seen in a range, with noise."""
    sigma = np.sqrt(total)
    shift, shrink = _truncated((low - mean) / sigma, (high - mean) / sigma)
    slope, bend = shift / sigma, (1 - shrink) / total
    bend = np.maximum(bend, 1e-12)
    variance = np.clip(1 / bend - doubt, total - doubt, SAYS_NOTHING)
    return mean + slope / bend, variance


def _truncated(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of the standard normal between two limits."""
    from scipy.special import log_ndtr

    flipped = low > 0  # the left tail keeps its digits
    a, b = np.where(flipped, -high, low), np.where(flipped, -low, high)
    log_a, log_b = log_ndtr(a), log_ndtr(b)
    log_share = log_b + np.log1p(-np.exp(np.minimum(log_a - log_b, -1e-12)))
    at_a, at_b = (
        np.exp(-0.5 * end * end - 0.5 * np.log(2 * np.pi) - log_share) for end in (a, b)
    )
    mean = at_a - at_b
    a, b = np.where(np.isfinite(a), a, 0.0), np.where(np.isfinite(b), b, 0.0)
    variance = np.clip(1 + a * at_a - b * at_b - mean * mean, 1e-6, 1.0)
    return np.where(flipped, -mean, mean), variance
