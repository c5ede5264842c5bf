"""A short way over a few points: nearest neighbour, then 2-opt.

An open way: it need not come back. Source: G. A. Croes, "A method for solving
traveling-salesman problems", Operations Research 6 (1958) 791-812.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["walking_order"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SHORTER_M = 1e-6
"""A turn that saves less is rounding."""


def walking_order(
    xy_m: Floats, start: tuple[float, float] | None = None
) -> npt.NDArray[np.int64]:
    """Order in which to visit points of shape (n, 2), from `start` if it is given.

    >>> walking_order(np.array([[0.0, 0], [9, 0], [1, 0], [5, 0]]), (10.0, 0)).tolist()
    [1, 3, 2, 0]
    >>> walking_order(np.zeros((0, 2))).tolist()
    []
    """
    n = len(xy_m)
    origin = xy_m[:1] if start is None else np.array([start])
    points = np.concatenate([origin, xy_m])
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    if start is None:
        apart[0], apart[:, 0] = 0.0, 0.0  # the way may begin at any of them
    return _improved(_nearest_next(apart), apart)[1:] - 1 if n else np.zeros(0, int)


def _nearest_next(apart: Floats) -> Ints:
    n = len(apart)
    order, free = [0], np.ones(n, np.bool_)
    free[0] = False
    while len(order) < n:
        order.append(int(np.argmin(np.where(free, apart[order[-1]], np.inf))))
        free[order[-1]] = False
    return np.array(order)


def _improved(order: Ints, apart: Floats) -> Ints:
    """The way with parts turned around as long as that makes it shorter."""
    n = len(order)
    turned = True
    while turned:
        turned = False
        for i in range(1, n - 1):
            for j in range(i + 1, n):
                a, b, c = order[i - 1], order[i], order[j]
                saved = apart[a, b] - apart[a, c]
                if j + 1 < n:
                    d = order[j + 1]
                    saved += apart[c, d] - apart[b, d]
                if saved > SHORTER_M:
                    order[i : j + 1] = order[i : j + 1][::-1].copy()
                    turned = True
    return order
