"""The plan in a browser: the slider walks the curve, the map follows; cards print."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from browser.pages import HOME, STICKING_OUT
from cli.conftest import copy_workspace
from network.hand_plan import ELECTION, hand_plan
from playwright.sync_api import expect

from siaga.house.runs import RunKey, publish
from siaga.house.workspace import Workspace

pytestmark = pytest.mark.browser
AS_OF = datetime(2024, 1, 25, 16, 59, 59, tzinfo=UTC)
ROOM = f"{HOME}room/network"


@pytest.fixture(scope="module")
def planned(banten, banten_workspace, serve, tmp_path_factory):
    """Address of a desk in whose workspace a plan by hand has run."""
    path = copy_workspace(banten_workspace, tmp_path_factory.mktemp("planned") / "w")
    plan = hand_plan(banten)
    curve = ((0, 0.0, ""), (40_000_000, 1.5, plan.steps[1].key), (80_100_000, 3.0, ""))
    key = RunKey("network", "plan", ELECTION, AS_OF.isoformat(), "", {}, {}, "")
    publish(Workspace(path), key, replace(plan, curve=curve).write)
    with serve(path) as url:
        yield url


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_the_slider_walks_the_curve_and_the_map_follows(
    open_page, planned, width, dark
):
    page = open_page(f"{planned}{ROOM}", width=width, dark=dark)
    panel = page.locator("#plan")
    expect(panel).to_contain_text("Dengan Rp100,0 juta, 3 TPS lagi")
    coloured = panel.locator(".map path.d:not(.q0)")
    before = coloured.count()
    slider = panel.get_by_role("slider")
    slider.focus()
    slider.fill("50")
    expect(panel).to_contain_text("Dengan Rp40,0 juta dari Rp50,0 juta: 2 TPS")
    expect(panel.locator("output")).to_have_text("50")
    assert panel.locator("tbody tr").count() == 1
    assert 0 < coloured.count() < before
    assert "budget=50" in page.url
    assert panel.get_by_role("slider").evaluate("e => e === document.activeElement")
    assert page.evaluate(STICKING_OUT) == []
    page.close()  # before its server does


def test_without_javascript_the_button_asks_for_the_budget(open_page, planned):
    page = open_page(f"{planned}{ROOM}", js=False)
    page.locator("#plan").get_by_role("slider").fill("50")
    page.locator("#plan").get_by_role("button", name="Tampilkan").click()
    expect(page.locator("#plan")).to_contain_text("Dengan Rp40,0 juta")
    page.close()


def test_cards_and_letters_come_as_pdf(open_page, planned):
    page = open_page(f"{planned}{HOME}tps/3604132009003")
    with page.expect_download() as card:
        page.get_by_role("link", name="Cetak kartu TPS").click()
    assert card.value.path().read_bytes().startswith(b"%PDF-")
    page.goto(f"{planned}{ROOM}")
    with page.expect_download() as letter:
        page.get_by_role("link", name="Rancangan surat").first.click()
    assert letter.value.path().read_bytes().startswith(b"%PDF-")
    page.close()
