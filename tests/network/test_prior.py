"""Priors rank stations and add up to what was said; they claim nothing more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.network.prior import darkness_prior, remoteness


def test_sparse_hilly_and_far_is_likelier_dark():
    score = remoteness(
        np.array([5000.0, 50, 50, 50]),
        np.array([2.0, 2, 300, 300]),
        np.array([0.5, 0.5, 0.5, 20]),
    )
    assert (np.diff(score) > 0).all()


def test_what_is_not_known_counts_as_the_median():
    score = remoteness(
        np.array([100.0, np.nan, 900]), np.array([np.nan] * 3), np.array([1.0, 1, 1])
    )
    assert score[2] < score[1] < score[0] or score[1] == score[2]
    assert np.isfinite(score).all()


@given(
    score=st.lists(st.floats(-20, 20), min_size=1, max_size=60),
    share=st.floats(0.001, 0.999),
)
def test_priors_add_up_to_what_was_said_and_keep_the_order(score, share):
    one = np.array(score)
    prior = darkness_prior(
        one, np.zeros(one.size, np.int64), np.array([share * one.size])
    )
    assert prior.sum() == pytest.approx(share * one.size, rel=1e-6, abs=1e-9)
    assert (np.diff(prior[np.argsort(one)]) >= -1e-12).all()


@pytest.mark.parametrize(("said", "each"), [(0.0, 0.0), (-5.0, 0.0), (9.0, 1.0)])
def test_nothing_said_is_nothing_and_more_than_all_is_all(said, each):
    prior = darkness_prior(
        np.array([1.0, 2.0]), np.zeros(2, np.int64), np.array([said])
    )
    assert prior.tolist() == [each, each]


def test_groups_are_shifted_apart():
    prior = darkness_prior(
        np.array([0.0, 0, 5, 5]), np.array([0, 0, 1, 1]), np.array([1.0, 0.2])
    )
    assert prior[:2] == pytest.approx(0.5) and prior[2:] == pytest.approx(0.1)
