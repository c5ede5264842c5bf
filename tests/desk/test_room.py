"""The generic page of a room, in each of its states; also of a room made up here."""

from __future__ import annotations

import importlib
import re
import sys
from typing import TYPE_CHECKING

import pytest
from desk.conftest import panel, texts

import siaga
from siaga.house import rooms, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from desk.conftest import Get


def test_an_assessed_room_says_its_counts(get: Get) -> None:
    page = get("/id/pemilu_2024/room/rekap?per=2024-03-20")
    assert texts(page, "h1") == (
        "1.752 TPS belum siap, 176 berisiko, 16.079 belum diketahui, 15.317 siap. "
        "perkiraan"
    )
    assert 1752 + 176 + 16079 + 15317 == 33324


def test_reasons_come_worst_first_and_lead_to_their_stations(get: Get) -> None:
    page = get("/id/pemilu_2024/room/rekap?per=2024-03-20")
    reasons = panel(page, "reasons")
    assert reasons.index("1.587") < reasons.index("165") < reasons.index("9.148")
    address = re.findall(r'href="([^"]*reason=E1[^"]*)"', page)[0]
    listed = panel(get(address.replace("&amp;", "&").split("#")[0]), "stations")
    assert "1–50 dari 1.587 TPS" in listed
    assert "Jumlah suara calon 228 tidak sama dengan suara sah 110" in listed


def test_the_list_of_a_reason_has_pages(get: Get) -> None:
    last = get("/id/pemilu_2024/room/rekap?per=2024-03-20&reason=E1&nth=99")
    assert "1.551–1.587 dari 1.587 TPS" in panel(last, "stations")
    assert 'rel="next"' not in last
    assert (
        "tidak ada"
        in panel(
            get("/id/pemilu_2024/room/rekap?per=2024-03-20&reason=X9"), "stations"
        ).lower()
    )
    get("/id/pemilu_2024/room/rekap?per=2024-03-20&reason=E1&nth=-1", 400)
    get("/id/pemilu_2024/room/rekap?per=2024-03-20&reason=E1&nth=%D9%A3", 400)


def test_an_area_has_its_own_counts(get: Get) -> None:
    page = get("/en/pemilu_2024/room/rekap?per=2024-03-20&area=3604")
    assert texts(page, "h1").startswith("219 stations not ready")
    assert "Tirtayasa" in panel(page, "children")
    same = get("/en/pemilu_2024/room/rekap?per=2024-03-20&area=36.04")
    assert texts(same, "h1") == texts(page, "h1")


def test_the_tally_puts_official_figures_beside_the_stations(get: Get) -> None:
    page = get("/id/pemilu_2024/room/rekap?per=2024-03-20")
    assert "Banten Sirekap Pemilu 2024 1.902.261 3.168.004 560.331" in texts(page)
    assert "2.451.383 4.035.052 720.275 7.206.710 215.797" in texts(page)
    assert "26.353 dari 33.324" in texts(page) and "dari 17.781 TPS" in texts(page)


def test_rules_are_counted_only_where_they_can_be_checked(get: Get) -> None:
    rules = texts(get("/id/pemilu_2024/room/rekap?per=2024-03-20"))
    assert "17.205 1.587 9,2" in rules and "17.781 610 3,4" in rules


def test_the_run_can_be_asked_for(get: Get) -> None:
    run = panel(get("/id/pemilu_2024/room/rekap?per=2024-03-20"), "run")
    assert re.search(r"Nomor hitungan [0-9a-f]{16}", run)
    assert "race · bawaan" in run and "6 berkas" in run


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "pemilu_2024/room/logistics",
            "Belum dinilai di edisi ini; yang ada",
        ),
        ("pemilu_2024/room/rekap?per=2024-01-25", "Belum waktunya."),
        ("pemilu_2024/room/rekap?per=2024-02-20", "Belum dinilai: belum ada hitungan"),
        ("pilkada_2024/room/rekap", "Belum dapat dinilai: daftar TPS"),
        ("pilkada_2024/room/rekap?per=2024-11-01", "Belum dapat dinilai: daftar TPS"),
    ],
)
def test_every_other_state_has_a_sentence(
    get: Get, address: str, sentence: str
) -> None:
    page = get(f"/id/{address}")
    assert texts(page, "h1").startswith(sentence)
    assert "Belum ada hitungan yang dapat dibaca" in panel(page, "run")


def test_claims_of_the_room_only(get: Get) -> None:
    claims = panel(get("/id/pemilu_2024/room/hazard"), "claims")
    assert "Rawan banjir" in claims and "Tanpa sinyal" not in claims


def test_without_a_list_official_results_are_still_shown(get: Get) -> None:
    assert "2.449.183 3.102.501" in texts(get("/id/pilkada_2024/room/rekap"))


def test_no_such_room(get: Get) -> None:
    assert "Tidak ada ruang" in texts(get("/id/pemilu_2024/room/kitchen", 404), "h1")


_CARD = 'from siaga.house.rooms import Room\nROOM = Room(key="toy")\n'
_REPORT = """
from siaga.house.words import Phrase
from siaga.territory.report import Cell, Column, ReportTable

def room_tables(situation, area_row, run):
    head = (Column(Phrase.of("toy.title"), False), Column("n"))
    row = (Cell("<b>bola</b>"), Cell(1234))
    return [ReportTable(Phrase.of("toy.title"), head, (row,))]

def station_tables(situation, row, run):
    return [ReportTable(Phrase.of("toy.title"), empty=Phrase.of("toy.question"))]
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A room `toy` with a card and a report, and no line of its own in the desk."""
    (tmp_path / "toy").mkdir()
    for name, text in (("__init__", ""), ("room", _CARD), ("report", _REPORT)):
        (tmp_path / "toy" / f"{name}.py").write_text(text)
    monkeypatch.setattr(siaga, "__path__", [*siaga.__path__, str(tmp_path)])
    monkeypatch.setattr(rooms, "ROOMS", (*rooms.ROOMS, "toy"))
    for key, text in (("toy.title", "Mainan"), ("toy.question", "Ada bola?")):
        monkeypatch.setitem(words.catalogue("id"), key, (text,))
    importlib.invalidate_caches()
    rooms.rooms.cache_clear()
    yield
    rooms.rooms.cache_clear()
    for name in [name for name in sys.modules if name.startswith("siaga.toy")]:
        del sys.modules[name]


@pytest.mark.usefixtures("toy")
def test_a_new_room_shows_with_no_change_of_the_desk(get: Get) -> None:
    page = get("/id/pemilu_2024/room/toy")
    assert "Mainan · Banten · Ada bola?" in texts(page)
    assert "Belum dinilai: belum ada hitungan" in texts(page, "h1")
    assert "<b>bola</b> 1.234" in texts(page) and "<b>bola" not in page
    station = get("/id/pemilu_2024/tps/3604132009003")
    assert "Mainan" in panel(station, "lines")
    assert "Ada bola?" in panel(station, "toy")
    assert "Mainan" in get("/id/help")
