"""Offsets and field together, from stand-ins of the readings.

The offsets are estimated by generalised least squares over blocks of near readings
(one block is exact; between blocks the field is taken as independent, which it is
beyond a kilometre or two), the field by kriging what they leave, and the doubt of the
offsets is carried into every point. Source: N. Cressie, "Statistics for Spatial Data",
Wiley 1993, section 3.4 (universal kriging; here with random effects).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from siaga.house.problems import BadInput
from siaga.network.residual_effects import effects_of, unknown_variance
from siaga.network.residual_field import (
    BLOCK,
    N_NEIGHBOURS,
    covariance,
    field_of,
    krige,
    near_blocks,
)

if TYPE_CHECKING:
    from siaga.network.level_evidence import Evidence, StandIn
    from siaga.network.readings import Ints, Points
    from siaga.network.residual_effects import Effects
    from siaga.network.residual_field import Field
    from siaga.network.spread import Spread

__all__ = ["Fit", "Normal", "fit"]

Floats = npt.NDArray[np.float64]

STEPS = 25
"""Most steps of the stand-ins."""
STILL_DB = 0.02
"""They are done when no mean moves by more."""
N_EFFECTS_MAX = 6_000
"""Offsets are solved dense: 288 MB."""


class Normal(NamedTuple):
    """Normal equations of the offsets, whitened over blocks."""

    matrix: Floats
    """Precision, the prior's included, shape (p, p)."""
    pull: Floats
    """Shape (p,)."""
    square: float
    """Whitened values squared."""
    log_det: float
    """Of the covariance of the readings given the offsets."""


@dataclass(frozen=True, eq=False)
class Fit:
    """What the readings say, ready to be asked at any point."""

    evidence: Evidence
    stand_in: StandIn
    spread: Spread
    effects: Effects
    design: Any
    """Sparse, shape (n, p)."""
    offset_db: Floats
    """Of each effect, shape (p,)."""
    doubt: Floats
    """Its covariance, dB^2, shape (p, p)."""
    n_steps: int
    """That the stand-ins took; STEPS = not still yet."""

    def deviation(
        self,
        points: Points,
        device: Ints | None = None,
        n_neighbours: int = N_NEIGHBOURS,
    ) -> tuple[Floats, Floats]:
        """Mean (dB) and variance (dB^2) of true level minus prediction, (n,) both.

        Without `device` the level as a sound phone would read it, else as that phone.
        """
        design, unknown = self.effects.design(points, device)
        field = field_of(points, self.spread)
        mean, variance = self._ask(field, design, n_neighbours)
        return mean, variance + unknown_variance(unknown, self.spread)

    def offsets_at(self, points: Points) -> tuple[Floats, Floats]:
        """As `deviation`, where no reading is near: offsets alone, (n,) both."""
        design, unknown = self.effects.design(points, None)
        mean = np.asarray(design @ self.offset_db, np.float64)
        variance = field_of(points, self.spread).sigma_db ** 2
        variance = variance + _sparse_quadratic(design, self.doubt)
        return mean, variance + unknown_variance(unknown, self.spread)

    def _ask(
        self, field: Field, design: Any, n_neighbours: int = N_NEIGHBOURS
    ) -> tuple[Floats, Floats]:
        known = field_of(self.evidence.at, self.spread)
        left = self.stand_in.value_db - self.design @ self.offset_db
        mean, variance = np.empty(len(field)), np.empty(len(field))
        for rows in near_blocks(field.xy_m, BLOCK):
            near = krige(
                field.take(rows),
                known,
                self.stand_in.variance,
                self.spread,
                n_neighbours,
            )
            mine = design[rows]
            mean[rows] = mine @ self.offset_db + (near.weight * left[near.reading]).sum(
                axis=1
            )
            own = mine - _sparse(near.reading, near.weight, len(known)) @ self.design
            variance[rows] = near.variance + _quadratic(own, self.doubt)
        return mean, variance


