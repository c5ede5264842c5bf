"""Separated text that phones and crowds write: any separator, with or without a header.

Unlike the tables of people, these files are not sent back to be saved again: a tab or a
semicolon is read as it stands. Size, rows and the length of a row stay bounded.
"""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from siaga.house.words import Phrase
from siaga.network.read_faults import Findings, note
from siaga.network.read_xlsx import Raw
from siaga.territory import formats

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["read_separated"]

SEPARATORS = "\t;,|"
LINE_MAX = 100_000
"""A longer line is no row of a table."""
MOST_RAGGED = 50
"""Rows of another length that are told; the rest is more of the same."""


def read_separated(
    path: Path, findings: Findings, names: Sequence[str] = ()
) -> Raw | None:
    """Columns of text of a `.csv`, `.txt` or `.gz` file, None if it is faulty.

    With `names` the file has no header and is separated by commas; a first line that
    repeats the first name is left out. Faults go to `findings`.
    """
    file = path.name
    if not path.is_file():
        note(findings, file, "expected.file.none", "remedy.file")
        return None
    size = path.stat().st_size
    if not 0 < size <= formats.MAX_BYTES:
        expected = "expected.file.bytes" if size else "expected.file.filled"
        remedy = "remedy.smaller" if size else "remedy.file"
        note(findings, file, expected, remedy, f"{size}")
        return None
    try:
        if not _is_utf8(path, findings):
            return None
        return _read(path, findings, list(names))
    except (pa.ArrowException, OSError, ValueError, EOFError, zlib.error):
        found = Phrase.of("found.damaged")
        note(findings, file, "expected.file.csv", "remedy.save", found)
        return None


def _is_utf8(path: Path, findings: Findings) -> bool:
    """Whether all lines are UTF-8 and none is endless; the first that is not is told.

    Raises what a cut archive raises, and ValueError if it unpacks to too much.
    """
    n_bytes = 0
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as opened:
        for number, line in enumerate(iter(lambda: opened.readline(LINE_MAX), b""), 1):
            n_bytes += len(line)
            if n_bytes > formats.MAX_BYTES or len(line) == LINE_MAX:
                raise ValueError(number)
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                found = line.decode("latin-1").strip()
                expected, remedy = "expected.utf8", "remedy.utf8"
                note(findings, path.name, expected, remedy, found, row=number)
                return False
    return True


def _read(path: Path, findings: Findings, names: list[str]) -> Raw | None:
    without_header = bool(names)
    separator = ","
    if not without_header:
        names, separator = _header(path)
    if len(set(names)) < len(names):
        found = ", ".join(sorted({name for name in names if names.count(name) > 1}))
        remedy = "network.remedy.one_heading"
        note(findings, path.name, "expected.column_once", remedy, found, row=1)
        return None
    ragged: list[pacsv.InvalidRow] = []

    def keep(row: pacsv.InvalidRow) -> str:
        if len(ragged) < MOST_RAGGED:
            ragged.append(row)
        return "skip"

    table = _table(path, names, _parsing(separator, keep), findings)
    for row in ragged:
        found_cells = Phrase.of("found.cells", n_cells=row.actual_columns)
        expected = Phrase.of("network.expected.cells", n_cells=len(names))
        note(
            findings, path.name, expected, "network.remedy.ragged", found_cells,
            row=row.number,
        )  # fmt: skip
    if table is None or ragged:
        return None
    rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
    has_header = not without_header or (
        table.num_rows > 0 and table[names[0]][0].as_py() == names[0]
    )
    if has_header:
        table, rows = table.slice(1), rows[1:]
    return Raw(names, list(table.columns), rows)


def _header(path: Path) -> tuple[list[str], str]:
    """Names in the first line and what parts them; raises ValueError if not UTF-8."""
    with path.open("rb") as opened:
        line = opened.readline(LINE_MAX).decode("utf-8-sig").rstrip("\r\n")
    separator = max(SEPARATORS, key=line.count)
    return [name.strip().strip('"') for name in line.split(separator)], separator


def _parsing(separator: str, keep: Any) -> pacsv.ParseOptions:
    return pacsv.ParseOptions(delimiter=separator, invalid_row_handler=keep)


def _table(
    path: Path, names: list[str], parsing: pacsv.ParseOptions, findings: Findings
) -> pa.Table | None:
    """All lines as text, the header too; None if there are too many."""
    compression = "gzip" if path.suffix == ".gz" else None
    batches: list[pa.RecordBatch] = []
    n_rows = 0
    with (
        pa.input_stream(str(path), compression=compression) as stream,
        pacsv.open_csv(
            stream,
            # One thread keeps the number of a row with the row.
            read_options=pacsv.ReadOptions(use_threads=False, column_names=names),
            parse_options=parsing,
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string())
            ),
        ) as reader,
    ):
        for batch in reader:
            n_rows += batch.num_rows
            if n_rows > formats.MAX_ROWS:
                found = Phrase.of("found.rows", n_rows=n_rows)
                expected, remedy = "expected.file.rows", "remedy.smaller"
                note(findings, path.name, expected, remedy, found)
                return None
            batches.append(batch)
        return pa.Table.from_batches(batches, reader.schema)
