"""Tables, bars and paragraphs."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.cli import tables
from siaga.cli.tables import BAR_SIGNS, Column, bar, emphasise, paragraph, table


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_numbers_end_on_the_right_and_texts_begin_on_the_left():
    lines = table([Column("wilayah"), Column("TPS", right=True)], [["Lebak", "3.995"]])
    assert lines == ["Wilayah    TPS", "───────  ─────", "Lebak    3.995"]


def test_no_line_ends_in_blanks():
    lines = table([Column("a"), Column("b")], [["x" * 9, ""], ["", "y"]])
    assert all(line == line.rstrip() for line in lines)


def test_a_table_without_rows_is_its_heading():
    assert table([Column("satu"), Column("dua")], []) == ["Satu  Dua", "────  ───"]


def test_a_long_text_gives_way_to_the_width_of_the_terminal():
    rows = [["1", "satu kalimat yang panjang sekali untuk satu baris tabel"]]
    lines = table([Column("n", right=True), Column("apa", wrap=True)], rows, width=32)
    assert max(map(len, lines)) <= 32
    assert " ".join(line.split("  ", 1)[-1].strip() for line in lines[2:]).endswith(
        "untuk satu baris tabel"
    )


def test_columns_that_may_not_be_wrapped_stay_whole():
    lines = table([Column("kode")], [["x" * 50]], width=20)
    assert lines[2] == "x" * 50


@given(
    st.lists(
        st.lists(st.text("abc ", max_size=60), min_size=3, max_size=3), max_size=5
    ),
    st.integers(10, 120),
)
def test_no_word_is_lost_by_wrapping(rows, width):
    columns = [Column("a"), Column("b", wrap=True), Column("c", wrap=True)]
    lines = table(columns, rows, width)
    letters = sum(len(cell.replace(" ", "")) for row in rows for cell in row)
    assert sum(len(line.replace(" ", "")) for line in lines[2:]) == letters


def test_a_bar_shows_whatever_is_not_zero():
    counts = {"ready": 33_000, "at_risk": 1, "not_ready": 1, "unknown": 0, "not_due": 0}
    signs = bar(counts)
    assert len(signs) == 60
    assert signs.count(BAR_SIGNS["at_risk"]) == signs.count(BAR_SIGNS["not_ready"]) == 1
    assert BAR_SIGNS["unknown"] not in signs


@given(st.fixed_dictionaries({key: st.integers(0, 900_000) for key in BAR_SIGNS}))
def test_a_bar_is_as_long_as_asked_or_empty(counts):
    assert len(bar(counts)) == (60 if any(counts.values()) else 0)


@pytest.mark.parametrize(
    ("environ", "bold"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_bold_only_where_the_terminal_wants_it(monkeypatch, environ, bold):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert (emphasise("Siap", Terminal()) != "Siap") == bold
    assert emphasise("Siap", io.StringIO()) == "Siap"


def test_a_sentence_is_wrapped_for_a_terminal_only(monkeypatch):
    text = "kata " * 40
    assert paragraph(text.strip()) == [text.strip()]
    monkeypatch.setattr(tables, "line_width", lambda: 40)
    lines = paragraph(text, indent="  ")
    assert len(lines) > 1
    assert all(line.startswith("  kata") and len(line) <= 40 for line in lines)


def test_width_is_known_of_terminals_only(monkeypatch):
    size = os.terminal_size((72, 20))
    monkeypatch.setattr(tables.shutil, "get_terminal_size", lambda: size)
    assert tables.line_width(Terminal()) == 72
    assert tables.line_width(io.StringIO()) is None
