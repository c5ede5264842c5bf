"""The map in a real browser: find a station, choose by mouse and by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser.pages import HOME, STICKING_OUT, WARGASARA_3
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
DRAWN_MS_MAX = 30_000


def ready(page: Page) -> Page:
    """Page once its map is drawn."""
    expect(page.locator("#map[data-ready]")).to_be_visible(timeout=DRAWN_MS_MAX)
    return page


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_a_station_is_found_by_the_map(open_page, width: int, dark: bool) -> None:
    page = ready(open_page(f"{HOME}map?at={WARGASARA_3}", width=width, dark=dark))
    place = page.locator("#place")
    expect(place.locator("h2")).to_have_text("TPS 003 Wargasara")
    expect(place).to_contain_text("± 933 m")
    place.get_by_role("link", name="Buka halamannya").click()
    assert page.url.endswith(f"{HOME}tps/{WARGASARA_3}")


def test_a_click_opens_the_place_and_the_address_keeps_it(open_page) -> None:
    page = ready(open_page(f"{HOME}map?at=3602222002"))
    before = page.locator("#place h2").inner_text()
    page.locator("#map canvas").click(position={"x": 120, "y": 120})
    page.wait_for_url(re.compile(r"at=(?!3602222002)\d+"))
    expect(page.locator("#place h2")).not_to_have_text(before)
    chosen = page.locator("#place h2").inner_text()
    page.reload()
    expect(ready(page).locator("#place h2")).to_have_text(chosen)


def test_the_keyboard_reaches_what_is_in_view(open_page) -> None:
    page = ready(open_page(f"{HOME}map"))
    first = page.locator("#in-view-list button").first
    expect(first).to_be_visible()
    name = first.inner_text()
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place h2")).to_have_text(name)


def test_the_map_moves_and_the_address_follows(open_page) -> None:
    page = ready(open_page(f"{HOME}map"))
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_url(re.compile(r"#map=\d"))


def test_one_variable_at_a_time_each_with_its_table(open_page) -> None:
    page = ready(open_page(f"{HOME}map"))
    page.get_by_role("link", name="Jumlah pemilih").click()
    ready(page)
    expect(page.locator("h1")).to_contain_text("8.842.646 pemilih")
    row = page.locator("#table tr", has_text="Kab. Lebak").first
    expect(row).to_contain_text("1.048.643")


def test_without_script_the_picture_and_the_table_stay(open_page) -> None:
    page = open_page(f"{HOME}map", js=False)
    expect(page.locator("#map-still svg a")).to_have_count(155)
    expect(page.locator("#table tbody tr")).to_have_count(163)


def test_without_tiles_the_picture_says_so(
    serve, browser, tmp_path: Path, banten_workspace: Path
) -> None:
    import shutil

    bare = tmp_path / "bare"
    ignore = shutil.ignore_patterns("tiles")
    shutil.copytree(banten_workspace, bare, ignore=ignore)
    with serve(bare) as url:
        page = browser.new_page()
        page.goto(f"{url}{HOME}map")
        expect(page.locator(".map-panel")).to_contain_text("siaga serve")
        expect(page.locator("#map-still")).to_be_visible()
        page.close()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_a_click_shows_the_link_of_that_very_point(
    open_page, width: int, dark: bool
) -> None:
    page = ready(open_page(f"{HOME}map?at=3671111001", width=width, dark=dark))
    box = page.locator("#map canvas").bounding_box()
    middle = {"x": box["width"] * 0.5, "y": box["height"] * 0.5}
    page.locator("#map canvas").click(position=middle)
    offer = page.locator("#place a[data-spot][href*='lat=']")
    expect(offer).to_have_text("Lihat sambungan sinyal di titik ini")
    offer.click()
    panel = page.locator("#spot")
    expect(panel.get_by_role("heading", name="Sambungan sinyal")).to_be_visible()
    expect(panel.get_by_role("img")).to_be_in_viewport()
    expect(panel).to_contain_text("dBm")
    others = panel.locator(".choices a:not([aria-current])")
    name = others.first.inner_text()
    others.first.click()
    expect(panel.locator(".choices [aria-current]")).to_have_text(name)
    assert page.evaluate(STICKING_OUT) == []
    page.locator("#in-view-list button").first.click()
    expect(panel).to_be_hidden()
