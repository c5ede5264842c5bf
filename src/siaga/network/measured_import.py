"""Measurements of a province's folder on their way into an import."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.problems import ImportProblems
from siaga.house.words import Phrase
from siaga.network.measured_inputs import DARK_LIST_FILE, READINGS_FILE
from siaga.network.measurement_store import (
    StoredMeasurements,
    together,
    write_readings,
)
from siaga.network.measurements import checked
from siaga.network.read import Findings, note
from siaga.network.read_dark_list import DarkList, write_listed
from siaga.network.read_measurements import read_measurements
from siaga.territory.formats import STATIONS
from siaga.territory.read import read_table

if TYPE_CHECKING:
    from datetime import datetime, tzinfo
    from pathlib import Path

    from siaga.network.read import Box
    from siaga.network.read_form import StationPoints

__all__ = ["Asked", "Measured", "election_stations", "read_stored_measurements"]

MAX_READINGS = 1_000_000
"""Of one file: a phone's log of eleven days without a pause."""


@dataclass(frozen=True)
class Measured:
    """What was measured and listed, a part each file."""

    readings: list[StoredMeasurements]
    lists: list[DarkList]

    def write(self, target: Path) -> None:
        """Write what there is; nothing where nobody measured."""
        if self.readings:
            write_readings(target / READINGS_FILE, together(self.readings))
        if self.lists:
            write_listed(target / DARK_LIST_FILE, self.lists)


@dataclass(frozen=True)
class Asked:
    """What a file of measurements is read with."""

    box: Box
    zone: tzinfo
    stations: StationPoints
    source: str
    until: datetime
    """When its source was published: no reading of it is younger."""


@dataclass(frozen=True, eq=False)
class _Named:
    """Codes of the stations of all elections; no election gives them points here."""

    election: str
    code: tuple[str, ...]
    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    error_m: npt.NDArray[np.float64]


def election_stations(folder: Path) -> StationPoints:
    """Stations of all elections of a province's folder, each code once.

    A table with a fault gives none: its own reader tells of it.
    """
    codes: dict[str, None] = {}
    elections = sorted(path for path in folder.glob("elections/*") if path.is_dir())
    for election in elections:
        try:
            table = read_table(election, STATIONS, Findings())
        except ImportProblems:
            continue
        codes |= dict.fromkeys(table.texts("code") if table is not None else ())
    nowhere = np.full(len(codes), np.nan)
    named = ", ".join(election.name for election in elections)
    return _Named(named, tuple(codes), nowhere, nowhere, nowhere)


def read_stored_measurements(path: Path, asked: Asked) -> StoredMeasurements:
    """Readings of a file with their flags. Raises ImportProblems for a fault."""
    found = read_measurements(path, asked.box, asked.zone, asked.stations)
    n = len(found)
    if n > MAX_READINGS:
        findings = Findings()
        expected = Phrase.of("network.expected.readings", most=MAX_READINGS)
        note(findings, path.name, expected, "remedy.smaller", str(n))
        findings.stop_if_any()
    found = checked(found, asked.box, asked.until)
    code = tuple(
        asked.stations.code[row] if row >= 0 else ""
        for row in found.station_row.tolist()
    )
    nowhere = np.full(n, -1, np.int32)
    return StoredMeasurements(
        replace(found, station_row=nowhere), code, (asked.source,) * n
    )
