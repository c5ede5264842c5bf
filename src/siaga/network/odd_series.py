"""Series of readings that contradict all their neighbours: forged, or a broken phone.

Each series is foretold from the readings of others near it, as one vector with its
whole covariance: the phone's own offset and shadowing are allowed for, and what then
remains is chi-square. Source of the normal score: E. B. Wilson, M. M. Hilferty, "The
distribution of chi-square", PNAS 17 (1931) 684-688.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.residual_field import covariance, field_of

if TYPE_CHECKING:
    from siaga.network.readings import Ints
    from siaga.network.residual_fit import Fit

__all__ = ["SeriesScores", "series_scores"]

Floats = npt.NDArray[np.float64]

N_OWN_MAX = 64
"""Levels of a series that are looked at, evenly taken along it."""
N_NEAR = 8
"""Readings of others beside each of them."""


@dataclass(frozen=True, eq=False)
class SeriesScores:
    """How far each series is from what its neighbours say, shape (n_series,).

    About standard normal for honest series. NaN without levels, and where no reading of
    another series is within two lengths of the field: nobody can contradict it.
    """

    series: Ints
    n_levels: Ints
    scatter_sigmas: Floats
    """Above 4: the levels jump against the neighbours; below -4: too smooth."""
    offset_sigmas: Floats
    """Beyond 4 or -4: all lie higher or lower than any phone's offset explains."""

    def contradicts(self, sigmas: float = 4.0) -> npt.NDArray[np.bool_]:
        """Which are beyond this many standard deviations, shape (n_series,)."""
        worst = np.maximum(np.abs(self.scatter_sigmas), np.abs(self.offset_sigmas))
        return np.asarray(np.nan_to_num(worst) > sigmas)


def series_scores(fit: Fit, series: Ints) -> SeriesScores:
    """Scores of all series, sorted by their number.

    `series` has the shape of the evidence of the fit: use `Calibration.series_scores`,
    which takes it in the order of the readings.
    """
    found = np.unique(series)
    scores = [_score(fit, np.flatnonzero(series == one), series) for one in found]
    n, scatter, offset = (np.array(part) for part in zip(*scores, strict=True))
    return SeriesScores(found, n.astype(np.int64), scatter, offset)


def _score(fit: Fit, own: Ints, series: Ints) -> tuple[int, float, float]:
    own = own[fit.evidence.is_level[own]]
    n_levels = len(own)
    if n_levels > N_OWN_MAX:
        own = own[np.linspace(0, n_levels - 1, N_OWN_MAX).astype(np.int64)]
    others = np.flatnonzero(series != series[own[0]]) if n_levels else own
    near = _near(fit, own, others)
    if not len(near):
        return n_levels, np.nan, np.nan
    error, doubt = _foretold(fit, own, near)
    whole = np.linalg.solve(doubt, np.column_stack([error, np.ones(len(own))]))
    square = float(error @ whole[:, 0]) / len(own)
    spread = 2 / (9 * len(own))
    scatter = (np.cbrt(square) - (1 - spread)) / np.sqrt(spread)
    offset = float(whole[:, 0].sum()) / np.sqrt(float(whole[:, 1].sum()))
    return n_levels, float(scatter), float(offset)


def _near(fit: Fit, own: Ints, others: Ints) -> Ints:
    """Readings of others beside this series; none if all are too far to matter."""
    from scipy.spatial import cKDTree

    if not len(own) or not len(others):
        return others[:0]
    xy = fit.evidence.at.xy_m
    tree, reach = cKDTree(xy[others]), 2 * fit.spread.length_m
    k = np.arange(1, min(N_NEAR, len(others)) + 1)
    apart, at = tree.query(xy[own], k=k, distance_upper_bound=reach)
    return np.asarray(others[np.unique(at[np.isfinite(apart)])])


def _foretold(fit: Fit, own: Ints, near: Ints) -> tuple[Floats, Floats]:
    """Levels minus what the neighbours say (m,), and the covariance of that (m, m)."""
    rows = np.concatenate([own, near])
    m = len(own)
    field = field_of(fit.evidence.at.take(rows), fit.spread)
    design = fit.design[rows]
    design = design[:, np.unique(design.indices)].toarray()
    prior = fit.effects.variance(fit.spread)[np.unique(fit.design[rows].indices)]
    whole = covariance(field, fit.spread) + (design * prior) @ design.T
    noise = fit.stand_in.variance[rows].copy()
    noise[:m] = fit.evidence.noise(fit.spread)[own]
    whole[np.diag_indices(len(rows))] += noise
    weight = np.linalg.solve(whole[m:, m:], whole[m:, :m])
    error = fit.evidence.level_db[own] - weight.T @ fit.stand_in.value_db[near]
    return error, whole[:m, :m] - whole[:m, m:] @ weight
