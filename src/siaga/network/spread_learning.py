"""The spread that the readings themselves speak for, with its doubt.

Maximum of the marginal likelihood of the stand-ins times log-normal priors around the
guesses, so that few readings leave the guess as it was. Source: C. E. Rasmussen, C. K.
I. Williams, "Gaussian Processes for Machine Learning", MIT Press 2006, section 5.4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.level_evidence import StandIn
from siaga.network.residual_effects import effects_of
from siaga.network.residual_field import field_of, near_blocks
from siaga.network.residual_fit import normal_equations
from siaga.network.spread import LEARNED

if TYPE_CHECKING:
    from collections.abc import Callable

    from siaga.network.residual_fit import Fit
    from siaga.network.spread import Spread

__all__ = ["Learned", "learn_spread"]

Floats = npt.NDArray[np.float64]

BLOCK = 160
N_BLOCKS_MAX = 6
"""Blocks of near readings that are looked at, evenly taken over the province."""
STEPS = 20
STILL = 1e-5
"""Relative fall of the cost below which the search ends: hundredths of a nat."""
HESSIAN_STEP = 0.15
BOUND = 2.5
"""Standard deviations of the prior within which is searched."""


@dataclass(frozen=True)
class Learned:
    """The spread with what is known of it."""

    spread: Spread
    doubt: dict[str, float]
    """Standard deviation of the logarithm of each learned value: 0.2 = within 20 %."""


def learn_spread(fit: Fit, guess: Spread, start: Spread | None = None) -> Learned:
    """Spread that makes the observations of `fit` likeliest, drawn to the guess.

    The search begins at `start`, or at the guess.
    """
    names = tuple(LEARNED)
    sigma = np.array(list(LEARNED.values()))
    cost = _cost(fit, guess, sigma)
    first = [np.log(getattr(start or guess, n) / getattr(guess, n)) for n in names]
    at = _lowest(cost, np.array(first), BOUND * sigma)
    curve = _hessian(cost, at)
    spread = _moved(guess, at)
    doubt = np.sqrt(np.diag(np.linalg.inv(curve)))
    return Learned(spread, dict(zip(names, map(float, doubt), strict=True)))


def _moved(guess: Spread, log_ratio: Floats) -> Spread:
    ratio = dict(zip(LEARNED, np.exp(log_ratio), strict=True))
    return replace(guess, **{n: getattr(guess, n) * float(r) for n, r in ratio.items()})


def _cost(fit: Fit, guess: Spread, sigma: Floats) -> Callable[[Floats], float]:
    """Minus logarithm of likelihood and prior, of the logarithms of the ratios."""
    blocks = list(near_blocks(fit.evidence.at.xy_m, BLOCK))
    step = max(1, -(-len(blocks) // N_BLOCKS_MAX))
    rows = np.sort(np.concatenate(blocks[::step]))
    evidence = fit.evidence.take(rows)
    value, variance = (part[rows] for part in fit.stand_in)
    effects = effects_of(evidence.at, evidence.device)
    design, _ = effects.design(evidence.at, evidence.device)
    raised = variance / evidence.noise(fit.spread)

    def cost(log_ratio: Floats) -> float:
        spread = _moved(guess, log_ratio)
        noise = np.where(evidence.is_level, evidence.noise(spread) * raised, variance)
        prior = effects.variance(spread)
        field = field_of(evidence.at, spread)
        normal = normal_equations(
            field, design, prior, StandIn(value, noise), spread, block=BLOCK
        )
        lower = np.linalg.cholesky(normal.matrix)
        whole = normal.square - normal.pull @ np.linalg.solve(
            normal.matrix, normal.pull
        )
        whole += normal.log_det + 2 * np.log(np.diag(lower)).sum()
        whole += np.log(prior).sum() + ((log_ratio / sigma) ** 2).sum()
        return 0.5 * float(whole)

    return cost


def _lowest(cost: Callable[[Floats], float], start: Floats, bound: Floats) -> Floats:
    from scipy.optimize import minimize

    found = minimize(
        cost, start, method="L-BFGS-B", bounds=list(zip(-bound, bound, strict=True)),
        options={"maxiter": STEPS, "eps": 1e-4, "ftol": STILL},
    )  # fmt: skip
    return np.asarray(found.x)


def _hessian(cost: Callable[[Floats], float], at: Floats) -> Floats:
    """Second differences; bent up where the surface is flat or falls."""
    n, step = len(at), HESSIAN_STEP
    unit = np.eye(n) * step
    middle = cost(at)
    plus = [cost(at + unit[i]) for i in range(n)]
    minus = [cost(at - unit[i]) for i in range(n)]
    curve = np.empty((n, n))
    for i in range(n):
        curve[i, i] = (plus[i] - 2 * middle + minus[i]) / step**2
        for j in range(i):
            both = cost(at + unit[i] + unit[j])
            curve[i, j] = (both - plus[i] - plus[j] + middle) / step**2
            curve[j, i] = curve[i, j]
    values, vectors = np.linalg.eigh(curve)
    return np.asarray((vectors * np.maximum(values, 1.0)) @ vectors.T)
