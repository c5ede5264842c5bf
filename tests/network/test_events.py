"""Masts down, masts repaired, units placed: who is meant, and when it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from siaga.network.events import down_sites, unit_distance_m
from siaga.territory.events import Event, events_at

DEGREE_M = 111_194.9
NOON = datetime(2024, 2, 14, 5, tzinfo=UTC)


class Masts(SimpleNamespace):
    def __len__(self) -> int:
        return len(self.key)


SITES = Masts(
    key=("A1", "A2", "B1"),
    lat=np.array([-6.5, -6.5, -6.6]),
    lon=np.array([106.0, 106.0 + 200 / DEGREE_M, 106.0]),
)


def event(kind, subject="", at=None, hours=0.0, until=None, election="", key=""):
    lat, lon = at or (None, None)
    begun = NOON + timedelta(hours=hours)
    return Event(
        key or f"{kind}{hours}", f"network.{kind}", election, "", lat, lon, subject,
        begun, until, "pusdalops", "",
    )  # fmt: skip


def test_a_mast_is_meant_by_its_key_or_by_its_place():
    assert down_sites([event("mast_down", "A2")], SITES).tolist() == [
        False,
        True,
        False,
    ]
    by_place = down_sites([event("mast_down", at=(-6.5, 106.0))], SITES)
    assert by_place.tolist() == [True, True, False]
    assert not down_sites([event("mast_down", "Z9")], SITES).any()


def test_a_repair_ends_what_went_down_before_it():
    down, up = event("mast_down", "A1"), event("mast_repaired", "A1", hours=2)
    assert not down_sites([down, up], SITES).any()
    assert down_sites([up, event("mast_down", "A1", hours=3)], SITES)[0]


def test_a_unit_serves_who_can_walk_there():
    stations = Masts(
        key=(0, 1, 2),
        lat=np.array([-6.5, -6.5, np.nan]),
        lon=np.array([106.0, 106.1, np.nan]),
    )
    away = unit_distance_m(
        [event("unit_placed", at=(-6.5, 106.0 + 500 / DEGREE_M))], stations
    )
    assert away[0] == pytest.approx(500, rel=0.02)
    assert np.isnan(away[1:]).all()


@pytest.mark.parametrize(
    ("one", "holds"),
    [
        (event("mast_down", "A1"), True),
        (event("mast_down", "A1", hours=0.1), False),
        (event("mast_down", "A1", hours=-2, until=NOON), False),
        (event("mast_down", "A1", hours=-2, until=NOON + timedelta(seconds=1)), True),
        (event("mast_down", "A1", election="pemilu_2024"), True),
        (event("mast_down", "A1", election="pilkada_2024"), False),
    ],
)
def test_an_event_holds_from_its_beginning_until_its_end(one, holds):
    assert bool(events_at([one], "pemilu_2024", NOON)) is holds
