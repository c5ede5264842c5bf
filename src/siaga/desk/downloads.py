"""What can be downloaded: the table of an area, and each table that a room shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from siaga.desk.rows import child_rows, station_rows
from siaga.desk.table_files import TableFile
from siaga.house.rooms import rooms
from siaga.territory.areas import LEVELS

if TYPE_CHECKING:
    from siaga.desk.here import Here
    from siaga.house.words import Words
    from siaga.readiness.board import Board
    from siaga.readiness.room_sheet import RoomSheet
    from siaga.territory.report import Cell as ReportCell
    from siaga.territory.report import ReportTable, Said

__all__ = ["area_table", "report_table"]

_VERDICTS = ("ready", "at_risk", "not_ready", "unknown", "not_due")
Cell = str | int | float | None


def area_table(stand: Here, board: Board) -> TableFile:
    """Children of an area, or the stations of a village."""
    is_village = stand.areas.level_name(board.area_row) == LEVELS[-1]
    head, rows = _stations(stand, board) if is_village else _children(stand, board)
    name = f"{stand.election.key}_{stand.areas.code[board.area_row]}"
    return TableFile(name, _about(stand, board), stand.as_of, head, rows)


def report_table(words: Words, sheet: RoomSheet, table: ReportTable) -> TableFile:
    """Table of a room as it is shown, all its rows, numbers as numbers."""
    areas, run = sheet.areas, sheet.state.run
    about = {
        "area": areas.name[sheet.area_row],
        "table": words(table.title),
        "election": words(sheet.territory.election(sheet.election).name),
        "as_of": sheet.as_of.isoformat(),
        "run": "" if run is None else f"{sheet.state.room.key} {run.run_id}",
        "sources": ", ".join(table.sources),
    }
    coded = any(cell.station or cell.area for row in table.rows for cell in row)
    head = ["code"] if coded else []
    head += [str(_value(words, column.title)) for column in table.columns]
    rows: list[list[Cell]] = [
        [*([_code(row)] if coded else []), *(_value(words, c.value) for c in row)]
        for row in table.rows
    ]
    name = f"{sheet.election}_{areas.code[sheet.area_row]}_{table.key}"
    return TableFile(name, about, sheet.as_of, head, rows, table.points)


def _code(row: tuple[ReportCell, ...]) -> str:
    codes = [cell.station or cell.area for cell in row]
    return next((code for code in codes if code), "")


def _value(words: Words, value: float | datetime | Said | None) -> Cell:
    if isinstance(value, float):
        return None if value != value else round(value, 6)
    if value is None or isinstance(value, int | str):
        return value
    return value.isoformat() if isinstance(value, datetime) else words(value)


def _about(stand: Here, board: Board) -> dict[str, str]:
    return {
        "area": stand.areas.name[board.area_row],
        "election": stand.words(stand.election.name),
        "as_of": stand.as_of.isoformat(),
        "runs": ", ".join(
            f"{card.state.room.key} {card.state.run.run_id}"
            for card in board.cards
            if card.state.run is not None
        ),
    }


def _children(stand: Here, board: Board) -> tuple[list[str], list[list[Cell]]]:
    keys = [room.key for room in rooms()]
    head = ["code", "name", "stations", "voters", *_VERDICTS]
    for key in keys:
        head += [f"{key}_not_ready", f"{key}_unknown"]
    rows: list[list[Cell]] = []
    for child in child_rows(stand, board):
        row: list[Cell] = [child.code, child.name, child.n_stations, child.voters]
        row += [child.counts[key] for key in _VERDICTS]
        for pair in child.by_room:
            row += list(pair) if pair is not None else [None, None]
        rows.append(row)
    return head, rows


def _stations(stand: Here, board: Board) -> tuple[list[str], list[list[Cell]]]:
    head = [
        "code",
        "number",
        "special",
        "voters",
        "voters_estimated",
        "verdict",
        "reason",
    ]
    rows: list[list[Cell]] = [
        [
            row["code"], row["number"], int(row["special"]), row["voters"],
            int(row["estimated"]), row["verdict"], " ".join(row["reasons"]),
        ]
        for row in station_rows(stand, board)
    ]  # fmt: skip
    return head, rows
