"""Commands of a room that follow from its verbs: `siaga <room> assess`.

Options come from the fields of the verb's params dataclass, so a parameter is written
once, in the room.

JSON `siaga.run/1`: `room`, `verb`, `election`, `as_of`, `run`, `computed` (false = it
was there already), `params`, `files`, and `line` (null where the verb gives none):
`answer`, `code`, `name`, `level`, `stations`, `counts` (by verdict, null where nothing
is due), `reasons` (how many stations have which, with one of them), `below` (the same
counts of the areas one level down); and `plan` (null for other verbs): `answer`,
`budget_rp`, `cost_rp`, `value` (expected stations rescued), `bound`, `gap`, `low` and
`high` (nine nights in ten), `steps` (those within the area: `key`, `what`, `area`,
`agency`, `due_on`, `cost_rp`, `stations`, `rescued`, `instead`).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from siaga.cli.call import add_as_of, add_election
from siaga.house.params import ParamInfo, param_infos

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser
    from siaga.house.rooms import Room
    from siaga.house.runs import Run
    from siaga.house.words import Words

__all__ = ["VERBS", "VerbCommand", "verb_commands"]

VERBS = ("assess", "plan")
"""Verbs that a room may have, as modules of that name."""
UNBOUND = "…"
"""Stands for the end of a range that is open."""
_PREFIX = "param_"
"""Keeps a parameter apart from an option of the same name."""


def verb_commands(room: Room) -> Iterator[VerbCommand]:
    """Commands of the verbs that a room has; no engine is imported."""
    for verb in VERBS:
        if find_spec(f"siaga.{room.key}.{verb}") is not None:
            yield VerbCommand(room, verb)


@dataclass(frozen=True)
class VerbCommand:
    """A verb of a room as a command."""

    room: Room
    name: str

    def help(self, words: Words) -> str:
        """One line for the list of commands."""
        return words(f"cli.{self.name}.help")

    def about(self, words: Words) -> str:
        """What its own help begins with."""
        title = words(self.room.title_key)
        return words(
            f"cli.{self.name}.about", room=title, section=f"{self.room.key}.{self.name}"
        )

    def add_options(self, parser: Parser) -> None:
        """Add election, moment, area, and an option for each parameter."""
        words = parser.words
        add_election(parser)
        add_as_of(parser)
        parser.option(
            "--area", words("cli.option.area"), metavar=words("cli.usage.code")
        )
        for info in self._infos():
            parser.option(info.option, _explain(info, words), **_form(info, words))

    def _infos(self) -> list[ParamInfo]:
        verb = self.room.verb(self.name)
        assert verb is not None
        return param_infos(verb.params)

    def overrides(self, call: Call) -> dict[str, Any]:
        """Parameters that were given, by name."""
        given = {info.name: call.option(_PREFIX + info.name) for info in self._infos()}
        return {name: value for name, value in given.items() if value is not None}

    def run(self, call: Call) -> int:
        """Compute the run, or find it; say what it shows."""
        from siaga.cli.verdicts import show

        run, computed = self._run(call)
        return show(call, self.room, run, computed=computed)

    def _run(self, call: Call) -> tuple[Run, bool]:
        from siaga.readiness.refresh import assess_room, plan_room

        compute = {"assess": assess_room, "plan": plan_room}[self.name]
        return compute(
            call.workspace,
            self.room,
            call.election.key,
            call.as_of,
            overrides=self.overrides(call),
            watch=call.watch,
        )


def _form(info: ParamInfo, words: Words) -> dict[str, Any]:
    """How argparse takes a parameter; its range is checked where it is declared."""
    form: dict[str, Any] = {"dest": _PREFIX + info.name}
    if info.kind is bool:
        return {**form, "action": argparse.BooleanOptionalAction}
    if info.choices:
        return {**form, "choices": info.choices}
    return {**form, "metavar": info.unit or words(f"cli.kind.{info.kind.__name__}")}


def _explain(info: ParamInfo, words: Words) -> str:
    """Help of a parameter with its range, unit, default and source."""
    parts = [words(info.help)]
    if info.low is not None or info.high is not None:
        low, high = (UNBOUND if v is None else f"{v:g}" for v in (info.low, info.high))
        parts.append(words("cli.param.range", low=low, high=high))
    if info.unit and info.unit != "1":
        parts.append(words("cli.param.unit", unit=info.unit))
    if info.default != "":
        parts.append(words("cli.param.default", value=str(info.default)))
    if info.source:
        parts.append(words("cli.param.source", source=info.source))
    return "; ".join(parts)
