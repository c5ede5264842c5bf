"""Events of signal: masts that went off the air, masts repaired, units placed.

`mast_down` and `mast_repaired` name a mast by its key in the lists, or the place: then
all masts within `MAST_M` of it. A repair ends what went down before it at the same
subject or place. `unit_placed` is a satellite unit that serves who can walk there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.words import Phrase
from siaga.network.blank_spots import local_metres
from siaga.network.model import SiteStatus
from siaga.network.options import options
from siaga.network.reasons import reason_number
from siaga.territory.situation import Figure, Origin, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siaga.network.model import Sites
    from siaga.network.site_store import StoredSites
    from siaga.territory.events import Event
    from siaga.territory.findings import Findings
    from siaga.territory.read import Table
    from siaga.territory.stations import Stations

__all__ = [
    "KINDS",
    "check_events",
    "down_sites",
    "own_events",
    "settle_by_units",
    "switched_off",
    "unit_distance_m",
    "unit_figure",
]

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


def switched_off(stored: StoredSites, rows: Sequence[int]) -> StoredSites:
    """The same masts in the same rows, some of them off the air."""
    status = stored.sites.status.copy()
    status[list(rows)] = SiteStatus.OFF
    return replace(stored, sites=replace(stored.sites, status=status))


def settle_by_units(
    verdict: npt.NDArray[np.uint8],
    origin: npt.NDArray[np.uint8],
    reason: npt.NDArray[np.int16],
    unit_m: Floats,
) -> None:
    """Make ready, in place, who has a unit near and is not ready by its own signal.

    A zone of custom stays as it is: a unit placed there by somebody is not asked for.
    """
    custom = reason == reason_number("custom")
    rows = np.isfinite(unit_m) & (verdict != Verdict.READY) & ~custom
    verdict[rows], origin[rows] = Verdict.READY, Origin.REPORTED
    reason[rows] = reason_number("unit_placed")


def unit_figure(events: Sequence[Event], unit_m: Floats) -> tuple[Figure, ...]:
    """Distance to the unit in whole metres, with the source of its event."""
    placed = own_events(events, "unit_placed")
    if not placed or not np.isfinite(unit_m).any():
        return ()
    return (Figure("unit_m", "m", placed[-1].source, np.rint(unit_m)),)


def check_events(table: Table, findings: Findings) -> None:
    """Note events of this room of a kind that it has not, or without their place."""
    places = zip(*(table.floats(name) for name in ("lat", "lon")), strict=True)
    has_point = [lat == lat and lon == lon for lat, lon in places]
    subject = table.texts("subject")
    for row, kind in enumerate(table.texts("kind")):
        room, _, name = kind.partition(".")
        if room != ROOM:
            continue
        remedy = Phrase.of("network.remedy.event")
        if name not in KINDS:
            kinds = ", ".join(f"{ROOM}.{one}" for one in KINDS)
            expected = Phrase.of("network.expected.event", kinds=kinds)
            findings.add(table.problem(row, "kind", kind, expected, remedy))
        elif not has_point[row] and (name == "unit_placed" or not subject[row]):
            expected = Phrase.of("network.expected.event_place")
            findings.add(table.problem(row, "lat", "", expected, remedy))
