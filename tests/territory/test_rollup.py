"""Roll-up: hand cases, plain NumPy as the referee, the properties of sums by area."""

from __future__ import annotations

import doctest
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.territory import rollup
from siaga.territory.rollup import (
    Segments,
    Sums,
    count_by,
    roll_up,
    roll_up_floats,
    roll_up_known,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siaga.territory.territory import Territory

Table = npt.NDArray[Any]
INTEGERS = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"]
BANTEN = (1, 8, 155, 1_552)
"""Areas by level of Banten in 2024, the province first; 33,324 stations."""
NATION = (1, 38, 514, 7_277, 83_731)
"""Areas by level of the nation in 2024; 823,236 stations."""


# Trees


def segments(*areas: tuple[int, int, int, int]) -> Segments:
    """Tree of (start, stop, level, parent_row), one an area."""
    start, stop, level, parent_row = np.array(areas).T
    return Segments(
        start.astype(np.int32),
        stop.astype(np.int32),
        level.astype(np.uint8),
        parent_row.astype(np.int32),
    )


def grown_tree(n_areas: Sequence[int], n_stations: int, seed: int) -> Segments:
    """Random tree of so many areas a level; some areas of each level are empty."""
    rng = np.random.default_rng(seed)
    below = [*n_areas[1:], n_stations]
    cuts = [
        np.sort([0, *rng.integers(0, n_below + 1, n - 1), n_below])
        for n, n_below in zip(n_areas, below, strict=True)
    ]
    # Cuts in what is directly below become cuts in the stations.
    rows = list(accumulate(reversed(cuts), lambda lower, upper: lower[upper]))[::-1]
    areas: list[tuple[int, int, int, int]] = []

    def grow(level: int, i: int, parent_row: int) -> None:
        row = len(areas)
        areas.append((rows[level][i], rows[level][i + 1], level, parent_row))
        if level + 1 < len(cuts):
            for child in range(cuts[level][i], cuts[level][i + 1]):
                grow(level + 1, child, row)

    grow(0, 0, -1)
    return segments(*areas)


def votes_of(n_stations: int, n_columns: int, seed: int) -> npt.NDArray[np.int32]:
    """Random votes, 0 to 299 a station and column, by row."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 300, (n_stations, n_columns), dtype=np.int32)


@st.composite
def trees(draw: st.DrawFn) -> Segments:
    """Trees of any depth: villages with 0 to 4 stations, areas with nothing below."""
    village = st.integers(0, 4)
    nested = st.recursive(village, lambda lower: st.lists(lower, max_size=4))
    areas: list[tuple[int, int, int, int]] = []

    def grow(area: Any, start: int, level: int, parent_row: int) -> int:
        row = len(areas)
        areas.append((0, 0, 0, 0))
        stop = start + area if isinstance(area, int) else start
        for child in area if isinstance(area, list) else []:
            stop = grow(child, stop, level + 1, row)
        areas[row] = (start, stop, level, parent_row)
        return stop

    grow(draw(nested), 0, 0, -1)
    return segments(*areas)


def random_table(tree: Segments, seed: int, dtype: str = "int32") -> Table:
    """Table of three columns, as large as its dtype allows."""
    rng = np.random.default_rng(seed)
    shape = (tree.n_stations, 3)
    if dtype == "bool":
        return rng.random(shape) < 0.5
    limits = np.iinfo(dtype)
    least, greatest = max(limits.min, -(2**40)), min(limits.max, 2**40)
    return rng.integers(least, greatest, shape, dtype=dtype, endpoint=True)


def random_floats(tree: Segments, seed: int) -> npt.NDArray[np.float64]:
    """Table of three columns of very unequal sizes, a third of it unknown."""
    rng = np.random.default_rng(seed)
    shape = (tree.n_stations, 3)
    values = rng.normal(size=shape) * 10.0 ** rng.integers(-9, 9, shape)
    return np.where(rng.random(shape) < 1 / 3, np.nan, values)


seeds = st.integers(0, 2**32 - 1)
quick = settings(deadline=None)
"""No deadline: the first example may compile a kernel."""


# References in plain NumPy and plain Python


def slice_sums(values: Table, tree: Segments, dtype: type = np.int64) -> Table:
    """Sum of each area straight from its own stations."""
    ranges = zip(tree.start, tree.stop, strict=True)
    return np.array([values[a:b].sum(axis=0, dtype=dtype) for a, b in ranges])


def ordered_sums(values: Table, tree: Segments) -> Table:
    """Float sums in the order that the module promises, one addition at a time."""
    sums = np.zeros((len(tree), values.shape[1]))
    for area in tree.leaf_row:
        for row in values[tree.start[area] : tree.stop[area]]:
            sums[area] += np.where(np.isnan(row), 0.0, row)
    for area in range(len(tree) - 1, 0, -1):
        sums[tree.parent_row[area]] += sums[area]
    return sums


def below(tree: Segments, row: int) -> slice:
    """Rows of an area and of all below it: depth-first order makes them a slice."""
    after = np.flatnonzero(tree.level[row + 1 :] <= tree.level[row])
    return slice(row, row + 1 + int(after[0]) if len(after) else len(tree))


def part(tree: Segments, row: int) -> Segments:
    """Tree of an area alone, as a worker gets it."""
    rows, first = below(tree, row), int(tree.start[row])
    parent_row = tree.parent_row[rows] - row
    parent_row[0] = -1
    return Segments(
        tree.start[rows] - np.int32(first),
        tree.stop[rows] - np.int32(first),
        tree.level[rows].copy(),
        parent_row,
    )


def children(tree: Segments, row: int) -> list[int]:
    """Rows directly below an area."""
    return np.flatnonzero(tree.parent_row == row).tolist()


def at_depth(tree: Segments, depth: int) -> list[int]:
    """Areas of a level, and those above it that have nothing below: they tile all."""
    leaves = set(tree.leaf_row.tolist())
    return [
        row
        for row, level in enumerate(tree.level.tolist())
        if level == depth or (level < depth and row in leaves)
    ]


def same_bits(a: Table, b: Table) -> bool:
    """Whether two arrays are equal to the last bit, the sign of zero included."""
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def same_sums(a: Sums, b: Sums) -> bool:
    """Whether totals and counts of known are equal to the last bit."""
    return same_bits(a.total, b.total) and same_bits(a.known, b.known)


# By hand


@pytest.fixture
def panimbang() -> Segments:
    """Province > 2 districts > villages of 2, 0, 1 stations and a district of none."""
    return segments(
        (0, 3, 0, -1), (0, 3, 2, 0), (0, 2, 3, 1), (2, 2, 3, 1), (2, 3, 3, 1),
        (3, 3, 2, 0),
    )  # fmt: skip


def test_votes_of_three_stations_by_hand(panimbang: Segments) -> None:
    sums = roll_up(np.array([10, 20, 5], np.int32), panimbang)
    assert sums.tolist() == [35, 35, 30, 0, 5, 0]
    assert sums.dtype == np.int64


def test_two_columns_by_hand(panimbang: Segments) -> None:
    sums = roll_up(np.array([[10, 1], [20, 2], [5, 3]], np.int32), panimbang)
    assert sums.tolist() == [[35, 6], [35, 6], [30, 3], [0, 0], [5, 3], [0, 0]]


def test_unknown_is_left_out_and_counted_by_hand(panimbang: Segments) -> None:
    votes = np.array([10, -1, 5], np.int32)
    sums = roll_up_known(votes, votes >= 0, panimbang)
    assert sums.total.tolist() == [15, 15, 10, 0, 5, 0]
    assert sums.known.tolist() == [2, 2, 1, 0, 1, 0]
    assert sums.known.dtype == np.int32


def test_nan_is_left_out_and_counted_by_hand(panimbang: Segments) -> None:
    sums = roll_up_floats(np.array([0.5, np.nan, 0.25]), panimbang)
    assert sums.total.tolist() == [0.75, 0.75, 0.5, 0.0, 0.25, 0.0]
    assert sums.known.tolist() == [2, 2, 1, 0, 1, 0]


def test_verdicts_by_hand(panimbang: Segments) -> None:
    counts = count_by(np.array([0, 3, 0], np.uint8), panimbang, 4)
    assert counts[:3].tolist() == [[2, 0, 0, 1], [2, 0, 0, 1], [1, 0, 0, 1]]
    assert counts[3:].tolist() == [[0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert counts.dtype == np.int32


def test_a_mask_is_counted(panimbang: Segments) -> None:
    flooded = np.array([True, False, True])
    assert roll_up(flooded, panimbang).tolist() == [2, 2, 1, 0, 1, 0]


@pytest.mark.parametrize("shape", [(0,), (0, 2), (0, 0)])
def test_a_tree_without_stations_sums_to_zero(shape: tuple[int, ...]) -> None:
    tree = segments((0, 0, 0, -1), (0, 0, 1, 0), (0, 0, 1, 0))
    assert roll_up(np.zeros(shape, np.int32), tree).shape == (3, *shape[1:])
    sums = roll_up_floats(np.zeros(shape), tree)
    assert not sums.total.any() and not sums.known.any()
    assert count_by(np.zeros(0, np.uint8), tree, 2).tolist() == [[0, 0]] * 3


def test_a_root_alone_is_summed_from_its_stations() -> None:
    assert roll_up(np.array([1, 2], np.int32), segments((0, 2, 0, -1))).tolist() == [3]


def test_no_column_gives_no_column(panimbang: Segments) -> None:
    assert roll_up(np.zeros((3, 0), np.int32), panimbang).shape == (6, 0)


def test_small_integers_do_not_wrap() -> None:
    tree = segments((0, 1000, 0, -1))
    assert roll_up(np.full(1000, 127, np.int8), tree).tolist() == [127_000]
    most = np.iinfo(np.uint32).max
    assert roll_up(np.full(1000, most, np.uint32), tree).tolist() == [1000 * most]


def test_integers_beyond_the_floats_stay_exact(panimbang: Segments) -> None:
    rupiah = np.array([2**53, 1, 2**60], np.int64)
    assert int(roll_up(rupiah, panimbang)[0]) == 2**53 + 1 + 2**60


def test_what_int64_may_not_hold_is_refused_but_not_where_unknown(
    panimbang: Segments,
) -> None:
    least, greatest = np.iinfo(np.int64).min, np.iinfo(np.int64).max
    for values in (
        np.array([greatest, 1, 0], np.int64),
        np.array([least, -1, 0], np.int64),
    ):
        with pytest.raises(OverflowError):
            roll_up(values, panimbang)
    votes = np.array([least, 7, greatest], np.int64)
    known = np.array([False, True, False])
    assert roll_up_known(votes, known, panimbang).total[0] == 7


def test_infinity_is_a_value(panimbang: Segments) -> None:
    sums = roll_up_floats(np.array([np.inf, 1.0, 2.0]), panimbang)
    assert sums.total.tolist() == [np.inf, np.inf, np.inf, 0, 2, 0]
    assert sums.known[0] == 3


# Against plain NumPy


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", INTEGERS)
def test_integers_equal_plain_numpy(dtype: str, order: Any) -> None:
    tree = grown_tree((1, 3, 9, 40), 300, seed=4)
    values = np.asarray(random_table(tree, 5, dtype), order=order)
    sums = roll_up(values, tree)
    assert same_bits(sums, slice_sums(values, tree))
    assert sums.flags.c_contiguous == (order == "C")


@given(trees(), seeds)
@quick
def test_any_tree_equals_plain_numpy(tree: Segments, seed: int) -> None:
    values = random_table(tree, seed)
    known = random_table(tree, seed + 1, "bool")
    codes = values[:, 0].astype(np.uint8) % np.uint8(5)
    assert same_bits(roll_up(values, tree), slice_sums(values, tree))
    sums = roll_up_known(values, known, tree)
    assert same_bits(sums.total, slice_sums(np.where(known, values, 0), tree))
    assert same_bits(sums.known, slice_sums(known, tree, np.int32))
    classes = codes[:, np.newaxis] == np.arange(5)
    assert same_bits(count_by(codes, tree, 5), slice_sums(classes, tree, np.int32))


@given(trees(), seeds)
@quick
def test_floats_are_added_in_the_promised_order(tree: Segments, seed: int) -> None:
    values = random_floats(tree, seed)
    sums = roll_up_floats(values, tree)
    assert same_bits(sums.total, ordered_sums(values, tree))
    assert same_bits(sums.known, slice_sums(~np.isnan(values), tree, np.int32))


def test_float32_is_summed_as_float64() -> None:
    tree = segments((0, 10_000, 0, -1))
    sums = roll_up_floats(np.full(10_000, 0.1, np.float32), tree)
    assert sums.total[0] == pytest.approx(10_000 * float(np.float32(0.1)), rel=1e-12)


@given(trees(), seeds)
@quick
def test_layout_never_changes_a_bit(tree: Segments, seed: int) -> None:
    values, floats = random_table(tree, seed), random_floats(tree, seed)
    known = ~np.isnan(floats)
    wide = np.repeat(floats, 2, axis=1)[:, ::2]  # neither by row nor by column
    by_row = roll_up_floats(floats, tree)
    for other in (np.asfortranarray(floats), wide):
        assert same_sums(roll_up_floats(other, tree), by_row)
    by_row = roll_up_known(values, known, tree)
    by_column = roll_up_known(np.asfortranarray(values), known, tree)
    assert same_sums(by_column, by_row)
    assert same_bits(roll_up(np.asfortranarray(values), tree), roll_up(values, tree))
    for j in range(3):
        one = roll_up_floats(floats[:, j], tree)
        assert same_bits(one.total, roll_up_floats(floats, tree).total[:, j])
        assert same_bits(roll_up(values[:, j], tree), roll_up(values, tree)[:, j])


@pytest.mark.parametrize("order", ["C", "F"])
def test_compiled_kernels_equal_the_same_python(
    order: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = grown_tree((1, 3, 9), 60, seed=6)
    values, floats = random_table(tree, 7), random_floats(tree, 8)
    values, floats = (np.asarray(table, order=order) for table in (values, floats))
    known = ~np.isnan(floats)

    def all_three() -> list[Table]:
        totals = roll_up(values, tree)
        return [
            totals, *roll_up_known(values, known, tree), *roll_up_floats(floats, tree)
        ]  # fmt: skip

    compiled = all_three()
    for name in [name for name in vars(rollup) if name.startswith("_add_")]:
        monkeypatch.setattr(rollup, name, getattr(rollup, name).__wrapped__)
    assert all(map(same_bits, compiled, all_three()))


# Properties


@given(trees(), seeds)
@quick
def test_order_of_stations_inside_a_village_plays_no_part(
    tree: Segments, seed: int
) -> None:
    values, known = random_table(tree, seed), random_table(tree, seed, "bool")
    codes = values[:, 0].astype(np.uint8)
    rng = np.random.default_rng(seed)
    order = np.arange(tree.n_stations)
    for area in tree.leaf_row:
        rng.shuffle(order[tree.start[area] : tree.stop[area]])
    assert same_bits(roll_up(values[order], tree), roll_up(values, tree))
    mixed = roll_up_known(values[order], known[order], tree)
    assert same_sums(mixed, roll_up_known(values, known, tree))
    assert same_bits(count_by(codes[order], tree, 256), count_by(codes, tree, 256))


@given(trees(), seeds)
@quick
def test_parts_joined_are_the_whole_to_the_last_bit(tree: Segments, seed: int) -> None:
    floats, values = random_floats(tree, seed), random_table(tree, seed)
    whole, exact = roll_up_floats(floats, tree), roll_up(values, tree)
    root = np.zeros(3)
    for row in reversed(children(tree, 0)):
        own, stations = part(tree, row), slice(tree.start[row], tree.stop[row])
        rows = below(tree, row)
        sums = roll_up_floats(floats[stations], own)
        assert same_sums(sums, Sums(whole.total[rows], whole.known[rows]))
        assert same_bits(roll_up(values[stations], own), exact[rows])
        root += sums.total[0]
    if len(tree) > 1:
        assert same_bits(root, whole.total[0])


@given(trees(), seeds)
@quick
def test_areas_of_each_level_sum_to_the_whole(tree: Segments, seed: int) -> None:
    values, floats = random_table(tree, seed), random_floats(tree, seed)
    sums, n_known = roll_up(values, tree), roll_up_floats(floats, tree).known
    counts = count_by(values[:, 0].astype(np.uint8), tree, 256)
    for depth in range(int(tree.level.max()) + 1):
        rows = at_depth(tree, depth)
        assert (sums[rows].sum(axis=0) == values.sum(axis=0, dtype=np.int64)).all()
        assert (n_known[rows].sum(axis=0) == (~np.isnan(floats)).sum(axis=0)).all()
        assert counts[rows].sum() == tree.n_stations


@given(trees().filter(lambda tree: tree.n_stations > 0), seeds)
@quick
def test_one_unknown_station_leaves_its_areas_known(tree: Segments, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 2**30, tree.n_stations)
    lost = int(rng.integers(tree.n_stations))
    known = np.arange(tree.n_stations) != lost
    above = (tree.start <= lost) & (lost < tree.stop)
    expected = roll_up(values, tree) - np.where(above, values[lost], 0)
    by_mask = roll_up_known(values, known, tree)
    by_nan = roll_up_floats(np.where(known, values, np.nan), tree)
    for sums in by_mask, by_nan:
        assert (sums.total == expected).all()
        assert (sums.known == tree.stop - tree.start - above).all()


@given(trees(), seeds)
@quick
def test_an_empty_area_is_0_of_0(tree: Segments, seed: int) -> None:
    empty = tree.start == tree.stop
    floats, values = random_floats(tree, seed), random_table(tree, seed)
    known = np.ones(values.shape, dtype=bool)
    for sums in roll_up_floats(floats, tree), roll_up_known(values, known, tree):
        assert not sums.total[empty].any() and not sums.known[empty].any()
    assert not roll_up(values, tree)[empty].any()
    assert not count_by(values[:, 0].astype(np.uint8), tree, 256)[empty].any()


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("order", ["C", "F"])
def test_any_number_of_workers_gives_the_same_bits(workers: int, order: Any) -> None:
    tree = grown_tree((1, 8, 60, 500), 9_000, seed=10)
    floats = np.asarray(random_floats(tree, 11), order=order)
    whole = roll_up_floats(floats, tree)
    regencies = children(tree, 0)

    def of_regency(row: int) -> Sums:
        stations = slice(tree.start[row], tree.stop[row])
        return roll_up_floats(floats[stations], part(tree, row))

    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(of_regency, regencies))
    joined = Sums(*(np.vstack([own[i] for own in parts]) for i in range(2)))
    assert same_sums(joined, Sums(whole.total[1:], whole.known[1:]))


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_workers_at_the_same_time_do_not_disturb_each_other(workers: int) -> None:
    tree = grown_tree((1, 8, 60, 500), 9_000, seed=12)
    tables = [random_floats(tree, seed) for seed in range(8)]
    counts = [np.nan_to_num(table).astype(np.int64) for table in tables]

    def both(at: int) -> tuple[Sums, Any]:
        return roll_up_floats(tables[at], tree), roll_up(counts[at], tree)

    alone = [(f.total.tobytes(), i.tobytes()) for f, i in map(both, range(8))]
    with ThreadPoolExecutor(workers) as pool:
        together = list(pool.map(both, range(8)))
    assert [(f.total.tobytes(), i.tobytes()) for f, i in together] == alone


# What is not taken


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(3),  # floats have their own function
        np.zeros(3, np.uint64),  # beyond int64
        np.zeros(3, ">i4"),  # not of this machine
        np.zeros(3, np.complex128),
        np.zeros(3, "timedelta64[s]"),
        np.array(["1", "2", "3"]),
        np.array([1, None, 3]),  # objects
    ],
    ids=lambda values: str(values.dtype),
)
def test_integers_of_a_wrong_dtype_are_refused(
    panimbang: Segments, values: Table
) -> None:
    with pytest.raises(TypeError, match="values"):
        roll_up(values, panimbang)
    with pytest.raises(TypeError, match="values"):
        roll_up_known(values, np.ones(3, bool), panimbang)


@pytest.mark.parametrize("dtype", ["int32", "bool", "float16", ">f8", "complex128"])
def test_floats_of_a_wrong_dtype_are_refused(panimbang: Segments, dtype: str) -> None:
    with pytest.raises(TypeError, match="values"):
        roll_up_floats(np.zeros(3, dtype), panimbang)


@pytest.mark.parametrize("shape", [(), (2,), (4,), (2, 3), (3, 1, 1), (1, 3)])
def test_a_wrong_shape_is_refused(panimbang: Segments, shape: tuple[int, ...]) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: roll_up(np.zeros(shape, np.int32), panimbang),
        lambda: roll_up_floats(np.zeros(shape), panimbang),
        lambda: roll_up_known(
            np.zeros(shape, np.int32), np.ones(shape, bool), panimbang
        ),
        lambda: count_by(np.zeros(shape, np.uint8), panimbang, 2),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="shape"):
            call()


def test_a_wrong_mask_is_refused(panimbang: Segments) -> None:
    votes = np.zeros((3, 2), np.int32)
    with pytest.raises(TypeError, match="known"):
        roll_up_known(votes, np.ones((3, 2), np.int8), panimbang)
    with pytest.raises(ValueError, match="known"):
        roll_up_known(votes, np.ones(3, bool), panimbang)


def test_wrong_codes_are_refused(panimbang: Segments) -> None:
    with pytest.raises(ValueError, match="5 is none of 5 classes"):
        count_by(np.array([0, 5, 1], np.uint8), panimbang, 5)
    with pytest.raises(TypeError, match="codes"):
        count_by(np.array([0, 1, 2], np.int64), panimbang, 5)
    with pytest.raises(ValueError, match="codes"):
        count_by(np.zeros((3, 1), np.uint8), panimbang, 5)


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        ([(0, 2, 0, 0)], "root"),  # the root has a parent
        ([(1, 2, 0, -1)], "root"),  # stations before the first
        ([(0, -1, 0, -1)], "before it starts"),
        ([(0, 2, 0, -1), (0, 2, 1, -1)], "after its parent"),  # two roots
        ([(0, 2, 0, -1), (0, 2, 1, 1)], "after its parent"),  # its own parent
        ([(0, 2, 0, -1), (0, 2, 1, 2), (0, 2, 2, 0)], "after its parent"),
        ([(0, 2, 1, -1), (0, 2, 1, 0)], "below the level"),  # same level
        ([(0, 2, 0, -1), (0, 1, 1, 0)], "tile"),  # a station of nobody at the end
        ([(0, 2, 0, -1), (1, 2, 1, 0)], "tile"),  # ... at the beginning
        ([(0, 3, 0, -1), (0, 1, 1, 0), (2, 3, 1, 0)], "tile"),  # ... between
        ([(0, 3, 0, -1), (0, 2, 1, 0), (1, 3, 1, 0)], "tile"),  # a station of two
        ([(0, 2, 0, -1), (1, 2, 1, 0), (0, 1, 1, 0)], "tile"),  # wrong order
        ([(0, 2, 0, -1), (0, 2, 1, 0), (0, 3, 2, 1)], "tile"),  # more than its parent
    ],
)
def test_what_is_no_tree_is_refused(
    areas: list[tuple[int, int, int, int]], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        segments(*areas)


def test_arrays_of_a_tree_have_one_dtype_and_one_length() -> None:
    start, stop = np.array([0], np.int32), np.array([2], np.int32)
    level, parent_row = np.array([0], np.uint8), np.array([-1], np.int32)
    with pytest.raises(TypeError, match="stop: expected int32, found int64"):
        Segments(start, stop.astype(np.int64), level, parent_row)
    with pytest.raises(TypeError, match="level: expected uint8"):
        Segments(start, stop, level.astype(np.int32), parent_row)
    with pytest.raises(ValueError, match="start: expected shape"):
        Segments(np.array([0, 0], np.int32), stop, level, parent_row)
    with pytest.raises(ValueError, match="root"):
        none = np.zeros(0, np.int32)
        Segments(none, none, np.zeros(0, np.uint8), none)


def test_inputs_are_left_alone_and_the_tree_is_frozen(panimbang: Segments) -> None:
    floats = np.array([1.0, np.nan, 3.0])
    frozen = floats.copy()
    frozen.flags.writeable = False
    assert same_sums(
        roll_up_floats(frozen, panimbang), roll_up_floats(floats, panimbang)
    )
    assert floats.flags.writeable and same_bits(floats, frozen)
    with pytest.raises(ValueError, match="read-only"):
        panimbang.start[0] = 1


# In the house


def test_examples_of_the_page_hold() -> None:
    done = doctest.testmod(rollup)
    assert done.attempted and not done.failed


def test_counting_verdicts_does_not_load_numba() -> None:
    code = (
        "import sys, numpy as np; from siaga.territory.rollup import *\n"
        "row = [np.array([x], np.int32) for x in (0, 2, -1)]\n"
        "tree = Segments(*row[:2], np.zeros(1, np.uint8), row[2])\n"
        "counts = count_by(np.ones(2, np.uint8), tree, 2)\n"
        "print(counts.tolist(), 'numba' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[[0, 2]] False"


@pytest.mark.parametrize("election", ["pemilu_2019", "pemilu_2024", "pilkada_2024"])
def test_voters_of_banten_equal_plain_numpy(banten: Territory, election: str) -> None:
    areas, voters = banten.areas(election), banten.stations(election).voters
    tree = Segments(areas.start, areas.stop, areas.level, areas.parent_row)
    sums = roll_up_known(voters, voters >= 0, tree)
    assert same_bits(sums.total, slice_sums(np.where(voters >= 0, voters, 0), tree))
    assert same_bits(sums.known, slice_sums(voters >= 0, tree, np.int32))
