"""The page of help, made from the desk's own lists, and the page of a problem."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from desk.conftest import panel, texts
from django.urls import get_resolver

from siaga.desk.manual import method_of
from siaga.desk.views.help import permissions
from siaga.house.rooms import rooms
from siaga.house.words import LANGUAGES, Words
from siaga.territory.situation import Verdict

if TYPE_CHECKING:
    from desk.conftest import Get


def test_every_room_stands_with_its_question(get: Get) -> None:
    for language in LANGUAGES:
        words, page = Words(language), get(f"/{language}/help")
        for room in rooms():
            assert words(room.question_key) in panel(page, "rooms")


def test_the_method_is_the_readme_s_own(get: Get) -> None:
    method = method_of("rekap")
    assert method.startswith("Results of each source are kept apart")
    assert "`" not in method and "**" not in method
    assert method in panel(get("/en/help"), "rooms")
    assert method_of("house") == ""


def test_every_verdict_has_its_mark_its_word_and_its_meaning(get: Get) -> None:
    page = get("/id/help")
    for verdict in Verdict:
        assert f'class="v {verdict.key}"' in page
    assert "bukan berarti aman" in panel(page, "verdicts")


def test_every_promise_leads_to_where_it_can_be_seen(get: Get) -> None:
    page = get("/en/help")
    shown = page[page.index('id="promises"') : page.index('id="verdicts"')]
    addresses = re.findall(r'href="([^"]+)"', shown)
    assert len(addresses) == 5 and "61 sources" in shown and "16,009" in shown
    for address in addresses:
        path, _, place = address.partition("#")
        assert not place or f'id="{place}"' in get(path)


def test_permissions_are_read_from_the_views(get: Get) -> None:
    shown = permissions()
    assert len(shown) == len(get_resolver().url_patterns)
    assert all(row.role == "public" and row.methods == "GET, HEAD" for row in shown)
    assert {row.address for row in shown} >= {
        "/", "/<language>/<election>/tps/<code>", "/tiles/<name>.pmtiles",
    }  # fmt: skip
    table = panel(get("/id/help"), "access")
    for row in shown:
        assert row.address in table


def test_help_stands_in_the_working_election(get: Get) -> None:
    page = get("/id/help")
    assert "/id/pemilu_2024/room/rekap" in page
    assert re.search(r'<a href="/en/help"', page)


def test_a_problem_says_what_happened_what_to_do_and_that_nothing_was_lost(
    get: Get,
) -> None:
    for language in LANGUAGES:
        words = Words(language)
        for address, status in (
            (f"/{language}/pemilu_2024/nowhere", 404),
            (f"/{language}/pemilu_9999/", 404),
            (f"/{language}/pemilu_2024/?per=kemarin", 400),
        ):
            page = get(address, status)
            assert words(f"problem.do.{status}") in texts(page)
            assert words("problem.nothing_lost") in texts(page)
            assert 'href="/"' in page


def test_every_problem_has_its_words() -> None:
    for language in LANGUAGES:
        words = Words(language)
        for status in (400, 403, 404, 500, 503):
            assert words(f"problem.title.{status}") and words(f"problem.do.{status}")
