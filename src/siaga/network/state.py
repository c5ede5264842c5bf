"""A run of the room as it was written: line, coverage, good points, listed masts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.problems import reading
from siaga.house.tables import numbers, read_columns
from siaga.network.channels import Channels, Ways, rank_channels
from siaga.network.coverage import Coverage
from siaga.network.good_point import GoodPoints
from siaga.network.ways import (
    carried_way,
    data_ways,
    point_way,
    satellite_way,
    sms_way,
)
from siaga.territory.situation import Line

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DEADLINE_MINUTES", "NetworkState", "network_state"]

Floats = npt.NDArray[np.float64]

DEADLINE_MINUTES = 720.0
"""From the signed form to the noon after: what e-rekap needs the picture for."""


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
    carried_minutes: Floats
    """To carry the record to the middle of the district, shape (n,)."""
    carried_by_sea: npt.NDArray[np.bool_]
    unit_m: Floats
    """Distance of a satellite unit within walking reach, NaN where none is."""

    @cached_property
    def channels(self) -> Channels:
        """Ways to send of every station, without any reinforcement."""
        return rank_channels(self._ways(), DEADLINE_MINUTES)

    def _ways(self) -> tuple[Ways, ...]:
        cover = self.coverage
        return (
            *data_ways(cover),
            sms_way(cover),
            point_way(self.good),
            satellite_way(self.unit_m),
            carried_way(self.carried_minutes, self.carried_by_sea),
        )


@lru_cache(maxsize=8)
def network_state(folder: Path) -> NetworkState:
    """State of a run's folder; runs never change, so it is read once.

    Raises BadState if a file is damaged.
    """
    with reading(folder / "stations.parquet"):  # of an older edition: other columns
        return _read(folder)


def _read(folder: Path) -> NetworkState:
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
        floats("carried_minutes"),
        numbers(stations["carried_by_sea"], np.uint8, 0) == 1,
        floats("unit_m"),
    )
