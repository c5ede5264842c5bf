"""How much is known of the masts of an area: an empty map is not a dark land.

Where the masts of an operator are not listed, no signal on the map means no data, not
no signal. So every figure of coverage carries the share of masts that is known. A list
of an operator or of Diskominfo is taken to be whole for a regency if it names masts in
half of its districts or more: a few masts beyond the border say nothing of the land
there. All else is counted, by its confidence, against the masts that the voters of a
district would ordinarily have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siaga.network.inputs import Masts
    from siaga.territory.areas import AreaTree

__all__ = ["listed_share", "sites_by_area"]

Floats = npt.NDArray[np.float64]

REGENCY, DISTRICT = 1, 2
WHOLE_SHARE = 0.5
"""Share of a regency's districts in which a list that is whole for it names masts."""


def listed_share(
    areas: AreaTree,
    masts: Masts,
    operators: Sequence[str],
    voters_of_area: Floats,
    voters_per_site: float,
) -> Floats:
    """Share of masts that is listed by area and operator, shape (n_areas, n_operators).

    NaN without voters. Areas below the district have the share of their district: what
    a mast of the next village serves is not the village's own.
    """
    operator = np.array(masts.stored.sites.operator, object)
    expected = np.maximum(voters_of_area / voters_per_site, 1.0)
    regency = areas.ancestor_at(REGENCY)
    shares = []
    for key in operators:
        own = operator == key
        listed = own & ~masts.stored.crowd & (masts.village >= 0)
        count = sites_by_area(
            areas, masts.village[own], masts.stored.sites.confidence[own]
        )
        share = np.minimum(count / expected, 1.0)
        whole = _whole_regencies(areas, masts.village[listed])
        share[np.isin(regency, whole) & (regency >= 0)] = 1.0
        shares.append(np.where(voters_of_area > 0, share, np.nan))
    found = np.column_stack(shares) if shares else np.empty((len(areas), 0))
    below = np.flatnonzero(areas.level > DISTRICT)
    found[below] = found[areas.ancestor_at(DISTRICT)[below]]
    return found


def _whole_regencies(
    areas: AreaTree, village_of_site: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Regencies in enough of whose districts a list names a mast."""
    regency = areas.ancestor_at(REGENCY).astype(np.int64)
    districts = areas.rows(DISTRICT)
    named = np.isin(districts, areas.ancestor_at(DISTRICT)[village_of_site])
    n_named = np.bincount(regency[districts[named]], minlength=len(areas))
    n_all = np.bincount(regency[districts], minlength=len(areas))
    return np.flatnonzero((n_all > 0) & (n_named >= WHOLE_SHARE * n_all))


def sites_by_area(
    areas: AreaTree, village_of_site: npt.NDArray[np.int64], weight: Floats
) -> Floats:
    """Sites of every area by weight, shape (n_areas,); -1 = outside all villages."""
    count = np.zeros(len(areas))
    inside = village_of_site >= 0
    np.add.at(count, village_of_site[inside], weight[inside])
    for row in range(len(count) - 1, 0, -1):  # children stand after their parents
        count[areas.parent_row[row]] += count[row]
    return count
