"""Signal logs of Android phones: a CSV file of `CellInfo` by time and place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siaga.network.operators import operator_of_mnc, value_named
from siaga.network.read import Box, Findings, sheet_of
from siaga.network.read_opencellid import COUNTRY
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

__all__ = ["ANDROID", "read_android"]


def _number(name: str, what: str) -> Column:
    """Column that must be there but may be empty: a phone often says nothing."""
    return Column(name, "float", what, empty=True)


ANDROID = TableFormat(
    "android",
    (
        text("time", "ISO, unix seconds or milliseconds; local without an offset"),
        Column("lat", "float", "latitude WGS 84", low=-180, high=180),
        Column("lon", "float", "longitude WGS 84", low=-180, high=180),
        maybe("accuracy_m", "float", "radius of the position", low=0, high=1e7),
        maybe("mcc", "float", "mobile country code"),
        _number("mnc", "mobile network code"),
        maybe("tac", "float", "tracking area"),
        _number("ci", "cell identity; empty for a neighbour"),
        maybe("pci", "float", "physical cell identity"),
        maybe("arfcn", "float", "`earfcn`: channel number, which gives the frequency"),
        _number("rsrp", "RSRP in dBm; empty or 2147483647 without service"),
        maybe("rsrq", "float", "RSRQ in dB"),
        maybe("rssnr", "float", "signal to noise in dB"),
        maybe("technology", "text", "LTE, NR, WCDMA, GSM; without it LTE"),
        maybe("service", "text", "`no service` where the phone had none"),
        maybe("device", "text", "phone; without it the file is one phone"),
    ),
)


def read_android(path: Path, box: Box, zone: tzinfo) -> Measurements:
    """Readings of a phone's log, in the order of the file; see `checked` for flags.

    A row without level, cell and physical cell is one without service. `zone` is that
    of times without an offset. Raises ImportProblems if the file cannot be understood.
    """
    findings = Findings()
    raw = read_separated(path, findings)
    findings.stop_if_any()
    assert raw is not None
    sheet = sheet_of(path.name, raw, ANDROID, findings)
    findings.stop_if_any()
    assert sheet is not None
    sheet = without_gaps(sheet)
    value = {
        column.name: available(sheet.numbers(column, findings))
        for column in ANDROID.columns
        if column.kind == "float"
    }
    time_s = read_times(sheet, "time", zone, findings)
    check_swapped(sheet, value["lat"], value["lon"], box, findings)
    findings.stop_if_any()
    said = [value_named("service", word) for word in sheet.texts("service")]
    nothing = np.isnan(value["rsrp"]) & np.isnan(value["ci"]) & np.isnan(value["pci"])
    no_service = nothing | np.array([word == "none" for word in said], bool)
    neighbour = np.isnan(value["ci"]) & ~np.isnan(value["pci"]) & ~no_service
    home = np.isnan(value["mcc"]) | (value["mcc"] == COUNTRY)
    mnc = np.where(home & ~np.isnan(value["mnc"]), value["mnc"], -1).tolist()
    log = PhoneLog(
        time_s, value["lat"], value["lon"], value["accuracy_m"],
        [operator_of_mnc(int(code)) or "" for code in mnc],
        technologies_of(sheet, "technology", "4g"),
        value["arfcn"], value["rsrp"], value["ci"], no_service, neighbour,
        sheet.texts("device"),
    )  # fmt: skip
    return of_phone(sheet, log)
