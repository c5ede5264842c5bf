"""Measurements from a province's folder to its verdicts: a SYNTHETIC truth on Banten.

Nobody has measured any of it: `made_up_measurements` draws it from a seed.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from network.made_up_measurements import (
    OPERATOR_DB,
    MadeUp,
    write_android,
    write_form,
)

from siaga.house.words import Words
from siaga.house.workspace import Workspace
from siaga.network.assess import assess
from siaga.network.calibration_file import read_calibration
from siaga.network.inputs import masts, terrain
from siaga.network.measured_report import measured_table
from siaga.network.operators import operators
from siaga.network.params import AssessParams
from siaga.network.part import uses
from siaga.network.reasons import REASONS
from siaga.network.residual_effects import Effect
from siaga.territory.importer import import_folder
from siaga.territory.situation import Origin, Situation, Verdict
from siaga.territory.territory import open_territory

REPO = Path(__file__).resolve().parents[2]
ELECTION, PARAMS, SEED = "pemilu_2024", AssessParams(), 7
WALKED = ("telkomsel", "indosat", "xl")
MEASURED_ON = datetime(2024, 1, 10, 2, tzinfo=UTC)
BEFORE = datetime(2024, 1, 5, tzinfo=UTC)
AFTER = datetime(2024, 1, 25, 17, tzinfo=UTC)
SOURCES = (
    "uji_log,synthetic,Log SINTETIS (benih 7),Pengujian,2024-01-24,tidak ada,\n"
    "uji_form,synthetic,Formulir SINTETIS,Pengujian,2024-01-24,tidak ada,\n"
    "uji_daftar,synthetic,Daftar SINTETIS,Pengujian,2024-01-24,tidak ada,\n"
)


@pytest.fixture(scope="module")
def made_up(banten):
    """The truth on the real masts of Banten."""
    return MadeUp(
        terrain(banten, ELECTION).grid, masts(banten, ELECTION).stored, PARAMS, SEED
    )


@pytest.fixture(scope="module")
def walks(banten, made_up):
    """Walks of 15 phones in the north, and two that nobody walked."""
    stations = banten.stations(ELECTION)
    north = [
        row
        for row, code in enumerate(stations.code)
        if code[:4] in ("3671", "3674", "3603")
    ]
    start = np.random.default_rng(3).choice(north, 60, replace=False)
    honest = [
        made_up.walk(
            WALKED[at % 3], (stations.lat[row], stations.lon[row]),
            MEASURED_ON.timestamp() + 4000 * at, at // 4,
        )
        for at, row in enumerate(start.tolist())
    ]  # fmt: skip
    return honest, [made_up.forged(honest[at], f"palsu{at}") for at in (3, 40)]


@pytest.fixture(scope="module")
def seen(banten):
    """Stations without a listed mast, by what is reported of each."""
    stations = banten.stations(ELECTION)
    far = [row for row, code in enumerate(stations.code) if code[:6] == "360101"]
    names = ("sent", "not_sent", "again", "listed_dark", "listed_good")
    return {
        name: stations.code[row] for name, row in zip(names, far[::7], strict=False)
    }


@pytest.fixture(scope="module")
def folder(banten, walks, seen, tmp_path_factory):
    """The real folder of Banten with made-up measurements in it."""
    path = tmp_path_factory.mktemp("measured") / "banten"
    shutil.copytree(REPO / "data" / "banten", path)
    with (path / "sources.csv").open("a", encoding="utf-8") as file:
        file.write(SOURCES)
    network = path / "network"
    write_android(network / "measurements" / "uji_log.csv", [*walks[0], *walks[1]])
    rows = [
        ("sent", "telkomsel", "ya", "2024-01-20 10:00"),
        ("sent", "xl", "tidak", "2024-01-20 10:00"),
        *(("not_sent", key, "tidak", "2024-01-20 10:00") for key in operators()),
        *(("again", key, "tidak", "2024-01-12 10:00") for key in operators()),
        ("again", "indosat", "ya", "2024-01-21 10:00"),
    ]
    write_form(
        network / "measurements" / "uji_form.csv",
        [
            {"tps": seen[name], "operator": key, "terkirim": sent, "waktu": when}
            for name, key, sent, when in rows
        ],
    )
    write_form(
        network / "dark_list" / "uji_daftar.csv",
        [
            {"TPS": seen["listed_dark"], "Gelap": "ya", "Tanggal": "2024-01-15"},
            {"TPS": seen["listed_good"], "Gelap": "tidak", "Tanggal": "2024-01-15"},
        ],
    )
    return path


@pytest.fixture(scope="module")
def land(folder, tmp_path_factory):
    """That folder imported."""
    workspace = Workspace(tmp_path_factory.mktemp("measured-workspace"))
    import_folder(folder, workspace)
    return open_territory(workspace)


@pytest.fixture(scope="module")
def line(land):
    """Assessed when all is known."""
    return assess(Situation(land, ELECTION, AFTER), PARAMS)


@pytest.fixture(scope="module")
def plain(banten):
    """Assessed as of the same moment where nobody measured."""
    return assess(Situation(banten, ELECTION, AFTER), PARAMS)


@pytest.fixture(scope="module")
def run(line, tmp_path_factory):
    """The run that is written of it."""
    path = tmp_path_factory.mktemp("measured-run")
    line.write(path)
    return path


def reason_at(line, land, code: str) -> tuple[Verdict, Origin, str]:
    row = land.stations(ELECTION).row(code)
    return (
        Verdict(int(line.verdict[row])),
        Origin(int(line.origin[row])),
        REASONS[int(line.reason[row])].key,
    )


@pytest.mark.parametrize(
    ("name", "verdict", "origin", "reason"),
    [
        ("sent", Verdict.READY, Origin.COMPUTED, "sent"),
        ("not_sent", Verdict.NOT_READY, Origin.COMPUTED, "measured_dark"),
        ("again", Verdict.READY, Origin.COMPUTED, "measured_good_again"),
        ("listed_dark", Verdict.NOT_READY, Origin.REPORTED, "listed_dark"),
        ("listed_good", Verdict.READY, Origin.REPORTED, "listed_good"),
    ],
)
def test_a_station_that_was_seen_is_settled(
    line, plain, land, seen, name, verdict, origin, reason
):
    assert reason_at(plain, land, seen[name])[0] == Verdict.UNKNOWN
    assert reason_at(line, land, seen[name]) == (verdict, origin, reason)


def test_where_nothing_is_known_yet_nothing_changes(land, banten):
    early = assess(Situation(land, ELECTION, BEFORE), PARAMS)
    other = assess(Situation(banten, ELECTION, BEFORE), PARAMS)
    assert early.measured is None
    for name in ("verdict", "origin", "reason"):
        assert getattr(early, name).tobytes() == getattr(other, name).tobytes()
    assert early.coverage.level_dbm.tobytes() == other.coverage.level_dbm.tobytes()
    assert [f.name for f in early.figures] == [f.name for f in other.figures]


def test_a_reading_of_later_is_not_known_before(land, seen):
    between = assess(
        Situation(land, ELECTION, datetime(2024, 1, 13, tzinfo=UTC)), PARAMS
    )
    known = between.measured.learnt.known.stored.readings
    assert known.time_s.max() <= datetime(2024, 1, 13, tzinfo=UTC).timestamp()
    assert reason_at(between, land, seen["again"])[2] == "measured_dark"
    assert reason_at(between, land, seen["listed_dark"])[0] == Verdict.UNKNOWN


def test_the_offsets_of_masts_are_recovered(line, made_up):
    learnt = line.measured.learnt
    offsets, at = learnt.calibration.offsets(), learnt.calibration.fit.evidence.at
    of_site = offsets.of(Effect.SITE)
    of_operator = offsets.of(Effect.OPERATOR)
    names = list(operators())
    by_operator = {
        (names[key], mhz): db
        for key, mhz, db in zip(
            of_operator.key.tolist(), of_operator.frequency_mhz.tolist(),
            of_operator.offset_db.tolist(), strict=True,
        )
    }  # fmt: skip
    model = float(offsets.of(Effect.MODEL).offset_db[0])
    found, true = [], []
    sites = made_up.stored.sites
    for site, mhz, db in zip(
        of_site.key.tolist(), of_site.frequency_mhz.tolist(),
        of_site.offset_db.tolist(), strict=True,
    ):  # fmt: skip
        if (at.site_row == site).sum() < 10:
            continue
        operator = sites.operator[site]
        found.append(model + by_operator[operator, mhz] + db)
        true.append(OPERATOR_DB[operator] + made_up.site_db[site])
    error = np.array(found) - np.array(true)
    assert len(error) >= 15
    assert np.corrcoef(found, true)[0, 1] > 0.7
    assert np.sqrt(np.mean(error**2)) < 0.75 * np.sqrt(np.mean(np.square(true)))


def test_stations_that_nobody_measured_are_foretold_better(line, plain, land, made_up):
    stations = land.stations(ELECTION)
    names = list(operators())
    scores: dict[str, list[np.ndarray]] = {"brier": [], "error": []}
    for operator in WALKED:
        at = names.index(operator)
        before = plain.coverage.level_dbm[:, at]
        rows = np.flatnonzero((before > -130) & (before < -90))[::7]
        truth, _ = made_up.level_dbm(operator, stations.lat[rows], stations.lon[rows])
        reached = truth >= PARAMS.needed_dbm
        for kind, of in (("brier", "outdoor"), ("error", "level_dbm")):
            target = reached if kind == "brier" else truth
            scores[kind].append(
                np.array(
                    [
                        np.mean((getattr(one.coverage, of)[rows, at] - target) ** 2)
                        for one in (plain, line)
                    ]
                )
            )
    for kind in ("brier", "error"):
        before, after = np.mean(scores[kind], axis=0)
        assert after < before, kind


def test_forged_series_are_named_and_not_used(line, walks):
    learnt = line.measured.learnt
    device = np.array(learnt.known.stored.readings.device, object)
    forged = np.isin(device, [walk.device for walk in walks[1]])
    assert set(device[learnt.is_odd]) == {walk.device for walk in walks[1]}
    assert forged.sum() == 24 and not (learnt.used & forged).any()


def test_what_was_foretold_is_tried_on_districts_left_out(run):
    found = read_calibration(run)
    assert found["folds"] >= 5
    assert found["after"]["rms_db"] < found["before"]["rms_db"]
    assert found["after"]["brier"] <= found["before"]["brier"]
    assert found["used"] + found["without_mast"] <= found["readings"]


def test_the_run_tells_of_its_measurements(run, land):
    text = (run / "calibration.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert found["sources"] == ["uji_log", "uji_form", "uji_daftar"]
    assert found["listed"] == {"uji_daftar": 2}
    assert found["by_source"]["uji_log"]["odd"] == 24
    table = measured_table(run)
    assert [len(row) for row in table.rows] == [6, 6, 6]
    for words in (Words("id"), Words("en")):
        assert "dB" in words(table.note)
        said = [words(remark) for remark in table.remarks]
        assert sum("palsu" in one for one in said) == 2
        assert "24" in words(table.rows[0][1].value)


def test_sources_say_what_rests_on_them(land):
    said = {key: Words("id")(use) for key, use in uses(land)}
    assert said["uji_log"] == "744 bacaan sinyal"
    assert said["uji_form"] == "11 bacaan sinyal"
    assert said["uji_daftar"] == "2 TPS dalam daftar sinyal"


def test_settled_stations_are_not_measured_again(line, land, seen):
    rows = {land.stations(ELECTION).row(code) for code in seen.values()}
    assert rows.isdisjoint(line.measure.row.tolist())
    assert len(line.measure) > 500


def test_every_reason_has_its_sentence():
    for words in (Words("id"), Words("en")):
        for reason in REASONS:
            figures = dict.fromkeys(reason.figures, 1)
            assert words(f"network.reason.{reason.key}", **figures)
            assert words(f"network.reason.{reason.key}.title")
