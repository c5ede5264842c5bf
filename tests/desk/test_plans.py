"""The plan on the page of its room: sentence, slider, curve, steps, files."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from cli.conftest import copy_workspace
from desk.conftest import check_page, panel
from django.test import Client, override_settings
from network.hand_plan import ELECTION, hand_plan

from siaga.house.runs import RunKey, publish
from siaga.house.workspace import Workspace

AS_OF = datetime(2024, 1, 25, 16, 59, 59, tzinfo=UTC)
ROOM = "/id/pemilu_2024/room/network"


@pytest.fixture
def planned(banten, banten_workspace, tmp_path):
    """Client of a desk in whose workspace a plan has run."""
    from dataclasses import replace

    path = copy_workspace(banten_workspace, tmp_path / "planned")
    plan = hand_plan(banten)
    first, second, third = plan.steps
    plan = replace(
        plan,
        steps=(replace(first, instead=third.key, instead_loss=0.5), second, third),
        curve=((0, 0.0, ""), (40_000_000, 1.5, second.key), (80_100_000, 3.0, "")),
    )
    key = RunKey("network", "plan", ELECTION, AS_OF.isoformat(), "", {}, {}, "")
    publish(Workspace(path), key, plan.write)
    with override_settings(WORKSPACE=path):
        yield Client(SERVER_NAME="localhost", raise_request_exception=False)


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    found = answer.content.decode()
    check_page(found)
    return found


def test_without_a_plan_the_page_says_how_to_make_one(get):
    found = panel(get(ROOM), "plan")
    assert "siaga network plan --as-of 2024-01-25" in found
    assert 'id="plan"' not in get("/id/pemilu_2024/room/rekap")


def test_it_says_what_the_money_brings_and_how_far_that_is_from_the_best(planned):
    found = panel(page(planned, ROOM), "plan")
    assert "Dengan Rp100,0 juta, 3 TPS lagi dapat mengirim hasil" in found
    assert "antara 2 dan 4" in found
    assert "Paling banyak mungkin 3" in found and "6,3 %" in found
    assert "3 langkah" in found
    assert "berubah sejak rencana" in found  # this run is of no code that there is
    assert "Setelah seluruh rencana" in found


def test_steps_lead_to_their_village_and_say_what_to_do_if_refused(planned):
    found = page(planned, ROOM)
    assert "BTS bergerak (COMBAT)" in panel(found, "plan")
    assert "Titik sinyal dan kurir di Wargasara; berkurang 0,5" in panel(found, "plan")
    assert "/area/3604132009" in found.split('id="plan"')[1].split("</section>")[0]


def test_the_slider_walks_the_curve(planned):
    less = panel(page(planned, f"{ROOM}?budget=50"), "plan")
    assert "Dengan Rp40,0 juta dari Rp50,0 juta: 2 TPS" in less
    assert "1 langkah" in less and "Paling banyak" not in less
    assert "Selisih ke yang terbaik dihitung hanya untuk seluruh anggaran" in less
    nothing = panel(page(planned, f"{ROOM}?budget=0"), "plan")
    assert "Tidak ada langkah di wilayah ini" in nothing


def test_an_area_shows_its_own_steps(planned):
    found = panel(page(planned, f"{ROOM}?area=3604"), "plan")
    assert "Wargasara" in found and "COMBAT" not in found


@pytest.mark.parametrize("bad", ["-5", "banyak", "1e9", "1" * 40, "%D9%A3"])
def test_a_budget_that_is_none_has_a_sentence(planned, bad):
    assert "juta rupiah dengan angka" in page(planned, f"{ROOM}?budget={bad}", 400)


def test_steps_download_with_their_places(planned):
    found = json.loads(planned.get(f"{ROOM}/plan.json").content)
    assert len(found["rows"]) == 3
    assert planned.get(f"{ROOM}/plan.gpkg").status_code == 200
    less = json.loads(planned.get(f"{ROOM}/plan.json?budget=50").content)
    assert len(less["rows"]) == 1