def fit(
    evidence: Evidence,
    spread: Spread,
    stand_in: StandIn | None = None,
    n_steps: int = STEPS,
) -> Fit:
    """Fit of observations (at least one) under a given spread.

    Starts from `stand_in`, if given. Raises BadInput for more than N_EFFECTS_MAX
    sites, bands and phones: calibrate by regency then.
    """
    effects = effects_of(evidence.at, evidence.device)
    if len(effects) > N_EFFECTS_MAX:
        raise BadInput(
            "problem.network.effects", found=len(effects), most=N_EFFECTS_MAX
        )
    design, _ = effects.design(evidence.at, evidence.device)
    stand_in = evidence.first(spread) if stand_in is None else stand_in
    field = field_of(evidence.at, spread)
    before = np.full(len(evidence), np.inf)
    for step in range(1, n_steps + 1):
        normal = normal_equations(
            field, design, effects.variance(spread), stand_in, spread
        )
        doubt = np.asarray(np.linalg.inv(normal.matrix), np.float64)
        offset = doubt @ normal.pull
        now = Fit(evidence, stand_in, spread, effects, design, offset, doubt, step)
        mean, variance = now._ask(field, design)
        if np.abs(mean - before).max() < STILL_DB:
            break
        before = mean
        stand_in = evidence.improved(stand_in, mean, variance, spread)
    return now


def normal_equations(
    field: Field,
    design: Any,
    prior: Floats,
    stand_in: StandIn,
    spread: Spread,
    *,
    block: int = BLOCK,
) -> Normal:
    """Normal equations of the offsets; `prior` is their variance, dB^2, (p,)."""
    from scipy.linalg import solve_triangular

    matrix, pull = np.diag(1 / prior), np.zeros(len(prior))
    square = log_det = 0.0
    for rows in near_blocks(field.xy_m, block):
        here = field.take(rows)
        among = covariance(here, spread)
        among[np.diag_indices(len(rows))] += stand_in.variance[rows]
        lower = np.linalg.cholesky(among)
        mine = design[rows]
        active = np.unique(mine.indices)
        dense = mine[:, active].toarray()
        both = np.column_stack([dense, stand_in.value_db[rows]])
        white = solve_triangular(lower, both, lower=True, check_finite=False)
        columns, value = white[:, :-1], white[:, -1]
        matrix[np.ix_(active, active)] += columns.T @ columns
        pull[active] += columns.T @ value
        square += float(value @ value)
        log_det += 2 * float(np.log(np.diag(lower)).sum())
    return Normal(matrix, pull, square, log_det)


def _sparse(column: Ints, value: Floats, n_columns: int) -> Any:
    from scipy.sparse import csr_array

    n, k = column.shape
    start = np.arange(0, n * k + 1, k)
    return csr_array((value.ravel(), column.ravel(), start), shape=(n, n_columns))


def _quadratic(rows: Any, matrix: Floats) -> Floats:
    """r M r for each sparse row r."""
    active = np.unique(rows.indices)
    dense = rows[:, active].toarray()
    inner = dense @ matrix[np.ix_(active, active)]
    return np.asarray(np.maximum((inner * dense).sum(axis=1), 0.0))


def _sparse_quadratic(rows: Any, matrix: Floats) -> Floats:
    """r M r for each sparse row r of a handful of entries."""
    count = np.diff(rows.indptr)
    most = int(count.max(initial=0))
    column = np.zeros((rows.shape[0], most), np.int64)
    value = np.zeros((rows.shape[0], most))
    filled = np.arange(most) < count[:, None]
    column[filled], value[filled] = rows.indices, rows.data
    total = np.zeros(rows.shape[0])
    for one in range(most):
        for other in range(most):
            total += (
                value[:, one]
                * value[:, other]
                * matrix[column[:, one], column[:, other]]
            )
    return np.maximum(total, 0.0)
