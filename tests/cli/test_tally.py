"""`siaga rekap tally`: votes by area as a source gives them."""

from __future__ import annotations

import pytest

AFTER_THE_COUNT = ("--as-of", "2024-03-20")


def tally(call, *arguments):
    return call("rekap", "tally", *arguments, "--json").document


def test_stations_are_summed_and_counted(on_banten):
    document = tally(on_banten, *AFTER_THE_COUNT)
    assert document["schema"] == "siaga.tally/1"
    assert document["source"] == "sirekap_2024"
    assert document["by_station"] is True
    assert document["candidates"] == ["01", "02", "03"]
    assert len(document["areas"]) == 8
    whole = document["whole"]
    assert whole["stations"] == 33_324
    for number in document["candidates"]:
        parts = sum(area["votes"][number] for area in document["areas"])
        assert parts == whole["votes"][number]


def test_what_is_printed_for_an_area_is_given_as_printed(on_banten):
    document = tally(on_banten, "--election", "pilkada_2024")
    assert document["by_station"] is False
    assert document["level"] == "province"
    assert document["whole"]["votes"] == {"01": 2_449_183, "02": 3_102_501}
    assert document["whole"]["valid"] == 2_449_183 + 3_102_501


def test_rows_are_of_the_level_asked_for(on_banten):
    document = tally(
        on_banten, "--area", "3601", "--level", "village", *AFTER_THE_COUNT
    )
    assert document["level"] == "village"
    assert all(area["code"].startswith("3601") for area in document["areas"])
    assert document["whole"]["name"] == "Kab. Pandeglang"


def test_a_source_without_this_level_says_where_it_has_figures(on_banten):
    source = ("--source", "kawalpemilu_2024", "--as-of", "2024-05-01")
    assert tally(on_banten, *source)["level"] == "village"
    answer = on_banten("rekap", "tally", *source, "--level", "regency")
    assert "Coba: --level village" in answer.out
    assert "– = tidak diberikan sumber ini" in answer.out


def test_a_source_not_yet_known_is_not_shown(on_banten):
    answer = on_banten(
        "rekap", "tally", "--source", "kawalpemilu_2024", *AFTER_THE_COUNT
    )
    assert (answer.code, answer.out) == (2, "")
    assert "baru dapat dibaca sejak 12 Apr 2024" in answer.err
    assert "sirekap_2024" in answer.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--race", "bupati"], "tidak punya jenis pemilihan “bupati”"),
        (["--source", "nope"], "dari sumber “nope”"),
        (["--area", "3601", "--level", "province"], "ada di atas Kab. Pandeglang"),
        (["--election", "pemilu_2029"], "Tidak ada pemilu"),
    ],
)
def test_what_does_not_exist_is_said(on_banten, arguments, sentence):
    answer = on_banten("rekap", "tally", *arguments, *AFTER_THE_COUNT)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err


def test_an_area_without_any_known_station_has_no_votes_rather_than_zero(on_banten):
    areas = tally(on_banten, "--level", "village", *AFTER_THE_COUNT)["areas"]
    silent = [area for area in areas if area["stations_known"] == 0]
    assert silent
    assert all(v is None for area in silent for v in area["votes"].values())


def test_the_text_names_source_and_age(on_banten):
    text = on_banten("rekap", "tally", *AFTER_THE_COUNT).out
    assert "dapat dibaca sejak 17 Mar 2024, 23.59 WIB" in text
    assert "dijumlahkan dari TPS" in text
    assert "dari 33.324" in text
