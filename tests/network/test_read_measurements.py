"""What speaks against a reading: flagged with its reason, never dropped."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network.radio_files import BOX, NOW

from siaga.network.measurements import CONSTANT_READINGS, Flag, Measurements, checked

M_PER_DEG_LAT = 110_580.0
START_S = NOW.timestamp() - 50_000


def walk(n: int, step_m: float = 20.0, every_s: float = 10.0) -> Measurements:
    """A walk to the south-east at a level that changes."""
    rows = np.arange(n)
    return Measurements(
        lat=-6.35 - rows * step_m / M_PER_DEG_LAT, lon=np.full(n, 125.3),
        accuracy_m=np.full(n, 5.0), time_s=START_S + rows * every_s,
        operator=("xl",) * n, technology=("4g",) * n, frequency_mhz=np.full(n, 1870.0),
        level_dbm=-90.0 - rows % 7, censored=np.zeros(n, bool),
        bars=np.full(n, -1, np.int8), sent=np.full(n, -1, np.int8),
        cell=np.full(n, 7, np.int64), station_row=np.full(n, -1, np.int32),
        device=("a",) * n, source=("a.csv",) * n, source_row=rows + 2,
        flags=np.zeros(n, np.uint16),
    )  # fmt: skip


def flagged(readings: Measurements, flag: Flag) -> list[int]:
    found = checked(readings, BOX, NOW)
    assert len(found) == len(readings)
    return np.flatnonzero(found.flags & flag).tolist()


def changed(readings: Measurements, row: int, **values: object) -> Measurements:
    columns = {name: getattr(readings, name) for name in values}
    for name, column in columns.items():
        columns[name] = np.array(column)
        columns[name][row] = values[name]
    return replace(readings, **columns)


def test_an_honest_walk_has_no_flag() -> None:
    found = checked(walk(40), BOX, NOW)
    assert found.usable.all() and found.counts() == {}


@pytest.mark.parametrize(
    ("values", "flag"),
    [
        ({"lat": np.nan}, Flag.NO_POINT),
        ({"lat": -7.9, "time_s": START_S - 40_000}, Flag.OUTSIDE),
        ({"accuracy_m": 100.5}, Flag.ACCURACY),
        ({"level_dbm": -141.0}, Flag.LEVEL_RANGE),
        ({"level_dbm": -42.0}, Flag.LEVEL_RANGE),
        ({"level_dbm": np.nan}, Flag.NO_LEVEL),
        ({"time_s": NOW.timestamp() + 700}, Flag.FUTURE),
    ],
)
def test_a_reading_that_cannot_be_right_is_flagged(
    values: dict[str, float], flag: Flag
) -> None:
    found = checked(changed(walk(3), 0, **values), BOX, NOW)
    assert found.flags.tolist() == [flag, 0, 0]
    assert found.counts() == {flag.name: 1}


@pytest.mark.parametrize(
    "values",
    [
        {"accuracy_m": 100.0},
        {"accuracy_m": np.nan},
        {"level_dbm": -140.0},
        {"level_dbm": -43.0},
        {"level_dbm": np.nan, "censored": True},
        {"level_dbm": np.nan, "bars": 0},
        {"level_dbm": np.nan, "sent": 0},
    ],
)
def test_the_last_that_can_be_right_is_not(values: dict[str, float]) -> None:
    assert checked(changed(walk(3), 1, **values), BOX, NOW).usable.all()


def test_of_two_readings_in_a_second_the_second_is_a_duplicate() -> None:
    assert flagged(walk(5, step_m=0.1, every_s=0.4), Flag.DUPLICATE) == [1, 2, 4]
    assert flagged(walk(5, step_m=0.1, every_s=1.0), Flag.DUPLICATE) == []


def test_two_cells_in_a_second_are_no_duplicates() -> None:
    twice = replace(walk(2, step_m=0, every_s=0), cell=np.array([7, 8]))
    assert flagged(twice, Flag.DUPLICATE) == []


def test_a_reading_that_jumps_away_and_back_is_the_wrong_one() -> None:
    assert flagged(changed(walk(9), 4, lat=-6.55), Flag.SPEED) == [4]


def test_of_a_single_jump_both_ends_are_doubted() -> None:
    readings = walk(9)
    lat = readings.lat.copy()
    lat[5:] -= 0.1
    assert flagged(replace(readings, lat=lat), Flag.SPEED) == [4, 5]


def test_a_car_is_no_jump_and_a_bad_position_excuses_one() -> None:
    assert flagged(walk(9, step_m=270, every_s=5), Flag.SPEED) == []  # 194 km/h
    assert flagged(walk(9, step_m=300, every_s=5), Flag.SPEED) != []  # 209 km/h
    rough = replace(walk(9, step_m=300, every_s=5), accuracy_m=np.full(9, 50.0))
    assert flagged(rough, Flag.SPEED) == []


def test_a_level_that_stays_although_the_phone_moves_is_made_up() -> None:
    n = CONSTANT_READINGS + 10
    made_up = replace(walk(n, step_m=30), level_dbm=np.full(n, -88.0))
    assert flagged(made_up, Flag.CONSTANT) == list(range(n))
    standing = replace(walk(n, step_m=1), level_dbm=np.full(n, -88.0))
    assert flagged(standing, Flag.CONSTANT) == []
    short = CONSTANT_READINGS - 1
    brief = replace(walk(short, step_m=90), level_dbm=np.full(short, -88.0))
    assert flagged(brief, Flag.CONSTANT) == []


def test_no_service_all_along_is_not_a_constant_level() -> None:
    n = CONSTANT_READINGS + 10
    dark = replace(
        walk(n, step_m=60), level_dbm=np.full(n, np.nan), censored=np.ones(n, bool)
    )
    assert checked(dark, BOX, NOW).usable.all()


def test_series_of_two_phones_are_apart() -> None:
    far = replace(walk(4), lat=walk(4).lat - 0.2, device=("b",) * 4)
    both = Measurements(
        **{
            field.name: (
                getattr(walk(4), field.name) + getattr(far, field.name)
                if isinstance(getattr(far, field.name), tuple)
                else np.concatenate(
                    [getattr(walk(4), field.name), getattr(far, field.name)]
                )
            )
            for field in fields(Measurements)
        }
    )
    assert checked(both, BOX, NOW).usable.all()


def test_flags_that_the_reader_set_stay() -> None:
    readings = replace(walk(3), flags=np.array([Flag.NEIGHBOUR, 0, 0], np.uint16))
    assert flagged(readings, Flag.NEIGHBOUR) == [0]


@given(st.permutations(range(12)), st.integers(0, 11))
def test_the_order_of_the_rows_plays_no_part(order: list[int], jump: int) -> None:
    readings = changed(walk(12, every_s=0.6), jump, lat=-6.55)
    mixed = replace(
        readings,
        **{
            field.name: getattr(readings, field.name)[order]
            for field in fields(Measurements)
            if isinstance(getattr(readings, field.name), np.ndarray)
        },
    )
    straight = checked(readings, BOX, NOW).flags
    assert checked(mixed, BOX, NOW).flags.tolist() == straight[order].tolist()
