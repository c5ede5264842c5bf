"""What the logs of all phones share: gaps, positions, columns of `Measurements`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from siaga.network.measurements import Flag, Measurements
from siaga.network.operators import earfcn_mhz, technology_named
from siaga.network.read import Box, Findings, Sheet, note

__all__ = ["PhoneLog", "check_swapped", "of_phone", "without_gaps"]

Floats = npt.NDArray[np.float64]

UNAVAILABLE = 2_147_483_647.0
"""What Android writes where the modem says nothing (`CellInfo.UNAVAILABLE`)."""
_GAPS = ["-", "--", "null", "NULL", "none", "nan", "NaN", "n/a", "N/A", "?"]
_WORDS = ("service", "technology")
"""Columns in which `none` is a word."""
RSRP_TECHNOLOGIES = ("4g", "5g")


@dataclass(frozen=True, eq=False)
class PhoneLog:
    """Columns of a log, one entry a row; NaN or empty where nothing is said."""

    time_s: Floats
    lat: Floats
    lon: Floats
    accuracy_m: Floats
    operator: list[str]
    technology: list[str]
    arfcn: Floats
    level_dbm: Floats
    cell: Floats
    no_service: npt.NDArray[np.bool_]
    neighbour: npt.NDArray[np.bool_]
    device: list[str]


def without_gaps(sheet: Sheet) -> Sheet:
    """Sheet whose dashes and nulls are empty cells."""
    gaps = pa.array(_GAPS, pa.string())
    columns = {
        name: cells
        if name in _WORDS
        else pc.if_else(pc.is_in(cells, value_set=gaps), "", cells)
        for name, cells in sheet.columns.items()
    }
    return replace(sheet, columns=columns)


def available(values: Floats) -> Floats:
    """Values, NaN where the phone wrote that it has none."""
    return np.where(np.abs(values) >= UNAVAILABLE, np.nan, values)


def check_swapped(
    sheet: Sheet, lat: Floats, lon: Floats, box: Box, findings: Findings
) -> None:
    """Note a log whose latitudes and longitudes are swapped: none inside but so."""
    if len(lat) and box.holds(lon, lat).any() and not box.holds(lat, lon).any():
        row = int(np.flatnonzero(box.holds(lon, lat))[0])
        found = f"lat {lat[row]:g}, lon {lon[row]:g}"
        expected, remedy = "network.expected.lat_lon", "network.remedy.swapped"
        note(findings, sheet.file, expected, remedy, found)


def technologies_of(sheet: Sheet, column: str, usual: str) -> list[str]:
    """Technology of each row, empty where its word is not known."""
    if not sheet.has(column):
        return [usual] * len(sheet)
    return [technology_named(word) or "" for word in sheet.texts(column)]


def of_phone(sheet: Sheet, log: PhoneLog) -> Measurements:
    """Readings of a log; those without service are of the phone's only operator."""
    n = len(sheet)
    is_rsrp = np.array([key in RSRP_TECHNOLOGIES for key in log.technology], bool)
    no_fix = (log.lat == 0) & (log.lon == 0)
    flags = np.zeros(n, np.uint16)
    flags[~is_rsrp & ~log.no_service] |= Flag.OTHER_LEVEL.value
    flags[log.neighbour] |= Flag.NEIGHBOUR.value
    is_lte = np.array([key == "4g" for key in log.technology], bool)
    channel = np.where(np.isnan(log.arfcn) | ~is_lte, -1, log.arfcn).astype(np.int64)
    return Measurements(
        lat=np.where(no_fix, np.nan, log.lat),
        lon=np.where(no_fix, np.nan, log.lon),
        accuracy_m=log.accuracy_m,
        time_s=log.time_s,
        operator=_with_own_operator(log),
        technology=tuple(log.technology),
        frequency_mhz=earfcn_mhz(channel),
        level_dbm=np.where(is_rsrp & ~log.no_service, log.level_dbm, np.nan),
        censored=log.no_service,
        bars=np.full(n, -1, np.int8),
        sent=np.full(n, -1, np.int8),
        cell=np.where(np.isnan(log.cell), -1, log.cell).astype(np.int64),
        station_row=np.full(n, -1, np.int32),
        device=tuple(name or sheet.file for name in log.device),
        source=(sheet.file,) * n,
        source_row=sheet.file_row.astype(np.int64),
        flags=flags,
    )


def _with_own_operator(log: PhoneLog) -> tuple[str, ...]:
    """Operator of each row; a phone that names one alone has it without service too."""
    of_device: dict[str, set[str]] = {}
    for device, operator in zip(log.device, log.operator, strict=True):
        if operator:
            of_device.setdefault(device, set()).add(operator)
    own = {device: keys for device, keys in of_device.items() if len(keys) == 1}
    return tuple(
        operator or (next(iter(own.get(device, {""}))) if lost else "")
        for device, operator, lost in zip(
            log.device, log.operator, log.no_service.tolist(), strict=True
        )
    )
