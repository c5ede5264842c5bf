"""`siaga rekap tally`: votes of a race by area, as one source gives them.

JSON `siaga.tally/1`: `election`, `as_of`, `race`, `source`, `known_at`, `by_station`
(true = summed from stations, false = as printed for the area), `level` of `areas`,
`given_levels` (at which the source gives anything), `candidates`, `areas`, `whole`
(the area itself) and `whole_level`. An area has code, name, votes by candidate, valid,
invalid, total, stations_known, stations; what the source does not give is null.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from siaga.cli.call import add_as_of, add_election, utc_text
from siaga.cli.tables import UNKNOWN, Column, emphasise, paragraph, table
from siaga.house.problems import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser
    from siaga.house.words import Words
    from siaga.rekap.tally import Tally
    from siaga.territory.areas import AreaTree

__all__ = ["add_options", "run"]

_LEVELS = ("province", "regency", "district", "village")
_COUNTS = ("valid", "invalid", "total")


def add_options(parser: Parser) -> None:
    """Add election, moment, race, source, level and area."""
    words = parser.words
    add_election(parser)
    add_as_of(parser)
    parser.option("--race", words("cli.tally.race"), metavar=words("cli.usage.key"))
    parser.option("--source", words("cli.tally.source"), metavar=words("cli.usage.key"))
    parser.option("--level", words("cli.tally.level"), choices=_LEVELS)
    parser.option("--area", words("cli.option.area"), metavar=words("cli.usage.code"))


def run(call: Call) -> int:
    """Say who got how many votes where, and how much of it is known."""
    election = call.election
    areas = call.territory.areas(election.key)
    row = areas.row(call.option("area")) if call.option("area") else 0
    found = _tally(call)
    given = _given_levels(found, areas, row)
    level = _level(call, areas, row, given)
    rows = _rows(areas, row, level)
    document = {
        "schema": "siaga.tally/1",
        "election": election.key,
        "as_of": utc_text(call.as_of),
        "race": found.race,
        "source": found.source,
        "known_at": utc_text(found.known_at),
        "by_station": found.by_station,
        "level": _LEVELS[level],
        "whole_level": areas.level_name(row),
        "given_levels": [_LEVELS[at] for at in given],
        "candidates": list(found.candidates),
        "areas": [_area(found, areas, r) for r in rows],
        "whole": _area(found, areas, row),
    }
    call.answer(document, lambda: _lines(document, call))
    return 0


def _rows(areas: AreaTree, row: int, level: int) -> list[int]:
    """Rows of the areas of a level within an area, itself where it is of that level."""
    return [found for found in areas.rows(level).tolist() if row in areas.path(found)]


def _given_levels(found: Tally, areas: AreaTree, row: int) -> list[int]:
    """Levels within an area at which the source gives anything."""
    own = int(areas.level[row])
    return [
        level
        for level in range(own, len(_LEVELS))
        if (found.votes[_rows(areas, row, level)] >= 0).any()
    ]


def _level(call: Call, areas: AreaTree, row: int, given: list[int]) -> int:
    """Level of the option, else the next one below the area that the source gives.

    Raises BadInput for a level above the area.
    """
    own, asked = int(areas.level[row]), call.option("level")
    if asked is None:
        below = [level for level in given if level > own]
        return below[0] if below else own
    level = _LEVELS.index(asked)
    if level < own:
        asked_name, own_name = (
            call.words(f"level.{_LEVELS[at]}") for at in (level, own)
        )
        raise BadInput(
            "cli.tally.above", level=asked_name, area=areas.name[row], own=own_name
        )
    return level


def _tally(call: Call) -> Tally:
    """Tally of the race and source asked for.

    Raises NotFound for one that the election does not have, BadInput for one that could
    not be read yet.
    """
    from siaga.rekap.tally import sources_known, tally

    election = call.election
    race = election.race(call.option("race")).key
    result = election.result(race, call.option("source"))
    found = tally(call.territory, election.key, race, result.source, call.as_of)
    if found is None:
        known = sources_known(call.territory, election.key, race, call.as_of)
        raise BadInput(
            "cli.tally.not_yet",
            source=result.source,
            known_at=call.words.moment(result.known_at),
            as_of=call.words.moment(call.as_of),
            others=", ".join(known) or UNKNOWN,
        )
    return found


def _area(found: Tally, areas: AreaTree, row: int) -> dict[str, Any]:
    def known(value: int) -> int | None:
        return None if value < 0 else int(value)

    n_known = known(found.votes_known[row])
    # A sum over no station is not a result of 0 votes.
    empty = found.by_station and n_known == 0
    votes = [None if empty else known(n) for n in found.votes[row].tolist()]
    counts = {name: known(values[row]) for name, values in found.counts.items()}
    return {
        "code": areas.code[row],
        "name": areas.name[row],
        "votes": dict(zip(found.candidates, votes, strict=True)),
        **{name: None if empty else counts.get(name) for name in _COUNTS},
        "stations_known": n_known,
        "stations": known(found.n_stations[row]),
    }


def _lines(document: dict[str, Any], call: Call) -> Iterator[str]:
    words, source = call.words, call.territory.sources[document["source"]]
    race = words(call.election.race(document["race"]).name)
    as_of = words.moment(datetime.fromisoformat(document["as_of"]))
    head = words("cli.tally.head", race=race, election=call.election.name, as_of=as_of)
    yield emphasise(head)
    known_at = words.moment(datetime.fromisoformat(document["known_at"]))
    yield from paragraph(words("cli.tally.from", title=source.title, known_at=known_at))
    kind = words(f"source.kind.{source.kind}")
    key = "cli.tally.by_station" if document["by_station"] else "cli.tally.printed"
    yield from paragraph(words(key, kind=kind))
    yield ""
    columns = [
        Column(words("cli.column.code")),
        Column(words(f"level.{document['level']}")),
    ]
    columns += [Column(number, right=True) for number in document["candidates"]]
    columns += [Column(words(f"cli.column.{name}"), right=True) for name in _COUNTS]
    columns.append(Column(words("cli.column.stations_known"), right=True))
    whole = [document["whole"]] if document["level"] != document["whole_level"] else []
    yield from table(
        columns, [_cells(area, words) for area in (*document["areas"], *whole)]
    )
    yield ""
    yield from _remarks(document, words)


def _remarks(document: dict[str, Any], words: Words) -> Iterator[str]:
    if document["by_station"]:
        yield from paragraph(words("cli.tally.sums"))
    if any(UNKNOWN in _cells(area, words) for area in document["areas"]):
        yield from paragraph(words("cli.tally.unknown", sign=UNKNOWN))
    given = document["given_levels"]
    if given and document["level"] not in given:
        levels = ", ".join(f"--level {level}" for level in given)
        yield from paragraph(words("cli.tally.elsewhere", levels=levels))


def _cells(area: dict[str, Any], words: Words) -> list[str]:
    def text(value: int | None) -> str:
        return UNKNOWN if value is None else words.number(value)

    known, n = area["stations_known"], area["stations"]
    share = UNKNOWN if known is None else words("cli.tally.known", known=known, n=n)
    counts = [text(area[name]) for name in _COUNTS]
    return [
        area["code"],
        area["name"],
        *map(text, area["votes"].values()),
        *counts,
        share,
    ]
