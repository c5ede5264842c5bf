"""`siaga runs`: the published runs; `--update` brings them up to date.

JSON `siaga.runs/1`: `new` (how many `--update` computed, else null), `runs` (room,
verb, election, as_of, run, params, stale).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from siaga.cli.call import add_election, utc_text
from siaga.cli.tables import Column, paragraph, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser

__all__ = ["add_options", "run"]


def add_options(parser: Parser) -> None:
    """Add election and whether to bring the runs up to date."""
    words = parser.words
    parser.option("--update", words("cli.runs.update"), action="store_true")
    add_election(parser)


def run(call: Call) -> int:
    """List the runs that readers see, after bringing them up to date if asked to."""
    from siaga.house.runs import run_list
    from siaga.readiness.refresh import is_stale, refresh

    territory = call.territory
    wanted = call.election.key if call.option("election") else None
    new = refresh(call.workspace, call.watch) if call.option("update") else None
    document = {
        "schema": "siaga.runs/1",
        "new": new,
        "runs": [
            {
                "room": found.manifest["room"],
                "verb": found.manifest["verb"],
                "election": found.manifest["election"],
                "as_of": utc_text(found.as_of),
                "run": found.run_id,
                "params": dict(found.manifest["params"]),
                "stale": is_stale(territory, found),
            }
            for found in run_list(call.workspace)
            if wanted in (None, found.manifest["election"])
        ],
    }
    call.answer(document, lambda: _lines(document, call))
    return 0


def _lines(document: dict[str, Any], call: Call) -> Iterator[str]:
    words, runs = call.words, document["runs"]
    if document["new"] is not None:
        key = "cli.runs.new" if document["new"] else "cli.runs.none_new"
        yield words(key, n=document["new"])
        yield ""
    if not runs:
        yield from paragraph(
            words("cli.runs.none", command=call.command("runs", "--update"))
        )
        return
    titles = ("duty", "verb", "election", "as_of", "run", "state")
    rows = [
        [
            words(f"{run['room']}.title"),
            run["verb"],
            run["election"],
            words.moment(datetime.fromisoformat(run["as_of"])),
            run["run"],
            words("cli.runs.stale" if run["stale"] else "cli.runs.current"),
        ]
        for run in runs
    ]
    yield from table([Column(words(f"cli.column.{title}")) for title in titles], rows)
    n_stale = sum(run["stale"] for run in runs)
    if n_stale:
        yield ""
        command = call.command("runs", "--update")
        yield from paragraph(words("cli.runs.n_stale", n=n_stale, command=command))
