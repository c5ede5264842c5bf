"""Kernels of the field: covariances, and kriging of one point after the other.

Compiled because each point has a small system of its own: 64 by 64 fits the cache, and
nothing of it is ever written out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siaga.network.kernel import kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

__all__ = ["covariance_rows", "krige_rows"]


@kernel
def _covariance(
    xy: Floats, operator: Ints, sigma: Floats, i: int, x: float, y: float, of: int,
    sigma_db: float, length_m: float, other: float,
) -> float:  # fmt: skip
    """Covariance of reading `i` with a point of operator `of`."""
    east, north = xy[i, 0] - x, xy[i, 1] - y
    c = np.exp(-np.sqrt(east * east + north * north) / length_m) * sigma[i] * sigma_db
    return float(c if operator[i] == of else c * other)


@kernel
def covariance_rows(
    xy: Floats, operator: Ints, sigma: Floats, length_m: float, other: float,
    out: Floats,
) -> None:  # fmt: skip
    """Fill `out` (n, n) with the covariances of a field; `other` between operators."""
    for i in range(len(sigma)):
        for j in range(i + 1):
            c = _covariance(
                xy, operator, sigma, i, xy[j, 0], xy[j, 1], operator[j], sigma[j],
                length_m, other,
            )  # fmt: skip
            out[i, j] = c
            out[j, i] = c


@kernel
def _upper(a: Floats) -> None:
    """Cholesky factor in place, a = U' U; by rows, so that the inner loop is wide."""
    n = len(a)
    for j in range(n):
        pivot = 1.0 / np.sqrt(a[j, j])
        for m in range(j, n):
            a[j, m] *= pivot
        for i in range(j + 1, n):
            factor = a[j, i]
            for m in range(i, n):
                a[i, m] -= factor * a[j, m]


@kernel
def _solve(a: Floats, b: Floats) -> float:
    """Solve U' U x = b in place; gives b' x."""
    n = len(a)
    square = 0.0
    for i in range(n):
        b[i] /= a[i, i]
        square += b[i] * b[i]
        for m in range(i + 1, n):
            b[m] -= a[i, m] * b[i]
    for i in range(n - 1, -1, -1):
        for m in range(i + 1, n):
            b[i] -= a[i, m] * b[m]
        b[i] /= a[i, i]
    return square


@kernel
def krige_rows(
    points: Floats, of: Ints, near: Ints, xy: Floats, operator: Ints, sigma: Floats,
    noise: Floats, length_m: float, other: float, weight: Floats, variance: Floats,
) -> None:  # fmt: skip
    """Weights (n, k) and variance (n,) of points (n, 3): x, y and sigma.

    `near` (n, k) names the readings of each point; all else is as in `residual_field`.
    """
    n, k = near.shape
    a = np.empty((k, k))
    for p in range(n):
        for i in range(k):
            r = near[p, i]
            for j in range(i, k):
                a[i, j] = _covariance(
                    xy, operator, sigma, near[p, j], xy[r, 0], xy[r, 1], operator[r],
                    sigma[r], length_m, other,
                )  # fmt: skip
            a[i, i] += noise[r]
            weight[p, i] = _covariance(
                xy, operator, sigma, r, points[p, 0], points[p, 1], of[p],
                points[p, 2], length_m, other,
            )  # fmt: skip
        _upper(a)
        told = _solve(a, weight[p])
        variance[p] = max(points[p, 2] ** 2 - told, 0.0)
