"""The rules that a station's form must keep.

A rule is evaluated only where all its inputs are known; a rule without data has nothing
checkable, never nothing broken. E = exact identity, the form is wrong; W = limit
exceeded, it needs an explanation. Law 7/2017 art. 374 and PKPU 5/2024 name the columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.rekap.model import UNKNOWN, Counts, Results

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RULES", "Finding", "Rule", "check", "votes_known"]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """One rule: two sides of the form that are compared."""

    key: str
    """`E1`, `E2`, `W1`; the sentence is the message `rekap.rule.<key>`."""
    exact: bool
    """True: the sides must be equal. False: left must not exceed right."""
    sides: Callable[[Results, Counts], tuple[Counts, Counts]]
    """Left and right of each station from the results and the register's voters."""


@dataclass(frozen=True)
class Finding:
    """A rule applied to all stations, shape (n,) each."""

    rule: Rule
    checkable: Mask
    broken: Mask
    difference: npt.NDArray[np.int32]
    """Left minus right; 0 where it is not checkable."""


def _sum_known(parts: list[Counts]) -> Counts:
    known = np.logical_and.reduce([part != UNKNOWN for part in parts])
    total = np.sum(np.stack(parts), axis=0, dtype=np.int32)
    return np.where(known, total, np.int32(UNKNOWN))


def votes_known(results: Results) -> Mask:
    """Mask of the stations whose votes are known for every candidate."""
    return np.asarray((results.votes != UNKNOWN).all(axis=1))


def _candidates_and_valid(results: Results, _: Counts) -> tuple[Counts, Counts]:
    return _sum_known(list(results.votes.T)), results.count("valid")


def _ballots_and_total(results: Results, _: Counts) -> tuple[Counts, Counts]:
    ballots = _sum_known([results.count("valid"), results.count("invalid")])
    return ballots, results.count("total")


def _users_and_voters(
    results: Results, register_voters: Counts
) -> tuple[Counts, Counts]:
    """Users on the DPT where the source has them, else all ballots; with the DPT.

    Ballots of DPTb and DPK voters count in `total`: above the DPT it is a question, not
    yet a fault (rekap W1).
    """
    users = results.count("users_dpt" if "users_dpt" in results.counts else "total")
    voters = results.count("voters") if "voters" in results.counts else register_voters
    return users, voters


RULES = (
    Rule("E1", True, _candidates_and_valid),
    Rule("E2", True, _ballots_and_total),
    Rule("W1", False, _users_and_voters),
)
"""The rules of this room, those that prove a form wrong first."""


def check(results: Results, register_voters: Counts) -> tuple[Finding, ...]:
    """Findings of every rule; `register_voters` is the printed DPT or UNKNOWN."""
    return tuple(_apply(rule, results, register_voters) for rule in RULES)


def _apply(rule: Rule, results: Results, register_voters: Counts) -> Finding:
    left, right = rule.sides(results, register_voters)
    checkable = (left != UNKNOWN) & (right != UNKNOWN)
    difference = np.where(checkable, left - right, 0).astype(np.int32)
    broken = difference != 0 if rule.exact else difference > 0
    return Finding(rule, checkable, broken, difference)
