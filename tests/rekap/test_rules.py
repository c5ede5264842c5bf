"""The rules on hand-written forms, and a second implementation as referee."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from siaga.rekap.model import UNKNOWN, Results
from siaga.rekap.rules import RULES, check

COUNT = st.one_of(st.just(UNKNOWN), st.integers(0, 400))
FORM = st.tuples(*[COUNT] * 7)


def results_of(forms: list[tuple[int, ...]]) -> Results:
    """Results of forms: votes 01 and 02, valid, invalid, total, users_dpt, voters."""
    array = np.array(forms, dtype=np.int32).reshape(-1, 7)
    names = ("valid", "invalid", "total", "users_dpt", "voters")
    return Results(
        "race", "source", ("01", "02"), array[:, :2].copy(),
        {name: array[:, i + 2].copy() for i, name in enumerate(names)},
        np.full(len(array), -1),
    )  # fmt: skip


def referee(form: tuple[int, ...]) -> dict[str, bool | None]:
    """The three rules in plain Python; None = not checkable."""
    v1, v2, valid, invalid, total, users, voters = form

    def known(*values: int) -> bool:
        return UNKNOWN not in values

    return {
        "E1": v1 + v2 != valid if known(v1, v2, valid) else None,
        "E2": valid + invalid != total if known(valid, invalid, total) else None,
        "W1": users > voters if known(users, voters) else None,
    }


def verdicts(forms: list[tuple[int, ...]]) -> list[dict[str, bool | None]]:
    """What the room says, in the referee's form."""
    findings = check(results_of(forms), np.full(len(forms), UNKNOWN, dtype=np.int32))
    return [
        {f.rule.key: bool(f.broken[i]) if f.checkable[i] else None for f in findings}
        for i in range(len(forms))
    ]


@given(st.lists(FORM, max_size=20))
def test_rules_agree_with_the_referee(forms: list[tuple[int, ...]]) -> None:
    assert verdicts(forms) == [referee(form) for form in forms]


@given(st.lists(FORM, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_order_of_stations_does_not_matter(forms, random) -> None:
    shuffled = list(enumerate(forms))
    random.shuffle(shuffled)
    found = verdicts([form for _, form in shuffled])
    assert [found[i] for i in np.argsort([i for i, _ in shuffled])] == verdicts(forms)


@given(st.lists(FORM, max_size=10), st.lists(FORM, max_size=10))
def test_parts_joined_are_the_whole(left, right) -> None:
    assert verdicts(left) + verdicts(right) == verdicts(left + right)


@given(st.lists(FORM, max_size=10))
def test_a_blank_station_changes_no_finding(forms) -> None:
    blank = (UNKNOWN,) * 7
    assert verdicts([*forms, blank])[:-1] == verdicts(forms)
    assert verdicts([*forms, blank])[-1] == dict.fromkeys(("E1", "E2", "W1"))


def test_a_source_without_a_column_has_nothing_checkable() -> None:
    results = Results(
        "race", "source", ("01",), np.array([[5]], np.int32), {}, np.array([-1])
    )
    findings = check(results, np.array([UNKNOWN], np.int32))
    assert [int(f.checkable.sum()) for f in findings] == [0] * len(RULES)
    assert not any(f.broken.any() for f in findings)
