"""Shapes of areas: dissolved, simplified, described for GeoParquet and drawn as SVG.

All functions take arrays of Shapely polygons in longitude and latitude (WGS84); None
stands for an area without a polygon. Villages of one source form a coverage: neighbours
share their border vertex by vertex. What is made here keeps it so.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "SvgView",
    "area_m2",
    "degree_lengths_m",
    "dissolve",
    "geo_metadata",
    "label_points",
    "mended",
    "simplified",
    "svg_paths",
]

Floats = npt.NDArray[np.float64]
Objects = np.ndarray[Any, np.dtype[np.object_]]

_EQUATOR_RADIUS_M = 6_378_137.0
_ECCENTRICITY_SQUARED = 6.694379990141e-3
"""WGS84 ellipsoid (NGA.STND.0036, 2014)."""

SVG_TOLERANCE_PX = 0.7
"""Detail finer than this is not seen on a screen but doubles a page's size."""
GAP_M = 25.0
"""A gap narrower than this between two areas is a slip of drawing."""
_TENTHS = 10
_LABEL_TOLERANCE_PX = 0.5


def degree_lengths_m(lat_deg: Any) -> tuple[Any, Any]:
    """Metres of one degree of longitude and of latitude at a latitude.

    A number gives numbers, an array arrays. Reference: Snyder J.P. (1987), Map
    Projections: A Working Manual, USGS Professional Paper 1395, eq. 4-19 and 4-21.

    >>> [round(length) for length in degree_lengths_m(0.0)]
    [111319, 110574]
    """
    lat = np.radians(lat_deg)
    squeeze = 1 - _ECCENTRICITY_SQUARED * np.sin(lat) ** 2
    per_radian = math.pi / 180 * _EQUATOR_RADIUS_M
    m_per_lon = per_radian * np.cos(lat) / np.sqrt(squeeze)
    m_per_lat = per_radian * (1 - _ECCENTRICITY_SQUARED) / squeeze**1.5
    return m_per_lon, m_per_lat


def area_m2(shapes: Sequence[Any] | Objects) -> Floats:
    """Area of each polygon in square metres, NaN where there is none, shape (n,).

    Each polygon is measured flat at its own middle latitude: within 0.02 % of the area
    on the ellipsoid, for polygons up to 1 degree high and 15 degrees from the equator.
    """
    polygons = _array(shapes)
    bounds = shapely.bounds(polygons)
    m_per_lon, m_per_lat = degree_lengths_m((bounds[:, 1] + bounds[:, 3]) / 2)
    return np.asarray(shapely.area(polygons) * m_per_lon * m_per_lat)


def mended(shapes: Sequence[Any] | Objects, gap_m: float = GAP_M) -> Objects:
    """Polygons as a coverage without narrow gaps and overlaps, shape (n,).

    A gap that areas enclose and that is narrower than `gap_m` goes to the neighbour
    with the longest border on it, an overlap likewise; without this they show as
    pinholes in every dissolved area. None stays None; a polygon that others cover
    wholly becomes None.
    """
    polygons = _array(shapes).copy()
    known = _known(polygons)
    if known.any():
        scale = _metres_per_degree(polygons[known])
        flat = shapely.transform(polygons[known], lambda lonlat: lonlat * scale)
        clean = shapely.coverage_clean(flat, gap_width=gap_m, snapping_distance=0.0)
        polygons[known] = _unwrapped(shapely.transform(clean, lambda xy: xy / scale))
    return polygons


def dissolve(
    village_shapes: Sequence[Any] | Objects,
    parent_index: npt.NDArray[np.integer[Any]],
    n_parents: int,
) -> Objects:
    """Polygon of each parent, joined from its children's, shape (n_parents,).

    `parent_index` says for each child which parent it belongs to, -1 = none. A parent
    without any polygon gives None. A valid coverage is joined by dropping the borders
    that two children share; anything else by a full union, where gaps stay gaps.
    The result does not depend on the order of the children.
    """
    shapes = _array(village_shapes)
    assert parent_index.shape == shapes.shape
    assert ((parent_index >= -1) & (parent_index < n_parents)).all()
    rows = np.flatnonzero(_known(shapes) & (parent_index >= 0))
    rows = rows[np.argsort(parent_index[rows], kind="stable")]
    valid = bool(shapely.coverage_is_valid(shapes[rows]))
    union = shapely.coverage_union_all if valid else shapely.union_all
    limits = np.searchsorted(parent_index[rows], np.arange(n_parents + 1)).tolist()
    parents: Objects = np.full(n_parents, None, dtype=object)
    for parent in range(n_parents):
        children = rows[limits[parent] : limits[parent + 1]]
        if children.size:
            parents[parent] = shapely.normalize(union(shapes[children]))
    return parents


