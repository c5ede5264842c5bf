"""The card of a station says what the assessment found, and what it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

import numpy as np
import pytest

from siaga.house.runs import newest_run, run_list
from siaga.house.words import LANGUAGES, Words
from siaga.house.workspace import Workspace
from siaga.network.cards import station_cards
from siaga.network.good_point import Way
from siaga.network.report_channels import way_name
from siaga.network.state import network_state
from siaga.territory.paper import PaperAsked
from siaga.territory.placing import PointOrigin
from siaga.territory.situation import Situation

ELECTION = "pemilu_2024"
TUNDA = "3604132009003"
PANJANG = "3604082009001"
"""On Pulau Panjang, from where a boat goes to a good point."""
AS_OF = datetime.fromisoformat("2024-01-25T16:59:59+00:00")
ID, EN = Words("id"), Words("en")


@pytest.fixture(scope="module")
def asked(banten, banten_workspace):
    """Everything of Banten, from the assessment of January 2024."""
    runs = run_list(Workspace(banten_workspace))
    run = newest_run(runs, "network", ELECTION, AS_OF)
    assert run is not None
    situation = Situation(banten, ELECTION, AS_OF)
    rows = slice(0, len(banten.stations(ELECTION)))
    return PaperAsked(situation, 0, rows, run.folder, run.as_of)


def card(asked, row):
    (found,) = station_cards(replace(asked, rows=slice(row, row + 1))).cards
    return found


def row_of(asked, code):
    return asked.situation.territory.stations(ELECTION).row(code)


def test_a_card_names_its_place(asked):
    found = card(asked, row_of(asked, TUNDA))
    assert (found.name, found.code) == ("TPS 003", TUNDA)
    places = [p if isinstance(p, str) else ID(p) for p in found.places]
    assert places == ["Desa Wargasara", "Kecamatan Tirtayasa", "Kab. Serang"]
    assert ID(found.what).endswith("Pemilu 2024")


def test_the_ways_are_those_of_the_assessment_in_their_order(asked):
    state = network_state(asked.run)
    channels = state.channels
    several = np.flatnonzero((channels.order >= 0).sum(axis=1) >= 4)[:5]
    for row in [row_of(asked, TUNDA), *several.tolist()]:
        rows = card(asked, row).table.rows
        expected = []
        for at, way in enumerate(channels.order[row].tolist()):
            percent = round(100 * channels.arrives[row, at]) if way >= 0 else 0
            if percent:
                name = way_name(channels.keys[way])
                expected.append((name, percent, round(channels.minutes[row, at])))
        assert [tuple(c.value for c in cells[1:]) for cells in rows] == expected
        assert [cells[0].value for cells in rows] == list(range(1, len(rows) + 1))


def test_a_way_that_never_arrives_is_not_on_the_card(asked):
    for found in station_cards(asked).cards[:500]:
        assert all(cells[2].value > 0 for cells in found.table.rows)


def test_the_island_goes_by_boat_to_the_nearest_good_point(asked):
    row = row_of(asked, PANJANG)
    good = network_state(asked.run).good
    assert good.way[row] == Way.BOAT
    far, towards, at, doubt = (ID(line) for line in card(asked, row).beside)
    km, minutes = good.distance_m[row] / 1000, round(good.minutes[row])
    assert far == f"{ID.number(km, 1)} km, {minutes} menit naik perahu"
    assert towards == "Ke arah selatan dari TPS"
    assert at == f"Koordinat {good.lat[row]:.5f}, {good.lon[row]:.5f}"
    assert doubt.startswith("Titik TPS sendiri perkiraan (±")


def test_the_direction_is_left_out_where_the_stations_own_point_is_too_doubtful(asked):
    stations = asked.situation.territory.stations(ELECTION)
    good = network_state(asked.run).good
    away = np.isin(good.way, (Way.WALK, Way.RIDE, Way.BOAT))
    near = np.flatnonzero(away & (good.distance_m <= stations.error_m))
    assert near.size
    for row in near[:20].tolist():
        keys = [line.key for line in card(asked, row).beside]
        assert "network.card.point.towards" not in keys
        assert "network.card.point.doubt" in keys


def test_a_given_point_is_not_doubted(asked):
    land = asked.situation.territory
    stations = land.stations(ELECTION)
    given = np.full(len(stations), PointOrigin.GIVEN, np.uint8)
    told = replace(stations, point_origin=given)
    surveyed = SimpleNamespace(
        stations=lambda _: told,
        areas=land.areas,
        election=land.election,
        sources=land.sources,
    )
    situation = replace(asked.situation, territory=surveyed)
    told_of = replace(asked, situation=situation)
    keys = [line.key for line in card(told_of, row_of(asked, PANJANG)).beside]
    assert "network.card.point.far" in keys
    assert not any("doubt" in key for key in keys)


@pytest.mark.parametrize("way", [Way.HERE, Way.NONE])
def test_without_a_journey_the_card_says_so(asked, way):
    row = int(np.flatnonzero(network_state(asked.run).good.way == way)[0])
    (line,) = card(asked, row).beside
    assert line.key == f"network.card.point.{way.key}"


def test_every_card_says_that_it_is_an_estimate_and_what_it_rests_on(asked):
    found = card(asked, row_of(asked, TUNDA))
    assert ID(found.table.note) == "perkiraan"
    sources = " ".join(ID(source) for source in found.sources)
    assert "per 25 Jan 2024, 23.59 WIB" in sources
    assert asked.run.name in sources
    assert "12 Jul 2025" in sources and "27 Jun 2023" in sources
    remarks = " ".join(ID(remark) for remark in found.remarks)
    assert "tetap dibawa ke kecamatan" in remarks and "12 jam" in remarks


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_station_of_the_province_can_be_said_in_both_languages(asked, language):
    words = Words(language)
    cards = station_cards(asked).cards
    assert len(cards) == 33_324
    for said in {(c.said.key, c.what.key) for c in cards}:
        assert all(words.has(key) for key in said)
    for found in cards[::997]:
        texts = (found.what, found.said, *found.beside, *found.remarks, *found.blanks)
        assert all(words(text) for text in (*texts, *found.sources))
