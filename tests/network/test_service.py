"""Probability of service against draws, and what must be true of any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.network.service import service_probability

CELLS = [
    [5.0],
    [0.0, 0.0, 0.0],
    [-3.0, 2.0, np.nan],
    [-25.0, -30.0],
    [12.0, -12.0, 1.0],
]


@pytest.mark.parametrize("margin", CELLS, ids=str)
@pytest.mark.parametrize("sigma_db", [4.0, 9.0])
def test_it_equals_the_share_of_draws_in_which_a_cell_serves(margin, sigma_db):
    rng = np.random.default_rng(20240214)
    n, own = 400_000, np.sqrt(0.5)
    common = own * rng.normal(size=n)
    served = np.zeros(n, bool)
    for one in margin:
        if one == one:
            served |= one + sigma_db * (common + own * rng.normal(size=n)) > 0
    found = service_probability(np.array([margin]), np.full((1, len(margin)), sigma_db))
    assert found[0] == pytest.approx(served.mean(), abs=3e-3)


def test_without_a_cell_there_is_no_service():
    assert service_probability(np.array([[np.nan]]), np.array([[8.0]])) == [0.0]


def test_three_weak_cells_are_no_sure_one():
    weak = service_probability(np.full((1, 3), -4.0), np.full((1, 3), 8.0))[0]
    alone = service_probability(np.full((1, 1), -4.0), np.full((1, 1), 8.0))[0]
    independent = 1 - (1 - alone) ** 3
    assert alone < weak < independent


@given(
    margin=st.lists(st.floats(-60, 60), min_size=1, max_size=5),
    more=st.floats(0.1, 20),
    sigma_db=st.floats(1, 20),
)
def test_more_signal_or_one_more_cell_never_makes_it_worse(margin, more, sigma_db):
    one = np.array([margin])
    sigma = np.full(one.shape, sigma_db)
    before = service_probability(one, sigma)[0]
    assert 0 <= before <= 1
    assert service_probability(one + more, sigma)[0] >= before - 1e-12
    added = np.column_stack([one, [[0.0]]])
    assert (
        service_probability(added, np.full(added.shape, sigma_db))[0] >= before - 1e-12
    )


def test_a_mast_that_may_be_off_serves_by_as_much_less():
    margin, sigma = np.array([[30.0]]), np.array([[4.0]])
    sure = service_probability(margin, sigma)[0]
    assert service_probability(margin, sigma, np.array([[0.6]]))[0] == pytest.approx(
        0.6 * sure
    )
