"""Area tree of one election: an area is a slice of the stations.

Stations are stored in the order of the election's own tree, so each area is a
contiguous range of rows [start, stop). Areas stand in depth-first order of their codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.problems import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LEVELS", "AreaTree"]

LEVELS = ("province", "regency", "district", "village")
"""Levels of the tree from the top; `level` holds the index."""

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class AreaTree:
    """Areas of an election; all arrays have one entry an area, in depth-first order."""

    election: str
    code: tuple[str, ...]
    name: tuple[str, ...]
    label: tuple[str, ...]
    """Short name for maps."""
    kind: tuple[str, ...]
    """`desa`, `kelurahan` or empty."""
    kemendagri: tuple[str, ...]
    """Code of the Ministry of Home Affairs of 2025, with dots; empty = no link."""
    level: npt.NDArray[np.uint8]
    parent_row: Ints
    """Row of the parent, -1 for the province."""
    start: Ints
    stop: Ints

    def __post_init__(self) -> None:
        """Check lengths, order and that children tile their parent."""
        n = len(self.code)
        for values in (self.name, self.label, self.kind, self.kemendagri):
            assert len(values) == n
        for array in (self.level, self.parent_row, self.start, self.stop):
            assert array.shape == (n,)
            array.flags.writeable = False
        assert n > 0 and self.parent_row[0] == -1
        assert (self.parent_row[1:] < np.arange(1, n)).all()
        assert (self.start <= self.stop).all()

    def __len__(self) -> int:
        """Number of areas of all levels."""
        return len(self.code)

    @property
    def n_stations(self) -> int:
        """Number of stations of the province."""
        return int(self.stop[0])

    @cached_property
    def _row_of_code(self) -> dict[str, int]:
        return {code: row for row, code in enumerate(self.code)}

    @cached_property
    def _row_of_kemendagri(self) -> dict[str, int]:
        return {code: row for row, code in enumerate(self.kemendagri) if code}

    def row(self, code: str) -> int:
        """Row of an area code of this election or, failing that, of a Kemendagri code.

        Raises NotFound: a code of another election is not looked up here.
        """
        found = self._row_of_code.get(code, self._row_of_kemendagri.get(code))
        if found is None:
            raise NotFound("problem.no_area", code=code, election=self.election)
        return found

    def row_of_kemendagri(self, code: str) -> int | None:
        """Row of a Kemendagri code, None where this election has no such area."""
        return self._row_of_kemendagri.get(code)

    def rows(self, level: int) -> npt.NDArray[np.intp]:
        """Rows of all areas of a level, in order."""
        return np.flatnonzero(self.level == level)

    @cached_property
    def _children(self) -> list[list[int]]:
        children: list[list[int]] = [[] for _ in self.code]
        for row, parent in enumerate(self.parent_row.tolist()):
            if parent >= 0:
                children[parent].append(row)
        return children

    def children(self, row: int) -> list[int]:
        """Rows of the areas directly below an area."""
        return self._children[row]

    def path(self, row: int) -> list[int]:
        """Rows from the province down to the area itself."""
        rows = [row]
        while self.parent_row[rows[-1]] >= 0:
            rows.append(int(self.parent_row[rows[-1]]))
        return rows[::-1]

    def stations(self, row: int) -> slice:
        """Rows of the stations of an area."""
        return slice(int(self.start[row]), int(self.stop[row]))

    @cached_property
    def village_of_station(self) -> Ints:
        """Area row of the village of each station, shape (n_stations,)."""
        villages = self.rows(len(LEVELS) - 1)
        counts = (self.stop - self.start)[villages]
        return np.repeat(villages, counts).astype(np.int32)

    def ancestor_at(self, level: int) -> Ints:
        """Area row of the ancestor at `level` of each area; itself there, -1 above."""
        found = np.full(len(self), -1, dtype=np.int32)
        for row, (own, parent) in enumerate(
            zip(self.level.tolist(), self.parent_row.tolist(), strict=True)
        ):
            if own == level:
                found[row] = row
            elif own > level:
                found[row] = found[parent]
        return found

    def level_name(self, row: int) -> str:
        """Name of the level of an area, e.g. `district`."""
        return LEVELS[int(self.level[row])]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Areas as plain records, for tables and exports."""
        for row in range(len(self)):
            yield {
                "code": self.code[row],
                "name": self.name[row],
                "level": self.level_name(row),
                "kemendagri": self.kemendagri[row],
                "n_stations": int(self.stop[row] - self.start[row]),
            }
