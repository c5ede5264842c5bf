"""Tables of rooms on the command line, printed or as files."""

from __future__ import annotations

import json

import pytest


def test_a_table_is_printed_with_its_note(on_banten):
    answer = on_banten("network", "channels", "--area", "360413")
    assert answer.code == 0
    assert "Tanpa jalan kirim yang hampir pasti" in answer.out
    assert "Wargasara" in answer.out and "Ke tempat bersinyal terdekat" in answer.out


def test_the_document_has_numbers_as_numbers(on_banten):
    document = on_banten(
        "network", "table", "operators", "--area", "3604", "--json"
    ).document
    assert document["schema"] == "siaga.table/1"
    assert document["table"] == "operators" and document["file"] is None
    assert len(document["rows"]) > 20
    assert all(len(row) == len(document["head"]) for row in document["rows"])
    assert all(isinstance(row[2], int) for row in document["rows"])


def test_a_file_takes_its_form_from_its_ending(on_banten, tmp_path):
    path = tmp_path / "ways.json"
    answer = on_banten("network", "channels", "--area", "360413", "--out", path)
    assert "ways.json" in answer.out
    assert json.loads(path.read_text())["rows"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("table",), "yang ada: "),
        (("table", "nothing"), "Tidak ada tabel “nothing”"),
        (("channels", "--out", "x.exe"), "harus berakhir dengan"),
        (("channels", "--out", "/no/where/x.csv"), "tidak dapat ditulis"),
        (("channels", "--as-of", "2024-01-01"), "siaga network assess"),
    ],
)
def test_what_cannot_be_is_said(on_banten, arguments, sentence):
    answer = on_banten("network", *arguments)
    assert answer.code == 2 and sentence in answer.err


def test_every_room_with_tables_has_the_command(on_banten):
    answer = on_banten("rekap", "table", "--as-of", "2024-03-20")
    assert "tally-ppwp" in answer.err


def test_a_full_disk_leaves_the_old_file(on_banten, tmp_path, monkeypatch):
    path = tmp_path / "ways.csv"
    path.write_text("old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    answer = on_banten("network", "channels", "--area", "360413", "--out", path)
    assert answer.code == 2 and "ways.csv tidak dapat ditulis" in answer.err
    assert path.read_text() == "old" and [f.name for f in tmp_path.iterdir()] == [
        path.name
    ]


def test_a_plan_says_what_it_brings_and_its_gap(siaga, own_banten):
    call = (
        "network", "plan", "--workspace", own_banten, "--places-per-option", "12",
        "--least-dark", "0.3", "--n-scenarios", "100", "--budget-rp", "20000000",
    )  # fmt: skip
    text = siaga(*call).out
    assert "Dengan Rp20,0 juta" in text and "selisih terbukti" in text
    assert (
        "Langkah rencana" in text and "messenger@" in text
    ) or "sector_tuning@" in text
    plan = siaga(*call, "--json").document["plan"]
    assert plan["cost_rp"] <= plan["budget_rp"] == 20_000_000
    assert 0 <= plan["gap"] < 0.05 and plan["value"] <= plan["bound"]
    assert plan["steps"] and all(step["due_on"] for step in plan["steps"])
