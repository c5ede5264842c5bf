"""Report tables of the votes: sources stay apart, sums say what they are sums of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siaga.house.moments import parse_moment
from siaga.house.words import LANGUAGES, Phrase, Text, Words
from siaga.rekap.report import room_tables, station_tables
from siaga.rekap.results import station_results
from siaga.territory.situation import Situation

if TYPE_CHECKING:
    from siaga.territory.report import Cell, ReportTable
    from siaga.territory.territory import Territory

E24, E19 = "pemilu_2024", "pemilu_2019"


def at(banten: Territory, day: str):
    """Moment of a day."""
    return parse_moment(day, banten.zone)


def row_of(table: ReportTable, label: str) -> tuple[Cell, ...]:
    """First row whose first cell says `label` in English."""
    words = Words("en")
    for row in table.rows:
        value = row[0].value
        said = words(value) if isinstance(value, Phrase | Text) else value
        if said == label:
            return row
    raise KeyError(label)


def test_a_station_shows_each_source_in_its_column(banten: Territory) -> None:
    row = banten.stations(E19).row("3601012006007")
    (table,) = station_tables(
        Situation(banten, E19, at(banten, "2019-07-07")), row, None
    )
    assert table.sources == ("situng_2019", "kawalpemilu_2019")
    one, two = row_of(table, "Candidate 01"), row_of(table, "Candidate 02")
    assert [cell.value for cell in one[1:]] == [11, 111]
    assert all(cell.differs for cell in one[1:])
    assert not any(cell.differs for cell in two[1:])


def test_unknown_is_none_and_never_zero(banten: Territory) -> None:
    row = banten.stations(E24).row("3604132009003")
    (table,) = station_tables(
        Situation(banten, E24, at(banten, "2024-03-20")), row, None
    )
    assert row_of(table, "Valid")[1].value is None
    assert row_of(table, "Candidate 01")[1].value == 53


def test_nothing_is_read_before_its_source_was_known(banten: Territory) -> None:
    early = at(banten, "2024-03-16")
    (table,) = station_tables(Situation(banten, E24, early), 0, None)
    assert table.rows == () and table.empty is not None
    tally = room_tables(Situation(banten, E24, early), 0, None)[0]
    assert {row[1].value.id for row in tally.rows} == {
        "Hasil rekapitulasi Presiden 2024"
    }


def test_the_tally_equals_the_sum_over_stations(banten: Territory) -> None:
    moment = at(banten, "2024-03-20")
    results = station_results(banten, E24, "ppwp", "sirekap_2024", moment)
    assert results is not None
    tally = room_tables(Situation(banten, E24, moment), 0, None)[0]
    votes = np.where(results.votes >= 0, results.votes, 0).sum(axis=0)
    assert [cell.value for cell in tally.rows[0][2:5]] == votes.tolist()
    regencies = banten.areas(E24).children(0)
    own = [row for row in tally.rows[1:] if "Sirekap" in row[1].value.id]
    assert len(own) == len(regencies)
    for at_column in range(2, 5):
        assert sum(row[at_column].value for row in own) == votes[at_column - 2]


def test_a_sum_over_fewer_stations_says_so(banten: Territory) -> None:
    tally = room_tables(Situation(banten, E24, at(banten, "2024-03-20")), 0, None)[0]
    valid, covered = tally.rows[0][5], tally.rows[0][8]
    assert valid.tag is not None and valid.tag.values["n"] == 17781
    assert covered.value.values == {"known": 26353, "n": 33324}


def test_official_figures_are_printed_not_summed(banten: Territory) -> None:
    tally = room_tables(Situation(banten, E24, at(banten, "2024-03-20")), 0, None)[0]
    official = [row for row in tally.rows if "Hasil" in row[1].value.id]
    areas = [row[0].value for row in official]
    assert areas == ["Banten", "Kab. Pandeglang"]
    assert [c.value for c in official[0][2:7]] == [
        2_451_383, 4_035_052, 720_275, 7_206_710, 215_797,
    ]  # fmt: skip


def test_volunteers_by_village_are_not_summed_upward(banten: Territory) -> None:
    moment, areas = at(banten, "2024-04-12"), banten.areas(E24)
    province = room_tables(Situation(banten, E24, moment), 0, None)[0]
    assert not any("KawalPemilu" in row[1].value.id for row in province.rows)
    district = room_tables(Situation(banten, E24, moment), areas.row("360101"), None)[0]
    tagged = [row for row in district.rows if row[1].tag is not None]
    assert tagged and all("KawalPemilu" in row[1].value.id for row in tagged)


def test_two_sources_are_compared_where_both_know(banten: Territory) -> None:
    tables = room_tables(Situation(banten, E19, at(banten, "2019-07-07")), 0, None)
    pair = tables[-1]
    total, *regencies = pair.rows
    assert [cell.value for cell in total[1:3]] == [33141, 467]
    for column in (1, 2):
        assert sum(row[column].value for row in regencies) == total[column].value


def test_every_text_of_the_tables_is_in_both_languages(banten: Territory) -> None:
    for language in LANGUAGES:
        words = Words(language)
        for election, day in ((E24, "2024-04-12"), (E19, "2019-07-07")):
            moment = at(banten, day)
            tables = room_tables(Situation(banten, election, moment), 0, None)
            for table in [
                *tables,
                *station_tables(Situation(banten, election, moment), 0, None),
            ]:
                assert words(table.title)
                for column in table.columns:
                    assert isinstance(column.title, str) or words(column.title)
                for cell in (cell for row in table.rows for cell in row):
                    if isinstance(cell.value, Phrase | Text):
                        assert words(cell.value)


def test_a_station_without_a_result_has_a_sentence(banten: Territory) -> None:
    row = banten.stations(E24).row("3604302003001")
    (table,) = station_tables(
        Situation(banten, E24, at(banten, "2024-03-20")), row, None
    )
    assert table.rows == () and table.sources == ("sirekap_2024",)
    assert table.empty == Phrase.of("rekap.report.station_empty")
