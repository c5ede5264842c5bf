"""Roll-up: what the stations of every area add up to, at all levels of the tree.

Segmented sums, villages first, then upward: a station is read once, whatever the depth
of the tree. Integers are exact. Floats are added in one order (the stations of an area
by row, then its children from the last to the first), so that the layout of the array
and the number of workers never change a bit. Unknown is no zero: it is left out, and
the count of known stands beside the sum. An empty area is 0 of 0.

>>> i32, u8 = np.int32, np.uint8
>>> tree = Segments(  # a district of two villages with 2 and 1 stations
...     start=np.array([0, 0, 2], i32), stop=np.array([3, 2, 3], i32),
...     level=np.array([2, 3, 3], u8), parent_row=np.array([-1, 0, 0], i32))
>>> roll_up(np.array([10, 20, 5], i32), tree).tolist()
[35, 30, 5]
>>> votes = np.array([10, -1, 5])
>>> roll_up_known(votes, votes >= 0, tree)
Sums(total=array([15, 10,  5]), known=array([2, 1, 1], dtype=int32))
>>> roll_up_floats(np.array([0.5, np.nan, np.nan]), tree)
Sums(total=array([0.5, 0.5, 0. ]), known=array([1, 1, 0], dtype=int32))
>>> count_by(np.array([0, 2, 2], u8), tree, n_classes=3).tolist()
[[1, 0, 2], [1, 0, 1], [0, 0, 1]]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

__all__ = ["Segments", "Sums", "count_by", "roll_up", "roll_up_floats", "roll_up_known"]

Ints = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int32]
Totals = npt.NDArray[np.int64]
Kernel = Callable[..., None]

_DTYPES = {"start": "int32", "stop": "int32", "level": "uint8", "parent_row": "int32"}
_INT64_MAX = int(np.iinfo(np.int64).max)


class Sums(NamedTuple):
    """Sums with the count of known beside them, both one row an area."""

    total: npt.NDArray[Any]
    """Sum of what is known, int64 or float64; 0 where nothing is."""
    known: Counts
    """How many stations are in it."""


@dataclass(frozen=True, eq=False, slots=True)
class Segments:
    """An area tree as the row ranges of its areas; one entry an area, shape (n_areas,).

    Parents come before their children, children in the order of their stations, and the
    children of an area tile it. A tree may end at any level, here and there at another:
    an area without children is summed from its stations. Raises TypeError for a wrong
    dtype, ValueError for a wrong shape or what is no such tree.
    """

    start: Ints
    """First station row of each area, int32."""
    stop: Ints
    """Station row after the last one, int32; equal to `start` for an empty area."""
    level: npt.NDArray[np.uint8]
    """Level from the top, greater than that of the parent."""
    parent_row: Ints
    """Row of the parent, int32; -1 for the root, which is row 0."""
    leaf_row: Ints = field(init=False)
    """Rows of the areas without children, in order."""

    def __post_init__(self) -> None:
        """Check the tree once and freeze its arrays: kernels trust it afterwards."""
        n = np.size(self.parent_row)
        for name, dtype in _DTYPES.items():
            array = np.ascontiguousarray(getattr(self, name))
            if array.dtype != dtype:
                raise TypeError(f"{name}: expected {dtype}, found {array.dtype}")
            if array.shape != (n,):
                raise ValueError(f"{name}: expected shape ({n},), found {array.shape}")
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        _check_tree(self.start, self.stop, self.level, self.parent_row)
        leaf = np.ones(n, dtype=bool)
        leaf[self.parent_row[1:]] = False
        leaf_row = _frozen(np.flatnonzero(leaf).astype(np.int32))
        object.__setattr__(self, "leaf_row", leaf_row)

    def __len__(self) -> int:
        """Number of areas of all levels."""
        return len(self.parent_row)

    @property
    def n_stations(self) -> int:
        """Number of stations of the whole tree."""
        return int(self.stop[0])


def roll_up(values: npt.NDArray[Any], segments: Segments) -> Totals:
    """Exact int64 sums of integers (or of a mask) by area, (n_areas,) or (n_areas, k).

    `values` has shape (n_stations,) or (n_stations, k), contiguous by row or by column
    (another layout is copied); the sums have the layout of the values. Raises TypeError
    for a dtype that is neither bool nor an integer that fits int64, ValueError for a
    shape that is not of this tree, OverflowError if int64 may be too small for a sum.
    """
    values = _integers(values)
    by_column = _is_by_column(values, segments)
    table = _table(values, by_column)
    _check_fits(table, segments.n_stations)
    total = _zeros(table, segments, by_column, np.int64)
    _run(_add_columns if by_column else _add_rows, segments, table, total)
    return _as_given(total, values, by_column)


def roll_up_known(
    values: npt.NDArray[Any], known: npt.NDArray[np.bool_], segments: Segments
) -> Sums:
    """Exact sums of the known integers by area, with how many are known.

    `known` is a mask of the shape of `values`; what is not known may hold any number.
    All else is as in `roll_up`.
    """
    values, known = _integers(values), np.asarray(known)
    if known.dtype != np.bool_:
        raise TypeError(f"known: expected bool, found {known.dtype}")
    if known.shape != values.shape:
        raise ValueError(f"known: shape {known.shape}, the values {values.shape}")
    by_column = _is_by_column(values, segments)
    table, mask = _table(values, by_column), _table(known, by_column)
    _check_fits(table, segments.n_stations, mask)
    total = _zeros(table, segments, by_column, np.int64)
    n_known = _zeros(table, segments, by_column, np.int32)
    kernel = _add_known_columns if by_column else _add_known_rows
    _run(kernel, segments, table, mask, total, n_known)
    return Sums(*(_as_given(sums, values, by_column) for sums in (total, n_known)))


def roll_up_floats(values: npt.NDArray[Any], segments: Segments) -> Sums:
    """Sums of floats by area as float64, with how many are known; NaN = unknown.

    Takes float32 or float64 and raises TypeError for another dtype, ValueError for a
    shape that is not of this tree. An infinite value is a value.
    """
    values = np.asarray(values)
    if values.dtype not in (np.float32, np.float64) or not values.dtype.isnative:
        raise TypeError(f"values: expected float32 or float64, found {values.dtype}")
    by_column = _is_by_column(values, segments)
    table = _table(values, by_column)
    total = _zeros(table, segments, by_column, np.float64)
    n_known = _zeros(table, segments, by_column, np.int32)
    kernel = _add_float_columns if by_column else _add_float_rows
    _run(kernel, segments, table, total, n_known)
    return Sums(*(_as_given(sums, values, by_column) for sums in (total, n_known)))


def count_by(
    codes: npt.NDArray[np.uint8], segments: Segments, n_classes: int
) -> Counts:
    """How many stations of each area have each code, int32, (n_areas, n_classes).

    `codes` is uint8 of shape (n_stations,), each below `n_classes`. Raises TypeError
    for another dtype, ValueError for another shape or a code that is no class.
    """
    codes = np.asarray(codes)
    n = segments.n_stations
    if codes.dtype != np.uint8:
        raise TypeError(f"codes: expected uint8, found {codes.dtype}")
    if codes.shape != (n,):
        raise ValueError(f"codes: expected shape ({n},), found {codes.shape}")
    if n and int(codes.max()) >= n_classes:
        raise ValueError(f"codes: {codes.max()} is none of {n_classes} classes")
    # Whole numbers may be cut from a running count: no error can climb here. And the
    # board, which needs nothing else, does not wait for numba to load.
    counts = np.empty((len(segments), n_classes), np.int32)
    before = np.zeros(n + 1, np.int32)
    for code in range(n_classes):
        np.cumsum(codes == code, out=before[1:])
        counts[:, code] = before[segments.stop] - before[segments.start]
    return counts


def _check_tree(
    start: Ints, stop: Ints, level: npt.NDArray[np.uint8], parent_row: Ints
) -> None:
    n = len(parent_row)
    if n == 0 or parent_row[0] != -1 or start[0] != 0:
        raise ValueError("row 0 is not the root: parent -1, first station 0")
    if (start > stop).any():
        raise ValueError("an area stops before it starts")
    parents = parent_row[1:]
    if ((parents < 0) | (parents >= np.arange(1, n))).any():
        raise ValueError("an area does not stand after its parent")
    if (level[1:] <= level[parents]).any():
        raise ValueError("an area is not below the level of its parent")
    # Stable, so that the children of a parent keep the order of their rows.
    child = 1 + np.argsort(parents, kind="stable")
    parent = parent_row[child]
    first = np.diff(parent, prepend=-1) > 0
    last = np.diff(parent, append=n) > 0
    begin = np.where(first, start[parent], np.roll(stop[child], 1))
    if (start[child] != begin).any() or (stop[child[last]] != stop[parent[last]]).any():
        raise ValueError("the children of an area do not tile it")


def _integers(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    values = np.asarray(values)
    if values.dtype == np.bool_:
        return values.view(np.uint8)
    if not np.can_cast(values.dtype, np.int64) or not values.dtype.isnative:
        raise TypeError(f"values: expected integers in int64, found {values.dtype}")
    return values


def _is_by_column(values: npt.NDArray[Any], segments: Segments) -> bool:
    """Whether the values lie in memory column after column; a single column does."""
    n = segments.n_stations
    if values.ndim not in (1, 2) or len(values) != n:
        raise ValueError(f"values: shape {values.shape}, expected ({n},) or ({n}, k)")
    return values.ndim == 1 or values.flags.f_contiguous


def _table(values: npt.NDArray[Any], by_column: bool) -> npt.NDArray[Any]:
    """Return values by row, shape (n_stations, k), or by column, (k, n_stations)."""
    table = values if values.ndim == 2 else values[:, np.newaxis]
    return _frozen(np.ascontiguousarray(table.T if by_column else table))


def _zeros(
    table: npt.NDArray[Any], segments: Segments, by_column: bool, dtype: type
) -> npt.NDArray[Any]:
    n = len(segments)
    return np.zeros((len(table), n) if by_column else (n, table.shape[1]), dtype)


def _as_given(
    sums: npt.NDArray[Any], values: npt.NDArray[Any], by_column: bool
) -> npt.NDArray[Any]:
    table = sums.T if by_column else sums
    return table[:, 0] if values.ndim == 1 else table


def _check_fits(
    table: npt.NDArray[Any], n_stations: int, known: npt.NDArray[np.bool_] | None = None
) -> None:
    """Refuse what int64 might not hold; only int64 itself can come near it."""
    if table.dtype.itemsize < 8:
        return
    where = True if known is None else known
    greatest = int(np.max(table, initial=0, where=where))
    least = int(np.min(table, initial=0, where=where))
    if max(greatest, -least) * n_stations > _INT64_MAX:
        raise OverflowError("values: int64 could be too small for their sum")


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a read-only view: numba then compiles once, for frozen and open arrays."""
    view = array.view()
    view.flags.writeable = False
    return view


