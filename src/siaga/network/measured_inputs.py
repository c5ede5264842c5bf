"""What of the measurements could be known at a moment, brought to an election."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.measurement_store import StoredMeasurements, read_readings
from siaga.network.measurements import SERIES_FLAGS, series_flags
from siaga.network.read_dark_list import DarkList, read_listed

if TYPE_CHECKING:
    from datetime import datetime

    from siaga.territory.stations import Stations
    from siaga.territory.territory import Territory

__all__ = [
    "DARK_LIST_FILE",
    "READINGS_FILE",
    "KnownReadings",
    "dark_list",
    "known_readings",
    "measurements",
]

READINGS_FILE = "measurements.parquet"
DARK_LIST_FILE = "dark_list.parquet"


@dataclass(frozen=True, eq=False)
class KnownReadings:
    """Readings until a moment, with the rows of an election's stations; shape (n,)."""

    stored: StoredMeasurements
    station_row: npt.NDArray[np.int64]
    """Row of the station that the reading names, -1 = none of this election."""
    lat: npt.NDArray[np.float64]
    """Of the reading, else of the station that it names; NaN = nowhere."""
    lon: npt.NDArray[np.float64]
    error_m: npt.NDArray[np.float64]
    """Radius in which the reading was taken; NaN = not said."""

    def __len__(self) -> int:
        """Number of readings."""
        return len(self.stored)

    def taken(self, keep: npt.NDArray[np.bool_]) -> KnownReadings:
        """Those of a mask, in their order."""
        return KnownReadings(
            self.stored.taken(keep), self.station_row[keep], self.lat[keep],
            self.lon[keep], self.error_m[keep],
        )  # fmt: skip


@lru_cache(maxsize=2)
def measurements(territory: Territory) -> StoredMeasurements | None:
    """All readings of the import, None where nobody measured."""
    path = territory.folder / "network" / READINGS_FILE
    return read_readings(path) if path.exists() else None


@lru_cache(maxsize=2)
def dark_list(territory: Territory) -> DarkList | None:
    """Stations that agencies named, None without a list."""
    path = territory.folder / "network" / DARK_LIST_FILE
    return read_listed(path) if path.exists() else None


def known_readings(
    territory: Territory, stations: Stations, as_of: datetime
) -> KnownReadings | None:
    """Readings that were taken by a moment, None without one.

    What speaks against a series is judged anew: a reading of later must not accuse
    one that was known before.
    """
    stored = measurements(territory)
    if stored is None:
        return None
    stored = stored.taken(stored.readings.time_s <= as_of.timestamp())
    if not len(stored):
        return None
    readings = stored.readings
    flags = (readings.flags & ~np.uint16(SERIES_FLAGS)) | series_flags(readings)
    stored = replace(stored, readings=replace(readings, flags=flags))
    row_of = {code: row for row, code in enumerate(stations.code)}
    at = np.array([row_of.get(code, -1) for code in stored.station], np.int64)
    lat, lon = readings.lat.copy(), readings.lon.copy()
    error_m = readings.accuracy_m.copy()
    own = (at >= 0) & (np.isnan(lat) | np.isnan(lon))
    lat[own], lon[own] = stations.lat[at[own]], stations.lon[at[own]]
    error_m[own] = stations.error_m[at[own]]
    return KnownReadings(stored, at, lat, lon, error_m)
