"""The letter to an agency says what a plan asks of it, and nothing of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from network.hand_plan import ELECTION, WARGASARA, hand_plan

from siaga.house.problems import NotFound
from siaga.house.words import LANGUAGES, Phrase, Words
from siaga.network.letters import agencies_asked, plan_letter, request_letter
from siaga.network.options import options
from siaga.territory.paper import PaperAsked
from siaga.territory.report import ReportTable
from siaga.territory.situation import Situation

AS_OF = datetime.fromisoformat("2024-01-25T16:59:59+00:00")
ID = Words("id")


@pytest.fixture(scope="module")
def plan(banten):
    return hand_plan(banten)


@pytest.fixture(scope="module")
def asked(banten):
    situation = Situation(banten, ELECTION, AS_OF)
    rows = slice(0, len(banten.stations(ELECTION)))
    return PaperAsked(situation, 0, rows, Path("0123456789abcdef"), AS_OF, "operator")


def tables(letter):
    return [part for part in letter.body if isinstance(part, ReportTable)]


def said(letter, words=ID):
    parts = [p for p in letter.body if isinstance(p, Phrase)]
    return " ".join(words(part) for part in parts)


def test_it_is_a_draft_without_number_day_or_signature(plan, asked):
    letter = plan_letter(plan, asked)
    assert ID(letter.mark).startswith("RANCANGAN SURAT")
    blank = [ID(fact.label) for fact in letter.head if fact.value is None]
    assert blank == ["Nomor", "Sifat"]
    assert "…" in ID(letter.place_and_day)
    assert "belum ditandatangani" in ID(letter.signed[-1])


def test_it_is_addressed_and_has_a_subject(plan, asked):
    letter = plan_letter(plan, asked)
    lines = [ID(line) for line in letter.addressee]
    assert lines[0] == "Yth. Pimpinan Operator seluler"
    assert "nama operator" in lines[1]
    subject = ID(letter.head[-1].value)
    assert subject == "Permohonan dukungan pengiriman hasil TPS, Pemilu 2024, Banten"
    kpu = plan_letter(plan, replace(asked, agency="kpu"))
    assert not any("nama operator" in ID(line) for line in kpu.addressee)


def test_stations_that_two_steps_serve_are_counted_once(plan, asked, banten):
    letter = plan_letter(plan, asked)
    rows = sorted({row for step in plan.steps[:2] for row in step.serves})
    voters = int(banten.stations(ELECTION).voters[rows].sum())
    assert f"3 TPS dengan {ID.number(voters)} pemilih" in said(letter)
    (summary,) = tables(letter)
    (row,) = summary.rows
    option = options()["combat"]
    costs = (2 * option.cost_rp, 2 * option.cost_low_rp, 2 * option.cost_high_rp)
    assert tuple(c.value for c in row[1:]) == (2, 3, voters, *costs)
    assert "dihitung sekali" in " ".join(ID(r) for r in summary.remarks)


def test_steps_of_other_agencies_are_not_in_it(plan, asked):
    letter = plan_letter(plan, replace(asked, agency="kpu"))
    (annex,) = letter.annexes
    (row,) = annex.rows
    assert row[2].value == "Wargasara, Tirtayasa, Kab. Serang"
    assert ID(row[4].value) == "belum ditetapkan"


def test_the_annex_lists_the_steps_by_day_and_leaves_room_for_an_answer(plan, asked):
    (annex,) = plan_letter(plan, asked).annexes
    assert [ID(row[4].value) for row in annex.rows] == ["29 Jan 2024", "1 Feb 2024"]
    assert all("Kota Cilegon" in row[2].value for row in annex.rows)
    assert [row[3].value for row in annex.rows] == ["-6.01234, 106.05678"] * 2
    assert [row[-1].value for row in annex.rows] == ["", ""]
    assert [row[0].value for row in annex.rows] == [1, 2]


def test_each_option_has_its_legal_gate_and_its_lead_time(plan, asked):
    letter = plan_letter(plan, asked)
    (points,) = [part for part in letter.body if isinstance(part, tuple)]
    (gate,) = [ID(point) for point in points]
    assert "tempat parkir disepakati dengan Polri" in gate and "10 hari kerja" in gate
    assert "Kamis, 1 Februari 2024" in said(letter)
    kpu = plan_letter(plan, replace(asked, agency="kpu"))
    (points,) = [part for part in kpu.body if isinstance(part, tuple)]
    assert [ID(p) for p in points] == [
        "Titik sinyal dan kurir: Dua saksi ikut dan jam dicatat."
    ]


def test_it_says_where_its_figures_come_from(plan, asked):
    letter = plan_letter(plan, asked)
    assert "hitungan Siaga per 25 Jan 2024, 23.59 WIB" in said(letter)
    sources = " ".join(ID(source) for source in letter.sources)
    assert "0123456789abcdef" in sources and "katalog pilihan" in sources
    assert "27 Jun 2023" in sources


def test_an_area_narrows_the_letter(plan, asked, banten):
    areas = banten.areas(ELECTION)
    serang = areas.path(areas.row(WARGASARA))[1]
    letter = plan_letter(plan, replace(asked, area_row=serang, agency="kpu"))
    assert len(letter.annexes[0].rows) == 1
    with pytest.raises(NotFound) as refused:
        plan_letter(plan, replace(asked, area_row=serang))
    assert refused.value.sentence(ID) == (
        "Rencana tidak meminta apa pun kepada Operator seluler di Kab. Serang."
    )


def test_a_plan_of_another_list_of_stations_is_no_plan(plan, asked):
    other = replace(plan, after=np.zeros(5, np.uint8))
    with pytest.raises(NotFound) as refused:
        plan_letter(other, asked)
    assert refused.value.sentence(ID).startswith("Belum ada rencana untuk ruang Sinyal")


def test_agencies_come_from_the_plan_that_was_written(plan, asked, banten, tmp_path):
    plan.write(tmp_path)
    written = replace(asked, run=tmp_path)
    assert agencies_asked(written) == ("operator", "kpu")
    serang = banten.areas(ELECTION).path(banten.areas(ELECTION).row(WARGASARA))[1]
    assert agencies_asked(replace(written, area_row=serang)) == ("kpu",)
    assert request_letter(written).annexes == plan_letter(plan, written).annexes


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_is_in_both_languages(plan, asked, language):
    words = Words(language)
    letter = plan_letter(plan, asked)
    assert said(letter, words)
    for table in (*tables(letter), *letter.annexes):
        assert all(words(column.title) for column in table.columns)
        assert all(words(remark) for remark in table.remarks)
