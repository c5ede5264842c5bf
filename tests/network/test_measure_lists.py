"""Walking lists of a run: better than the old order, and nobody is sent in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from siaga.network.assess import assess
from siaga.network.measure_lists import MeasureLists, read_lists
from siaga.network.measure_next import expected_loss
from siaga.network.measured import frame_of, survey_of
from siaga.network.measured_report import lists_within, measure_table
from siaga.network.params import AssessParams
from siaga.network.state import network_state
from siaga.territory.situation import Situation, Verdict

ELECTION = "pemilu_2024"
AS_OF = datetime(2024, 1, 25, 17, tzinfo=UTC)


@pytest.fixture(scope="module")
def situation(banten):
    return Situation(banten, ELECTION, AS_OF)


@pytest.fixture(scope="module")
def line(situation):
    return assess(situation, AssessParams())


@pytest.fixture(scope="module")
def run(line, tmp_path_factory):
    path = tmp_path_factory.mktemp("lists")
    line.write(path)
    return path


def gained(line, banten, rows: np.ndarray) -> float:
    """Fall of the sum of w p (1 - p) once these stations are measured, one district."""
    from scipy.special import ndtri

    stations, survey = banten.stations(ELECTION), survey_of(None)
    service = np.where(
        line.verdict == Verdict.UNKNOWN, 1 - line.prior, line.coverage.any_outdoor
    )
    sd = np.full(len(line), 12.0)
    xy = frame_of(stations).xy_m(stations.lat, stations.lon)
    areas = banten.areas(ELECTION)
    district = areas.ancestor_at(2)[areas.village_of_station]
    here = np.flatnonzero((district == district[rows[0]]) & np.isfinite(service))
    apart = np.hypot(*(xy[here][:, None] - xy[here][None]).transpose(2, 0, 1))
    cov = np.exp(-apart / survey.length_m) * sd[here][:, None] * sd[here]
    at = np.flatnonzero(np.isin(here, rows))
    told = cov[:, at]
    noise = survey.noise_db**2 * np.eye(len(at))
    left = cov - told @ np.linalg.solve(cov[np.ix_(at, at)] + noise, told.T)
    ratio = ndtri(np.clip(service[here], 1e-4, 1 - 1e-4))
    share = 1 - np.diag(left) / np.diag(cov)
    weight = np.maximum(stations.voters[here], 0)
    none = np.zeros(len(here))
    return float(
        (weight * (expected_loss(ratio, none) - expected_loss(ratio, share))).sum()
    )


def test_a_list_gains_more_than_the_most_doubtful_stations(line, banten):
    stations, areas = banten.stations(ELECTION), banten.areas(ELECTION)
    district = areas.ancestor_at(2)[areas.village_of_station]
    better, ours_sum, old_sum = 0, 0.0, 0.0
    found = np.unique(line.measure.district)
    tried = []
    for one in found.tolist():
        rows = np.flatnonzero((district == one) & (line.verdict == Verdict.UNKNOWN))
        worth = line.prior[rows] * (1 - line.prior[rows]) * stations.voters[rows]
        if np.isfinite(worth).sum() < 40:
            continue
        mine = line.measure.row[line.measure.district == one]
        order = np.lexsort((rows, -np.nan_to_num(worth)))
        old = rows[order][: len(mine)]
        ours, theirs = gained(line, banten, mine), gained(line, banten, old)
        better += ours >= theirs
        ours_sum, old_sum = ours_sum + ours, old_sum + theirs
        tried.append(one)
    assert len(tried) > 20
    assert better > 0.8 * len(tried)
    assert ours_sum > 1.2 * old_sum


def test_every_list_is_a_way_through_one_district(line, banten):
    areas = banten.areas(ELECTION)
    lists = line.measure
    district = areas.ancestor_at(2)[areas.village_of_station[lists.row]]
    assert (district == lists.district).all()
    assert len(np.unique(lists.row)) == len(lists)
    for one in np.unique(lists.district).tolist():
        mine = lists.district == one
        assert sorted(lists.rank[mine]) == list(range(mine.sum())) and mine.sum() <= 10
        assert np.isnan(lists.leg_m[mine]).tolist() == [
            True,
            *[False] * (mine.sum() - 1),
        ]


def test_nobody_is_sent_where_custom_asks_for_no_signal(line, banten):
    from siaga.network.reasons import reason_number

    assert not (line.reason[line.measure.row] == reason_number("custom")).any()


def test_the_lists_survive_the_run(line, run):
    read = read_lists(run)
    for name in vars(line.measure):
        assert np.array_equal(
            getattr(read, name), getattr(line.measure, name), equal_nan=True
        ), name


def test_a_district_is_walked_and_a_province_is_ranked(situation, line, run):
    areas = situation.territory.areas(ELECTION)
    state = network_state(run)
    district = int(line.measure.district[0])
    walked = lists_within(situation, line.measure, district)
    assert (np.diff(walked) == 1).all()
    ranked = lists_within(situation, line.measure, 0)
    assert (np.diff(line.measure.gain[ranked]) <= 0).all()
    for row in (0, district, areas.children(district)[0]):
        table = measure_table(situation, state, row, run)
        assert all(len(cells) == len(table.columns) for cells in table.rows)
    legs = [cells[6].value for cells in measure_table(situation, state, 0, run).rows]
    assert legs and set(legs) == {None}


def test_the_same_assessment_gives_the_same_lists(situation, line):
    again = replace(line.measure)
    assert isinstance(again, MeasureLists)
    other = assess(situation, AssessParams()).measure
    assert other.row.tobytes() == again.row.tobytes()
    assert other.gain.tobytes() == again.gain.tobytes()
