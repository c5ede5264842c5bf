"""What is known of the masts: lists are whole for a regency, open cells are counted."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from siaga.network.completeness import listed_share, sites_by_area
from siaga.territory.areas import AreaTree


def tree() -> AreaTree:
    """A province of two regencies with one district of one village each."""
    names = ("0", "1", "11", "111", "2", "22", "222")
    return AreaTree(
        election="e", code=names, name=names, label=names, kind=("",) * 7,
        kemendagri=names, level=np.array([0, 1, 2, 3, 1, 2, 3], np.uint8),
        parent_row=np.array([-1, 0, 1, 2, 0, 4, 5], np.int32),
        start=np.array([0, 0, 0, 0, 1, 1, 1], np.int32),
        stop=np.array([2, 1, 1, 1, 2, 2, 2], np.int32),
    )  # fmt: skip


def masts(village: list[int], operator: list[str], crowd: list[bool]):
    sites = SimpleNamespace(
        operator=tuple(operator), confidence=np.full(len(village), 0.5)
    )
    stored = SimpleNamespace(sites=sites, crowd=np.array(crowd, bool))
    return SimpleNamespace(stored=stored, village=np.array(village, np.int64))


VOTERS = np.array([16_000.0, 8000, 8000, 8000, 8000, 8000, 8000])


def share(found):
    return listed_share(tree(), found, ("a", "b"), VOTERS, 4000.0)


def test_open_cells_are_counted_by_their_confidence_against_the_voters():
    found = share(masts([3, 3, 6], ["a", "a", "a"], [True] * 3))
    assert found[2, 0] == pytest.approx(0.5)  # two masts of 0.5, two expected
    assert found[5, 0] == pytest.approx(0.25)
    assert found[:, 1].tolist() == [0.0] * 7


def test_a_list_is_whole_for_the_regency_that_it_names():
    found = share(masts([3], ["a"], [False]))
    assert found[1:4, 0].tolist() == [1.0, 1.0, 1.0]
    assert found[4:, 0].tolist() == [0.0, 0.0, 0.0]


def test_a_mast_beyond_the_border_does_not_make_a_list_whole_there():
    names = ("0", "1", "11", "111", "12", "121", "13", "131")
    wide = AreaTree(
        election="e", code=names, name=names, label=names, kind=("",) * 8,
        kemendagri=names, level=np.array([0, 1, 2, 3, 2, 3, 2, 3], np.uint8),
        parent_row=np.array([-1, 0, 1, 2, 1, 4, 1, 6], np.int32),
        start=np.array([0, 0, 0, 0, 1, 1, 2, 2], np.int32),
        stop=np.array([3, 3, 1, 1, 2, 2, 3, 3], np.int32),
    )  # fmt: skip
    voters = np.full(8, 8000.0)
    one = listed_share(wide, masts([3], ["a"], [False]), ("a",), voters, 4000.0)
    assert one[:, 0].max() < 1 and one[4, 0] == 0
    two = listed_share(wide, masts([3, 5], ["a"] * 2, [False] * 2), ("a",), voters, 4e3)
    assert (two[1:, 0] == 1).all()


def test_a_village_has_the_share_of_its_district():
    found = share(masts([3, -1], ["a", "a"], [True, True]))
    assert found[3, 0] == found[2, 0] == pytest.approx(0.25)


def test_without_voters_nothing_is_said():
    found = listed_share(tree(), masts([], [], []), ("a",), np.zeros(7), 4000.0)
    assert np.isnan(found).all()


def test_sites_add_up_to_the_province():
    count = sites_by_area(tree(), np.array([3, 3, 6, -1]), np.ones(4))
    assert count.tolist() == [3.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0]
