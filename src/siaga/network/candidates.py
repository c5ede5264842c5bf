"""What could be built, bought or agreed on, where, and whom it would serve on a night.

A candidate is an option of the catalogue at one place. Places are centres among the
stations that may be dark, each with what lies within the option's reach; help for the
phone's link (repeater, sector) serves only where little is lacking; a messenger serves
where a good point can be reached before the deadline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.blank_spots import local_metres
from siaga.network.channels import arrival_probability
from siaga.network.siting_problem import WORD, Links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from siaga.network.options import Option
    from siaga.network.scenarios import Nights

__all__ = ["Candidate", "Candidates", "Subjects", "candidates_of"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]

MESSENGER_REACH_M = 700.0
"""One messenger serves stations this near to each other: he collects their pages."""
REPEATER_GAIN_DB = 20.0
"""What a consumer repeater with a good outdoor antenna makes up for at most."""
SECTOR_GAIN_DB = 4.0
"""What tilt, azimuth or power of a sector give at its edge."""
SECTOR_STATIONS_LEAST = 2
"""A sector is not turned for fewer stations that it may serve."""
ROAD_NEEDED = "road"
NOT_KNOWN = frozenset(("dead_site", "village_wifi"))
"""Needs of which no list says where they are met: such an option is not offered."""
MESSENGER = "messenger"
LEAST_GAIN = 1e-9
"""What is left of a sum after its parts are taken away."""


@dataclass(frozen=True, eq=False)
class Subjects:
    """Stations that may be dark; arrays of shape (n,)."""

    row: Rows
    """Rows of the stations."""
    lat: Floats
    lon: Floats
    point_minutes: Floats
    """To the nearest good point and back to the form's arrival, NaN = none."""
    by_sea: npt.NDArray[np.bool_]
    """No road leads there."""
    weight: Floats


@dataclass(frozen=True)
class Candidate:
    """An option at a place."""

    option: str
    subject: int
    """Index of the subject at whose place it stands."""
    cost_rp: int
    serves: tuple[int, ...]
    """Indices of the subjects that it may serve."""


Offer = tuple[Candidate, npt.NDArray[np.bool_] | None]
"""A candidate and the nights on which it helps whom it serves, shape (n_served,
n_scenarios); None = on every night."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Candidates with their links, in the order of the catalogue, then of places."""

    each: tuple[Candidate, ...]
    links: Links


