"""From the province down to one station and back: by table, by map, by keyboard."""

from __future__ import annotations

import re

import pytest
from browser.pages import HOME
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
DOWN = [  # area, and the address that its page has
    ("Kab. Lebak", "area/3602"),
    ("Sobang", "area/360222"),
    ("Sobang", "area/3602222002"),
]


def crumbs(page: Page) -> list[str]:
    """What the path in the bar says, without its slashes."""
    page.wait_for_load_state()
    found = page.get_by_role("navigation", name="Wilayah").locator("a, b")
    return found.all_inner_texts()


def test_the_table_leads_down_to_a_station_and_the_path_leads_back(open_page):
    page = open_page(HOME)
    for name, address in DOWN:
        page.locator("#children").get_by_role("link", name=name, exact=True).click()
        expect(page).to_have_url(HOME + address)
    page.locator("#stations").get_by_role("link", name="TPS 001", exact=True).click()
    expect(page).to_have_url(f"{HOME}tps/3602222002001")
    assert crumbs(page) == ["Banten", "Kab. Lebak", "Sobang", "Sobang", "TPS 001"]
    path = page.get_by_role("navigation", name="Wilayah")
    for nth, (_, address) in reversed(list(enumerate(DOWN, start=1))):
        path.get_by_role("link").nth(nth).click()
        expect(page).to_have_url(HOME + address)
    path.get_by_role("link", name="Banten").click()
    expect(page).to_have_url(HOME)


def test_the_map_leads_down_by_mouse(open_page):
    page = open_page(HOME)
    page.locator(".map").get_by_role("link", name="Sobang", exact=False).first.click()
    expect(page).to_have_url(re.compile(r"/area/(360135|360222)$"))
    page.locator(".map a").first.click()
    expect(page).to_have_url(re.compile(r"/area/36\d{8}$"))


def test_the_map_leads_down_by_keyboard_and_shows_where_one_is(open_page):
    page = open_page(f"{HOME}area/360222")
    page.locator(".panel > header .act", has_text="Buka peta").focus()
    page.keyboard.press("Tab")
    here = page.evaluate("document.activeElement.getAttribute('aria-label')")
    stroke = page.evaluate(
        "getComputedStyle(document.activeElement.querySelector('path')).strokeWidth"
    )
    assert here and stroke == "1.6px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/area/3602222*")
    assert crumbs(page)[-1] == here.split(":")[0].split(",")[0]


def test_every_area_of_the_map_is_a_link_that_says_its_name_and_figure(open_page):
    page = open_page(HOME)
    labels = page.locator(".map a").evaluate_all(
        "links => links.map(link => link.getAttribute('aria-label'))"
    )
    assert len(labels) == 155
    said = [any(c.isdigit() for c in text) for text in labels]
    unknown = [text.endswith("belum diketahui") for text in labels]
    assert all(a != b for a, b in zip(said, unknown, strict=True)) and any(said)


def test_the_neighbours_of_a_station_are_one_step_away(open_page):
    page = open_page(f"{HOME}tps/3602222002002")
    page.get_by_role("link", name="TPS 003").first.click()
    expect(page).to_have_url(f"{HOME}tps/3602222002003")
    page.go_back()
    page.get_by_role("link", name="TPS 001").first.click()
    expect(page).to_have_url(f"{HOME}tps/3602222002001")


def test_the_first_tab_leads_past_the_bar_to_the_answer(open_page):
    page = open_page(HOME)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Langsung ke isi")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_escape_closes_a_menu_and_gives_the_focus_back(open_page):
    page = open_page(HOME)
    page.locator("details.menu summary").first.click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
