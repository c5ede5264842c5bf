"""Faults of an import, collected so that a person can mend them in one go."""

from __future__ import annotations

from siaga.house.problems import ImportProblem, ImportProblems
from siaga.house.words import Phrase

__all__ = ["Findings", "note_file"]

SHOWN = 80
"""Signs of a found text that are shown."""


class Findings:
    """Faults found so far; `stop_if_any` raises them together."""

    def __init__(self) -> None:
        """No faults yet."""
        self.problems: list[ImportProblem] = []

    def add(self, problem: ImportProblem) -> None:
        """Note a fault; the hundredth raises them all."""
        self.problems.append(problem)
        if len(self.problems) >= ImportProblems.LIMIT:
            raise ImportProblems(self.problems)

    def stop_if_any(self) -> None:
        """Raise ImportProblems if there is any fault."""
        if self.problems:
            raise ImportProblems(self.problems)


def shortened(text: str) -> str:
    """Text as far as it is shown.

    >>> len(shortened("9" * 999)), shortened("nine")
    (80, 'nine')
    """
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def note_file(
    findings: Findings,
    file: str,
    expected: str,
    remedy: str,
    found: str | Phrase = "",
) -> None:
    """Note a fault of a whole file."""
    findings.add(
        ImportProblem(
            file,
            None,
            None,
            found if isinstance(found, Phrase) else shortened(found),
            Phrase.of(f"expected.{expected}"),
            Phrase.of(f"remedy.{remedy}"),
        )
    )
