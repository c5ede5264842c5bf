"""Noting a fault of an outside radio file in the house's words."""

from __future__ import annotations

from siaga.house.problems import ImportProblem
from siaga.house.words import Phrase
from siaga.territory.findings import Findings, shortened

__all__ = ["Findings", "note"]


def note(
    findings: Findings,
    file: str,
    expected: str | Phrase,
    remedy: str | Phrase,
    found: str | Phrase = "",
    *,
    row: int | None = None,
    column: str | None = None,
) -> None:
    """Note a fault of a file, a row, a column or a cell; the hundredth raises all."""
    if isinstance(found, str):
        found = shortened(found)
    expected = Phrase.of(expected) if isinstance(expected, str) else expected
    remedy = Phrase.of(remedy) if isinstance(remedy, str) else remedy
    findings.add(ImportProblem(file, row, column, found, expected, remedy))
