"""A full list of masts for one regency, made up, changes the picture as it should."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from network.generated_sites import LABEL, site_rows, write_site_list
from scipy.spatial import cKDTree

from siaga.house.workspace import Workspace
from siaga.network.assess import assess
from siaga.network.blank_spots import blank_spots, local_metres
from siaga.network.inputs import masts
from siaga.network.params import AssessParams
from siaga.territory.importer import import_folder
from siaga.territory.situation import Situation, Verdict
from siaga.territory.territory import open_territory

BANTEN = Path(__file__).resolve().parents[2] / "data" / "banten"
ELECTION, LEBAK = "pemilu_2024", "3602"
AS_OF = datetime(2024, 1, 25, 16, 59, 59, tzinfo=UTC)
PARAMS = AssessParams(n_sites=2)
JITTER_M = 3_000.0
"""Masts stand this far from the stations at most."""


@pytest.fixture(scope="module")
def listed(banten, tmp_path_factory):
    """Banten with a made-up list of all masts of Lebak."""
    folder = tmp_path_factory.mktemp("listed") / "banten"
    shutil.copytree(BANTEN, folder)
    areas, stations = banten.areas(ELECTION), banten.stations(ELECTION)
    inside = areas.stations(areas.row(LEBAK))
    rows = site_rows(
        stations.lat[inside], stations.lon[inside], stations.voters[inside], seed=7
    )
    (folder / "network" / "sites").mkdir()
    write_site_list(folder / "network" / "sites" / "sintetis_lebak.csv", rows)
    with (folder / "sources.csv").open("a", encoding="utf-8") as file:
        title = f"Daftar menara Lebak ({LABEL})"
        file.write(f"sintetis_lebak,synthetic,{title},Siaga,2024-01-10,,\n")
    workspace = Workspace(folder.parent / "workspace")
    import_folder(folder, workspace)
    return open_territory(workspace)


def line_of(territory):
    return assess(Situation(territory, ELECTION, AS_OF), PARAMS)


@pytest.fixture(scope="module")
def before(banten):
    return line_of(banten)


@pytest.fixture(scope="module")
def after(listed):
    return line_of(listed)


@pytest.fixture(scope="module")
def lebak(banten):
    areas = banten.areas(ELECTION)
    return areas.stations(areas.row(LEBAK))


def counts(line, rows):
    return np.bincount(line.verdict[rows], minlength=5)


def test_what_nobody_knew_is_now_ready_or_dark(before, after, lebak):
    was, now = counts(before, lebak), counts(after, lebak)
    assert was[Verdict.UNKNOWN] > 2000
    assert now[Verdict.UNKNOWN] < was[Verdict.UNKNOWN] / 4
    assert now[Verdict.READY] > 2 * was[Verdict.READY]
    assert now[Verdict.NOT_READY] > 20


def test_beyond_the_reach_of_its_masts_nothing_changes(banten, before, after, lebak):
    stations = banten.stations(ELECTION)
    known = np.flatnonzero(np.isfinite(stations.lat))
    metres = local_metres(stations.lat[known], stations.lon[known])
    inside = (known >= lebak.start) & (known < lebak.stop)
    away_m, _ = cKDTree(metres[inside]).query(metres)
    far = known[away_m > 1000 * PARAMS.reach_km + JITTER_M]
    assert far.size > 10_000
    assert (before.verdict[far] == after.verdict[far]).all()


def test_dark_stations_are_named_places(listed, after):
    areas, stations = listed.areas(ELECTION), listed.stations(ELECTION)
    spots = blank_spots(areas, stations, after.verdict == Verdict.NOT_READY, 1500)
    assert spots
    assert sum(len(spot.rows) for spot in spots) == (after.verdict == 2).sum()
    inside = areas.row(LEBAK)
    assert all(inside in areas.path(spot.villages[0]) for spot in spots)


def test_the_list_replaces_the_guesses_of_its_operators_there(listed):
    found = masts(listed, ELECTION)
    areas = listed.areas(ELECTION)
    inside = np.array(
        [v >= 0 and areas.row(LEBAK) in areas.path(int(v)) for v in found.village]
    )
    assert (~found.stored.crowd & inside).sum() > 500
    assert "sintetis_lebak" in found.sources
    assert listed.sources["sintetis_lebak"].kind == "synthetic"