def simplified(shapes: Sequence[Any] | Objects, tolerance_m: float) -> Objects:
    """Polygons without detail below `tolerance_m`, shape (n,); None stays None.

    Neighbours lose the same vertices, so they still share their borders; no polygon and
    no part vanishes. Vertices go that span a triangle smaller than the tolerance
    squared (Visvalingam and Whyatt 1993, The Cartographic Journal 30). Metres are flat
    at the middle latitude: 0.6 degrees from it, at 6 degrees south, the tolerance is
    off by 0.12 %.
    """
    polygons = _array(shapes).copy()
    known = _known(polygons)
    if known.any():
        scale = _metres_per_degree(polygons[known])
        flat = shapely.transform(polygons[known], lambda lonlat: lonlat * scale)
        simple = shapely.coverage_simplify(flat, tolerance_m)
        polygons[known] = shapely.transform(simple, lambda xy: xy / scale)
    return polygons


def geo_metadata(column: str, shapes: Sequence[Any] | Objects) -> dict[str, bytes]:
    """Schema metadata that makes a Parquet file with a WKB column a GeoParquet file.

    Without a `crs` the format means longitude and latitude on WGS84 (OGC:CRS84).
    Reference: GeoParquet specification 1.1.0, sections "File metadata" and "crs".
    """
    polygons = _array(shapes)
    known = polygons[_known(polygons)]
    kinds = sorted({shape.geom_type for shape in known.tolist()})
    description: dict[str, Any] = {"encoding": "WKB", "geometry_types": kinds}
    if known.size:
        description["bbox"] = shapely.total_bounds(known).tolist()
    content = {
        "version": "1.1.0",
        "primary_column": column,
        "columns": {column: description},
    }
    return {"geo": json.dumps(content, sort_keys=True).encode()}


@dataclass(frozen=True)
class SvgView:
    """How longitude and latitude lie on a picture: equirectangular, north up."""

    west_deg: float
    """Longitude of x = 0."""
    north_deg: float
    """Latitude of y = 0."""
    px_per_lon: float
    px_per_lat: float
    width_px: int
    height_px: int
    m_per_px: float

    @classmethod
    def fit(
        cls,
        bounds: Sequence[float],
        width_px: int,
        pad_px: float,
        height_px_max: int | None = None,
    ) -> SvgView:
        """View that fits bounds (west, south, east, north) with a margin all round.

        The width is kept and the height follows, at most `height_px_max`; then what is
        shown stands in the middle.
        """
        west, south, east, north = (float(value) for value in bounds)
        assert west <= east and south <= north and width_px > 2 * pad_px
        m_per_lon, m_per_lat = degree_lengths_m((south + north) / 2)
        m_wide = max((east - west) * m_per_lon, 1.0)
        m_high = max((north - south) * m_per_lat, 1.0)
        m_per_px = m_wide / (width_px - 2 * pad_px)
        if height_px_max is not None:
            m_per_px = max(m_per_px, m_high / (height_px_max - 2 * pad_px))
        px_per_lon, px_per_lat = (
            float(m_per_lon / m_per_px),
            float(m_per_lat / m_per_px),
        )
        return cls(
            west_deg=(west + east) / 2 - width_px / 2 / px_per_lon,
            north_deg=north + pad_px / px_per_lat,
            px_per_lon=px_per_lon,
            px_per_lat=px_per_lat,
            width_px=width_px,
            height_px=math.ceil(m_high / m_per_px + 2 * pad_px),
            m_per_px=float(m_per_px),
        )

    def xy(self, lonlat: Floats) -> Floats:
        """Place in px, y downwards, of longitudes and latitudes, shape (n, 2)."""
        corner = np.array([self.west_deg, self.north_deg])
        px_per_degree = np.array([self.px_per_lon, -self.px_per_lat])
        return np.asarray((lonlat - corner) * px_per_degree, dtype=np.float64)


