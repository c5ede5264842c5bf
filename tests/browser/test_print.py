"""On paper: no bar of navigation, nothing clipped, title and moment on the page."""

from __future__ import annotations

import pytest
from browser.pages import KINDS, STICKING_OUT
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PRINTED = [
    "board",
    "station",
    "room",
    "room of signal",
    "register",
    "village",
    "search, found",
]
MOMENT = ("Per 25 Jan 2024", "Per 20 Mar 2024")
"""Moment of a page, and of the room of votes, which is looked at after the count."""
LAID_OUT_PX = 906
"""Width at which Chromium lays out A4 within margins of 15 mm before it shrinks it."""


@pytest.mark.parametrize("kind", PRINTED)
def test_paper_carries_the_answer_and_no_navigation(open_page, kind):
    page = open_page(KINDS[kind])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": LAID_OUT_PX, "height": 1200})
    for hidden in (".rail", ".find", ".lang", ".act", ".pager", ".skip"):
        for found in page.locator(hidden).all():
            expect(found).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".top").get_by_text(MOMENT[kind == "room"])).to_be_visible()
    assert page.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("kind", ["board", "station"])
def test_the_page_becomes_a_pdf_of_a_few_sheets(open_page, kind):
    page = open_page(KINDS[kind])
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert paper.startswith(b"%PDF-")
    assert paper.rstrip().endswith(b"%%EOF")
    assert 1 <= paper.count(b"/Type /Page\n") <= 12
