"""The page of the search; what is found is tested in tests/territory/test_search.py."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from desk.conftest import texts

if TYPE_CHECKING:
    from desk.conftest import Get


def links(page: str) -> list[str]:
    """Addresses of the hits."""
    return re.findall(r'<th scope="row"><a class="inline" href="([^"]+)"', page)


def test_an_empty_query_shows_examples_that_work(get: Get) -> None:
    page = get("/id/pemilu_2024/search")
    examples = re.findall(r'<li><a class="inline" href="([^"]+)"', page)
    assert len(examples) == 5
    for address in examples:
        assert links(get(address)), address


def test_hits_are_grouped_by_level_with_their_counts(get: Get) -> None:
    page = get("/id/pemilu_2024/search?q=sobang")
    assert texts(page, "h1") == "“sobang”: 2 kecamatan, 2 desa/kelurahan."
    assert re.findall(r"<h2>([^<]+)</h2>", page)[-2:] == ["Kecamatan", "Desa/kelurahan"]
    assert links(page) == [
        f"/id/pemilu_2024/area/{code}"
        for code in ("360135", "360222", "3601352006", "3602222002")
    ]
    assert "Kab. Pandeglang" in texts(page) and "Kab. Lebak" in texts(page)


def test_a_station_by_number_and_village(get: Get) -> None:
    page = get("/id/pemilu_2024/search?q=tps+3+wargasara")
    assert links(page) == ["/id/pemilu_2024/tps/3604132009003"]


def test_a_number_that_the_village_lacks_shows_the_village(get: Get) -> None:
    page = get("/id/pemilu_2024/search?q=tps+9+wargasara")
    assert texts(page, "h1") == "TPS 009 tidak ada di sini; tempatnya ada."
    assert links(page) == ["/id/pemilu_2024/area/3604132009"]


def test_fifty_are_shown_and_the_total_is_said(get: Get) -> None:
    page = get("/id/pemilu_2024/search?q=tps+3")
    assert texts(page, "h1") == "“tps 3”: 1.552 TPS."
    assert len(links(page)) == 50 and "50 dari 1.552" in texts(page)
    assert "tambahkan nama desa" in texts(page)


def test_one_level_can_be_seen_alone(get: Get) -> None:
    page = get("/id/pemilu_2024/search?q=serang&level=village")
    codes = [address.rsplit("/", 1)[1].split("?")[0] for address in links(page)]
    assert codes == ["3673011001", "3603102005"]
    assert "Hanya desa/kelurahan." in texts(page)


def test_a_code_of_another_election_is_offered_only_as_that_election(get: Get) -> None:
    page = get("/id/pilkada_2024/search?q=3604132009003")
    assert links(page) == []
    assert "Tidak ada yang cocok" in texts(page, "h1")
    offered = re.findall(r'class="warn">.*?href="([^"]+)"', page)
    assert offered == [
        "/id/pemilu_2024/tps/3604132009003",
        "/id/pemilu_2019/tps/3604132009003",
    ]
    assert "TPS lain walau kodenya sama" in texts(page)


def test_a_misspelt_name_gets_near_ones(get: Get) -> None:
    page = get("/id/pemilu_2024/search?q=wargasarra")
    assert "Mungkin maksudnya Wargasara" in texts(page)


def test_the_moment_goes_along(get: Get) -> None:
    page = get("/id/pemilu_2024/search?q=sobang&per=2024-01-25")
    assert all(address.endswith("?per=2024-01-25") for address in links(page))


@pytest.mark.parametrize(
    "query",
    [
        "<script>alert(1)</script>",
        "'\"--",
        "%",
        "\x00",
        "日本",
        "a" * 500,
        ". . .",
        "-1",
    ],
)
def test_strange_queries_are_answered_and_escaped(get: Get, query: str) -> None:
    page = get("/id/pemilu_2024/search?q=" + quote(query))
    assert "<script>alert" not in page
    assert texts(page, "h1")


def test_an_unknown_level_is_refused_with_the_known_ones(get: Get) -> None:
    page = get("/en/pemilu_2024/search?q=a&level=street", 400)
    assert "There is no level “street”" in texts(page, "h1")
    assert "regency" in texts(page, "h1")
