"""Every page fits an office screen and a phone, light and dark."""

from __future__ import annotations

import re

import pytest
from browser.pages import HEIGHTS, KINDS, STICKING_OUT
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
TARGET_PX = 44

# Bottom bar, menus and buttons; a link inside a sentence is none of them.
SMALL_TARGETS = """() => {
  document.querySelectorAll('details.menu').forEach(menu => { menu.open = true; });
  const found = document.querySelectorAll(
    '.rail a, .menu summary, .menu-list a, .menu-form input:not([type=hidden]),'
    + ' button, main input:not([type=hidden]), .lang a, .mark, .pager a, .six > a,'
    + ' main summary');
  return [...found].filter(e => e.offsetParent || e.closest('.rail'))
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width && box.height)
    .filter(([e, box]) => box.height < 43.5)
    .map(([e, box]) => `${e.tagName} ${e.textContent.trim()}: ${box.height}`);
}"""

MOVED = """window.moved = 0;
new PerformanceObserver(list => list.getEntries().forEach(e => {
  window.moved += e.value;
})).observe({type: 'layout-shift', buffered: true});"""


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_sticks_out_of_the_page_at_any_width_and_theme(open_page, kind):
    for dark in (False, True):
        page = open_page(KINDS[kind], dark=dark)
        for width, height in HEIGHTS.items():
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(STICKING_OUT) == [], (width, dark)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_finger_must_hit_on_a_phone_is_large_enough(open_page, kind):
    page = open_page(KINDS[kind], width=390)
    assert page.evaluate(SMALL_TARGETS) == []


def test_the_bottom_bar_of_a_phone_has_four_entries_and_stays(open_page):
    page = open_page(KINDS["board"], width=390)
    entries = page.locator(".rail li a:visible")
    assert entries.count() == 4
    page.mouse.wheel(0, 3000)
    box = page.locator(".rail").bounding_box()
    assert round(box["y"] + box["height"]) == HEIGHTS[390]


def test_what_has_no_place_in_the_bottom_bar_stands_below_the_page(open_page):
    page = open_page(KINDS["station"], width=390)
    for name, ending in (("Sumber data", "/sources"), ("Bantuan", "/help")):
        page.locator(".foot").get_by_role("link", name=name).click()
        expect(page).to_have_url(re.compile(f"{ending}$"))


def test_a_wide_table_scrolls_inside_its_panel_and_keeps_its_first_column(open_page):
    page = open_page(KINDS["board"], width=390)
    wide = page.locator("#children .wide")
    first = wide.locator("tbody th").first
    before = first.bounding_box()["x"]
    wide.evaluate("box => { box.scrollLeft = 200; }")
    assert wide.evaluate("box => box.scrollLeft") == 200
    assert abs(first.bounding_box()["x"] - before) < 1


@pytest.mark.parametrize("kind", ["board", "station", "room"])
def test_an_open_menu_stays_on_the_screen_of_a_phone(open_page, kind):
    page = open_page(KINDS[kind], width=390)
    for menu in page.locator("details.menu").all():
        menu.locator("summary").click()
        box = menu.locator(".menu-list").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_nothing_moves_after_the_page_is_there(open_page):
    page = open_page("/favicon.ico")
    page.add_init_script(MOVED)
    for kind in ("board", "station", "room", "search, found"):
        page.goto(KINDS[kind])
        page.evaluate("document.fonts.ready")
        assert page.evaluate("window.moved") < 0.02, kind
