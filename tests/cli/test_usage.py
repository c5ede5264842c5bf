"""Wrong usage: one sentence in the chosen language, exit code 2, nothing on stdout."""

from __future__ import annotations

import pytest

from siaga.cli.main import main

WRONG = [
    # (arguments, Indonesian, English)
    (["infoo"], "PERINTAH: “infoo” tidak dikenal.", "COMMAND: “infoo” is not known."),
    (["rekap", "count"], "“count” tidak dikenal.", "“count” is not known."),
    (["import"], "Masih kurang: FOLDER.", "Still missing: FOLDER."),
    (["board", "--as-of"], "--as-of: nilainya belum ditulis.", "--as-of: its value is"),
    (["board", "--nope", "3"], "Tidak dikenal: --nope 3.", "Not known: --nope 3."),
    (["board", "--elect", "x"], "Tidak dikenal: --elect x.", "Not known: --elect x."),
    (["info", "extra"], "Tidak dikenal: extra.", "Not known: extra."),
    (["info", "--json=yes"], "--json: tidak memakai nilai", "--json: takes no value"),
    (
        ["rekap", "tally", "--level", "country"],
        "--level: “country” tidak dikenal. Pilih salah satu: province, regency,",
        "--level: “country” is not known. Choose one of: province, regency,",
    ),
    (["serve", "--port", "http"], "Port “http” tidak ada", "There is no port “http”"),
    (["serve", "--port", "0"], "Port “0” tidak ada", "There is no port “0”"),
    (["serve", "--port", "65536"], "pilih bilangan dari 1", "a number from 1"),
]


@pytest.mark.parametrize(("arguments", "id_text", "en_text"), WRONG, ids=str)
def test_wrong_usage_is_said_in_the_chosen_language(siaga, arguments, id_text, en_text):
    for language, text in (("id", id_text), ("en", en_text)):
        answer = siaga("--lang", language, *arguments)
        assert (answer.code, answer.out) == (2, "")
        assert text in answer.err
        assert "Traceback" not in answer.err


def test_a_wrong_language_is_refused_in_indonesian(siaga):
    answer = siaga("info", "--lang", "fr")
    assert answer.code == 2
    assert "--lang: “fr” tidak dikenal. Pilih salah satu: id, en." in answer.err


def test_a_wrong_language_of_the_environment_is_named(siaga, monkeypatch):
    monkeypatch.setenv("SIAGA_LANG", "fr")
    answer = siaga("info")
    assert answer.code == 2
    assert "SIAGA_LANG=“fr” tidak dikenal" in answer.err


def test_the_language_of_the_environment_is_used_unless_one_is_given(
    siaga, monkeypatch
):
    monkeypatch.setenv("SIAGA_LANG", "en")
    assert siaga("--help").out.startswith("usage:")
    assert siaga("--help", "--lang=id").out.startswith("pemakaian:")


def test_the_hint_names_the_command_whose_help_explains(siaga):
    assert "siaga rekap tally --help" in siaga("rekap", "tally", "--nope").err


@pytest.mark.parametrize("hostile", ["", "\x00", "{n}", "%(prog)s", "a" * 5_000, "🗳"])
def test_hostile_arguments_are_only_text(siaga, hostile):
    answer = siaga(hostile)
    assert (answer.code, answer.out) == (2, "")
    assert "Traceback" not in answer.err


def test_main_returns_and_never_exits():
    assert main(["--help"]) == 0
    assert main(["nope"]) == 2
