"""SOURCES.md of the folder: what each file is, from where, and its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from banten.inputs import expect, sha256_of, typed_rows

if TYPE_CHECKING:
    from pathlib import Path

    from banten.folder import Folder

__all__ = ["write_page"]

HEAD = """# Banten: what is here and from where

A province folder, the input of `siaga import`. It is made by
`tools/build_banten.py RAW OUT` from raw copies of public sources (named below with
repository, commit and date); the same raw copies give the same bytes (pyarrow
{pyarrow}). Facts only: codes, geometry, counts, days. No names of officials, voters
or witnesses. Licences are given as the sources state them; where a repository states
none, this is said. Unknown is null, never 0 or -1.

## Files

The column "derived from" names raw copies by their place in the raw folder; their
hashes are pinned in `tools/banten/tables/inputs.csv`.

| file | what | derived from | rows | sha256 |
|---|---|---|---|---|
"""

NOTES = """
Two rules of reading: a station is known only as (election, code), since 31,762 codes
of 2019 equal a code of 2024 and are other stations; a Kemendagri village code and a
BPS village code look alike and are not.

Notes of the data
- The 51 stations of 2019 without DPT are those that were added after the DPT of
  12 December 2018: without them the list has its 33,420 stations, and the DPT of the
  list adds to the official DPT in all eight regencies.
- The 14 villages of 2019 without a link (379 stations) are spelt otherwise in 2024,
  but for Cikaratuan, which Situng already put into Cigemblong. They are left
  unlinked, and listed by whoever joins.
- Official results and DPT were typed from the newspapers named; the forms of KPU
  were not seen. Where newspapers print different figures, the source row says so.
- `confidence` of a link: 1 same code or decree, 0.95 equal name inside the district,
  0.8 names that are only alike.

## Sources

| source | kind | title | publisher | date | licence as stated | how derived |
|---|---|---|---|---|---|---|
"""

TAIL = """
`network/opencellid/` is data of OpenCelliD, passed on under its own licence (CC BY-SA
4.0: name OpenCelliD, share alike); nothing else of this folder is derived from it.

Not carried, and why: the 1:1,000,000 lines of Global Map (non-commercial terms),
roads, places of Cilegon and of Greater Tangerang (not needed by this version), the
yearly table of disasters and the events of 2018 and 2020 (no claim about an election).
"""


def cell(text: str) -> str:
    """Text that cannot break a table."""
    return text.replace("|", "/").strip() or "-"


def write_page(folder: Folder) -> None:
    """Write SOURCES.md; every file of the folder must be described."""
    described = {row["file"]: row for row in typed_rows("files.csv")}
    expect("files that are described", set(described), set(folder.rows))
    lines = [HEAD.format(pyarrow=pa.__version__)]
    for name, row in described.items():
        n_rows = folder.rows[name]
        shown = "-" if n_rows is None else f"{n_rows:,}"
        cells = (f"`{name}`", cell(row["what"]), cell(row["derived"]), shown)
        lines.append(f"| {' | '.join(cells)} | {sha256_of(folder.root / name)} |\n")
    lines.append(NOTES)
    for source in typed_rows("sources.csv"):
        lines.append(f"| {' | '.join(cell(value) for value in source.values())} |\n")
    lines.append(TAIL)
    page: Path = folder.root / "SOURCES.md"
    page.write_text("".join(lines), encoding="utf-8")
    folder.rows["SOURCES.md"] = None
