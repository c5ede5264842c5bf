"""The raw copies: each file is named with its hash and read only if it is that file."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

__all__ = ["TABLES", "BuildProblem", "Inputs", "expect", "sha256_of", "typed_rows"]

TABLES = Path(__file__).parent / "tables"
"""Tables typed by hand: sources, names of stages, definitions of claims."""


class BuildProblem(Exception):
    """A raw copy or a count is not what this build was written for."""


def expect(what: str, found: object, wanted: object) -> None:
    """Raise BuildProblem unless `found` equals `wanted`."""
    if found != wanted:
        raise BuildProblem(f"{what}: found {found!r}, expected {wanted!r}")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def typed_rows(name: str) -> list[dict[str, str]]:
    """Rows of a hand-typed table, all values as text, empty = unknown."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Inputs:
    """The folder of raw copies, checked against the pinned hashes when opened."""

    def __init__(self, root: Path) -> None:
        """Check every pinned file; raises BuildProblem for a missing or other one."""
        self._root = root
        self._pinned = {row["path"]: row["sha256"] for row in typed_rows("inputs.csv")}
        for name, sha256 in self._pinned.items():
            if not (root / name).is_file():
                raise BuildProblem(f"{name}: missing")
            expect(f"sha256 of {name}", sha256_of(root / name), sha256)

    def path(self, name: str) -> Path:
        """Path of a pinned file."""
        expect(f"{name} is pinned", name in self._pinned, True)
        return self._root / name

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A Parquet table with nullable columns: no null becomes a number."""
        return pd.read_parquet(
            self.path(name), columns=columns, dtype_backend="numpy_nullable"
        )

    def json(self, name: str) -> Any:
        """Content of a JSON file."""
        return json.loads(self.path(name).read_text(encoding="utf-8"))
