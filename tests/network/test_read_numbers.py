"""Numbers and times as people write them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from network.radio_files import ZONE

from siaga.house.words import Phrase
from siaga.network.read import written_number
from siaga.network.read_times import unix_seconds
from siaga.territory.formats import Column

HEIGHT = Column("height_m", "float", "", low=1, high=200)
LON = Column("lon", "float", "", low=94, high=142)
WIDE = Column("error_m", "float", "", low=0, high=50_000)


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("42", HEIGHT, 42.0),
        ("42 m", HEIGHT, 42.0),
        ("42,5 Meter", HEIGHT, 42.5),
        ("42,500", HEIGHT, 42.5),  # 42,500 m is no height
        ("106,123", LON, 106.123),
        ("1.234,5", WIDE, 1234.5),
        ("1,234.5", WIDE, 1234.5),
        ("12.500.000", WIDE, 12_500_000.0),
        ("0,250", WIDE, 0.25),  # no thousands begin with 0
        ("1,25", WIDE, 1.25),
        ("\N{MINUS SIGN}6,25", Column("lat", "float", ""), -6.25),
    ],
)
def test_a_number_is_read_as_it_was_meant(
    text: str, column: Column, value: float
) -> None:
    assert written_number(text, column) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tinggi",
        "4 2",
        "42 ft",
        "inf",
        "nan",
        "0x2A",
        "1e400",
        "1_000",
        "4٢",
        "9" * 41,
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    assert isinstance(written_number(text, HEIGHT), Phrase)


def test_a_number_that_can_be_read_in_two_ways_is_refused() -> None:
    found = written_number("1,500", WIDE)
    assert isinstance(found, Phrase)
    assert found.key == "network.expected.clear_number"


@given(st.floats(-180, 180, allow_nan=False))
def test_a_decimal_comma_reads_as_a_decimal_point(value: float) -> None:
    column = Column("lon", "float", "", low=-180, high=180)
    assert written_number(f"{value:.6f}".replace(".", ","), column) == float(
        f"{value:.6f}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-14T13:05:00",
        "2024-02-14 13:05",
        "2024-02-14T06:05:00Z",
        "2024.02.14_13.05.00",
        "14/02/2024 13.05",
        "14-2-2024 13:05:00",
        "1707890700",
        "1707890700000",
    ],
)
def test_all_forms_of_a_moment_are_one(text: str) -> None:
    moment = datetime(2024, 2, 14, 13, 5, tzinfo=ZONE)
    assert unix_seconds(text, ZONE) == moment.timestamp()


@pytest.mark.parametrize(
    "text",
    ["", "kemarin", "02/14/2024", "31/02/2024", "1999-12-31", "2100-01-02", "9" * 30],
)
def test_what_is_no_time_of_this_century_is_refused(text: str) -> None:
    assert unix_seconds(text, ZONE) is None
