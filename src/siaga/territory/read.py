"""Read one table of a province's folder: bytes to checked columns, or problems.

Nothing here trusts a file: its size is bounded, its types are checked cell by cell, and
up to a hundred faults are collected with file, row and column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from siaga.house.problems import ImportProblem, ImportProblems
from siaga.house.tables import known_mask, numbers, texts
from siaga.house.words import Phrase
from siaga.territory.formats import MAX_BYTES, MAX_ROWS, Column, TableFormat

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

__all__ = ["Findings", "Table", "read_table"]

Array = np.ndarray[Any, Any]


class Findings:
    """Faults found so far; `stop_if_any` raises them together."""

    def __init__(self) -> None:
        """No faults yet."""
        self.problems: list[ImportProblem] = []

    def add(self, problem: ImportProblem) -> None:
        """Note a fault; the hundredth raises them all."""
        self.problems.append(problem)
        if len(self.problems) >= ImportProblems.LIMIT:
            raise ImportProblems(self.problems)

    def stop_if_any(self) -> None:
        """Raise ImportProblems if there is any fault."""
        if self.problems:
            raise ImportProblems(self.problems)


@dataclass(frozen=True)
class Table:
    """A checked table: columns by name, in file order."""

    file: str
    first_row: int
    """Number a person gives the first row: 2 below a CSV header, 1 in Parquet."""
    columns: dict[str, pa.ChunkedArray]
    n: int

    def has(self, name: str) -> bool:
        """Whether the file has this column."""
        return name in self.columns

    def texts(self, name: str) -> list[str]:
        """Texts, empty where unknown or where there is no such column."""
        return texts(self.columns[name]) if self.has(name) else [""] * self.n

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
        self, index: int, column: str, found: str, expected: Phrase, remedy: Phrase
    ) -> ImportProblem:
        """Problem of the cell in row `index` (from 0)."""
        return ImportProblem(
            self.file, self.first_row + index, column, found[:80], expected, remedy
        )


def read_table(
    folder: Path, form: TableFormat, findings: Findings, stem: str | None = None
) -> Table | None:
    """Table of a format, None where an optional file is absent or the file is faulty.

    Faults go to `findings`.
    """
    stem = stem or form.stem
    found = [
        p for p in (folder / f"{stem}.csv", folder / f"{stem}.parquet") if p.exists()
    ]
    if len(found) != 1:
        if found or form.required:
            _note_file(
                findings, f"{stem}.csv", "file.both" if found else "file.none", "file"
            )
        return None
    path = found[0]
    file = path.relative_to(folder).as_posix()
    if path.stat().st_size > MAX_BYTES:
        _note_file(findings, file, "file.bytes", "smaller")
        return None
    try:
        raw = (
            _read_csv(path, file, findings)
            if path.suffix == ".csv"
            else pq.read_table(path)
        )
    except (pa.ArrowException, OSError, ValueError) as error:
        _note_file(findings, file, "file.readable", "file", str(error).splitlines()[0])
        return None
    if raw.num_rows > MAX_ROWS:
        _note_file(findings, file, "file.rows", "smaller", str(raw.num_rows))
        return None
    return _checked(
        raw,
        form,
        Table(file, 2 if path.suffix == ".csv" else 1, {}, raw.num_rows),
        findings,
    )


def _note_file(
    findings: Findings, file: str, expected: str, remedy: str, found: str = "-"
) -> None:
    findings.add(
        ImportProblem(
            file, None, None, found[:120],
            Phrase.of(f"expected.{expected}"), Phrase.of(f"remedy.{remedy}"),
        )
    )  # fmt: skip


def _read_csv(path: Path, file: str, findings: Findings) -> pa.Table:
    def ragged(row: pacsv.InvalidRow) -> str:
        expected = Phrase.of("expected.cells", n=row.expected_columns)
        number = row.number or None
        findings.add(
            ImportProblem(
                file,
                number,
                None,
                str(row.actual_columns),
                expected,
                Phrase.of("remedy.row"),
            )
        )
        return "skip"

    with path.open("rb") as opened:
        header = opened.readline(100_000).decode("utf-8-sig").rstrip("\r\n")
    names = [name.strip().strip('"') for name in header.split(",")]
    return pacsv.read_csv(
        path,
        read_options=pacsv.ReadOptions(use_threads=False),
        parse_options=pacsv.ParseOptions(
            newlines_in_values=True, invalid_row_handler=ragged
        ),
        convert_options=pacsv.ConvertOptions(
            column_types={name: pa.string() for name in names},
            strings_can_be_null=True,
            null_values=[""],
            quoted_strings_can_be_null=True,
        ),
    )


def _checked(
    raw: pa.Table, form: TableFormat, table: Table, findings: Findings
) -> Table | None:
    faults_before = len(findings.problems)
    for column in form.columns:
        if column.required and column.name not in raw.column_names:
            findings.add(
                ImportProblem(
                    table.file, None, column.name, "-",
                    Phrase.of("expected.column"),
                    Phrase.of("remedy.column", column=column.name),
                )
            )  # fmt: skip
    for name in raw.column_names:
        declared = form.column(name)
        if declared is not None:
            table.columns[name] = _column(raw[name], declared, table, findings)
    if len(findings.problems) == faults_before:
        _check_unique(table, form, findings)
    return table if len(findings.problems) == faults_before else None


def _column(
    raw: pa.ChunkedArray, column: Column, table: Table, findings: Findings
) -> pa.ChunkedArray:
    if pa.types.is_dictionary(raw.type):
        raw = pc.cast(raw, raw.type.value_type)
    if not column.empty and raw.null_count:
        row = int(np.flatnonzero(~known_mask(raw))[0])
        findings.add(
            table.problem(
                row,
                column.name,
                "-",
                Phrase.of("expected.value"),
                Phrase.of("remedy.fill"),
            )
        )
    values = _cast(raw, column, table, findings)
    if values is not None:
        _check_range(values, column, table, findings)
    return values if values is not None else raw


_TYPES = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
    "shape": pa.binary(),
}


def _cast(
    raw: pa.ChunkedArray, column: Column, table: Table, findings: Findings
) -> pa.ChunkedArray | None:
    target = _TYPES[column.kind]
    is_text = pa.types.is_string(raw.type) or pa.types.is_large_string(raw.type)
    if column.kind == "text" and not is_text and not pa.types.is_null(raw.type):
        # A code that was stored as a number has lost its leading zeros: refuse it.
        _note_type(findings, table, column, str(raw.type))
        return None
    if (
        pa.types.is_timestamp(raw.type)
        and column.kind == "moment"
        and raw.type.tz is None
    ):
        _note_type(findings, table, column, str(raw.type))
        return None
    try:
        return pc.cast(raw, target)
    except pa.ArrowException:
        bad = _first_uncastable(raw, target)
        if bad:
            for row, found in bad:
                findings.add(
                    table.problem(
                        row, column.name, found,
                        Phrase.of(f"expected.{column.kind}"), Phrase.of("remedy.cell"),
                    )
                )  # fmt: skip
        else:
            _note_type(findings, table, column, str(raw.type))
        return None


def _note_type(findings: Findings, table: Table, column: Column, found: str) -> None:
    findings.add(
        ImportProblem(
            table.file, None, column.name, found,
            Phrase.of(f"expected.{column.kind}"), Phrase.of("remedy.type"),
        )
    )  # fmt: skip


def _first_uncastable(
    raw: pa.ChunkedArray, target: pa.DataType
) -> list[tuple[int, str]]:
    bad = []
    for row, scalar in enumerate(raw):
        try:
            scalar.cast(target)
        except (pa.ArrowException, ValueError, NotImplementedError):
            bad.append((row, str(scalar.as_py())))
            if len(bad) == ImportProblems.LIMIT:
                break
    return bad


def _check_range(
    values: pa.ChunkedArray, column: Column, table: Table, findings: Findings
) -> None:
    if column.kind == "text":
        _check_text(texts(values), column, table, findings)
        return
    if column.low is None and column.high is None:
        return
    array = numbers(values, np.float64, np.nan)
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    known = known_mask(values)
    outside = known & ~((array >= low) & (array <= high))
    expected = Phrase.of("expected.range", low=f"{low:g}", high=f"{high:g}")
    for row in np.flatnonzero(outside)[: ImportProblems.LIMIT].tolist():
        found = f"{array[row]:.10g}"
        findings.add(
            table.problem(row, column.name, found, expected, Phrase.of("remedy.cell"))
        )


def _check_text(
    values: list[str], column: Column, table: Table, findings: Findings
) -> None:
    if column.choices:
        expected = Phrase.of("expected.choice", choices=", ".join(column.choices))
        good = set(column.choices)
        for row, value in enumerate(values):
            if value not in good and value:
                findings.add(
                    table.problem(
                        row, column.name, value, expected, Phrase.of("remedy.cell")
                    )
                )
    elif column.pattern is not None:
        fits = column.pattern.fullmatch
        expected = Phrase.of("expected.pattern", pattern=column.pattern.pattern)
        for row, value in enumerate(values):
            if value and fits(value) is None:
                findings.add(
                    table.problem(
                        row, column.name, value, expected, Phrase.of("remedy.cell")
                    )
                )


def _check_unique(table: Table, form: TableFormat, findings: Findings) -> None:
    if not form.unique or table.n == 0:
        return
    columns = [table.texts(name) for name in form.unique]
    keys: list[Any] = (
        columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
    )
    if len(set(keys)) == len(keys):
        return
    seen: dict[Any, int] = {}
    for row, key in enumerate(keys):
        first = seen.setdefault(key, row)
        if first != row:
            expected = Phrase.of("expected.unique", row=str(table.first_row + first))
            found = key if isinstance(key, str) else ", ".join(key)
            findings.add(
                table.problem(
                    row, form.unique[-1], found, expected, Phrase.of("remedy.duplicate")
                )
            )
