"""`siaga runs`: which runs are read, and how they are brought up to date."""

from __future__ import annotations

import shutil


def test_runs_are_listed_with_their_moment(on_banten):
    document = on_banten("runs", "--json").document
    assert document["schema"] == "siaga.runs/1"
    assert document["new"] is None
    found = {(run["election"], run["as_of"]) for run in document["runs"]}
    assert ("pemilu_2024", "2024-03-20T16:59:59+00:00") in found
    assert not any(run["stale"] for run in document["runs"])


def test_only_runs_of_the_election_asked_for(on_banten):
    document = on_banten("runs", "--election", "pemilu_2019", "--json").document
    assert {run["election"] for run in document["runs"]} == {"pemilu_2019"}
    assert on_banten("runs", "--election", "nope").code == 2


def test_an_update_without_news_computes_nothing(siaga, own_banten):
    answer = siaga("runs", "--update", "--workspace", own_banten, "--json")
    assert answer.document["new"] == 0
    assert "Menilai" not in answer.err


def test_an_update_computes_what_is_missing(siaga, own_banten):
    made = siaga("runs", "--workspace", own_banten, "--json").document["runs"]
    votes = [run["run"] for run in made if run["room"] == "rekap"]
    gone = own_banten / "runs" / "rekap" / votes[0]
    shutil.rmtree(gone)
    answer = siaga("runs", "--update", "--workspace", own_banten, "--json")
    assert answer.document["new"] == 1
    assert answer.err.count("Menilai Suara") == 1
    assert gone.exists()


def test_an_update_lists_again_what_is_not_listed(siaga, own_banten):
    (own_banten / "runs" / "index.json").unlink()
    none = siaga("runs", "--workspace", own_banten)
    assert "Belum ada penilaian." in none.out
    assert f"siaga runs --update --workspace {own_banten}" in none.out
    again = siaga("runs", "--update", "--workspace", own_banten)
    assert "pemilu_2024" in again.out and "terkini" in again.out


def test_a_stale_run_is_marked(siaga, own_banten, monkeypatch):
    from siaga.readiness import refresh

    monkeypatch.setattr(refresh, "is_stale", lambda territory, run: True)
    text = siaga("runs", "--workspace", own_banten).out
    assert "data sudah berubah" in text
    assert "siaga runs --update" in text
