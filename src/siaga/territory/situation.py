"""Situation and Line: what every engine is given and what it gives.

A Situation is the province at a moment for one election. A Line holds one verdict, its
origin, its reason and the figures behind it for every station, in row order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.tables import numbers, read_columns, write_columns
from siaga.house.workspace import canonical_json
from siaga.territory.events import events_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from siaga.territory.events import Event
    from siaga.territory.territory import Territory

__all__ = [
    "WORST_FIRST",
    "Figure",
    "Line",
    "Origin",
    "Reason",
    "Situation",
    "Verdict",
    "fold_verdicts",
]


class Verdict(IntEnum):
    """How a subject stands; the names are those of the design."""

    READY = 0
    AT_RISK = 1
    NOT_READY = 2
    UNKNOWN = 3
    NOT_DUE = 4

    @property
    def key(self) -> str:
        """Key of the verdict in words, style sheets and exports."""
        return self.name.lower()


class Origin(IntEnum):
    """Who says so."""

    NOBODY = 0
    """Nobody has reported."""
    REPORTED = 1
    """Reported by the owner of the duty."""
    COMPUTED = 2
    """Computed by Siaga, shown as `perkiraan`."""

    @property
    def key(self) -> str:
        """Key of the origin in words, style sheets and exports."""
        return self.name.lower()


WORST_FIRST = (Verdict.NOT_READY, Verdict.UNKNOWN, Verdict.AT_RISK, Verdict.READY)
"""Order in which the verdicts of due lines win over each other (DESIGN section 2)."""

_SEVERITY = np.array([1, 2, 4, 3, 0], dtype=np.uint8)
_VERDICT_OF_SEVERITY = np.array([4, 0, 1, 3, 2], dtype=np.uint8)


@dataclass(frozen=True)
class Reason:
    """Why a verdict is what it is.

    The sentence is the message `<room>.reason.<key>`; `figures` names those it uses and
    `duty` the job it belongs to.
    """

    key: str
    figures: tuple[str, ...]
    duty: str


@dataclass(frozen=True)
class Figure:
    """A named figure of every subject; NaN = unknown. All arrays have shape (n,)."""

    name: str
    unit: str
    source: str
    value: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64] | None = None
    high: npt.NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Situation:
    """The province at a moment for one election."""

    territory: Territory
    election: str
    as_of: datetime

    @property
    def events(self) -> tuple[Event, ...]:
        """Events that hold at the moment."""
        return events_at(self.territory.events, self.election, self.as_of)

    @property
    def situation_id(self) -> str:
        """Hash of the canonical form; the land itself enters a run by its digests."""
        form = {
            "as_of": self.as_of.isoformat(),
            "election": self.election,
            "events": [event.form() for event in self.events],
        }
        return hashlib.sha256(canonical_json(form).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Line:
    """Verdicts of a room over all stations of an election, in row order."""

    room: str
    verdict: npt.NDArray[np.uint8]
    origin: npt.NDArray[np.uint8]
    reason: npt.NDArray[np.int16]
    """Index into the room's reasons, -1 = none."""
    figures: tuple[Figure, ...]

    def __post_init__(self) -> None:
        """Check lengths and ranges; freeze the arrays."""
        n = len(self.verdict)
        for array in (self.verdict, self.origin, self.reason):
            assert array.shape == (n,)
            array.flags.writeable = False
        assert n == 0 or int(self.verdict.max()) <= Verdict.NOT_DUE
        assert all(figure.value.shape == (n,) for figure in self.figures)

    def __len__(self) -> int:
        """Number of subjects."""
        return len(self.verdict)

    def figure(self, name: str) -> Figure:
        """Figure of a name; raises KeyError."""
        for figure in self.figures:
            if figure.name == name:
                return figure
        raise KeyError(name)

    def at(self, row: int) -> dict[str, float]:
        """Known figures of one subject by name."""
        values = {figure.name: float(figure.value[row]) for figure in self.figures}
        return {name: value for name, value in values.items() if value == value}

    def write(self, folder: Path) -> None:
        """Write the line as `line.parquet`."""
        columns: dict[str, Any] = {
            "verdict": self.verdict,
            "origin": self.origin,
            "reason": self.reason,
        }
        for figure in self.figures:
            columns[figure.name] = figure.value
            if figure.low is not None and figure.high is not None:
                columns[f"{figure.name}.low"] = figure.low
                columns[f"{figure.name}.high"] = figure.high
        about = [[figure.name, figure.unit, figure.source] for figure in self.figures]
        form = canonical_json({"room": self.room, "figures": about})
        write_columns(folder / "line.parquet", columns, {"siaga.line": form.encode()})

    @classmethod
    def read(cls, folder: Path) -> Line:
        """Line that `write` wrote."""
        import json

        table = read_columns(folder / "line.parquet")
        about = json.loads(table.schema.metadata[b"siaga.line"])

        def floats(name: str) -> npt.NDArray[np.float64] | None:
            if name not in table.column_names:
                return None
            return numbers(table[name], np.float64, np.nan)

        figures = []
        for name, unit, source in about["figures"]:
            value = floats(name)
            assert value is not None
            low, high = floats(f"{name}.low"), floats(f"{name}.high")
            figures.append(Figure(name, unit, source, value, low, high))
        return cls(
            about["room"],
            numbers(table["verdict"], np.uint8, Verdict.UNKNOWN),
            numbers(table["origin"], np.uint8, Origin.NOBODY),
            numbers(table["reason"], np.int16, -1),
            tuple(figures),
        )


def fold_verdicts(
    verdicts: Sequence[npt.NDArray[np.uint8]], n: int
) -> npt.NDArray[np.uint8]:
    """Worst verdict of each subject over its due lines, shape (n,).

    The order is `WORST_FIRST`; NOT_DUE where no line is due.
    """
    worst = np.zeros(n, dtype=np.uint8)
    for verdict in verdicts:
        np.maximum(worst, _SEVERITY[verdict], out=worst)
    return np.asarray(_VERDICT_OF_SEVERITY[worst])
