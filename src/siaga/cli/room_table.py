"""Tables of rooms as commands: printed, or written as a file.

JSON `siaga.table/1`: `room`, `table`, `title`, `election`, `as_of`, `area`, `head`,
`rows` (numbers as numbers, null = not known), `sources`, `file` (null unless one was
written).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siaga.cli.call import add_as_of, add_election, utc_text
from siaga.cli.tables import Column, line_width, paragraph, table
from siaga.house.problems import BadInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser
    from siaga.house.rooms import Room
    from siaga.house.words import Words
    from siaga.readiness.room_sheet import RoomSheet
    from siaga.territory.report import ReportTable

__all__ = ["TableCommand", "sheet_of", "write_table"]

_SHOWN = 20
"""Rows that are printed, unless all are asked for."""


@dataclass(frozen=True)
class TableCommand:
    """One table of a room under a name of its own, or any table as `table KEY`."""

    room: Room
    name: str
    table: str = ""
    """Key of the table; empty = it is an argument."""

    @property
    def _key(self) -> str:
        return f"cli.{self.name}" if self.table else "cli.table"

    def help(self, words: Words) -> str:
        """One line for the list of commands."""
        return words(f"{self._key}.help")

    def about(self, words: Words) -> str:
        """What its own help begins with."""
        return words(f"{self._key}.about")

    def add_options(self, parser: Parser) -> None:
        """Add election, moment, area, file and, without a table, its key."""
        words = parser.words
        if not self.table:
            parser.add_argument(
                "key",
                nargs="?",
                metavar=words("cli.usage.table"),
                help=words("cli.table.key"),
            )
        add_election(parser)
        add_as_of(parser)
        code = words("cli.usage.code")
        parser.option("--area", words("cli.option.area"), metavar=code)
        parser.option("--all", words("cli.option.all"), action="store_true")
        file = words("cli.usage.file")
        parser.option("--out", words("cli.table.out"), metavar=file, type=Path)

    def run(self, call: Call) -> int:
        """Print the table or write it into a file."""
        from siaga.desk.downloads import report_table

        sheet = sheet_of(call, self.room)
        found = self._found(sheet, self.table or call.option("key") or "")
        file = report_table(call.words, sheet, found)
        path: Path | None = call.option("out")
        if path is not None:
            write_table(call, sheet, found, path)
        document = {
            "schema": "siaga.table/1",
            "room": self.room.key,
            "table": found.key,
            "title": call.words(found.title),
            "election": call.election.key,
            "as_of": utc_text(call.as_of),
            "area": sheet.areas.code[sheet.area_row],
            "head": list(file.head),
            "rows": [list(row) for row in file.rows],
            "sources": list(found.sources),
            "file": None if path is None else str(path),
        }
        call.answer(document, lambda: _lines(call, found, path))
        return 0

    def _found(self, sheet: RoomSheet, key: str) -> ReportTable:
        keys = [table.key for table in sheet.tables if table.key]
        for one in sheet.tables:
            if key and one.key == key:
                return one
        if not keys:
            raise NotFound("cli.table.no_run", room=self.room.key)
        raise NotFound("cli.table.no_table", table=key or "–", tables=", ".join(keys))


def sheet_of(call: Call, room: Room) -> RoomSheet:
    """Sheet of a room for the area of a call."""
    from siaga.house.runs import run_list
    from siaga.readiness.room_sheet import room_sheet
    from siaga.territory.situation import Situation

    areas = call.territory.areas(call.election.key)
    row = areas.row(call.option("area")) if call.option("area") else 0
    situation = Situation(call.territory, call.election.key, call.as_of)
    return room_sheet(situation, run_list(call.workspace), room, row)


def write_table(call: Call, sheet: RoomSheet, found: ReportTable, path: Path) -> None:
    """Write a table of a sheet as the file that `path` names.

    Raises BadInput for an ending that is no form of it, or a path that cannot be.
    """
    from siaga.desk.downloads import report_table
    from siaga.desk.table_files import forms_of

    file = report_table(call.words, sheet, found)
    forms = forms_of(found.points)
    form = path.suffix.removeprefix(".").lower()
    if form not in forms:
        raise BadInput("cli.table.form", file=path.name, forms=", ".join(forms))
    call.write_out(path, file.content(form))


def _lines(call: Call, found: ReportTable, path: Path | None) -> Iterator[str]:
    from siaga.desk.tables import said_text

    words = call.words
    if path is not None:
        said = words("cli.table.done", n=len(found.rows), file=str(path))
        yield from paragraph(said)
        return
    yield words(found.title)
    if found.note is not None:
        yield from paragraph(words(found.note))
    yield ""
    if not found.rows:
        yield from paragraph(words(found.empty) if found.empty else "–")
        return
    shown = found.rows if call.option("all") else found.rows[:_SHOWN]
    heads = [
        Column(_text(words, column.title), column.numeric, not column.numeric)
        for column in found.columns
    ]
    rows = [[said_text(words, c.value, c.decimals) for c in row] for row in shown]
    yield from table(heads, rows, line_width())
    if len(shown) < len(found.rows):
        yield from paragraph(words("cli.table.more", n=len(found.rows) - len(shown)))
    for remark in found.remarks:
        yield from paragraph(words(remark))


def _text(words: Words, title: Any) -> str:
    return title if isinstance(title, str) else words(title)
