"""Tables of measurements: what was measured and is worth, where to measure next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.words import Phrase
from siaga.network.calibration_file import read_calibration
from siaga.network.measure_lists import read_lists
from siaga.network.reasons import REASONS
from siaga.territory.report import Cell, Column, ReportTable, Rows

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.network.measure_lists import MeasureLists
    from siaga.network.state import NetworkState
    from siaga.territory.situation import Situation

__all__ = ["lists_within", "measure_table", "measured_table"]

DISTRICT = 2
"""From this level down a list is walked; above it is ranked."""
MEASURED_FIRST = 500
"""Stations of an area that are listed at most."""
SHOWN = 20
ODD_SHOWN = 5

Ints = npt.NDArray[np.int64]


def _title(key: str) -> Phrase:
    return Phrase.of(f"network.report.{key}")


def _columns(*keys: str, text: int = 1) -> tuple[Column, ...]:
    """Columns by key; the first `text` of them hold texts."""
    return tuple(
        Column(Phrase.of(f"network.report.column.{key}"), at >= text)
        for at, key in enumerate(keys)
    )


def lists_within(situation: Situation, lists: MeasureLists, area_row: int) -> Ints:
    """Entries of the lists within an area, in the order in which they are shown.

    Districts and below in the order of the way; above, what tells most comes first.
    """
    areas = situation.territory.areas(situation.election)
    inside = areas.stations(area_row)
    rows = np.flatnonzero((lists.row >= inside.start) & (lists.row < inside.stop))
    if areas.level[area_row] < DISTRICT:
        rows = rows[np.lexsort((lists.row[rows], -lists.gain[rows]))]
    return rows[:MEASURED_FIRST]


def measure_table(
    situation: Situation, state: NetworkState, area_row: int, run: Path
) -> ReportTable:
    """Stations whose measurement is expected to set most decisions right."""
    territory, election = situation.territory, situation.election
    areas, stations = territory.areas(election), territory.stations(election)
    lists = read_lists(run)
    walked = areas.level[area_row] >= DISTRICT
    entries = lists_within(situation, lists, area_row).tolist()

    def made(nth: int) -> tuple[Cell, ...]:
        at = entries[nth]
        row = int(lists.row[at])
        village = int(areas.village_of_station[row])
        number = f"TPS {int(stations.number[row]):03d} {areas.name[village]}"
        voters = int(stations.voters[row])
        return (
            Cell(number, station=stations.code[row]),
            Cell(areas.name[int(lists.district[at])]),
            Cell(_why(state, row)),
            Cell(voters if voters >= 0 else None),
            Cell(100 * (1 - float(lists.service[at])), decimals=0),
            Cell(float(lists.gain[at]), decimals=0),
            Cell(_known(lists.leg_m[at] / 1000) if walked else None, decimals=1),
            Cell(_nearest_km(state, row), decimals=1),
        )

    rows = lists.row[entries]
    return ReportTable(
        _title("measure"),
        _columns(
            "station", "district", "state", "voters", "chance_dark", "gain", "leg_km",
            "site_km", text=3,
        ),
        Rows(len(entries), made),
        note=_title("measure_walk_note" if walked else "measure_note"),
        remarks=(_title("measure_remark"),),
        sources=state.sources,
        empty=_title("no_measure"),
        key="measure",
        points=tuple((float(stations.lat[r]), float(stations.lon[r])) for r in rows),
        shown_rows=SHOWN,
    )  # fmt: skip


def measured_table(run: Path) -> ReportTable:
    """What was read, what is used, what speaks against the rest, and what it is worth.

    Of the whole province: what is learned in one district serves all.
    """
    found = read_calibration(run)
    if found is None:
        return ReportTable(
            _title("measured"), empty=_title("not_measured"), key="measured"
        )
    rows = [_source_row(source, found) for source in found["sources"]]
    return ReportTable(
        _title("measured"),
        _columns("source", "why", "readings", "used", "flagged", "listed", text=2),
        tuple(rows),
        note=_error_note(found),
        remarks=(*_odd_remarks(found), _title("measured_remark")),
        sources=tuple(found["sources"]),
        empty=_title("not_measured"),
        key="measured",
    )


def _source_row(source: str, found: dict[str, Any]) -> tuple[Cell, ...]:
    of = found.get("by_source", {}).get(source)
    listed = found["listed"].get(source)
    if of is None:
        none = Cell(None)
        return Cell(source), none, none, none, none, Cell(listed)
    reasons = dict(of["flagged"])
    reasons |= {"ODD": of["odd"]} if of["odd"] else {}
    reasons |= {"NO_MAST": of["without_mast"]} if of["without_mast"] else {}
    why: Phrase | None = None
    for name, n in reasons.items():
        one = Phrase.of(f"network.flag.{name.lower()}", n=n)
        why = one if why is None else Phrase.of("network.flag.and", first=why, then=one)
    left = of["readings"] - of["used"] - of["without_mast"]
    return (
        Cell(source),
        Cell(why),
        Cell(of["readings"]),
        Cell(of["used"]),
        Cell(left),
        Cell(listed),
    )


def _error_note(found: dict[str, Any]) -> Phrase | None:
    """Error before and after, on districts that were not shown."""
    before, after = found.get("before"), found.get("after")
    if before is None or after is None or before["rms_db"] is None:
        return None
    if after["rms_db"] is None:
        return Phrase.of("network.report.error_before", db=before["rms_db"])
    return Phrase.of(
        "network.report.error",
        before=before["rms_db"],
        after=after["rms_db"],
        n=after["levels"],
    )


def _odd_remarks(found: dict[str, Any]) -> list[Phrase]:
    odd = found.get("odd_series", [])
    said = [
        Phrase.of(
            "network.report.odd", device=one["device"], source=one["source"],
            n=one["readings"],
        )
        for one in odd[:ODD_SHOWN]
    ]  # fmt: skip
    if len(odd) > ODD_SHOWN:
        said.append(Phrase.of("network.report.odd_more", n=len(odd) - ODD_SHOWN))
    return said


def _why(state: NetworkState, row: int) -> Phrase | None:
    """What is known of the station until now."""
    number = int(state.line.reason[row])
    if number < 0:
        return None
    return Phrase.of(f"network.reason.{REASONS[number].key}.title")


def _nearest_km(state: NetworkState, row: int) -> float | None:
    """Distance of the nearest listed mast, None where none is within reach."""
    heard = state.coverage.site_row[row] >= 0
    if not heard.any():
        return None
    return float(state.coverage.distance_m[row][heard].min()) / 1000


def _known(value: float) -> float | None:
    return None if value != value else float(value)