def _run(kernel: Kernel, segments: Segments, *arrays: npt.NDArray[Any]) -> None:
    tree = (segments.start, segments.stop, segments.leaf_row, segments.parent_row)
    kernel(*tree, *arrays)


def njit(kernel: Kernel) -> Kernel:
    """Compile a kernel with numba when it is first called; keep the result on disk.

    Loading numba takes half a second or more: who adds up nothing does not load it.
    """

    @cache
    def compiled() -> Kernel:
        import numba

        return cast("Kernel", numba.njit(kernel, cache=True, nogil=True))

    @wraps(kernel)
    def run(*arrays: npt.NDArray[Any]) -> None:
        compiled()(*arrays)

    return run


# The kernels, free functions over arrays. By row, sums are (n_areas, k) and the inner
# loop runs over the columns; by column, they are (k, n_areas) and a column climbs the
# tree while it is still in the cache. Areas climb from the last to the first, so that
# each has all of its own before it adds to its parent. No fast maths, no threads: the
# order of additions is the order written here.


@njit
def _add_rows(
    start: Ints, stop: Ints, leaf_row: Ints, parent_row: Ints, values: Any, total: Any
) -> None:
    n_columns = values.shape[1]
    for area in leaf_row:
        for station in range(start[area], stop[area]):
            for j in range(n_columns):
                total[area, j] += values[station, j]
    for area in range(len(parent_row) - 1, 0, -1):
        for j in range(n_columns):
            total[parent_row[area], j] += total[area, j]


