"""Sites and cells in a workspace: two tables, each row with when it could be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.tables import numbers, read_columns, texts, write_columns
from siaga.network.model import Cells, Sites

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

__all__ = ["StoredSites", "joined", "read_stored", "write_stored"]

Rows = npt.NDArray[np.int64]

_SITES, _CELLS = "sites.parquet", "cells.parquet"
_SITE_TEXTS = ("key", "operator", "name", "source")
_SITE_FLOATS = ("lat", "lon", "error_m", "confidence", "power_hours")
_CELL_TEXTS = ("key", "technology")
_CELL_FLOATS = (
    "frequency_mhz", "bandwidth_mhz", "height_m", "azimuth_deg", "beamwidth_deg",
    "tilt_deg", "eirp_dbm", "eirp_sigma_db",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class StoredSites:
    """Sites, their cells, and since when each site could be known."""

    sites: Sites
    cells: Cells
    known_at_s: Rows
    """Unix seconds, shape (n_sites,)."""
    crowd: npt.NDArray[np.bool_]
    """Whether a site is a guess from crowd-sourced measurements, not from a list."""

    def known(self, as_of: datetime) -> StoredSites:
        """What could be known at a moment."""
        return self.taken(self.known_at_s <= as_of.timestamp())

    def taken(self, keep: npt.NDArray[np.bool_]) -> StoredSites:
        """Sites of a mask with their cells, in the same order."""
        rows = np.flatnonzero(keep)
        new_row = np.full(len(self.sites), -1, np.int32)
        new_row[rows] = np.arange(rows.size, dtype=np.int32)
        cell_rows = np.flatnonzero(new_row[self.cells.site_row] >= 0)
        return StoredSites(
            _sites({**_columns(self.sites, rows), "status": self.sites.status[rows]}),
            _cells(
                {
                    **_columns(self.cells, cell_rows),
                    "site_row": new_row[self.cells.site_row[cell_rows]],
                }
            ),
            self.known_at_s[rows],
            self.crowd[rows],
        )


def joined(parts: Sequence[StoredSites]) -> StoredSites:
    """Several lists one after the other; none gives an empty one."""
    parts = [part for part in parts if len(part.sites)]
    if not parts:
        return _empty()
    starts = np.cumsum([0, *(len(part.sites) for part in parts)])[:-1]

    def together(of: str, name: str) -> Any:
        columns = [getattr(getattr(part, of), name) for part in parts]
        if isinstance(columns[0], tuple):
            return tuple(value for column in columns for value in column)
        return np.concatenate(columns)

    sites = {name: together("sites", name) for name in _SITE_TEXTS + _SITE_FLOATS}
    cells = {name: together("cells", name) for name in _CELL_TEXTS + _CELL_FLOATS}
    cells["site_row"] = np.concatenate(
        [p.cells.site_row + start for p, start in zip(parts, starts, strict=True)]
    ).astype(np.int32)
    return StoredSites(
        _sites({**sites, "status": together("sites", "status")}),
        _cells(cells),
        np.concatenate([part.known_at_s for part in parts]),
        np.concatenate([part.crowd for part in parts]),
    )


def write_stored(folder: Path, stored: StoredSites) -> None:
    """Write `sites.parquet` and `cells.parquet`."""
    folder.mkdir(parents=True, exist_ok=True)
    sites = {n: getattr(stored.sites, n) for n in _SITE_TEXTS + _SITE_FLOATS}
    for name in _SITE_TEXTS:
        sites[name] = list(sites[name])
    write_columns(
        folder / _SITES,
        {
            **sites,
            "status": stored.sites.status,
            "known_at_s": stored.known_at_s,
            "crowd": stored.crowd.astype(np.uint8),
        },
    )
    cells = {n: getattr(stored.cells, n) for n in _CELL_TEXTS + _CELL_FLOATS}
    for name in _CELL_TEXTS:
        cells[name] = list(cells[name])
    write_columns(folder / _CELLS, {**cells, "site_row": stored.cells.site_row})


def read_stored(folder: Path) -> StoredSites:
    """Sites that `write_stored` wrote; none where there is no such file."""
    if not (folder / _SITES).exists():
        return _empty()
    sites, cells = read_columns(folder / _SITES), read_columns(folder / _CELLS)
    return StoredSites(
        _sites(
            {
                **{name: tuple(texts(sites[name])) for name in _SITE_TEXTS},
                **{n: numbers(sites[n], np.float64, np.nan) for n in _SITE_FLOATS},
                "status": numbers(sites["status"], np.uint8, 0),
            }
        ),
        _cells(
            {
                **{name: tuple(texts(cells[name])) for name in _CELL_TEXTS},
                **{n: numbers(cells[n], np.float64, np.nan) for n in _CELL_FLOATS},
                "site_row": numbers(cells["site_row"], np.int32, -1),
            }
        ),
        numbers(sites["known_at_s"], np.int64, 0),
        numbers(sites["crowd"], np.uint8, 0) == 1,
    )


def _columns(of: Sites | Cells, rows: Rows) -> dict[str, Any]:
    """Columns of a table at some rows, but for `status` and `site_row`."""
    named = _SITE_TEXTS + _SITE_FLOATS if isinstance(of, Sites) else (
        _CELL_TEXTS + _CELL_FLOATS
    )  # fmt: skip
    found: dict[str, Any] = {}
    for name in named:
        column = getattr(of, name)
        found[name] = (
            tuple(column[row] for row in rows)
            if isinstance(column, tuple)
            else column[rows]
        )
    return found


def _sites(columns: dict[str, Any]) -> Sites:
    return Sites(**columns)


def _cells(columns: dict[str, Any]) -> Cells:
    return Cells(**columns)


def _empty() -> StoredSites:
    none = np.empty(0)
    sites: dict[str, Any] = {name: () for name in _SITE_TEXTS}
    sites |= dict.fromkeys(_SITE_FLOATS, none)
    cells: dict[str, Any] = {name: () for name in _CELL_TEXTS}
    cells |= dict.fromkeys(_CELL_FLOATS, none)
    return StoredSites(
        Sites(**sites, status=np.empty(0, np.uint8)),
        Cells(**cells, site_row=np.empty(0, np.int32)),
        np.empty(0, np.int64),
        np.empty(0, bool),
    )
