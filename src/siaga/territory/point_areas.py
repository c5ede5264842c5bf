"""Which village a point lies in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from siaga.territory.areas import AreaTree
    from siaga.territory.shapes import Objects
    from siaga.territory.territory import Territory

__all__ = ["village_at", "village_near"]

Floats = npt.NDArray[np.float64]


def village_at(
    areas: AreaTree, shapes: Objects, lat: Floats, lon: Floats
) -> npt.NDArray[np.int64]:
    """Area row of the village that holds each point, shape (n,); -1 = none does.

    `shapes` are the polygons of all areas, None where there is none. Of two that share
    a border point the first counts. NaN lies nowhere.
    """
    import shapely

    villages = areas.rows(int(areas.level.max()))
    polygons = shapes[villages]
    has_shape = ~shapely.is_missing(polygons)
    villages, polygons = villages[has_shape], polygons[has_shape]
    found = np.full(lat.size, -1, np.int64)
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    if villages.size and known.size:
        tree = shapely.STRtree(polygons)
        points = shapely.points(lon[known], lat[known])
        at, polygon = tree.query(points, predicate="intersects")
        order = np.lexsort((polygon, at))[::-1]  # the first one is written last
        found[known[at[order]]] = villages[polygon[order]]
    return found


def village_near(
    territory: Territory, election: str, lat: float, lon: float
) -> int | None:
    """Area row of the village of one point by its simplified outline, at once.

    None where none holds it. Good enough to name a place, not to count in it.
    """
    import shapely

    villages, tree = _outlines(territory, election)
    if not villages.size:
        return None
    found = tree.query(shapely.points(lon, lat), predicate="intersects")
    return int(villages[found.min()]) if found.size else None


@lru_cache(maxsize=4)
def _outlines(territory: Territory, election: str) -> tuple[npt.NDArray[Any], Any]:
    """Area rows of the villages with an outline, and a tree over these."""
    import shapely

    areas, outlines = territory.areas(election), territory.outlines(election)
    villages = areas.rows(int(areas.level.max()))
    villages = villages[~shapely.is_missing(outlines[villages])]
    return villages, shapely.STRtree(outlines[villages])
