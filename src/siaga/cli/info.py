"""`siaga info`: what is in the workspace, and what is missing.

JSON `siaga.info/1`: `import`; `province`; `sources` and `claims` (how many by kind and
by topic); `elections` (register, stations, special, areas by level, races, results with
`known_at`, moments, voters by origin and by regency, points by origin); `islands`;
`places`; `links`; `unlinked` (villages of an election that link to nothing in another).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from siaga.cli.tables import UNKNOWN, Column, emphasise, line_width, paragraph, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser
    from siaga.house.words import Words

__all__ = ["add_options", "run"]

_LEVELS = ("regency", "district", "village")


def add_options(parser: Parser) -> None:
    """Nothing besides what every command takes."""


def run(call: Call) -> int:
    """Say what the land holds."""
    from siaga.cli.info_facts import gather

    territory = call.territory
    document = gather(territory, call.words)
    call.answer(document, lambda: _lines(document, call))
    return 0


def _lines(document: dict[str, Any], call: Call) -> Iterator[str]:
    words = call.words
    yield from _province(document, words)
    yield from _elections(document, words)
    yield from _results(document, words)
    for election in document["elections"]:
        if election["voters"] is not None:
            yield from _voters(election, words)
    yield from _gaps(document, words)
    for pair in document["unlinked"]:
        if pair["villages"]:
            yield from _unlinked(pair, call)


def _number(words: Words, value: int | None) -> str:
    return UNKNOWN if value is None else words.number(value)


def _list(words: Words, prefix: str, counts: dict[str, int]) -> str:
    """Counts as text, e.g. `12 resmi, 3 relawan`."""
    return ", ".join(
        words(
            "cli.info.count",
            n=n,
            what=words(prefix + key) if words.has(prefix + key) else key,
        )
        for key, n in counts.items()
    )


def _province(document: dict[str, Any], words: Words) -> Iterator[str]:
    province, islands = document["province"], document["islands"]
    yield emphasise(f"{province['name']} ({province['code']})")
    if province["synthetic"]:
        yield from paragraph(words("cli.info.synthetic"))
    yield words("cli.info.import", id=document["import"])
    sources, claims = document["sources"], document["claims"]
    kinds = _list(words, "source.kind.", sources)
    yield from paragraph(
        words("cli.info.sources", n=sum(sources.values()), kinds=kinds)
    )
    yield words("cli.info.islands", n=islands["all"], inhabited=islands["inhabited"])
    if document["places"]:
        yield words(
            "cli.info.places", places=_list(words, "cli.place.", document["places"])
        )
    yield words("cli.info.claims", n=sum(claims.values()), topics=len(claims))
    yield ""


def _elections(document: dict[str, Any], words: Words) -> Iterator[str]:
    columns = [Column(words("cli.column.election")), Column(words("cli.column.key"))]
    columns.append(Column(words("cli.column.voting_day")))
    titles = [
        "cli.column.station",
        "cli.column.special",
        *(f"cli.column.{level}" for level in _LEVELS),
    ]
    columns += [Column(words(title), right=True) for title in titles]
    rows = []
    for e in document["elections"]:
        numbers = [
            e["stations"],
            e["special"],
            *(e["areas"][level] for level in _LEVELS),
        ]
        day = words.day(date.fromisoformat(e["voting_day"]))
        rows.append(
            [e["name"], e["election"], day, *(_number(words, n) for n in numbers)]
        )
    yield from table(columns, rows)
    for e in document["elections"]:
        official = e["register"]["official_stations"]
        if e["stations"] is None:
            yield from paragraph(
                words("cli.info.no_list", election=e["name"], n=official or UNKNOWN)
            )
    yield ""


def _results(document: dict[str, Any], words: Words) -> Iterator[str]:
    titles = ("election", "race", "source", "title", "known_at")
    columns = [Column(words(f"cli.column.{t}"), wrap=t == "title") for t in titles]
    rows = []
    for e in document["elections"]:
        races = {race["race"]: race["name"] for race in e["races"]}
        for r in e["results"]:
            known_at = words.moment(datetime.fromisoformat(r["known_at"]))
            mark = f" ({words('cli.info.primary')})" if r["primary"] else ""
            rows.append(
                [e["name"], races[r["race"]], r["source"] + mark, r["title"], known_at]
            )
    if rows:
        yield emphasise(words("cli.info.results"))
        yield from table(columns, rows, line_width())
        yield ""


def _voters(election: dict[str, Any], words: Words) -> Iterator[str]:
    voters = election["voters"]
    yield emphasise(words("cli.info.voters", election=election["name"]))
    yield from paragraph(words("cli.info.voters_known", **voters["stations"]))
    columns = [Column(words("level.regency"))]
    titles = ("cli.column.station", "cli.column.voters", "cli.column.official_dpt")
    columns += [Column(words(title), right=True) for title in titles]
    columns.append(Column(words("cli.column.agrees")))
    rows = [
        [
            r["name"],
            words.number(r["stations"]),
            words.number(r["voters"]),
            _number(words, r["official"]),
            _agreement(r, words),
        ]
        for r in voters["regencies"]
    ]
    yield from table(columns, rows)
    yield ""


def _agreement(regency: dict[str, Any], words: Words) -> str:
    if regency["official"] is None:
        return words("cli.info.no_official")
    if regency["unknown"]:
        return words("cli.info.voters_unknown", n=regency["unknown"])
    difference = regency["voters"] - regency["official"]
    return (
        words("cli.info.differs", n=difference)
        if difference
        else words("cli.info.agrees")
    )


def _gaps(document: dict[str, Any], words: Words) -> Iterator[str]:
    """What is missing, one line each; one line where nothing is."""
    lines = []
    for e in document["elections"]:
        name = e["name"]
        if e["stations"] is None:
            lines.append(words("cli.info.gap.list", election=name))
        else:
            estimated = e["points"]["school"] + e["points"]["sample"]
            lines += [
                words(f"cli.info.gap.{key}", election=name, n=n)
                for key, n in (
                    ("point", e["points"]["none"]),
                    ("point_estimated", estimated),
                    ("voters", e["voters"]["stations"]["unknown"]),
                )
                if n
            ]
        if e["villages_without_outline"]:
            n = e["villages_without_outline"]
            lines.append(words("cli.info.gap.outline", election=name, n=n))
    yield emphasise(words("cli.info.gaps"))
    for line in lines or [words("cli.info.gap.none")]:
        yield from paragraph(line, indent="  ")
    yield ""


def _unlinked(pair: dict[str, Any], call: Call) -> Iterator[str]:
    words, elections = call.words, call.territory.elections
    villages = pair["villages"]
    yield emphasise(
        words(
            "cli.info.unlinked",
            n=len(villages),
            election=elections[pair["from"]].name,
            other=elections[pair["to"]].name,
        )
    )
    titles = ("cli.column.code", "level.village", "level.district", "level.regency")
    rows = [[v["code"], v["name"], v["district"], v["regency"]] for v in villages]
    yield from table([Column(words(title)) for title in titles], rows)
    yield ""
