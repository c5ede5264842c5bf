"""The program knows no province: names and codes come from the folder alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src" / "siaga"
SUFFIXES = {".py", ".html", ".js", ".css", ".po", ".md"}
FILES = sorted(
    path
    for path in SRC.rglob("*")
    if path.suffix in SUFFIXES and not {"vendor", ".mypy_cache"} & set(path.parts)
)
FIRST_WORDS = (
    "banten", "pandeglang", "lebak", "serang", "cilegon", "tangerang", "cikaratuan",
)  # fmt: skip
CODE = re.compile(
    r"""["'`>\s(]36(?:\.\d\d){0,3}(?:\.\d{4})?["'`<\s).,]|(?<!\#)\b36(?!00\b)(?:\d\d){1,2}\b|\b36\d{8}\b"""
)
"""The code of Banten and what lies in it, with and without dots; 3600 are seconds."""
REAL_ELECTIONS = re.compile(r"\b(?:pemilu|pilkada)_20\d\d\b")

ALLOWED = {
    # Examples that are typed as they stand: the demo's folder, an election's key.
    ("cli/words/id.po", "siaga import data/banten"),
    ("cli/words/en.po", "siaga import data/banten"),
    ("cli/words/id.po", "misalnya pemilu_2024"),
    ("cli/words/en.po", "e.g. pemilu_2024"),
    # An example in prose: a line of a claim, an address.
    ("cli/board.py", "`KPU Banten: 452 TPS (25 Jan 2024)`"),
    ("desk/here.py", "`/id/pemilu_2024/?per=2024-01-25`"),
    # Why a kabupaten and a kota of one name are two things.
    ("territory/search.py", "Kab. Tangerang and Kota Tangerang"),
    (
        "territory/search_words.py",
        '"Kab. Tangerang"), name_words("kabupaten  tangerang")',
    ),
    ("territory/search_words.py", "(('KAB', 'TANGERANG'), ('KAB', 'TANGERANG'))"),
    # The standard of the ellipsoid.
    ("territory/shapes.py", "NGA.STND.0036"),
}
"""File and the text around what may stay, each with its reason."""


SPECIFICATION = re.compile(r"\bT[SR] 3[68]\.\d{3}\b")
"""Of 3GPP, not a code: `TS 36.101`."""


def found(path: Path, pattern: re.Pattern[str]) -> list[str]:
    """Lines of a file that fit a pattern and are not allowed."""
    name = path.relative_to(SRC).as_posix()
    lines = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        rest = SPECIFICATION.sub("", line)
        for file, text in ALLOWED:
            if file == name:
                rest = rest.replace(text, "")
        if pattern.search(rest):
            lines.append(f"{name}:{number}: {line.strip()}")
    return lines


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 100
    assert {path.suffix for path in FILES} >= {".py", ".html", ".js", ".css", ".po"}


@pytest.mark.parametrize("word", FIRST_WORDS)
def test_no_place_of_banten_is_named(word: str) -> None:
    pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
    assert [line for path in FILES for line in found(path, pattern)] == []


def test_no_code_of_banten_is_written() -> None:
    assert [line for path in FILES for line in found(path, CODE)] == []


def test_no_real_election_is_written() -> None:
    assert [line for path in FILES for line in found(path, REAL_ELECTIONS)] == []


@pytest.mark.parametrize(
    "line",
    [
        'code = "36"',
        "x == '36.01'",
        "('3601012001')",
        "<td>36.71.02</td>",
        "3601",
        "360101",
    ],
)
def test_the_pattern_sees_codes(line: str) -> None:
    assert CODE.search(line)


@pytest.mark.parametrize(
    "line",
    ["height: 36px", "x36y", "1.36", "#363636", "136", "0036", "36em", "3.6", "3600"],
)
def test_the_pattern_leaves_other_numbers(line: str) -> None:
    assert not CODE.search(line)


def test_every_exception_is_still_needed() -> None:
    for file, text in ALLOWED:
        assert text in (SRC / file).read_text(encoding="utf-8"), (file, text)
