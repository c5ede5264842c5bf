"""How does the result of each station stand? A form that adds up is ready."""

from __future__ import annotations

import numpy as np

from siaga.rekap.model import UNKNOWN, Counts, Results
from siaga.rekap.params import AssessParams
from siaga.rekap.reasons import reason_number
from siaga.rekap.results import station_results
from siaga.rekap.room import ROOM
from siaga.rekap.rules import RULES, Finding, check, votes_known
from siaga.territory.situation import Figure, Line, Origin, Situation, Verdict
from siaga.territory.stations import VoterOrigin

__all__ = ["AssessParams", "assess", "printed_voters"]


def assess(situation: Situation, params: AssessParams) -> Line:
    """Line of the results: not ready where a form contradicts itself.

    Unknown where there is no result or where its parts cannot be compared; at risk
    where a limit is exceeded; not due before the counting begins.
    """
    territory, election = (
        situation.territory,
        situation.territory.election(situation.election),
    )
    n = len(territory.stations(situation.election))
    due = situation.as_of >= territory.due_from(situation.election, ROOM.counts_from)
    if not due or not election.results:
        nobody = np.full(n, Verdict.NOT_DUE, dtype=np.uint8)
        return Line(
            ROOM.key, nobody, np.zeros(n, np.uint8), np.full(n, -1, np.int16), ()
        )
    race = election.race(params.race or None).key
    source = election.result(race, params.source or None).source
    results = station_results(
        territory, situation.election, race, source, situation.as_of
    )
    if results is None:
        verdict = np.full(n, Verdict.UNKNOWN, dtype=np.uint8)
        reason = np.full(n, reason_number("no_result"), dtype=np.int16)
        return Line(ROOM.key, verdict, np.zeros(n, np.uint8), reason, ())
    findings = check(results, printed_voters(situation))
    verdict, reason = _verdicts(results, findings)
    origin = np.where(_anything_known(results), Origin.COMPUTED, Origin.NOBODY)
    return Line(
        ROOM.key, verdict, origin.astype(np.uint8), reason,
        _figures(results, findings, printed_voters(situation), source),
    )  # fmt: skip


def printed_voters(situation: Situation) -> Counts:
    """Voters of each station as its source printed them, UNKNOWN for estimates."""
    stations = situation.territory.stations(situation.election)
    printed = stations.voters_origin == VoterOrigin.SOURCE
    return np.where(printed, stations.voters, np.int32(UNKNOWN))


def _anything_known(results: Results) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    known = (results.votes != UNKNOWN).any(axis=1)
    for name in ("valid", "total"):
        known |= results.count(name) != UNKNOWN
    return np.asarray(known)


def _verdicts(
    results: Results, findings: tuple[Finding, ...]
) -> tuple[
    np.ndarray[tuple[int], np.dtype[np.uint8]],
    np.ndarray[tuple[int], np.dtype[np.int16]],
]:
    """Verdict and reason of each station; the first broken rule gives the reason."""
    n = len(results)
    anything, votes = _anything_known(results), votes_known(results)
    exact_checkable = np.logical_and.reduce(
        [f.checkable for f in findings if f.rule.exact]
    )
    verdict = np.full(n, Verdict.READY, dtype=np.uint8)
    reason = np.full(n, reason_number("kept"), dtype=np.int16)
    for mask, key in (
        (~exact_checkable, "not_checkable"),
        (anything & ~votes, "incomplete"),
        (~anything, "no_result"),
    ):
        verdict[mask], reason[mask] = Verdict.UNKNOWN, reason_number(key)
    for finding in reversed(findings):
        broken = finding.broken
        if finding.rule.exact:
            verdict[broken] = Verdict.NOT_READY
        else:
            # A limit that is exceeded does not make a form known that is not.
            broken = broken & (verdict == Verdict.READY)
            verdict[broken] = Verdict.AT_RISK
        reason[broken] = reason_number(finding.rule.key)
    return verdict, reason


def _figures(
    results: Results,
    findings: tuple[Finding, ...],
    register_voters: Counts,
    source: str,
) -> tuple[Figure, ...]:
    by_key = {finding.rule.key: finding for finding in findings}
    votes_sum, _ = RULES[0].sides(results, register_voters)
    users, voters = RULES[-1].sides(results, register_voters)
    counts = {
        "votes_sum": votes_sum,
        "valid": results.count("valid"),
        "invalid": results.count("invalid"),
        "total": results.count("total"),
        "users": users,
        "voters_printed": voters,
    }
    figures = [
        Figure(name, "1", source, _floats(values)) for name, values in counts.items()
    ]
    for key, finding in by_key.items():
        value = np.where(
            finding.checkable, finding.difference.astype(np.float64), np.nan
        )
        figures.append(Figure(f"{key}_difference", "1", source, value))
    return tuple(figures)


def _floats(counts: Counts) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.where(counts == UNKNOWN, np.nan, counts.astype(np.float64))
