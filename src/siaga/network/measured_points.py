"""Readings beside what the same masts were predicted to give there.

Each reading is set against the best mast of its operator by the same functions as a
station, on the band that the phone named; a reading that names its own mast (an LTE
identity of an open cell) is set against that one. Many readings of one phone in one
spot are one: their median is a level without fading, and a long stay must not outweigh
a short one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.network.hearing import BestCells, Phones, best_cells, nearest_sites, on_air
from siaga.network.operators import bands, operators
from siaga.network.readings import NOT_KNOWN, Points, Readings

if TYPE_CHECKING:
    from siaga.network.measured_inputs import KnownReadings
    from siaga.network.model import Grid
    from siaga.network.params import AssessParams
    from siaga.network.site_store import StoredSites

__all__ = ["Frame", "Spots", "band_of", "read_at", "spots_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SPOT_M = 25.0
"""Readings of one phone within such a square are one spot: past 40 wavelengths at
850 MHz fading is averaged out, and shadowing is still the same."""
CELLS_PER_ENB = 256
MAX_SPOTS = 3_000
"""More than these would cost minutes and tell little more: of more, every so many."""


@dataclass(frozen=True)
class Frame:
    """Metres east and north of one origin, for stations and readings alike."""

    lat: float
    lon: float

    def xy_m(self, lat: Floats, lon: Floats) -> Floats:
        """East and north of the origin, shape (n, 2)."""
        from siaga.territory.shapes import degree_lengths_m

        m_per_lon, m_per_lat = degree_lengths_m(self.lat)
        return np.column_stack(
            [(lon - self.lon) * m_per_lon, (lat - self.lat) * m_per_lat]
        )


@dataclass(frozen=True, eq=False)
class Spots:
    """Spots of the usable readings of one phone and operator each, shape (n,)."""

    row: Ints
    """Reading that stands for the spot."""
    spot_of: Ints
    """Spot of each reading, shape (n_readings,); -1 = not used."""
    level_dbm: Floats
    """Median of the levels; NaN where none was read."""
    n_all: int
    """Spots that there are; more than `MAX_SPOTS` are thinned out."""

    def __len__(self) -> int:
        """Number of spots."""
        return len(self.row)


def spots_of(known: KnownReadings, use: npt.NDArray[np.bool_], frame: Frame) -> Spots:
    """Spots of the readings that are to be used, sorted by phone, place and time.

    Levels, no service, and forms are spots of their own kind: what a phone did not hear
    is not averaged with what it heard.
    """
    readings = known.stored.readings
    rows = np.flatnonzero(use & np.isfinite(known.lat) & np.isfinite(known.lon))
    spot_of = np.full(len(known), -1, np.int64)
    xy = frame.xy_m(known.lat[rows], known.lon[rows])
    heard = np.isfinite(readings.level_dbm[rows])
    kind = np.where(heard, 0, np.where(readings.censored[rows], 1, 2))
    form = np.where(kind == 2, rows, -1)  # each form stands for itself
    keys = [
        _numbered(np.array(readings.device, object)[rows]),
        _numbered(np.array(readings.operator, object)[rows]),
        np.nan_to_num(readings.frequency_mhz[rows], nan=-1).astype(np.int64),
        readings.cell[rows] // CELLS_PER_ENB,
        np.floor(xy[:, 0] / SPOT_M).astype(np.int64),
        np.floor(xy[:, 1] / SPOT_M).astype(np.int64),
        kind,
        form,
    ]
    if not rows.size:
        return Spots(rows, spot_of, np.zeros(0), 0)
    _, first, inverse = np.unique(
        np.column_stack(keys), axis=0, return_index=True, return_inverse=True
    )
    inverse = inverse.reshape(-1)
    kept = _evenly(len(first))
    number = np.full(len(first), -1, np.int64)
    number[kept] = np.arange(len(kept))
    spot_of[rows] = number[inverse]
    order = np.argsort(inverse, kind="stable")
    parts = np.split(readings.level_dbm[rows][order], np.cumsum(np.bincount(inverse)))
    level = np.array([float(np.median(part)) for part in parts[:-1]])
    return Spots(rows[first[kept]], spot_of, level[kept], len(first))


def _numbered(values: Any) -> Ints:
    return np.unique(values.astype(str), return_inverse=True)[1].reshape(-1)


def _evenly(n: int) -> Ints:
    """Rows of n, all of them or `MAX_SPOTS` evenly among them."""
    if n <= MAX_SPOTS:
        return np.arange(n)
    return np.linspace(0, n - 1, MAX_SPOTS).astype(np.int64)


def band_of(frequency_mhz: Floats) -> Ints:
    """Number of the band of each frequency, -1 where it is in none; shape (n,)."""
    found = np.full(frequency_mhz.shape, NOT_KNOWN, np.int64)
    for at, band in enumerate(bands().values()):
        inside = (frequency_mhz >= band.low_mhz) & (frequency_mhz <= band.high_mhz)
        found[inside & (found < 0)] = at
    return found


def read_at(
    known: KnownReadings,
    spots: Spots,
    land: tuple[Grid, StoredSites],
    params: AssessParams,
    frame: Frame,
) -> tuple[Readings, Ints]:
    """Readings at the spots where a mast is in reach, and which spots these are."""
    readings = known.stored.readings
    lat, lon = known.lat[spots.row], known.lon[spots.row]
    phones = Phones(lat, lon, known.error_m[spots.row])
    xy = frame.xy_m(lat, lon)
    mast, found = _served(known, spots, phones, land, params=params)
    at = np.flatnonzero(mast >= 0)
    rows = spots.row[at]
    operator = _numbers_of(readings.operator, rows, tuple(operators()))
    cells, best = land[1].cells, found.cell_row[at]
    points = Points(
        xy[at, 0], xy[at, 1], operator, mast[at], cells.frequency_mhz[best],
        found.distance_m[at], np.full(len(at), NOT_KNOWN), np.full(len(at), np.nan),
        found.level_dbm[at], found.sigma_db[at],
    )  # fmt: skip
    device = _numbered(np.array(readings.device, object))[rows]
    return Readings(
        points, device, spots.level_dbm[at], readings.censored[rows],
        readings.bars[rows].astype(np.int64), readings.sent[rows].astype(np.int64),
    ), at  # fmt: skip


def _numbers_of(values: tuple[str, ...], rows: Ints, names: tuple[str, ...]) -> Ints:
    number = {name: at for at, name in enumerate(names)}
    return np.array([number[values[row]] for row in rows.tolist()], np.int64)


def _served(
    known: KnownReadings,
    spots: Spots,
    phones: Phones,
    land: tuple[Grid, StoredSites],
    *,
    params: AssessParams,
) -> tuple[Ints, BestCells]:
    """Mast of each spot, -1 = none in reach, and its best cell; by operator."""
    stored = land[1]
    readings = known.stored.readings
    operator = np.array(readings.operator, object)[spots.row]
    band = band_of(readings.frequency_mhz[spots.row])
    pair_spot: list[Ints] = []
    pair_site: list[Ints] = []
    for key in operators():
        mine = np.flatnonzero(operator == key)
        own = on_air(stored, key)
        at, _ = nearest_sites(
            (phones.lat[mine], phones.lon[mine]),
            (stored.sites.lat[own], stored.sites.lon[own]),
            params.n_sites,
            1000 * params.reach_km,
        )
        spot, rank = np.nonzero(at >= 0)
        pair_spot.append(mine[spot])
        pair_site.append(own[at[spot, rank]] if own.size else np.zeros(0, np.int64))
    spot, site = np.concatenate(pair_spot), np.concatenate(pair_site)
    named = _named_mast(known, spots, stored)
    apart = (named[spot] < 0) | (named[spot] == site)
    # A named mast that is none of the nearest is a wrong guess of where it stands.
    has_named = np.zeros(len(spots), bool)
    has_named[spot[named[spot] == site]] = True
    keep = apart | ~has_named[spot]
    return _best_of(spot[keep], site[keep], band, phones, land, params=params)


def _named_mast(known: KnownReadings, spots: Spots, stored: StoredSites) -> Ints:
    """Mast whose LTE identity the reading names, -1 = none; shape (n_spots,)."""
    sites = stored.sites
    row_of = {
        (operator, int(key.rsplit(":", 1)[1])): row
        for row, (operator, key) in enumerate(
            zip(sites.operator, sites.key, strict=True)
        )
        if ":enb:" in key
    }
    readings = known.stored.readings
    return np.array(
        [
            row_of.get(
                (readings.operator[row], int(readings.cell[row]) // CELLS_PER_ENB), -1
            )
            for row in spots.row.tolist()
        ],
        np.int64,
    )


def _best_of(
    spot: Ints,
    site: Ints,
    band: Ints,
    phones: Phones,
    land: tuple[Grid, StoredSites],
    *,
    params: AssessParams,
) -> tuple[Ints, BestCells]:
    """Best mast of each spot and its best cell, on the band of the phone if known."""
    grid, stored = land
    n = len(band)
    mast = np.full(n, NOT_KNOWN, np.int64)
    margin = np.full(n, -np.inf)
    best = {f.name: np.zeros(n, _dtype(f.name)) for f in fields(BestCells)}
    for on_band, pairs in _by_band(spot, site, band, stored):
        if not pairs.size:
            continue
        found = best_cells(
            grid, on_band[0], phones, (spot[pairs], site[pairs]), params=params
        )
        cell_row = on_band[1][found.cell_row]
        here = np.minimum(found.down_db, found.up_db)
        for at in np.argsort(here, kind="stable").tolist():
            one = int(spot[pairs[at]])
            if here[at] > margin[one]:
                margin[one], mast[one] = here[at], site[pairs[at]]
                for name, column in best.items():
                    column[one] = getattr(found, name)[at]
                best["cell_row"][one] = cell_row[at]
    return mast, BestCells(**best)


def _dtype(name: str) -> Any:
    return np.int64 if name == "cell_row" else np.float64


def _by_band(spot: Ints, site: Ints, band: Ints, stored: StoredSites) -> Any:
    """Masts with the cells of one band and the pairs to be heard on it, by band.

    Where no mast in reach of a spot has its band, all bands count.
    """
    cell_band = band_of(stored.cells.frequency_mhz)
    every = np.arange(len(stored.cells))
    left = np.ones(len(spot), bool)
    for one in np.unique(band[band >= 0]).tolist():
        rows = every[cell_band == one]
        sends = np.zeros(len(stored.sites), bool)
        sends[stored.cells.site_row[rows]] = True
        mine = (band[spot] == one) & sends[site]
        left &= ~np.isin(spot, spot[mine]) | (band[spot] != one)
        yield (_with_cells(stored, rows), rows), np.flatnonzero(mine)
    yield (stored, every), np.flatnonzero(left)


def _with_cells(stored: StoredSites, rows: Ints) -> StoredSites:
    """The same masts with some of their cells."""
    cells = stored.cells
    columns: dict[str, Any] = {}
    for field in fields(cells):
        column = getattr(cells, field.name)
        columns[field.name] = (
            tuple(column[row] for row in rows.tolist())
            if isinstance(column, tuple)
            else column[rows]
        )
    return replace(stored, cells=type(cells)(**columns))
