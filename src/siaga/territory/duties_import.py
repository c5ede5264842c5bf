"""Import of `duties.json`: who owes what by when, each with one accountable agency."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from siaga.house.problems import ImportProblem
from siaga.house.words import Phrase
from siaga.territory.areas import LEVELS
from siaga.territory.duties import DUE_RULE
from siaga.territory.findings import Findings, note_file, shortened

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["read_duties"]

FILE = "duties.json"
MAX_BYTES = 5_000_000
MAX_VALID_DAYS = 10_000
_ITEM_KEYS: tuple[tuple[str, type], ...] = (
    ("item", str), ("title_id", str), ("title_en", str), ("agency", str),
    ("evidence", str), ("due_rule", str), ("gate", bool), ("valid_days", int),
)  # fmt: skip
_JOB_KEYS: tuple[tuple[str, type], ...] = (
    ("job", str), ("title_id", str), ("title_en", str), ("stage", str),
    ("area_level", str), ("roles", dict), ("items", list),
)  # fmt: skip


def read_duties(
    path: Path, agencies: Collection[str], findings: Findings
) -> list[dict[str, Any]]:
    """Jobs of a file, none where it is absent or faulty (then `findings` says why)."""
    if not path.is_file():
        return []
    if path.stat().st_size > MAX_BYTES:
        note_file(findings, FILE, "file.duties_bytes", "smaller")
        return []
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
    except UnicodeDecodeError:
        note_file(findings, FILE, "file.json", "utf8", Phrase.of("found.not_utf8"))
        return []
    except json.JSONDecodeError as error:
        _note_line(findings, text, error.lineno)
        return []
    except (ValueError, RecursionError):
        # A number of thousands of digits, or brackets without end.
        note_file(findings, FILE, "file.json", "file", Phrase.of("found.damaged"))
        return []
    jobs = content.get("jobs") if isinstance(content, dict) else None
    if not isinstance(jobs, list) or not all(isinstance(job, dict) for job in jobs):
        _Job(findings, None).note("jobs", "", Phrase.of("expected.json.jobs"))
        return []
    for number, job in enumerate(jobs, 1):
        _check_job(job, _Job(findings, number), agencies)
    return jobs


def _note_line(findings: Findings, text: str, line: int) -> None:
    lines = text.splitlines() or [""]
    found = shortened(lines[min(line, len(lines)) - 1].strip())
    expected = Phrase.of("expected.file.json")
    findings.add(
        ImportProblem(FILE, line, None, found, expected, Phrase.of("remedy.file"))
    )


class _Job:
    """One job of the file, by its number, and where its faults go."""

    def __init__(self, findings: Findings, number: int | None) -> None:
        self._findings = findings
        self._number = number

    def note(self, key: str, found: object, expected: Phrase) -> None:
        """Note a value that does not fit."""
        remedy = Phrase.of("remedy.value" if found != "" else "remedy.add", key=key)
        if expected.key == "expected.declared":
            remedy = Phrase.of("remedy.declare")
        shown = shortened(str(found))
        self._findings.add(
            ImportProblem(FILE, self._number, key, shown, expected, remedy)
        )

    def has(
        self,
        holder: dict[str, Any],
        keys: tuple[tuple[str, type], ...],
        place: str = "",
    ) -> bool:
        """Whether all keys are there, of their type; else the faults are noted."""
        good = True
        for key, kind in keys:
            value = holder.get(key)
            if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
                found = "" if value is None else value
                self.note(
                    place + key, found, Phrase.of(f"expected.json.{kind.__name__}")
                )
                good = False
        return good


def _check_job(job: dict[str, Any], place: _Job, agencies: Collection[str]) -> None:
    if not place.has(job, _JOB_KEYS):
        return
    if job["area_level"] not in LEVELS:
        choices = ", ".join(LEVELS)
        expected = Phrase.of("expected.choice", choices=choices)
        place.note("area_level", job["area_level"], expected)
    roles = job["roles"]
    if place.has(roles, (("A", str), ("R", list)), "roles "):
        declared = Phrase.of("expected.declared", table="agencies")
        for role, names in (("A", [roles["A"]]), ("R", roles["R"])):
            for name in names:
                if not isinstance(name, str) or name not in agencies:
                    place.note(f"roles {role}", name, declared)
    for number, item in enumerate(job["items"], 1):
        _check_item(item, f"items {number}, ", place, agencies)


def _check_item(item: Any, where: str, place: _Job, agencies: Collection[str]) -> None:
    if not isinstance(item, dict):
        place.note(where.rstrip(", "), item, Phrase.of("expected.json.dict"))
        return
    if not place.has(item, _ITEM_KEYS, where):
        return
    if item["agency"] not in agencies:
        declared = Phrase.of("expected.declared", table="agencies")
        place.note(f"{where}agency", item["agency"], declared)
    if DUE_RULE.fullmatch(item["due_rule"]) is None:
        place.note(f"{where}due_rule", item["due_rule"], Phrase.of("expected.due_rule"))
    if not 0 <= item["valid_days"] <= MAX_VALID_DAYS:
        expected = Phrase.of("expected.range", low=0, high=MAX_VALID_DAYS)
        place.note(f"{where}valid_days", item["valid_days"], expected)
