"""What a room says of one point of the map, without any layout.

A room may have a module `siaga.<room>.point` (see `siaga.house.rooms`). What it gives
is shown as it is; whoever shows it knows nothing of the room. A drawing is data: bands,
lines and marks over two axes, each with the part that it plays.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from siaga.house.words import Phrase
    from siaga.territory.report import ReportTable, Said

__all__ = ["Band", "Chart", "Choice", "Curve", "Mark", "PointView", "Role", "Spot"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spot:
    """A point of the map, which may be that of a station."""

    lat: float
    lon: float
    """NaN with the latitude for a station whose point is not known."""
    error_m: float = 0.0
    """Radius in which the point lies."""
    station_row: int | None = None


class Role(StrEnum):
    """Part that something plays in a drawing; whoever draws gives it a look."""

    GROUND = "ground"
    """What is solid, filled."""
    COVER = "cover"
    """What stands on the ground."""
    DOUBT = "doubt"
    """Where it may also be."""
    ZONE = "zone"
    CORE = "core"
    """Inner part of a zone."""
    SIGHT = "sight"
    END = "end"
    """An end of what is drawn."""
    OBSTACLE = "obstacle"
    """What is wrong."""
    NOTE = "note"
    """What decides, and is not wrong."""


@dataclass(frozen=True, eq=False)
class Band:
    """Area between two curves over the x of the chart; arrays of its length."""

    role: Role
    low: Floats
    high: Floats
    label: Phrase


@dataclass(frozen=True, eq=False)
class Curve:
    """Line over the x of the chart."""

    role: Role
    y: Floats
    label: Phrase


@dataclass(frozen=True)
class Mark:
    """A named point; with a foot it stands on it like a mast."""

    role: Role
    x: float
    y: float
    label: Phrase
    foot: float | None = None


@dataclass(frozen=True, eq=False)
class Chart:
    """A drawing with its text for those who cannot see it."""

    title: Phrase
    description: Phrase
    x: Floats
    """Grows; at least two values."""
    x_title: Phrase
    y_title: Phrase
    y_range: tuple[float, float]
    bands: tuple[Band, ...]
    """Drawn in this order."""
    curves: tuple[Curve, ...]
    marks: tuple[Mark, ...]

    def __post_init__(self) -> None:
        """Check the lengths, that x grows and that there is something to show."""
        n = self.x.size
        assert n > 1 and (np.diff(self.x) > 0).all()
        assert self.y_range[0] < self.y_range[1]
        assert all(band.low.size == band.high.size == n for band in self.bands)
        assert all(curve.y.size == n for curve in self.curves)


@dataclass(frozen=True)
class Choice:
    """Another view of the same point."""

    key: str
    label: Said
    current: bool


@dataclass(frozen=True)
class PointView:
    """What a room says of a point."""

    title: Phrase
    sentence: Phrase
    """What it comes to, to be read aloud."""
    notes: tuple[Phrase, ...] = ()
    """What keeps a reader from a wrong conclusion."""
    chart: Chart | None = None
    tables: tuple[ReportTable, ...] = ()
    behind: tuple[ReportTable, ...] = ()
    """Figures of the chart, for who asks."""
    choices: tuple[Choice, ...] = ()