@njit
def _add_columns(
    start: Ints, stop: Ints, leaf_row: Ints, parent_row: Ints, values: Any, total: Any
) -> None:
    for j in range(len(values)):
        for area in leaf_row:
            of_area = np.int64(0)
            for station in range(start[area], stop[area]):
                of_area += values[j, station]
            total[j, area] = of_area
        for area in range(len(parent_row) - 1, 0, -1):
            total[j, parent_row[area]] += total[j, area]


@njit
def _add_known_rows(
    start: Ints, stop: Ints, leaf_row: Ints, parent_row: Ints,
    values: Any, known: Any, total: Any, n_known: Any,
) -> None:  # fmt: skip
    n_columns = values.shape[1]
    for area in leaf_row:
        for station in range(start[area], stop[area]):
            for j in range(n_columns):
                total[area, j] += values[station, j] if known[station, j] else 0
                n_known[area, j] += known[station, j]
    for area in range(len(parent_row) - 1, 0, -1):
        for j in range(n_columns):
            total[parent_row[area], j] += total[area, j]
            n_known[parent_row[area], j] += n_known[area, j]


@njit
def _add_known_columns(
    start: Ints, stop: Ints, leaf_row: Ints, parent_row: Ints,
    values: Any, known: Any, total: Any, n_known: Any,
) -> None:  # fmt: skip
    for j in range(len(values)):
        for area in leaf_row:
            of_area, known_of_area = np.int64(0), 0
            for station in range(start[area], stop[area]):
                of_area += values[j, station] if known[j, station] else 0
                known_of_area += known[j, station]
            total[j, area], n_known[j, area] = of_area, known_of_area
        for area in range(len(parent_row) - 1, 0, -1):
            total[j, parent_row[area]] += total[j, area]
            n_known[j, parent_row[area]] += n_known[j, area]


