"""Many nights that could be: which stations are dark, and by how much.

What is uncertain is drawn once for all plans: the common error of a district and a
village (model, land), that of a place, that of each operator's mast there, and masts
that fail. Where nothing is known of the masts, the prior of the place says how often a
station is dark; no operator's help can be counted on there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from siaga.network.service import SITE_CORRELATION

if TYPE_CHECKING:
    from siaga.network.coverage import Coverage

__all__ = ["Nights", "PlaceGroups", "draw_nights"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

DISTRICT_SHARE, VILLAGE_SHARE = 0.3, 0.3
"""Shares of the common variance that a district and a village have in common: the
model errs alike over one kind of land. A guess; with 0 a plan looks too sure."""
LEAST_PROBABILITY = 1e-9


@dataclass(frozen=True, eq=False)
class PlaceGroups:
    """Which places err together, shape (n,): any numbers, equal in one group."""

    village: Rows
    district: Rows


@dataclass(frozen=True, eq=False)
class Nights:
    """Scenarios, all equally likely, of n stations."""

    lacking_db: npt.NDArray[np.float32]
    """What the best operator lacks to get a result through, shape (n, n_scenarios):
    0 = it gets through, inf = more power would not help."""
    best_site: npt.NDArray[np.int32]
    """Site of the strongest operator, -1 = none listed; shape (n,)."""

    @property
    def dark(self) -> npt.NDArray[np.bool_]:
        """Whether nothing gets through, shape (n, n_scenarios)."""
        return np.asarray(self.lacking_db > 0)


def draw_nights(
    coverage: Coverage,
    rows: Rows,
    prior: Floats,
    groups: PlaceGroups,
    *,
    n_scenarios: int,
    site_failure: float,
    rng: np.random.Generator,
) -> Nights:
    """Nights of the stations `rows`; where `prior` is not NaN it alone says how dark.

    `prior` and `groups` belong to `rows`. `site_failure` is the probability that a mast
    is off on the night, all its operators with it.
    """
    n = rows.size
    common = _common(groups, n, n_scenarios, rng)
    lacking = np.full((n, n_scenarios), np.inf)
    failed = _failed_sites(coverage, rows, n_scenarios, site_failure, rng)
    shared, own = np.sqrt(SITE_CORRELATION), np.sqrt(1 - SITE_CORRELATION)
    for at in range(len(coverage.operators)):
        z = shared * common + own * rng.standard_normal((n, n_scenarios))
        site = coverage.site_row[rows, at]
        dark = 1.0 - coverage.outdoor[rows, at]
        lack = coverage.sigma_db[rows, at][:, None] * (_quantile(dark)[:, None] - z)
        on_air = (site >= 0)[:, None] & ~failed[site]
        lacking = np.minimum(lacking, np.where(on_air, np.maximum(lack, 0), np.inf))
    guessed = np.isfinite(prior)
    z = common[guessed]
    lacking[guessed] = np.where(z < _quantile(prior[guessed])[:, None], np.inf, 0.0)
    best_site = np.where(guessed, -1, _best_site(coverage, rows)).astype(np.int32)
    return Nights(lacking.astype(np.float32), best_site)


def _best_site(coverage: Coverage, rows: Rows) -> npt.NDArray[np.int32]:
    """Site of the strongest operator of each station, -1 where none is listed."""
    site = coverage.site_row[rows]
    if not site.shape[1]:
        return np.full(rows.size, -1, np.int32)
    level = np.where(site >= 0, coverage.level_dbm[rows], -np.inf)
    strongest = np.argmax(level, axis=1)[:, None]
    return np.asarray(np.take_along_axis(site, strongest, axis=1)[:, 0], np.int32)


def _common(
    groups: PlaceGroups, n: int, n_scenarios: int, rng: np.random.Generator
) -> Floats:
    """Standard normal errors of each place, alike within a village and a district."""
    z = np.sqrt(1 - DISTRICT_SHARE - VILLAGE_SHARE) * rng.standard_normal(
        (n, n_scenarios)
    )
    for group, share in (
        (groups.district, DISTRICT_SHARE), (groups.village, VILLAGE_SHARE),
    ):  # fmt: skip
        found, index = np.unique(group, return_inverse=True)
        drawn = rng.standard_normal((len(found), n_scenarios))
        z += np.sqrt(share) * drawn[index.reshape(-1)]
    return np.asarray(z)


def _failed_sites(
    coverage: Coverage,
    rows: Rows,
    n_scenarios: int,
    probability: float,
    rng: np.random.Generator,
) -> npt.NDArray[np.bool_]:
    """Nights on which each site is off, shape (n_sites, n_scenarios)."""
    n_sites = 1 + int(coverage.site_row[rows].max(initial=0))
    return np.asarray(rng.random((n_sites, n_scenarios)) < probability)


def _quantile(probability: Floats) -> Floats:
    clipped = np.clip(probability, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    return np.asarray(ndtri(clipped))
