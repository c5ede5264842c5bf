"""What is said of one point of the map: its page, its panel, its bad addresses."""

from __future__ import annotations

import importlib
import re
import sys
from html import unescape
from typing import TYPE_CHECKING

import numpy as np
import pytest
from desk.conftest import panel, texts
from django.test import Client

import siaga
from siaga.desk.charts import drawn, ticks
from siaga.house import rooms, words
from siaga.house.words import Phrase, Words
from siaga.territory.point_view import Chart, Mark, Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from desk.conftest import Get

HOME = "/id/pemilu_2024/"
BLOCKED = "3604062001014"
"""A hill stands between it and its masts, 11 km away."""
NO_MAST = "3601012001001"
CLEAR_POINT = "lat=-6.2&lon=106.5"
PART = {"X-Requested-With": "fetch"}


@pytest.fixture
def client(banten_workspace: Path) -> Client:
    """Client of the desk over the real Banten."""
    return Client(SERVER_NAME="localhost", raise_request_exception=False)


def test_the_sentence_names_hill_distance_operator_level_and_what_it_means(
    get: Get,
) -> None:
    page = get(f"{HOME}link?station={BLOCKED}&operator=xl")
    assert re.search(
        r"Bukit setinggi \d+ m pada 2,\d km menutup garis pandang; sinyal XL Axiata di "
        r"sini kira-kira −\d+ dBm, tidak cukup untuk mengirim foto\. perkiraan$",
        texts(page, "h1"),
    )
    english = texts(get(f"/en/pemilu_2024/link?station={BLOCKED}&operator=xl"), "h1")
    assert "blocks the line of sight" in english and "not enough" in english


def test_the_level_is_that_of_the_station_sheet(get: Get) -> None:
    sheet = texts(get(f"{HOME}tps/{BLOCKED}"))
    level = re.search(r"XL Axiata \d+ \d+ (−\d+) −\d+ −\d+ (−?\d+)", sheet)
    assert level is not None
    page = texts(get(f"{HOME}link?station={BLOCKED}&operator=xl"))
    assert f"kira-kira {level[1]} dBm" in page
    assert re.search(rf"XL Axiata {level[1]} −\d+ sampai −\d+ {level[2]} ", page)


def test_another_operator_is_a_link_away(get: Get) -> None:
    page = get(f"{HOME}link?station={BLOCKED}&per=2024-01-25")
    links = re.findall(r'href="([^"]+operator=\w+)" data-spot', page)
    assert len(links) == 2 and all("per=2024-01-25" in link for link in links)
    other = get(unescape(links[1]))
    assert page.count('aria-current="true">XL') == 1
    assert other.count('aria-current="true">Indosat') == 1


def test_a_point_is_named_by_its_village_and_leads_to_the_map(get: Get) -> None:
    page = get(f"{HOME}link?{CLEAR_POINT}")
    answer = texts(page, "section")
    assert "Titik −6,20000, 106,50000" in answer and "Kab. Tangerang" in answer
    assert re.search(r'href="[^"]*/map\?at=\d{10}"', page)
    assert "Titik TPS ini perkiraan" not in texts(page)
    assert "Titik TPS ini perkiraan" in texts(get(f"{HOME}link?station={BLOCKED}"))


def test_the_picture_has_its_text_and_its_table(get: Get) -> None:
    page = get(f"{HOME}link?station={BLOCKED}&operator=xl")
    label = re.search(r'role="img" aria-label="([^"]+)"', page)
    assert label is not None
    assert "Bukit setinggi" in label[1] and "Penampang tanah sepanjang 11," in label[1]
    assert 'class="k-at k-obstacle"' in page and "zona Fresnel pertama" in page
    assert "Ruang di bawah garis pandang, m" in texts(page)


def test_without_a_mast_an_empty_map_is_not_called_dark(get: Get) -> None:
    page = texts(get(f"{HOME}link?station={NO_MAST}"))
    assert "Tidak ada menara terdata dalam 15 km" in page
    assert "Peta kosong bukan berarti gelap" in page
    page = texts(get(f"{HOME}link?station={BLOCKED}&operator=smartfren"))
    assert "Tidak ada menara Smartfren yang terdata" in page and "XL Axiata" in page


def test_a_cell_of_2g_is_not_counted_for_a_photo(get: Get) -> None:
    page = get(f"{HOME}link?lat=-6.3&lon=106.3&operator=xl")
    assert " 2G " not in texts(page) and " 4G " in texts(page)


def test_a_station_without_a_point_says_so(get: Get) -> None:
    page = get("/id/pemilu_2019/link?station=360128s51880001")
    assert texts(page, "h1").startswith("Titik TPS ini belum diketahui")
    assert "/link?" not in get("/id/pemilu_2019/tps/360128s51880001").split("<main")[1]


def test_an_election_without_a_list_of_stations_still_has_its_points(get: Get) -> None:
    assert "dBm" in texts(get(f"/id/pilkada_2024/link?{CLEAR_POINT}"), "h1")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("lat=-6.2", "bukan lintang dan bujur"),
        ("lat=x&lon=106.5", "“x, 106.5” bukan lintang dan bujur"),
        ("lat=nan&lon=106.5", "bukan lintang dan bujur"),
        ("lat=-6.2&lon=1e2", "bukan lintang dan bujur"),
        ("lat=%D9%A6&lon=106.5", "bukan lintang dan bujur"),
        ("", "bukan lintang dan bujur"),
        ("lat=106.5&lon=-6.2", "tampak tertukar: 106.5, -6.2"),
        ("lat=6.2&lon=106.5", "di luar provinsi ini"),
        (f"{CLEAR_POINT}&operator=pigeon", "Tidak ada operator “pigeon”"),
    ],
)
def test_a_bad_address_is_told_what_is_wrong(
    get: Get, query: str, sentence: str
) -> None:
    page = get(f"{HOME}link?{query}", 400)
    assert sentence in texts(page, "h1")
    assert "Tidak ada data yang hilang" in texts(page)


