"""Operators, bands, technologies and the words of outside files, read from `data/`.

The tables are data with a source in every row; nothing here knows a province.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

__all__ = [
    "Band",
    "Operator",
    "Technology",
    "band_named",
    "bands",
    "carrier_mhz",
    "clutter_heights",
    "earfcn_mhz",
    "folded",
    "headings",
    "operator_named",
    "operator_of_mnc",
    "operators",
    "technologies",
    "technology_named",
    "value_named",
]

LTE_CARRIERS_MHZ = (20.0, 15.0, 10.0, 5.0, 3.0, 1.4)
"""Channel bandwidths of 3GPP TS 36.101 table 5.6-1."""
_NOT_WORD = re.compile(r"[^a-z0-9+.?]+")
_BAND = re.compile(
    r"(?:(?:lte|umts|gsm|wcdma|dcs|nr|l|u|g|n)[ _-]?)?"
    r"(?:band[ _-]?)?(\d{3,4})(?:[ _-]?mhz)?(?:[ _-]?(?:fdd|tdd))?"
)
_EUTRA = re.compile(r"(?:b|n|band[ _-]?)(\d{1,2})")


@dataclass(frozen=True)
class Operator:
    """A mobile network of Indonesia (MCC 510)."""

    key: str
    name: str
    mnc: tuple[int, ...]
    """Mobile network codes; brands that merged stand under the network they use."""
    aliases: tuple[str, ...]
    lte_band: str
    """Band assumed for an LTE cell that states none."""


@dataclass(frozen=True)
class Band:
    """A band by its usual name in MHz, with its downlink and LTE channel numbers."""

    key: str
    eutra: int
    low_mhz: float
    high_mhz: float
    earfcn_low: int
    earfcn_high: int

    @property
    def middle_mhz(self) -> float:
        """Middle of the downlink: within 3 % of every carrier in it."""
        return (self.low_mhz + self.high_mhz) / 2


@dataclass(frozen=True)
class Technology:
    """A generation of networks, with what is assumed of a cell that does not say."""

    key: str
    aliases: tuple[str, ...]
    height_m: float
    eirp_dbm: float
    eirp_sigma_db: float
    beamwidth_deg: float
    tilt_deg: float
    bandwidth_mhz: float
    band: str


def folded(text: str) -> str:
    """Text as it is compared: lower case, other signs than letters and digits as `_`.

    >>> folded(" Tinggi Antena (m) "), folded("T-Sel")
    ('tinggi_antena_m', 't_sel')
    """
    return _NOT_WORD.sub("_", text.casefold()).strip("_")


@cache
def operators() -> dict[str, Operator]:
    """Operators by key."""
    return {
        row["operator"]: Operator(
            row["operator"],
            row["name"],
            tuple(int(mnc) for mnc in row["mnc"].split("|")),
            tuple(row["aliases"].split("|")),
            row["lte_band"],
        )
        for row in _rows("operators")
    }


@cache
def bands() -> dict[str, Band]:
    """Bands by key."""
    return {
        row["band"]: Band(
            row["band"],
            int(row["eutra"]),
            float(row["downlink_low_mhz"]),
            float(row["downlink_high_mhz"]),
            int(row["earfcn_low"]),
            int(row["earfcn_high"]),
        )
        for row in _rows("bands")
    }


@cache
def technologies() -> dict[str, Technology]:
    """Technologies by key, with their assumptions."""
    return {
        row["technology"]: Technology(
            key=row["technology"],
            aliases=tuple(row["aliases"].split("|")),
            height_m=float(row["height_m"]),
            eirp_dbm=float(row["eirp_dbm"]),
            eirp_sigma_db=float(row["eirp_sigma_db"]),
            beamwidth_deg=float(row["beamwidth_deg"]),
            tilt_deg=float(row["tilt_deg"]),
            bandwidth_mhz=float(row["bandwidth_mhz"]),
            band=row["band"],
        )
        for row in _rows("technologies")
    }


def operator_named(text: str) -> str | None:
    """Key of the operator that a file calls `text`, None if there is none.

    >>> operator_named("PT. Telkomsel"), operator_named("IM3"), operator_named("?")
    ('telkomsel', 'indosat', None)
    """
    name = folded(text).removeprefix("pt.").removeprefix("pt").strip("_.")
    name = name.removesuffix("tbk").strip("_.")
    return _operator_words().get(name)


def operator_of_mnc(mnc: int) -> str | None:
    """Key of the operator of a network code under MCC 510, None if unknown."""
    return _operator_of_mnc().get(mnc)


def band_named(text: str) -> str | None:
    """Key of the band that a file calls `text`, None if there is none.

    A frequency inside a band's downlink names it too.

    >>> [band_named(text) for text in ("L1800", "B40", "1.842,5", "1842.5", "777")]
    ['1800', '2300', None, '1800', '700']
    """
    name = text.strip().casefold()
    number = _EUTRA.fullmatch(name)
    if number is not None:
        for band in bands().values():
            if band.eutra == int(number[1]):
                return band.key
        return None
    usual = _BAND.fullmatch(name)
    if usual is not None and usual[1] in bands():
        return usual[1]
    plain = name.removesuffix("mhz").strip()
    if re.fullmatch(r"\d{3,4}(\.\d{1,3})?", plain):
        for band in bands().values():
            if band.low_mhz <= float(plain) <= band.high_mhz:
                return band.key
    return None


def technology_named(text: str) -> str | None:
    """Key of the technology that a file calls `text`, None if there is none.

    >>> technology_named("LTE"), technology_named("4G"), technology_named("wimax")
    ('4g', '4g', None)
    """
    return _technology_words().get(folded(text))


def value_named(column: str, text: str) -> str | None:
    """Key of a value of a column with choices (`status`, `backhaul`, ...), or None.

    >>> value_named("status", "Beroperasi"), value_named("backhaul", "pigeon")
    ('on', None)
    """
    return _values().get((column, folded(text)))


def earfcn_mhz(earfcn: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Downlink frequency of LTE channel numbers in MHz, NaN outside the bands.

    Reference: 3GPP TS 36.101, section 5.7.3: F = F_low + 0.1 (N - N_offset).
    """
    found = np.full(earfcn.shape, np.nan)
    for band in bands().values():
        inside = (earfcn >= band.earfcn_low) & (earfcn <= band.earfcn_high)
        offset = earfcn[inside] - band.earfcn_low
        found[inside] = band.low_mhz + 0.1 * offset
    return found