def candidates_of(
    subjects: Subjects,
    nights: Nights,
    catalogue: Mapping[str, Option],
    *,
    deadline_minutes: float,
    most: int,
    rng: np.random.Generator,
) -> Candidates:
    """Candidates of the options of `catalogue`, each with the nights on which it helps.

    An option works on the day with its `works_share`, drawn anew for each candidate and
    night. Of each option the `most` places that promise most for their cost are kept.
    """
    n_scenarios = nights.lacking_db.shape[1]
    found: list[Candidate] = []
    counts, demands, served = [], [], []
    metres = local_metres(subjects.lat, subjects.lon) if subjects.row.size else None
    for option in catalogue.values():
        offers = _best_of(_offers(option, subjects, nights, metres), subjects, most)
        for candidate, helps in offers:
            mask = np.ones((len(candidate.serves), n_scenarios), bool)
            if option.key == MESSENGER:
                minutes = subjects.point_minutes[list(candidate.serves)]
                one = np.ones(len(minutes))
                in_time = arrival_probability(one, minutes, deadline_minutes)
                mask = rng.random(mask.shape) < in_time[:, None]
            mask = mask & (rng.random(n_scenarios) < option.works_share)
            if helps is not None:
                mask = mask & helps
            found.append(candidate)
            counts.append(len(candidate.serves))
            demands.append(candidate.serves)
            served.append(_packed(mask))
    start = np.cumsum([0, *counts]).astype(np.int64)
    n_words = -(-n_scenarios // WORD)
    flat = [d for of in demands for d in of]
    table = np.concatenate([np.empty((0, n_words), np.uint64), *served])
    return Candidates(tuple(found), Links(start, np.array(flat, np.int32), table))


def _best_of(offers: Iterator[Offer], subjects: Subjects, most: int) -> list[Offer]:
    """The offers that promise most weight for their cost, in the order they came."""
    every = list(offers)
    promise = [
        subjects.weight[list(candidate.serves)].sum() / (candidate.cost_rp + 1.0)
        for candidate, _ in every
    ]
    best = sorted(range(len(every)), key=lambda at: (-promise[at], at))[:most]
    return [every[at] for at in sorted(best)]


def _offers(
    option: Option, subjects: Subjects, nights: Nights, metres: Floats | None
) -> Iterator[Offer]:
    """Candidates of one option, each with the nights on which it helps."""
    if metres is None:
        return
    if option.key == MESSENGER:
        hope = np.where(np.isfinite(subjects.point_minutes), subjects.weight, 0.0)
        served = MESSENGER_REACH_M, option.stations_most
        for centre, serves in _discs(metres, hope, *served):
            cost = option.cost_rp * len(serves)
            yield Candidate(option.key, centre, cost, serves), None
    elif option.key == "repeater":
        lacking = nights.lacking_db
        little = (lacking > 0) & (lacking <= REPEATER_GAIN_DB)
        hope = little.mean(axis=1)
        served = option.reach_m, option.stations_most
        for centre, serves in _discs(metres, hope, *served):
            helps = lacking[list(serves)] <= REPEATER_GAIN_DB
            yield Candidate(option.key, centre, option.cost_rp, serves), helps
    elif option.key == "sector_tuning":
        yield from _sectors(option, nights)
    elif option.reach_m > 0 and not NOT_KNOWN & set(option.needs):
        hope = subjects.weight
        if ROAD_NEEDED in option.needs:
            hope = np.where(subjects.by_sea, 0.0, hope)
        served = option.reach_m, option.stations_most
        for centre, serves in _discs(metres, hope, *served):
            yield Candidate(option.key, centre, option.cost_rp, serves), None


def _sectors(option: Option, nights: Nights) -> Iterator[Offer]:
    """Sites whose stations lack little on some night."""
    little = (nights.lacking_db > 0) & (nights.lacking_db <= SECTOR_GAIN_DB)
    site = np.where(little.any(axis=1), nights.best_site, -1)
    for one in np.unique(site[site >= 0]).tolist():
        serves = np.flatnonzero(site == one)
        if serves.size >= SECTOR_STATIONS_LEAST:
            helps = nights.lacking_db[serves] <= SECTOR_GAIN_DB
            candidate = Candidate(
                option.key, int(serves[0]), option.cost_rp, tuple(serves.tolist())
            )
            yield candidate, helps


def _discs(
    metres: Floats, hope: Floats, reach_m: float, most_served: int
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Places among the subjects that together reach all of whom there is hope.

    `hope` is the weight that each may gain, 0 = none. The place that reaches most of
    what is not reached yet comes first; it serves the nearest of those, and where it
    can serve more, also those that an earlier place serves.
    """
    from scipy.spatial import cKDTree

    at = np.flatnonzero(hope > 0)
    if not at.size:
        return
    points, left = metres[at], hope[at].copy()
    near = [
        np.array(one, np.int64)
        for one in cKDTree(points).query_ball_point(points, reach_m, return_sorted=True)
    ]
    gain = np.array([left[one].sum() for one in near])
    while (best := int(np.argmax(gain))) >= 0 and gain[best] > LEAST_GAIN:
        around = near[best]
        away = np.hypot(*(points[around] - points[best]).T)
        order = np.lexsort((around, away, left[around] <= 0))
        served = around[order][:most_served]
        yield int(at[best]), tuple(np.sort(at[served]).tolist())
        for one in served[left[served] > 0].tolist():
            gain[near[one]] -= left[one]  # whoever reaches it too has less to gain
            left[one] = 0.0


def _packed(mask: npt.NDArray[np.bool_]) -> Bits:
    """Mask of shape (n, n_scenarios) as words of 64 nights."""
    n, n_scenarios = mask.shape
    bits = np.zeros((n, -(-n_scenarios // WORD) * WORD), np.uint8)
    bits[:, :n_scenarios] = mask
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64)
