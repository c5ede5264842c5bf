"""Golden real cases: the rules and the tally on the two real elections."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from siaga.rekap.assess import AssessParams, assess, printed_voters
from siaga.rekap.results import station_results
from siaga.rekap.rules import check, votes_known
from siaga.rekap.tally import tally
from siaga.territory.situation import Origin, Situation, Verdict
from siaga.territory.territory import Territory

EXPECTED = Path(__file__).parent.parent / "data" / "expected"
LATER = datetime(2026, 1, 1, tzinfo=UTC)
NAME_OF_W1 = {"pemilu_2019": "total > voters", "pemilu_2024": "W1"}


def expected_sources() -> list[tuple[str, str, dict]]:
    """Election, source and expected counts, as the golden files name them."""
    y2019 = json.loads((EXPECTED / "checks_2019.json").read_text())
    y2024 = json.loads((EXPECTED / "checks_2024.json").read_text())
    cases = [("pemilu_2019", key, value) for key, value in y2019["sources"].items()]
    return [*cases, ("pemilu_2024", y2024["source"], y2024)]


@pytest.mark.parametrize(("election", "source", "expected"), expected_sources())
def test_rules_count_what_the_golden_file_counts(
    banten: Territory, election: str, source: str, expected: dict
) -> None:
    results = station_results(banten, election, "ppwp", source, LATER)
    assert results is not None
    situation = Situation(banten, election, LATER)
    findings = {f.rule.key: f for f in check(results, printed_voters(situation))}
    rules = {rule["rule"]: rule for rule in expected["rules"]}
    for key in ("E1", "E2", "W1"):
        wanted = rules[NAME_OF_W1[election] if key == "W1" else key]
        found = findings[key]
        assert (int(found.broken.sum()), int(found.checkable.sum())) == (
            wanted["broken"],
            wanted["checkable"],
        ), key
    assert int(votes_known(results).sum()) == expected["votes_known"]


def test_official_2019_is_the_sum_of_the_regencies(banten: Territory) -> None:
    found = tally(banten, "pemilu_2019", "ppwp", "official_2019", LATER)
    assert found is not None
    areas = banten.areas("pemilu_2019")
    regencies = found.votes[areas.rows(1)]
    assert (regencies >= 0).all()
    assert regencies.sum(axis=0).tolist() == [2_537_524, 4_059_514]
    assert found.votes[0].tolist() == [2_537_524, 4_059_514]


def test_official_2024_keeps_its_own_identities(banten: Territory) -> None:
    found = tally(banten, "pemilu_2024", "ppwp", "official_2024", LATER)
    assert found is not None
    assert found.votes[0].tolist() == [2_451_383, 4_035_052, 720_275]
    assert found.votes[0].sum() == found.counts["valid"][0] == 7_206_710


@pytest.mark.parametrize(
    ("election", "source", "sums", "known"),
    [
        ("pemilu_2019", "situng_2019", [2_530_608, 4_045_338], 33_470),
        ("pemilu_2019", "kawalpemilu_2019", [2_504_012, 4_001_559], 33_142),
        ("pemilu_2024", "sirekap_2024", [1_902_261, 3_168_004, 560_331], 26_353),
    ],
)
def test_tally_sums_the_known_stations(
    banten: Territory, election: str, source: str, sums: list[int], known: int
) -> None:
    found = tally(banten, election, "ppwp", source, LATER)
    assert found is not None and found.by_station
    assert found.votes[0].tolist() == sums
    assert int(found.votes_known[0]) == known
    areas = banten.areas(election)
    for level in range(1, 4):
        assert found.votes[areas.rows(level)].sum(axis=0).tolist() == sums


def test_a_source_is_silent_before_it_is_known(banten: Territory) -> None:
    before = datetime(2024, 4, 11, tzinfo=UTC)
    assert tally(banten, "pemilu_2024", "ppwp", "kawalpemilu_2024", before) is None


def test_nothing_is_due_before_the_count(banten: Territory) -> None:
    before = Situation(banten, "pemilu_2024", datetime(2024, 2, 13, 16, 59, tzinfo=UTC))
    line = assess(before, AssessParams())
    assert (line.verdict == Verdict.NOT_DUE).all()
    counting = Situation(
        banten, "pemilu_2024", datetime(2024, 2, 13, 17, 0, tzinfo=UTC)
    )
    line = assess(counting, AssessParams())
    assert (line.verdict == Verdict.UNKNOWN).all()
    assert (line.origin == Origin.NOBODY).all()


def test_every_station_has_a_verdict_and_a_reason(banten: Territory) -> None:
    moment = datetime(2024, 3, 20, 17, 0, tzinfo=UTC)
    line = assess(Situation(banten, "pemilu_2024", moment), AssessParams())
    assert (line.reason >= 0).all()
    counts = np.bincount(line.verdict, minlength=5)
    # Broken E1 or E2 = 1,752; a W1 alone = 176.
    assert counts[[Verdict.NOT_READY, Verdict.AT_RISK, Verdict.NOT_DUE]].tolist() == [
        1752,
        176,
        0,
    ]
    computed = line.origin == Origin.COMPUTED
    assert int((~computed).sum()) == 6390
