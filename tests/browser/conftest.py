"""A desk that runs, and a browser that looks at it and lets nothing pass unseen."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser.pages import HEIGHTS
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

START_S_MAX = 60.0
STOP_S_MAX = 10.0
CHROMIUM = (
    *("--no-sandbox", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--no-first-run", "--disable-quic"),
    "--disable-dev-shm-usage",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    # All but this machine goes to a port where nobody listens, workers included.
    "--proxy-server=127.0.0.1:9",
)
# A page that is meant to fail is written to the console by the browser itself, and the
# drawing of maps without a graphics card by its driver.
_STATUS_SEEN = "Failed to load resource: the server responded with a status of"
_DRIVER = "GL Driver Message"

OpenPage = Callable[..., Page]
Serve = Callable[[Path], AbstractContextManager[str]]


@contextmanager
def serve_workspace(workspace: Path) -> Iterator[str]:
    """Desk over a workspace as a process of its own; its address without a slash."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "siaga.desk.wsgi:application"),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--no-ws", "--workers", "1", "--blocking-threads", "4"),
        *("--workers-kill-timeout", "3", "--log-level", "error"),
    ]
    environ = {**os.environ, "SIAGA_WORKSPACE": str(workspace)}
    server = subprocess.Popen(command, env=environ, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(server, url)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_it_answers(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_S_MAX
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"The desk ended with code {server.returncode}.")
        try:
            urllib.request.urlopen(f"{url}/favicon.ico", timeout=START_S_MAX).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The desk did not answer within {START_S_MAX:.0f} s.")


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Way to serve another workspace for one test."""
    return serve_workspace


@pytest.fixture(scope="session")
def desk_url(banten_workspace: Path) -> Iterator[str]:
    """Address of a desk over the real Banten, with the tiles of its maps."""
    from siaga.house.workspace import Workspace
    from siaga.readiness.prepare import prepare

    prepare(Workspace(banten_workspace))
    with serve_workspace(banten_workspace) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium of this machine; nothing is fetched for it."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail(
            "The browser tests need Chromium: run `make chromium`, or as root "
            "`apt-get install chromium`."
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield chromium
        chromium.close()


class Watched:
    """What a page asked for and complained of while a test looked at it."""

    def __init__(self) -> None:
        self.foreign: list[str] = []
        self.complaints: list[str] = []

    def follow(self, page: Page) -> None:
        """Listen to a page until it is closed."""
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._on_failed)

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.foreign.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        asked_for = message.location.get("url") == (message.page and message.page.url)
        if asked_for and message.text.startswith(_STATUS_SEEN):
            return
        if _DRIVER in message.text:
            return
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _on_failed(self, request: Request) -> None:
        # Leaving a page ends what it still waits for; that is no fault of its.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.failure}: {request.url}")


@pytest.fixture
def open_page(browser: Browser, desk_url: str) -> Iterator[OpenPage]:
    """Way to open a page: `open_page("/id/…", width=390, dark=True, js=False)`.

    At the end nothing foreign was asked for and nothing was complained of: no error,
    no warning, no breach of the content security policy.
    """
    watched, contexts = Watched(), []

    def opened(
        path: str, width: int = 1440, dark: bool = False, js: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=desk_url,
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=js,
        )
        contexts.append(context)
        page = context.new_page()
        watched.follow(page)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert watched.foreign == []
    assert watched.complaints == []
