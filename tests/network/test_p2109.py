"""Building entry loss: official vectors and what must hold for all buildings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network.radio_vectors import table

from siaga.network.p2109 import Building, entry_loss_db

KINDS = {1: Building.TRADITIONAL, 2: Building.EFFICIENT}
BUILDINGS = st.sampled_from(list(Building))
SHARES = st.floats(0.01, 0.99)


@pytest.mark.parametrize("kind", KINDS)
def test_the_official_vectors_come_out(kind):
    rows = [row for row in table("p2109_cases") if row["bldg_type"] == kind]
    assert len(rows) > 900
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    found = entry_loss_db(
        1e3 * column["f_GHz"], KINDS[kind], probability=column["prob_pct"] / 100,
        elevation_deg=column["elev_deg"],
    )  # fmt: skip
    np.testing.assert_allclose(found, column["bel_dB"], rtol=0, atol=1e-7)


@given(f=st.floats(80, 100_000), kind=BUILDINGS, low=SHARES, high=SHARES)
def test_more_of_the_inside_is_reached_only_at_more_loss(f, kind, low, high):
    low, high = sorted((low, high))
    loss = entry_loss_db(f, kind, probability=[low, high])
    assert loss[0] <= loss[1]


@given(f=st.floats(80, 100_000), kind=BUILDINGS, up=st.floats(-90, 90))
def test_a_steeper_ray_enters_less_from_above_as_from_below(f, kind, up):
    level, steep, mirrored = entry_loss_db(f, kind, elevation_deg=[0.0, up, -up])
    assert level <= steep == mirrored


@given(f=st.floats(80, 100_000), p=SHARES)
def test_a_scalar_gives_a_scalar(f, p):
    assert entry_loss_db(f, Building.TRADITIONAL, probability=p).shape == ()


@pytest.mark.parametrize(
    ("f", "more", "name"),
    [
        (79.0, {}, "frequency_mhz"),
        (100_001.0, {}, "frequency_mhz"),
        (np.nan, {}, "frequency_mhz"),
        (900.0, {"probability": 0.0}, "probability"),
        (900.0, {"probability": 50.0}, "probability"),  # per cent by mistake
        (900.0, {"elevation_deg": 91.0}, "elevation_deg"),
    ],
)
def test_what_is_outside_the_recommendation_is_refused(f, more, name):
    with pytest.raises(ValueError, match=name):
        entry_loss_db(f, Building.TRADITIONAL, **more)
