"""The page of the register and that of the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desk.conftest import panel, texts

if TYPE_CHECKING:
    from desk.conftest import Get

    from siaga.territory.territory import Territory


def test_the_list_of_2024_equals_the_official_counts(get: Get) -> None:
    page = get("/id/pemilu_2024/register")
    assert texts(page, "h1") == (
        "33.324 TPS terdaftar, sama dengan angka resmi di setiap kabupaten/kota."
    )
    rows = panel(page, "regencies")
    assert "Kab. Lebak 3.995 1 3.995 0" in rows
    assert "Banten 33.324 48 33.324 0 17.315 16.009 0 8.842.646" in rows
    assert "8.842.646 0" in rows and "differs" not in page


def test_the_list_of_2019_has_51_stations_more(get: Get) -> None:
    page = get("/id/pemilu_2019/register")
    assert "51 lebih banyak dari angka resmi; 3 kabupaten/kota berbeda" in texts(page)
    assert page.count('class="num differs">27') == 1


def test_villages_of_2019_that_link_to_nothing_are_named(get: Get) -> None:
    gaps = panel(get("/en/pemilu_2019/register"), "gaps")
    assert "Villages without a link to General election 2024 14" in gaps
    for name in ("Cikaratuan", "Nerogtog", "Kranggan", "Parigi Lama"):
        assert name in gaps
    assert "Stations without a point 379" in gaps


def test_stations_above_the_limit_and_far_points_are_counted(get: Get) -> None:
    gaps = panel(get("/id/pemilu_2024/register"), "gaps")
    assert "TPS dengan pemilih tercetak di atas 300 91" in gaps
    assert "TPS yang titiknya meleset lebih dari 3 km 204" in gaps
    assert "Ujungjaya" in gaps and "Kanekes" in gaps


def test_the_register_has_its_own_day_and_no_moment(get: Get) -> None:
    now = get("/id/pemilu_2024/register")
    before = get("/id/pemilu_2024/register?per=2023-01-01")
    assert panel(now, "regencies") == panel(before, "regencies")
    assert "daftar per 27 Jun 2023" in texts(now)
    assert "tidak mengikuti waktu di atas" in texts(now)


def test_without_a_list_only_the_official_count_is_known(get: Get) -> None:
    page = get("/id/pilkada_2024/register")
    assert "hanya jumlah resminya, 17.231 TPS" in texts(page, "h1")
    assert "8.926.662" in panel(page, "regencies")
    assert "tidak ada yang dapat dinilai per TPS" in panel(page, "regencies")
    assert "TPS tanpa titik" not in panel(page, "gaps")


def test_every_source_stands_in_the_table(get: Get, banten: Territory) -> None:
    page = get("/id/pemilu_2024/sources?per=2026-09-01")
    for source in banten.sources:
        assert f'<tr id="{source.key}">' in page
    assert "61 sumber" in texts(page, "h1")
    row = texts(page[page.index('<tr id="sirekap_2024">') :], "tr")
    assert "Pemilih 17.315 TPS Pemilu 2024" in row and "Hasil Presiden" in row


def test_sources_of_claims_that_were_not_yet_made_are_counted_not_shown(
    get: Get,
) -> None:
    page = get("/id/pemilu_2024/sources?per=2024-01-25")
    assert 'id="bingar_2024_02_10"' not in page and 'id="kabar6_2024_01_12"' in page
    assert "sumber lain baru dikenal sesudah waktu di atas" in texts(page)


def test_sources_of_one_kind(get: Get) -> None:
    page = get("/en/pemilu_2024/sources?kind=volunteer&per=2026-09-01")
    assert page.count("<tr id=") == 2 and "KawalPemilu" in texts(page)


@pytest.mark.parametrize("kind", ["rumour", "<b>"])
def test_an_unknown_kind_is_refused(get: Get, kind: str) -> None:
    page = get(f"/en/pemilu_2024/sources?kind={kind}", 400)
    assert "There is no kind of source" in texts(page, "h1")
    assert "<b>”" not in page
