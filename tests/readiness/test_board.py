"""The board on the four dates that the coordination meeting lived through."""

from __future__ import annotations

from pathlib import Path

import pytest

from siaga.house.moments import parse_moment
from siaga.house.runs import run_list
from siaga.house.words import Words
from siaga.house.workspace import Workspace
from siaga.readiness.board import Board, board
from siaga.readiness.states import State
from siaga.territory.territory import Territory


@pytest.fixture
def at(banten: Territory, banten_workspace: Path):
    """Board of the province at a day."""
    runs = run_list(Workspace(banten_workspace))

    def of(election: str, day: str, area: int = 0) -> Board:
        return board(banten, runs, election, parse_moment(day, banten.zone), area)

    return of


def values(found: Board, unit: str, said_by: str = "") -> dict[str, int]:
    """Claims of no signal by area name, of one office or of all."""
    return {
        found.areas.name[placed.area_row]: placed.claim.value
        for group in found.claims
        if group.topic.key == "blank_spot" and group.unit == unit
        for placed in reversed(group.claims)
        if said_by in placed.claim.said_by
    }


def test_25_january(at) -> None:
    found = at("pemilu_2024", "2024-01-25")
    provincial = values(found, "station", "KPU Provinsi")
    assert provincial == {
        "Banten": 452, "Kab. Lebak": 360, "Kab. Serang": 63, "Kab. Pandeglang": 29,
    }  # fmt: skip
    assert values(found, "station", "KPU Kabupaten Lebak")["Kab. Lebak"] == 358
    assert values(found, "village", "Diskominfo")["Banten"] == 449
    numbers = [p.claim.value for group in found.claims for p in group.claims]
    assert 147 not in numbers and 554 not in numbers
    assert found.n_assessed == 1 and found.days_to_vote == 20
    assert found.counts["not_ready"] == 0 and found.counts["unknown"] > 8000
    assert "1 dari 6 urusan dinilai" in Words("id")(found.answer)


def test_10_february(at) -> None:
    found = at("pemilu_2024", "2024-02-10")
    assert values(found, "station", "KPU Kabupaten Pandeglang") == {
        "Kab. Pandeglang": 147
    }
    assert values(found, "station", "KPU Provinsi")["Kab. Pandeglang"] == 29


def test_20_march(at) -> None:
    found = at("pemilu_2024", "2024-03-20")
    assert found.n_assessed == 2
    rekap = {c.state.room.key: c.counts for c in found.cards}["rekap"]
    assert rekap == {
        "ready": 15317, "at_risk": 176, "not_ready": 1752, "unknown": 16079,
        "not_due": 0,
    }  # fmt: skip
    # No mast list is whole, so no station is dark: only the votes are not ready.
    assert found.counts["not_ready"] == 1752 and found.counts["ready"] < 15317
    assert "2 dari 6 urusan dinilai" in Words("id")(found.answer)
    assert "2 of 6 duties" in Words("en")(found.answer)
    low, high = found.score or (0, 0)
    ready, unknown = found.counts["ready"], found.counts["unknown"]
    assert low == ready / 33324 and high == (ready + unknown) / 33324


def test_554_only_with_the_pilkada(at) -> None:
    assert values(at("pilkada_2024", "2024-11-21"), "station")["Banten"] == 554
    assert 554 not in values(at("pemilu_2024", "2026-01-01"), "station").values()
    assert 554 not in values(at("pilkada_2024", "2024-11-20"), "station").values()


def test_a_note_never_speaks_of_a_later_day(banten: Territory) -> None:
    """A claim's note is on the page with the claim: it must not know more than it."""
    import re

    months = "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()
    for claim in banten.claims:
        for day, month, year in re.findall(
            r"(\d{1,2}) ([A-Z][a-z]{2})\w* (\d{4})", claim.note
        ):
            if month in months:
                noted = f"{year}-{months.index(month) + 1:02d}-{int(day):02d}"
                assert noted[: len(claim.said_on)] <= claim.said_on, claim.key


def test_rooms_without_a_folder_are_not_assessed(at) -> None:
    states = {
        c.state.room.key: c.state.state for c in at("pemilu_2024", "2024-03-20").cards
    }
    built = {"network", "rekap"}
    assert all(states[key] is State.ASSESSED for key in built)
    assert all(s is State.NOT_BUILT for k, s in states.items() if k not in built)


def test_an_area_counts_its_own_stations(at) -> None:
    whole = at("pemilu_2024", "2024-03-20")
    areas = whole.areas
    for level in (1, 2, 3):
        parts = whole.all_counts[areas.rows(level)].sum(axis=0)
        assert parts.tolist() == whole.all_counts[0].tolist()


def test_overdue_items_come_first(at) -> None:
    found = at("pemilu_2024", "2024-01-25")
    days = [item.days for item in found.due.items]
    assert days == sorted(days) and days[0] < 0
    late = at("pemilu_2024", "2024-03-20")
    assert late.due.n_lapsed > 0
    assert any(item.duty.key == "recap.forms" for item in late.due.items)


def test_runs_are_not_read_once_the_figures_are_closed(
    banten: Territory, banten_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line made while the figures were open would tell them later."""
    from dataclasses import replace

    election = banten.election("pemilu_2024")
    closed = {**banten.elections, "pemilu_2024": replace(election, figures_open=False)}
    monkeypatch.setitem(banten.__dict__, "elections", closed)
    runs = run_list(Workspace(banten_workspace))
    moment = parse_moment("2024-03-20", banten.zone)
    found = board(banten, runs, "pemilu_2024", moment)
    states = {card.state.room.key: card.state.state for card in found.cards}
    assert states["rekap"] is State.NOT_ASSESSED and found.n_assessed == 1
    assert found.counts["not_ready"] == 0


def test_a_run_of_a_later_moment_is_not_read(at) -> None:
    found = at("pemilu_2024", "2024-03-01")
    states = {card.state.room.key: card.state.state for card in found.cards}
    assert states["rekap"] is State.NOT_ASSESSED and found.n_assessed == 1
