"""The map's page, its data and its tiles over HTTP."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from desk.conftest import Get, texts
from django.test import Client

from siaga.territory.territory import Territory

HOME = "/id/pemilu_2024/"


@pytest.fixture
def client(banten_workspace: Path) -> Client:
    """Client of the desk over the real Banten."""
    return Client(SERVER_NAME="localhost", raise_request_exception=False)


def test_the_sentence_names_the_figure(get: Get) -> None:
    answer = texts(get(f"{HOME}map"))
    assert re.search(r"\d+,\d % TPS yang dapat diperiksa belum siap", answer)
    assert "33.324 TPS" in texts(get(f"{HOME}map?show=stations"))
    assert "Daftar TPS pemilu ini belum ada" in texts(get("/id/pilkada_2024/map"))
    assert "of the stations that can be checked" in texts(get("/en/pemilu_2024/map"))


def test_every_area_and_every_station_has_its_digit(
    client: Client, banten: Territory
) -> None:
    answer = client.get(f"{HOME}map/verdicts.json?per=2024-03-20")
    found = json.loads(answer.content)
    assert len(found["areas"]) == len(banten.areas("pemilu_2024"))
    assert len(found["stations"]) == 33_324
    counts = [found["stations"].count(str(code)) for code in range(5)]
    assert counts[2] == 1_752 and counts[4] == 0 and sum(counts) == 33_324
    again = client.get(
        f"{HOME}map/verdicts.json?per=2024-03-20",
        headers={"If-None-Match": answer["ETag"]},
    )
    assert again.status_code == 304
    before = json.loads(client.get(f"{HOME}map/verdicts.json?per=2024-01-25").content)
    assert set(before["stations"]) == {"0", "1", "3"}


def test_a_place_is_read_beside_the_map(client: Client) -> None:
    answer = client.get(f"{HOME}map/place?kind=area&row=0")
    assert "33.324 TPS" in answer.content.decode()
    for bad in ("kind=area&row=99999", "kind=moon&row=1", "kind=area&row=x", ""):
        assert client.get(f"{HOME}map/place?{bad}").status_code == 400


def test_at_leads_to_an_area_or_a_station(get: Get) -> None:
    assert 'data-station="' in get(f"{HOME}map?at=3604132009003")
    assert "Cikaratuan" in get(f"{HOME}map?at=36.02.28.2009")
    get(f"{HOME}map?at=nowhere", status=404)


def test_tiles_are_read_in_stretches(client: Client, banten_workspace: Path) -> None:
    from siaga.house.workspace import Workspace, write_atomic

    tiles = Workspace(banten_workspace).tiles
    made = tiles / "index.json"
    if not made.exists():
        tiles.mkdir(exist_ok=True)
        (tiles / "pemilu_2024_0.pmtiles").write_bytes(b"PMTiles" + bytes(1000))
        write_atomic(made, '{"pemilu_2024": "pemilu_2024_0"}')
    name = json.loads(made.read_text())["pemilu_2024"]
    answer = client.get(f"/tiles/{name}.pmtiles", headers={"Range": "bytes=0-6"})
    assert (answer.status_code, answer.content) == (206, b"PMTiles")
    assert answer["Content-Range"].startswith("bytes 0-6/")
    past = client.get(f"/tiles/{name}.pmtiles", headers={"Range": "bytes=99999999-"})
    assert past.status_code == 416
    assert client.get("/tiles/other.pmtiles").status_code == 404
    assert client.get("/tiles/../current.pmtiles").status_code == 404
