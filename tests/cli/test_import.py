"""`siaga import`: what it says, and that a fault changes nothing."""

from __future__ import annotations

import shutil

import pytest


def test_an_unchanged_folder_is_said_to_be_unchanged(siaga, folder, own_banten):
    answer = siaga("import", folder, "--workspace", own_banten)
    assert answer.code == 0
    assert "Tidak ada yang berubah sejak impor" in answer.out
    assert "33.324" in answer.out
    assert f"siaga serve --workspace {own_banten}" in answer.out


def test_the_document_counts_what_is_there(siaga, folder, own_banten):
    document = siaga("import", folder, "--workspace", own_banten, "--json").document
    assert document["schema"] == "siaga.import/1"
    assert document["changed"] == []
    assert "elections/pemilu_2024" in document["kept"]
    stations = {e["election"]: e["stations"] for e in document["elections"]}
    assert stations == {
        "pemilu_2019": 33_471,
        "pemilu_2024": 33_324,
        "pilkada_2024": None,
    }
    assert document["stale_runs"] == 0


@pytest.mark.slow
def test_a_changed_part_is_read_anew_and_its_runs_are_stale(
    siaga, folder, own_banten, tmp_path
):
    other = shutil.copytree(folder, tmp_path / "banten")
    calendar = other / "elections/pemilu_2019/calendar.csv"
    calendar.write_text(calendar.read_text("utf-8") + "\n", "utf-8")
    rows = calendar.read_text("utf-8").rstrip().splitlines()
    calendar.write_text("\n".join([*rows[:-1], rows[-1] + "."]) + "\n", "utf-8")
    answer = siaga("import", other, "--workspace", own_banten, "--json")
    assert answer.document["changed"] == ["elections/pemilu_2019"]
    assert answer.document["stale_runs"] == 1
    assert "elections/pemilu_2019" in answer.err
    said = siaga("import", other, "--workspace", own_banten).out
    assert "siaga runs --update" in said


def test_a_folder_that_is_no_province_is_refused(siaga, tmp_path):
    answer = siaga("import", tmp_path, "--workspace", tmp_path / "w")
    assert (answer.code, answer.out) == (2, "")
    assert "province.toml" in answer.err
    assert not (tmp_path / "w").exists()


def test_faults_are_listed_and_nothing_is_written(siaga, folder, tmp_path):
    other = shutil.copytree(folder, tmp_path / "banten")
    claims = other / "claims.csv"
    claims.write_text(
        claims.read_text("utf-8").replace(",point,", ",pint,", 1), "utf-8"
    )
    answer = siaga("import", other, "--workspace", tmp_path / "w", "--json")
    assert (answer.code, answer.out) == (2, "")
    assert "claims.csv, baris 2, kolom unit: ditemukan “pint”" in answer.err
    assert not (tmp_path / "w" / "current").exists()
