"""Events of a province's folder: a mast goes down, a unit is placed, and it shows."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from siaga.house.problems import ImportProblems
from siaga.house.words import Words
from siaga.house.workspace import Workspace
from siaga.network.assess import assess
from siaga.network.cards import station_cards
from siaga.network.params import AssessParams
from siaga.network.reasons import reason_number
from siaga.network.report import room_tables
from siaga.network.state import network_state
from siaga.territory.importer import import_folder
from siaga.territory.paper import PaperAsked
from siaga.territory.situation import Origin, Situation, Verdict
from siaga.territory.territory import open_territory

BANTEN = Path(__file__).resolve().parents[2] / "data" / "banten"
ELECTION = "pemilu_2024"
BEFORE = datetime(2024, 1, 25, 16, 59, 59, tzinfo=UTC)
AFTER = datetime(2024, 2, 10, 16, 59, 59, tzinfo=UTC)
PARAMS = AssessParams(n_sites=1, reach_km=4.0)
TUNDA = "3604132009003"
"""On an island without a listed mast."""
CITERAS = "3602142009011"
"""Ready by the one mast beside it."""
HEAD = "event,kind,election,area,lat,lon,subject,from_at,until_at,source,note\n"
SINCE = "2024-02-01T03:00:00+00:00"


def with_events(folder: Path, rows: str) -> Path:
    shutil.copytree(BANTEN, folder)
    (folder / "events.csv").write_text(HEAD + rows, encoding="utf-8")
    return folder


def place(banten, code: str) -> tuple[int, float, float]:
    stations = banten.stations(ELECTION)
    row = stations.row(code)
    return row, float(stations.lat[row]), float(stations.lon[row])


@pytest.fixture(scope="module")
def land(banten, tmp_path_factory):
    """Banten in which a unit came to Tunda and the mast of Citeras went down."""
    _, lat, lon = place(banten, TUNDA)
    line = assess(Situation(banten, ELECTION, BEFORE), PARAMS)
    row, *_ = place(banten, CITERAS)
    site = int(line.coverage.site_row[row, np.nanargmax(line.coverage.level_dbm[row])])
    from siaga.network.inputs import masts

    key = masts(banten, ELECTION).stored.sites.key[site]
    source = "tps_2024"
    rows = (
        f"unit,network.unit_placed,,,{lat + 0.002},{lon},,{SINCE},,{source},\n"
        f"down,network.mast_down,,,,,{key},{SINCE},,{source},badai\n"
    )
    folder = with_events(tmp_path_factory.mktemp("events") / "banten", rows)
    workspace = Workspace(folder.parent / "workspace")
    import_folder(folder, workspace)
    return open_territory(workspace)


def test_before_it_happened_nothing_is_known_of_it(banten, land):
    one, other = (
        assess(Situation(of, ELECTION, BEFORE), PARAMS) for of in (banten, land)
    )
    assert one.verdict.tobytes() == other.verdict.tobytes()
    before, after = (Situation(land, ELECTION, at) for at in (BEFORE, AFTER))
    assert before.events == () and len(after.events) == 2
    assert before.situation_id != replace(before, as_of=AFTER).situation_id


def test_a_unit_makes_ready_who_can_walk_there(land, tmp_path):
    row, *_ = place(land, TUNDA)
    line = assess(Situation(land, ELECTION, AFTER), PARAMS)
    assert line.verdict[row] == Verdict.READY
    assert line.origin[row] == Origin.REPORTED
    assert line.reason[row] == reason_number("unit_placed")
    assert line.figure("unit_m").value[row] == pytest.approx(222, abs=3)
    line.write(tmp_path)
    channels = network_state(tmp_path).channels
    assert channels.keys[channels.order[row, 0]] in ("satellite", "carried")
    assert "satellite" in [channels.keys[w] for w in channels.order[row] if w >= 0]


def test_they_stand_in_a_table_and_on_the_card(land, tmp_path):
    row, *_ = place(land, TUNDA)
    after = Situation(land, ELECTION, AFTER)
    assess(after, PARAMS).write(tmp_path)
    (table,) = [t for t in room_tables(after, 0, tmp_path) if t.key == "events"]
    kinds = [cells[0].value.key for cells in table.rows]
    assert sorted(kinds) == ["network.event.mast_down", "network.event.unit_placed"]
    before = Situation(land, ELECTION, BEFORE)
    assert "events" not in [t.key for t in room_tables(before, 0, tmp_path)]
    asked = PaperAsked(after, 0, slice(row, row + 1), tmp_path, AFTER)
    (card,) = station_cards(asked).cards
    assert card.said.key == "network.card.said.unit_placed"


def test_a_mast_that_is_down_serves_nobody(banten, land):
    row, *_ = place(land, CITERAS)
    up = assess(Situation(banten, ELECTION, AFTER), PARAMS)
    down = assess(Situation(land, ELECTION, AFTER), PARAMS)
    assert up.coverage.any_outdoor[row] > down.coverage.any_outdoor[row] + 0.1
    changed = np.flatnonzero(up.coverage.any_outdoor != down.coverage.any_outdoor)
    assert 0 < changed.size < 1000
    assert (
        down.coverage.any_outdoor[changed] <= up.coverage.any_outdoor[changed]
    ).all()


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("e,network.mast_lost,,,,,A,{at},,tps_2024,", "kind", "network.mast_down"),
        ("e,kitchen.fire,,,,,A,{at},,tps_2024,", "kind", "ruang dan kejadiannya"),
        ("e,network.mast_down,,,,,,{at},,tps_2024,", "lat", "lintang dan bujur"),
        ("e,network.unit_placed,,,,,A,{at},,tps_2024,", "lat", "lintang dan bujur"),
        ("e,network.mast_down,,,,,A,kemarin,,tps_2024,", "from_at", "waktu"),
        ("e,network.mast_down,,,,,A,{at},,nobody,", "source", "sources"),
    ],
)
def test_a_bad_event_is_named_with_its_row(tmp_path, row, column, expected):
    folder = with_events(tmp_path / "banten", row.format(at=SINCE) + "\n")
    with pytest.raises(ImportProblems) as error:
        import_folder(folder, Workspace(tmp_path / "workspace"))
    text = error.value.sentence(Words("id"))
    assert "events.csv, baris 2" in text and column in text and expected in text
