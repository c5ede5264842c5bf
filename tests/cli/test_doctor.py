"""`siaga doctor`: it finds what is broken and says what mends it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from siaga.cli import checks

if TYPE_CHECKING:
    from pathlib import Path


def by_key(answer):
    return {check["check"]: check for check in answer.document["checks"]}


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which everything is installed, whatever this one is."""
    good = checks.machine_checks

    def without_front():
        return (c for c in good() if c.key != "front")

    monkeypatch.setattr(checks, "machine_checks", without_front)


def test_a_sound_workspace_has_no_problem(sound, on_banten):
    found = by_key(on_banten("doctor", "--json"))
    for key in (
        "python",
        "packages",
        "numba",
        "tippecanoe",
        "import",
        "digests",
        "runs",
    ):
        assert found[key]["ok"], found[key]
        assert found[key]["remedy"] is None


def test_a_workspace_without_an_import_is_a_problem(sound, siaga, tmp_path):
    answer = siaga("doctor", "--workspace", tmp_path)
    assert answer.code == 3
    assert "MASALAH  Belum ada data" in answer.out
    assert "siaga import FOLDER" in answer.out
    assert "1 masalah." in answer.out


def changed(path: Path, content: bytes) -> None:
    """Replace a file that may be linked from another workspace."""
    path.unlink()
    path.write_bytes(content)


def test_a_changed_file_of_the_import_is_named(sound, siaga, own_banten):
    path = next((own_banten / "imports").glob("*/elections/pemilu_2024/duties.json"))
    changed(path, path.read_bytes() + b" ")
    answer = siaga("doctor", "--workspace", own_banten, "--json")
    assert answer.code == 3
    found = by_key(answer)["digests"]
    assert not found["ok"]
    assert "elections/pemilu_2024/duties.json" in found["finding"]


def test_a_file_that_is_gone_is_a_problem_and_no_bug(sound, siaga, own_banten):
    next(
        (own_banten / "imports").glob("*/elections/pemilu_2024/stations.parquet")
    ).unlink()
    answer = siaga("doctor", "--workspace", own_banten, "--json")
    assert answer.code == 3
    assert "elections/pemilu_2024" in by_key(answer)["import"]["finding"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_broken_manifest_is_a_problem_and_no_bug(sound, siaga, own_banten, content):
    changed(next((own_banten / "imports").glob("*/manifest.json")), content)
    answer = siaga("doctor", "--workspace", own_banten)
    assert answer.code == 3
    assert "tidak terbaca" in answer.out


def test_a_run_that_cannot_be_read_is_named(sound, siaga, own_banten):
    path = next((own_banten / "runs" / "rekap").glob("*/line.parquet"))
    changed(path, b"PAR1")
    found = by_key(siaga("doctor", "--workspace", own_banten, "--json"))["runs"]
    assert path.parent.name in found["finding"]


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"a": 1}', b"\xff"])
def test_a_broken_list_of_runs_is_a_problem_and_no_bug(
    sound, siaga, own_banten, content
):
    changed(own_banten / "runs" / "index.json", content)
    answer = siaga("doctor", "--workspace", own_banten, "--json")
    assert answer.code == 3
    assert not by_key(answer)["runs"]["ok"]


def test_settings_that_are_no_toml_are_a_problem(sound, siaga, own_banten):
    (own_banten / "siaga.toml").write_text("[")
    found = by_key(siaga("doctor", "--workspace", own_banten, "--json"))["settings"]
    assert "siaga.toml" in found["finding"]


def test_stale_runs_are_told_with_their_remedy(sound, siaga, own_banten, monkeypatch):
    from siaga.readiness import refresh

    monkeypatch.setattr(refresh, "is_stale", lambda territory, run: True)
    found = by_key(siaga("doctor", "--workspace", own_banten, "--json"))["stale"]
    assert "siaga runs --update" in found["remedy"]


def test_missing_maps_are_told(sound, siaga, own_banten):
    shutil.rmtree(own_banten / "tiles", ignore_errors=True)
    found = by_key(siaga("doctor", "--workspace", own_banten, "--json"))["tiles"]
    assert not found["ok"]
    assert "pemilu_2019, pemilu_2024, pilkada_2024" in found["finding"]
    assert "siaga serve" in found["remedy"]


@pytest.mark.slow
def test_a_prepared_workspace_is_sound(sound, siaga, prepared):
    answer = siaga("doctor", "--workspace", prepared)
    assert "Peta siap untuk 3 pemilu." in answer.out
    assert (answer.code, "Semua baik." in answer.out) == (0, True)


@pytest.mark.slow
@pytest.mark.parametrize("content", ["", "[", "[1]", "3", '{"pemilu_2024": "x"}'])
def test_a_broken_list_of_maps_is_a_problem_and_no_bug(
    sound, siaga, prepared, tmp_path, content
):
    own = shutil.copytree(prepared, tmp_path / "own")
    (own / "tiles" / "index.json").write_text(content)
    answer = siaga("doctor", "--workspace", own, "--json")
    assert answer.code == 3
    assert "pemilu_2024" in by_key(answer)["tiles"]["finding"]


def test_a_missing_package_is_named(monkeypatch, siaga, tmp_path):
    monkeypatch.setattr(
        checks.metadata, "requires", lambda name: ["numpy>=2", "nope>=1"]
    )
    found = by_key(siaga("doctor", "--workspace", tmp_path, "--json"))["packages"]
    assert found["finding"] == "Paket Python tidak ada: nope."


def test_a_missing_map_maker_is_told(monkeypatch, siaga, tmp_path):
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    monkeypatch.setattr(checks.shutil, "which", lambda name: None)
    found = by_key(siaga("doctor", "--workspace", tmp_path, "--json"))["tippecanoe"]
    assert not found["ok"]


def test_files_of_the_desk_that_pages_ask_for_are_looked_for(monkeypatch, tmp_path):
    desk = tmp_path / "desk"
    (desk / "templates").mkdir(parents=True)
    (desk / "static" / "desk").mkdir(parents=True)
    page = '<link href="/static/desk/a.css"><script src="/static/vendor/b.js"></script>'
    (desk / "templates" / "base.html").write_text(page)
    (desk / "static" / "desk" / "a.css").write_text('src: url("../vendor/c.woff2")')
    (tmp_path / "cli").mkdir()
    monkeypatch.setattr(checks.siaga.cli, "__file__", str(tmp_path / "cli/__init__.py"))
    found = checks._front_files()
    assert not found.ok
    assert found.finding.values["files"] == "b.js, c.woff2"
    (desk / "static" / "vendor").mkdir()
    for name in ("b.js", "c.woff2"):
        (desk / "static" / "vendor" / name).write_text("")
    assert checks._front_files().ok
