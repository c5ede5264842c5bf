"""Roll-up of the province and of the nation, 500 columns, beside DuckDB and NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from territory.test_rollup import BANTEN, NATION, grown_tree, votes_of

from bench.harness import Case, Goal, Peer, Work
from siaga.territory.rollup import (
    Segments,
    count_by,
    roll_up,
    roll_up_floats,
    roll_up_known,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WORKS"]

N_COLUMNS = 500
N_BANTEN, N_NATION = 33_324, 823_236
N_VERDICTS = 5
N_UNKNOWN = 30
"""Fewer votes than this, of 0 to 299, stand for unknown."""
SEED = 2024
Table = npt.NDArray[Any]


def _banten() -> tuple[Segments, Table]:
    tree = grown_tree(BANTEN, N_BANTEN, SEED)
    return tree, votes_of(N_BANTEN, N_COLUMNS, SEED)


def _size(tree: Segments, what: str) -> str:
    return f"{tree.n_stations:,} stations x {what}, {len(tree):,} areas"


def province() -> Case:
    """Votes of the province to all four levels, beside DuckDB."""
    tree, votes = _banten()
    return Case(
        _size(tree, f"{N_COLUMNS} int32"),
        lambda: roll_up(votes, tree),
        lambda: duckdb_peers(votes, tree),
    )


def nation() -> Case:
    """Votes of the nation to all five levels, beside NumPy."""
    tree = grown_tree(NATION, N_NATION, SEED)
    votes = votes_of(N_NATION, N_COLUMNS, SEED)
    return Case(
        _size(tree, f"{N_COLUMNS} int32"),
        lambda: roll_up(votes, tree),
        lambda: {"NumPy reduceat": Peer(lambda: reduceat_sums(votes, tree))},
    )


def columns() -> Case:
    """Votes of the province stored by column, beside NumPy."""
    tree, votes = _banten()
    votes = np.asfortranarray(votes)
    return Case(
        _size(tree, f"{N_COLUMNS} int32 by column"),
        lambda: roll_up(votes, tree),
        lambda: {"NumPy reduceat": Peer(lambda: reduceat_sums(votes, tree))},
    )


def known() -> Case:
    """Votes of the province with a mask of the known, beside NumPy."""
    tree, votes = _banten()
    mask = votes >= N_UNKNOWN
    return Case(
        _size(tree, f"{N_COLUMNS} int32, 10 % unknown"),
        lambda: roll_up_known(votes, mask, tree),
        lambda: {"NumPy reduceat": Peer(lambda: reduceat_known(votes, mask, tree))},
    )


def floats() -> Case:
    """Figures of the province, NaN where unknown, beside NumPy."""
    tree, votes = _banten()
    # Quarters add up without error: any order of additions gives the same bits.
    figures = np.where(votes >= N_UNKNOWN, votes / 4, np.nan)
    return Case(
        _size(tree, f"{N_COLUMNS} float64, 10 % NaN"),
        lambda: roll_up_floats(figures, tree),
        lambda: {
            "NumPy reduceat": Peer(
                lambda: reduceat_known(figures, ~np.isnan(figures), tree)
            )
        },
    )


def verdicts() -> Case:
    """Verdict counts of one line of the board, beside NumPy."""
    tree, votes = _banten()
    codes = (votes[:, 0] % N_VERDICTS).astype(np.uint8)
    village_of_station = _village_of_station(tree)
    return Case(
        _size(tree, f"{N_VERDICTS} verdicts"),
        lambda: count_by(codes, tree, N_VERDICTS),
        lambda: {
            "NumPy bincount": Peer(lambda: bincounts(codes, village_of_station, tree))
        },
    )


WORKS = (
    Work("rollup.province", province, Goal(time_s_max=0.020, ratio_min=8)),
    Work("rollup.nation", nation, Goal(time_s_max=0.5, memory_mib_max=4096), n_runs=5),
    Work("rollup.columns", columns),
    Work("rollup.known", known),
    Work("rollup.floats", floats),
    Work("rollup.verdicts", verdicts, n_runs=50),
)


# Peers in NumPy: villages by `reduceat`, then each level from the one below


def _n_of_leaves(tree: Segments) -> npt.NDArray[np.int32]:
    return (tree.stop - tree.start)[tree.leaf_row]


def _village_of_station(tree: Segments) -> Table:
    return np.repeat(tree.leaf_row, _n_of_leaves(tree))


def reduceat_sums(values: Table, tree: Segments) -> Table:
    """Sums by area; not asked of empty ones, where `reduceat` gives a neighbour's."""
    wide, narrow = np.dtype(np.int64), np.dtype(np.int32)
    if values.dtype.kind == "f":
        wide = narrow = values.dtype
    sums = np.zeros((len(tree), values.shape[1]), wide)
    filled = tree.leaf_row[_n_of_leaves(tree) > 0]
    # The votes of a village fit int32, at half the time; ours never takes that chance.
    sums[filled] = np.add.reduceat(values, tree.start[filled], axis=0, dtype=narrow)
    return _climb(sums, tree)