def svg_paths(
    shapes: Sequence[Any] | Objects,
    view: SvgView,
    tolerance_px: float = SVG_TOLERANCE_PX,
) -> list[str]:
    """Path (`d`) of each polygon, for `fill-rule="evenodd"`; empty where there is none.

    Neighbours lose the same detail below `tolerance_px`. Coordinates have one decimal;
    a part smaller than that is left out, but an area never vanishes: it keeps a dot.
    """
    drawn = _in_view(shapes, view)
    known = _known(drawn)
    if known.any():
        drawn[known] = shapely.coverage_simplify(drawn[known], tolerance_px)
    parts, shape_of_part = shapely.get_parts(drawn, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    paths = [""] * len(drawn)
    for shape, ring in zip(shape_of_part[part_of_ring].tolist(), rings, strict=True):
        paths[shape] += _ring_path(shapely.get_coordinates(ring))
    for shape in np.flatnonzero(known).tolist():
        paths[shape] = paths[shape] or _dot(shapely.get_coordinates(drawn[shape])[0])
    return paths


def label_points(
    shapes: Sequence[Any] | Objects, view: SvgView
) -> list[tuple[float, float]]:
    """Place in px where a label has most room inside each polygon; NaN where none is.

    It is the centre of the largest circle inside the polygon, so it never lies in a bay
    or between two islands.
    """
    drawn = _in_view(shapes, view)
    places = np.full((len(drawn), 2), np.nan)
    known = _known(drawn)
    if known.any():
        radii = shapely.maximum_inscribed_circle(drawn[known], _LABEL_TOLERANCE_PX)
        places[known] = shapely.get_coordinates(shapely.get_point(radii, 0))
    return [(x, y) for x, y in places.round(1).tolist()]


def _array(shapes: Sequence[Any] | Objects) -> Objects:
    array: Objects = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def _known(shapes: Objects) -> npt.NDArray[np.bool_]:
    return np.asarray(~shapely.is_missing(shapes))


def _metres_per_degree(polygons: Objects) -> Floats:
    """Metres of a degree of longitude and of latitude at the middle of all polygons."""
    bounds = shapely.total_bounds(polygons)
    return np.array(degree_lengths_m((bounds[1] + bounds[3]) / 2))


def _unwrapped(shapes: Objects) -> Objects:
    """Polygons with several parts as they are, with one part plain, empty ones None."""
    n_parts = shapely.get_num_geometries(shapes)
    plain: Objects = np.where(n_parts > 1, shapes, shapely.get_geometry(shapes, 0))
    plain[shapely.is_empty(shapes)] = None
    return plain


def _in_view(shapes: Sequence[Any] | Objects, view: SvgView) -> Objects:
    return np.asarray(shapely.transform(_array(shapes), view.xy), dtype=object)


def _ring_path(xy: Floats) -> str:
    """Closed subpath of a ring, empty if it has no three points at one decimal."""
    tenths = np.rint(xy * _TENTHS).astype(np.int64)
    steps = np.diff(tenths, axis=0)
    steps = steps[steps.any(axis=1)]
    # The last step leads back to the start, which `z` draws.
    if len(steps) < 3:
        return ""
    x, y = tenths[0].tolist()
    drawn = "".join(_pair(dx, dy) for dx, dy in steps[:-1].tolist())
    return f"M{_pair(x, y).strip()}l{drawn.strip()}z"


def _dot(xy: Floats) -> str:
    x, y = np.rint(xy * _TENTHS).astype(np.int64).tolist()
    return f"M{_pair(x, y).strip()}h1v1h-1z"


def _pair(x: int, y: int) -> str:
    """Two numbers of a path, a space before each that has no sign."""
    return _number(x) + _number(y)


@lru_cache(maxsize=4096)
def _number(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), _TENTHS)
    digits = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{digits}" if tenths < 0 else f" {digits}"