@njit
def _add_float_rows(
    start: Ints, stop: Ints, leaf_row: Ints, parent_row: Ints,
    values: Any, total: Any, n_known: Any,
) -> None:  # fmt: skip
    n_columns = values.shape[1]
    for area in leaf_row:
        for station in range(start[area], stop[area]):
            for j in range(n_columns):
                value = values[station, j]
                known = value == value  # only NaN is not equal to itself
                total[area, j] += value if known else 0.0
                n_known[area, j] += known
    for area in range(len(parent_row) - 1, 0, -1):
        for j in range(n_columns):
            total[parent_row[area], j] += total[area, j]
            n_known[parent_row[area], j] += n_known[area, j]


@njit
def _add_float_columns(
    start: Ints, stop: Ints, leaf_row: Ints, parent_row: Ints,
    values: Any, total: Any, n_known: Any,
) -> None:  # fmt: skip
    for j in range(len(values)):
        for area in leaf_row:
            of_area, known_of_area = np.float64(0), 0
            for station in range(start[area], stop[area]):
                value = values[j, station]
                known = value == value  # only NaN is not equal to itself
                of_area += value if known else 0.0
                known_of_area += known
            total[j, area], n_known[j, area] = of_area, known_of_area
        for area in range(len(parent_row) - 1, 0, -1):
            total[j, parent_row[area]] += total[j, area]
            n_known[j, parent_row[area]] += n_known[j, area]
