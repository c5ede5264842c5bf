"""Files of a made-up province, and the digests of a folder."""

from __future__ import annotations

import csv
import hashlib
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Row", "tree_of", "write_csv", "write_rows", "write_text"]

Row = dict[str, Any]


def write_rows(stem: Path, rows: list[Row] | pa.Table, form: str) -> None:
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows)
    if form == "csv":
        names = table.column_names
        texts = [[_text(value) for value in table[name].to_pylist()] for name in names]
        _write_lines(stem.with_suffix(".csv"), names, zip(*texts, strict=True))
        return
    # An empty text is unknown; in Parquet the unknown has a sign of its own.
    for i, name in enumerate(table.column_names):
        if pa.types.is_string(table[name].type):
            values = [value or None for value in table[name].to_pylist()]
            table = table.set_column(i, name, pa.array(values, pa.string()))
    pq.write_table(table, stem.with_suffix(".parquet"), compression="zstd")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def write_csv(path: Path, rows: list[Row]) -> None:
    lines = ([_text(value) for value in row.values()] for row in rows)
    _write_lines(path, list(rows[0]), lines)


def _write_lines(path: Path, names: list[str], lines: Any) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(lines)


def write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


LOCK = "imports/.lock"
"""Tells writers of each other; holds nothing."""


def tree_of(folder: Path) -> dict[str, str]:
    """Digest of every file below a folder: what "unchanged" is measured by."""
    digests = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {file: d.hexdigest() for file, d in digests.items() if file != LOCK}
