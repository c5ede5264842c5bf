"""Election and time are controls: what was not yet known is not on the page."""

from __future__ import annotations

import re
from datetime import date

import pytest
from browser.pages import HOME
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
MONTHS = "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split()

# Every claim on the page: topic and unit, who, when, and the figures by area.
CLAIMS = """() => [...document.querySelectorAll('#claims table')].flatMap(table => {
  const text = e => e.textContent.trim();
  const heads = [...table.tHead.rows[0].cells].map(text);
  return [...table.tBodies].map(body => {
    const cells = [...body.rows[0].cells].map(text);
    const areas = heads.map((name, i) => [name, cells[i]]).slice(2);
    return {topic: text(table.closest('details').querySelector('.topic')),
            who: cells[0], day: cells[1],
            by: Object.fromEntries(areas.filter(pair => pair[1]))};
  });
})"""
STATIONS_WITHOUT = "Tanpa sinyal atau terkendala sinyal · TPS"
VILLAGES_WITHOUT = "Tanpa sinyal atau terkendala sinyal · desa"


def claims(page: Page, topic: str) -> dict[tuple[str, str], dict[str, str]]:
    """Figures by area of each claim of a topic, by who said it and when."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for claim in page.evaluate(CLAIMS):
        if claim["topic"].startswith(topic):
            found.setdefault((claim["who"], claim["day"]), {}).update(claim["by"])
    return found


def first_day(text: str) -> date:
    """First day that a rough day such as `2023` or `Mar 2019` may mean."""
    *before, year = text.split()
    month = MONTHS.index(before[-1]) + 1 if before else 1
    return date(int(year), month, int(before[0]) if len(before) > 1 else 1)


def choose_moment(page: Page, day: str) -> None:
    """Choose a named moment in the bar, as a person does."""
    menu = page.locator("details.menu").nth(1)
    menu.locator("summary").click()
    menu.get_by_role("link", name=day).click()
    expect(page.locator("details.menu").nth(1).locator("summary")).to_contain_text(day)
    page.wait_for_load_state()


def nothing_later(page: Page, moment: date) -> None:
    """Assert that no claim on the page, nor on a card of the six, is of a later day."""
    days = [c["day"] for c in page.evaluate(CLAIMS)]
    ages = page.locator(".six .d + .age").all_inner_texts()
    days += [text for text in ages if text[:1].isdigit()]
    assert days
    assert [day for day in days if first_day(day) > moment] == []


def test_each_date_shows_what_was_known_then_and_the_back_button_is_exact(open_page):
    page = open_page(HOME)
    seen = [page.url]
    expect(page.locator(".top")).to_contain_text("Per 25 Jan 2024")
    stations = claims(page, STATIONS_WITHOUT)
    assert stations["KPU Provinsi Banten", "25 Jan 2024"] == {
        "Banten": "452", "Lebak": "360", "Kab. Serang": "63", "Pandeglang": "29",
    }  # fmt: skip
    assert stations["KPU Kabupaten Lebak", "12 Jan 2024"]["Lebak"] == "358"
    assert ("KPU Kabupaten Pandeglang", "10 Feb 2024") not in stations
    villages = claims(page, VILLAGES_WITHOUT)
    assert villages["Diskominfo Provinsi Banten", "29 Agu 2023"]["Banten"] == "449"
    nothing_later(page, date(2024, 1, 25))

    choose_moment(page, "10 Feb 2024")
    stations = claims(page, STATIONS_WITHOUT)
    assert stations["KPU Kabupaten Pandeglang", "10 Feb 2024"] == {"Pandeglang": "147"}
    nothing_later(page, date(2024, 2, 10))
    seen.append(page.url)

    choose_moment(page, "20 Mar 2024")
    stations = claims(page, STATIONS_WITHOUT)
    assert stations["KPU Provinsi Banten", "25 Jan 2024"]["Banten"] == "452"
    assert "554" not in [v for by in stations.values() for v in by.values()]
    nothing_later(page, date(2024, 3, 20))
    seen.append(page.url)

    page.locator("details.menu").nth(0).locator("summary").click()
    page.get_by_role("link", name="Pilkada 2024").click()
    choose_moment(page, "21 Nov 2024")
    stations = claims(page, STATIONS_WITHOUT)
    assert stations == {("Bawaslu Provinsi Banten", "21 Nov 2024"): {"Banten": "554"}}
    nothing_later(page, date(2024, 11, 21))

    page.go_back()
    for url in reversed(seen):
        page.go_back()
        expect(page).to_have_url(url)


def test_a_day_of_ones_own_is_taken_and_kept_on_the_way(open_page):
    page = open_page(f"{HOME}area/3602?sort=name")
    page.locator("details.menu").nth(1).locator("summary").click()
    page.get_by_label("Hari lain").fill("2024-01-12")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page).to_have_url(re.compile("per=2024-01-12.*sort=name"))
    page.wait_for_load_state()
    stations = claims(page, STATIONS_WITHOUT)
    assert {day for _, day in stations} == {"12 Jan 2024"}
    page.locator("#children").get_by_role("link", name="Cijaku").click()
    expect(page).to_have_url(re.compile(r"\?per=2024-01-12$"))


def test_the_board_answers_otherwise_before_and_after_voting_day(open_page):
    page = open_page(f"{HOME}?per=2024-01-20")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Belum dapat dijawab")
    choose_moment(page, "20 Mar 2024")
    expect(page.get_by_role("heading", level=1)).to_contain_text("TPS")
    expect(page).to_have_url(f"{HOME}?per=2024-03-20")
    choose_moment(page, "25 Jan 2024")
    expect(page).to_have_url(HOME)
