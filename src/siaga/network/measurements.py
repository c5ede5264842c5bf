"""What phones and people measured, with what speaks against a reading.

A reading is never dropped: one that cannot be right is flagged with its reason, and the
calibration leaves out what is flagged. A phone without service says that the level is
below what it hears; that is a reading too (`censored`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntFlag
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.territory.shapes import degree_lengths_m

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from siaga.network.read import Box

__all__ = ["SERIES_FLAGS", "Flag", "Measurements", "checked", "joined", "series_flags"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

LOWEST_DBM, HIGHEST_DBM = -140.0, -43.0
"""RSRP that Android reports; beyond, a driver's slip."""
MAX_ACCURACY_M = 100.0
SAME_S = 1.0
FASTEST_M_S = 200 / 3.6
CONSTANT_READINGS = 15
CONSTANT_M = 300.0
"""So many equal levels over such a way are made up, or the phone stopped looking."""
AHEAD_S = 600.0
"""A phone's clock may run ahead by this."""


class Flag(IntFlag):
    """Why a reading is not used; several may hold."""

    NO_POINT = 1
    """Neither a position (0, 0: the phone had no fix) nor a station."""
    OUTSIDE = 2
    """Not in the province's box."""
    ACCURACY = 4
    """Position worse than `MAX_ACCURACY_M`."""
    LEVEL_RANGE = 8
    """RSRP outside `LOWEST_DBM` to `HIGHEST_DBM`."""
    NO_LEVEL = 16
    """Served, but no level, no bars and no try to send is given."""
    OTHER_LEVEL = 32
    """Level of 2G or 3G, which is not RSRP."""
    OPERATOR = 64
    """Operator not known."""
    NEIGHBOUR = 128
    """A neighbour that the phone heard beside its own cell."""
    DUPLICATE = 256
    """Same phone and cell within a second of a reading that is kept."""
    SPEED = 512
    """Faster than 200 km/h from or to the reading beside it."""
    CONSTANT = 1024
    """One of `CONSTANT_READINGS` equal levels over `CONSTANT_M` of way."""
    FUTURE = 2048
    """Later than now."""


SERIES_FLAGS = Flag.DUPLICATE | Flag.SPEED | Flag.CONSTANT
"""What only the readings beside a reading tell."""


@dataclass(frozen=True, eq=False)
class Measurements:
    """Readings of any form, in the order of their files, shape (n,)."""

    lat: Floats
    """NaN where the phone had no fix."""
    lon: Floats
    accuracy_m: Floats
    """Radius of the position, NaN = not said."""
    time_s: Floats
    """Unix seconds."""
    operator: tuple[str, ...]
    """Key of the operator; empty = not known."""
    technology: tuple[str, ...]
    """`2g` to `5g`; empty = not known."""
    frequency_mhz: Floats
    """Of the downlink, by the channel number; NaN = not known."""
    level_dbm: Floats
    """RSRP; NaN where there is no service or none is given."""
    censored: Mask
    """The phone had no service: the level lies below what it hears."""
    bars: npt.NDArray[np.int8]
    """0 to 5, -1 = not said."""
    sent: npt.NDArray[np.int8]
    """1 = a form was sent, 0 = it was not, -1 = not tried or not said."""
    cell: npt.NDArray[np.int64]
    """Cell identity, -1 = not known."""
    station_row: npt.NDArray[np.int32]
    """Row of the station where it was measured, -1 = by position only."""
    device: tuple[str, ...]
    """Phone or person; the name of the file where it says none."""
    source: tuple[str, ...]
    """File."""
    source_row: npt.NDArray[np.int64]
    """Row in the file as a person counts it."""
    flags: npt.NDArray[np.uint16]
    """`Flag`s of each."""

    def __post_init__(self) -> None:
        """Check that all columns have one length and levels only where there is one."""
        n = len(self.lat)
        for field in fields(self):
            assert len(getattr(self, field.name)) == n, field.name
        assert np.isnan(self.level_dbm[self.censored]).all()

    def __len__(self) -> int:
        """Number of readings."""
        return len(self.lat)

    @property
    def usable(self) -> Mask:
        """Readings that nothing speaks against, shape (n,)."""
        return np.asarray(self.flags == 0)

    def counts(self) -> dict[str, int]:
        """Number of readings by flag, only of flags that occur."""
        found = {
            flag.name or "": int(((self.flags & flag.value) != 0).sum())
            for flag in Flag
        }
        return {name: n for name, n in found.items() if n}


def joined(parts: Sequence[Measurements]) -> Measurements:
    """Readings of several files as one; at least one part."""
    columns: dict[str, Any] = {}
    for field in fields(Measurements):
        own = [getattr(part, field.name) for part in parts]
        if isinstance(own[0], tuple):
            columns[field.name] = tuple(value for part in own for value in part)
        else:
            columns[field.name] = np.concatenate(own)
    return Measurements(**columns)


