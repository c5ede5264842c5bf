"""Import of one election: its tree, stations, calendar, duties and results.

Stations are sorted into the order of the election's own tree; voters that no source
gives and points that nobody measured are estimated here, once, and tagged.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from siaga.house.problems import ImportProblem
from siaga.house.tables import numbers, rows_of
from siaga.house.words import Phrase
from siaga.territory import formats
from siaga.territory.areas import LEVELS
from siaga.territory.duties_import import read_duties
from siaga.territory.election_content import check_content
from siaga.territory.findings import Findings
from siaga.territory.land_import import Land, check_keys, declared_in, read_toml
from siaga.territory.read import Table, read_table
from siaga.territory.voters import Voters, estimate_voters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ElectionInput", "Tree", "read_election"]

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tree:
    """Areas in depth-first order of their codes, and the stations below them."""

    order: Rows
    """Row of the areas table for each area of the tree, shape (n_areas,)."""
    code: tuple[str, ...]
    level: npt.NDArray[np.uint8]
    parent_row: npt.NDArray[np.int32]
    start: npt.NDArray[np.int32]
    stop: npt.NDArray[np.int32]
    station_order: Rows
    """Row of the stations table for each station, shape (n_stations,)."""

    @property
    def row_of_code(self) -> dict[str, int]:
        """Row of the tree by area code."""
        return {code: row for row, code in enumerate(self.code)}


@dataclass(frozen=True)
class ElectionInput:
    """Everything of one election's folder, checked."""

    key: str
    content: dict[str, Any]
    """`election.toml`."""
    areas: Table
    stations: Table | None
    calendar: Table | None
    duties: list[dict[str, Any]]
    tree: Tree
    voters: Voters
    results: dict[str, Table]
    """Result tables by their path below the election's folder."""


def read_election(
    folder: Path, land: Land, dpt: dict[str, int], findings: Findings
) -> ElectionInput | None:
    """Checked election of a folder `elections/<id>`; None if there are faults.

    `dpt` is the official number of voters by Kemendagri code.
    """
    before = len(findings.problems)
    inside = _Inside(findings, f"elections/{folder.name}/")
    content = read_toml(folder / "election.toml", "election.toml", inside)
    if len(findings.problems) == before:
        check_content(content, folder.name, land, inside)
    areas = read_table(folder, formats.AREAS, inside)
    stations = read_table(folder, formats.STATIONS, inside)
    calendar = read_table(folder, formats.CALENDAR, inside)
    agencies = set(land.tables["agencies"].texts("agency"))
    duties = read_duties(folder / "duties.json", agencies, inside)
    if areas is None or len(findings.problems) > before:
        return None
    _check_sources(areas, stations, land, inside)
    tree = build_tree(areas, stations, inside)
    if tree is None:
        return None
    voters = _voters(tree, areas, stations, dpt)
    results = _read_results(folder, content, stations, tree, inside)
    for table in results.values():
        check_keys(table, "source", land.sources(), declared_in("sources"), inside)
    if len(findings.problems) > before:
        return None
    return ElectionInput(
        folder.name, content, areas, stations, calendar, duties, tree, voters, results
    )


class _Inside(Findings):
    """Findings of a folder below: their file names get the folder in front."""

    def __init__(self, outer: Findings, prefix: str) -> None:
        self.problems = outer.problems
        self._outer = outer
        self._prefix = prefix

    def add(self, problem: ImportProblem) -> None:
        values = {**{f: getattr(problem, f) for f in problem.__dataclass_fields__}}
        self._outer.add(
            ImportProblem(**{**values, "file": self._prefix + problem.file})
        )


def _check_sources(
    areas: Table, stations: Table | None, land: Land, findings: Findings
) -> None:
    declared = land.sources()
    check_keys(areas, "source", declared, declared_in("sources"), findings)
    if stations is not None:
        for column in ("voters_source", "point_source"):
            check_keys(stations, column, declared, declared_in("sources"), findings)


def build_tree(areas: Table, stations: Table | None, findings: Findings) -> Tree | None:
    """Tree of an areas table, stations sorted below it; None if it is no tree."""
    codes, parents = areas.texts("code"), areas.texts("parent")
    level_of = {name: i for i, name in enumerate(LEVELS)}
    levels = [level_of[name] for name in areas.texts("level")]
    table_row = {code: row for row, code in enumerate(codes)}
    before = len(findings.problems)
    _check_parents(areas, levels, table_row, findings)
    if len(findings.problems) > before:
        return None
    children: dict[str, list[str]] = {}
    for code, parent in zip(codes, parents, strict=True):
        children.setdefault(parent, []).append(code)
    ordered: list[str] = []
    stack = sorted(children.get("", []), reverse=True)
    while stack:
        code = stack.pop()
        ordered.append(code)
        stack.extend(sorted(children.get(code, []), reverse=True))
    tree_row = {code: row for row, code in enumerate(ordered)}
    parent_row = np.array(
        [tree_row.get(parents[table_row[c]], -1) for c in ordered], dtype=np.int32
    )
    level = np.array([levels[table_row[c]] for c in ordered], dtype=np.uint8)
    placed = _place_stations(stations, tree_row, level, findings)
    if placed is None:
        return None
    station_order, village = placed
    start, stop = _slices(village, parent_row, len(ordered))
    order = np.array([table_row[c] for c in ordered], dtype=np.int64)
    return Tree(order, tuple(ordered), level, parent_row, start, stop, station_order)


