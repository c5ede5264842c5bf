"""Commands that follow from a room's verbs, whether or not it is ours."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

import siaga
from siaga.house import rooms
from siaga.house.words import LANGUAGES, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


COUNTED = ("rekap", "assess", "--as-of", "2024-03-20")
"""At a moment at which the votes of 2024 are assessed."""


def test_a_run_that_is_there_is_not_computed_again(siaga, own_banten):
    call = (*COUNTED, "--workspace", own_banten, "--json")
    document = siaga(*call).document
    assert document["schema"] == "siaga.run/1"
    assert document["computed"] is False
    assert document["line"]["stations"] == 33_324
    assert sum(document["line"]["counts"].values()) == 33_324


def test_reasons_cover_every_station_with_an_example(siaga, own_banten):
    document = siaga(*COUNTED, "--workspace", own_banten, "--json").document
    reasons = document["line"]["reasons"]
    assert sum(found["stations"] for found in reasons) == 33_324
    assert all(found["example"] and found["sentence"] for found in reasons)
    assert reasons[0]["verdict"] == "not_ready"


def test_an_area_shows_its_own_part(siaga, own_banten):
    call = (*COUNTED, "--area", "3601", "--workspace", own_banten)
    text = siaga(*call).out
    assert "Sumur" in text and "Kab. Pandeglang" in text
    assert "Alasannya" in text


def test_a_parameter_of_the_room_reaches_its_run(siaga, own_banten):
    answer = siaga(
        "rekap", "assess", "--election", "pemilu_2019", "--source", "kawalpemilu_2019",
        "--workspace", own_banten, "--json",
    )  # fmt: skip
    assert answer.document["computed"] is True
    assert answer.document["params"]["source"] == "kawalpemilu_2019"


def test_a_parameter_that_the_room_refuses_is_bad_input(siaga, own_banten):
    call = (*COUNTED, "--race", "nope", "--workspace", own_banten)
    answer = siaga(*call)
    assert (answer.code, answer.out) == (2, "")


ROOM = """
    from siaga.house.rooms import Room

    ROOM = Room(key="toyland", reads=("stations.parquet",))
"""
PLAN = """
    from dataclasses import dataclass

    from siaga.house.params import param
    from siaga.house.words import Text


    @dataclass(frozen=True)
    class PlanParams:
        depth_limit_m: float = param(
            0.3, low=0.0, high=3.0, unit="m", source="Book, p. 5",
            help=Text("batas kedalaman", "limit of depth"),
        )
        trucks: int = param(4, low=1, help=Text("truk", "trucks"))
        night: bool = param(False, help=Text("malam juga 100 %", "at night too 100 %"))
        mode: str = param(
            "fast", choices=("fast", "exact"), help=Text("cara", "manner")
        )


    @dataclass(frozen=True)
    class Plan:
        text: str

        def write(self, folder):
            (folder / "plan.txt").write_text(self.text)


    def plan(situation, params, assessed):
        return Plan(repr(params))
"""


@pytest.fixture
def toyland(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Room that can only plan: a folder and a line in the list, nothing else."""
    folder = tmp_path / "more" / "toyland"
    folder.mkdir(parents=True)
    for name, text in (("__init__", ""), ("room", ROOM), ("plan", PLAN)):
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
    monkeypatch.setattr(siaga, "__path__", [*siaga.__path__, str(folder.parent)])
    monkeypatch.setattr(rooms, "ROOMS", (*rooms.ROOMS, "toyland"))
    for language in LANGUAGES:
        words = catalogue(language)
        monkeypatch.setitem(words, "toyland.title", ("Mainan",))
        monkeypatch.setitem(words, "toyland.question", ("Apa?",))
    rooms.rooms.cache_clear()
    yield
    rooms.rooms.cache_clear()
    for name in [m for m in sys.modules if m.startswith("siaga.toyland")]:
        del sys.modules[name]


def test_a_new_room_is_in_help_by_its_verbs(toyland, siaga):
    assert "Mainan: Apa?" in siaga("--help").out
    listed = siaga("toyland", "--help").out
    assert "plan" in listed and "assess" not in listed


def test_a_parameter_explains_itself(toyland, siaga):
    text = " ".join(siaga("toyland", "plan", "--help", "--lang", "en").out.split())
    told = "limit of depth; 0 to 3; in m; default 0.3; source: Book, p. 5"
    assert f"--depth-limit-m m {told}" in text
    assert "trucks; 1 to …; default 4" in text
    assert "--night, --no-night at night too 100 %" in text
    assert "--mode {fast,exact}" in text


def test_a_plan_is_a_run_with_its_files(toyland, siaga, own_banten):
    call = ("toyland", "plan", "--trucks", "7", "--night", "--workspace", own_banten)
    document = siaga(*call, "--json").document
    assert document["params"] == {
        "depth_limit_m": 0.3,
        "trucks": 7,
        "night": True,
        "mode": "fast",
    }
    assert document["files"] == ["manifest.json", "plan.txt"]
    assert document["line"] is None
    assert "plan.txt" in siaga(*call).out


@pytest.mark.parametrize(
    ("option", "value"),
    [("--depth-limit-m", "9"), ("--depth-limit-m", "deep"), ("--trucks", "1.5")],
)
def test_a_value_outside_the_range_is_bad_input(
    toyland, siaga, own_banten, option, value
):
    answer = siaga("toyland", "plan", option, value, "--workspace", own_banten)
    assert (answer.code, answer.out) == (2, "")
    assert f"“{value}” tidak diterima" in answer.err


def test_settings_of_the_workspace_stand_unless_an_option_is_given(
    toyland, siaga, own_banten
):
    (own_banten / "siaga.toml").write_text("[toyland.plan]\ntrucks = 9\n")
    call = ("toyland", "plan", "--workspace", own_banten, "--json")
    assert siaga(*call).document["params"]["trucks"] == 9
    assert siaga(*call, "--trucks", "2").document["params"]["trucks"] == 2
