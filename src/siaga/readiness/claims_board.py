"""Who says what: claims side by side, only where they speak of the same thing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from siaga.territory.claims import Claim, Topic, claims_known

if TYPE_CHECKING:
    from datetime import datetime

    from siaga.territory.areas import AreaTree
    from siaga.territory.territory import Territory

__all__ = ["ClaimGroup", "PlacedClaim", "claim_groups"]


@dataclass(frozen=True)
class PlacedClaim:
    """A claim with the row of its area in an election's tree."""

    claim: Claim
    area_row: int


@dataclass(frozen=True)
class ClaimGroup:
    """Claims with the same topic, unit and election."""

    topic: Topic
    unit: str
    election: str
    claims: tuple[PlacedClaim, ...]
    """In the order of the tree; of one area, the newest first."""

    @property
    def disputed_rows(self) -> frozenset[int]:
        """Area rows of which two offices say different things.

        An office that said something else later has moved on: only its newest counts.
        """
        newest: dict[int, dict[str, int]] = defaultdict(dict)
        for placed in self.claims:
            newest[placed.area_row].setdefault(placed.claim.said_by, placed.claim.value)
        return frozenset(
            row for row, values in newest.items() if len(set(values.values())) > 1
        )


def claim_groups(
    territory: Territory, election: str, as_of: datetime, area_row: int = 0
) -> tuple[ClaimGroup, ...]:
    """Claims known at a moment about an area or what lies in it, grouped.

    Groups follow the order of the topics; those of the election come before those of no
    election.
    """
    areas = territory.areas(election)
    groups: dict[tuple[str, str, str], list[PlacedClaim]] = defaultdict(list)
    for claim in claims_known(territory.claims, election, as_of):
        row = areas.row_of_kemendagri(claim.area)
        if row is not None and _is_within(areas, row, area_row):
            groups[claim.side_by_side].append(PlacedClaim(claim, row))
    order = {topic: i for i, topic in enumerate(territory.topics)}
    keys = sorted(groups, key=lambda key: (order[key[0]], key[2] == "", key[1]))
    return tuple(
        ClaimGroup(territory.topics[key[0]], key[1], key[2], _sorted(groups[key]))
        for key in keys
    )


def _is_within(areas: AreaTree, row: int, area_row: int) -> bool:
    return area_row in areas.path(row)


def _sorted(claims: list[PlacedClaim]) -> tuple[PlacedClaim, ...]:
    newest_first = sorted(
        claims, key=lambda p: (p.claim.known_at, p.claim.key), reverse=True
    )
    return tuple(sorted(newest_first, key=lambda placed: placed.area_row))
