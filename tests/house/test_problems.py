"""Errors are classes of what a caller can do, and speak both languages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.house import problems
from siaga.house.problems import (
    BadInput,
    BadParameter,
    BadState,
    ImportProblem,
    ImportProblems,
    NotFound,
    Refused,
    SiagaError,
)
from siaga.house.words import Phrase, Words

ID, EN = Words("id"), Words("en")
NUMBER, MEND = Phrase.of("expected.int"), Phrase.of("remedy.cell")


def problem(
    file: str = "a.csv",
    row: int | None = 7,
    column: str | None = "voters",
    found: str | Phrase = "x",
) -> ImportProblem:
    return ImportProblem(file, row, column, found, NUMBER, MEND)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (BadInput, 2), (BadParameter, 2), (NotFound, 2), (ImportProblems, 2),
        (BadState, 3), (Refused, 4), (SiagaError, 1),
    ],
)  # fmt: skip
def test_the_exit_code_says_what_a_caller_can_do(
    kind: type[SiagaError], code: int
) -> None:
    assert kind.exit_code == code
    assert issubclass(kind, SiagaError)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = set(re.findall(r"[─ ] ([A-Z]\w+)  ", problems.__doc__ or "")) | {
        "SiagaError"
    }
    real = {
        name
        for name in problems.__all__
        if isinstance(getattr(problems, name), type)
        and issubclass(getattr(problems, name), Exception)
    }
    assert drawn == real


def test_a_sentence_is_in_the_language_of_the_reader() -> None:
    error = NotFound("problem.no_source", source="koran")
    assert error.sentence(ID) == "Sumber “koran” tidak terdaftar di sources."
    assert error.sentence(EN) != error.sentence(ID)
    # Tracebacks and logs are for developers.
    assert str(error) == error.sentence(EN)


@pytest.mark.parametrize(
    ("file", "row", "column", "place"),
    [
        ("a.csv", 7, "voters", "a.csv, baris 7, kolom voters"),
        ("a.csv", 1234, None, "a.csv, baris 1234"),  # a row is no quantity: no dot
        ("a.csv", None, "voters", "a.csv, kolom voters"),
        ("a.csv", None, None, "a.csv"),
        # TOML and JSON have keys and entries, not columns.
        ("election.toml", None, "kind", "election.toml, kunci kind"),
        ("election.toml", 3, None, "election.toml, baris 3"),
        ("duties.json", 2, "items", "duties.json, butir ke-2, kunci items"),
    ],
)
def test_a_problem_says_where_it_is(
    file: str, row: int | None, column: str | None, place: str
) -> None:
    sentence = problem(file, row, column).sentence(ID)
    assert sentence == (
        f"{place}: ditemukan “x”, seharusnya bilangan bulat. Perbaiki sel itu."
    )


def test_nothing_is_not_called_found() -> None:
    assert problem(found="").sentence(ID) == (
        "a.csv, baris 7, kolom voters: tidak ada, seharusnya bilangan bulat. "
        "Perbaiki sel itu."
    )


def test_what_was_found_may_be_a_phrase() -> None:
    found = Phrase.of("found.empty")
    assert "ditemukan “berkas kosong”" in problem(found=found).sentence(ID)
    assert "“an empty file”" in problem(found=found).sentence(EN)


@given(st.text(), st.text(min_size=1))
def test_whatever_a_file_holds_the_sentence_is_one_printable_line(
    column: str, found: str
) -> None:
    sentence = problem(column=column, found=found).sentence(ID)
    assert sentence.isprintable()
    assert sentence.endswith("Perbaiki sel itu.")


def test_all_problems_are_told_one_a_line() -> None:
    error = ImportProblems([problem(row=2), problem(row=3)])
    lines = error.sentence(ID).splitlines()
    assert lines[0] == "Impor dibatalkan, tidak ada yang ditulis. 2 kesalahan:"
    assert [line.split(",")[1] for line in lines[1:]] == [" baris 2", " baris 3"]
    assert ImportProblems([problem()]).sentence(EN).splitlines()[0].count("1") == 1


def test_an_error_without_a_problem_cannot_be_made() -> None:
    with pytest.raises(AssertionError):
        ImportProblems([])
