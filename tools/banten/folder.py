"""The province folder being written: the same content gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from banten.inputs import BuildProblem, expect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

__all__ = ["Folder"]


class Folder:
    """Files below one folder; remembers how many rows each table has."""

    def __init__(self, root: Path) -> None:
        """Write below `root`, which is made if it is not there."""
        self.root = root
        self.rows: dict[str, int | None] = {}
        self.sources: set[str] = set()

    def _place(self, name: str, n_rows: int | None) -> Path:
        if name in self.rows:
            raise BuildProblem(f"{name} is written twice")
        self.rows[name] = n_rows
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def parquet(
        self,
        name: str,
        frame: pd.DataFrame,
        schema: Mapping[str, pa.DataType],
        metadata: Mapping[bytes, bytes] | None = None,
    ) -> None:
        """Write the columns of `schema` as one Parquet file without pandas' notes."""
        expect(f"columns of {name}", set(frame.columns), set(schema))
        table = pa.Table.from_pandas(
            frame, schema=pa.schema(list(schema.items())), preserve_index=False
        ).replace_schema_metadata(metadata)
        self._note_sources(frame.columns, frame)
        pq.write_table(
            table,
            self._place(name, table.num_rows),
            compression="zstd",
            compression_level=12,
            row_group_size=1 << 20,
        )

    def csv(
        self, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Write rows as CSV; a missing or None value is an empty cell."""
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, columns, lineterminator="\n")
        writer.writeheader()
        written = [
            {c: "" if (v := row.get(c)) is None else v for c in columns} for row in rows
        ]
        writer.writerows(written)
        if "source" in columns and name != "sources.csv":
            self.sources |= {row["source"] for row in written}
        self._place(name, len(written)).write_text(buffer.getvalue(), encoding="utf-8")

    def json(self, name: str, content: Any, n_rows: int) -> None:
        """Write JSON, two spaces deep."""
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        self._place(name, n_rows).write_text(text, encoding="utf-8")

    def copy(self, name: str, origin: Path) -> None:
        """Copy a file byte for byte."""
        self._place(name, None).write_bytes(origin.read_bytes())

    def _note_sources(self, columns: Iterable[str], frame: pd.DataFrame) -> None:
        for column in set(columns) & {"source", "voters_source", "point_source"}:
            self.sources |= set(frame[column].dropna().unique())

    def refuse_strays(self) -> None:
        """Raise BuildProblem if the folder holds a file that was not written now."""
        found = {
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*")
            if path.is_file()
        }
        expect("files that do not belong here", found - set(self.rows), set())
