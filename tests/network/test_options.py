"""The catalogue of options: complete, with sources, and lead times in shop days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.house.words import LANGUAGES, Words
from siaga.network.options import options, working_from


@pytest.mark.parametrize("option", options().values(), ids=lambda one: one.key)
def test_every_option_is_whole_and_has_its_words(option):
    assert option.cost_low_rp <= option.cost_rp <= option.cost_high_rp
    assert 0 < option.works_share < 1 and option.reach_m >= 0
    assert option.source and option.needs and option.agency
    for language in LANGUAGES:
        words = Words(language)
        assert words(f"network.option.{option.key}")
        assert words(f"network.gate.{option.gate}")


def test_a_private_repeater_is_not_offered():
    assert options()["repeater"].agency == "operator"
    assert options()["repeater"].gate == "certificate"


def test_shops_that_are_shut_make_it_late():
    shut = [date(2024, 2, day) for day in (8, 9, 10, 11)]
    assert working_from(date(2024, 2, 7), 3) == date(2024, 2, 12)
    assert working_from(date(2024, 2, 7), 3, shut) == date(2024, 2, 14)


@given(
    day=st.dates(date(2024, 1, 1), date(2029, 1, 1)),
    shop_days=st.integers(0, 60),
    shut=st.lists(st.integers(0, 90), max_size=20),
)
def test_a_holiday_never_makes_it_earlier_and_it_ends_on_an_open_day(
    day, shop_days, shut
):
    closed = {day + timedelta(days=n) for n in shut}
    with_holidays = working_from(day, shop_days, closed)
    assert with_holidays >= working_from(day, shop_days)
    if shop_days:
        assert with_holidays.weekday() < 5 and with_holidays not in closed
