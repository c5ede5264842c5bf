"""Measurements of a truth made up from a seed, on masts that are given; SYNTHETIC.

The truth is the prediction plus what only its maker knows: an offset of each operator
and mast, a shadow that near places share, an offset of each phone, and fading. Nobody
has measured any of it. The same masts, places and seed give the same bytes.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.network.hearing import Phones, best_cells, nearest_sites, on_air
from siaga.network.operators import operators

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.network.model import Grid
    from siaga.network.params import AssessParams
    from siaga.network.site_store import StoredSites

__all__ = ["MadeUp", "Walk", "write_android", "write_form"]

Floats = npt.NDArray[np.float64]
OPERATOR_DB = {"telkomsel": -6.0, "indosat": 5.0, "xl": -3.0, "smartfren": 0.0}
SITE_DB, DEVICE_DB, FIELD_DB, FADING_DB = 5.0, 4.0, 5.0, 2.5
LENGTH_M = 400.0
CENSOR_DBM = -125.0
M_PER_DEG = 111_000.0


@dataclass(frozen=True, eq=False)
class Walk:
    """Readings of one phone and operator along a way, shape (n,)."""

    operator: str
    device: str
    lat: Floats
    lon: Floats
    time_s: Floats
    true_dbm: Floats
    """Without phone and fading; NaN where no mast is in reach."""
    level_dbm: Floats
    """As the phone shows it; NaN = no service."""
    cell: npt.NDArray[np.int64]
    """LTE identity of the serving cell; 0 = not shown."""


class MadeUp:
    """The truth; asked where and of whom, it answers with a level."""

    def __init__(
        self, grid: Grid, stored: StoredSites, params: AssessParams, seed: int
    ) -> None:
        """Draw the offsets of the masts and the waves of the shadow from a seed."""
        self.grid, self.stored, self.params = grid, stored, params
        rng = np.random.default_rng(seed)
        self.site_db = rng.normal(0, SITE_DB, len(stored.sites))
        # Random Fourier features of exp(-d / L): a wave number of a Cauchy law in 2D.
        n = 400
        tall = np.abs(rng.normal(size=n))
        self._wave = rng.normal(size=(n, 2)) / tall[:, None] / LENGTH_M
        self._phase = rng.uniform(0, 2 * np.pi, n)
        self._rng = rng

    def shadow_db(self, lat: Floats, lon: Floats) -> Floats:
        """Shadow of places, the same for all operators; shape (n,)."""
        xy = np.column_stack([lon, lat]) * M_PER_DEG
        waves = np.cos(xy @ self._wave.T + self._phase)
        return np.asarray(FIELD_DB * np.sqrt(2 / len(self._phase)) * waves.sum(axis=1))

    def level_dbm(
        self, operator: str, lat: Floats, lon: Floats
    ) -> tuple[Floats, npt.NDArray[np.int64]]:
        """True level and row of the best mast, NaN and -1 where none is in reach."""
        own = on_air(self.stored, operator)
        at, _ = nearest_sites(
            (lat, lon),
            (self.stored.sites.lat[own], self.stored.sites.lon[own]),
            self.params.n_sites,
            1000 * self.params.reach_km,
        )
        place, rank = np.nonzero(at >= 0)
        level, best = np.full(len(lat), np.nan), np.full(len(lat), -1)
        if not place.size:
            return level, best
        site = own[at[place, rank]]
        phones = Phones(lat, lon, np.zeros(len(lat)))
        found = best_cells(
            self.grid, self.stored, phones, (place, site), params=self.params
        )
        true = found.level_dbm + self.site_db[site] + OPERATOR_DB[operator]
        order = np.argsort(true, kind="stable")  # the best is written last
        level[place[order]], best[place[order]] = true[order], site[order]
        return level + self.shadow_db(lat, lon), best

    def identity(self, site: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """LTE identity of a cell of each mast whose key tells it, else 0."""
        keys = [self.stored.sites.key[row] if row >= 0 else "" for row in site]
        return np.array(
            [int(k.rsplit(":", 1)[1]) * 256 + 1 if ":enb:" in k else 0 for k in keys]
        )

    def walk(
        self, operator: str, start: tuple[float, float], begun_s: float, number: int,
        *, n: int = 12, step_m: float = 60.0, every_s: float = 45.0,
    ) -> Walk:  # fmt: skip
        """A walk of one phone from a place, in a direction of chance."""
        turn = self._rng.uniform(0, 2 * np.pi)
        away = step_m * np.arange(n) / M_PER_DEG
        lat, lon = start[0] + away * np.sin(turn), start[1] + away * np.cos(turn)
        true, site = self.level_dbm(operator, lat, lon)
        heard = true + self._rng.normal(0, DEVICE_DB)
        heard = heard + self._rng.normal(0, FADING_DB, n)
        dark = np.isnan(heard) | (heard < CENSOR_DBM)
        return Walk(
            operator, f"hp{number:03d}", lat, lon,
            begun_s + every_s * np.arange(n), true,
            np.where(dark, np.nan, np.rint(np.clip(heard, -139, -44))),
            self.identity(site),
        )  # fmt: skip

    def forged(self, like: Walk, device: str) -> Walk:
        """The same way with levels out of thin air, as of somebody who never went."""
        level = np.rint(self._rng.uniform(-75, -50, len(like.lat)))
        return Walk(
            like.operator, device, like.lat, like.lon, like.time_s + 90_000,
            like.true_dbm, level, like.cell,
        )  # fmt: skip


def write_android(path: Path, walks: list[Walk]) -> Path:
    """Write walks as the log of phones."""
    mnc = {key: operator.mnc[0] for key, operator in operators().items()}
    rows: list[dict[str, Any]] = []
    for walk in walks:
        for lat, lon, time_s, level, cell in zip(
            walk.lat.tolist(), walk.lon.tolist(), walk.time_s.tolist(),
            walk.level_dbm.tolist(), walk.cell.tolist(), strict=True,
        ):  # fmt: skip
            served = level == level
            rows.append(
                {
                    "time": f"{time_s:.0f}",
                    "lat": f"{lat:.6f}",
                    "lon": f"{lon:.6f}",
                    "accuracy_m": "8",
                    "mcc": "510",
                    "mnc": str(mnc[walk.operator]),
                    "ci": str(cell) if served else "",
                    "rsrp": f"{level:.0f}" if served else "",
                    "device": walk.device,
                }
            )
    return _write(path, rows)


def write_form(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write rows of the plain form."""
    return _write(path, rows)


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
