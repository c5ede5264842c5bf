"""The commands: those of the house, and those of every room of the list of rooms."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from siaga import __version__
from siaga.cli.parser import Parser
from siaga.house.rooms import Room, built_rooms

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from siaga.cli.call import Call
    from siaga.house.words import Words

    SubParsers = argparse._SubParsersAction[Parser]

__all__ = ["Command", "ModuleCommand", "command_tree", "room_commands"]


class Command(Protocol):
    """A command: what its help says, what it takes, what it does."""

    @property
    def name(self) -> str:
        """Word that calls it."""
        ...

    def help(self, words: Words) -> str:
        """One line for the list of commands."""
        ...

    def about(self, words: Words) -> str:
        """What its own help begins with."""
        ...

    def add_options(self, parser: Parser) -> None:
        """Add what is its own to a parser."""
        ...

    def run(self, call: Call) -> int:
        """Do it; the exit code."""
        ...


@dataclass(frozen=True)
class ModuleCommand:
    """A command that is a module with `add_options(parser)` and `run(call)`.

    Its texts are `<key>.help` and `<key>.about`.
    """

    name: str
    module: str
    key: str

    def help(self, words: Words) -> str:
        """One line for the list of commands."""
        return words(f"{self.key}.help")

    def about(self, words: Words) -> str:
        """What its own help begins with."""
        return words(f"{self.key}.about")

    def add_options(self, parser: Parser) -> None:
        """Add what is its own to a parser."""
        import_module(self.module).add_options(parser)

    def run(self, call: Call) -> int:
        """Do it; the exit code."""
        code: int = import_module(self.module).run(call)
        return code


_BEFORE_ROOMS = (
    ModuleCommand("import", "siaga.cli.bring", "cli.import"),
    ModuleCommand("info", "siaga.cli.info", "cli.info"),
    ModuleCommand("board", "siaga.cli.board", "cli.board"),
)
_AFTER_ROOMS = (
    ModuleCommand("runs", "siaga.cli.runs", "cli.runs"),
    ModuleCommand("serve", "siaga.cli.serve", "cli.serve"),
    ModuleCommand("doctor", "siaga.cli.doctor", "cli.doctor"),
)


def room_commands(room: Room) -> list[Command]:
    """Commands of a room: its verbs, then what `siaga.cli.<room>` brings."""
    from siaga.cli.room_table import TableCommand
    from siaga.cli.verbs import verb_commands

    commands: list[Command] = list(verb_commands(room))
    if find_spec(f"siaga.{room.key}.report") is not None:
        commands.append(TableCommand(room, "table"))
    if find_spec(f"siaga.cli.{room.key}") is not None:
        commands += import_module(f"siaga.cli.{room.key}").COMMANDS
    return commands


def command_tree(words: Words) -> Parser:
    """Parser of the whole command line in the language of `words`."""

    def fill(parser: Parser) -> None:
        parser.version(f"siaga {__version__}")
        add = _subcommands(parser)
        _add_all(add, words, _BEFORE_ROOMS)
        for room in built_rooms():
            _add_room(add, words, room)
        _add_all(add, words, _AFTER_ROOMS)

    return Parser(
        prog="siaga",
        words=words,
        fill=fill,
        description=words("cli.about"),
        epilog=words("cli.examples"),
    )


def _subcommands(parser: Parser) -> SubParsers:
    # Kept in the result, so that a missing command can be answered with this help.
    parser.set_defaults(command=None, asked=parser)
    return parser.add_subparsers(
        title=parser.words("cli.usage.commands"),
        metavar=parser.words("cli.usage.command"),
        parser_class=Parser,
    )


def _add_all(add: SubParsers, words: Words, commands: Sequence[Command]) -> None:
    for command in commands:

        def fill(parser: Parser, command: Command = command) -> None:
            parser.set_defaults(command=command, asked=parser)
            command.add_options(parser)

        add.add_parser(
            command.name,
            words=words,
            fill=fill,
            help=command.help(words).replace("%", "%%"),
            description=command.about(words),
        )


def _add_room(add: SubParsers, words: Words, room: Room) -> None:
    title, question = words(room.title_key), words(room.question_key)

    def fill(parser: Parser) -> None:
        _add_all(_subcommands(parser), words, room_commands(room))

    add.add_parser(
        room.key,
        words=words,
        fill=fill,
        help=f"{title}: {question}".replace("%", "%%"),
        description=f"{title}. {question}",
    )
