"""How much is known of the masts of an area: an empty map is not a dark land.

Where nothing complete is known of an operator's masts, no signal on the map means no
data, not no signal. So every figure of coverage carries the share of masts that is
known: sites in the list, weighed by their confidence, against the sites that the voters
of the area would ordinarily have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from siaga.territory.areas import AreaTree

__all__ = ["completeness", "sites_by_area"]

Floats = npt.NDArray[np.float64]


def completeness(
    sites_of_area: Floats, voters_of_area: Floats, voters_per_site: float
) -> Floats:
    """Share of the expected sites that is known, 0 to 1, NaN without voters.

    `sites_of_area` and `voters_of_area` have one entry an area; the first counts each
    site by its confidence. One site serves `voters_per_site` voters of one operator.
    """
    expected = np.maximum(voters_of_area / voters_per_site, 1.0)
    share = np.minimum(sites_of_area / expected, 1.0)
    return np.where(voters_of_area > 0, share, np.nan)


def sites_by_area(
    areas: AreaTree, village_of_site: npt.NDArray[np.int64], weight: Floats
) -> Floats:
    """Sites of every area by weight, shape (n_areas,); -1 = outside all villages."""
    count = np.zeros(len(areas.code))
    inside = village_of_site >= 0
    np.add.at(count, village_of_site[inside], weight[inside])
    for row in range(len(count) - 1, 0, -1):  # children stand after their parents
        count[areas.parent_row[row]] += count[row]
    return count
