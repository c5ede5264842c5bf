"""The map page, cold: a new browser profile, from the address to a drawn map."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from bench.harness import Case, Goal, Work

REPO = Path(__file__).resolve().parent.parent
ADDRESS = "/id/pemilu_2024/map"


def cold() -> Case:
    """Seconds until the map is drawn and answers, in headless Chromium."""
    from browser.conftest import CHROMIUM, serve_workspace
    from playwright.sync_api import sync_playwright

    from siaga.house.workspace import Workspace
    from siaga.readiness.prepare import prepare
    from siaga.territory.importer import import_folder

    workspace = Path(tempfile.mkdtemp(prefix="siaga-bench-")) / "banten"
    import_folder(REPO / "data" / "banten", Workspace(workspace))
    prepare(Workspace(workspace))
    server = serve_workspace(workspace)
    url = server.__enter__()

    def drawn_s() -> float:
        with sync_playwright() as playwright:
            found = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            began = time.perf_counter()
            page.goto(url + ADDRESS)
            page.wait_for_selector("#map[data-ready]", timeout=60_000)
            seconds = time.perf_counter() - began
            browser.close()
        return seconds

    def close() -> dict[str, object]:
        server.__exit__(None, None, None)
        return {}

    return Case("33,324 stations, new profile, 2.4 MB of tiles", drawn_s, close, float)


WORKS = (Work("map.cold", cold, Goal(time_s_max=2), n_runs=3),)