def checked(readings: Measurements, box: Box, now: datetime) -> Measurements:
    """Readings with their flags; flags that the reader has set stay.

    `now` is the moment after which a time is one of the future. A reading at a station
    needs no position of its own. Series are those of one device, in the order of time;
    the order of the rows plays no part.
    """
    flags = readings.flags.copy()

    def put(flag: Flag, mask: Mask) -> None:
        flags[mask] |= flag.value

    no_point = np.isnan(readings.lat) | np.isnan(readings.lon)
    put(Flag.NO_POINT, no_point & (readings.station_row < 0))
    put(Flag.OUTSIDE, ~no_point & ~box.holds(readings.lat, readings.lon))
    put(Flag.ACCURACY, readings.accuracy_m > MAX_ACCURACY_M)
    level = readings.level_dbm
    put(Flag.LEVEL_RANGE, (level < LOWEST_DBM) | (level > HIGHEST_DBM))
    says = ~np.isnan(level) | readings.censored | (readings.bars >= 0)
    put(Flag.NO_LEVEL, ~says & (readings.sent < 0) & ((flags & Flag.OTHER_LEVEL) == 0))
    put(Flag.OPERATOR, np.array([not key for key in readings.operator], bool))
    put(Flag.FUTURE, readings.time_s > now.timestamp() + AHEAD_S)
    return replace(readings, flags=flags | series_flags(readings))


def series_flags(readings: Measurements) -> npt.NDArray[np.uint16]:
    """`SERIES_FLAGS` of each reading, by those beside it alone; shape (n,)."""
    flags = np.zeros(len(readings), np.uint16)
    no_point = np.isnan(readings.lat) | np.isnan(readings.lon)
    # A neighbour is heard where the phone is: it has no way of its own.
    apart = ~no_point & ((readings.flags & Flag.NEIGHBOUR) == 0)
    for rows in _series(readings, apart, by_cell=False):
        flags[_too_fast(readings, rows)] |= Flag.SPEED.value
    for rows in _series(readings, apart, by_cell=True):
        flags[_duplicates(readings, rows)] |= Flag.DUPLICATE.value
        flags[_constant(readings, rows)] |= Flag.CONSTANT.value
    return flags


def _series(readings: Measurements, mask: Mask, *, by_cell: bool) -> list[Rows]:
    """Rows of each device (and cell), in the order of time."""
    _, device = np.unique(np.array(readings.device, dtype=str), return_inverse=True)
    _, operator = np.unique(np.array(readings.operator, dtype=str), return_inverse=True)
    keys = [device.reshape(-1).astype(np.int64)]
    if by_cell:
        keys += [operator.reshape(-1).astype(np.int64), readings.cell]
    rows = np.flatnonzero(mask)
    ties = (readings.source_row, readings.lon, readings.lat, readings.time_s, *keys)
    order = rows[np.lexsort(tuple(column[rows] for column in ties))]
    changes = np.zeros(max(len(order) - 1, 0), bool)
    for key in keys:
        changes |= key[order[1:]] != key[order[:-1]]
    return [part for part in np.split(order, np.flatnonzero(changes) + 1) if part.size]


def _steps_m(readings: Measurements, rows: Rows) -> Floats:
    """Distance from each reading to the next, shape (n - 1,)."""
    lat, lon = readings.lat[rows], readings.lon[rows]
    m_per_lon, m_per_lat = degree_lengths_m(lat[:-1])
    away_m = np.hypot(np.diff(lat) * m_per_lat, np.diff(lon) * m_per_lon)
    return np.asarray(away_m)


def _too_fast(readings: Measurements, rows: Rows) -> Rows:
    """Rows that are reached or left too fast.

    A reading between two fast steps is the wrong one; of a single fast step, nobody can
    say which end is.
    """
    accuracy_m = np.nan_to_num(readings.accuracy_m[rows])
    way_m = _steps_m(readings, rows) - accuracy_m[1:] - accuracy_m[:-1]
    duration_s = np.maximum(np.diff(readings.time_s[rows]), SAME_S)
    fast = np.concatenate([[False], way_m / duration_s > FASTEST_M_S, [False]])
    into, out = fast[:-1], fast[1:]
    alone = np.zeros(len(fast), bool)
    alone[1:-1] = fast[1:-1] & ~fast[:-2] & ~fast[2:]
    return np.asarray(rows[(into & out) | alone[:-1] | alone[1:]])


def _duplicates(readings: Measurements, rows: Rows) -> Rows:
    """Rows within a second of the last one that is kept."""
    kept_s = -np.inf
    found = []
    for row, time_s in zip(rows.tolist(), readings.time_s[rows].tolist(), strict=True):
        if time_s - kept_s < SAME_S:
            found.append(row)
        else:
            kept_s = time_s
    return np.array(found, np.int64)


def _constant(readings: Measurements, rows: Rows) -> Rows:
    """Rows of runs of one level that go on although the phone moves."""
    level = readings.level_dbm[rows]
    changes = np.flatnonzero(level[1:] != level[:-1]) + 1  # NaN differs from NaN
    runs = [run for run in np.split(rows, changes) if run.size >= CONSTANT_READINGS]
    found = [run for run in runs if _extent_m(readings, run) >= CONSTANT_M]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _extent_m(readings: Measurements, rows: Rows) -> float:
    """Largest distance from the first reading."""
    lat, lon = readings.lat[rows], readings.lon[rows]
    m_per_lon, m_per_lat = degree_lengths_m(float(lat[0]))
    away_m = np.hypot((lat - lat[0]) * m_per_lat, (lon - lon[0]) * m_per_lon)
    return float(away_m.max())
