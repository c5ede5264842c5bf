"""Report tables: what a room has to show besides its line, without any layout.

A room may have a module `siaga.<room>.report` with one or both of

    room_tables(situation, area_row, run) -> Sequence[ReportTable]
    station_tables(situation, row, run) -> Sequence[ReportTable]

`run` is the folder of the assessment that is shown, None where there is none.

Pages, commands and files show these tables as they are; whoever shows them knows
nothing of the room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from siaga.house.words import Phrase, Text

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Cell", "Column", "ReportTable", "Rows", "Said"]

Said = Phrase | Text | str
"""A text that is in no language yet, or a proper name."""


@dataclass(frozen=True)
class Column:
    """Head of a column."""

    title: Said
    numeric: bool = True


@dataclass(frozen=True)
class Cell:
    """One figure or text of a table; None = not known, never 0."""

    value: int | float | datetime | Said | None = None
    decimals: int = 0
    tag: Phrase | None = None
    """Kind of doubt: estimated, volunteer, ..."""
    differs: bool = False
    """Whether it contradicts another cell of its row."""
    repeats: bool = False
    """Whether it says what the row above has said."""
    area: str = ""
    """Code of the area to which it leads."""
    station: str = ""
    """Code of the station to which it leads."""


class Rows(Sequence[tuple[Cell, ...]]):
    """Rows of a long table, each made when it is asked for: a page shows a few."""

    def __init__(self, n: int, make: Callable[[int], tuple[Cell, ...]]) -> None:
        """Rows 0 to n - 1 as `make` gives them."""
        self._at, self._make = range(n), make

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._at)

    @overload
    def __getitem__(self, at: int) -> tuple[Cell, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[tuple[Cell, ...], ...]: ...
    def __getitem__(self, at: int | slice) -> Any:
        """One row, or some of them."""
        if isinstance(at, slice):
            return tuple(self._make(row) for row in self._at[at])
        return self._make(self._at[at])


@dataclass(frozen=True)
class ReportTable:
    """A table with its title, the doubts about it and its sources."""

    title: Phrase
    columns: tuple[Column, ...] = ()
    rows: Sequence[tuple[Cell, ...]] = ()
    note: Phrase | None = None
    remarks: tuple[Phrase, ...] = ()
    """Sentences that keep a reader from a wrong conclusion."""
    sources: tuple[str, ...] = ()
    """Keys of the sources, in the order of their weight."""
    empty: Phrase | None = None
    """What is said where there are no rows: what is missing and who has it."""
    key: str = ""
    """Name under which the table can be downloaded; empty = it cannot."""
    points: tuple[tuple[float, float] | None, ...] = ()
    """Latitude and longitude of each row, empty where rows have no place."""
    shown_rows: int = 0
    """How many rows a page shows, the rest is in the file; 0 = all."""

    def __post_init__(self) -> None:
        """Check that each row has a cell for each column, and that nothing is blank."""
        if not isinstance(self.rows, Rows):
            assert all(len(row) == len(self.columns) for row in self.rows)
        assert self.rows or self.empty is not None
        assert len(self.points) in (0, len(self.rows))
