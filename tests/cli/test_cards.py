"""`siaga network cards`: cards of stations into a file."""

from __future__ import annotations

import pytest

JANUARY = ("--as-of", "2024-01-25")


def test_cards_of_a_village_are_written(on_banten, tmp_path):
    file = tmp_path / "wargasara.pdf"
    arguments = ("network", "cards", "--area", "3604132009", "--out", file, *JANUARY)
    document = on_banten(*arguments, "--json").document
    body = file.read_bytes()
    assert document["schema"] == "siaga.cards/1"
    assert (document["area"], document["station"]) == ("3604132009", None)
    assert document["cards"] > 1 and document["bytes"] == len(body)
    answer = on_banten(*arguments)
    assert answer.out.strip() == f"{document['cards']} kartu ditulis ke {file}."
    assert file.read_bytes() == body


def test_one_station_has_one_card(on_banten, tmp_path):
    file = tmp_path / "one.pdf"
    station = ("--station", "3604132009003")
    document = on_banten(
        "network", "cards", *station, "--out", file, *JANUARY, "--json"
    ).document
    assert (document["station"], document["area"]) == ("3604132009003", None)
    assert document["cards"] == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "satu berkas memuat paling banyak 2.000"),
        (("--area", "99"), "99"),
        (("--area", "3604132009", "--out", "/nowhere/a.pdf"), "tidak dapat ditulis"),
    ],
)
def test_what_cannot_be_printed_has_a_sentence(on_banten, arguments, sentence):
    answer = on_banten("network", "cards", *arguments, *JANUARY)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err