def carrier_mhz(operator: str, band: str, technology: str) -> float:
    """Bandwidth assumed for a cell that states none: the widest LTE carrier held.

    Other technologies have one width; where no holding is known, the technology's own.
    """
    usual = technologies()[technology].bandwidth_mhz
    holding = _holdings().get((operator, band))
    if technology != "4g" or holding is None:
        return usual
    return next((width for width in LTE_CARRIERS_MHZ if width <= holding), usual)


@cache
def clutter_heights(scheme: str) -> dict[int, float]:
    """Representative clutter height of each class of a land-cover scheme, metres.

    Schemes: `worldcover` (ESA WorldCover), `p1812` (ITU-R P.1812-8 table 2). Raises
    KeyError for another one.
    """
    heights = {
        int(row["class"]): float(row["height_m"])
        for row in _rows("clutter")
        if row["scheme"] == scheme
    }
    if not heights:
        raise KeyError(scheme)
    return heights


@cache
def headings(form: str) -> dict[str, str]:
    """Our name of each folded heading of a form (`sites`, `android`, ...)."""
    return {
        heading: row["column"]
        for row in _rows("headings")
        if row["form"] == form
        for heading in row["headings"].split("|")
    }


@cache
def _operator_words() -> dict[str, str]:
    return _words((o.key, (o.key, o.name, *o.aliases)) for o in operators().values())


@cache
def _operator_of_mnc() -> dict[int, str]:
    return {mnc: o.key for o in operators().values() for mnc in o.mnc}


@cache
def _technology_words() -> dict[str, str]:
    return _words((t.key, t.aliases) for t in technologies().values())


def _words(named: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    return {folded(word): key for key, words in named for word in words}


@cache
def _values() -> dict[tuple[str, str], str]:
    return {
        (row["column"], folded(word)): row["value"]
        for row in _rows("values")
        for word in row["words"].split("|")
    }


@cache
def _holdings() -> dict[tuple[str, str], float]:
    return {
        (row["operator"], row["band"]): float(row["holding_mhz"])
        for row in _rows("spectrum")
    }


def _rows(stem: str) -> list[dict[str, str]]:
    path = files("siaga.network") / "data" / f"{stem}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
