"""A made-up province of another code and time zone has every page that Banten has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from desk.conftest import check_page, texts
from django.test import Client, override_settings

from siaga.house.workspace import Workspace
from siaga.territory.territory import open_territory

N_PAGES_MAX = 4_000
KINDS = {
    "area", "help", "link", "map", "room", "register", "search", "sources", "tps",
    "tiles",
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(tiny_desk: Workspace) -> dict[str, str]:
    """Text of every page that a link leads to, from the first page on."""
    with override_settings(WORKSPACE=tiny_desk.path):
        return dict(_walked(Client(SERVER_NAME="localhost")))


def _walked(client: Client) -> Iterator[tuple[str, str]]:
    todo, seen = ["/"], {"/"}
    while todo:
        address = todo.pop()
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        kind = answer.headers["Content-Type"]
        if not kind.startswith("text/html"):
            b"".join(answer.streaming_content) if answer.streaming else answer.content
            continue
        text = answer.content.decode()
        yield address, text
        here = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        for link in re.findall(r'<a [^>]*?href="([^"]+)"', text):
            found = urldefrag(urljoin(here, unescape(link)))[0]
            if not urlsplit(found).scheme and found not in seen and _is_new_kind(found):
                seen.add(found)
                todo.append(found)
        assert len(seen) <= N_PAGES_MAX


def _is_new_kind(address: str) -> bool:
    """Not the same page once more at each moment and in each order of its rows."""
    parts = urlsplit(address)
    asked = set(parse_qs(parts.query))
    return "sort" not in asked and ("per" not in asked or parts.path.count("/") == 3)


def test_every_link_of_every_page_leads_to_a_whole_page(pages: dict[str, str]) -> None:
    for address, text in pages.items():
        if urlsplit(address).path != "/":
            check_page(text)
    kinds = {part for address in pages for part in urlsplit(address).path.split("/")}
    assert kinds >= KINDS - {"tiles"}


def test_all_elections_areas_and_stations_are_reached_in_both_languages(
    pages: dict[str, str], tiny_desk: Workspace
) -> None:
    territory = open_territory(tiny_desk)
    paths = {urlsplit(address).path for address in pages}
    for key in territory.elections:
        for language in ("id", "en"):
            start = f"/{language}/{key}"
            for code in territory.areas(key).code[1:]:
                assert f"{start}/area/{code}" in paths
            for code in territory.stations(key).code:
                assert f"{start}/tps/{code}" in paths


def test_no_page_speaks_of_banten_and_every_one_says_synthetic_time_in_wita(
    pages: dict[str, str],
) -> None:
    for address, text in pages.items():
        assert "Banten" not in text, address
        assert "WIB" not in text, address
    boards = [
        text for address, text in pages.items() if re.search(r"_\d{4}/$", address)
    ]
    assert boards
    for board in boards:
        assert "WITA" in texts(board, "body")
        assert re.search("sintetis|synthetic", texts(board, "body"))
