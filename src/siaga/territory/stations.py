"""Stations (TPS) of one election, in the order of its area tree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from siaga.house.problems import NotFound

__all__ = ["Stations", "VoterOrigin"]

SPECIAL_FROM = 901
"""Special-location stations (prisons, dormitories, ...) are numbered from here."""


class VoterOrigin(IntEnum):
    """Where a station's number of voters comes from."""

    UNKNOWN = 0
    SOURCE = 1
    """Printed by the source of the row."""
    ESTIMATED = 2
    """Share of the rest of the regency's official DPT."""


@dataclass(frozen=True)
class Stations:
    """Stations of an election; all arrays have one entry a station, shape (n,)."""

    election: str
    code: tuple[str, ...]
    number: npt.NDArray[np.int32]
    special: npt.NDArray[np.bool_]
    voters: npt.NDArray[np.int32]
    """Registered voters (DPT), -1 = unknown."""
    voters_low: npt.NDArray[np.int32]
    voters_high: npt.NDArray[np.int32]
    voters_origin: npt.NDArray[np.uint8]
    voters_source: tuple[str, ...]
    """Key of the source; empty where unknown."""
    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    error_m: npt.NDArray[np.float64]
    """Radius in which the point lies, NaN where there is no point."""
    point_origin: npt.NDArray[np.uint8]
    """`placing.PointOrigin`."""
    point_place: tuple[str, ...]
    """Place (school) on which an estimated point rests; empty for others."""

    def __post_init__(self) -> None:
        """Check that all columns have the same length; freeze them."""
        n = len(self.code)
        assert len(self.voters_source) == n and len(self.point_place) == n
        for array in (
            self.number, self.special, self.voters, self.voters_low, self.voters_high,
            self.voters_origin, self.lat, self.lon, self.error_m, self.point_origin,
        ):  # fmt: skip
            assert array.shape == (n,)
            array.flags.writeable = False

    def __len__(self) -> int:
        """Number of stations."""
        return len(self.code)

    @cached_property
    def _row_of_code(self) -> dict[str, int]:
        return {code: row for row, code in enumerate(self.code)}

    def row(self, code: str) -> int:
        """Row of a station code of this election; raises NotFound."""
        try:
            return self._row_of_code[code]
        except KeyError:
            raise NotFound(
                "problem.no_station", code=code, election=self.election
            ) from None

    @cached_property
    def voters_known(self) -> npt.NDArray[np.bool_]:
        """Mask of the stations whose number of voters is known or estimated."""
        return np.asarray(self.voters >= 0)
