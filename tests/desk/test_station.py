"""The sheet of a station: its sentence, its six duties, its votes, its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from desk.conftest import panel, texts

if TYPE_CHECKING:
    from desk.conftest import Get

COUNTED = "per=2024-03-20"
TUNDA = "3604132009003"
BROKEN = "3601012002012"
"""Its candidates add up to 228, its valid votes are 110."""
KEPT = "3601012001001"
"""Its votes are kept; nothing is known of the masts around it."""
WELL = "3602142009011"
"""Its votes are kept and its signal is enough."""


def test_the_worst_reason_is_the_sentence_and_says_that_it_is_an_estimate(
    get: Get,
) -> None:
    head = texts(get(f"/id/pemilu_2024/tps/{BROKEN}?{COUNTED}"), "h1")
    sentence = "Jumlah suara calon 228 tidak sama dengan suara sah 110: selisih 118."
    assert head == f"{sentence} perkiraan"


def test_owner_due_and_next_step_stand_under_the_sentence(get: Get) -> None:
    answer = texts(get(f"/id/pemilu_2024/tps/{BROKEN}?{COUNTED}"), "section")
    assert "belum siap" in answer
    assert "Pemilik: KPU" in answer and "kecamatan Sumur" in answer
    assert "tenggat lewat 18 hari" in answer
    assert "langkah berikut: Formulir yang tidak cocok dibetulkan" in answer


def test_a_ready_station_is_not_asked_for_anything(get: Get) -> None:
    answer = texts(get(f"/id/pemilu_2024/tps/{WELL}?{COUNTED}"), "section")
    assert "Siap sejauh dinilai" in answer and "2 dari 6 urusan" in answer
    assert "tenggat" not in answer and "langkah" not in answer


def test_six_duties_each_say_how_they_stand(get: Get) -> None:
    lines = panel(get(f"/id/pemilu_2024/tps/{BROKEN}?{COUNTED}"), "lines")
    assert "Sinyal belum melapor Belum diketahui:" in lines
    for name in ("Bencana", "Logistik", "Keamanan", "Hukum"):
        assert f"{name} Belum dinilai di edisi ini." in lines
    assert "Jumlah suara calon 228 Suara sah 110 Selisih E1 118" in lines
    assert "Sirekap Pemilu 2024" in lines


def test_before_the_count_the_votes_are_not_due(get: Get) -> None:
    page = get(f"/id/pemilu_2024/tps/{BROKEN}?per=2024-01-25")
    assert "Suara Belum waktunya. Dinilai sejak 14 Feb 2024." in panel(page, "lines")
    assert "Ukur dulu." in texts(page, "h1")
    assert "228" not in texts(page) and 'id="rekap"' not in page


def test_after_the_vote_but_before_the_source_there_is_no_result(get: Get) -> None:
    page = get(f"/id/pemilu_2024/tps/{BROKEN}?per=2024-02-20")
    assert "Belum ada penilaian yang dapat dibaca" in panel(page, "lines")
    assert "Belum ada hasil yang dapat dibaca sampai waktu ini." in panel(page, "rekap")
    assert "17 Mar 2024" not in panel(page, "rekap")


def test_votes_of_all_sources_stand_side_by_side(get: Get) -> None:
    votes = panel(get(f"/en/pemilu_2019/tps/{KEPT}"), "rekap")
    assert "Situng Pemilu 2019 KawalPemilu 2019" in votes
    assert "Candidate 01 27 27 Candidate 02 131 131" in votes
    assert "volunteer" in votes


def test_two_sources_that_contradict_each_other_are_marked(get: Get) -> None:
    page = get("/id/pemilu_2019/tps/3601012006007")
    assert page.count('class="num differs">11<') == 1
    assert page.count('class="num differs">111<') == 1
    assert 'class="num">13<' in page


def test_the_stamp_of_sirekap_is_never_an_arrival(get: Get) -> None:
    votes = panel(get(f"/id/pemilu_2024/tps/{KEPT}?{COUNTED}"), "rekap")
    assert "Terakhir berubah di sumber 24 Feb 2024, 22.31 WIB" in votes
    assert "bukan jam hasil tiba" in votes
    assert "Hanya per wilayah, bukan per TPS: Hasil rekapitulasi Presiden 2024" in votes


def test_an_estimated_number_of_voters_has_a_range(get: Get) -> None:
    place = panel(get(f"/id/pemilu_2024/tps/{TUNDA}"), "place")
    assert re.search(r"Pemilih 278 perkiraan kira-kira 229 sampai 298", place)
    assert "sisa DPT resmi" in place


def test_a_printed_number_of_voters_has_its_source(get: Get) -> None:
    place = panel(get(f"/id/pemilu_2024/tps/{KEPT}"), "place")
    assert "Pemilih 289 Letak" in place
    assert "Pemilih: Sirekap Pemilu 2024" in place


def test_a_point_says_its_error_and_the_school_it_rests_on(get: Get) -> None:
    place = panel(get(f"/id/pemilu_2024/tps/{TUNDA}"), "place")
    assert re.search(r"perkiraan ± \d+ m", place)
    assert "di sekitar sekolah desa ini:" in place and "Dapodik" in place


def test_island_villages_are_told_from_villages_with_an_island(get: Get) -> None:
    tunda = get(f"/id/pemilu_2024/tps/{TUNDA}")
    assert "Wargasara (Pulau Tunda)" in re.sub(r"<[^>]+>", "", tunda)
    assert "seluruhnya di Pulau Tunda" in panel(tunda, "place")
    sangiang = panel(get("/id/pemilu_2024/tps/3604302003001"), "place")
    assert "mencakup Pulau Sangiang" in sangiang and "tidak disebut" in sangiang


def test_a_special_location_is_flagged(get: Get) -> None:
    page = get("/id/pemilu_2024/tps/3601211009901")
    assert "lokasi khusus" in texts(page, "section")
    assert "bukan warga sekitar" in panel(page, "place")


def test_a_station_without_a_polygon_says_that_its_place_is_not_known(get: Get) -> None:
    place = panel(get("/id/pemilu_2019/tps/360128s51880001"), "place")
    assert "belum diketahui" in place
    assert "belum tertaut ke kode Kemendagri 2025" in place


def test_neighbours_cross_from_village_to_village(get: Get) -> None:
    page = get("/id/pemilu_2024/tps/3602062001001")
    assert re.search(r'rel="prev" href="[^"]*">← TPS 007 Girijagabaya', page)
    assert re.search(r'rel="next" href="[^"]*">TPS 002 Kanekes', page)
    first = get(f"/id/pemilu_2024/tps/{KEPT}")
    assert 'rel="prev"' not in first and 'rel="next"' in first


def test_claims_about_the_village_stand_here_those_above_are_linked(get: Get) -> None:
    claims = panel(get("/id/pemilu_2024/tps/3602062001001"), "claims")
    assert "KPU Kabupaten Lebak: 24 TPS" in claims
    assert "0 dari 24 disebut satu per satu" in claims
    assert "pernyataan tentang wilayah di atasnya" in claims
    assert "452" not in claims


def test_what_happened_is_empty_and_says_what_that_means(get: Get) -> None:
    events = panel(get(f"/id/pemilu_2024/tps/{KEPT}"), "events")
    assert "kosong bukan berarti tidak terjadi apa-apa" in events


@pytest.mark.parametrize("code", ["999", TUNDA + "0", "360128s51880001", "a" * 400])
def test_a_code_of_no_station_of_this_election_is_not_found(
    get: Get, code: str
) -> None:
    page = get(f"/en/pemilu_2024/tps/{code}", 404)
    assert "There is no station with code" in texts(page, "h1")
    assert "No data were lost or changed." in texts(page)
