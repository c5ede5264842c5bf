"""Stations, voters and ballots of a made-up election; what is wrong in it is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Ballots", "StationList", "cast_ballots", "station_list"]

Ints = npt.NDArray[np.int64]

LIMIT = 300
SPECIAL_FROM = 901
SHARE_VOTERS_UNKNOWN = 0.4
SHARE_POINT_GIVEN = 0.1
SHARE_SILENT, SHARE_EMPTY = 0.05, 0.03
"""Stations of which the source has no row, and stations whose row is empty."""
PLANTED_EVERY = 97
"""Of so many stations one breaks a rule."""


@dataclass(frozen=True)
class StationList:
    """Stations of an election in the order of their villages."""

    village: Ints
    """Row of the village, shape (n,)."""
    code: tuple[str, ...]
    number: Ints
    special: npt.NDArray[np.bool_]
    voters: Ints
    """True voters of each station; the list prints only some of them."""
    printed: npt.NDArray[np.bool_]
    """Whether the list prints the voters."""


@dataclass(frozen=True)
class Ballots:
    """Results of a race, by station and by village, and the stations that are wrong."""

    by_station: dict[str, Any]
    by_village: dict[str, Any]
    broken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Codes of the stations that break a rule of the form: E1, E2 or W1."""


def station_list(
    village_codes: list[str], open_: npt.NDArray[np.bool_], n_stations: int, seed: int
) -> StationList:
    """Stations of the open villages, at least one each, `n_stations` in all."""
    rng = np.random.default_rng(seed)
    n_open = int(open_.sum())
    own = np.zeros(len(village_codes), np.int64)
    weights = rng.dirichlet(np.full(n_open, 3.0))
    own[open_] = 1 + rng.multinomial(n_stations - n_open, weights)
    village = np.repeat(np.arange(len(village_codes)), own)
    number = np.arange(n_stations) - np.repeat(np.cumsum(own) - own, own) + 1
    # The last station of every fifteenth village is a prison or a factory.
    last = np.flatnonzero(np.diff(village, append=-1))
    special = np.zeros(n_stations, bool)
    special[last[7::15]] = own[village[last[7::15]]] > 1
    number = np.where(special, SPECIAL_FROM, number)
    codes = tuple(
        f"{village_codes[v]}{n:03d}"
        for v, n in zip(village.tolist(), number.tolist(), strict=True)
    )
    voters = rng.integers(LIMIT // 2, LIMIT + 1, n_stations)
    printed = rng.random(n_stations) >= SHARE_VOTERS_UNKNOWN
    return StationList(village, codes, number, special, voters, printed)


def cast_ballots(
    stations: StationList,
    village_codes: list[str],
    candidates: tuple[str, ...],
    voting_day: date,
    seed: int,
) -> Ballots:
    """Results of one race: silent stations have no row, empty rows are unknown."""
    rng = np.random.default_rng(seed)
    n = len(stations.code)
    users = rng.binomial(stations.voters, 0.8)
    moved = rng.integers(0, 3, n)
    invalid = rng.binomial(users, 0.03)
    valid = users + moved - invalid
    votes = _votes(rng, valid, len(candidates))
    columns = {
        **{f"votes_{c}": votes[:, i].copy() for i, c in enumerate(candidates)},
        "valid": valid,
        "invalid": invalid,
        "total": valid + invalid,
        "voters": stations.voters.copy(),
        "users_dpt": users,
        "users_dptb": moved,
    }
    broken = _break_some(columns, candidates[0])
    heard = rng.random(n) >= SHARE_SILENT
    empty = (rng.random(n) < SHARE_EMPTY) & heard
    changed = _changed_at(rng, voting_day, n)
    rows = np.flatnonzero(heard)
    code = np.array(stations.code, dtype=object)
    by_station = {
        "level": ["station"] * rows.size,
        "code": code[rows].tolist(),
        **{
            k: pa.array(v[rows], pa.int32(), mask=empty[rows])
            for k, v in columns.items()
        },
        "changed_at": pa.array(changed[rows].tolist(), pa.timestamp("us", tz="UTC")),
    }
    shown = {
        rule: tuple(code[i] for i in hit if heard[i] and not empty[i])
        for rule, hit in broken.items()
    }
    counted = heard & ~empty
    by_village = _by_village(stations, village_codes, counted, columns, candidates)
    return Ballots(by_station, by_village, shown)


def _votes(rng: np.random.Generator, valid: Ints, n_candidates: int) -> Ints:
    """Votes that sum to the valid ballots of each station, shape (n, n_candidates)."""
    shares = rng.dirichlet(np.full(n_candidates, 4.0))
    return rng.multinomial(valid, shares).astype(np.int64)


def _break_some(columns: dict[str, Ints], candidate: str) -> dict[str, list[int]]:
    """Break one rule in every so many stations, and say which."""
    n = len(columns["valid"])
    starts = {"E1": 13, "E2": 41, "W1": 77}
    rows = {
        rule: list(range(min(start, n - 1 - i), n, PLANTED_EVERY))
        for i, (rule, start) in enumerate(starts.items())
    }
    columns[f"votes_{candidate}"][rows["E1"]] += 100
    columns["total"][rows["E2"]] += 7
    columns["users_dpt"] = columns["users_dpt"].copy()
    columns["users_dpt"][rows["W1"]] = columns["voters"][rows["W1"]] + 5
    return rows


def _changed_at(
    rng: np.random.Generator, voting_day: date, n: int
) -> npt.NDArray[np.object_]:
    begun = datetime.combine(voting_day, time(6), UTC)
    seconds = rng.integers(0, 6 * 24 * 3600, n)
    return np.array([begun + timedelta(seconds=int(s)) for s in seconds], dtype=object)


def _by_village(
    stations: StationList,
    village_codes: list[str],
    counted: npt.NDArray[np.bool_],
    columns: dict[str, Ints],
    candidates: tuple[str, ...],
) -> dict[str, Any]:
    """What volunteers added up: the votes of the stations that were counted."""
    n = len(village_codes)
    village = stations.village[counted]
    reported = np.bincount(village, minlength=n)
    rows = np.flatnonzero(reported)
    sums = {
        f"votes_{c}": np.bincount(
            village, weights=columns[f"votes_{c}"][counted], minlength=n
        )
        for c in candidates
    }
    return {
        "level": ["village"] * rows.size,
        "code": [village_codes[row] for row in rows.tolist()],
        **{k: pa.array(v[rows].astype(np.int32)) for k, v in sums.items()},
        "reported": pa.array(reported[rows].astype(np.int32)),
    }
