"""Lists of stations that an agency names dark, or not dark: a list, no claim.

A claim says how many; a list says which. So a list settles the stations that it names,
from its day on, and no others.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.tables import numbers, read_columns, texts, write_columns
from siaga.network.operators import operator_named, operators, value_named
from siaga.network.read import Findings, read_sheet
from siaga.network.read_form import station_rows
from siaga.network.read_times import read_times
from siaga.territory.formats import TableFormat, maybe, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo
    from pathlib import Path

    from siaga.network.read_form import StationPoints

__all__ = ["DARK_LIST", "DarkList", "read_dark_list", "read_listed", "write_listed"]

DARK_LIST = TableFormat(
    "dark_list",
    (
        text("station", "code of the station"),
        text("dark", "whether nothing gets through there", choices=("yes", "no")),
        maybe("operator", "text", "operator; empty = all", choices=tuple(operators())),
        text("day", "day on which it was found so; the day first, or ISO"),
    ),
)


@dataclass(frozen=True, eq=False)
class DarkList:
    """Stations that were named, in the order of the file; shape (n,)."""

    station: tuple[str, ...]
    """Code."""
    operator: tuple[str, ...]
    """Key; empty = of all operators."""
    dark: npt.NDArray[np.bool_]
    time_s: npt.NDArray[np.float64]
    """Beginning of its day."""
    published: tuple[str, ...]
    """Key of the source."""

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.station)


def read_dark_list(
    path: Path, zone: tzinfo, stations: StationPoints, source: str
) -> DarkList:
    """Rows of a CSV or XLSX list. Raises ImportProblems if it has a fault."""
    findings = Findings()
    sheet = read_sheet(path, DARK_LIST, findings)
    findings.stop_if_any()
    assert sheet is not None
    column = {column.name: column for column in DARK_LIST.columns}
    operator = sheet.keys(column["operator"], operator_named, findings)
    dark = sheet.keys(column["dark"], lambda word: value_named("dark", word), findings)
    time_s = read_times(sheet, "day", zone, findings)
    row_of = station_rows(sheet, stations, findings)
    for row in range(len(sheet)):
        if row_of[row] < 0 and not sheet.texts("station")[row]:
            sheet.note(findings, row, "station", "expected.value", "remedy.fill")
        if not dark[row] and not sheet.texts("dark")[row]:
            sheet.note(findings, row, "dark", "expected.value", "remedy.fill")
    findings.stop_if_any()
    return DarkList(
        tuple(stations.code[row] for row in row_of.tolist()),
        tuple(operator),
        np.array([word == "yes" for word in dark], bool),
        time_s,
        (source,) * len(sheet),
    )


def write_listed(path: Path, parts: Sequence[DarkList]) -> None:
    """Write lists one after the other as one Parquet file; at least one."""
    columns: dict[str, Any] = {
        field.name: [v for part in parts for v in np.asarray(getattr(part, field.name))]
        for field in fields(DarkList)
    }
    columns["dark"] = np.array(columns["dark"], np.uint8)
    columns["time_s"] = np.array(columns["time_s"], np.float64)
    for name in ("station", "operator", "published"):
        columns[name] = [str(value) for value in columns[name]]
    write_columns(path, columns)


def read_listed(path: Path) -> DarkList:
    """Lists that `write_listed` wrote; raises BadState if the file is damaged."""
    table = read_columns(path)
    named: dict[str, Any] = {
        name: tuple(texts(table[name])) for name in ("station", "operator", "published")
    }
    return DarkList(
        **named,
        dark=numbers(table["dark"], np.uint8, 0) == 1,
        time_s=numbers(table["time_s"], np.float64, np.nan),
    )
