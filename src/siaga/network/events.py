"""Events of signal: masts that went off the air, masts repaired, units placed.

`mast_down` and `mast_repaired` name a mast by its key in the lists, or the place: then
all masts within `MAST_M` of it. A repair ends what went down before it at the same
subject or place. `unit_placed` is a satellite unit that serves who can walk there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.blank_spots import local_metres
from siaga.network.options import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siaga.network.model import Sites
    from siaga.territory.events import Event
    from siaga.territory.stations import Stations

__all__ = ["KINDS", "down_sites", "own_events", "unit_distance_m"]

Floats = npt.NDArray[np.float64]

ROOM = "network"
KINDS = ("mast_down", "mast_repaired", "unit_placed")
MAST_M = 300.0
"""Masts this near to the place of an event are the ones that it means."""


def own_events(events: Sequence[Event], *kinds: str) -> list[Event]:
    """Events of this room, of some kinds or of all."""
    wanted = {f"{ROOM}.{kind}" for kind in kinds or KINDS}
    return [event for event in events if event.kind in wanted]


def down_sites(events: Sequence[Event], sites: Sites) -> npt.NDArray[np.bool_]:
    """Masts that are off the air by what was reported last, shape (n_sites,)."""
    down = np.zeros(len(sites), bool)
    for event in own_events(events, "mast_down", "mast_repaired"):
        down[_meant(event, sites)] = event.kind == f"{ROOM}.mast_down"
    return down


def _meant(event: Event, sites: Sites) -> npt.NDArray[np.bool_]:
    """Masts that an event is about."""
    if event.subject:
        return np.array([key == event.subject for key in sites.key], bool)
    if event.lat is None or event.lon is None or not len(sites):
        return np.zeros(len(sites), bool)
    metres = local_metres(
        np.append(sites.lat, event.lat), np.append(sites.lon, event.lon)
    )
    return np.asarray(np.hypot(*(metres[:-1] - metres[-1]).T) <= MAST_M)


def unit_distance_m(events: Sequence[Event], stations: Stations) -> Floats:
    """Distance of the nearest unit placed within walking reach, shape (n,).

    NaN where none is.
    """
    units = [
        (event.lat, event.lon)
        for event in own_events(events, "unit_placed")
        if event.lat is not None and event.lon is not None
    ]
    nearest = np.full(len(stations), np.inf)
    for lat, lon in units:
        metres = local_metres(
            np.append(np.nan_to_num(stations.lat, nan=lat), lat),
            np.append(np.nan_to_num(stations.lon, nan=lon), lon),
        )
        away = np.hypot(*(metres[:-1] - metres[-1]).T)
        away[~np.isfinite(stations.lat)] = np.inf
        nearest = np.minimum(nearest, away)
    reach_m = options()["satellite"].reach_m
    return np.where(nearest <= reach_m, nearest, np.nan)
