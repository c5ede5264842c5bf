"""The catalogue is full in both languages, and says what the code asks it to say."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import siaga
from siaga.house import words as words_module
from siaga.house.words import (
    LANGUAGES,
    Phrase,
    Text,
    Words,
    catalogue,
    zone_letters,
)

SRC = Path(siaga.__file__).parent
CODE = {
    path.relative_to(SRC).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(SRC.rglob("*.py"))
}
KEYS = sorted(set(catalogue("id")) | set(catalogue("en")))
ID, EN = Words("id"), Words("en")


def places(text: str) -> set[str]:
    """Names of the values that a text takes."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("id")) == set(catalogue("en"))


@pytest.mark.parametrize("key", KEYS)
def test_all_forms_of_a_key_take_the_same_values(key: str) -> None:
    forms = [form for language in LANGUAGES for form in catalogue(language)[key]]
    # A singular may leave its number out: "one village".
    assert len({frozenset(places(form) - {"n"}) for form in forms}) == 1
    last = {language: catalogue(language)[key][-1] for language in LANGUAGES}
    assert len({"n" in places(form) for form in last.values()}) == 1


@pytest.mark.parametrize("key", KEYS)
def test_no_form_is_empty_or_has_loose_ends(key: str) -> None:
    for language in LANGUAGES:
        for form in catalogue(language)[key]:
            assert form and form == form.strip()


def test_indonesian_has_one_form_and_english_two_where_a_number_counts() -> None:
    assert {len(forms) for forms in catalogue("id").values()} == {1}
    assert {len(forms) for forms in catalogue("en").values()} == {1, 2}


ASKED = re.compile(
    r"(?:Phrase\.of|BadInput|BadParameter|BadState|NotFound|Refused|words)"
    r"\(\s*\"([a-z_]+(?:\.[a-z_0-9]+)+)\""
)


def test_every_key_that_the_code_names_is_there() -> None:
    asked = {(key, file) for file, text in CODE.items() for key in ASKED.findall(text)}
    assert len(asked) > 80
    assert {(key, file) for key, file in asked if key not in catalogue("id")} == set()


@pytest.mark.parametrize("prefix", ["expected", "remedy", "found", "param"])
def test_no_sentence_of_the_import_is_unused(prefix: str) -> None:
    """A key is written whole, or its end stands in the code as a word of its own."""
    text = "\n".join(
        text for file, text in CODE.items() if file.startswith(("house/", "territory/"))
    )
    for key in KEYS:
        if key.startswith(f"{prefix}."):
            end = key.removeprefix(f"{prefix}.")
            last = end.rpartition(".")[2]
            written = f'"{key}"' in text or f'"{end}"' in text
            of_a_type = re.search(rf"\b{last}\b", text) and f"{prefix}." in text
            assert written or of_a_type, key


def test_a_second_key_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("a", "b"):
        folder = tmp_path / package / "words"
        folder.mkdir(parents=True)
        folder.joinpath("id.po").write_text(
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
            'msgid "x.y"\nmsgstr "z"\n',
            encoding="utf-8",
        )
    monkeypatch.setattr(words_module, "_PACKAGES", tmp_path)
    with pytest.raises(ValueError, match=r"b: second 'x\.y'"):
        catalogue.__wrapped__("id")


def test_an_unknown_key_or_language_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        ID("no.such_key")
    with pytest.raises(ValueError, match="fr"):
        Words("fr")
    assert not ID.has("no.such_key") and ID.has("verdict.ready")


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_read_back(value: int) -> None:
    for words, thousands in ((ID, "."), (EN, ",")):
        text = words.number(value)
        assert int(text.replace(thousands, "").replace("−", "-")) == value
        groups = text.lstrip("−").split(thousands)
        assert 1 <= len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:])


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_fractions_read_back_with_the_signs_of_the_language(
    value: float, decimals: int
) -> None:
    text = ID.number(value, decimals)
    plain = text.replace(".", "").replace(",", ".").replace("−", "-")
    assert float(plain) == pytest.approx(round(value, decimals), abs=10**-decimals)
    assert EN.number(value, decimals).translate(str.maketrans(",.", ".,")) == text


@pytest.mark.parametrize(
    ("value", "spec", "indonesian", "english"),
    [
        (1234, "", "1.234", "1,234"),
        (-5, "", "−5", "−5"),
        (1234.56, "", "1.234,6", "1,234.6"),
        (1234.56, "2", "1.234,56", "1,234.56"),
        (3601, "raw", "3601", "3601"),
        (True, "", "True", "True"),
        (None, "", "None", "None"),
        ("91.01", "", "91.01", "91.01"),
        (date(2024, 1, 5), "", "5 Jan 2024", "5 Jan 2024"),
        (date(2024, 8, 5), "", "5 Agu 2024", "5 Aug 2024"),
        (date(2024, 8, 5), "long", "Senin, 5 Agustus 2024", "Monday, 5 August 2024"),
        (Text("siap", "ready"), "", "siap", "ready"),
        (Phrase.of("verdict.ready"), "", "siap", "ready"),
    ],
)
def test_a_value_is_written_as_the_language_writes_it(
    value: object, spec: str, indonesian: str, english: str
) -> None:
    assert ID.format_field(value, spec) == indonesian
    assert EN.format_field(value, spec) == english


@pytest.mark.parametrize(
    ("zone", "indonesian"),
    [
        ("Asia/Jakarta", "25 Jan 2024, 19.50 WIB"),
        ("Asia/Makassar", "25 Jan 2024, 20.50 WITA"),
        ("Asia/Jayapura", "25 Jan 2024, 21.50 WIT"),
    ],
)
def test_a_moment_is_shown_in_the_zone_of_the_words(zone: str, indonesian: str) -> None:
    moment = datetime(2024, 1, 25, 12, 50, tzinfo=UTC)
    assert Words("id", ZoneInfo(zone)).moment(moment) == indonesian
    english = indonesian.replace(".", ":")
    assert Words("en", ZoneInfo(zone)).moment(moment) == english


def test_other_zones_show_their_offset() -> None:
    half = timezone(timedelta(hours=7, minutes=30))
    assert zone_letters(datetime(2024, 1, 1, tzinfo=half)) == "UTC+7.5"
    assert zone_letters(datetime(2024, 1, 1, tzinfo=UTC)) == "UTC+0"
    with pytest.raises(ValueError, match="without a time zone"):
        zone_letters(datetime(2024, 1, 1))


def test_one_is_singular_in_english_alone() -> None:
    plural = next(key for key, forms in catalogue("en").items() if len(forms) == 2)
    values = dict.fromkeys(places(catalogue("en")[plural][1]), 1)
    several = {**values, "n": 5}
    assert EN(plural, **{**values, "n": 1}) != EN(plural, **several).replace("5", "1")
    assert ID(plural, **{**values, "n": 1}) == ID(plural, **several).replace("5", "1")
