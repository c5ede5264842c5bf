"""No page has a serious or critical finding of axe, in any width and theme."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.pages import HEIGHTS, KINDS

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")
AXE = Axe()


WHOLE = {"resultTypes": ["violations"]}
OF_COLOUR = {**WHOLE, "runOnly": ["color-contrast", "link-in-text-block"]}
"""All that a theme can change; the other rules look at what stays the same."""


def findings(page, options) -> list[str]:
    """Grave findings of axe on a page as it stands."""
    report = AXE.run(page, options=options).response["violations"]
    return [
        f"{found['id']}: {node['target']} {node['any'] and node['any'][0]['message']}"
        for found in report
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_grave(open_page, kind):
    for dark, options in ((False, WHOLE), (True, OF_COLOUR)):
        page = open_page(KINDS[kind], dark=dark)
        for width, height in HEIGHTS.items():
            page.set_viewport_size({"width": width, "height": height})
            assert findings(page, options) == [], (width, dark)


def test_axe_finds_nothing_grave_in_an_open_menu(open_page):
    page = open_page(KINDS["board"])
    for menu in page.locator("details.menu").all():
        menu.locator("summary").click()
        assert findings(page, WHOLE) == []
