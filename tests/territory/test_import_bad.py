"""Faulty folders: the exact sentence, nothing written, nothing but SiagaError."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from provinces.faults import BAD, EXPECTED, with_faults
from provinces.files import tree_of

from siaga.house.problems import BadInput, ImportProblem, ImportProblems, SiagaError
from siaga.house.words import Phrase, Words
from siaga.house.workspace import Workspace
from siaga.territory import formats, importer
from siaga.territory.importer import import_folder

if TYPE_CHECKING:
    from provinces.generated import Made

ID, EN = Words("id"), Words("en")
CASES = sorted(path.parent.name for path in BAD.glob(f"*/{EXPECTED}"))
STATIONS = "elections/pemilu_2021/stations.csv"
RESULT = "elections/pemilu_2021/results/ppwp/tps.csv"


@pytest.fixture(scope="module")
def held(tiny: Made, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Workspace that holds the good province; no faulty one may change it."""
    workspace = Workspace(tmp_path_factory.mktemp("held"))
    import_folder(tiny.folder, workspace)
    return workspace


def change_all(folder: Path) -> None:
    """Change what every part depends on, so that all of them are read anew."""
    with (folder / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("\n")


def refusal(folder: Path, workspace: Workspace) -> SiagaError:
    """Error of an import that must fail and must leave the workspace as it is."""
    before = tree_of(workspace.path)
    with pytest.raises(SiagaError) as caught:
        import_folder(folder, workspace)
    assert tree_of(workspace.path) == before
    return caught.value


@pytest.mark.parametrize("case", CASES)
def test_it_says_what_is_wrong_and_writes_nothing(
    case: str, tiny: Made, held: Workspace, tmp_path: Path
) -> None:
    folder = with_faults(BAD / case, tiny.folder, tmp_path / "provinsi")
    error = refusal(folder, held)
    expected = (BAD / case / EXPECTED).read_text(encoding="utf-8")
    assert error.sentence(ID) + "\n" == expected
    assert error.sentence(EN) != error.sentence(ID)
    assert isinstance(error, BadInput) and error.exit_code == 2


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_told_once(case: str) -> None:
    expected = (BAD / case / EXPECTED).read_text(encoding="utf-8").splitlines()
    assert len(set(expected)) == len(expected)
    # No regular expression, no Python type, no path of this machine.
    for sign in ("\\d", "{", "class", "Error(", "None", "NoneType", str(Path.home())):
        assert all(sign not in line for line in expected if "TOML" not in line), sign


def test_a_folder_without_province_toml(held: Workspace, tmp_path: Path) -> None:
    error = refusal(tmp_path, held)
    assert error.sentence(ID) == (
        f"{tmp_path} bukan folder provinsi: berkas province.toml tidak ada di sana. "
        "Lihat docs/data-format.md."
    )
    assert refusal(tmp_path / "tidak-ada", held).exit_code == 2


def test_too_many_rows_are_refused_before_they_are_kept(
    tiny_folder: Path, held: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_all(tiny_folder)
    monkeypatch.setattr(formats, "MAX_ROWS", 20)
    sentences = refusal(tiny_folder, held).sentence(ID).splitlines()
    # CSV and Parquet alike; the land comes first.
    assert sentences[1:] == [
        f"{file}: ditemukan “{n} baris”, seharusnya paling banyak 5.000.000 baris. "
        "Bagi berkas itu."
        for file, n in (("places.parquet", 37), ("area_links.parquet", 52))
    ]
    monkeypatch.setattr(formats, "MAX_ROWS", 60)
    text = (tiny_folder / "topics.csv").read_text(encoding="utf-8")
    (tiny_folder / "topics.csv").write_text(text + "x,network,x,x\n" * 90)
    assert "topics.csv: ditemukan “93 baris”" in refusal(tiny_folder, held).sentence(ID)


def test_too_large_a_file_is_refused_unread(
    tiny_folder: Path, held: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_all(tiny_folder)
    monkeypatch.setattr(formats, "MAX_BYTES", 4_000)
    assert "seharusnya berkas paling besar 2 GB" in refusal(tiny_folder, held).sentence(
        ID
    )


def test_a_folder_of_the_wrong_kind_is_not_read_through(
    tiny_folder: Path, held: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "MAX_FILES", 5)
    assert "paling banyak 5" in refusal(tiny_folder, held).sentence(ID)


@pytest.mark.parametrize("file", ["claims.csv", STATIONS, RESULT])
def test_a_link_out_of_the_folder_is_refused(
    tiny_folder: Path, held: Workspace, tmp_path: Path, file: str
) -> None:
    secret = tmp_path / "rahasia.csv"
    shutil.move(tiny_folder / file, secret)
    (tiny_folder / file).symlink_to(secret)
    assert refusal(tiny_folder, held).sentence(ID) == (
        f"{file} menunjuk ke luar folder provinsi. Salin berkasnya ke dalam folder; "
        "tidak ada yang ditulis."
    )


def test_a_linked_folder_is_refused_too(
    tiny_folder: Path, held: Workspace, tmp_path: Path
) -> None:
    shutil.move(tiny_folder / "elections", tmp_path / "elections")
    (tiny_folder / "elections").symlink_to(tmp_path / "elections")
    assert "elections menunjuk ke luar" in refusal(tiny_folder, held).sentence(ID)


def test_a_link_inside_the_folder_is_just_a_file(
    tiny_folder: Path, tmp_path: Path
) -> None:
    shutil.move(tiny_folder / "claims.csv", tiny_folder / "pernyataan.csv")
    (tiny_folder / "claims.csv").symlink_to("pernyataan.csv")
    assert import_folder(tiny_folder, Workspace(tmp_path / "kerja")).changed


def test_a_pipe_is_no_table(tiny_folder: Path, held: Workspace) -> None:
    (tiny_folder / "claims.csv").unlink()
    os.mkfifo(tiny_folder / "claims.csv")
    assert "claims.csv: tidak ada" in refusal(tiny_folder, held).sentence(ID)


def test_a_file_name_that_is_no_text_is_refused(
    tiny_folder: Path, held: Workspace
) -> None:
    Path(os.fsdecode(os.fsencode(tiny_folder) + b"/\xffclaims.csv")).write_bytes(b"x")
    assert "memuat tanda yang tidak dapat ditulis" in refusal(
        tiny_folder, held
    ).sentence(ID)


def test_at_most_a_hundred_faults_are_told(tiny_folder: Path, held: Workspace) -> None:
    lines = (tiny_folder / STATIONS).read_text(encoding="utf-8").splitlines()
    ragged = [*lines, *["satu,dua"] * 150]
    (tiny_folder / STATIONS).write_text("\n".join(ragged), encoding="utf-8")
    error = refusal(tiny_folder, held)
    assert isinstance(error, ImportProblems)
    assert len(error.problems) == ImportProblems.LIMIT == 100
    assert error.problems[0].row == len(lines) + 1


def test_faults_of_several_parts_are_told_together(
    tiny_folder: Path, held: Workspace
) -> None:
    for case in ("negative_voters", "code_is_a_number", "due_rule"):
        for path in (BAD / case).rglob("*.*"):
            if path.name != EXPECTED:
                shutil.copyfile(path, tiny_folder / path.relative_to(BAD / case))
    sentences = refusal(tiny_folder, held).sentence(ID).splitlines()[1:]
    assert [line.split("/")[1] for line in sentences] == [
        "pemilu_2021", "pemilu_2021", "pemilu_2022"
    ]  # fmt: skip


def test_what_a_file_holds_does_not_steer_the_terminal() -> None:
    hostile = "\x1b[2Jhapus\u202e\r\n"
    problem = ImportProblem(
        "a.csv", 2, "b", hostile, Phrase.of("expected.int"), Phrase.of("remedy.cell")
    )
    assert problem.sentence(ID).isprintable()
    assert "[2Jhapus" in problem.sentence(ID)


def test_a_parquet_file_in_a_folder_named_like_a_column(
    tiny: Made, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny.folder, tmp_path / "code=36" / "name=x"))
    assert import_folder(folder, Workspace(tmp_path / "kerja")).changed


def test_csv_of_excel_is_read(tiny_folder: Path, tmp_path: Path) -> None:
    """A byte order mark and lines that end in CR LF are no faults."""
    path = tiny_folder / "claims.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert import_folder(tiny_folder, Workspace(tmp_path / "kerja")).changed
