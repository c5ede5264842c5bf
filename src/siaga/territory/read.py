"""Read one table of a province's folder: bytes to checked columns, or problems.

Nothing here trusts a file: its size is bounded, its types are checked cell by cell, and
up to a hundred faults are collected with file, row and column.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siaga.house.moments import ROUGH_DAY, is_rough_day
from siaga.house.problems import ImportProblem, ImportProblems
from siaga.house.tables import known_mask, numbers, rows_of, text_array, texts
from siaga.house.words import Phrase
from siaga.territory.findings import Findings, note_file, shortened
from siaga.territory.formats import (
    EXCEL_NUMBER,
    PATTERN_WORDS,
    WRITTEN_NUMBER,
    Column,
    TableFormat,
)
from siaga.territory.table_files import read_raw

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

__all__ = ["Findings", "Table", "read_table"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Table:
    """A checked table: columns by name, rows by their key or in the order shown."""

    file: str
    first_row: int
    """Number a person gives the first row: 2 below a CSV header, 1 in Parquet."""
    columns: dict[str, pa.ChunkedArray]
    n: int
    file_row: Array | None = None
    """Row in the file of each row, from 0; None = rows stand as in the file."""

    def has(self, name: str) -> bool:
        """Whether the file has this column."""
        return name in self.columns

    def texts(self, name: str) -> list[str]:
        """Texts, empty where unknown or where there is no such column."""
        return texts(self.columns[name]) if self.has(name) else [""] * self.n

    def text_array(self, name: str) -> pa.Array:
        """Texts as `texts` gives them, as one Arrow array."""
        if not self.has(name):
            return pa.array([""] * self.n, type=pa.string())
        return text_array(self.columns[name])

    def equals(self, name: str, text: str) -> Array:
        """Mask of the rows with exactly this text, shape (n,)."""
        among = pa.array([text], type=pa.string())
        return np.asarray(rows_of(self.text_array(name), among) == 0)

    def ints(self, name: str, dtype: Any = np.int32) -> Array:
        """Whole numbers, -1 where unknown, shape (n,)."""
        if not self.has(name):
            return np.full(self.n, -1, dtype=dtype)
        return numbers(self.columns[name], dtype, -1)

    def floats(self, name: str) -> Array:
        """Numbers, NaN where unknown, shape (n,)."""
        if not self.has(name):
            return np.full(self.n, np.nan)
        return numbers(self.columns[name], np.float64, np.nan)

    def flags(self, name: str) -> Array:
        """Yes or no; unknown counts as no, shape (n,)."""
        if not self.has(name):
            return np.zeros(self.n, dtype=bool)
        return np.asarray(numbers(self.columns[name], np.int8, 0) == 1)

    def days(self, name: str) -> list[date | None]:
        """Calendar days, None where unknown."""
        return self.columns[name].to_pylist() if self.has(name) else [None] * self.n

    def known(self, name: str) -> Array:
        """Mask of the rows that are not empty, shape (n,)."""
        if not self.has(name):
            return np.zeros(self.n, dtype=bool)
        return known_mask(self.columns[name])

    def problem(
        self,
        index: int,
        column: str,
        found: str | Phrase,
        expected: Phrase,
        remedy: Phrase,
    ) -> ImportProblem:
        """Problem of the cell in row `index` (from 0)."""
        row = index if self.file_row is None else int(self.file_row[index])
        return ImportProblem(
            self.file,
            self.first_row + row,
            column,
            found if isinstance(found, Phrase) else shortened(found),
            expected,
            remedy,
        )


def read_table(
    folder: Path, form: TableFormat, findings: Findings, stem: str | None = None
) -> Table | None:
    """Table of a format, None where an optional file is absent or the file is faulty.

    Faults go to `findings`.
    """
    stem = stem or form.stem
    ways = (folder / f"{stem}.csv", folder / f"{stem}.parquet")
    found = [path for path in ways if path.is_file()]
    if len(found) == 2:
        names = ", ".join(path.name for path in found)
        note_file(findings, f"{stem}.csv", "file.both", "remove", names)
        return None
    if not found:
        if form.required:
            note_file(findings, f"{stem}.csv", "file.none", "file")
        return None
    path = found[0]
    file = path.relative_to(folder).as_posix()
    raw = read_raw(path, file, findings)
    if raw is None:
        return None
    first_row = 2 if path.suffix == ".csv" else 1
    table = Table(file, first_row, {}, raw.num_rows)
    return _checked(raw, form, table, findings)


def _checked(
    raw: pa.Table, form: TableFormat, table: Table, findings: Findings
) -> Table | None:
    faults_before = len(findings.problems)
    for column in form.columns:
        if column.required and column.name not in raw.column_names:
            remedy = Phrase.of("remedy.column", column=column.name)
            findings.add(_column_problem(table, column, "", "column", remedy))
    for index, name in enumerate(raw.column_names):
        declared = form.column(name)
        if declared is None:
            continue
        if name in table.columns:
            found = Phrase.of("found.twice")
            findings.add(_column_problem(table, declared, found, "column_once"))
        else:
            values = _column(raw.column(index), declared, table, findings)
            table.columns[name] = values
    if len(findings.problems) == faults_before:
        _check_unique(table, form, findings)
    if len(findings.problems) > faults_before:
        return None
    return table if form.in_order else _sorted(table, form)


def _sorted(table: Table, form: TableFormat) -> Table:
    """Rows by their key: the order in which a file gives them plays no part."""
    keys = pa.table([table.text_array(name) for name in form.unique], form.unique)
    by = [(name, "ascending") for name in form.unique]
    order = pc.sort_indices(keys, sort_keys=by)
    file_row = numbers(pa.chunked_array([order]), np.int64, -1)
    if (file_row[1:] > file_row[:-1]).all():
        return table
    columns = {name: values.take(order) for name, values in table.columns.items()}
    return replace(table, columns=columns, file_row=file_row)


def _column_problem(
    table: Table,
    column: Column,
    found: str | Phrase,
    expected: str,
    remedy: Phrase | None = None,
) -> ImportProblem:
    return ImportProblem(
        table.file,
        None,
        column.name,
        found,
        Phrase.of(f"expected.{expected}"),
        remedy or Phrase.of("remedy.type"),
    )


def _column(
    raw: pa.ChunkedArray, column: Column, table: Table, findings: Findings
) -> pa.ChunkedArray:
    if pa.types.is_dictionary(raw.type):
        raw = pc.cast(raw, raw.type.value_type)
    values = _cast(raw, column, table, findings)
    if values is None:
        return raw
    if not column.empty:
        _check_filled(values, column, table, findings)
    if column.kind == "text":
        _check_text(texts(values), column, table, findings)
    else:
        _check_range(values, column, table, findings)
    return values


def _check_filled(
    values: pa.ChunkedArray, column: Column, table: Table, findings: Findings
) -> None:
    """Note the first empty cell; an empty text is as unknown as none at all."""
    filled = known_mask(values)
    if column.kind == "text":
        filled = filled & np.array([text != "" for text in texts(values)], dtype=bool)
    if not filled.all():
        row = int(np.flatnonzero(~filled)[0])
        expected, remedy = Phrase.of("expected.value"), Phrase.of("remedy.fill")
        findings.add(table.problem(row, column.name, "", expected, remedy))


_TYPES = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
    "shape": pa.binary(),
}
_NUMBER_REMEDY = {"int": "whole", "float": "separators"}
_DAYS = (-25_567, 84_006)
"""1 January 1900 and 1 January 2200, in days from 1970."""
_DAY_US = 24 * 3600 * 1_000_000


def _cast(
    raw: pa.ChunkedArray, column: Column, table: Table, findings: Findings
) -> pa.ChunkedArray | None:
    """Column in the type of its kind, None if a cell does not fit."""
    target = _TYPES[column.kind]
    is_text = pa.types.is_string(raw.type) or pa.types.is_large_string(raw.type)
    # A code that was stored as a number has lost its leading zeros: refuse it.
    wrong_type = (
        column.kind == "text" and not is_text and not pa.types.is_null(raw.type)
    )
    without_zone = (
        column.kind == "moment"
        and pa.types.is_timestamp(raw.type)
        and raw.type.tz is None
    )
    if wrong_type or without_zone:
        findings.add(_column_problem(table, column, _type_name(raw.type), column.kind))
        return None
    try:
        return pc.cast(raw, target)
    except pa.ArrowException:
        bad = _first_uncastable(raw, target)
    if not bad:
        findings.add(_column_problem(table, column, _type_name(raw.type), column.kind))
    expected = Phrase.of(f"expected.{column.kind}")
    for row, found in bad:
        by_hand = isinstance(found, str) and WRITTEN_NUMBER.fullmatch(found) is not None
        word = _NUMBER_REMEDY.get(column.kind, "cell") if by_hand else "cell"
        remedy = Phrase.of(f"remedy.{word}")
        findings.add(table.problem(row, column.name, found, expected, remedy))
    return None


def _type_name(kind: pa.DataType) -> str | Phrase:
    """What a column of a type is to a person."""
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return Phrase.of("found.numbers")
    return str(kind)


def _first_uncastable(
    raw: pa.ChunkedArray, target: pa.DataType
) -> list[tuple[int, str | Phrase]]:
    bad: list[tuple[int, str | Phrase]] = []
    for row, scalar in enumerate(raw):
        try:
            scalar.cast(target)
        except (pa.ArrowException, ValueError, NotImplementedError):
            bad.append((row, _shown(scalar)))
            if len(bad) == ImportProblems.LIMIT:
                break
    return bad


def _shown(scalar: pa.Scalar) -> str | Phrase:
    try:
        return str(scalar.as_py())
    except (ValueError, OverflowError):
        return Phrase.of("found.no_day")


def _check_range(
    values: pa.ChunkedArray, column: Column, table: Table, findings: Findings
) -> None:
    expected = Phrase.of(f"expected.{column.kind}")
    low, high = column.low, column.high
    if column.kind == "day":
        low, high = _DAYS
    elif column.kind == "moment":
        low, high = (day * _DAY_US for day in _DAYS)
    elif low is not None and high is not None:
        expected = Phrase.of("expected.range", low=_whole(low), high=_whole(high))
    else:
        return
    array = numbers(values, np.float64, np.nan)
    outside = known_mask(values) & ~((array >= low) & (array <= high))
    remedy = Phrase.of("remedy.cell")
    for row in np.flatnonzero(outside)[: ImportProblems.LIMIT].tolist():
        is_number = column.kind in ("int", "float")
        found = f"{array[row]:.10g}" if is_number else _shown(values[row])
        findings.add(table.problem(row, column.name, found, expected, remedy))


def _whole(bound: float) -> int | float:
    """Bound as it is read by people: without decimals where it has none."""
    return int(bound) if bound == int(bound) else bound


def _check_text(
    values: list[str], column: Column, table: Table, findings: Findings
) -> None:
    if column.choices:
        fits: Callable[[str], Any] = set(column.choices).__contains__
        expected = Phrase.of("expected.choice", choices=", ".join(column.choices))
    elif column.pattern is not None:
        fits = column.pattern.fullmatch
        if column.pattern is ROUGH_DAY:
            fits = is_rough_day
        expected = Phrase.of(f"expected.{PATTERN_WORDS[column.pattern]}")
    else:
        return
    for row, value in enumerate(values):
        if value and not fits(value):
            by_excel = EXCEL_NUMBER.fullmatch(value) is not None
            remedy = Phrase.of("remedy.excel" if by_excel else "remedy.cell")
            findings.add(table.problem(row, column.name, value, expected, remedy))


def _check_unique(table: Table, form: TableFormat, findings: Findings) -> None:
    if not form.unique or table.n == 0:
        return
    keys_only = pa.table([table.text_array(name) for name in form.unique], form.unique)
    if keys_only.group_by(list(form.unique)).aggregate([]).num_rows == table.n:
        return
    columns = [table.texts(name) for name in form.unique]
    keys: list[Any] = (
        columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
    )
    seen: dict[Any, int] = {}
    for row, key in enumerate(keys):
        first = seen.setdefault(key, row)
        if first != row:
            expected = Phrase.of("expected.unique", row=str(table.first_row + first))
            found = key if isinstance(key, str) else ", ".join(filter(None, key))
            findings.add(
                table.problem(
                    row, form.unique[-1], found, expected, Phrase.of("remedy.duplicate")
                )
            )
