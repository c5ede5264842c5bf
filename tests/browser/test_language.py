"""Two languages: the other one is the same page, election and moment."""

from __future__ import annotations

import pytest
from browser.pages import HOME, KINDS, WARGASARA_3
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SAME = [
    f"{HOME}area/3602?sort=name&per=2024-02-10",
    f"{HOME}tps/{WARGASARA_3}?per=2024-01-20",
    "/id/pilkada_2024/?per=2024-11-21",
    f"{HOME}search?q=sobang",
    f"{HOME}room/rekap?reason=E1&verdict=not_ready",
    f"{HOME}sources?kind=official",
]
FIRST_OF_KEYS = ("board.", "frame.", "state.", "search.", "problem.", "rekap.", "page.")


@pytest.mark.parametrize("path", SAME)
def test_the_language_changes_and_page_election_and_moment_stay(open_page, path):
    page = open_page(path)
    now = page.locator(".menu-now").all_inner_texts()
    page.get_by_role("link", name="EN", exact=True).click()
    expect(page).to_have_url(path.replace("/id/", "/en/"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".menu-now")).to_have_count(len(now))
    page.get_by_role("link", name="ID", exact=True).click()
    expect(page).to_have_url(path)
    expect(page.locator(".menu-now")).to_have_text(now)


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_shows_a_key_in_place_of_a_word(open_page, kind):
    for language in ("/id/", "/en/"):
        page = open_page(KINDS[kind].replace("/id/", language))
        words = page.locator("main").inner_text().split()
        keys = [word for word in words if word.startswith(FIRST_OF_KEYS)]
        assert [key for key in keys if key[-1].isalpha()] == []
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
