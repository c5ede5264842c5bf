"""What a command is given: its options, the workspace, the land, the way to answer."""

from __future__ import annotations

import json
import os
import shlex
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from siaga.cli.parser import Parser
    from siaga.house.progress import Watch
    from siaga.house.words import Words
    from siaga.house.workspace import Workspace
    from siaga.territory.elections import Election
    from siaga.territory.territory import Territory

__all__ = ["DEFAULT_WORKSPACE", "Call", "add_as_of", "add_election", "utc_text"]

DEFAULT_WORKSPACE = Path("workspace")


def add_election(parser: Parser) -> None:
    """Add `--election`."""
    words = parser.words
    parser.option(
        "--election", words("cli.option.election"), metavar=words("cli.usage.key")
    )


def add_as_of(parser: Parser) -> None:
    """Add `--as-of`."""
    words = parser.words
    parser.option(
        "--as-of", words("cli.option.as_of"), metavar=words("cli.usage.moment")
    )


def utc_text(moment: datetime) -> str:
    """Moment as JSON carries it: ISO in UTC."""
    from datetime import UTC

    return moment.astimezone(UTC).isoformat()


class Call:
    """One call of a command. What is costly is read when it is first asked for."""

    def __init__(self, options: argparse.Namespace, words: Words) -> None:
        """Call with parsed options, answered in the language of `words`."""
        self._options = options
        self.words = words

    def option(self, name: str, default: Any = None) -> Any:
        """Value of an option, `default` where it was not given."""
        return getattr(self._options, name, default)

    @property
    def json(self) -> bool:
        """Whether the answer is one JSON document."""
        return bool(self.option("json", False))

    def write_out(self, path: Path, body: bytes, *, make_folder: bool = False) -> None:
        """Write a file that was asked for, as a whole; raises BadInput if it cannot."""
        from siaga.house.problems import BadInput
        from siaga.house.workspace import write_atomic

        try:
            if make_folder:
                path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, body)
        except OSError as error:
            raise BadInput("cli.problem.no_file", file=str(path)) from error

    @cached_property
    def workspace(self) -> Workspace:
        """Workspace of the option, of $SIAGA_WORKSPACE, else `./workspace`."""
        from siaga.house.workspace import Workspace

        named = self.option("workspace") or os.environ.get("SIAGA_WORKSPACE")
        return Workspace(Path(named) if named else DEFAULT_WORKSPACE)

    @cached_property
    def territory(self) -> Territory:
        """Imported land; from here on, times are shown in its zone.

        Raises BadState before the first import.
        """
        from siaga.territory.territory import open_territory

        territory = open_territory(self.workspace)
        self.words.zone = territory.zone
        return territory

    @cached_property
    def election(self) -> Election:
        """Election of the option, else the working one; raises NotFound."""
        key = self.option("election") or self.territory.province["working_election"]
        return self.territory.election(key)

    @cached_property
    def as_of(self) -> datetime:
        """Moment of the option, else the one at which the election opens.

        That is the province's for the working election, else the last named moment,
        else the end of voting day. Raises BadInput.
        """
        from siaga.house.moments import parse_moment
        from siaga.territory.territory import opening_moment

        text = self.option("as_of")
        if text is not None:
            return parse_moment(text, self.territory.zone)
        return opening_moment(self.territory, self.election)

    @cached_property
    def watch(self) -> Watch:
        """Watcher of long work; it writes to standard error."""
        from siaga.house.progress import LineWatch

        return LineWatch(self.words)

    def command(self, *parts: str) -> str:
        """Command line that a person may copy, for this same workspace."""
        named = self.option("workspace")
        extra = ["--workspace", str(named)] if named else []
        return shlex.join(["siaga", *parts, *extra])

    def answer(
        self, document: Mapping[str, Any], lines: Callable[[], Iterable[str]]
    ) -> None:
        """Answer on standard output: the document with `--json`, else the lines."""
        if self.json:
            print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))
            return
        for line in lines():
            print(line)
        sys.stdout.flush()
