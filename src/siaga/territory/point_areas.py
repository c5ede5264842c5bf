"""Which village a point lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from siaga.territory.areas import AreaTree
    from siaga.territory.shapes import Objects

__all__ = ["village_at"]

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
