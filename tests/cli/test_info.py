"""`siaga info`: counts of the real Banten, and what is missing in it."""

from __future__ import annotations

import pytest


@pytest.fixture
def document(on_banten):
    return on_banten("info", "--json").document


def election(document, key):
    return next(e for e in document["elections"] if e["election"] == key)


def test_the_province_is_named(document):
    assert document["schema"] == "siaga.info/1"
    assert document["province"]["code"] == "36"
    assert document["province"]["working_election"] == "pemilu_2024"


def test_elections_are_counted(document):
    e = election(document, "pemilu_2024")
    assert (e["stations"], e["special"]) == (33_324, 48)
    assert e["areas"] == {
        "province": 1,
        "regency": 8,
        "district": 155,
        "village": 1_552,
    }
    assert e["voting_day"] == "2024-02-14"


def test_a_missing_station_list_is_unknown_and_not_zero(document):
    e = election(document, "pilkada_2024")
    assert (e["stations"], e["special"], e["voters"]) == (None, None, None)
    assert e["register"]["official_stations"] == 17_231


def test_sources_of_results_say_since_when_they_were_known(document):
    results = {r["source"]: r for r in election(document, "pemilu_2024")["results"]}
    assert results["sirekap_2024"]["primary"]
    assert results["sirekap_2024"]["known_at"] == "2024-03-17T16:59:59+00:00"


@pytest.mark.parametrize("key", ["pemilu_2019", "pemilu_2024"])
def test_voters_of_every_regency_sum_to_its_official_dpt(document, key):
    voters = election(document, key)["voters"]
    assert len(voters["regencies"]) == 8
    assert all(regency["agrees"] is True for regency in voters["regencies"])
    assert sum(r["voters"] for r in voters["regencies"]) == voters["official"]
    assert sum(voters["stations"].values()) == election(document, key)["stations"]


def test_villages_of_2019_that_link_to_nothing_are_listed(document):
    pairs = {(p["from"], p["to"]): p["villages"] for p in document["unlinked"]}
    villages = pairs["pemilu_2019", "pemilu_2024"]
    assert len(villages) == 14
    assert {"code", "name", "district", "regency"} == set(villages[0])
    assert pairs["pilkada_2024", "pemilu_2024"] == []


def test_land_is_counted(document):
    assert document["islands"] == {"all": 80, "inhabited": 5}
    assert document["places"] == {"port": 49, "school": 7_157}


def test_the_text_says_the_same(on_banten):
    text = on_banten("info").out
    for part in (
        "33.324",
        "17.231",
        "14 desa/kelurahan Pemilu 2019",
        "cocok",
        "80 pulau",
    ):
        assert part in text
    assert "beda" not in text
    english = on_banten("info", "--lang", "en").out
    assert "14 villages of General election 2019 link to nothing" in english


def test_without_an_import_it_says_what_to_run(siaga, tmp_path):
    answer = siaga("info", "--workspace", tmp_path)
    assert (answer.code, answer.out) == (3, "")
    assert f"siaga import FOLDER --workspace {tmp_path}" in answer.err
