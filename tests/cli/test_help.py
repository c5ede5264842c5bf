"""Help: quick, complete, in both languages."""

from __future__ import annotations

import argparse
import json
import re
from typing import TYPE_CHECKING

import pytest

from siaga.cli.commands import command_tree
from siaga.house.words import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.parser import Parser

HEAVY = ("numpy", "pyarrow", "django", "numba", "shapely", "rasterio", "granian")
COMMANDS = (
    "siaga import",
    "siaga info",
    "siaga board",
    "siaga rekap",
    "siaga rekap assess",
    "siaga rekap tally",
    "siaga runs",
    "siaga serve",
    "siaga doctor",
)


def parsers(parser: Parser) -> Iterator[Parser]:
    """A parser and all below it, filled."""
    yield parser.filled()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from parsers(below)


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["import", "--help"], ["board", "--help"], ["serve", "--help"],
     ["doctor", "--help"], ["rekap", "--help"], ["rekap", "tally", "--help"]],
    ids=" ".join,
)  # fmt: skip
def test_help_imports_nothing_heavy(program, arguments):
    code = f"""
import json, sys
from siaga.cli.main import main
assert main({arguments!r}) == 0
print("\\n" + json.dumps(sorted(sys.modules)))
"""
    modules = json.loads(program.python(code).splitlines()[-1])
    assert [name for name in HEAVY if name in modules] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_in_the_tree(language):
    found = [parser.prog for parser in parsers(command_tree(Words(language)))]
    assert set(COMMANDS) <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_every_flag_has_help(language):
    for parser in parsers(command_tree(Words(language))):
        assert parser.description, parser.prog
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                assert all(listed.help for listed in action._choices_actions)
            else:
                assert action.help, (parser.prog, action.dest)


def test_no_help_is_left_in_the_other_language():
    """Every help text differs between the languages."""
    id_tree, en_tree = (list(parsers(command_tree(Words(x)))) for x in LANGUAGES)
    for one, other in zip(id_tree, en_tree, strict=True):
        for mine, theirs in zip(one._actions, other._actions, strict=True):
            assert mine.option_strings == theirs.option_strings
            if not isinstance(mine, argparse._SubParsersAction):
                assert mine.help != theirs.help, (one.prog, mine.dest)


@pytest.mark.parametrize("language", LANGUAGES)
def test_argparse_speaks_no_english_of_its_own(siaga, language):
    text = siaga("--lang", language, "import", "--help").out
    for english in ("positional arguments", "show this help message", "usage: siaga"):
        assert (english in text) == (language == "en" and english == "usage: siaga")


def test_common_flags_are_taken_before_and_after_the_command(on_banten):
    before = on_banten("--json", "--lang", "en", "runs")
    after = on_banten("runs", "--json", "--lang", "en")
    assert before.code == after.code == 0
    assert before.document == after.document


def test_help_goes_to_standard_output_alone(siaga):
    answer = siaga("--help")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("pemakaian: siaga")


@pytest.mark.parametrize("arguments", [[], ["rekap"]])
def test_a_missing_command_is_answered_with_help_on_standard_error(siaga, arguments):
    answer = siaga(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("pemakaian: siaga")


def test_options_of_a_verb_come_from_its_params(siaga):
    from siaga.house.params import param_infos
    from siaga.house.rooms import room

    text = siaga("rekap", "assess", "--help", "--lang", "en").out
    infos = param_infos(room("rekap").verb("assess").params)
    assert infos
    for info in infos:
        assert info.option in text
        assert info.help.en.split(";")[0] in re.sub(r"\s+", " ", text)


def test_the_version_is_that_of_the_package(siaga):
    from siaga import __version__

    assert siaga("--version").out == f"siaga {__version__}\n"
