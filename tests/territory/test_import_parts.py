"""What has not changed is not read again; what depends on a change is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from provinces.files import tree_of
from provinces.plans import BEFORE, COMING, PLANS, WORKING

from siaga.territory.importer import import_folder
from siaga.territory.territory import open_territory

if TYPE_CHECKING:
    from siaga.house.workspace import Workspace

ELECTIONS = [f"elections/{plan.key}" for plan in PLANS]
BROUGHT = "network"
ALL = ("territory", *ELECTIONS, BROUGHT)


def touch(path: Path) -> None:
    """Change the bytes of a file of text, not what it says."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n", encoding="utf-8")


def test_the_first_import_reads_all_parts(
    tiny_folder: Path, tiny_workspace: Workspace
) -> None:
    parts = json.loads((tiny_workspace.land() / "manifest.json").read_text())["parts"]
    assert set(parts) == set(ALL)


def test_the_second_import_changes_nothing(
    tiny_folder: Path, tiny_workspace: Workspace
) -> None:
    before = tree_of(tiny_workspace.path)
    again = import_folder(tiny_folder, tiny_workspace)
    assert again.changed == () and set(again.kept) == set(ALL)
    assert tree_of(tiny_workspace.path) == before


def test_files_may_lie_elsewhere_and_be_newer(
    tiny_folder: Path, tiny_workspace: Workspace, tmp_path: Path
) -> None:
    elsewhere = Path(shutil.copytree(tiny_folder, tmp_path / "tempat" / "lain"))
    assert import_folder(elsewhere, tiny_workspace).changed == ()


@pytest.mark.parametrize(
    ("file", "parts"),
    [
        ("claims.csv", ("territory",)),
        ("topics.csv", ("territory",)),
        ("islands.csv", ("territory",)),
        ("SOURCES.md", ("territory",)),
        # Results, stations and calendar belong to their election alone.
        (f"{ELECTIONS[0]}/results/ppwp/tps.csv", (ELECTIONS[0],)),
        (f"{ELECTIONS[0]}/calendar.csv", (ELECTIONS[0],)),
        (f"{ELECTIONS[1]}/duties.json", (ELECTIONS[1],)),
        (f"{ELECTIONS[2]}/areas.csv", (ELECTIONS[2],)),
        # Every election rests on the sources, the official figures and the zone.
        ("sources.csv", ALL),
        ("figures.csv", ("territory", *ELECTIONS)),
        ("province.toml", ALL),
    ],
)
def test_a_changed_file_costs_what_depends_on_it(
    tiny_folder: Path, tiny_workspace: Workspace, file: str, parts: tuple[str, ...]
) -> None:
    touch(tiny_folder / file)
    result = import_folder(tiny_folder, tiny_workspace)
    assert set(result.changed) == set(parts)
    assert set(result.kept) == set(ALL) - set(parts)


def test_an_unchanged_part_is_the_same_file_on_disk(
    tiny_folder: Path, tiny_workspace: Workspace
) -> None:
    file = f"{ELECTIONS[1]}/stations.parquet"
    before = (tiny_workspace.land() / file).stat().st_ino
    touch(tiny_folder / "claims.csv")
    import_folder(tiny_folder, tiny_workspace)
    assert (tiny_workspace.land() / file).stat().st_ino == before


def test_a_kept_part_equals_one_that_is_read_anew(
    tiny_folder: Path, tiny_workspace: Workspace, tmp_path: Path
) -> None:
    text = (tiny_folder / "claims.csv").read_text(encoding="utf-8")
    (tiny_folder / "claims.csv").write_text(text.replace(",91,2,", ",91,5,"))
    import_folder(tiny_folder, tiny_workspace)
    anew = type(tiny_workspace)(tmp_path / "baru")
    import_folder(tiny_folder, anew)
    assert tree_of(anew.land()) == tree_of(tiny_workspace.land())
    assert {c.value for c in open_territory(anew).claims if c.key == "a"} == {5}


def test_an_election_comes_and_goes_with_its_folder(
    tiny_folder: Path, tiny_workspace: Workspace, tmp_path: Path
) -> None:
    coming = tiny_folder / ELECTIONS[2]
    shutil.move(coming, tmp_path / "simpan")
    figures = (tiny_folder / "figures.csv").read_text(encoding="utf-8")
    result = import_folder(tiny_folder, tiny_workspace)
    assert result.changed == () and set(result.kept) == set(ALL) - {ELECTIONS[2]}
    assert set(open_territory(tiny_workspace).elections) == {BEFORE.key, WORKING.key}
    shutil.move(tmp_path / "simpan", coming)
    assert import_folder(tiny_folder, tiny_workspace).changed == (ELECTIONS[2],)
    assert COMING.key in open_territory(tiny_workspace).elections
    assert (tiny_folder / "figures.csv").read_text(encoding="utf-8") == figures


def test_the_import_before_is_kept_and_older_ones_go(
    tiny_folder: Path, tiny_workspace: Workspace
) -> None:
    names = [tiny_workspace.current_import()]
    for _ in range(3):
        touch(tiny_folder / "claims.csv")
        import_folder(tiny_folder, tiny_workspace)
        names.append(tiny_workspace.current_import())
    kept = {path.name for path in tiny_workspace.imports.iterdir() if path.is_dir()}
    assert kept == set(names[-2:]) and len(set(names)) == 4


def test_a_reader_of_the_import_before_still_reads(
    tiny_folder: Path, tiny_workspace: Workspace
) -> None:
    reader = open_territory(tiny_workspace)
    touch(tiny_folder / "sources.csv")
    import_folder(tiny_folder, tiny_workspace)
    assert len(reader.stations(WORKING.key)) == 26
    assert len(reader.claims) == 8
