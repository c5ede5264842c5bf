"""The register of an election: its stations against official figures, and its gaps.

The register has a date of its own and is not filtered by the moment one looks from.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from siaga.territory.areas import LEVELS, AreaTree
from siaga.territory.placing import PointOrigin
from siaga.territory.stations import Stations, VoterOrigin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.territory.territory import Territory

__all__ = [
    "FAR_M",
    "Gaps",
    "Official",
    "Register",
    "RegisterRow",
    "Unlinked",
    "register_of",
]

FAR_M = 3_000.0
"""Error from which a point needs to be measured before anything is planned with it."""

_VILLAGE = len(LEVELS) - 1


@dataclass(frozen=True)
class Official:
    """An official figure of an area."""

    value: int
    known_on: str
    source: str


@dataclass(frozen=True)
class RegisterRow:
    """One area of the register: its stations and voters beside the official figures."""

    area_row: int
    n_stations: int
    n_special: int
    official_stations: Official | None
    n_source: int
    """Stations whose voters a source prints."""
    n_estimated: int
    n_unknown: int
    voters: int
    """Sum of the known and estimated voters."""
    voters_low: int
    voters_high: int
    official_voters: Official | None

    @property
    def stations_difference(self) -> int | None:
        """Stations of the list minus the official count."""
        if self.official_stations is None:
            return None
        return self.n_stations - self.official_stations.value

    @property
    def voters_difference(self) -> int | None:
        """Voters of the list minus the official DPT; None where there is no list."""
        if self.official_voters is None or not self.n_stations:
            return None
        return self.voters - self.official_voters.value


@dataclass(frozen=True)
class Unlinked:
    """Villages that no link leads to another election; None = no links are known."""

    election: str
    area_rows: tuple[int, ...] | None


@dataclass(frozen=True)
class Gaps:
    """What the register lacks, as rows of areas or stations."""

    no_polygon: tuple[int, ...]
    """Villages without a polygon."""
    no_kemendagri: tuple[int, ...]
    """Villages without a link to today's Kemendagri code."""
    no_point: int
    """Stations without a point."""
    measured: int
    """Stations whose point a source gives; all others are estimates."""
    far: tuple[tuple[int, int, float], ...]
    """Villages with points uncertain by more than `FAR_M`: row, stations, error."""
    unlinked: tuple[Unlinked, ...]
    over_limit: tuple[int, ...]
    """Stations with more printed voters than the limit, the largest first."""

    @property
    def n_far(self) -> int:
        """Stations with a point that is uncertain by more than `FAR_M`."""
        return sum(n for _, n, _ in self.far)


@dataclass(frozen=True)
class Register:
    """The register of one election."""

    total: RegisterRow
    regencies: tuple[RegisterRow, ...]
    gaps: Gaps

    @property
    def n_differ(self) -> int:
        """Regencies whose count of stations is not the official one."""
        return sum(bool(row.stations_difference) for row in self.regencies)


@lru_cache(maxsize=8)
def register_of(territory: Territory, election: str) -> Register:
    """Register of an election, computed once for a territory."""
    areas, stations = territory.areas(election), territory.stations(election)
    official = _official(territory, election)
    regencies = [int(row) for row in areas.rows(1)]
    return Register(
        _row(areas, stations, official, 0),
        tuple(_row(areas, stations, official, row) for row in regencies),
        _gaps(territory, election),
    )


def _official(territory: Territory, election: str) -> dict[tuple[str, str], Official]:
    """Official figures of an election by figure and Kemendagri code."""
    return {
        (row["figure"], row["area"]): Official(
            int(row["value"]), row["known_on"], row["source"]
        )
        for row in territory.land_rows("figures")
        if row["election"] == election
    }


def _row(
    areas: AreaTree,
    stations: Stations,
    official: dict[tuple[str, str], Official],
    row: int,
) -> RegisterRow:
    inside, code = areas.stations(row), areas.kemendagri[row]
    voters, origin = stations.voters[inside], stations.voters_origin[inside]
    known = voters >= 0
    n_by_origin = np.bincount(origin, minlength=len(VoterOrigin))
    return RegisterRow(
        area_row=row,
        n_stations=int(voters.size),
        n_special=int(np.count_nonzero(stations.special[inside])),
        official_stations=official.get(("stations", code)),
        n_source=int(n_by_origin[VoterOrigin.SOURCE]),
        n_estimated=int(n_by_origin[VoterOrigin.ESTIMATED]),
        n_unknown=int(n_by_origin[VoterOrigin.UNKNOWN]),
        voters=int(voters[known].sum()),
        voters_low=int(stations.voters_low[inside][known].sum()),
        voters_high=int(stations.voters_high[inside][known].sum()),
        official_voters=official.get(("dpt", code)),
    )


def _gaps(territory: Territory, election: str) -> Gaps:
    areas, stations = territory.areas(election), territory.stations(election)
    villages = [int(row) for row in areas.rows(_VILLAGE)]
    outlines = territory.outlines(election)
    limit = territory.election(election).station_limit
    printed = stations.voters_origin == VoterOrigin.SOURCE
    over = np.flatnonzero(printed & (stations.voters > limit))
    over = over[np.argsort(-stations.voters[over], kind="stable")]
    return Gaps(
        no_polygon=tuple(row for row in villages if outlines[row] is None),
        no_kemendagri=tuple(row for row in villages if not areas.kemendagri[row]),
        no_point=int(np.count_nonzero(np.isnan(stations.lat))),
        measured=int(np.count_nonzero(stations.point_origin == PointOrigin.GIVEN)),
        far=tuple(_far(areas, stations)),
        unlinked=tuple(_unlinked(territory, election, villages)),
        over_limit=tuple(over.tolist()),
    )


def _far(areas: AreaTree, stations: Stations) -> Iterator[tuple[int, int, float]]:
    """Villages with far points, those with the largest error first."""
    rows = np.flatnonzero(stations.error_m > FAR_M)
    village = areas.village_of_station[rows] if rows.size else rows
    count = Counter(village.tolist())
    error: dict[int, float] = {}
    for area_row, error_m in zip(
        village.tolist(), stations.error_m[rows].tolist(), strict=True
    ):
        error[area_row] = max(error.get(area_row, 0.0), error_m)
    for area_row in sorted(error, key=lambda row: -error[row]):
        yield area_row, count[area_row], error[area_row]


def _unlinked(
    territory: Territory, election: str, villages: list[int]
) -> Iterator[Unlinked]:
    areas = territory.areas(election)
    linked: dict[str, set[str]] = {}
    for link in territory.land_rows("area_links"):
        ends = (
            (link["from_system"], link["from_code"]),
            (link["to_system"], link["to_code"]),
        )
        for (system, code), (other, _) in (ends, ends[::-1]):
            if system == election:
                linked.setdefault(other, set()).add(code)
    for other in territory.elections:
        if other == election:
            continue
        codes = linked.get(other)
        if codes is None:
            yield Unlinked(other, None)
        else:
            yield Unlinked(
                other, tuple(r for r in villages if areas.code[r] not in codes)
            )
