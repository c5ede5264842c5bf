"""Where to measure next: the stations whose reading would change most decisions.

A station is decided by whether its level reaches what is needed. With margin m and
doubt s the chance of service is p = F(m/s), and w p(1 - p) is what its weight w loses
to not knowing. A reading that takes away the share r of the variance leaves on average
E[p'(1 - p')] = 2 T(m/s, sqrt((1 - r)/(1 + r))), T being Owen's function: no sampling.
It also tells of its neighbours, by the correlation of the field, so points are taken
one by one, each with what the ones before it leave. Sources: D. B. Owen, "Tables for
computing bivariate normal probabilities", Ann. Math. Statist. 27 (1956) 1075-1090;
A. Krause, A. Singh, C. Guestrin, "Near-optimal sensor placements in Gaussian
processes", JMLR 9 (2008) 235-284 (greedy choice).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.good_point import Speeds
from siaga.network.walking_order import walking_order

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Candidates", "Survey", "WalkingList", "measure_next"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

N_CANDIDATES_MAX = 1_200
"""Of a district; of more, those with most to lose are looked at."""
SHARE_MIN = 0.02
"""A reading that takes away less of a station's variance tells it nothing."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Stations that could be measured at, shape (n,).

    One whose place, margin or doubt is NaN is left out. Raises ValueError for a wrong
    length, a weight below 0 or a doubt that is not above 0.
    """

    x_m: Floats
    y_m: Floats
    district: Ints
    """Number of the district."""
    weight: Floats
    """What depends on it: voters, or 1."""
    margin_db: Floats
    """Mean level over what is needed."""
    sd_db: Floats
    """Its doubt."""

    def __post_init__(self) -> None:
        """Check the columns."""
        for f in fields(self):
            if np.shape(getattr(self, f.name)) != np.shape(self.x_m):
                raise ValueError(f"{f.name}: not of the shape of x_m")
        if (self.weight < 0).any() or (self.sd_db <= 0).any():
            raise ValueError("weight below 0 or sd_db not above 0")


@dataclass(frozen=True)
class Survey:
    """How one measures and moves."""

    n_each: int = 10
    """Most points of a district."""
    length_m: float = 400.0
    """Reach of the field (`Spread.length_m`)."""
    noise_db: float = 5.4
    """Of one reading: a phone's offset of 4.5 dB and fading of 3 dB."""
    gain_min: float = 1e-6
    """A point that gains less is not worth the way, in units of the weight."""
    speeds: Speeds = field(default_factory=Speeds)


@dataclass(frozen=True, eq=False)
class WalkingList:
    """Points of one district in the order of the way, shape (n,)."""

    district: int
    rows: Ints
    """Rows of the candidates."""
    gain: Floats
    """Fall of the sum of w p(1 - p) when it was chosen, in units of the weight."""
    rank: Ints
    """Order of the choice, 0 = most urgent: who has less time takes the first."""
    leg_m: Floats
    """Straight line from the point before; NaN for the first without a start."""
    walk_minutes: Floats
    ride_minutes: Floats
    """Of the leg, with the detour of roads."""


def measure_next(
    candidates: Candidates,
    survey: Survey,
    start: Mapping[int, tuple[float, float]] | None = None,
) -> tuple[WalkingList, ...]:
    """Walking list of each district where measuring gains anything, by district.

    `start` gives the point (x_m, y_m) of a district's office; without it the way
    begins where it is shortest. Ties go to the first row: always the same list.
    """
    start = start or {}
    c = candidates
    known = np.isfinite(c.x_m + c.y_m + c.margin_db + c.sd_db + c.weight)
    lists = []
    for district in np.unique(c.district[known]):
        rows = np.flatnonzero(known & (c.district == district))
        rows = _most_to_lose(c, rows)
        picks, gain = _greedy(c, rows, survey)
        if len(picks):
            one = _walked(
                c, picks, gain, (int(district), start.get(int(district))), survey.speeds
            )
            lists.append(one)
    return tuple(lists)


def expected_loss(ratio: Floats, share: Floats) -> Floats:
    """E[p'(1 - p')] once a reading took away `share` (0 to 1) of the variance.

    `ratio` is margin by doubt before; both have one shape or broadcast.
    """
    from scipy.special import owens_t

    share = np.clip(share, 0.0, 1.0)
    return np.asarray(2 * owens_t(ratio, np.sqrt((1 - share) / (1 + share))))


def _most_to_lose(c: Candidates, rows: Ints) -> Ints:
    if len(rows) <= N_CANDIDATES_MAX:
        return rows
    ratio = c.margin_db[rows] / c.sd_db[rows]
    loss = c.weight[rows] * expected_loss(ratio, np.zeros(len(rows)))
    return np.sort(rows[np.argsort(-loss, kind="stable")[:N_CANDIDATES_MAX]])


def _greedy(c: Candidates, rows: Ints, survey: Survey) -> tuple[Ints, Floats]:
    """Rows chosen one by one, and what each gained."""
    x, y = c.x_m[rows], c.y_m[rows]
    apart = np.hypot(x[:, None] - x, y[:, None] - y)
    sd, noise = c.sd_db[rows], survey.noise_db**2
    cov = np.exp(-apart / survey.length_m) * sd[:, None] * sd
    doubtful = _Doubtful(c.margin_db[rows] / sd, sd**2, c.weight[rows])
    picks: list[int] = []
    gains: list[float] = []
    for _ in range(min(survey.n_each, len(rows))):
        gain = doubtful.gains(cov, noise)
        gain[picks] = 0.0  # the same place again waits for the next list
        best = int(np.argmax(gain))
        if gain[best] < survey.gain_min:
            break
        picks.append(best)
        gains.append(float(gain[best]))
        told = cov[best]
        cov = cov - np.outer(told, told) / (told[best] + noise)
    return rows[np.array(picks, np.int64)], np.array(gains)


@dataclass(frozen=True, eq=False)
class _Doubtful:
    """Stations of a district before any new reading, shape (n,)."""

    ratio: Floats
    variance: Floats
    weight: Floats

    def gains(self, cov: Floats, noise: float) -> Floats:
        """What a reading at each would gain at all of them, (n,).

        `cov` is the covariance that earlier picks leave, shape (n, n).
        """
        now = np.diag(cov)
        less = cov * cov / (now[:, None] + noise)
        one, other = np.nonzero(less >= SHARE_MIN * self.variance)
        left = self.weight * expected_loss(self.ratio, 1 - now / self.variance)
        share = 1 - (now[other] - less[one, other]) / self.variance[other]
        then = self.weight[other] * expected_loss(self.ratio[other], share)
        return np.bincount(one, left[other] - then, len(now)).astype(np.float64)


def _walked(
    c: Candidates,
    picks: Ints,
    gain: Floats,
    district: tuple[int, tuple[float, float] | None],
    speeds: Speeds,
) -> WalkingList:
    number, start = district
    xy = np.column_stack([c.x_m[picks], c.y_m[picks]])
    order = walking_order(xy, start)
    before = np.vstack([[np.nan, np.nan] if start is None else start, xy[order][:-1]])
    leg_m = np.hypot(*(xy[order] - before).T)
    way_km = leg_m * speeds.detour / 1000
    return WalkingList(
        number, picks[order], gain[order], order, leg_m,
        60 * way_km / speeds.walk_kmh, 60 * way_km / speeds.ride_kmh,
    )  # fmt: skip
