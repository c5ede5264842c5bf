"""Statistical clutter loss: the equations once more by hand, order, limits."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.network.p2108 import clutter_loss_db

BANDS = st.floats(500, 67_000)
METRES = st.floats(250, 50_000)
SHARES = st.floats(0.001, 0.999)


def by_hand(f_ghz: float, d_km: float, share: float) -> float:
    ls = 32.98 + 23.9 * math.log10(d_km) + 3 * math.log10(f_ghz)
    ll = -2 * math.log10(10 ** (-5 * math.log10(f_ghz) - 12.5) + 10**-16.5)
    a, b = 10 ** (-0.2 * ll), 10 ** (-0.2 * ls)
    sigma = math.sqrt((16 * a + 36 * b) / (a + b))
    exceeded = NormalDist().inv_cdf(1 - share)  # Q^-1(p) of the Recommendation
    return -5 * math.log10(a + b) - sigma * exceeded


@given(f=BANDS, d=st.floats(250, 2000), p=SHARES)
def test_it_is_equations_3_to_6_of_the_recommendation(f, d, p):
    found = clutter_loss_db(f, d, probability=p)
    assert found == pytest.approx(by_hand(f / 1e3, d / 1e3, p), abs=1e-9)


@given(f=BANDS, near=METRES, far=METRES, p=st.just(0.5))
def test_the_median_grows_with_distance_up_to_two_kilometres(f, near, far, p):
    near, far = sorted((near, far))
    loss = clutter_loss_db(f, [near, far, 2000.0], probability=p)
    assert loss[0] <= loss[1]
    assert loss[1] <= loss[2]
    if near >= 2000:
        assert loss[0] == loss[2]


@given(f=BANDS, d=METRES, low=SHARES, high=SHARES)
def test_more_places_are_reached_only_at_more_loss(f, d, low, high):
    low, high = sorted((low, high))
    loss = clutter_loss_db(f, d, probability=[low, high])
    assert loss[0] <= loss[1]


@pytest.mark.parametrize(
    ("f", "d", "p", "name"),
    [
        (499.0, 1000.0, 0.5, "frequency_mhz"),
        (68_000.0, 1000.0, 0.5, "frequency_mhz"),
        (900.0, 249.0, 0.5, "distance_m"),
        (900.0, np.nan, 0.5, "distance_m"),
        (900.0, 1000.0, 1.0, "probability"),
        (900.0, 1000.0, 50.0, "probability"),  # per cent by mistake
    ],
)
def test_what_is_outside_the_recommendation_is_refused(f, d, p, name):
    with pytest.raises(ValueError, match=name):
        clutter_loss_db(f, d, probability=p)
