"""What was seen at a station settles it: the newest visit, operator by operator."""

from __future__ import annotations

import numpy as np
import pytest

from siaga.network.settled import ALL, Kind, Visits, settled

DAY = 86_400.0
TSEL, ISAT = 0, 1
"""Two operators."""


def visits(*rows: tuple[int, float, bool, Kind, float]) -> Visits:
    """Visits at station 0: operator, day, good, kind, level."""
    operator, day, good, kind, level = zip(*rows, strict=True)
    n = len(rows)
    return Visits(
        np.zeros(n, np.int64), np.array(operator), np.array(day) * DAY,
        np.array(good), np.array([int(k) for k in kind]), np.array(level, float),
    )  # fmt: skip


def level(
    operator: int, day: float, dbm: float
) -> tuple[int, float, bool, Kind, float]:
    return operator, day, dbm > -110, Kind.LEVEL, dbm


def sent(operator: int, day: float, good: bool) -> tuple[int, float, bool, Kind, float]:
    return operator, day, good, Kind.SENT, np.nan


def listed(operator: int, day: float, good: bool):
    return operator, day, good, Kind.LIST, np.nan


@pytest.mark.parametrize(
    ("rows", "outdoor", "verdict", "kind", "contradicted"),
    [
        # One operator gets through: that is enough.
        ([sent(TSEL, 1, True), sent(ISAT, 1, False)], (0, 0), "good", Kind.SENT, False),
        ([level(TSEL, 1, -90)], (0, 0), "good", Kind.LEVEL, False),
        # All that were tried fail, and nobody else is likely to serve.
        (
            [sent(TSEL, 1, False), sent(ISAT, 1, False)],
            (0.9, 0.9), "dark", Kind.SENT, False,
        ),
        ([sent(TSEL, 1, False)], (0.9, 0.2), "dark", Kind.SENT, False),
        # One fails, the other was not tried and probably serves: not settled.
        ([sent(TSEL, 1, False)], (0.0, 0.8), "", Kind.NOTHING, False),
        # The newest visit decides, and it is told.
        ([sent(TSEL, 1, False), sent(TSEL, 9, True)], (0, 0), "good", Kind.SENT, True),
        ([sent(TSEL, 9, False), sent(TSEL, 1, True)], (0, 0), "dark", Kind.SENT, True),
        # A list speaks of all operators; a newer visit overrules it, an older does not.
        ([listed(ALL, 5, False)], (0.9, 0.9), "dark", Kind.LIST, False),
        ([listed(ALL, 5, True)], (0, 0), "good", Kind.LIST, False),
        ([listed(ALL, 5, False), sent(TSEL, 9, True)], (0, 0), "good", Kind.SENT, True),
        ([listed(ALL, 5, False), sent(TSEL, 1, True)], (0, 0), "dark", Kind.LIST, True),
        ([listed(TSEL, 5, False)], (0.9, 0.1), "dark", Kind.LIST, False),
    ],
)  # fmt: skip
def test_what_settles_a_station(rows, outdoor, verdict, kind, contradicted):
    found = settled(visits(*rows), np.array([outdoor], float), 0.5)
    assert bool(found.good[0]) == (verdict == "good")
    assert bool(found.dark[0]) == (verdict == "dark")
    assert found.kind[0] == kind
    assert bool(found.contradicted[0]) == contradicted


def test_the_level_is_the_median_of_the_visit_that_decides():
    rows = [level(TSEL, 1 + minute / 1440, -80 - minute) for minute in range(5)]
    found = settled(visits(level(TSEL, 0.5, -50), *rows), np.zeros((1, 2)), 0.5)
    assert found.level_dbm[0] == -82


def test_a_visit_is_decided_by_its_majority():
    rows = [level(TSEL, 1 + m / 1440, dbm) for m, dbm in enumerate((-80, -85, -124))]
    assert settled(visits(*rows), np.zeros((1, 2)), 0.5).good[0]
    rows = [level(TSEL, 1 + m / 1440, dbm) for m, dbm in enumerate((-80, -123, -124))]
    assert settled(visits(*rows), np.zeros((1, 2)), 0.5).dark[0]


def test_where_nobody_was_nothing_is_settled():
    none = Visits(*(np.zeros(0, kind) for kind in (int, int, float, bool, int, float)))
    found = settled(none, np.zeros((3, 2)), 0.5)
    assert not found.good.any() and not found.dark.any()
    assert np.isnan(found.level_dbm).all()


def test_the_order_of_the_visits_plays_no_part():
    rows = [
        sent(TSEL, 3, True),
        sent(ISAT, 2, False),
        listed(ALL, 1, False),
        level(TSEL, 3, -99),
    ]
    one = settled(visits(*rows), np.zeros((1, 2)), 0.5)
    other = settled(visits(*rows[::-1]), np.zeros((1, 2)), 0.5)
    for name in ("good", "dark", "kind", "contradicted", "level_dbm"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
