"""Probability of service: several cells, doubts that they share and doubts of each.

The median level of a cell is uncertain by the model, the terrain, the point of the
mast and the place of the phone. Part of that is common to all cells that a station
hears (the hill beside it, the roof above it): without it, three weak cells would look
like a sure one. One common factor carries it, as in the shadowing of 3GPP TR 36.814
(correlation 0.5 between sites); given the factor, cells are independent, and the
integral over it is a Gauss-Hermite sum.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

__all__ = ["SITE_CORRELATION", "service_probability"]

Floats = npt.NDArray[np.float64]

SITE_CORRELATION = 0.5
"""Share of the variance that the cells of a station have in common."""
N_NODES = 13
"""Of the quadrature: error below 1e-4 for spreads from 3 to 20 dB."""


def service_probability(
    margin_db: Floats,
    sigma_db: Floats,
    works: Floats | float = 1.0,
    correlation: float = SITE_CORRELATION,
) -> Floats:
    """Probability that at least one cell serves, shape (n,).

    `margin_db` and `sigma_db` have shape (n, n_cells): margin of the median over what
    is needed, and its standard deviation, above 0. NaN = no such cell. `works` is the
    probability, of each cell, that it is on the air at all. `correlation` lies in
    [0, 1).
    """
    known = np.isfinite(margin_db) & np.isfinite(sigma_db)
    ratio = np.where(known, margin_db / np.where(known, sigma_db, 1.0), -np.inf)
    nodes, weights = _nodes()
    own, shared = np.sqrt(1 - correlation), np.sqrt(correlation)
    missed = np.zeros(len(margin_db))
    for node, weight in zip(nodes, weights, strict=True):
        heard = ndtr((ratio + shared * node) / own)
        none = np.prod(1 - works * heard, axis=1)
        missed += weight * none
    return np.clip(1 - missed, 0.0, 1.0)


@cache
def _nodes() -> tuple[Floats, Floats]:
    """Nodes and weights of the standard normal distribution."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(N_NODES)
    return nodes, weights / weights.sum()
