"""Claims: what an agency said of an area, kept even when two of them contradict.

Claims stand side by side only with the same topic, unit and election. A claim is never
spread over stations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from siaga.house.words import Text

__all__ = ["Claim", "Topic", "claims_known"]


@dataclass(frozen=True)
class Topic:
    """What claims are about, and the room whose duty it is."""

    key: str
    room: str
    title: Text


@dataclass(frozen=True)
class Claim:
    """One statement: of `area`, `value` of `of` units, said on a day."""

    key: str
    topic: str
    election: str
    """Empty = not about one election."""
    area: str
    """Kemendagri code with dots."""
    value: int
    of: int | None
    unit: str
    """`station`, `village`, `district` or `point`."""
    definition: Text
    agency: str
    said_by: str
    said_on: str
    """As precise as it was printed: `2024-01-25`, `2024-01` or `2024`."""
    known_at: datetime
    identified: int
    """How many of the units are named one by one."""
    supersedes: str
    source: str
    note: str

    @property
    def side_by_side(self) -> tuple[str, str, str]:
        """Claims with the same key may be compared."""
        return (self.topic, self.unit, self.election)


def claims_known(
    claims: Iterable[Claim], election: str, as_of: datetime
) -> list[Claim]:
    """Claims of an election, and those of none, that were known at `as_of`.

    Superseded ones drop out once the superseding claim is known itself.
    """
    known = [
        claim
        for claim in claims
        if claim.election in ("", election) and claim.known_at <= as_of
    ]
    replaced = {claim.supersedes for claim in known if claim.supersedes}
    return [claim for claim in known if claim.key not in replaced]
