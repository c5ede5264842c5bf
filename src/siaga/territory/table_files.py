"""Bytes of one table's file, CSV or Parquet, as raw Arrow columns.

Nothing here trusts a file: its size and its rows are bounded before they are read.
"""

from __future__ import annotations

import codecs
import csv
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from siaga.house.problems import ImportProblem, ImportProblems
from siaga.house.words import Phrase
from siaga.territory import formats
from siaga.territory.findings import Findings, note_file, shortened

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_raw"]

HEADER_MAX_BYTES = 100_000
CHUNK_BYTES = 1 << 20
_OTHER_SEPARATORS = {";": ";", "\t": "tab", "|": "|"}


def read_raw(path: Path, file: str, findings: Findings) -> pa.Table | None:
    """Table as it stands in the file, None if it cannot be read.

    `file` is what problems call it.
    """
    size = path.stat().st_size
    if size > formats.MAX_BYTES:
        note_file(findings, file, "file.bytes", "smaller", f"{size}")
        return None
    if size == 0:
        note_file(findings, file, "file.filled", "file", Phrase.of("found.empty"))
        return None
    if path.suffix == ".csv":
        return _read_csv(path, file, findings)
    return _read_parquet(path, file, findings)


def _note_rows(findings: Findings, file: str, n: int) -> None:
    note_file(findings, file, "file.rows", "smaller", Phrase.of("found.rows", n_rows=n))


def _read_parquet(path: Path, file: str, findings: Findings) -> pa.Table | None:
    try:
        # Read through its own bytes: a folder named `code=1` must not become a column.
        with pq.ParquetFile(path) as opened:
            if opened.metadata.num_rows > formats.MAX_ROWS:
                _note_rows(findings, file, opened.metadata.num_rows)
                return None
            table = opened.read(use_threads=False)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError):
        note_file(findings, file, "file.parquet", "save", Phrase.of("found.damaged"))
        return None
    return table


def _read_csv(path: Path, file: str, findings: Findings) -> pa.Table | None:
    if not _is_utf8(path):
        _note_line(path, file, findings)
        return None
    names = _header(path, file, findings)
    if names is None:
        return None
    ragged: list[pacsv.InvalidRow] = []
    batches: list[pa.RecordBatch] = []
    n_rows = 0
    try:
        with _open_csv(path, names, ragged) as reader:
            for batch in reader:
                n_rows += batch.num_rows
                if n_rows > formats.MAX_ROWS:
                    _note_rows(findings, file, n_rows)
                    return None
                batches.append(batch)
            table = pa.Table.from_batches(batches, reader.schema)
    except (pa.ArrowException, OSError, ValueError):
        note_file(findings, file, "file.csv", "save", Phrase.of("found.damaged"))
        return None
    for row in ragged:
        findings.add(
            ImportProblem(
                file,
                row.number,
                None,
                Phrase.of("found.cells", n_cells=row.actual_columns),
                Phrase.of("expected.cells", n_cells=row.expected_columns),
                Phrase.of("remedy.row"),
            )
        )
    return None if ragged else table


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as opened:
        try:
            while chunk := opened.read(CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _note_line(path: Path, file: str, findings: Findings) -> None:
    """Note the first line that is not UTF-8, as a spreadsheet would have meant it."""
    with path.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                found = shortened(line.decode("latin-1").strip())
                expected, remedy = Phrase.of("expected.utf8"), Phrase.of("remedy.utf8")
                problem = ImportProblem(file, number, None, found, expected, remedy)
                findings.add(problem)
                return


def _header(path: Path, file: str, findings: Findings) -> list[str] | None:
    """Names in the first line of a CSV file, None if it is not one."""
    with path.open("rb") as opened:
        line = opened.readline(HEADER_MAX_BYTES).decode("utf-8-sig", "replace")
    try:
        names = next(csv.reader([line.rstrip("\r\n")]), [])
    except csv.Error:
        note_file(findings, file, "file.csv", "save", Phrase.of("found.damaged"))
        return None
    if len(names) == 1:
        for sign, shown in _OTHER_SEPARATORS.items():
            if sign in names[0]:
                note_file(findings, file, "file.comma", "comma", shown)
                return None
    return names


def _open_csv(
    path: Path, names: list[str], ragged: list[pacsv.InvalidRow]
) -> pacsv.CSVStreamingReader:
    def note(row: pacsv.InvalidRow) -> str:
        # Arrow swallows what is raised here: faults are only collected.
        if len(ragged) < ImportProblems.LIMIT:
            ragged.append(row)
        return "skip"

    return pacsv.open_csv(
        path,
        # One thread keeps the number of a row with the row.
        read_options=pacsv.ReadOptions(use_threads=False),
        parse_options=pacsv.ParseOptions(
            newlines_in_values=True, invalid_row_handler=note
        ),
        # All cells are text: a reader that guesses types loses leading zeros.
        convert_options=pacsv.ConvertOptions(
            column_types={name: pa.string() for name in names},
            strings_can_be_null=True,
            null_values=[""],
            quoted_strings_can_be_null=True,
            check_utf8=False,  # it was checked above
        ),
    )
