"""`siaga import FOLDER`: bring a province's folder into a workspace.

JSON `siaga.import/1`: `import` (id), `changed` and `kept` (parts), `elections`
(election, name, stations or null where no list is known, areas by level), `stale_runs`
(how many published runs were computed from older land).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from siaga.cli.tables import UNKNOWN, Column, paragraph, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser
    from siaga.house.words import Words
    from siaga.territory.territory import Territory

__all__ = ["add_options", "area_counts", "run"]


def add_options(parser: Parser) -> None:
    """Add the folder."""
    words = parser.words
    parser.argument(
        "folder",
        metavar=words("cli.usage.folder"),
        type=Path,
        help=words("cli.import.folder"),
    )


def run(call: Call) -> int:
    """Import, then say what changed and what is there now."""
    from siaga.house.runs import run_list
    from siaga.readiness.refresh import is_stale
    from siaga.territory.importer import import_folder

    result = import_folder(call.option("folder"), call.workspace, call.watch)
    territory = call.territory
    document = {
        "schema": "siaga.import/1",
        "import": result.import_id,
        "changed": list(result.changed),
        "kept": list(result.kept),
        "elections": [
            _election(territory, key, call.words) for key in territory.elections
        ],
        "stale_runs": sum(is_stale(territory, r) for r in run_list(call.workspace)),
    }
    call.answer(document, lambda: _lines(document, call))
    return 0


def area_counts(territory: Territory, election: str) -> dict[str, int]:
    """How many areas of each level an election has."""
    from siaga.territory.areas import LEVELS

    areas = territory.areas(election)
    return {name: len(areas.rows(level)) for level, name in enumerate(LEVELS)}


def _election(territory: Territory, key: str, words: Words) -> dict[str, Any]:
    return {
        "election": key,
        "name": words(territory.election(key).name),
        "stations": len(territory.stations(key)) or None,
        "areas": area_counts(territory, key),
    }


def _lines(document: dict[str, Any], call: Call) -> Iterator[str]:
    words = call.words
    if document["changed"]:
        yield words("cli.import.done", id=document["import"])
        yield ""
        states = [("changed", "cli.import.read"), ("kept", "cli.import.kept")]
        parts = [[part, words(key)] for name, key in states for part in document[name]]
        yield from table(
            [Column(words("cli.import.part")), Column(words("cli.column.state"))], parts
        )
    else:
        yield words("cli.import.nothing", id=document["import"])
    yield ""
    levels = ("village", "district", "regency")
    columns = [
        Column(words("cli.column.election")),
        Column(words("cli.column.station"), right=True),
    ]
    columns += [Column(words(f"cli.column.{level}"), right=True) for level in levels]
    rows = [
        [
            e["name"],
            UNKNOWN if e["stations"] is None else words.number(e["stations"]),
            *(words.number(e["areas"][level]) for level in levels),
        ]
        for e in document["elections"]
    ]
    yield from table(columns, rows)
    yield ""
    if document["stale_runs"]:
        update = call.command("runs", "--update")
        yield from paragraph(
            words("cli.import.stale", n=document["stale_runs"], command=update)
        )
    yield words("cli.next", command=call.command("serve"))
