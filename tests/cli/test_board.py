"""`siaga board`: the desk's board as text."""

from __future__ import annotations

import pytest

from siaga.cli.board import rough_day
from siaga.house.words import Words


def test_it_answers_in_one_sentence(on_banten):
    lines = on_banten("board").out.splitlines()
    assert lines[0] == "Pemilu 2024 · per 25 Jan 2024, 23.59 WIB"
    assert lines[3].startswith("Belum. ")


def test_the_document_adds_up(on_banten):
    document = on_banten("board", "--json").document
    assert document["schema"] == "siaga.board/1"
    assert sum(document["counts"].values()) == document["stations"] == 33_324
    for verdict, n in document["counts"].items():
        assert n == sum(area["counts"][verdict] for area in document["below"])
    low, high = document["score"]
    assert 0 < low < high < 1


def test_a_regency_is_a_part_of_the_province(on_banten):
    document = on_banten("board", "--area", "3601", "--json").document
    assert document["area"]["name"] == "Kab. Pandeglang"
    assert document["stations"] == 3_759
    assert len(document["below"]) == 35


def test_an_area_may_be_named_by_its_kemendagri_code(on_banten):
    document = on_banten("board", "--area", "36.01", "--json").document
    assert document["area"]["code"] == "3601"


def test_nothing_known_later_is_shown(on_banten):
    before = on_banten("board", "--as-of", "2024-01-24", "--json").document
    after = on_banten("board", "--as-of", "2024-01-25", "--json").document
    assert not any(c["said_on"] == "2024-01-25" for c in before["claims"])
    assert any(
        c["value"] == 452 and c["said_on"] == "2024-01-25" for c in after["claims"]
    )


def test_claims_of_two_offices_that_differ_are_marked(on_banten):
    claims = on_banten("board", "--as-of", "2024-02-10", "--json").document["claims"]
    lebak = [
        c for c in claims if c["area"]["code"] == "3602" and c["topic"] == "blank_spot"
    ]
    said = {c["value"] for c in lebak if c["unit"] == "station" and c["differs"]}
    assert said == {360, 358}


def test_days_left_are_counted_from_the_moment(on_banten):
    document = on_banten("board", "--as-of", "2024-02-04", "--json").document
    assert document["days_to_vote"] == 10
    assert [item["days"] for item in document["due"]["items"]] == sorted(
        item["days"] for item in document["due"]["items"]
    )
    text = on_banten("board", "--as-of", "2024-02-04").out
    assert "lewat" in text and "hari lagi" in text


def test_long_tables_are_cut_unless_asked_for(on_banten):
    short, long = on_banten("board").out, on_banten("board", "--all").out
    assert "tambahkan --all" in short
    assert "tambahkan --all" not in long
    assert len(long) > len(short)


def test_without_a_list_of_stations_nothing_is_counted(on_banten):
    answer = on_banten("board", "--election", "pilkada_2024")
    assert answer.code == 0
    assert "daftar TPS pemilu ini belum ada di sini" in answer.out
    row = next(x for x in answer.out.splitlines() if x.startswith("3601"))
    assert row.split()[-5:] == ["–"] * 5


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--election", "pemilu_2029"], "Tidak ada pemilu “pemilu_2029”"),
        (["--area", "9999"], "Tidak ada wilayah berkode 9999"),
        (["--as-of", "kemarin"], "“kemarin” bukan waktu"),
        (["--as-of", "2024-02-30"], "“2024-02-30” bukan waktu"),
    ],
)
def test_what_does_not_exist_is_said(on_banten, arguments, sentence):
    answer = on_banten("board", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err


def test_both_languages_write_numbers_their_own_way(on_banten):
    assert "33.324 TPS" in on_banten("board").out
    assert "33,324 stations" in on_banten("board", "--lang", "en").out


@pytest.mark.parametrize(
    ("text", "said"),
    [("2024-01-25", "25 Jan 2024"), ("2024-01", "Jan 2024"), ("2023", "2023")],
)
def test_a_rough_day_is_as_precise_as_it_was_printed(text, said):
    assert rough_day(text, Words("id")) == said
