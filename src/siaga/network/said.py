"""What agencies last said of dark stations, regency by regency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.territory.claims import Claim, claims_known

if TYPE_CHECKING:
    from siaga.territory.situation import Situation

__all__ = ["TOPIC", "newest_claims", "said_dark"]

TOPIC = "blank_spot"
UNIT = "station"
REGENCY = 1


def newest_claims(situation: Situation) -> dict[int, Claim]:
    """Newest claim about dark stations of each area, by area row.

    Of two claims of one day the one about this election counts, then the last named.
    """
    territory = situation.territory
    areas = territory.areas(situation.election)
    found: dict[int, Claim] = {}
    known = claims_known(territory.claims, situation.election, situation.as_of)
    for claim in sorted(known, key=lambda c: (c.known_at, c.election != "")):
        row = areas.row_of_kemendagri(claim.area)
        if (claim.topic, claim.unit) == (TOPIC, UNIT) and row is not None:
            found[row] = claim
    return found


def said_dark(
    situation: Situation,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Group of each area, shape (n_areas,), and the dark stations said of each group.

    A regency of which nobody has said anything is in no group: -1. Nothing is not 0.
    """
    areas = situation.territory.areas(situation.election)
    regency = areas.ancestor_at(REGENCY)
    group = np.full(len(areas), -1, np.int64)
    expected: list[float] = []
    for row, claim in sorted(newest_claims(situation).items()):
        if areas.level[row] == REGENCY:
            group[regency == row] = len(expected)
            expected.append(float(claim.value))
    return group, np.array(expected)
