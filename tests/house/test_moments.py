"""Nothing counts as known before it could be known."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.house.moments import end_of_day, is_rough_day, parse_moment, rough_end
from siaga.house.problems import BadInput

ZONES = [ZoneInfo(f"Asia/{name}") for name in ("Jakarta", "Makassar", "Jayapura")]
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
zones = st.sampled_from(ZONES)
LAST = time(23, 59, 59)


@given(days, zones)
def test_a_day_is_known_at_its_last_second_there(day: date, zone: ZoneInfo) -> None:
    moment = end_of_day(day, zone)
    assert moment.tzinfo is UTC
    local = moment.astimezone(zone)
    assert (local.date(), local.time()) == (day, LAST)
    assert rough_end(day.isoformat(), zone) == moment
    assert parse_moment(day.isoformat(), zone) == moment


@given(days, zones)
def test_a_month_and_a_year_are_known_at_their_last_day(
    day: date, zone: ZoneInfo
) -> None:
    last = calendar.monthrange(day.year, day.month)[1]
    month = rough_end(f"{day:%Y-%m}", zone)
    assert month == end_of_day(day.replace(day=last), zone)
    year = rough_end(f"{day:%Y}", zone)
    assert year == end_of_day(date(day.year, 12, 31), zone)
    # The less precise it is said, the later it counts as known.
    assert end_of_day(day, zone) <= month <= year


@given(days, days, zones)
def test_days_keep_their_order(first: date, second: date, zone: ZoneInfo) -> None:
    ends = end_of_day(first, zone), end_of_day(second, zone)
    assert (first < second) == (ends[0] < ends[1])


def test_the_same_day_ends_first_in_the_east() -> None:
    jakarta, makassar, jayapura = (rough_end("2024-02-14", zone) for zone in ZONES)
    assert jakarta - makassar == timedelta(hours=1) == makassar - jayapura


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2199, 1, 1)),
    zones,
)
def test_a_time_reads_back(moment: datetime, zone: ZoneInfo) -> None:
    aware = moment.replace(tzinfo=zone)
    assert parse_moment(aware.isoformat(), UTC) == aware
    # Without an offset it is local.
    assert parse_moment(moment.isoformat(), zone) == aware
    assert parse_moment(moment.isoformat(), zone).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "besok",
        "2024-13",  # no such month
        "2023-02-29",  # no such day
        "0000",
        "14/02/2024",
        "2024-2-14",
        "2024-02-14T25:00",
        "0001-01-01T00:00:00",  # before the first year in UTC
        "2024-02-14T10:00+99:00",
        "9" * 5000,
    ],
)
def test_no_moment_is_made_of_what_is_none(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_moment(text, ZONES[0])
    assert len(caught.value.phrase.values["found"]) <= 40
    assert not is_rough_day(text)


@given(st.text(max_size=30) | st.from_regex(r"\d{4}-\d{2}(-\d{2})?", fullmatch=True))
def test_any_text_is_a_moment_or_bad_input(text: str) -> None:
    try:
        moment = parse_moment(text, ZONES[1])
    except BadInput:
        assert not is_rough_day(text)
    else:
        assert moment.tzinfo is UTC


def test_a_day_that_is_older_than_any_source_is_a_slip_of_typing() -> None:
    assert is_rough_day("1900-01") and not is_rough_day("0202-05-01")
