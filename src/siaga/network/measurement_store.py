"""Measurements in a workspace: every reading with its flags, nothing dropped.

A reading at a station keeps the station's code: which row that is, and where it stands,
is a matter of the election.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from siaga.house.tables import numbers, read_columns, texts, write_columns
from siaga.network.measurements import Measurements, joined

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["StoredMeasurements", "read_readings", "together", "write_readings"]

_TEXTS = ("operator", "technology", "device", "source")
_INTS = {
    "bars": np.int8, "sent": np.int8, "cell": np.int64, "source_row": np.int64,
    "flags": np.uint16,
}  # fmt: skip
_FLOATS = ("lat", "lon", "accuracy_m", "time_s", "frequency_mhz", "level_dbm")


@dataclass(frozen=True, eq=False)
class StoredMeasurements:
    """Readings with what the land knows of each, shape (n,)."""

    readings: Measurements
    """Its `station_row` is -1 throughout."""
    station: tuple[str, ...]
    """Code of the station where it was taken; empty = by position only."""
    published: tuple[str, ...]
    """Key of the source."""

    def __len__(self) -> int:
        """Number of readings."""
        return len(self.readings)

    def taken(self, keep: Any) -> StoredMeasurements:
        """Those of a mask or of rows, in their order."""
        rows = np.arange(len(self))[keep].tolist()
        columns: dict[str, Any] = {}
        for field in fields(Measurements):
            column = getattr(self.readings, field.name)
            columns[field.name] = (
                tuple(column[row] for row in rows)
                if isinstance(column, tuple)
                else column[rows]
            )
        return StoredMeasurements(
            Measurements(**columns),
            tuple(self.station[row] for row in rows),
            tuple(self.published[row] for row in rows),
        )


def together(parts: Sequence[StoredMeasurements]) -> StoredMeasurements:
    """Readings of several files one after the other; at least one part."""
    return StoredMeasurements(
        joined([part.readings for part in parts]),
        tuple(code for part in parts for code in part.station),
        tuple(key for part in parts for key in part.published),
    )


def write_readings(path: Path, stored: StoredMeasurements) -> None:
    """Write readings as one Parquet file."""
    readings = stored.readings
    columns: dict[str, Any] = {
        "published": list(stored.published),
        "station": list(stored.station),
    }
    columns |= {name: list(getattr(readings, name)) for name in _TEXTS}
    columns |= {name: getattr(readings, name) for name in (*_FLOATS, *_INTS)}
    columns["censored"] = readings.censored.astype(np.uint8)
    write_columns(path, columns)


def read_readings(path: Path) -> StoredMeasurements:
    """Readings that `write_readings` wrote; raises BadState if the file is damaged."""
    table = read_columns(path)
    columns: dict[str, Any] = {name: tuple(texts(table[name])) for name in _TEXTS}
    columns |= {name: numbers(table[name], np.float64, np.nan) for name in _FLOATS}
    columns |= {name: numbers(table[name], kind, 0) for name, kind in _INTS.items()}
    readings = Measurements(
        **columns,
        censored=numbers(table["censored"], np.uint8, 0) == 1,
        station_row=np.full(table.num_rows, -1, np.int32),
    )
    return StoredMeasurements(
        readings, tuple(texts(table["station"])), tuple(texts(table["published"]))
    )
