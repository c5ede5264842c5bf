"""Verdicts of signal: dark is said only where the masts are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.network.params import AssessParams
from siaga.network.reasons import REASONS
from siaga.network.verdicts import Known, verdicts
from siaga.territory.situation import Origin, Verdict


def one(**changes) -> Known:
    known = Known(
        service=np.array([0.99]), sites_share=np.array([0.9]),
        in_reach=np.array([True]), has_point=np.array([True]),
        has_terrain=np.array([True]),
        measured_good=np.array([False]), measured_dark=np.array([False]),
        custom=np.array([False]),
    )  # fmt: skip
    return replace(known, **{name: np.array([v]) for name, v in changes.items()})


CASES = [
    ({}, Verdict.READY, "covered"),
    ({"service": 0.8}, Verdict.AT_RISK, "weak"),
    ({"service": 0.2}, Verdict.NOT_READY, "dark"),
    ({"service": 0.2, "sites_share": 0.1}, Verdict.UNKNOWN, "sites_unknown"),
    ({"service": 0.2, "sites_share": np.nan}, Verdict.UNKNOWN, "sites_unknown"),
    ({"service": 0.0, "in_reach": False}, Verdict.NOT_READY, "dark"),
    (
        {"service": 0.0, "in_reach": False, "sites_share": 0.1},
        Verdict.UNKNOWN,
        "no_site",
    ),
    ({"custom": True}, Verdict.AT_RISK, "custom"),
    ({"measured_dark": True}, Verdict.NOT_READY, "measured_dark"),
    (
        {"service": 0.1, "measured_good": True, "measured_dark": True},
        Verdict.READY,
        "measured_good",
    ),
    ({"has_point": False}, Verdict.UNKNOWN, "no_point"),
    ({"has_terrain": False, "service": 0.0}, Verdict.UNKNOWN, "no_terrain"),
]


@pytest.mark.parametrize(("changes", "expected", "key"), CASES, ids=str)
def test_what_is_known_gives_the_verdict(changes, expected, key):
    verdict, origin, reason = verdicts(one(**changes), AssessParams())
    assert verdict[0] == expected and REASONS[reason[0]].key == key
    assert (origin[0] == Origin.NOBODY) == (expected == Verdict.UNKNOWN)


@given(
    service=st.floats(0, 1),
    share=st.one_of(st.floats(0, 1), st.just(float("nan"))),
    flags=st.tuples(*[st.booleans()] * 5),
)
def test_there_is_always_a_reason_and_no_dark_verdict_on_unlisted_masts(
    service, share, flags
):
    names = ("in_reach", "has_point", "measured_good", "measured_dark", "custom")
    known = one(
        service=service, sites_share=share, **dict(zip(names, flags, strict=True))
    )
    verdict, _, reason = verdicts(known, AssessParams())
    assert reason[0] >= 0
    if verdict[0] == Verdict.NOT_READY and not flags[3]:
        assert share >= AssessParams().complete_share
