"""The plain form of KPPS and PPS: operator, bars, whether a form could be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from siaga.house.words import Phrase
from siaga.network.measurements import Measurements
from siaga.network.operators import operator_named, operators, value_named
from siaga.network.read import Box, Findings, Sheet, note, read_sheet
from siaga.network.read_phone import check_swapped
from siaga.network.read_times import read_times
from siaga.territory.formats import EXCEL_NUMBER, TableFormat, maybe, text

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

__all__ = ["FORM", "StationPoints", "read_form", "station_rows"]

Floats = npt.NDArray[np.float64]


class StationPoints(Protocol):
    """Stations that a form may name: their codes, and their points where known."""

    @property
    def election(self) -> str:
        """Key of the election, as a fault names it."""
        ...

    @property
    def code(self) -> tuple[str, ...]:
        """Code of each, shape (n,)."""
        ...

    @property
    def lat(self) -> Floats:
        """NaN where no point is known."""
        ...

    @property
    def lon(self) -> Floats:
        """NaN where no point is known."""
        ...

    @property
    def error_m(self) -> Floats:
        """Radius in which the point lies."""
        ...


FORM = TableFormat(
    "form",
    (
        maybe("station", "text", "code of the station; or a position"),
        maybe("lat", "float", "latitude WGS 84", low=-180, high=180),
        maybe("lon", "float", "longitude WGS 84", low=-180, high=180),
        text("operator", "operator by key or name", choices=tuple(operators())),
        maybe("bars", "int", "bars on the screen", low=0, high=5),
        maybe("sent", "text", "whether a form was sent", choices=("yes", "no")),
        text("time", "when; day first or ISO, local without an offset"),
        maybe("device", "text", "phone or person"),
    ),
)


def read_form(
    path: Path, box: Box, zone: tzinfo, stations: StationPoints
) -> Measurements:
    """Readings of a CSV or XLSX form, in the order of the file; see `checked`.

    A row names a station of the election or a position, and says bars, sent or both.
    A station's own point has its own error as accuracy. Raises ImportProblems.
    """
    findings = Findings()
    sheet = read_sheet(path, FORM, findings)
    findings.stop_if_any()
    assert sheet is not None
    column = {column.name: column for column in FORM.columns}
    operator = sheet.keys(column["operator"], operator_named, findings)
    sent = sheet.keys(column["sent"], lambda word: value_named("sent", word), findings)
    bars = sheet.numbers(column["bars"], findings)
    _check_bars(sheet, bars, findings)
    lat = sheet.numbers(column["lat"], findings)
    lon = sheet.numbers(column["lon"], findings)
    check_swapped(sheet, lat, lon, box, findings)
    time_s = read_times(sheet, "time", zone, findings)
    row_of = station_rows(sheet, stations, findings)
    _check_filled(sheet, np.isnan(lat) | np.isnan(lon), row_of, findings)
    findings.stop_if_any()
    at_station = (row_of >= 0) & (np.isnan(lat) | np.isnan(lon))
    lat[at_station] = stations.lat[row_of[at_station]]
    lon[at_station] = stations.lon[row_of[at_station]]
    accuracy_m = np.full(len(sheet), np.nan)
    accuracy_m[at_station] = stations.error_m[row_of[at_station]]
    n = len(sheet)
    return Measurements(
        lat=lat,
        lon=lon,
        accuracy_m=accuracy_m,
        time_s=time_s,
        operator=tuple(operator),
        technology=("",) * n,
        frequency_mhz=np.full(n, np.nan),
        level_dbm=np.full(n, np.nan),
        censored=np.zeros(n, bool),
        bars=np.where(np.isnan(bars), -1, bars).astype(np.int8),
        sent=np.array([{"yes": 1, "no": 0}.get(key, -1) for key in sent], np.int8),
        cell=np.full(n, -1, np.int64),
        station_row=row_of,
        device=tuple(
            name or f"{sheet.file}:{row}"
            for name, row in zip(
                sheet.texts("device"), sheet.file_row.tolist(), strict=True
            )
        ),
        source=(sheet.file,) * n,
        source_row=sheet.file_row.astype(np.int64),
        flags=np.zeros(n, np.uint16),
    )


def _check_bars(sheet: Sheet, bars: Floats, findings: Findings) -> None:
    for row in np.flatnonzero(bars % 1 > 0).tolist():
        sheet.note(findings, row, "bars", "expected.int", "remedy.whole")


def station_rows(
    sheet: Sheet, stations: StationPoints, findings: Findings
) -> npt.NDArray[np.int32]:
    """Row of the station of each line, -1 = none is named; note unknown codes."""
    row_of_code = {code: row for row, code in enumerate(stations.code)}
    found = np.full(len(sheet), -1, np.int32)
    expected = Phrase.of("network.expected.station", election=stations.election)
    for row, code in enumerate(sheet.texts("station")):
        if not code:
            continue
        station = row_of_code.get(code)
        if station is None:
            by_excel = EXCEL_NUMBER.fullmatch(code) is not None
            remedy = "remedy.excel" if by_excel else "remedy.code"
            sheet.note(findings, row, "station", expected, remedy)
        else:
            found[row] = station
    return found


def _check_filled(
    sheet: Sheet,
    no_point: npt.NDArray[np.bool_],
    row_of: npt.NDArray[np.int32],
    findings: Findings,
) -> None:
    """Note rows without operator, without a place, or that say nothing."""
    cells = (sheet.texts(name) for name in ("operator", "station", "bars", "sent"))
    for row, (operator, station, bars, sent) in enumerate(zip(*cells, strict=True)):
        at = int(sheet.file_row[row])
        if not operator:
            sheet.note(findings, row, "operator", "expected.value", "remedy.fill")
        if row_of[row] < 0 and not station and no_point[row]:
            expected = "network.expected.place"
            note(findings, sheet.file, expected, "remedy.fill", row=at)
        if not bars and not sent:
            expected = "network.expected.bars_or_sent"
            note(findings, sheet.file, expected, "remedy.fill", row=at)
