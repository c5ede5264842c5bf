"""Layers on the map in a real browser: choose by mouse and keyboard, go back, read."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from browser.pages import HEIGHTS, HOME, STICKING_OUT
from browser.test_axe import OF_COLOUR, WHOLE, findings
from browser.test_map import ready
from network.layered import layered
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TANGERANG = "#map=11.5/-6.2/106.55"
STEPS = {"light": "#0c4d78", "dark": "#9accea"}
"""Token of the best step by theme."""


@pytest.fixture(scope="module")
def layers_url(serve, desk_url: str, banten_workspace: Path, tmp_path_factory):
    """Address of a desk whose map has layers; its tiles are those of `desk_url`."""
    folder = tmp_path_factory.mktemp("layers") / "banten"
    with serve(layered(banten_workspace, folder)) as url:
        yield url


def share_of(page: Page, colour: str) -> float:
    """Share of the map that has a colour, as it is seen."""
    shot = page.locator("#map canvas").screenshot()
    seen = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return float((np.abs(seen - wanted) <= 2).all(axis=2).mean())


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_an_operator_is_chosen_and_drawn(
    open_page, layers_url: str, width: int, theme: str
) -> None:
    dark = theme == "dark"
    page = ready(open_page(f"{layers_url}{HOME}map{TANGERANG}", width=width, dark=dark))
    page.get_by_role("link", name="Semua operator").click()
    page.wait_for_url(re.compile(r"show=network\.best"))
    ready(page)
    expect(page.locator("h1")).to_contain_text("Semua operator: sinyal kuat atau cukup")
    expect(page.locator(".steps li").first).to_contain_text("kuat: foto terkirim cepat")
    expect(page.locator(".still-only")).to_be_hidden()
    assert share_of(page, STEPS[theme]) > 0.01
    assert page.evaluate(STICKING_OUT) == []
    box = page.get_by_role("link", name="XL Axiata").bounding_box()
    assert box is not None and (width > 390 or box["height"] >= 44)


def test_another_operator_keeps_the_place_and_back_is_exact(
    open_page, layers_url: str
) -> None:
    page = ready(open_page(f"{layers_url}{HOME}map?show=network.best{TANGERANG}"))
    all_of_them = share_of(page, STEPS["light"])
    link = page.get_by_role("link", name="Smartfren")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"show=network\.smartfren#map=11\.5/-6\.2/106\.55"))
    ready(page)
    expect(page.locator(".choices [aria-current]")).to_have_text("Smartfren")
    assert share_of(page, STEPS["light"]) < all_of_them
    page.go_back()
    page.wait_for_url(re.compile(r"show=network\.best#map=11\.5"))
    expect(ready(page).locator(".choices [aria-current]")).to_have_text(
        "Semua operator"
    )
    assert share_of(page, STEPS["light"]) == pytest.approx(all_of_them, abs=0.02)


def test_a_chosen_place_stays_when_another_layer_is_chosen(
    open_page, layers_url: str
) -> None:
    page = ready(open_page(f"{layers_url}{HOME}map?show=network.xl&at=3671111001"))
    name = page.locator("#place h2").inner_text()
    page.get_by_role("link", name="Telkomsel").click()
    page.wait_for_url(re.compile(r"at=3671111001"))
    expect(ready(page).locator("#place h2")).to_have_text(name)


def test_without_script_a_layer_is_a_map_of_areas(open_page, layers_url: str) -> None:
    page = open_page(f"{layers_url}{HOME}map?show=network.best", js=False)
    expect(page.locator("#map-still svg a")).to_have_count(155)
    expect(page.locator(".steps")).to_be_hidden()
    expect(page.locator(".still-only")).to_contain_text("Kuat atau cukup")


def test_an_image_that_is_gone_is_said(open_page, layers_url: str) -> None:
    page = open_page("about:blank")
    page.route("**/layer_*.png", lambda route: route.fulfill(body=b"no image"))
    page.goto(f"{layers_url}{HOME}map?show=network.best")
    expect(ready(page).locator(".map-panel [role=status]")).to_contain_text(
        "tidak dapat dibaca"
    )


def test_without_layers_the_map_says_how_to_make_them(open_page) -> None:
    page = ready(open_page(f"{HOME}map"))
    expect(page.locator("nav[aria-label=Sinyal]")).to_contain_text(
        "siaga network coverage"
    )


def test_axe_finds_nothing_grave_on_a_layer(open_page, layers_url: str) -> None:
    for dark, options in ((False, WHOLE), (True, OF_COLOUR)):
        page = ready(open_page(f"{layers_url}{HOME}map?show=network.best", dark=dark))
        for width, height in HEIGHTS.items():
            page.set_viewport_size({"width": width, "height": height})
            assert findings(page, options) == [], (width, dark)
