"""argparse in the chosen language, with commands that are filled only when needed.

Building every command's options would import every engine; so a parser holds a `fill`
that is called when it parses or prints its help, not before.
"""

from __future__ import annotations

import argparse
import re
import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from siaga.house.problems import BadInput
from siaga.house.words import LANGUAGES, Phrase, Words

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Parser", "UsageProblem"]

_HELP_COLUMN = 30
_ARGPARSE_SAYS = (
    (
        "cli.usage.choice",
        r"argument (?P<argument>.+?): invalid choice: (?P<found>.+) "
        r"\(choose from (?P<choices>.+)\)",
    ),
    ("cli.usage.no_value", r"argument (?P<argument>.+?): expected .*argument.*"),
    (
        "cli.usage.unwanted_value",
        r"argument (?P<argument>.+?): ignored explicit argument (?P<found>.+)",
    ),
    ("cli.usage.value", r"argument (?P<argument>.+?): (?P<found>.+)"),
    ("cli.usage.required", r"the following arguments are required: (?P<arguments>.+)"),
)
"""Sentences of argparse (3.11 to 3.13) and the messages that stand for them here.

argparse has no other door to its texts; one that is not in this table is passed on.
"""


class UsageProblem(BadInput):
    """The command was written in a way that it does not take."""

    def __init__(self, phrase: Phrase, prog: str) -> None:
        """Problem of a sentence and the command whose help explains."""
        super().__init__(phrase.key, **phrase.values)
        self.prog = prog

    def sentence(self, words: Words) -> str:
        """What is wrong, and where to read how it is written."""
        return (
            f"{super().sentence(words)}\n{words('cli.usage.hint', command=self.prog)}"
        )


class HelpLines(argparse.RawDescriptionHelpFormatter):
    """Help as argparse lays it out, in our words."""

    words: Words

    def add_usage(
        self, usage: Any, actions: Any, groups: Any, prefix: str | None = None
    ) -> None:
        """Add the line of usage under our own heading."""
        heading = self.words("cli.usage.heading") + " " if prefix is None else prefix
        super().add_usage(usage, actions, groups, heading)


class Parser(argparse.ArgumentParser):
    """Parser of one command; `fill` adds what is its own when it is needed."""

    def __init__(
        self,
        *,
        words: Words,
        fill: Callable[[Parser], None],
        description: str,
        **kwargs: Any,
    ) -> None:
        """Empty parser that speaks the language of `words`."""

        def formatter(prog: str) -> HelpLines:
            lines = HelpLines(prog, max_help_position=_HELP_COLUMN)
            lines.words = words
            return lines

        super().__init__(
            add_help=False,
            allow_abbrev=False,
            formatter_class=formatter,
            description=_wrapped(description),
            **kwargs,
        )
        self.words = words
        self._fill: Callable[[Parser], None] | None = fill
        self._own_groups: dict[str, Any] = {}

    def argument(self, name: str, **kwargs: Any) -> None:
        """Add what must be given, in its place."""
        self._group("cli.usage.arguments").add_argument(name, **kwargs)

    def option(self, name: str, help_text: str, **kwargs: Any) -> None:
        """Add an option; it is absent from the result where it is not given."""
        kwargs.setdefault("default", argparse.SUPPRESS)
        # argparse formats help with %; our texts mean the sign itself.
        self._group("cli.usage.options").add_argument(
            name, help=help_text.replace("%", "%%"), **kwargs
        )

    def _group(self, key: str) -> Any:
        if key not in self._own_groups:
            self._own_groups[key] = self.add_argument_group(self.words(key))
        return self._own_groups[key]

    def version(self, text: str) -> None:
        """Add `--version`, which prints a text."""
        self._group("cli.usage.options").add_argument(
            "--version",
            action="version",
            version=text,
            help=self.words("cli.option.version"),
        )

    def filled(self) -> Parser:
        """Return this parser with all its arguments."""
        if self._fill is not None:
            fill, self._fill = self._fill, None
            fill(self)
            self._add_common()
        return self

    def _add_common(self) -> None:
        words = self.words
        common = self.add_argument_group(words("cli.usage.common"))
        for names, key, kwargs in (
            (
                ("--workspace",),
                "workspace",
                {"metavar": words("cli.usage.folder"), "type": Path},
            ),
            (("--lang",), "lang", {"choices": LANGUAGES}),
            (("--json",), "json", {"action": "store_true"}),
            (("-h", "--help"), "help", {"action": "help"}),
        ):
            text = words(f"cli.option.{key}")
            common.add_argument(*names, default=argparse.SUPPRESS, help=text, **kwargs)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, once everything that this command takes has been added."""
        self.filled()
        return super().parse_known_args(args, namespace)

    def format_help(self) -> str:
        """Help with everything that this command takes."""
        self.filled()
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print, in our words."""
        raise UsageProblem(_phrase(message), self.prog)


def _wrapped(text: str) -> str:
    """Text in lines as long as argparse's own; it leaves descriptions as they are."""
    return textwrap.fill(text, shutil.get_terminal_size().columns - 2)


def _phrase(message: str) -> Phrase:
    for key, pattern in _ARGPARSE_SAYS:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match is not None:
            return Phrase(
                key, {name: _plain(text) for name, text in match.groupdict().items()}
            )
    return Phrase.of("cli.usage.other", found=message)


def _plain(text: str) -> str:
    """Text without the quotes that `repr` gave it.

    >>> _plain("'a', 'b'")
    'a, b'
    """
    return ", ".join(part.strip("'\"") for part in text.split(", "))
