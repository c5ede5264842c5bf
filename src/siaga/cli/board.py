"""`siaga board`: is the area ready? The desk's board as text.

JSON `siaga.board/1`: `election`, `as_of`, `area`, `question`, `answer`, `stations`,
`counts` (stations by verdict), `score` ([ready, ready + unknown] / due), `stale`,
`stages`, `rooms` (state, counts, run), `claims` (who says what, `differs`), `due`
(`items` with `days`, negative = overdue; `lapsed`), `below` (areas one level down).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from siaga.cli.call import add_as_of, add_election
from siaga.cli.tables import (
    BAR_SIGNS,
    UNKNOWN,
    Column,
    bar,
    emphasise,
    line_width,
    paragraph,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser
    from siaga.house.words import Words

__all__ = ["add_options", "run", "verdict_columns", "verdict_numbers"]

_SHOWN = 12
"""Rows of the long tables, unless all are asked for."""
_COUNTED = ("not_ready", "unknown", "at_risk", "ready")


def add_options(parser: Parser) -> None:
    """Add election, moment, area, and whether long tables are shown whole."""
    words = parser.words
    add_election(parser)
    add_as_of(parser)
    parser.option("--area", words("cli.option.area"), metavar=words("cli.usage.code"))
    parser.option("--all", words("cli.option.all"), action="store_true")


def run(call: Call) -> int:
    """Say how an area stands."""
    from siaga.cli.board_facts import gather
    from siaga.house.runs import run_list
    from siaga.readiness.board import board

    territory, election = call.territory, call.election.key
    code = call.option("area")
    row = territory.areas(election).row(code) if code else 0
    found = board(territory, run_list(call.workspace), election, call.as_of, row)
    document = gather(found, call.words)
    call.answer(document, lambda: _lines(document, call))
    return 0


def _lines(document: dict[str, Any], call: Call) -> Iterator[str]:
    words, limit = call.words, None if call.option("all") else _SHOWN
    yield from _answer(document, call)
    yield from _rooms(document, words)
    yield from _below(document, words)
    yield from _due(document, words, limit)
    yield from _claims(document, words, limit)


def _answer(document: dict[str, Any], call: Call) -> Iterator[str]:
    words = call.words
    as_of = words.moment(datetime.fromisoformat(document["as_of"]))
    yield words("cli.board.head", election=document["election_name"], as_of=as_of)
    yield document["question"]
    yield ""
    yield from (emphasise(line) for line in paragraph(document["answer"]))
    if document["score"] is not None:
        yield ""
        yield bar(document["counts"])
        yield _legend(document["counts"], words)
        yield from paragraph(_score(document, words))
        yield from paragraph(words("board.estimate_note"))
    if document["stale"]:
        yield from paragraph(
            words("cli.board.stale", command=call.command("runs", "--update"))
        )
    for stage in document["stages"]:
        key = "cli.board.stage_until" if stage["end"] else "cli.board.stage"
        end = date.fromisoformat(stage["end"]) if stage["end"] else ""
        yield words(key, stage=stage["name"], day=end)
    yield ""


def _score(document: dict[str, Any], words: Words) -> str:
    low, high = (100 * share for share in document["score"])
    n_due = document["stations"] - document["counts"]["not_due"]
    key = "cli.board.score_exact" if low == high else "cli.board.score"
    return words(key, low=low, high=high, n=n_due)


def _legend(counts: dict[str, int], words: Words) -> str:
    return "  ".join(
        f"{sign} {words.number(counts[key])} {words(f'verdict.{key}')}"
        for key, sign in BAR_SIGNS.items()
        if counts.get(key)
    )


def verdict_columns(words: Words) -> list[Column]:
    """Columns of the counts by verdict, in the order of `_COUNTED`."""
    return [Column(words(f"verdict.{key}"), right=True) for key in _COUNTED]


def verdict_numbers(counts: dict[str, int] | None, words: Words) -> list[str]:
    """Cells of those columns; unknown where nothing was counted."""
    return [
        UNKNOWN if counts is None else words.number(counts[key]) for key in _COUNTED
    ]


def _rooms(document: dict[str, Any], words: Words) -> Iterator[str]:
    claims = {claim["claim"]: claim for claim in document["claims"]}
    rows = []
    for room in document["rooms"]:
        claim = claims.get(room["claim"])
        said = _said(claim, words) if claim else ""
        # Without a list of stations a count of 0 would say more than is known.
        counts = room["counts"] if document["stations"] is not None else None
        rows.append(
            [room["title"], _state(room, words), *verdict_numbers(counts, words), said]
        )
    columns = [Column(words("cli.column.duty")), Column(words("cli.column.state"))]
    columns += [*verdict_columns(words), Column(words("cli.column.said"), wrap=True)]
    yield from table(columns, rows, line_width())
    yield ""


def _state(room: dict[str, Any], words: Words) -> str:
    if room["state"] == "assessed":
        as_of = datetime.fromisoformat(room["run_as_of"]).astimezone(words.zone).date()
        return words(
            "cli.state.stale" if room["stale"] else "cli.state.assessed", day=as_of
        )
    if room["state"] == "not_due" and room["due_from"]:
        due_from = (
            datetime.fromisoformat(room["due_from"]).astimezone(words.zone).date()
        )
        return words("cli.state.not_due", day=due_from)
    return words(f"cli.state.{room['state']}")


def _said(claim: dict[str, Any], words: Words) -> str:
    """Newest claim on the area, e.g. `KPU Banten: 452 TPS (25 Jan 2024)`."""
    return words(
        "cli.board.said",
        who=claim["said_by"],
        value=claim["value"],
        unit=_unit(claim, words),
        day=rough_day(claim["said_on"], words),
    )


def _unit(claim: dict[str, Any], words: Words) -> str:
    return words(f"unit.{claim['unit']}", n=claim["value"])


def _below(document: dict[str, Any], words: Words) -> Iterator[str]:
    rows = [
        [
            area["code"],
            area["name"],
            UNKNOWN if area["stations"] is None else words.number(area["stations"]),
            *verdict_numbers(area["counts"] if document["score"] else None, words),
        ]
        for area in document["below"]
    ]
    if not rows:
        return
    level = document["below"][0]["level"]
    yield emphasise(words("cli.board.by_level", level=words(f"level.{level}")))
    columns = [Column(words("cli.column.code")), Column(words(f"level.{level}"))]
    columns += [
        Column(words("cli.column.station"), right=True),
        *verdict_columns(words),
    ]
    yield from table(columns, rows)
    yield ""


def _due(document: dict[str, Any], words: Words, limit: int | None) -> Iterator[str]:
    items = document["due"]["items"]
    yield emphasise(words("cli.board.due", n=len(items)))
    titles = ("due", "left", "what", "who")
    columns = [
        Column(words(f"cli.column.{t}"), wrap=t in ("what", "who")) for t in titles
    ]
    rows = [
        [
            words.day(date.fromisoformat(item["due_on"])),
            _left(item["days"], words),
            _what(item, words),
            item["agency"] or UNKNOWN,
        ]
        for item in items[:limit]
    ]
    if rows:
        yield from table(columns, rows, line_width())
    yield from _more(len(items), limit, words)
    if document["due"]["lapsed"]:
        yield from paragraph(words("cli.board.lapsed", n=document["due"]["lapsed"]))
    yield ""


def _what(item: dict[str, Any], words: Words) -> str:
    each = words("cli.board.each", level=words(f"level.{item['each']}"))
    return f"{item['title']} ({each})"


def _left(days: int, words: Words) -> str:
    if days == 0:
        return words("cli.board.today")
    return words("cli.board.late" if days < 0 else "cli.board.left", n=abs(days))


def _claims(document: dict[str, Any], words: Words, limit: int | None) -> Iterator[str]:
    claims = document["claims"]
    yield emphasise(words("cli.board.claims", n=len(claims)))
    titles = ("topic", "area", "value", "who", "said_on", "note")
    columns = [
        Column(words(f"cli.column.{t}"), right=t == "value", wrap=t in ("topic", "who"))
        for t in titles
    ]
    rows = [
        [
            claim["title"],
            claim["area"]["name"],
            f"{words.number(claim['value'])} {_unit(claim, words)}",
            claim["said_by"],
            rough_day(claim["said_on"], words),
            words("cli.board.differs") if claim["differs"] else "",
        ]
        for claim in claims[:limit]
    ]
    if rows:
        yield from table(columns, rows, line_width())
        yield from _more(len(claims), limit, words)
    else:
        yield words("cli.board.no_claims")


def _more(n: int, limit: int | None, words: Words) -> Iterator[str]:
    if limit is not None and n > limit:
        yield words("cli.board.more", n=n - limit)


def rough_day(text: str, words: Words) -> str:
    """Day, month or year as precise as it was printed, e.g. `Jan 2024`."""
    if len(text) == len("2024-01-25"):
        return words.day(date.fromisoformat(text))
    if len(text) == len("2024-01"):
        return words.day(date.fromisoformat(f"{text}-01")).partition(" ")[2]
    return text
