"""How likely a station is dark where nothing is known of the masts around it.

An agency that says "360 of these stations are dark" without a list says how many, not
which. The claim stays a claim and is put on no station. But to decide where to measure
first one needs an order, and the order needs a probability: remote, sparsely peopled,
hilly places are dark more often. So a station gets a prior: a logistic score of what is
known of its place, shifted so that the priors of an area add up to what was said of the
area. It ranks the list of measurements and weighs the plan; it never makes a verdict.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["darkness_prior", "remoteness"]

Floats = npt.NDArray[np.float64]

DENSITY_SLOPE = -0.8
RELIEF_SLOPE = 0.6
DISTANCE_SLOPE = 0.5
"""Of the logit, per natural logarithm. Guesses in the direction that all field reports
agree on; to be fitted once a list of dark stations is at hand."""
RELIEF_UNIT_M = 50.0
LOGIT_MAX = 40.0


def remoteness(voters_per_km2: Floats, relief_m: Floats, site_km: Floats) -> Floats:
    """Score of each station, shape (n,): the higher, the likelier it is dark.

    `relief_m` is the spread of the elevation around it, `site_km` the distance to the
    nearest known mast. What is not known counts as the median of the others.
    """
    return np.asarray(
        DENSITY_SLOPE * np.log(np.maximum(_filled(voters_per_km2), 1.0))
        + RELIEF_SLOPE * np.log1p(np.maximum(_filled(relief_m), 0) / RELIEF_UNIT_M)
        + DISTANCE_SLOPE * np.log1p(np.maximum(_filled(site_km), 0))
    )


def _filled(values: Floats) -> Floats:
    known = np.isfinite(values)
    middle = float(np.median(values[known])) if known.any() else 0.0
    return np.where(known, values, middle)


def darkness_prior(
    score: Floats, group: npt.NDArray[np.int64], expected: Floats
) -> Floats:
    """Probability of being dark, shape (n,), adding up to `expected` in each group.

    `group` is the index of each station in `expected`, the number of dark stations said
    of each group; it is cut to between 0 and the number of its stations.
    """
    prior = np.zeros(len(score))
    for at in range(len(expected)):
        rows = np.flatnonzero(group == at)
        if rows.size:
            prior[rows] = _shifted(score[rows], float(expected[at]))
    return prior


def _shifted(score: Floats, expected: float) -> Floats:
    """Logistic of the score, shifted until it adds up to `expected`."""
    if expected <= 0:
        return np.zeros_like(score)
    if expected >= score.size:
        return np.ones_like(score)
    low, high = -LOGIT_MAX - float(score.max()), LOGIT_MAX - float(score.min())
    for _ in range(80):  # halves the interval below the last bit of a float
        middle = (low + high) / 2
        if float(_logistic(score + middle).sum()) < expected:
            low = middle
        else:
            high = middle
    return _logistic(score + (low + high) / 2)


def _logistic(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -LOGIT_MAX, LOGIT_MAX))))