def _check_parents(
    areas: Table, levels: list[int], table_row: dict[str, int], findings: Findings
) -> None:
    codes, parents = areas.texts("code"), areas.texts("parent")
    for row, parent in enumerate(parents):
        above = table_row.get(parent)
        good = (
            levels[row] == 0
            if parent == ""
            else above is not None and levels[above] == levels[row] - 1
        )
        if not good:
            findings.add(
                areas.problem(
                    row, "parent", parent or codes[row],
                    Phrase.of("expected.parent"), Phrase.of("remedy.parent"),
                )
            )  # fmt: skip
    if levels.count(0) != 1:
        findings.add(
            ImportProblem(
                areas.file, None, "level", str(levels.count(0)),
                Phrase.of("expected.one_province"), Phrase.of("remedy.parent"),
            )
        )  # fmt: skip


def _place_stations(
    stations: Table | None,
    tree_row: dict[str, int],
    level: npt.NDArray[np.uint8],
    findings: Findings,
) -> tuple[Rows, Rows] | None:
    if stations is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    names = stations.text_array("village")
    village = rows_of(names, pa.array(list(tree_row), type=pa.string()))
    bad = village < 0
    bad[~bad] = level[village[~bad]] != len(LEVELS) - 1
    for row in np.flatnonzero(bad).tolist():
        findings.add(
            stations.problem(
                row,
                "village",
                names[row].as_py(),
                Phrase.of("expected.village"),
                Phrase.of("remedy.village"),
            )
        )
    if bad.any():
        return None
    keys = {
        "village": village,
        "number": stations.ints("number"),
        "code": stations.text_array("code"),
    }
    ascending = [(name, "ascending") for name in keys]
    order = pc.sort_indices(pa.table(keys), sort_keys=ascending)
    rows = numbers(pa.chunked_array([order]), np.int64, -1)
    return rows, village[rows]


def _slices(
    village: Rows, parent_row: npt.NDArray[np.int32], n_areas: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Rows [start, stop) of each area; an area without stations is an empty slice.

    In depth-first order an area ends where the next one that is not below it begins, so
    the starts follow from counting the stations of all areas before.
    """
    own = np.bincount(village, minlength=n_areas)
    start = np.concatenate(([0], np.cumsum(own)[:-1])).astype(np.int32)
    size = own.astype(np.int64)
    for row in range(n_areas - 1, 0, -1):
        size[parent_row[row]] += size[row]
    return start, (start + size).astype(np.int32)


def _voters(
    tree: Tree, areas: Table, stations: Table | None, dpt: dict[str, int]
) -> Voters:
    known = np.zeros(0, dtype=np.int32)
    if stations is not None:
        known = stations.ints("voters")[tree.station_order].astype(np.int32)
    kemendagri = areas.texts("kemendagri")
    regencies = np.flatnonzero(tree.level == 1)
    official = [dpt.get(kemendagri[row], -1) for row in tree.order[regencies].tolist()]
    return estimate_voters(
        known,
        tree.start[regencies],
        tree.stop[regencies],
        np.array(official, dtype=np.int64),
    )


def _read_results(
    folder: Path,
    content: dict[str, Any],
    stations: Table | None,
    tree: Tree,
    findings: Findings,
) -> dict[str, Table]:
    results: dict[str, Table] = {}
    none = pa.array([], type=pa.string())
    station_codes = stations.text_array("code") if stations is not None else none
    area_level = {
        code: LEVELS[int(tree.level[row])] for row, code in enumerate(tree.code)
    }
    candidates = {race["id"]: race["candidates"] for race in content.get("race", [])}
    for section in content.get("result", []):
        file = section["file"]
        stem = file.rsplit(".", 1)[0]
        table = read_table(folder, formats.RESULT_TABLE, findings, stem)
        if table is not None:
            _check_votes(table, candidates[section["race"]], findings)
            _check_codes(table, station_codes, area_level, findings)
            results[file] = table
    return results


def _check_votes(table: Table, candidates: list[str], findings: Findings) -> None:
    """Each candidate has a column of votes, and nobody else has one."""
    votes = {name for name in table.columns if name.startswith("votes_")}
    wanted = {f"votes_{candidate}" for candidate in candidates}
    expected = Phrase.of("expected.votes", candidates=", ".join(sorted(wanted)))
    for name in sorted(votes ^ wanted):
        found = "" if name in wanted else name
        remedy = Phrase.of(
            "remedy.column" if name in wanted else "remedy.race", column=name
        )
        findings.add(ImportProblem(table.file, None, name, found, expected, remedy))


def _check_codes(
    table: Table, stations: pa.Array, areas: dict[str, str], findings: Findings
) -> None:
    expected, remedy = Phrase.of("expected.code"), Phrase.of("remedy.code")
    codes, of_station = table.text_array("code"), table.equals("level", "station")
    missing = of_station & (rows_of(codes, stations) < 0)
    levels = table.text_array("level")
    for row in np.flatnonzero(missing | ~of_station).tolist():
        code = codes[row].as_py()
        if missing[row] or areas.get(code) != levels[row].as_py():
            findings.add(table.problem(row, "code", code, expected, remedy))


def copy_files(source: Path, target: Path, names: Sequence[str]) -> None:
    """Copy the small text files of an election that readers parse as they are."""
    for name in names:
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)
