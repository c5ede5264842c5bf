"""Faulty provinces: the tiny one with some of its files replaced."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["BAD", "EXPECTED", "with_faults"]

BAD = Path(__file__).resolve().parents[1] / "data" / "bad"
EXPECTED = "expected.txt"
_TWINS = {".csv": ".parquet", ".parquet": ".csv"}


def with_faults(case: Path, good: Path, target: Path) -> Path:
    """Copy of a good folder in which the files of a case replace the good ones."""
    shutil.copytree(good, target)
    files = [path.relative_to(case) for path in case.rglob("*") if path.is_file()]
    for file in files:
        if file.name == EXPECTED:
            continue
        twin = file.with_suffix(_TWINS.get(file.suffix, file.suffix))
        if twin not in files:
            (target / twin).unlink(missing_ok=True)
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(case / file, target / file)
    return target