def test_a_comma_is_read_as_a_point_and_no_such_station_is_not_found(get: Get) -> None:
    comma = texts(get(f"{HOME}link?lat=-6,2&lon=106,5"), "h1")
    assert comma == texts(get(f"{HOME}link?{CLEAR_POINT}"), "h1")
    get(f"{HOME}link?station=999", 404)


def test_the_map_asks_for_the_panel_alone(client: Client) -> None:
    answer = client.get(f"{HOME}link?station={BLOCKED}", headers=PART)
    part = answer.content.decode()
    assert answer.status_code == 200 and "X-Requested-With" in answer["Vary"]
    assert "<html" not in part and "<h1" not in part and " style=" not in part
    assert "Bukit setinggi" in texts(part, "section")
    assert "Buka halaman penuh" in part


def test_places_of_the_map_and_sheets_offer_it(client: Client, get: Get) -> None:
    of_area = client.get(f"{HOME}map/place?kind=area&row=9&{CLEAR_POINT}")
    part = of_area.content.decode()
    assert re.search(r'href="[^"]*lat=-6.20000&amp;lon=106.50000" data-spot', part)
    assert "Lihat sambungan sinyal di titik ini" in part
    assert "data-spot" not in (
        client.get(f"{HOME}map/place?kind=area&row=9").content.decode()
    )
    swapped = client.get(f"{HOME}map/place?kind=area&row=9&lat=106.5&lon=-6.2")
    assert swapped.status_code == 400
    sheet = get(f"{HOME}tps/{BLOCKED}")
    assert f"link?station={BLOCKED}" in sheet
    assert "Lihat sambungan sinyal" in panel(sheet, "network")


_CARD = 'from siaga.house.rooms import Room\nROOM = Room(key="toy")\n'
_POINT = """
from siaga.house.words import Phrase
from siaga.territory.point_view import PointView

CHOICE = "ball"

def point_view(situation, run, spot, choice):
    return PointView(Phrase.of("toy.title"), Phrase.of("toy.ball", ball=choice))
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A room `toy` that answers points, and no line of its own in the desk."""
    (tmp_path / "toy").mkdir()
    for name, text in (("__init__", ""), ("room", _CARD), ("point", _POINT)):
        (tmp_path / "toy" / f"{name}.py").write_text(text)
    monkeypatch.setattr(siaga, "__path__", [*siaga.__path__, str(tmp_path)])
    monkeypatch.setattr(rooms, "ROOMS", (*rooms.ROOMS, "toy"))
    said = {
        "title": "Mainan",
        "question": "?",
        "ball": "Bola {ball}.",
        "point.what": "bola",
    }
    for key, text in said.items():
        monkeypatch.setitem(words.catalogue("id"), f"toy.{key}", (text,))
    importlib.invalidate_caches()
    rooms.rooms.cache_clear()
    yield
    rooms.rooms.cache_clear()
    for name in [name for name in sys.modules if name.startswith("siaga.toy")]:
        del sys.modules[name]


def test_another_room_that_answers_points_stands_beside_it(
    toy: None, get: Get, client: Client
) -> None:
    page = get(f"{HOME}link?{CLEAR_POINT}&ball=merah")
    assert "dBm" in texts(page, "h1")
    assert "Mainan Bola merah." in texts(page)
    place = client.get(f"{HOME}map/place?kind=area&row=9&{CLEAR_POINT}")
    assert "Lihat sambungan sinyal, bola di titik ini" in place.content.decode()


# Charts of whatever room


def chart_of(*marks: Mark) -> Chart:
    x = np.linspace(0, 10, 11)
    word = Phrase.of("network.point.title")
    return Chart(word, word, x, word, word, (0.0, 100.0), (), (), marks)


@pytest.mark.parametrize(
    ("low", "high", "values"),
    [
        (0.0, 7.3, [0, 2, 4, 6]),
        (0.0, 0.31, [0, 0.1, 0.2, 0.3]),
        (-12.0, 431.0, [0, 200, 400]),
        (3.0, 3.5, [3, 3.2, 3.4]),
    ],
)
def test_ticks_are_round_and_within_the_axis(low, high, values) -> None:
    found = ticks(low, high, 4)
    assert [value for value, _ in found] == pytest.approx(values)
    assert len({f"{value:.{digits}f}" for value, digits in found}) == len(found)


def test_names_of_marks_do_not_lie_on_each_other() -> None:
    name = Phrase.of("network.point.title")
    marks = [Mark(Role.END, 0, 50, name), Mark(Role.NOTE, 0.2, 52, name)]
    shown = drawn(chart_of(*marks, Mark(Role.END, 10, 50, name)), Words("id")).marks
    heights = [float(mark.text_y) for mark in shown]
    assert abs(heights[0] - heights[1]) >= 16
    assert [mark.anchor for mark in shown] == ["start", "start", "end"]
