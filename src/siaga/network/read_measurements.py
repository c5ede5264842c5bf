"""Any file of measurements: which form it has is told by its headings.

A province's folder holds measurements of people who were asked for nothing but their
log: a phone's `CellInfo`, a G-NetTrack log, or the plain form.
"""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Any

from siaga.network.operators import folded, headings
from siaga.network.read import Box, Findings, note
from siaga.network.read_android import read_android
from siaga.network.read_form import StationPoints, read_form
from siaga.network.read_gnettrack import read_gnettrack

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from siaga.network.measurements import Measurements

__all__ = ["ENDINGS", "read_measurements"]

ENDINGS = (".csv", ".txt", ".gz", ".xlsx")
LINE_MAX = 100_000
_SEPARATORS = "\t;,|"
_NEEDS = {
    "android": (("mnc",), ("ci",), ("rsrp",)),
    "gnettrack": (("level",), ("technology", "mode")),
    "form": (("operator",), ("bars", "sent")),
}
"""Columns that tell a form from the others; of a group one is enough."""


def read_measurements(
    path: Path, box: Box, zone: tzinfo, stations: StationPoints
) -> Measurements:
    """Readings of a file in whichever of the known forms; see `checked` for flags.

    Raises ImportProblems if the file cannot be understood.
    """
    form = _form_of(path)
    if form == "android":
        return read_android(path, box, zone)
    if form == "gnettrack":
        return read_gnettrack(path, box, zone)
    if form == "form" or path.suffix == ".xlsx":
        return read_form(path, box, zone, stations)
    findings = Findings()
    expected, remedy = "network.expected.measurements", "network.remedy.measurements"
    note(findings, path.name, expected, remedy, row=1)
    findings.stop_if_any()
    raise AssertionError("a finding stops")


def _form_of(path: Path) -> str:
    """Form that the headings of a file fit, empty if none."""
    names = [folded(name) for name in _heading(path)]
    for form, groups in _NEEDS.items():
        known = headings(form)
        ours = {known[name] for name in names if name in known}
        if all(ours.intersection(group) for group in groups):
            return form
    return ""


def _heading(path: Path) -> list[str]:
    """Cells of the first line; none if it is no text, which its reader then tells."""
    opener: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as opened:
            line = opened.readline(LINE_MAX).decode("utf-8-sig").strip()
    except (OSError, EOFError, zlib.error, ValueError):
        return []
    separator = max(_SEPARATORS, key=line.count)
    return [cell.strip().strip('"') for cell in line.split(separator)]
