"""`siaga network coverage`: levels by operator for the map, and as rasters.

JSON `siaga.coverage/1`: `election`, `as_of`, `run`, `computed` (false = it was there
already), `seconds`, `layers` (`operator`, or `best` for the best of all; `masts`,
`cells` = cells of the grid within reach of a mast, `file` (null without `--out`),
`bytes`).
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siaga.cli.call import add_as_of, add_election, utc_text
from siaga.cli.tables import Column, paragraph, table
from siaga.house.problems import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser
    from siaga.house.runs import Run

__all__ = ["add_options", "run"]

ROOM = "network"


def add_options(parser: Parser) -> None:
    """Add election, moment, the folder and the operator."""
    words = parser.words
    add_election(parser)
    add_as_of(parser)
    parser.option(
        "--out", words("cli.coverage.out"), metavar=words("cli.usage.folder"), type=Path
    )
    parser.option(
        "--operator", words("cli.coverage.operator"), metavar=words("cli.usage.key")
    )


def run(call: Call) -> int:
    """Compute the rasters, or find them; write those that are asked for."""
    from siaga.house.rooms import room
    from siaga.network.layers import BEST
    from siaga.network.operators import operators
    from siaga.readiness.room_layers import make_layers

    operator = call.option("operator")
    if operator and operator not in (BEST, *operators()):
        expected = ", ".join((BEST, *operators()))
        raise BadInput(
            "problem.network.operator", found=operator[:40], expected=expected
        )
    begun = time.monotonic()
    election, as_of = call.election.key, call.as_of
    made, computed = make_layers(
        call.workspace, room(ROOM), election, as_of, call.watch
    )
    document = {
        "schema": "siaga.coverage/1",
        "election": election,
        "as_of": utc_text(as_of),
        "run": made.run_id,
        "computed": computed,
        "seconds": round(time.monotonic() - begun, 1),
        "layers": [*_written(call, made, operator)],
    }
    call.answer(document, lambda: _lines(document, call))
    return 0


def _written(call: Call, made: Run, operator: str | None) -> Iterator[Any]:
    """Layers that were asked for, each copied into the folder if one was given."""
    from siaga.network.layers import layer_facts, raster_name

    out: Path | None = call.option("out")
    for fact in layer_facts(made.folder):
        if operator and fact.key != operator:
            continue
        source = made.folder / raster_name(fact.key)
        file = None if out is None else out / source.name
        if file is not None:
            call.write_out(file, source.read_bytes(), make_folder=True)
        yield {
            "operator": fact.key,
            "masts": fact.masts,
            "cells": fact.cells,
            "file": None if file is None else str(file),
            "bytes": source.stat().st_size,
        }


def _lines(document: dict[str, Any], call: Call) -> Iterator[str]:
    words, layers = call.words, document["layers"]
    key = "computed" if document["computed"] else "there"
    seconds = words.number(document["seconds"], 1)
    yield from paragraph(words(f"cli.coverage.{key}", seconds=seconds))
    if not layers:
        yield from paragraph(words("network.layers.empty"))
        return
    yield ""
    rows = [
        [
            layer["operator"],
            words.number(layer["masts"]),
            words.number(layer["cells"]),
            words.number(layer["bytes"] / 1e6, 1),
            layer["file"] or "–",
        ]
        for layer in layers
    ]
    titles = ("operator", "masts", "cells", "megabytes", "file")
    columns = [
        Column(words(f"cli.coverage.column.{title}"), right=at in (1, 2, 3))
        for at, title in enumerate(titles)
    ]
    yield from table(columns, rows)
