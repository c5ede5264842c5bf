"""Voters that no source gives: the rest of the official DPT, and nothing else."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from siaga.territory.voters import VoterOrigin, Voters, estimate_voters

VOTERS = st.just(-1) | st.just(0) | st.integers(0, 300)
"""-1 = unknown; a station whose source prints 0 is known to have none."""
REGENCIES = st.lists(
    st.tuples(st.lists(VOTERS, max_size=12), st.integers(-1, 4_000)), max_size=4
)


def estimated(regencies: list[tuple[list[int], int]]) -> tuple[Voters, list[slice]]:
    known = np.array([n for part, _ in regencies for n in part], dtype=np.int32)
    stop = np.cumsum([len(part) for part, _ in regencies], dtype=np.int32)
    start = np.concatenate(([0], stop[:-1])).astype(np.int32) if len(stop) else stop
    official = np.array([total for _, total in regencies], dtype=np.int64)
    slices = [slice(a, b) for a, b in zip(start.tolist(), stop.tolist(), strict=True)]
    return estimate_voters(known, start, stop, official), slices


@given(REGENCIES)
def test_what_a_source_gives_is_kept_also_a_zero(regencies) -> None:
    voters, slices = estimated(regencies)
    for (part, _), at in zip(regencies, slices, strict=True):
        for given_, value, origin in zip(
            part, voters.value[at], voters.origin[at], strict=True
        ):
            assert given_ < 0 or (value, origin) == (given_, VoterOrigin.SOURCE)
            assert given_ >= 0 or origin != VoterOrigin.SOURCE


@given(REGENCIES)
def test_a_regency_sums_to_its_official_dpt_or_stays_unknown(regencies) -> None:
    voters, slices = estimated(regencies)
    for (part, total), at in zip(regencies, slices, strict=True):
        rest = total - sum(n for n in part if n >= 0)
        fillable = total >= 0 and rest >= 0 and -1 in part
        assert (voters.value[at] >= 0).all() == (fillable or -1 not in part)
        if fillable:
            assert voters.value[at].sum() == total


@given(REGENCIES)
def test_the_estimate_lies_in_its_range_and_neighbours_differ_by_one_at_most(
    regencies,
) -> None:
    voters, slices = estimated(regencies)
    assert (voters.low <= voters.value).all() and (voters.value <= voters.high).all()
    for at in slices:
        shares = voters.value[at][voters.origin[at] == VoterOrigin.ESTIMATED]
        assert shares.size == 0 or np.ptp(shares) <= 1
