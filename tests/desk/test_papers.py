"""Papers as PDF: whole and the same twice; what cannot be printed has a sentence."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cli.conftest import copy_workspace
from desk.conftest import check_page, texts
from django.test import Client, override_settings
from network.hand_plan import ELECTION, hand_plan

from siaga.desk import print_font
from siaga.desk.print_pdf import print_paper
from siaga.house.runs import RunKey, newest_run, publish, run_list
from siaga.house.words import Phrase, Words
from siaga.house.workspace import Workspace
from siaga.network.cards import station_cards
from siaga.network.letters import plan_letter
from siaga.network.report_channels import way_name
from siaga.network.state import network_state
from siaga.territory.paper import Cards, PaperAsked
from siaga.territory.report import Cell
from siaga.territory.situation import Situation

TUNDA = "3604132009003"
PANJANG = "3604082009001"
VILLAGE = "3604132009"
AS_OF = datetime(2024, 1, 25, 16, 59, 59, tzinfo=UTC)
ROOM = "/id/pemilu_2024/room/network"
PER = "per=2024-01-25"
ID = Words("id")


@pytest.fixture
def fetch(banten_workspace):
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)

    def of(address: str, status: int = 200):
        response = client.get(address)
        assert response.status_code == status, address
        return response

    return of


@pytest.fixture
def planned(banten, banten_workspace, tmp_path):
    """The desk on a workspace in which a plan has run."""
    path = copy_workspace(banten_workspace, tmp_path / "planned")
    key = RunKey("network", "plan", ELECTION, AS_OF.isoformat(), "", {}, {}, "")
    plan = hand_plan(banten)
    publish(Workspace(path), key, plan.write)
    with override_settings(WORKSPACE=path):
        yield


@pytest.fixture(scope="module")
def asked(banten, banten_workspace):
    run = newest_run(run_list(Workspace(banten_workspace)), "network", ELECTION, AS_OF)
    areas = banten.areas(ELECTION)
    row = areas.row(VILLAGE)
    situation = Situation(banten, ELECTION, AS_OF)
    return PaperAsked(situation, row, areas.stations(row), run.folder, run.as_of)


@pytest.fixture
def in_latin(monkeypatch, tmp_path):
    """Print in Helvetica, whose texts stand in the file as they are."""
    monkeypatch.setattr(print_font, "INTER", tmp_path / "none.woff2")


def printed(body: bytes) -> str:
    """Texts of a PDF in Helvetica, in the order in which they are drawn."""
    found = []
    for stream in re.findall(rb"stream\n(.*?)\nendstream", body, re.DOTALL):
        try:
            page = zlib.decompress(stream)
        except zlib.error:
            continue
        found += re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", page)
    text = b" ".join(found).decode("latin-1")
    return " ".join(re.sub(r"\\([()\\])", r"\1", text).split())


def n_pages(body: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", body))


def test_the_same_paper_has_the_same_bytes(asked, banten):
    letter = replace(asked, area_row=0, agency="operator")
    papers = [station_cards(asked), plan_letter(hand_plan(banten), letter)]
    for paper in papers:
        one, other = (print_paper(paper, ID, AS_OF) for _ in range(2))
        assert one == other and one.startswith(b"%PDF-1.")
        assert b"D:20240125165959" in one
        assert one.rstrip().endswith(b"%%EOF")
        assert print_paper(paper, Words("en"), AS_OF) != one


def test_two_cards_stand_on_a_page(asked):
    cards = station_cards(asked)
    n = len(cards.cards)
    assert n_pages(print_paper(cards, ID, AS_OF)) == -(-n // 2)


@pytest.mark.usefixtures("in_latin")
def test_a_card_prints_the_figures_of_the_assessment(asked):
    row = asked.situation.territory.stations(ELECTION).row(PANJANG)
    one = replace(asked, rows=slice(row, row + 1))
    text = printed(print_paper(station_cards(one), ID, AS_OF))
    state = network_state(asked.run)
    channels = state.channels
    way = ID(way_name(channels.keys[channels.order[row, 0]]))
    percent = round(100 * channels.arrives[row, 0])
    assert f"{way} {percent} {round(channels.minutes[row, 0])}" in text
    assert f"{state.good.lat[row]:.5f}, {state.good.lon[row]:.5f}" in text
    for part in (
        "TPS 001",
        "Desa Pulo Panjang",
        PANJANG,
        "Bila tidak terkirim",
        "perkiraan",
    ):
        assert part in text


@pytest.mark.usefixtures("in_latin")
def test_long_names_and_many_ways_are_printed_whole(asked):
    (card, *_) = station_cards(asked).cards
    name = "Kelurahan Pondok Kacang Timur Sebelah Utara yang Panjang Sekali"
    way = "Data operator bergerak dengan nama yang amat panjang"
    rows = tuple((Cell(i), Cell(way), Cell(97 - i), Cell(9 * i)) for i in range(1, 10))
    table = replace(card.table, rows=rows)
    long = replace(card, places=(name, *card.places[1:]), table=table)
    text = printed(print_paper(Cards(card.what, (long,)), ID, AS_OF))
    assert name in text and text.count(way) == 9


@pytest.mark.usefixtures("in_latin")
def test_signs_beyond_latin_are_replaced_by_what_one_would_type():
    font = print_font.print_font()
    assert font.family == "helvetica"
    assert font.text("−6 – “ya” … š → ≥ 官") == '-6 - "ya" ... s > >= ?'
    assert font.text("± · é") == "± · é"


def test_the_desks_own_font_has_figures_of_one_width_and_the_signs_of_our_words():
    font = print_font.print_font()
    if font.family != "inter":
        pytest.skip("the front-end files are not here")
    from fontTools.ttLib import TTFont

    assert font.text("−6 – “ya” … · ±") == "−6 – “ya” … · ±"
    regular = TTFont(font.files[""])
    names = regular.getBestCmap()
    assert len({regular["hmtx"][names[ord(figure)]][0] for figure in "0123456789"}) == 1


@pytest.mark.usefixtures("in_latin")
def test_every_page_of_a_letter_says_that_it_is_a_draft(asked, banten):
    letter = plan_letter(
        hand_plan(banten), replace(asked, area_row=0, agency="operator")
    )
    body = print_paper(letter, ID, AS_OF)
    text = printed(body)
    assert n_pages(body) == 2
    assert text.count("RANCANGAN SURAT") == 2
    assert "Halaman 1 dari 2" in text and "Halaman 2 dari 2" in text
    assert "Yth. Pimpinan Operator seluler" in text and "Kota Cilegon" in text


def test_cards_of_an_area_and_of_a_station_download(fetch):
    area = fetch(f"{ROOM}/cards.pdf?area={VILLAGE}&{PER}")
    assert area["Content-Type"] == "application/pdf"
    assert f'"pemilu_2024_{VILLAGE}_cards.pdf"' in area["Content-Disposition"]
    again = fetch(f"{ROOM}/cards.pdf?area={VILLAGE}&{PER}")
    assert area.content == again.content
    one = fetch(f"{ROOM}/cards.pdf?station={TUNDA}&{PER}")
    assert n_pages(one.content) == 1 < n_pages(area.content)


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("cards.pdf", 400, "Banten mempunyai 33.324 TPS; satu berkas memuat paling"),
        ("cards.pdf?area=99", 404, "Tidak ada wilayah"),
        ("cards.pdf?station=99", 404, "Tidak ada TPS"),
        ("nothing.pdf", 404, "Halaman ini tidak ada"),
        ("letter.pdf?agency=operator", 404, "Belum ada rencana untuk ruang Sinyal"),
        ("cards.pdf?per=2020-01-01", 404, "Belum ada penilaian yang dapat dicetak"),
    ],
)
def test_what_cannot_be_printed_has_a_sentence(fetch, address, status, sentence):
    page = fetch(f"{ROOM}/{address}", status).content.decode()
    check_page(page)
    assert sentence in texts(page, "h1")


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("agency=nobody", "Tidak ada instansi “nobody”"),
        ("agency=", "Tidak ada instansi"),
        ("agency=pln", "Rencana tidak meminta apa pun kepada PLN UID Banten di Banten"),
        ("agency=operator&area=3604", "Operator seluler di Kab. Serang"),
    ],
)
def test_a_letter_to_nobody_has_a_sentence(fetch, query, sentence):
    page = fetch(f"{ROOM}/letter.pdf?{query}&{PER}", 404).content.decode()
    assert sentence in texts(page, "h1")


@pytest.mark.usefixtures("planned")
def test_the_room_offers_a_letter_to_each_agency_of_the_plan(fetch):
    page = fetch(f"{ROOM}?{PER}").content.decode()
    check_page(page)
    said = texts(page)
    assert "Rancangan surat: Operator seluler" in said
    assert "Rancangan surat: KPU (provinsi" in said and "surat: PLN" not in said
    assert "Cetak kartu TPS: pilih wilayah dengan paling banyak 2.000 TPS" in said
    letters = re.findall(r'href="([^"]*letter\.pdf[^"]*)"', page)
    assert len(letters) == 2
    for address in letters:
        body = fetch(address.replace("&amp;", "&")).content
        assert body.startswith(b"%PDF-")


def test_pages_of_areas_and_stations_lead_to_their_cards(fetch):
    for page in (f"{ROOM}?area={VILLAGE}&{PER}", f"/id/pemilu_2024/tps/{TUNDA}?{PER}"):
        found = re.findall(
            r'href="([^"]*cards\.pdf[^"]*)"', fetch(page).content.decode()
        )
        assert len(found) == 1
        assert fetch(found[0].replace("&amp;", "&")).content.startswith(b"%PDF-")


def test_a_room_without_papers_offers_none(fetch):
    page = fetch("/id/pemilu_2024/room/rekap").content.decode()
    assert ".pdf" not in page
    fetch("/id/pemilu_2024/room/rekap/cards.pdf", 404)


def test_a_title_is_the_title_of_the_file(asked):
    cards = replace(station_cards(asked), title=Phrase.of("network.card.title"))
    assert b"/Title" in print_paper(cards, ID, AS_OF)