def reduceat_known(values: Table, mask: Table, tree: Segments) -> tuple[Table, Table]:
    """Sums of the known and their count by area."""
    zeroed = np.where(mask, values, values.dtype.type(0))
    return reduceat_sums(zeroed, tree), reduceat_sums(mask, tree)


def bincounts(codes: Table, village_of_station: Table, tree: Segments) -> Table:
    """Counts by area of each code."""
    bins = village_of_station * N_VERDICTS + codes
    counts = np.bincount(bins, minlength=len(tree) * N_VERDICTS)
    return _climb(counts.reshape(len(tree), N_VERDICTS), tree)


def _climb(sums: Table, tree: Segments) -> Table:
    for level in range(int(tree.level.max()), 0, -1):
        rows = np.flatnonzero(tree.level == level)
        parents, first = np.unique(tree.parent_row[rows], return_index=True)
        sums[parents] += np.add.reduceat(sums[rows], first, axis=0)
    return sums


# The peer in SQL

SETS = """
    PREPARE sets AS WITH villages AS MATERIALIZED (
        SELECT v, any_value(d) AS d, any_value(r) AS r, any_value(p) AS p, {sums}
        FROM stations GROUP BY v)
    SELECT v AS area, {columns} FROM villages
    UNION ALL
    SELECT coalesce(d, r, p), {sums}
    FROM villages GROUP BY GROUPING SETS ((d), (r), (p))
"""
STEPS = """
    PREPARE steps AS WITH villages AS MATERIALIZED (
        SELECT v, any_value(d) AS d, any_value(r) AS r, any_value(p) AS p, {sums}
        FROM stations GROUP BY v),
    districts AS MATERIALIZED (
        SELECT d, any_value(r) AS r, any_value(p) AS p, {sums}
        FROM villages GROUP BY d),
    regencies AS MATERIALIZED (
        SELECT r, any_value(p) AS p, {sums} FROM districts GROUP BY r)
    SELECT v AS area, {columns} FROM villages
    UNION ALL SELECT d, {columns} FROM districts
    UNION ALL SELECT r, {columns} FROM regencies
    UNION ALL SELECT p, {sums} FROM regencies GROUP BY p
"""
STRAIGHT = """
    PREPARE straight AS SELECT coalesce(v, d, r, p) AS area, {sums}
    FROM stations GROUP BY GROUPING SETS ((v), (d), (r), (p))
"""


def duckdb_peers(votes: Table, tree: Segments) -> Mapping[str, Peer]:
    """Three formulations: villages first and then up in two ways, or all straight.

    The table lies in DuckDB's memory and the statements are prepared, so that neither
    loading nor planning 500 sums is timed; all cores are DuckDB's.
    """
    import duckdb

    names = [f"c{i}" for i in range(votes.shape[1])]
    columns = ", ".join(names)
    sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in names)
    connection = duckdb.connect()
    stations = _arrow_table(names, votes, tree)
    connection.register("given", stations)
    connection.execute("CREATE TABLE stations AS SELECT * FROM given")
    for statement in (SETS, STEPS, STRAIGHT):
        connection.execute(statement.format(columns=columns, sums=sums))

    def peer(name: str) -> Peer:
        return Peer(
            lambda: connection.execute(f"EXECUTE {name}").fetchnumpy(),
            lambda answer: _by_area(answer, names, tree),
        )

    return {f"DuckDB {name}": peer(name) for name in ("sets", "steps", "straight")}


def _arrow_table(names: list[str], votes: Table, tree: Segments) -> Any:
    """Stations with the area rows p, r, d, v from their province to their village."""
    import pyarrow as pa

    keys = [_village_of_station(tree)]
    for _ in range(3):
        keys.append(tree.parent_row[keys[-1]])
    data = dict(zip("vdrp", keys, strict=True))
    data |= {name: votes[:, i].copy() for i, name in enumerate(names)}
    return pa.table(data)


def _by_area(answer: dict[str, Table], names: list[str], tree: Segments) -> Table:
    sums = np.zeros((len(tree), len(names)), np.int64)
    sums[answer["area"]] = np.column_stack([answer[name] for name in names])
    return sums
