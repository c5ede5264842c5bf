"""`siaga network measure`: where to measure next, a walking list for each district.

JSON `siaga.measure/1`: `election`, `as_of`, `run`, `area`, `calibration` (what the
measurements known by then are worth; null where there are none: `readings`, `used`,
`before` and `after` with `rms_db` and `brier` on districts left out, `odd_series`),
`districts` (`code`, `name`, `stations` in the order of the way: `order`, `rank` (0 =
the most urgent), `station`, `village`, `lat`, `lon`, `voters`, `leg_m` and
`walk_minutes` and `ride_minutes` from the one before, `why`, `chance_dark`, `gain` in
voters), `file` (null unless one was written).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from siaga.cli.call import add_as_of, add_election, utc_text
from siaga.cli.tables import UNKNOWN, Column, emphasise, line_width, paragraph, table
from siaga.house.problems import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser
    from siaga.readiness.room_sheet import RoomSheet

__all__ = ["add_options", "run"]

_TABLE = "measure"
_SHOWN = 5
"""Districts that are printed, unless all are asked for."""
_OF_CALIBRATION = ("readings", "used", "without_mast", "before", "after", "odd_series")


def add_options(parser: Parser) -> None:
    """Add election, moment, area and the file."""
    words = parser.words
    add_election(parser)
    add_as_of(parser)
    code, file = words("cli.usage.code"), words("cli.usage.file")
    parser.option("--area", words("cli.option.area"), metavar=code)
    parser.option("--all", words("cli.measure.all"), action="store_true")
    parser.option("--out", words("cli.table.out"), metavar=file, type=Path)


def run(call: Call) -> int:
    """Print the lists, and write the table of the area into a file if asked."""
    from siaga.cli.room_table import sheet_of, write_table
    from siaga.house.rooms import room

    sheet = sheet_of(call, room("network"))
    found = next((one for one in sheet.tables if one.key == _TABLE), None)
    if found is None or sheet.state.run is None:
        raise NotFound("cli.table.no_run", room="network")
    path: Path | None = call.option("out")
    if path is not None:
        write_table(call, sheet, found, path)
    document = {
        "schema": "siaga.measure/1",
        "election": call.election.key,
        "as_of": utc_text(call.as_of),
        "run": sheet.state.run.run_id,
        "area": sheet.areas.code[sheet.area_row],
        "calibration": _calibration(sheet),
        "districts": _districts(call, sheet),
        "file": None if path is None else str(path),
    }
    call.answer(document, lambda: _lines(call, document, path, len(found.rows)))
    return 0


def _calibration(sheet: RoomSheet) -> dict[str, Any] | None:
    from siaga.network.calibration_file import read_calibration

    assert sheet.state.run is not None
    found = read_calibration(sheet.state.run.folder)
    if found is None or "readings" not in found:
        return None
    return {name: found[name] for name in _OF_CALIBRATION}


def _districts(call: Call, sheet: RoomSheet) -> list[dict[str, Any]]:
    from siaga.network.measure_lists import read_lists
    from siaga.readiness.reasons import reason_at

    assert sheet.state.run is not None and sheet.state.line is not None
    lists, line = read_lists(sheet.state.run.folder), sheet.state.line
    areas, stations = sheet.areas, call.territory.stations(call.election.key)
    inside = areas.stations(sheet.area_row)
    found: dict[int, list[dict[str, Any]]] = {}
    for at, row in enumerate(lists.row.tolist()):
        if not inside.start <= row < inside.stop:
            continue
        own = found.setdefault(int(lists.district[at]), [])
        reason = reason_at("network", line, row)
        voters = int(stations.voters[row])
        own.append(
            {
                "order": len(own) + 1,
                "rank": int(lists.rank[at]),
                "station": stations.code[row],
                "number": int(stations.number[row]),
                "village": areas.name[int(areas.village_of_station[row])],
                "lat": round(float(stations.lat[row]), 6),
                "lon": round(float(stations.lon[row]), 6),
                "voters": voters if voters >= 0 else None,
                "leg_m": _known(lists.leg_m[at]) if own else None,
                "walk_minutes": _known(lists.walk_minutes[at]) if own else None,
                "ride_minutes": _known(lists.ride_minutes[at]) if own else None,
                "why": ""
                if reason is None
                else call.words(f"network.reason.{reason.key}.title"),
                "chance_dark": round(1 - float(lists.service[at]), 3),
                "gain": round(float(lists.gain[at]), 1),
            }
        )
    return [
        {"code": areas.code[row], "name": areas.name[row], "stations": own}
        for row, own in found.items()
    ]


def _known(value: float) -> float | None:
    return None if value != value else round(float(value), 1)


def _lines(
    call: Call, document: dict[str, Any], path: Path | None, n_rows: int
) -> Iterator[str]:
    words = call.words
    if path is not None:
        yield from paragraph(words("cli.table.done", n=n_rows, file=str(path)))
        return
    districts = document["districts"]
    if not districts:
        yield from paragraph(words("network.report.no_measure"))
        return
    # The district with most to win comes first.
    ranked = sorted(districts, key=lambda d: -sum(s["gain"] for s in d["stations"]))
    shown = ranked if call.option("all", False) else ranked[:_SHOWN]
    for district in shown:
        yield emphasise(f"{district['code']} {district['name']}")
        yield from table(_heads(call), _rows(call, district), line_width())
        yield ""
    if len(shown) < len(ranked):
        yield from paragraph(words("cli.measure.more", n=len(ranked) - len(shown)))
    yield from paragraph(words("network.report.measure_remark"))


def _heads(call: Call) -> list[Column]:
    words = call.words
    keys = ("order", "station", "village", "leg", "voters", "chance", "gain", "why")
    text = ("station", "village", "why")
    return [
        Column(words(f"cli.measure.{key}"), key not in text, key == "why")
        for key in keys
    ]


def _rows(call: Call, district: dict[str, Any]) -> list[list[str]]:
    words = call.words
    return [
        [
            words.number(one["order"]),
            one["station"],
            f"{one['village']} {one['number']:03d}",
            UNKNOWN if one["leg_m"] is None else words.number(one["leg_m"]),
            UNKNOWN if one["voters"] is None else words.number(one["voters"]),
            words.number(100 * one["chance_dark"]),
            words.number(one["gain"]),
            one["why"],
        ]
        for one in district["stations"]
    ]
