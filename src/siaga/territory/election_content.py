"""Checks of `election.toml`: every key there, of its type, and fitting the others."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from siaga.house.moments import is_rough_day, parse_moment
from siaga.house.problems import BadInput, ImportProblem
from siaga.house.words import Phrase
from siaga.territory.findings import Findings, shortened
from siaga.territory.formats import KEY, MAX_ROWS
from siaga.territory.land_import import Land, wanted

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["check_content"]

FILE = "election.toml"
KINDS = ("pemilu", "pilkada")
FIGURES = ("open", "closed")
CANDIDATE = re.compile(r"[0-9a-z]{1,8}")
"""Number of a candidate: the end of a column of votes."""
RESULT_FILE = re.compile(
    r"results/[a-z0-9][a-z0-9_\-]*/[a-z0-9][a-z0-9_.\-]*\.(csv|parquet)"
)
"""Path of a result below its election's folder; no way leads out of it."""
MAX_VOTERS = 9_999
"""No station of any country has more."""
_KEYS: tuple[tuple[str, type], ...] = (
    ("id", str), ("name_id", str), ("name_en", str), ("kind", str), ("figures", str),
    ("voting_day", date), ("station_limit", int),
    ("register_known_on", str), ("register_source", str),
)  # fmt: skip
_SECTION_KEYS: dict[str, tuple[tuple[str, type], ...]] = {
    "race": (("id", str), ("name_id", str), ("name_en", str), ("candidates", list)),
    "result": (
        ("race", str), ("source", str), ("file", str), ("known_on", str),
        ("primary", bool),
    ),
    "moment": (("at", str), ("label_id", str), ("label_en", str)),
}  # fmt: skip


def check_content(
    content: dict[str, Any], key: str, land: Land, findings: Findings
) -> None:
    """Check the content of the `election.toml` in the folder of the election `key`.

    What is wrong goes to `findings`.
    """
    before = len(findings.problems)
    for name, kind in _KEYS:
        wanted(content, name, kind, FILE, findings)
    for section in _SECTION_KEYS:
        _check_section(content, section, findings)
    if len(findings.problems) > before:
        return
    known = _Known(findings, land)
    known.one_of("id", content["id"], (key,))
    known.key("id", content["id"])
    known.one_of("kind", content["kind"], KINDS)
    known.one_of("figures", content["figures"], FIGURES)
    known.source("register_source", content["register_source"])
    known.day("register_known_on", content["register_known_on"])
    known.count("station_limit", content["station_limit"], MAX_VOTERS)
    if "register_stations" in content:
        known.count("register_stations", content["register_stations"], MAX_ROWS)
    _check_races(content, known)
    _check_results(content, known)
    for number, moment in enumerate(content.get("moment", []), 1):
        known.moment(f"moment {number}, at", moment["at"])


def _check_section(content: dict[str, Any], section: str, findings: Findings) -> None:
    entries = content.get(section, [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        _note(findings, section, str(entries), Phrase.of("expected.toml.section"))
        return
    for number, entry in enumerate(entries, 1):
        for name, kind in _SECTION_KEYS[section]:
            shown = f"{section} {number}, {name}"
            wanted(entry, name, kind, FILE, findings, shown=shown)


def _check_races(content: dict[str, Any], known: _Known) -> None:
    seen: set[str] = set()
    for number, race in enumerate(content.get("race", []), 1):
        known.key(f"race {number}, id", race["id"])
        numbers = race["candidates"]
        good = all(isinstance(n, str) and CANDIDATE.fullmatch(n) for n in numbers)
        if not numbers or not good or len(set(numbers)) != len(numbers):
            known.note(
                f"race {number}, candidates", numbers, Phrase.of("expected.candidates")
            )
        if race["id"] in seen:
            known.note(f"race {number}, id", race["id"], Phrase.of("expected.once"))
        seen.add(race["id"])


def _check_results(content: dict[str, Any], known: _Known) -> None:
    races = [race["id"] for race in content.get("race", [])]
    seen: set[tuple[str, str]] = set()
    primary: dict[str, int] = {}
    for number, result in enumerate(content.get("result", []), 1):
        place = f"result {number}"
        known.one_of(f"{place}, race", result["race"], races)
        known.source(f"{place}, source", result["source"])
        known.day(f"{place}, known_on", result["known_on"])
        if RESULT_FILE.fullmatch(result["file"]) is None:
            known.note(f"{place}, file", result["file"], Phrase.of("expected.inside"))
        pair = (result["race"], result["source"])
        if pair in seen:
            known.note(f"{place}, source", result["source"], Phrase.of("expected.once"))
        seen.add(pair)
        primary[pair[0]] = primary.get(pair[0], 0) + result["primary"]
    for race, n in primary.items():
        if n != 1 and primary.keys() <= set(races):
            known.note("primary", n, Phrase.of("expected.one_primary", race=race))


class _Known:
    """What a value may refer to, and where a fault goes."""

    def __init__(self, findings: Findings, land: Land) -> None:
        self._findings = findings
        self._sources = land.sources()
        self._zone = land.province.zone

    def note(
        self, key: str, found: object, expected: Phrase, remedy: str = "remedy.value"
    ) -> None:
        """Note a value that does not fit."""
        _note(self._findings, key, str(found), expected, remedy)

    def one_of(self, key: str, value: str, choices: Collection[str]) -> None:
        """Check that a value is one of some."""
        if value not in choices:
            shown = ", ".join(choices) or "-"
            self.note(key, value, Phrase.of("expected.choice", choices=shown))

    def key(self, key: str, value: str) -> None:
        """Check that a value may stand in a path and in an address."""
        if KEY.fullmatch(value) is None:
            self.note(key, value, Phrase.of("expected.key"))

    def source(self, key: str, value: str) -> None:
        """Check that a source is declared."""
        if value not in self._sources:
            expected = Phrase.of("expected.declared", table="sources")
            self.note(key, value, expected, "remedy.declare")

    def day(self, key: str, value: str) -> None:
        """Check that a text is a day, a month or a year."""
        if not is_rough_day(value):
            self.note(key, value, Phrase.of("expected.rough_day"))

    def count(self, key: str, value: object, limit: int) -> None:
        """Check that a number counts something."""
        if type(value) is not int or not 1 <= value <= limit:
            self.note(key, value, Phrase.of("expected.range", low=1, high=limit))

    def moment(self, key: str, value: str) -> None:
        """Check that a text is a day or a time."""
        try:
            parse_moment(value, self._zone)
        except BadInput:
            self.note(key, value, Phrase.of("expected.day_or_time"))


def _note(
    findings: Findings,
    key: str,
    found: str,
    expected: Phrase,
    remedy: str = "remedy.value",
) -> None:
    findings.add(
        ImportProblem(FILE, None, key, shortened(found), expected, Phrase.of(remedy))
    )
