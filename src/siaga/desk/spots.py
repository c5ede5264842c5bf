"""Points of the map in an address: read, checked against the land, written again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from siaga.house.problems import BadInput
from siaga.readiness.room_points import point_rooms
from siaga.territory.point_view import Spot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siaga.desk.here import Here

__all__ = ["spot_link", "spot_of", "spot_query"]

DECIMALS = 5
"""Of a degree: about a metre."""
MARGIN_DEG = 0.1
"""A point this far outside the province's box is still of it: ships, neighbours."""
SHOWN = 40
_DEGREES = re.compile(r"[-+]?[0-9]{1,3}(?:[.,][0-9]{1,15})?")

Box = tuple[float, float, float, float]


def spot_of(query: Mapping[str, str], stand: Here) -> Spot:
    """Point that an address names: a station by its code, or latitude and longitude.

    Raises NotFound for a code of no station, BadInput for what is no point of the
    province.
    """
    code = query.get("station", "")
    if code:
        return station_spot(stand, stand.stations.row(code))
    texts = query.get("lat", ""), query.get("lon", "")
    if not all(_DEGREES.fullmatch(text) for text in texts):
        raise BadInput("problem.spot", found=", ".join(texts)[:SHOWN])
    lat, lon = (float(text.replace(",", ".")) for text in texts)
    box = _box(stand)
    if box is not None and not _inside(box, lat, lon):
        found = f"{lat:g}, {lon:g}"
        if _inside(box, lon, lat):
            raise BadInput("problem.spot_swapped", found=found)
        west, south, east, north = box
        raise BadInput(
            "problem.spot_outside", found=found, west=west, south=south, east=east,
            north=north,
        )  # fmt: skip
    return Spot(lat, lon)


def station_spot(stand: Here, row: int) -> Spot:
    """Point of a station."""
    stations = stand.stations
    error_m = float(np.nan_to_num(stations.error_m[row]))
    return Spot(float(stations.lat[row]), float(stations.lon[row]), error_m, row)


def spot_query(stand: Here, spot: Spot) -> dict[str, Any]:
    """Query that names a point."""
    if spot.station_row is not None:
        return {"station": stand.stations.code[spot.station_row]}
    return {"lat": f"{spot.lat:.{DECIMALS}f}", "lon": f"{spot.lon:.{DECIMALS}f}"}


def spot_link(stand: Here, spot: Spot | None) -> dict[str, str] | None:
    """Address and words of the page of a point, None where no room answers points."""
    rooms = point_rooms()
    if spot is None or not rooms or not np.isfinite(spot.lat):
        return None
    what = ", ".join(stand.words(f"{room.key}.point.what") for room in rooms)
    return {
        "url": stand.link("link", **spot_query(stand, spot)),
        "text": stand.words("spot.open", what=what),
    }


def _box(stand: Here) -> Box | None:
    """West, south, east, north of the province with a margin, None if not known."""
    outline = stand.territory.outlines(stand.election.key)[0]
    if outline is not None:
        west, south, east, north = outline.bounds
    else:
        lat, lon = stand.stations.lat, stand.stations.lon
        if not np.isfinite(lat).any():
            return None
        west, east = float(np.nanmin(lon)), float(np.nanmax(lon))
        south, north = float(np.nanmin(lat)), float(np.nanmax(lat))
    pad = MARGIN_DEG
    return west - pad, south - pad, east + pad, north + pad


def _inside(box: Box, lat: float, lon: float) -> bool:
    west, south, east, north = box
    return south <= lat <= north and west <= lon <= east
