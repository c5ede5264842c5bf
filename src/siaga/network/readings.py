"""What was measured and where, as plain arrays beside what had been predicted there.

A reading is a level in dBm, or "no service" (the level lay below what a phone can
hear), or bars, or only whether a message went out. The last three say that the level
lies in a range; they count as such and are never dropped or made into a number.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

__all__ = ["NOT_KNOWN", "Points", "Readings"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NOT_KNOWN = -1
"""No such row, class, device, bars or answer is known."""


def _frozen(values: Any, dtype: Any) -> npt.NDArray[Any]:
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def _freeze(table: Any, dtypes: dict[str, Any], n: int) -> None:
    """Bring all columns to their dtype; raises ValueError for a wrong length."""
    for name, dtype in dtypes.items():
        array = _frozen(getattr(table, name), dtype)
        if array.shape != (n,):
            raise ValueError(f"{name}: expected shape ({n},), found {array.shape}")
        object.__setattr__(table, name, array)


@dataclass(frozen=True, eq=False)
class Points:
    """Places with what was predicted there, of one operator each; shape (n,).

    Raises ValueError for a wrong length, a place or prediction that is not finite, or a
    spread that is not above 0.
    """

    x_m: Floats
    y_m: Floats
    """East and north of any common origin (`blank_spots.local_metres`)."""
    operator: Ints
    """Number of the operator."""
    site_row: Ints
    """Site that serves, NOT_KNOWN where none is known."""
    frequency_mhz: Floats
    """Of the serving cell; NaN = band not known."""
    distance_m: Floats
    """To the serving site; NaN = not known."""
    clutter: Ints
    """Class of the land cover, or NOT_KNOWN."""
    clutter_m: Floats
    """Height of the clutter; NaN = not known."""
    predicted_dbm: Floats
    """Median that the model gives."""
    predicted_sigma_db: Floats
    """Its standard deviation, all doubts of the level together, above 0."""

    def __post_init__(self) -> None:
        """Check and freeze the columns."""
        dtypes = {
            f.name: np.int64 if f.type == "Ints" else np.float64 for f in fields(self)
        }
        _freeze(self, dtypes, np.size(self.x_m))
        for name in ("x_m", "y_m", "predicted_dbm", "predicted_sigma_db"):
            if not np.isfinite(getattr(self, name)).all():
                raise ValueError(f"{name}: not finite")
        if not (self.predicted_sigma_db > 0).all():
            raise ValueError("predicted_sigma_db: not above 0")

    def __len__(self) -> int:
        """Number of places."""
        return len(self.x_m)

    @property
    def xy_m(self) -> Floats:
        """East and north, shape (n, 2)."""
        return np.column_stack([self.x_m, self.y_m])

    def take(self, rows: Ints | Mask) -> Self:
        """Those of these rows, in their order."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, eq=False)
class Readings:
    """Measurements, one entry each, shape (n,).

    Where `level_dbm` is finite it counts; else `censored`; else `bars` and `sent`, both
    if both are known. A reading of which nothing is known says nothing. Raises
    ValueError for a wrong length, an infinite level, bars outside -1 to 5 or an answer
    outside -1 to 1.
    """

    at: Points
    device: Ints
    """Phone or form; NOT_KNOWN where it is not known. The forms of one team are best
    one device: its offset then takes up what they mean by a bar."""
    level_dbm: Floats
    """NaN where none was read."""
    censored: Mask
    """No service: the level lay below `censor_dbm`."""
    bars: Ints
    """0 to 5, or NOT_KNOWN."""
    sent: Ints
    """1 = the message went out, 0 = it did not, NOT_KNOWN = not tried."""
    censor_dbm: float = -125.0
    """Below this a phone reports no service."""

    def __post_init__(self) -> None:
        """Check and freeze the columns."""
        dtypes = {
            "device": np.int64, "level_dbm": np.float64, "censored": np.bool_,
            "bars": np.int64, "sent": np.int64,
        }  # fmt: skip
        _freeze(self, dtypes, len(self.at))
        if np.isinf(self.level_dbm).any() or not np.isfinite(self.censor_dbm):
            raise ValueError("level_dbm: infinite")
        if not np.isin(self.bars, range(NOT_KNOWN, 6)).all():
            raise ValueError("bars: not from -1 to 5")
        if not np.isin(self.sent, (NOT_KNOWN, 0, 1)).all():
            raise ValueError("sent: not -1, 0 or 1")

    def __len__(self) -> int:
        """Number of readings."""
        return len(self.at)

    def take(self, rows: Ints | Mask) -> Readings:
        """Those of these rows, in their order."""
        return Readings(
            self.at.take(rows), self.device[rows], self.level_dbm[rows],
            self.censored[rows], self.bars[rows], self.sent[rows], self.censor_dbm,
        )  # fmt: skip

    def canonical_order(self) -> Ints:
        """Rows sorted by everything that is known of them, shape (n,).

        Sums of floats depend on their order: sorted like this, the same readings give
        the same bits in whatever order they came.
        """
        columns = [getattr(self.at, f.name) for f in fields(self.at)]
        columns += [self.device, self.level_dbm, self.censored, self.bars, self.sent]
        return np.lexsort([np.nan_to_num(c, nan=1e9) for c in columns[::-1]])
