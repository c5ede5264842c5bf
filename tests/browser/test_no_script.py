"""Every page but the big map works without JavaScript."""

from __future__ import annotations

import re

import pytest
from browser.pages import HOME, KINDS
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_says_its_sentence_without_javascript(open_page, kind):
    page = open_page(KINDS[kind], js=False)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_visible()
    assert heading.inner_text().strip().endswith((".", "?", "perkiraan"))


def test_without_javascript_one_still_chooses_searches_and_drills_down(open_page):
    page = open_page(HOME, js=False)
    page.locator("details.menu summary").nth(1).click()
    page.locator(".menu-list").get_by_role("link", name="10 Feb 2024").click()
    expect(page).to_have_url(f"{HOME}?per=2024-02-10")
    field = page.locator(".find input[name=q]")
    field.fill("sobang")
    field.press("Enter")
    expect(page).to_have_url(re.compile("per=2024-02-10"))
    page.locator("table.hits").first.get_by_role("link").nth(1).click()
    page.locator(".map a").first.click()
    expect(page).to_have_url(re.compile(r"/area/\d{10}\?per=2024-02-10$"))
    expect(page.locator("#stations tbody tr").first).to_be_visible()


def test_without_javascript_a_table_is_sorted_by_its_heads(open_page):
    page = open_page(HOME, js=False)
    page.locator("#children thead").get_by_role("link", name="Wilayah").click()
    expect(page).to_have_url(re.compile("sort=name"))
    page.wait_for_load_state()
    names = page.locator("#children tbody th").all_inner_texts()
    assert names == sorted(names) and len(names) == 8
