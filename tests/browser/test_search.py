"""A person finds a station by its name, its number or a code."""

from __future__ import annotations

import pytest
from browser.pages import HOME, WARGASARA_3
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
ROWS = "table.hits tbody tr"


def test_a_name_of_two_districts_offers_both_with_their_regency(open_page):
    page = open_page(HOME)
    page.keyboard.press("/")
    page.keyboard.type("sobang")
    page.keyboard.press("Enter")
    districts = page.locator("section.panel", has_text="Kecamatan").first.locator(ROWS)
    expect(districts).to_have_count(2)
    expect(districts.nth(0)).to_contain_text("Kab. Pandeglang")
    expect(districts.nth(1)).to_contain_text("Kab. Lebak")


def test_from_a_district_one_goes_on_to_a_village_and_a_station(open_page):
    page = open_page(f"{HOME}search?q=sobang")
    page.locator(ROWS, has_text="360222").first.get_by_role("link").click()
    page.locator("#children").get_by_role("link", name="Sobang", exact=True).click()
    page.locator("#stations").get_by_role("link", name="TPS 003", exact=True).click()
    expect(page).to_have_url(f"{HOME}tps/3602222002003")
    expect(page.get_by_role("navigation", name="Wilayah")).to_contain_text("Kab. Lebak")
    expect(page.locator(".answer .q")).to_contain_text("TPS 003 · Sobang")


def test_a_number_and_a_village_lead_to_the_one_station(open_page):
    page = open_page(f"{HOME}search")
    field = page.get_by_role("searchbox", name="Nama wilayah, nomor TPS, atau kode")
    field.fill("tps 3 wargasara")
    field.press("Enter")
    expect(page.locator(ROWS)).to_have_count(1)
    page.locator(ROWS).get_by_role("link", name="TPS 003 Wargasara").click()
    expect(page).to_have_url(f"{HOME}tps/{WARGASARA_3}")


@pytest.mark.parametrize("code", ["3602162018", "36.02.28.2009", "3602282009"])
def test_cikaratuan_is_found_by_the_code_of_the_kpu_and_of_kemendagri(open_page, code):
    page = open_page(f"{HOME}search?q={code}")
    expect(page.locator(ROWS)).to_have_count(1)
    page.locator(ROWS).get_by_role("link", name="Cikaratuan").click()
    expect(page.locator(".answer .q")).to_contain_text("3602162018")
    expect(page.locator(".answer .q")).to_contain_text("36.02.28.2009")


def test_a_code_of_another_election_is_said_to_be_of_that_one(open_page):
    page = open_page(f"{HOME}search?q=360228s52286")
    expect(page.locator(".warn")).to_contain_text("Pemilu 2019")
    page.locator(".warn").get_by_role("link").click()
    expect(page).to_have_url("/id/pemilu_2019/area/360228s52286")


def test_a_spelling_that_is_not_there_gets_names_that_are(open_page):
    page = open_page(f"{HOME}search?q=wargasera")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tidak ada yang cocok")
    expect(page.locator("main").get_by_role("link", name="Wargasara")).to_be_visible()
