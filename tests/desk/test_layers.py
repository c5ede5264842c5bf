"""Layers of rooms on the map page: choices, legend, table, image, what is missing."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from desk.conftest import check_page, texts
from django.conf import settings
from django.test import Client
from network.layered import layered

from siaga.desk.map_layers import ShownLayer
from siaga.house.rooms import built_rooms, room

MAP = "/id/pemilu_2024/map"
CHOICES = ["Semua operator", "Telkomsel", "Indosat Ooredoo Hutchison", "XL Axiata"]


@pytest.fixture(scope="module")
def workspace(banten_workspace: Path, tmp_path_factory) -> Path:
    """Workspace with layers."""
    return layered(banten_workspace, tmp_path_factory.mktemp("layers") / "banten")


@pytest.fixture
def client(workspace: Path, monkeypatch) -> Client:
    """Client of the desk over the workspace with layers."""
    monkeypatch.setattr(settings, "WORKSPACE", workspace)
    return Client(SERVER_NAME="localhost", raise_request_exception=False)


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    found = response.content.decode()
    check_page(found)
    return found


def test_every_operator_can_be_chosen_by_an_address(client) -> None:
    found = page(client, MAP)
    nav = re.search(r'<nav class="choices" aria-label="Sinyal">.*?</nav>', found)
    assert nav is not None
    links = re.findall(r'href="([^"]+)">([^<]+)</a>', nav[0])
    assert [text for _, text in links][:4] == CHOICES
    for address, text in links:
        shown = page(client, unescape(address))
        assert texts(shown, "h1").startswith(f"{text}: sinyal kuat atau cukup di ")
        assert f'aria-current="true">{text}</a>' in shown


def test_the_legend_speaks_of_photos_and_of_what_is_not_known(client) -> None:
    found = page(client, f"{MAP}?show=network.best")
    legend = re.search(r'<ul class="scale steps live-only">.*?</ul>', found)
    assert legend is not None
    rows = [texts(row, "li") for row in re.findall(r"<li>.*?</li>", legend[0])]
    assert rows[0] == "kuat: foto terkirim cepat (mulai −95 dBm)"
    assert rows[-1] == "tidak diketahui: tidak ada menara terdata dalam 2 km"
    assert re.findall(r'class="(q\d)"', legend[0]) == ["q5", "q4", "q3", "q2", "q0"]
    said = texts(found)
    assert "Arsir bukan berarti gelap" in said
    assert "OpenCelliD" in said and "25 Jan 2024" in said
    english = texts(page(client, "/en/pemilu_2024/map?show=network.best"))
    assert "Hatched does not mean dark" in english


def test_the_table_holds_what_the_map_shows(client) -> None:
    found = page(client, f"{MAP}?show=network.best")
    heads = re.findall(r'<th class="num">([^<]+)</th>', found)
    assert heads == [
        "Kuat atau cukup", "Kuat", "Cukup", "Lemah", "Sangat lemah", "Tidak diketahui",
    ]  # fmt: skip
    row = re.search(r'<tr class="regency">.*?Kota Tangerang Selatan.*?</tr>', found)
    rows = re.findall(r'<tr class="regency">.*?</tr>', found)
    assert row is not None and len(rows) == 8
    for one in rows:
        cells = re.findall(r'<td class="num">([\d,]+)</td>', one)
        values = [float(cell.replace(",", ".")) for cell in cells]
        assert values[0] == pytest.approx(values[1] + values[2], abs=0.11)
        assert sum(values[1:]) == pytest.approx(100, abs=0.3)


def test_image_and_raster_are_read_and_never_change(client) -> None:
    found = page(client, f"{MAP}?show=network.xl")
    image = re.search(r'data-layer="([^"]+)"', found)
    raster = re.search(r'href="(/layers/[^"]+\.tif)"', found)
    assert image is not None and raster is not None
    answer = client.get(image[1])
    assert (answer["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
    assert "immutable" in answer["Cache-Control"]
    answer = client.get(raster[1])
    assert answer.content[:2] == b"II"
    assert "coverage_xl.tif" in answer["Content-Disposition"]
    bounds = re.search(r'data-layer-bounds="([^"]+)"', found)
    assert bounds is not None and len(bounds[1].split(",")) == 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("layer_xl.png", "layer_kosong.png"),
        ("layer_xl.png", "layers.parquet"),
        ("layer_xl.png", "manifest.json"),
        ("/network/", "/rekap/"),
        ("/layers/network/", "/layers/network/../"),
        ("layer_xl.png", "../manifest.json"),
    ],
)
def test_no_other_file_is_given(client, old: str, new: str) -> None:
    found = page(client, f"{MAP}?show=network.xl")
    image = re.search(r'data-layer="([^"]+)"', found)
    assert image is not None and old in image[1]
    assert client.get(image[1].replace(old, new)).status_code == 404


def test_a_run_that_is_none_of_layers_gives_nothing(client, workspace: Path) -> None:
    runs = (workspace / "runs" / "network").glob("*/line*")
    assessed = {path.parent.name for path in runs}
    assert assessed
    for run in [*assessed, "0" * 16]:
        assert client.get(f"/layers/network/{run}/layer_xl.png").status_code == 404


def test_areas_have_their_own_steps_in_a_layer(client) -> None:
    shown = client.get("/id/pemilu_2024/map/verdicts.json?show=network.best")
    other = client.get("/id/pemilu_2024/map/verdicts.json?show=network.xl")
    assert shown.json()["areas"] != other.json()["areas"]
    assert shown["ETag"] != other["ETag"]
    assert shown.json()["stations"] == other.json()["stations"]


def test_a_layer_that_is_not_there_falls_back(client) -> None:
    for asked in ("network.moon", "hazard.flood", "network", "network.best.x"):
        found = page(client, f"{MAP}?show={asked}")
        assert "data-layer=" not in found
        assert "belum siap" in texts(found, "h1")


@pytest.mark.parametrize(
    ("query", "command"),
    [
        ("", "“siaga network coverage”"),
        ("?per=2024-02-10", "“siaga network coverage --as-of 2024-02-10”"),
    ],
)
def test_where_none_was_computed_the_map_says_how(get, query, command) -> None:
    said = texts(get(f"{MAP}{query}"))
    assert command in said
    assert ("di belakang" in said) == (query == "")
    other = texts(get("/id/pilkada_2024/map"))
    assert "siaga network coverage --election pilkada_2024" in other


def test_an_old_moment_has_no_newer_layer(client) -> None:
    assert "belum dihitung" in texts(page(client, f"{MAP}?per=2024-01-20"))
    assert "belum dihitung" not in texts(page(client, f"{MAP}?per=2024-02-10"))


def test_a_room_without_layers_is_none_of_the_desks_business() -> None:
    assert [one.key for one in built_rooms() if one.layers is not None] == ["network"]
    assert room("rekap").layers is None
    desk = Path(str(settings.STATIC_ROOT)).parent
    for path in desk.rglob("*.py"):
        assert "siaga.network" not in path.read_text(), path
    assert ShownLayer.__module__ == "siaga.desk.map_layers"
