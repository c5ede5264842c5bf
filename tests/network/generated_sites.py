"""A full list of masts for one regency, made up from a seed and labelled synthetic.

Masts of every operator stand near the stations, one for so many voters, with three
sectors on two or three carriers each; no mast is real. The same points and seed give
the same bytes.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.network.operators import operators

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LABEL", "site_rows", "write_site_list"]

LABEL = "sintetis"
"""Stands in every row's source note."""
VOTERS_PER_SITE = 4_000
JITTER_DEG = 0.004
CARRIERS = {
    "telkomsel": (("4g", "900", 5), ("4g", "1800", 20), ("2g", "900", 0.2)),
    "indosat": (("4g", "900", 10), ("4g", "1800", 20)),
    "xl": (("4g", "900", 5), ("4g", "1800", 20)),
    "smartfren": (("4g", "850", 10), ("4g", "2300", 20)),
}
EIRP_DBM = {"2g": 57.0, "4g": 61.0}

Floats = npt.NDArray[np.float64]


def site_rows(
    lat: Floats, lon: Floats, voters: npt.NDArray[Any], seed: int
) -> list[dict[str, str]]:
    """Rows of the list near the given stations, one a cell; NaN points are left out."""
    rng = np.random.default_rng(seed)
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    weight = np.maximum(voters[known], 1).astype(np.float64)
    rows: list[dict[str, str]] = []
    for operator in operators():
        n_sites = max(round(weight.sum() / VOTERS_PER_SITE), 1)
        at = rng.choice(known, size=n_sites, p=weight / weight.sum())
        for number, station in enumerate(at.tolist(), 1):
            place = np.array([lat[station], lon[station]])
            place += rng.normal(0, JITTER_DEG, 2)
            rows += _cells(operator, number, place, rng, seed)
    return rows


def _cells(
    operator: str, number: int, place: Floats, rng: np.random.Generator, seed: int
) -> list[dict[str, str]]:
    site = {
        "site": f"{operator[:3].upper()}{number:04d}",
        "operator": operators()[operator].name,
        "name": f"Menara {number}",
        "lat": f"{place[0]:.5f}",
        "lon": f"{place[1]:.5f}",
        "height_m": str(rng.choice([32, 42, 52, 62, 72])),
        "power_source": str(rng.choice(["pln", "pln+genset", "surya"])),
        "power_hours": str(rng.choice([2, 4, 8])),
        "backhaul": str(rng.choice(["serat optik", "microwave", "vsat"])),
        "status": str(rng.choice(["aktif", "padam", "rencana"], p=[0.93, 0.04, 0.03])),
        "confidence": "0.9",
        "error_m": "30",
        "source_note": f"{LABEL}, benih {seed}",
    }
    first = int(rng.integers(0, 120))
    return [
        site
        | {
            "technology": technology,
            "band": band,
            "azimuth_deg": str(first + turn),
            "tilt_deg": str(rng.integers(2, 8)),
            "eirp_dbm": f"{EIRP_DBM[technology]:g}",
            "bandwidth_mhz": f"{width_mhz:g}",
        }
        for technology, band, width_mhz in CARRIERS[operator]
        for turn in (0, 120, 240)
    ]


def write_site_list(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write rows as the CSV or XLSX file that `path` names."""
    names = list(rows[0])
    if path.suffix == ".csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8")
        return path
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as book:
        sheet = book.add_worksheet("Menara")
        sheet.write_row(0, 0, names)
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, [row[name] for name in names])
    return path
