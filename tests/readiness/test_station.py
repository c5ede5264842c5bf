"""The sheet of a station: reason, duty, accountable agency and calendar meet here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from siaga.house.moments import parse_moment
from siaga.house.rooms import room
from siaga.house.runs import Run, run_list
from siaga.house.workspace import Workspace
from siaga.readiness.room_sheet import room_sheet
from siaga.readiness.states import State
from siaga.readiness.station import StationSheet, owner_of, station_sheet
from siaga.territory.situation import Origin, Situation, Verdict
from siaga.territory.territory import Territory

if TYPE_CHECKING:
    from pathlib import Path

E24 = "pemilu_2024"
BROKEN, KEPT, TUNDA = "3601012002012", "3601012001001", "3604132009003"


@pytest.fixture
def runs(banten_workspace: Path) -> list[Run]:
    """Published runs of the real Banten."""
    return run_list(Workspace(banten_workspace))


@pytest.fixture
def sheet(banten: Territory, runs: list[Run]):
    """Sheet of a station of 2024 at a day."""

    def of(code: str, day: str = "2024-03-20") -> StationSheet:
        situation = Situation(banten, E24, parse_moment(day, banten.zone))
        return station_sheet(situation, runs, banten.stations(E24).row(code))

    return of


def test_the_worst_line_speaks(sheet) -> None:
    worst = sheet(BROKEN).worst
    assert worst.verdict is Verdict.NOT_READY and worst.origin is Origin.COMPUTED
    assert worst.reason.key == "E1"
    assert [f.name for f in worst.figures[:3]] == [
        "votes_sum",
        "valid",
        "E1_difference",
    ]
    assert [f.value for f in worst.figures[:3]] == [228, 110, 118]


def test_a_reason_leads_to_its_duty_its_agency_and_its_day(sheet) -> None:
    owner = sheet(BROKEN).worst.owner
    assert owner.duty.key == "recap.forms" and owner.accountable.key == "kpu"
    assert sheet(BROKEN).areas.name[owner.area_row] == "Sumur"
    assert owner.next.days == (owner.next.due_on - date(2024, 3, 20)).days < 0


def test_the_next_item_is_the_first_that_is_not_past(banten: Territory) -> None:
    def owner(day: str):
        moment = parse_moment(day, banten.zone)
        return owner_of(banten, E24, moment, "signal.blank_spots", 1)

    first = owner("2024-01-20")
    assert first.next.days >= 0
    due = sorted(
        item.due_on(banten.election(E24).voting_day) for item in first.duty.items
    )
    assert first.next.due_on == due[0]
    last = owner("2024-06-01")
    assert last.next.due_on == due[-1] and last.next.days < 0


def test_a_duty_that_no_list_has_gives_no_owner(banten: Territory) -> None:
    moment = parse_moment("2024-03-20", banten.zone)
    assert owner_of(banten, E24, moment, "nobody.does", 0) is None


def test_all_rooms_have_a_line_assessed_or_not(sheet) -> None:
    found = sheet(KEPT)
    states = [line.state.state for line in found.lines]
    assert states.count(State.NOT_BUILT) == 4
    assert states[0] is State.ASSESSED and states[-1] is State.ASSESSED
    assert [line.verdict for line in found.lines[1:5]] == [None] * 4
    assert found.lines[-1].verdict is Verdict.READY


def test_before_the_count_nothing_is_answered(sheet) -> None:
    found = sheet(BROKEN, "2024-01-25")
    assert [line.verdict is None for line in found.lines] == [False] + [True] * 5
    assert [state.room.key for state, tables in found.tables if tables] == ["network"]
    assert found.lines[-1].state.state is State.NOT_DUE


def test_a_run_older_than_the_land_is_stale(banten: Territory, runs: list[Run]) -> None:
    old = [replace(run, manifest={**run.manifest, "inputs": {}}) for run in runs]
    situation = Situation(banten, E24, parse_moment("2024-03-20", banten.zone))
    row = banten.stations(E24).row(KEPT)
    assert station_sheet(situation, old, row).stale
    assert not station_sheet(situation, runs, row).stale


def test_claims_of_the_village_and_those_above_are_kept_apart(sheet) -> None:
    kanekes = sheet("3602062001001")
    placed = [p for group in kanekes.claims for p in group.claims]
    assert {p.area_row for p in placed} == {kanekes.village_row}
    assert kanekes.n_claims_above > 0
    assert sheet(TUNDA).claims == ()


def test_islands_that_are_the_village_and_those_that_are_not(sheet) -> None:
    assert [(i.name, i.whole) for i in sheet(TUNDA).islands] == [("Pulau Tunda", True)]
    cikoneng = sheet("3604302003001").islands
    assert [(i.name, i.whole) for i in cikoneng] == [("Pulau Sangiang", False)]
    assert sheet(BROKEN).islands == ()


def test_closed_figures_leave_a_sentence_in_place_of_a_table(
    banten: Territory, runs: list[Run]
) -> None:
    closed = Territory(banten.folder)
    closed.elections[E24] = replace(closed.election(E24), figures_open=False)
    situation = Situation(closed, E24, parse_moment("2024-03-20", banten.zone))
    row = closed.stations(E24).row(KEPT)
    ((_, tables),) = station_sheet(situation, [], row).tables
    assert [table.rows for table in tables] == [()]
    assert tables[0].empty.key == "problem.figures_closed"
    shown = room_sheet(situation, [], room("rekap"))
    assert shown.tables[0].empty.key == "problem.figures_closed"


def test_reasons_of_a_room_cover_every_station_once(
    banten: Territory, runs: list[Run]
) -> None:
    situation = Situation(banten, E24, parse_moment("2024-03-20", banten.zone))
    for code in ("36", "3604", "360413", "3604132009"):
        row = banten.areas(E24).row(code)
        found = room_sheet(situation, runs, room("rekap"), row)
        rows = sorted(r for one in found.reasons for r in one.rows.tolist())
        inside = banten.areas(E24).stations(row)
        assert rows == list(range(inside.start, inside.stop))
        by_verdict: dict[str, int] = {}
        for one in found.reasons:
            by_verdict[one.verdict.key] = by_verdict.get(one.verdict.key, 0) + one.n
        counts = {key: n for key, n in found.counts(row).items() if n}
        assert by_verdict == counts
