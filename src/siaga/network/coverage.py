"""Coverage: what every station hears of every operator, and how sure that is.

For each station and operator the nearest masts are computed, all their cells, both
directions. What decides is the worse direction of the best cell; what is uncertain is
carried apart and added as variances: model, terrain, place of the phone, EIRP, and the
two points (a crowd-sourced mast stands somewhere within a kilometre).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.tables import numbers, read_columns, write_columns
from siaga.network.service import service_probability

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Coverage", "Heard", "coverage_of", "place_sigma_db"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int32]

DISTANCE_SLOPE_DB = 35.0
"""Loss of a decade of distance near the ground: what an error of a point costs."""
PLACE_SIGMA_MAX_DB = 12.0
"""A point that is wholly unknown still lies in its village."""


@dataclass(frozen=True)
class Heard:
    """Masts that stations can hear of one operator; arrays have shape (n, k).

    NaN and -1 where there is no k-th mast within reach.
    """

    operator: str
    site_row: Rows
    """Row of the mast in the sites."""
    distance_m: Floats
    level_dbm: Floats
    """Median RSRP of its best cell outdoors."""
    down_db: Floats
    """Margin of that level over what is needed."""
    up_db: Floats
    """Margin of what the mast hears of the phone."""
    sigma_db: Floats
    """Standard deviation of both margins."""
    works: Floats
    """Probability that the mast is there and on the air."""
    frequency_mhz: Floats
    """Of its best cell."""

    @property
    def margin_db(self) -> Floats:
        """Margin of the worse direction."""
        return np.minimum(self.down_db, self.up_db)


@dataclass(frozen=True)
class Coverage:
    """Best mast and probabilities by station and operator, shape (n, n_operators)."""

    operators: tuple[str, ...]
    site_row: Rows
    """Mast of the best margin, -1 = none within reach."""
    distance_m: Floats
    level_dbm: Floats
    down_db: Floats
    up_db: Floats
    sigma_db: Floats
    outdoor: Floats
    """Probability that a result gets through before the door, 0 without a mast."""
    indoor: Floats
    """The same inside a building."""
    any_outdoor: Floats
    """By at least one operator, shape (n,)."""
    any_indoor: Floats

    def write(self, path: Path) -> None:
        """Write as one Parquet file."""
        columns: dict[str, Any] = {
            "any_outdoor": self.any_outdoor,
            "any_indoor": self.any_indoor,
        }
        for at, operator in enumerate(self.operators):
            for name in _BY_OPERATOR:
                columns[f"{operator}.{name}"] = getattr(self, name)[:, at]
        about = ",".join(self.operators).encode()
        write_columns(path, columns, {"siaga.operators": about})

    @classmethod
    def read(cls, path: Path) -> Coverage:
        """Coverage that `write` wrote; raises BadState if the file is damaged."""
        table = read_columns(path)
        names = table.schema.metadata[b"siaga.operators"].decode()
        operators = tuple(name for name in names.split(",") if name)
        n = table.num_rows

        def columns(name: str) -> npt.NDArray[Any]:
            dtype, unknown = (
                (np.int32, -1) if name == "site_row" else (np.float64, np.nan)
            )
            found = [numbers(table[f"{o}.{name}"], dtype, unknown) for o in operators]
            return np.column_stack(found) if found else np.empty((n, 0), dtype)

        return cls(
            operators,
            **{name: columns(name) for name in _BY_OPERATOR},
            any_outdoor=numbers(table["any_outdoor"], np.float64, 0.0),
            any_indoor=numbers(table["any_indoor"], np.float64, 0.0),
        )


_BY_OPERATOR = (
    "site_row", "distance_m", "level_dbm", "down_db", "up_db", "sigma_db",
    "outdoor", "indoor",
)  # fmt: skip


def place_sigma_db(distance_m: Floats, error_m: Floats) -> Floats:
    """Standard deviation of the loss from an error of the points, dB.

    An error of a third of the distance moves the loss by about 4 dB either way.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = DISTANCE_SLOPE_DB * np.log10(1 + error_m / np.maximum(distance_m, 1.0))
    return np.minimum(moved, PLACE_SIGMA_MAX_DB)


def coverage_of(
    heard: Mapping[str, Heard], n: int, entry_db: float, entry_sigma_db: float
) -> Coverage:
    """Coverage of `n` stations from what they hear of each operator.

    `entry_db` is the loss into a building and `entry_sigma_db` its spread.
    """
    each = [_of_operator(one, entry_db, entry_sigma_db) for one in heard.values()]
    columns = {
        name: np.column_stack([one[name] for one in each])
        if each
        else np.empty((n, 0), np.int32 if name == "site_row" else np.float64)
        for name in _BY_OPERATOR
    }
    return Coverage(
        tuple(heard),
        **columns,
        any_outdoor=_by_any(heard, n, 0.0, 0.0),
        any_indoor=_by_any(heard, n, entry_db, entry_sigma_db),
    )


def _of_operator(one: Heard, entry_db: float, entry_sigma_db: float) -> dict[str, Any]:
    margin = np.where(np.isfinite(one.margin_db), one.margin_db, -np.inf)
    best = np.argmax(margin, axis=1)[:, None]
    found: dict[str, Any] = {
        name: np.take_along_axis(getattr(one, name), best, axis=1)[:, 0]
        for name in _BY_OPERATOR[:-2]
    }
    found["outdoor"] = _probability([one], 0.0, 0.0)
    found["indoor"] = _probability([one], entry_db, entry_sigma_db)
    return found


def _by_any(
    heard: Mapping[str, Heard], n: int, entry_db: float, entry_sigma_db: float
) -> Floats:
    if not heard:
        return np.zeros(n)
    return _probability(list(heard.values()), entry_db, entry_sigma_db)


def _probability(masts: list[Heard], entry_db: float, entry_sigma_db: float) -> Floats:
    margin = np.concatenate([one.margin_db for one in masts], axis=1) - entry_db
    sigma = np.concatenate([one.sigma_db for one in masts], axis=1)
    works = np.concatenate([one.works for one in masts], axis=1)
    return service_probability(
        margin, np.hypot(sigma, entry_sigma_db), np.nan_to_num(works)
    )
