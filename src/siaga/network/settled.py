"""Stations that were measured, or named by a list: what was seen there counts.

Of each operator the newest visit decides, an hour of readings, by the majority of those
that are clear: sent or not, no service, a level well above or below what is needed. A
station is good if one operator gets through. It is dark if every operator that was
tried there fails and none of the others is likely to serve. A row of a list is a visit
of all operators, or of the one that it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from siaga.network.operators import operators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.network.measured_inputs import KnownReadings
    from siaga.network.measured_points import Frame
    from siaga.network.params import AssessParams
    from siaga.network.read_dark_list import DarkList
    from siaga.territory.stations import Stations

__all__ = ["NEAR_M", "Kind", "Settled", "Visits", "settled", "visits_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NEAR_M = 150.0
"""A reading this near a station's point counts as one at the station, if the point is
as good as that too: an estimated point a kilometre off says nothing."""
WELL_ABOVE_DB = 6.0
WELL_BELOW_DB = 10.0
"""Over and under the needed level a level is clear: -104 and -120 dBm against -110."""
BARS_GOOD = 3
"""From so many bars on the level is at least -95 dBm (Android's defaults)."""
VISIT_S = 3600.0
ALL = -1
"""Stands for all operators."""


class Kind(IntEnum):
    """What settled a station."""

    NOTHING = 0
    LEVEL = 1
    SENT = 2
    LIST = 3


class Visits(NamedTuple):
    """What was clearly seen at stations, shape (n,)."""

    station: Ints
    operator: Ints
    """Number of the operator, ALL = of all."""
    time_s: Floats
    good: Mask
    kind: Ints
    level_dbm: Floats
    """NaN where none was read."""


@dataclass(frozen=True, eq=False)
class Settled:
    """What measurements and lists settle, by station; shape (n,)."""

    good: Mask
    dark: Mask
    kind: Ints
    """`Kind` of what decided."""
    contradicted: Mask
    """Whether an older visit of the same operator had seen the opposite."""
    level_dbm: Floats
    """Median level of the deciding visit, NaN where none was read."""


def visits_of(
    known: KnownReadings | None,
    listed: DarkList | None,
    stations: Stations,
    params: AssessParams,
    frame: Frame,
) -> Visits:
    """What the usable readings and the rows of lists clearly say of stations."""
    parts = []
    if known is not None and len(known):
        parts.append(_measured(known, stations, params, frame))
    if listed is not None and len(listed):
        parts.append(_listed(listed, stations))
    if not parts:
        none, no = np.zeros(0), np.zeros(0, np.int64)
        return Visits(no, no, none, np.zeros(0, bool), no, none)
    return Visits(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _measured(
    known: KnownReadings, stations: Stations, params: AssessParams, frame: Frame
) -> Visits:
    readings = known.stored.readings
    level = readings.level_dbm
    good = (readings.sent == 1) | (level >= params.needed_dbm + WELL_ABOVE_DB)
    good |= (readings.bars >= BARS_GOOD) & (readings.sent != 0)
    bad = (readings.sent == 0) | readings.censored
    bad |= level <= params.needed_dbm - WELL_BELOW_DB
    clear = readings.usable & (good ^ bad)
    by_code = np.flatnonzero(clear & (known.station_row >= 0))
    reading, station = by_code, known.station_row[by_code]
    near = _near(known, clear & (known.station_row < 0), stations, frame)
    reading = np.concatenate([reading, near[0]])
    station = np.concatenate([station, near[1]])
    number = {key: at for at, key in enumerate(operators())}
    operator = [number[readings.operator[row]] for row in reading.tolist()]
    tried = readings.sent[reading] >= 0
    return Visits(
        station,
        np.array(operator, np.int64),
        readings.time_s[reading],
        good[reading],
        np.where(tried, Kind.SENT, Kind.LEVEL).astype(np.int64),
        level[reading],
    )


def _near(
    known: KnownReadings, which: Mask, stations: Stations, frame: Frame
) -> tuple[Ints, Ints]:
    """Pairs of a reading and a station whose points are near and good."""
    from scipy.spatial import cKDTree

    sure = np.flatnonzero(np.isfinite(stations.lat) & (stations.error_m <= NEAR_M))
    rows = np.flatnonzero(which & np.isfinite(known.lat) & np.isfinite(known.lon))
    if not sure.size or not rows.size:
        none = np.zeros(0, np.int64)
        return none, none
    tree = cKDTree(frame.xy_m(known.lat[rows], known.lon[rows]))
    found = tree.query_ball_point(
        frame.xy_m(stations.lat[sure], stations.lon[sure]), NEAR_M, return_sorted=True
    )
    count = [len(one) for one in found]
    at = np.array([one for part in found for one in part], np.int64)
    return rows[at], np.repeat(sure, count)


def _listed(listed: DarkList, stations: Stations) -> Visits:
    row_of = {code: row for row, code in enumerate(stations.code)}
    station = np.array([row_of.get(code, -1) for code in listed.station], np.int64)
    number = {key: at for at, key in enumerate(operators())}
    operator = np.array([number.get(key, ALL) for key in listed.operator], np.int64)
    here = np.flatnonzero(station >= 0)
    return Visits(
        station[here], operator[here], listed.time_s[here], ~listed.dark[here],
        np.full(len(here), Kind.LIST, np.int64), np.full(len(here), np.nan),
    )  # fmt: skip


class _Seen(NamedTuple):
    """The newest visit of an operator at a station."""

    operator: int
    time_s: float
    good: bool
    kind: int
    level_dbm: float
    contradicted: bool


def settled(visits: Visits, outdoor: Floats, likely: float) -> Settled:
    """What is settled of each station.

    `outdoor` is the probability of service by station and operator, shape (n,
    n_operators); an operator that nobody tried keeps a station from being dark if its
    own is at least `likely`.
    """
    n = len(outdoor)
    found = Settled(
        np.zeros(n, bool), np.zeros(n, bool), np.zeros(n, np.int64),
        np.zeros(n, bool), np.full(n, np.nan),
    )  # fmt: skip
    for station, seen in _by_station(visits):
        good = [one for one in seen if one.good]
        dark = [one for one in seen if not one.good]
        tried = {one.operator for one in seen}
        others = [p for at, p in enumerate(outdoor[station]) if at not in tried]
        if good:
            best = max(good, key=lambda one: np.nan_to_num(one.level_dbm, nan=-999))
        elif ALL in tried or max(others, default=0.0) < likely:
            best = max(dark, key=lambda one: one.time_s)
        else:
            continue
        found.good[station], found.dark[station] = bool(good), not good
        found.kind[station] = best.kind
        found.contradicted[station] = best.contradicted
        found.level_dbm[station] = best.level_dbm
    return found


def _by_station(visits: Visits) -> Iterator[tuple[int, list[_Seen]]]:
    """Newest visits of each station that has any, all operators where a list says so.

    What is said of all operators takes the place of older visits of single ones if it
    says dark, and is overruled by newer ones.
    """
    order = np.lexsort((visits.good, visits.time_s, visits.operator, visits.station))
    station = visits.station[order]
    for rows in _parts(order, station):
        seen = [_newest(visits, mine) for mine in _parts(rows, visits.operator[rows])]
        whole = next((one for one in seen if one.operator == ALL), None)
        if whole is not None:
            newer = [
                one for one in seen if one.operator != ALL and one.time_s > whole.time_s
            ]
            older = [
                one
                for one in seen
                if one.operator != ALL and one.time_s <= whole.time_s
            ]
            against = any(one.good != whole.good for one in older)
            whole = whole._replace(contradicted=whole.contradicted or against)
            newer = [
                one._replace(contradicted=one.contradicted or one.good != whole.good)
                for one in newer
            ]
            seen = [whole, *newer]
        yield int(visits.station[rows[0]]), seen


def _parts(rows: Ints, key: Ints) -> list[Ints]:
    """Rows in runs of one key."""
    parts = np.split(rows, np.flatnonzero(np.diff(key)) + 1)
    return [part for part in parts if part.size]


def _newest(visits: Visits, rows: Ints) -> _Seen:
    """Newest visit among those of one operator at one station, sorted by time."""
    time_s = visits.time_s[rows]
    last = rows[time_s > time_s[-1] - VISIT_S]
    votes = int(visits.good[last].sum())
    good = 2 * votes >= len(last)
    agreeing = last[visits.good[last] == good]
    level = visits.level_dbm[agreeing]
    level = level[np.isfinite(level)]
    before = rows[: len(rows) - len(last)]
    return _Seen(
        int(visits.operator[rows[0]]),
        float(time_s[-1]),
        bool(good),
        int(visits.kind[agreeing].max()),
        float(np.median(level)) if level.size else np.nan,
        bool((visits.good[before] != good).any()),
    )
