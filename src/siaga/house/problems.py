"""What can go wrong, as classes of what a caller can do about it.

    SiagaError
    ├── BadInput            mend the input and try again          (exit code 2)
    │   ├── ImportProblems  a list of `ImportProblem`: file, row, column, ...
    │   ├── BadParameter    a parameter outside its range
    │   └── NotFound        no such area, station, election, room
    ├── BadState            the workspace is not ready for this   (exit code 3)
    └── Refused             allowed to nobody, or not to you      (exit code 4)

Every error says its sentence in both languages through the catalogue.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from siaga.house.words import Phrase, Words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "BadInput",
    "BadParameter",
    "BadState",
    "ImportProblem",
    "ImportProblems",
    "NotFound",
    "Refused",
    "SiagaError",
    "reading",
]

REPLACED = "\N{REPLACEMENT CHARACTER}"
"""Shown for a sign that a terminal would obey instead of printing it."""


class SiagaError(Exception):
    """Root of all errors that a person is told about."""

    exit_code = 1

    def __init__(self, key: str, /, **values: Any) -> None:
        """Error with the sentence `key` of the catalogue and its values."""
        super().__init__(key)
        self.phrase = Phrase(key, values)

    def sentence(self, words: Words) -> str:
        """What happened and what to do, in the language of `words`."""
        return words(self.phrase)

    def __str__(self) -> str:
        """Sentence in English, for tracebacks and logs."""
        return self.sentence(Words("en"))


class BadInput(SiagaError):
    """What was given is wrong; nothing was changed."""

    exit_code = 2


class BadParameter(BadInput):
    """A parameter is outside what it may be."""


class NotFound(BadInput):
    """There is no such thing under this election."""


class BadState(SiagaError):
    """The workspace cannot do this now."""

    exit_code = 3


class Refused(SiagaError):
    """The rules of the house forbid this."""

    exit_code = 4


@dataclass(frozen=True)
class ImportProblem:
    """One fault of an outside file, exact enough to be mended."""

    file: str
    row: int | None
    """Row as a person counts it: the header is row 1. None = the whole file."""
    column: str | None
    found: str | Phrase
    """What stands there; empty = nothing does."""
    expected: Phrase
    remedy: Phrase

    def sentence(self, words: Words) -> str:
        """File, row, column, what was found, what was expected, what to do."""
        place = f"problem.place.{self._place()}"
        text = words(
            "problem.import" if self.found else "problem.import.nothing",
            place=words(place, file=self.file, row=self.row, column=self.column),
            found=self.found,
            expected=words(self.expected),
            remedy=words(self.remedy),
        )
        # The file is not ours: what it holds must not steer a terminal.
        return "".join(sign if sign.isprintable() else REPLACED for sign in text)

    def _place(self) -> str:
        # TOML and JSON have no columns: a value has a key, a list has entries.
        keyed = self.file.endswith((".toml", ".json"))
        if self.row is not None and self.column is not None:
            return "entry" if keyed else "cell"
        if self.row is not None:
            return "row"
        if self.column is not None:
            return "key" if keyed else "column"
        return "file"


class ImportProblems(BadInput):
    """Up to `LIMIT` faults of an import; nothing was written."""

    LIMIT = 100

    def __init__(self, problems: list[ImportProblem]) -> None:
        """Error of these faults, at least one."""
        assert problems
        super().__init__("problem.imports", n=len(problems))
        self.problems = problems

    def sentence(self, words: Words) -> str:
        """All faults, one a line, under a heading that says nothing was written."""
        return "\n".join(
            [words(self.phrase), *(p.sentence(words) for p in self.problems)]
        )


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Name the file if one that Siaga itself wrote is not there or is damaged.

    Raises BadState in place of what the libraries raise.
    """
    try:
        yield
    except (OSError, ValueError, KeyError) as error:
        file = "/".join(path.parts[-3:])
        raise BadState("problem.damaged", file=file) from error
