"""The desk asked over HTTP, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

Get = Callable[..., str]


@pytest.fixture
def get(banten_workspace: Path) -> Get:
    """Text of a page; checks its status and what every page owes."""
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)

    def of(address: str, status: int = 200) -> str:
        response = client.get(address)
        assert response.status_code == status, address
        page = response.content.decode()
        check_page(page)
        return page

    return of


def check_page(page: str) -> None:
    """No inline style or script, one h1, links within the page lead somewhere."""
    assert " style=" not in page and "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert page.count("<h1") == 1
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    inside = re.findall(r'href="#([^"]+)"', page)
    assert set(inside) <= ids
    assert 'href=""' not in page


def texts(page: str, tag: str = "main") -> str:
    """Words of a part of a page, without marks and with single spaces."""
    match = re.search(rf"<{tag}[ >].*?</{tag}>", page, re.DOTALL)
    assert match is not None, tag
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", match[0])).split())


def panel(page: str, key: str) -> str:
    """Words of the panel of a page with an id."""
    match = re.search(rf'<section[^>]*id="{key}".*?</section>', page, re.DOTALL)
    assert match is not None, key
    return texts(match[0], "section")
