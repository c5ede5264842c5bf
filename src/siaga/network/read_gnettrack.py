"""Text logs of G-NetTrack, the drive-test program most used on Indonesian phones.

Headings of the data sets that UCC Cork recorded with it (4G 2018, 5G 2020: `RSRP`,
`NetworkMode`) and of later versions (`Level`, `Qual`, `NetworkTech`, `Node`); the file
is parted by tabs, commas or semicolons.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from siaga.house.words import Phrase
from siaga.network.operators import operator_named, operator_of_mnc, value_named
from siaga.network.read import Box, Findings, Sheet, note, sheet_of
from siaga.network.read_opencellid import CELLS_PER_ENB, COUNTRY
from siaga.network.read_phone import (
    PhoneLog,
    available,
    check_swapped,
    of_phone,
    technologies_of,
    without_gaps,
)
from siaga.network.read_text import read_separated
from siaga.network.read_times import read_times
from siaga.territory.formats import Column, TableFormat, maybe, text

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from siaga.network.measurements import Measurements

__all__ = ["GNETTRACK", "read_gnettrack"]

_PLMN = re.compile(rf"{COUNTRY}\D?(\d{{2,3}})(?:\D.*|\d{{6,}})?")
"""Country and network in `51010`, `510-10` or before the area and cell of a CGI."""

GNETTRACK = TableFormat(
    "gnettrack",
    (
        text("time", "`2024.02.14_13.05.59`, local"),
        Column("lon", "float", "longitude WGS 84", low=-180, high=180),
        Column("lat", "float", "latitude WGS 84", low=-180, high=180),
        maybe("accuracy_m", "float", "radius of the position", low=0, high=1e7),
        maybe("operator", "text", "name of the operator"),
        maybe("mccmnc", "text", "country and network, `51010`"),
        maybe("cgi", "text", "country, network, area and cell"),
        maybe("node", "float", "eNB"),
        maybe("ci", "float", "cell; with a node the cell of that node"),
        maybe("technology", "text", "`NetworkTech`: 4G, 3G, ..."),
        maybe("mode", "text", "`NetworkMode`: LTE, UMTS, ...; read without the other"),
        Column("level", "float", "`Level` or `RSRP` in dBm", empty=True),
        maybe("arfcn", "float", "channel number"),
        maybe("service", "text", "`no service` where the phone had none"),
        maybe("device", "text", "phone; without it the file is one phone"),
    ),
)


def read_gnettrack(path: Path, box: Box, zone: tzinfo) -> Measurements:
    """Readings of a G-NetTrack log, in the order of the file; see `checked` for flags.

    A row without level and cell is one without service. Raises ImportProblems if the
    file cannot be understood.
    """
    findings = Findings()
    raw = read_separated(path, findings)
    findings.stop_if_any()
    assert raw is not None
    sheet = sheet_of(path.name, raw, GNETTRACK, findings)
    findings.stop_if_any()
    assert sheet is not None
    sheet = without_gaps(sheet)
    generation = "technology" if sheet.has("technology") else "mode"
    if not sheet.has(generation):
        remedy = Phrase.of("network.remedy.column", column="NetworkTech")
        note(findings, path.name, "expected.column", remedy, column="technology")
    value = {
        column.name: available(sheet.numbers(column, findings))
        for column in GNETTRACK.columns
        if column.kind == "float"
    }
    time_s = read_times(sheet, "time", zone, findings)
    check_swapped(sheet, value["lat"], value["lon"], box, findings)
    findings.stop_if_any()
    said = [
        value_named("service", word) == "none" or value_named("service", tech) == "none"
        for word, tech in zip(
            sheet.texts("service"), sheet.texts(generation), strict=True
        )
    ]
    no_service = np.array(said, bool) | (
        np.isnan(value["level"]) & np.isnan(value["ci"])
    )
    cell = np.where(
        np.isnan(value["node"]),
        value["ci"],
        value["node"] * CELLS_PER_ENB + value["ci"],
    )
    log = PhoneLog(
        time_s, value["lat"], value["lon"], value["accuracy_m"], _operators(sheet),
        technologies_of(sheet, generation, ""),
        value["arfcn"], value["level"], cell, no_service,
        np.zeros(len(sheet), bool), sheet.texts("device"),
    )  # fmt: skip
    return of_phone(sheet, log)


def _operators(sheet: Sheet) -> list[str]:
    """Operator of each row by its network code, else by the name on the screen."""
    found = []
    for name, *codes in zip(
        sheet.texts("operator"), sheet.texts("mccmnc"), sheet.texts("cgi"), strict=True
    ):
        plmn = next((m for m in map(_PLMN.fullmatch, codes) if m), None)
        key = operator_of_mnc(int(plmn[1])) if plmn is not None else None
        found.append(key or operator_named(name) or "")
    return found
