"""The ways to send that a station has today, each with its probability and minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from siaga.network.channels import Kind, Ways
from siaga.network.options import options
from siaga.network.service import service_probability

if TYPE_CHECKING:
    from siaga.network.coverage import Coverage
    from siaga.network.good_point import GoodPoints

__all__ = [
    "SEND_MINUTES",
    "carried_way",
    "data_ways",
    "point_way",
    "satellite_way",
    "sms_way",
]

Floats = npt.NDArray[np.float64]

SEND_MINUTES = 10.0
"""To photograph and send the pages of one station."""
SMS_MINUTES = 5.0
"""To type the totals and send them."""
SMS_GAIN_DB = 10.0
"""A text gets through where a photo does not: -120 against -110 dBm."""
POINT_WORKS = 0.97
"""That somebody goes, finds the point and sends from there."""
CARRIED_WORKS = 0.985
"""That a record carried on land arrives unharmed; the law has it carried anyway."""
CARRIED_AT_SEA = 0.9
"""Over the sea the boat waits for the weather."""
WALK_MINUTES_PER_KM = 21.0
"""4 km/h with a detour of 1.4, as to a good point."""
HANDED_OVER_MINUTES = 60.0
"""To pack, seal and hand over the box at the district."""


def data_ways(coverage: Coverage) -> tuple[Ways, ...]:
    """Photos over the data of each operator, outdoors at the station."""
    heard = coverage.site_row >= 0
    send = np.full(len(heard), SEND_MINUTES)
    return tuple(
        Ways(
            f"data.{operator}",
            Kind.DATA,
            np.where(heard[:, at], coverage.outdoor[:, at], np.nan),
            send,
        )
        for at, operator in enumerate(coverage.operators)
    )


def sms_way(coverage: Coverage) -> Ways:
    """Totals as a short message over whichever operator is heard best."""
    heard = coverage.site_row >= 0
    margin = np.minimum(coverage.down_db, coverage.up_db)
    with np.errstate(invalid="ignore", divide="ignore"):
        # What the probability of data lacks besides the margin: that the mast is there.
        works = np.clip(coverage.outdoor / ndtr(margin / coverage.sigma_db), 0.0, 1.0)
    if coverage.operators:
        found = service_probability(
            margin + SMS_GAIN_DB, coverage.sigma_db, np.nan_to_num(works)
        )
    else:
        found = np.zeros(len(heard))
    none = ~heard.any(axis=1)
    return Ways(
        "sms",
        Kind.SMS,
        np.where(none, np.nan, np.maximum(found, coverage.any_outdoor)),
        np.full(len(heard), SMS_MINUTES),
    )


def point_way(good: GoodPoints) -> Ways:
    """A messenger who goes to the nearest good point and sends from there."""
    away = np.isfinite(good.minutes) & (good.minutes > 0)
    return Ways(
        "point",
        Kind.POINT,
        np.where(away, POINT_WORKS, np.nan),
        np.where(away, good.minutes + SEND_MINUTES, np.nan),
    )


def satellite_way(unit_m: Floats) -> Ways:
    """A satellite unit that is placed within walking reach; `unit_m` is how far."""
    there = np.isfinite(unit_m)
    walk = WALK_MINUTES_PER_KM * unit_m / 1000
    return Ways(
        "satellite",
        Kind.SATELLITE,
        np.where(there, options()["satellite"].works_share, np.nan),
        np.where(there, walk + SEND_MINUTES, np.nan),
    )


def carried_way(minutes: Floats, by_sea: npt.NDArray[np.bool_]) -> Ways:
    """The record itself, carried to the district; `minutes` is the way there."""
    works = np.where(by_sea, CARRIED_AT_SEA, CARRIED_WORKS)
    return Ways(
        "carried",
        Kind.CARRIED,
        np.where(np.isfinite(minutes), works, np.nan),
        minutes + HANDED_OVER_MINUTES,
    )
