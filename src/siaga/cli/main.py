"""Entry of the command line: one call, one exit code, no traceback.

Exit codes: 0 done (findings too), 1 a bug of Siaga, 2 bad input or usage, 3 bad state
of the workspace, 4 refused, 130 interrupted, 141 nobody reads the answer any more.
SIAGA_DEBUG=1 prints the traceback as well.
"""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from typing import TYPE_CHECKING

from siaga.cli.call import Call
from siaga.cli.commands import command_tree
from siaga.cli.parser import UsageProblem
from siaga.house.problems import BadInput, SiagaError
from siaga.house.words import LANGUAGES, Phrase, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["main", "spoken_language"]

BUG, BAD_USAGE, BAD_STATE = 1, 2, 3
INTERRUPTED = 130
READER_LEFT = 141
"""As shells count a program that SIGPIPE ended."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `siaga` with arguments (default: of the process); the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    words = Words(LANGUAGES[0])
    try:
        words = Words(spoken_language(arguments, os.environ))
        code = _run(arguments, words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _close_output()
        return READER_LEFT
    except KeyboardInterrupt:
        _say(words("cli.interrupted"))
        return INTERRUPTED
    except Exception as error:
        return _explain(error, words)


def spoken_language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Language of `--lang`, else of $SIAGA_LANG, else Indonesian.

    It must be known before the help is built. An unknown one in the arguments is left
    to the parser; raises BadInput for one in the environment.
    """
    for at, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            value = value or (arguments[at + 1] if at + 1 < len(arguments) else "")
            return value if value in LANGUAGES else LANGUAGES[0]
    language = environ.get("SIAGA_LANG") or LANGUAGES[0]
    if language not in LANGUAGES:
        raise BadInput("cli.problem.lang", found=language, choices=", ".join(LANGUAGES))
    return language


def _run(arguments: list[str], words: Words) -> int:
    _forgive_narrow_output()
    try:
        options, rest = command_tree(words).parse_known_args(arguments)
    except SystemExit as leaving:  # argparse has printed the help
        return int(leaving.code or 0)
    if rest:
        unknown = Phrase.of("cli.usage.unknown", arguments=" ".join(rest))
        raise UsageProblem(unknown, options.asked.prog)
    if options.command is None:
        options.asked.print_help(sys.stderr)
        return BAD_USAGE
    code: int = options.command.run(Call(options, words))
    return code


def _forgive_narrow_output() -> None:
    """Write `?` where a terminal's encoding lacks a sign, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _explain(error: Exception, words: Words) -> int:
    """Say what happened; the exit code of its kind."""
    if os.environ.get("SIAGA_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, SiagaError):
        _say(error.sentence(words))
        return error.exit_code
    if isinstance(error, OSError):
        known = error.filename is not None and error.strerror is not None
        found = f"{error.filename}: {error.strerror}" if known else str(error)
        _say(words("cli.problem.file", found=found))
        return BAD_STATE
    _say(words("cli.problem.bug", kind=type(error).__name__, found=str(error)))
    return BUG


def _say(text: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(text, file=sys.stderr, flush=True)


def _close_output() -> None:
    """Point standard output at nothing, so that Python does not complain at exit."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
