"""The field of residuals: simple kriging from the nearest readings.

Covariance sigma_i sigma_j exp(-d/L), less between two operators. With 64 neighbours
PyKrige gave 470 points a second, scikit-learn 300 (both solve one point a call), a
batched numpy.linalg 2,900 to 4,900, and GSTools knows no neighbours; PyKrige has one
nugget for all, while a range of levels needs its own. So the solve is ours.
Source: N. Cressie, "Statistics for Spatial Data", Wiley 1993, section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from siaga.network.residual_effects import prior_variance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.network.readings import Ints, Points
    from siaga.network.spread import Spread

__all__ = ["Field", "Weights", "field_of", "krige", "near_blocks"]

Floats = npt.NDArray[np.float64]

N_NEIGHBOURS = 64
"""Readings that count for a point; those behind them are screened by these."""
FIELD_DB_MIN = 1.0
"""The field keeps this much where the stated spread is smaller than its parts."""
BLOCK = 512
"""Points and readings looked at together."""


@dataclass(frozen=True, eq=False)
class Field:
    """The field at some points: where, of whom, and its standard deviation, (n,)."""

    xy_m: Floats
    """Shape (n, 2)."""
    operator: Ints
    sigma_db: Floats

    def __len__(self) -> int:
        """Number of points."""
        return len(self.sigma_db)

    def take(self, rows: Ints) -> Field:
        """Those of these rows; an array of rows of any shape."""
        return Field(self.xy_m[rows], self.operator[rows], self.sigma_db[rows])


class Weights(NamedTuple):
    """What each point takes of which reading, and what stays in doubt."""

    reading: Ints
    """Rows of the readings, shape (n, k)."""
    weight: Floats
    """Shape (n, k)."""
    variance: Floats
    """Of the field, dB^2, shape (n,)."""


def field_of(points: Points, spread: Spread) -> Field:
    """Field at points: what the stated spread leaves once the effects had theirs."""
    rest = (spread.scale * points.predicted_sigma_db) ** 2
    rest -= prior_variance(points, spread)
    sigma = np.sqrt(np.maximum(rest, FIELD_DB_MIN**2))
    return Field(points.xy_m, points.operator, sigma)


def covariance(field: Field, spread: Spread) -> Floats:
    """Covariance of a field with itself, dB^2, shape (n, n)."""
    from siaga.network.kriging_kernel import covariance_rows

    out = np.empty((len(field), len(field)))
    known = (field.xy_m, field.operator, field.sigma_db)
    covariance_rows(*known, spread.length_m, spread.operator_correlation, out)
    return out


def krige(
    points: Field,
    readings: Field,
    noise: Floats,
    spread: Spread,
    n_neighbours: int = N_NEIGHBOURS,
) -> Weights:
    """Weights of the nearest readings at each point (simple kriging).

    `noise` is the variance of each reading, dB^2, above 0, shape (n_readings,). There
    must be a reading. k is the smaller of their number and `n_neighbours`.
    """
    from scipy.spatial import cKDTree

    from siaga.network.kriging_kernel import krige_rows

    k = np.arange(1, min(n_neighbours, len(readings)) + 1)
    near = cKDTree(readings.xy_m).query(points.xy_m, k=k)[1].astype(np.int64)
    weight, variance = np.empty(near.shape), np.empty(len(points))
    krige_rows(
        np.column_stack([points.xy_m, points.sigma_db]), points.operator, near,
        readings.xy_m, readings.operator, readings.sigma_db, noise,
        spread.length_m, spread.operator_correlation, weight, variance,
    )  # fmt: skip
    return Weights(near, weight, variance)


def near_blocks(xy_m: Floats, size: int) -> Iterator[Ints]:
    """Rows in blocks of near points, at most `size` each (halves of the longer side).

    The order of the blocks and in them depends on the points alone.
    """
    todo = [np.arange(len(xy_m))]
    while todo:
        rows = todo.pop()
        if len(rows) <= size:
            yield np.sort(rows)
            continue
        side = int(np.argmax(np.ptp(xy_m[rows], axis=0)))
        order = rows[np.argsort(xy_m[rows, side], kind="stable")]
        half = len(order) // 2
        todo += [order[half:], order[:half]]
