"""The order in which files give their rows plays no part."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from siaga.house.problems import ImportProblems
from siaga.house.words import Words
from siaga.house.workspace import Workspace
from siaga.territory.importer import import_folder
from siaga.territory.territory import open_territory

UNLIKE = "manifest.json"
"""Names the digests of the input, which a shuffle changes."""
IN_ORDER = ("agencies", "topics")
"""Lists that the desk shows in the order in which somebody wrote them."""


def shuffle_files(folder: Path, seed: int) -> int:
    """Shuffle the rows of every table of a folder in place; how many tables."""
    rng, n_tables = np.random.default_rng(seed), 0
    for path in sorted(folder.rglob("*")):
        if path.stem in IN_ORDER:
            continue
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            pq.write_table(table.take(rng.permutation(table.num_rows)), path)
        elif path.suffix == ".csv":
            with path.open(newline="", encoding="utf-8") as file:
                header, *rows = csv.reader(file)
            with path.open("w", newline="", encoding="utf-8") as file:
                shuffled = [rows[at] for at in rng.permutation(len(rows))]
                csv.writer(file).writerows([header, *shuffled])
        else:
            continue
        n_tables += 1
    return n_tables


def written(workspace: Workspace) -> dict[str, bytes]:
    """Bytes of every file of the import by its path, the manifest left out."""
    land = workspace.land()
    files = (p for p in land.rglob("*") if p.is_file() and p.name != UNLIKE)
    return {path.relative_to(land).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_rows_give_the_same_bytes(
    seed: int, tiny_folder: Path, tiny_workspace: Workspace, tmp_path: Path
) -> None:
    assert shuffle_files(tiny_folder, seed) > 15
    other = Workspace(tmp_path / "lain")
    import_folder(tiny_folder, other)
    assert other.current_import() != tiny_workspace.current_import()
    ours, theirs = written(tiny_workspace), written(other)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_topics_and_agencies_keep_the_order_in_which_they_are_written(
    tiny_folder: Path, tmp_path: Path
) -> None:
    keys = {}
    for stem in IN_ORDER:
        path = tiny_folder / f"{stem}.csv"
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        rows = sorted(rows, reverse=True)
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        keys[stem] = [row.split(",")[0] for row in rows]
    other = Workspace(tmp_path / "lain")
    import_folder(tiny_folder, other)
    land = open_territory(other)
    assert list(land.topics) == keys["topics"]
    assert list(land.agencies) == keys["agencies"]


def test_a_fault_is_named_by_its_row_in_the_file_not_by_its_place_in_the_order(
    tiny_folder: Path, tmp_path: Path
) -> None:
    path = tiny_folder / "claims.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    header, rows = lines[0], sorted(lines[1:], reverse=True)
    columns = next(csv.reader([rows[0]]))
    columns[header.split(",").index("source")] = "tak_dikenal"
    rows[0] = ",".join(columns)
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    with pytest.raises(ImportProblems) as found:
        import_folder(tiny_folder, Workspace(tmp_path / "lain"))
    assert "claims.csv, baris 2, kolom source" in found.value.sentence(Words("id"))


def test_stations_stand_by_number_also_where_their_codes_say_otherwise(
    tiny_folder: Path, tmp_path: Path
) -> None:
    (path,) = tiny_folder.glob("elections/*/stations.parquet")
    key = path.parent.name
    table = pq.read_table(path).to_pylist()
    village = max(
        (row["village"] for row in table), key=[r["village"] for r in table].count
    )
    rows = [row for row in table if row["village"] == village]
    assert len(rows) > 1
    backwards = sorted((row["number"] for row in rows), reverse=True)
    for row, number in zip(
        sorted(rows, key=lambda row: row["code"]), backwards, strict=True
    ):
        row["number"] = number
    pq.write_table(pa.Table.from_pylist(table, pq.read_schema(path)), path)
    other = Workspace(tmp_path / "lain")
    import_folder(tiny_folder, other)
    land = open_territory(other)
    areas, stations = land.areas(key), land.stations(key)
    mine = areas.stations(areas.row(village))
    assert stations.number[mine].tolist() == sorted(backwards)
    assert list(stations.code[mine]) == sorted(stations.code[mine], reverse=True)
