"""A run of the room as it was written: line, coverage, good points, listed masts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.tables import numbers, read_columns
from siaga.network.channels import Channels, Kind, Ways, rank_channels
from siaga.network.coverage import Coverage
from siaga.network.good_point import GoodPoints
from siaga.territory.situation import Line

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DEADLINE_MINUTES", "NetworkState", "network_state"]

Floats = npt.NDArray[np.float64]

DEADLINE_MINUTES = 720.0
"""From the signed form to the noon after: what e-rekap needs the picture for."""
SEND_MINUTES = 10.0
"""To photograph and send the pages of one station."""
SMS_GAIN_DB = 10.0
"""A text gets through where a photo does not: -120 against -110 dBm."""
POINT_WORKS = 0.97
"""That somebody goes, finds the point and sends from there."""
CARRIED_WORKS = 0.985
"""That a record carried on land arrives unharmed; the law has it carried anyway."""
CARRIED_AT_SEA = 0.9
"""Over the sea the boat waits for the weather."""


@dataclass(frozen=True)
class NetworkState:
    """What pages and plans read of an assessment."""

    line: Line
    coverage: Coverage
    good: GoodPoints
    prior: Floats
    listed: Floats
    """Share of listed masts by area and operator."""
    sources: tuple[str, ...]
    """Keys of the lists of masts."""

    @cached_property
    def channels(self) -> Channels:
        """Ways to send of every station, without any reinforcement."""
        return rank_channels(self._ways(), DEADLINE_MINUTES)

    def _ways(self) -> tuple[Ways, ...]:
        cover, good = self.coverage, self.good
        n = len(self.line)
        send = np.full(n, SEND_MINUTES)
        heard = cover.site_row >= 0
        data = [
            Ways(
                f"data.{operator}",
                Kind.DATA,
                np.where(heard[:, at], cover.outdoor[:, at], np.nan),
                send,
            )
            for at, operator in enumerate(cover.operators)
        ]
        away = np.isfinite(good.minutes) & (good.minutes > 0)
        point = Ways(
            "point",
            Kind.POINT,
            np.where(away, POINT_WORKS, np.nan),
            np.where(away, good.minutes + SEND_MINUTES, np.nan),
        )
        return (*data, point)


@lru_cache(maxsize=8)
def network_state(folder: Path) -> NetworkState:
    """State of a run's folder; runs never change, so it is read once.

    Raises BadState if a file is damaged.
    """
    stations = read_columns(folder / "stations.parquet")

    def floats(name: str) -> Floats:
        return numbers(stations[name], np.float64, np.nan)

    coverage = Coverage.read(folder / "coverage.parquet")
    listed = read_columns(folder / "listed.parquet")
    sources = listed.schema.metadata[b"siaga.sources"].decode()
    columns = [numbers(listed[o], np.float64, np.nan) for o in coverage.operators]
    return NetworkState(
        Line.read(folder),
        coverage,
        GoodPoints(
            floats("good_lat"),
            floats("good_lon"),
            floats("good_m"),
            floats("good_minutes"),
            numbers(stations["good_way"], np.uint8, 0),
        ),
        floats("prior"),
        np.column_stack(columns) if columns else np.empty((listed.num_rows, 0)),
        tuple(key for key in sources.split(",") if key),
    )
