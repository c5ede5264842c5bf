"""Search over the real Banten: names that repeat, codes that look alike, numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.territory.search import (
    LIMIT,
    MAX_QUERY,
    STATION_LEVEL,
    Found,
    search,
    search_index,
)
from siaga.territory.search_words import name_words, own_rank, parse_query

if TYPE_CHECKING:
    from siaga.territory.territory import Territory

E24, E19, PILKADA = "pemilu_2024", "pemilu_2019", "pilkada_2024"


def names(territory: Territory, found: Found, election: str = E24) -> list[str]:
    """Hits as `name < district < regency`, stations as `TPS n village`."""
    areas, stations = territory.areas(election), territory.stations(election)
    shown = []
    for hit in found.hits:
        if hit.level == STATION_LEVEL:
            village = areas.name[int(areas.village_of_station[hit.row])]
            shown.append(f"TPS {int(stations.number[hit.row])} {village}")
        else:
            path = areas.path(hit.row)
            shown.append(" < ".join(areas.name[row] for row in path[:0:-1]) or "Banten")
    return shown


@pytest.fixture
def find(banten: Territory):
    """Names of the hits of a query."""

    def of(text: str, election: str = E24) -> list[str]:
        return names(banten, search(banten, election, text), election)

    return of


def test_sobang_is_two_districts_and_two_villages(find) -> None:
    assert find("sobang") == [
        "Sobang < Kab. Pandeglang",
        "Sobang < Kab. Lebak",
        "Sobang < Sobang < Kab. Pandeglang",
        "Sobang < Sobang < Kab. Lebak",
    ]
    assert find("sobang lebak") == [
        "Sobang < Kab. Lebak",
        "Sobang < Sobang < Kab. Lebak",
    ]
    assert find("kecamatan sobang") == find("sobang")[:2]
    assert find("desa sobang") == find("sobang")[2:]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kab tangerang", ["Kab. Tangerang"]),
        ("Kabupaten Tangerang", ["Kab. Tangerang"]),
        ("kab. tangerang", ["Kab. Tangerang"]),
        ("kota tangerang", ["Kota Tangerang", "Kota Tangerang Selatan"]),
        ("kota tangerang selatan", ["Kota Tangerang Selatan"]),
        ("tangsel", ["Kota Tangerang Selatan"]),
        ("kota serang", ["Kota Serang"]),
        ("kota baru", ["Kota Baru < Serang < Kota Serang"]),
    ],
)
def test_kabupaten_and_kota_are_never_merged(
    find, text: str, expected: list[str]
) -> None:
    assert find(text) == expected


def test_a_bare_name_gives_both_regencies(find) -> None:
    found = find("tangerang")
    assert found[:2] == ["Kab. Tangerang", "Kota Tangerang"]


@pytest.mark.parametrize(
    "code", ["3602162018", "36.02.28.2009", "3602282009", "36 02 28 2009"]
)
def test_cikaratuan_is_found_by_both_its_codes(
    banten: Territory, find, code: str
) -> None:
    assert find(code) == ["Cikaratuan < Cijaku < Kab. Lebak"]
    via = search(banten, E24, code).hits[0].via
    assert via == ("" if code == "3602162018" else "kemendagri")


@pytest.mark.parametrize(
    "text",
    [
        "3604132009003", "36.04.13.2009.003", "tps 3 wargasara", "TPS 003 Wargasara",
        "wargasara 3", "tps no. 3 desa wargasara kec. tirtayasa kab. serang",
    ],
)  # fmt: skip
def test_a_station_is_found_by_code_and_by_number(find, text: str) -> None:
    assert find(text) == ["TPS 3 Wargasara"]


def test_a_station_s_kemendagri_code_leads_to_it(find) -> None:
    assert find("36.02.28.2009.001") == ["TPS 1 Cikaratuan"]


def test_the_smallest_area_of_the_name_comes_first(find) -> None:
    found = find("tps 1 tirtayasa")
    assert found[0] == "TPS 1 Tirtayasa" and len(found) == 14


def test_a_number_that_a_place_lacks_is_said(banten: Territory) -> None:
    found = search(banten, E24, "tps 9 wargasara")
    assert found.no_number == 9
    assert names(banten, found) == ["Wargasara < Tirtayasa < Kab. Serang"]


def test_special_stations_have_their_own_numbers(banten: Territory, find) -> None:
    assert search(banten, E24, "tps 901").total == 19
    assert find("tps 901 kota baru") == ["TPS 901 Kota Baru"]


def test_all_are_counted_and_fifty_are_shown(banten: Territory) -> None:
    found = search(banten, E24, "tps kab tangerang")
    assert found.totals == (0, 1, 0, 0, 9016) and len(found.hits) == LIMIT
    assert search(banten, E24, "tps").total == 33324


def test_one_level_alone_keeps_the_totals(banten: Territory) -> None:
    whole, villages = search(banten, E24, "serang"), search(banten, E24, "serang", 3)
    assert whole.totals == villages.totals
    assert {hit.level for hit in villages.hits} == {3}
    assert len(villages.hits) == villages.totals[3]


def test_an_island_leads_to_its_village(banten: Territory) -> None:
    hit = search(banten, E24, "pulau tunda").hits[0]
    assert (hit.via, hit.by) == ("island", "Pulau Tunda")
    assert banten.areas(E24).name[hit.row] == "Wargasara"


def test_spelling_of_one_or_two_words_does_not_matter(find) -> None:
    assert find("rangkas bitung")[0] == find("rangkasbitung")[0]
    assert find("pulau panjang")[0] == find("pulo panjang")[0]


def test_a_bps_code_is_named_as_one(banten: Territory) -> None:
    hit = search(banten, E24, "3601010007").hits[0]
    assert hit.via == "bps_2018"
    assert banten.areas(E24).code[hit.row] == "3601012001"


def test_the_beginning_of_a_code_lists_what_begins_with_it(find) -> None:
    assert len(find("36041320")) == 14
    assert find("360413200900") == [f"TPS {n} Wargasara" for n in (1, 2, 3, 4)]
    assert find("99") == []


def test_a_code_of_another_election_is_named_not_resolved(banten: Territory) -> None:
    found = search(banten, PILKADA, "3604132009003")
    assert found.hits == ()
    assert [(o.election, o.code, o.is_station) for o in found.elsewhere] == [
        (E24, "3604132009003", True),
        (E19, "3604132009003", True),
    ]
    here = search(banten, E24, "3604132009003")
    assert here.total == 1 and here.elsewhere == ()


def test_a_kemendagri_code_that_this_election_lacks(banten: Territory) -> None:
    found = search(banten, E19, "36.02.28.2009")
    assert found.hits == ()
    assert {(o.election, o.code) for o in found.elsewhere} == {
        (E24, "3602162018"), (PILKADA, "3602162018"),
    }  # fmt: skip


def test_near_names_where_nothing_fits(banten: Territory) -> None:
    assert search(banten, E24, "wargasarra").near == ("Wargasara",)
    assert search(banten, E24, "pandegelang").near[0] == "Pandeglang"
    assert search(banten, E24, "qqqq").near == ()


@pytest.mark.parametrize("text", ["", "   ", "desa", "!!!", "kecamatan desa"])
def test_nothing_asked_finds_nothing(banten: Territory, text: str) -> None:
    assert search(banten, E24, text).total == 0


@settings(max_examples=60, deadline=None)
@given(row=st.integers(0, 33323))
def test_every_station_is_found_by_its_code_and_only_it(
    banten: Territory, row: int
) -> None:
    code = banten.stations(E24).code[row]
    found = search(banten, E24, code)
    assert [(hit.level, hit.row) for hit in found.hits] == [(STATION_LEVEL, row)]


@settings(max_examples=60, deadline=None)
@given(row=st.integers(1, 1715))
def test_every_area_is_found_by_its_names_from_below(
    banten: Territory, row: int
) -> None:
    areas = banten.areas(E24)
    text = " ".join(areas.name[r] for r in areas.path(row)[:0:-1])[:MAX_QUERY]
    found = search(banten, E24, text)
    assert row in [hit.row for hit in found.hits if hit.level < STATION_LEVEL]


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=100))
def test_any_text_is_answered(banten: Territory, text: str) -> None:
    found = search(banten, E24, text)
    assert len(found.hits) <= min(LIMIT, found.total)
    assert list(found.hits) == sorted(found.hits)


def test_the_index_is_built_once(banten: Territory) -> None:
    assert search_index(banten, E24) is search_index(banten, E24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("Kab. Lebak", ("KAB", "LEBAK")),
        ("Pulo Ampel", ("PULAU", "AMPEL")),
        ("Cikéas-Udik 2", ("CIKEAS", "UDIK", "2")),
    ],
)
def test_words_of_a_name(text: str, expected: tuple[str, ...]) -> None:
    assert name_words(text) == expected


@pytest.mark.parametrize(
    ("text", "phrases", "number", "stations", "level"),
    [
        ("tps 3 wargasara", (("WARGASARA",),), 3, True, None),
        ("kab serang", (("KAB", "SERANG"),), None, False, None),
        ("kota", (("KOTA",),), None, False, None),
        ("kec. curug kota serang", (("CURUG",), ("KOTA", "SERANG")), None, False, 2),
        ("desa a kecamatan b", (("A",), ("B",)), None, False, None),
        ("tps", (), None, True, None),
        ("12345", (), 1234, True, None),
    ],
)
def test_a_query_is_read(text, phrases, number, stations, level) -> None:
    query = parse_query(text)
    assert (query.phrases, query.number) == (phrases, number)
    assert (query.stations, query.level) == (stations, level)


@pytest.mark.parametrize(
    ("text", "name", "rank"),
    [
        ("serang", "Kab. Serang", 0),  # the whole name but for its kind
        ("kab serang", "Kab. Serang", 0),
        ("kab serang", "Kota Serang", None),  # never the other one
        ("ser", "Serang", 1),
        ("serang", "Karang Serang", 2),
        ("serang", "Lebak", None),
        ("rangkas bitung", "Rangkasbitung", 0),
    ],
)
def test_rank_of_a_name(text: str, name: str, rank: int | None) -> None:
    assert own_rank(parse_query(text), [name_words(name)]) == rank


def test_no_word_of_a_query_is_lost() -> None:
    text = "tps 12 desa sobang kec sobang kab lebak"
    query = parse_query(text)
    words = {word.lower() for phrase in query.phrases for word in phrase}
    said = set(re.findall(r"[a-z]+", text)) - {"tps", "desa", "kec"}
    assert words == said
