"""Empty, partial, stale and failed states say a sentence and what to do."""

from __future__ import annotations

import json
import shutil

import pytest
from browser.pages import HOME
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def heading(page):
    return page.get_by_role("heading", level=1)


def test_an_election_without_a_station_list_says_so_and_still_shows_the_rest(open_page):
    page = open_page("/id/pilkada_2024/")
    expect(heading(page)).to_contain_text("daftar TPS")
    expect(page.locator("#claims tbody tr").first).to_be_visible()
    page.get_by_role("link", name="Daftar TPS").first.click()
    expect(heading(page)).to_contain_text("17.231")
    expect(page.locator("main")).to_contain_text("Pemilik daftar: KPU")


def test_before_anything_is_assessed_the_board_does_not_say_ready(open_page):
    page = open_page(f"{HOME}?per=2024-01-20")
    expect(heading(page)).to_contain_text("Belum dapat dijawab")
    cards = page.locator(".six > a")
    assert cards.count() == 6
    assert page.locator(".six").get_by_text("belum dinilai").count() == 5
    expect(cards.last).to_contain_text("dinilai sejak 14 Feb 2024")
    expect(page.locator(".answer .bar")).to_have_count(0)


def test_a_station_that_has_not_reported_is_unknown_and_says_whose_turn_it_is(
    open_page,
):
    page = open_page(
        f"{HOME}room/rekap?per=2024-03-20&reason=no_result&verdict=unknown"
    )
    first = page.locator("#stations tbody a").first
    expect(first).to_be_visible()
    first.click()
    expect(page.locator(".answer .meta").first).to_contain_text("belum melapor")
    expect(page.locator(".answer .meta").first).to_contain_text("Pemilik")


def test_a_room_that_is_not_built_says_its_state_is_unknown_not_safe(open_page):
    page = open_page(f"{HOME}room/hazard")
    expect(heading(page)).to_contain_text("Belum dinilai")
    expect(page.locator(".answer .meta")).to_contain_text("belum diketahui, bukan aman")


def test_an_unknown_code_is_not_found_and_the_way_on_is_named(open_page):
    for path in (f"{HOME}area/99", f"{HOME}tps/99", "/id/pemilu_1999/", "/x"):
        page = open_page(path)
        expect(page.locator(".answer .q")).to_contain_text("404")
        expect(heading(page)).not_to_be_empty()
        expect(page.locator("main")).to_contain_text("Tidak ada data yang hilang")
    page.locator("main").get_by_role("link").click()
    expect(page).to_have_url(HOME)


def test_a_bad_moment_is_named_with_an_example_of_a_good_one(open_page):
    page = open_page(f"{HOME}?per=kemarin")
    expect(page.locator(".answer .q")).to_contain_text("400")
    expect(heading(page)).to_contain_text("“kemarin” bukan waktu")
    expect(heading(page)).to_contain_text("2024-01-25")


def test_results_that_changed_after_the_assessment_are_announced(
    open_page, serve, banten_workspace, tmp_path
):
    copy = tmp_path / "stale"
    shutil.copytree(banten_workspace, copy)
    land = copy / "imports" / (copy / "current").read_text().strip()
    manifest = land / "manifest.json"
    found = json.loads(manifest.read_text())
    results = [k for k in found["files"] if "pemilu_2024/results" in k]
    found["files"][results[0]] = "0" * 64
    manifest.write_text(json.dumps(found))
    with serve(copy) as url:
        for path in ("", "area/3602", "tps/3604132009003", "room/rekap", "map"):
            page = open_page(f"{url}{HOME}{path}?per=2024-03-20")
            expect(page.locator(".answer .warn")).to_contain_text("impor terakhir")
            expect(page.locator(".answer .warn")).to_contain_text("siaga runs --update")
            page.close()  # before its server does: a map still asks for tiles


def test_a_workspace_without_an_import_says_how_to_import(open_page, serve, tmp_path):
    with serve(tmp_path / "nothing") as url:
        for path in ("/", HOME, f"{HOME}search?q=sobang"):
            page = open_page(url + path)
            expect(page.locator(".answer .q")).to_contain_text("503")
            expect(page.locator("main")).to_contain_text("siaga import")
