"""Tables as files: CSV for programs, XLSX for offices, JSON for other desks."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse

from siaga.desk.rows import child_rows, station_rows
from siaga.house.rooms import rooms
from siaga.territory.areas import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from siaga.desk.here import Here
    from siaga.readiness.board import Board

__all__ = ["FORMS", "area_table"]

FORMS = ("csv", "xlsx", "json")
_VERDICTS = ("ready", "at_risk", "not_ready", "unknown", "not_due")
Cell = str | int | None


def area_table(stand: Here, board: Board, form: str) -> HttpResponse:
    """Children of an area, or the stations of a village, in one of `FORMS`."""
    is_village = stand.areas.level_name(board.area_row) == LEVELS[-1]
    head, rows = _stations(stand, board) if is_village else _children(stand, board)
    name = f"{stand.election.key}_{stand.areas.code[board.area_row]}"
    about = _about(stand, board)
    if form == "json":
        records = [dict(zip(head, row, strict=True)) for row in rows]
        return JsonResponse(
            {"about": about, "rows": records}, json_dumps_params={"ensure_ascii": False}
        )
    if form == "csv":
        return _csv(head, rows, name)
    return _xlsx(head, rows, name, about, stand.as_of)


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


def _csv(
    head: Sequence[str], rows: Sequence[Sequence[Cell]], name: str
) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _guarded(cell: Cell) -> Cell:
    """Text that an office program would run as a formula gets a quote in front."""
    return "'" + cell if isinstance(cell, str) and cell[:1] in "=+-@" else cell


def _xlsx(
    head: Sequence[str], rows: Sequence[Sequence[Cell]], name: str,
    about: dict[str, str], as_of: datetime,
) -> HttpResponse:  # fmt: skip
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory, {"in_memory": True, "strings_to_formulas": False}
    )
    # Stamped with its moment, so that the same table has the same bytes.
    book.set_properties({"created": as_of.replace(tzinfo=None), "title": about["area"]})
    bold, whole = (
        book.add_format({"bold": True}),
        book.add_format({"num_format": "#,##0"}),
    )
    sheet = book.add_worksheet("Siaga")
    for i, (key, value) in enumerate(about.items()):
        sheet.write_string(i, 0, key)
        sheet.write_string(i, 1, value)
    top = len(about) + 1
    for column, title in enumerate(head):
        sheet.write_string(top, column, title, bold)
    for i, row in enumerate(rows, start=top + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(i, column, cell)
            elif cell is not None:
                sheet.write_number(i, column, cell, whole)
    sheet.freeze_panes(top + 1, 2)
    sheet.set_column(0, 1, 18)
    book.close()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(memory.getvalue(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
