"""What is to be chosen, from what, under which rules: the input of the siting plan.

Stochastic maximal covering (R. Church and C. ReVelle, "The maximal covering location
problem", Papers of the Regional Science Association 32, 1974, with scenarios): choose
candidates within a budget so that the expected weight of the demands served is the
greatest. Nothing here knows what a candidate is: a mast, a satellite unit, a messenger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from siaga.house.problems import BadInput, BadParameter
from siaga.house.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["WORD", "Links", "Problem", "Rules", "bad_siting", "is_allowed"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint64]

WORD = 64
"""Scenarios in one word of a packed mask."""
MAX_SCENARIOS = 4096


@dataclass(frozen=True, eq=False)
class Links:
    """Which candidate serves which demand in which scenarios, packed to bits.

    A link is a candidate and a demand that it serves in one scenario or more; the links
    of candidate j are `start[j]` to `start[j + 1]`. Raises BadParameter for arrays that
    are no such table.
    """

    start: npt.NDArray[np.int64]
    """First link of each candidate and the end, shape (n_candidates + 1,)."""
    demand: Ints
    """Demand of each link, shape (n_links,); once a candidate at most."""
    served: Bits
    """Bit s % 64 of word s // 64 = served in scenario s; shape (n_links, n_words)."""

    def __post_init__(self) -> None:
        """Check the shape of the table and freeze it."""
        start = _frozen(self, "start", np.int64, 1)
        demand = _frozen(self, "demand", np.int32, 1)
        served = _frozen(self, "served", np.uint64, 2)
        whole = len(start) > 0 and start[0] == 0 and start[-1] == len(demand)
        if not whole or (np.diff(start) < 0).any() or len(served) != len(demand):
            raise bad_siting("links", f"{len(demand)} links", "candidates")
        owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
        key = owner * (1 + int(demand.max(initial=0))) + demand
        if (demand < 0).any() or len(np.unique(key)) < len(key):
            raise bad_siting("links", int(demand.min(initial=0)), "once")

    def __len__(self) -> int:
        """Number of links."""
        return len(self.demand)

    @classmethod
    def of_pairs(
        cls,
        start: npt.ArrayLike,
        scenario: npt.ArrayLike,
        demand: npt.ArrayLike,
        *,
        n_scenarios: int,
    ) -> Links:
        """Links of (scenario, demand) pairs, those of candidate j at `start[j]` on.

        `start` has shape (n_candidates + 1,), the others (n_pairs,); a pair said twice
        counts once. Raises BadParameter for an index out of range.
        """
        begin = _integers("start", start)
        of_pair, to = _integers("scenario", scenario), _integers("demand", demand)
        _check_count("n_scenarios", n_scenarios, MAX_SCENARIOS)
        _check_within("scenario", of_pair, n_scenarios)
        _check_within("demand", to, np.iinfo(np.int32).max)
        ordered = len(begin) > 0 and begin[0] == 0 and (np.diff(begin) >= 0).all()
        if not ordered or not begin[-1] == len(to) == len(of_pair):
            raise bad_siting("start", f"{len(begin)} entries", "candidates")
        n, n_demands = len(begin) - 1, 1 + int(to.max(initial=0))
        owner = np.repeat(np.arange(n, dtype=np.int64), np.diff(begin))
        key, row = np.unique(owner * n_demands + to, return_inverse=True)
        served = np.zeros((len(key), -(-n_scenarios // WORD)), np.uint64)
        bit = np.uint64(1) << (of_pair % WORD).astype(np.uint64)
        np.bitwise_or.at(served, (row, of_pair // WORD), bit)
        counts = np.bincount(key // n_demands, minlength=n)
        first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(first, (key % n_demands).astype(np.int32), served)

    @classmethod
    def of_masks(cls, serves: npt.NDArray[np.bool_]) -> Links:
        """Links of a dense mask of shape (n_candidates, n_demands, n_scenarios)."""
        owner, demand, scenario = np.nonzero(serves)
        start = np.searchsorted(owner, np.arange(len(serves) + 1))
        return cls.of_pairs(
            start, scenario, demand, n_scenarios=max(1, serves.shape[2])
        )


@dataclass(frozen=True, eq=False)
class Rules:
    """What a choice must keep besides the budget; all empty = nothing."""

    exclusive: Sequence[Sequence[int]] = ()
    """Groups of candidates of which at most one may be chosen."""
    kind_of: Sequence[int] | npt.NDArray[Any] | None = None
    """Kind of each candidate, shape (n_candidates,), -1 = none; None = no kinds."""
    kind_limit: Sequence[int] = ()
    """At most so many of kind k."""
    forced_in: Sequence[int] = ()
    """Candidates that are chosen whatever they bring."""
    forced_out: Sequence[int] = ()
    """Candidates that may not be chosen."""
    requires: Sequence[tuple[int, int]] = ()
    """Pairs (a, b): a may be chosen only with b."""
    must_serve: Sequence[int] = ()
    """Demands that must be served in a share of the scenarios."""
    must_share: float = 1.0
    """That share, 0 to 1."""


@dataclass(frozen=True, eq=False)
class Problem:
    """One question to the siting plan.

    Raises BadParameter for what is not a number, out of range or of the wrong shape,
    BadInput for rules that contradict each other.
    """

    weight: Floats
    """Worth of serving each demand in all scenarios, shape (n_demands,), >= 0."""
    cost: Floats
    """Cost of each candidate, shape (n_candidates,), >= 0, in the unit of `budget`."""
    links: Links
    n_scenarios: int
    """All scenarios are equally likely."""
    budget: float
    already: Bools | None = None
    """Served without any candidate, shape (n_demands, n_scenarios); None = nothing."""
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        """Check everything once: the methods trust it afterwards."""
        _frozen(self, "weight", np.float64, 1)
        _frozen(self, "cost", np.float64, 1)
        for name in ("weight", "cost"):
            values = getattr(self, name)
            bad = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
            if len(bad):
                raise bad_siting(f"{name}[{bad[0]}]", values[bad[0]], "amount")
        if not (np.isfinite(self.budget) and self.budget >= 0):
            raise bad_siting("budget", self.budget, "amount")
        _check_count("n_scenarios", self.n_scenarios, MAX_SCENARIOS)
        self._check_links()
        if self.already is not None:
            _frozen(self, "already", np.bool_, 2)
            if self.already.shape != (self.n_demands, self.n_scenarios):
                raise bad_siting("already", self.already.shape, "shape")
        self._check_rules()

    @property
    def n_demands(self) -> int:
        """Number of demands."""
        return len(self.weight)

    @property
    def n_candidates(self) -> int:
        """Number of candidates."""
        return len(self.cost)

    @property
    def n_words(self) -> int:
        """Words of 64 scenarios."""
        return -(-self.n_scenarios // WORD)

    @cached_property
    def base(self) -> Bits:
        """Mask of `already`, packed as the links are, shape (n_demands, n_words)."""
        bits = np.zeros((self.n_demands, self.n_words * WORD), np.uint8)
        if self.already is not None:
            bits[:, : self.n_scenarios] = self.already
        packed = np.packbits(bits, axis=1, bitorder="little")
        return cast("Bits", packed.view("<u8").astype(np.uint64))

    @cached_property
    def must_count(self) -> Ints:
        """Scenarios in which each demand must be served, shape (n_demands,)."""
        count = np.zeros(self.n_demands, np.int32)
        share = np.ceil(self.rules.must_share * self.n_scenarios - 1e-9)
        count[list(self.rules.must_serve)] = int(share)
        return count

    @cached_property
    def forced(self) -> npt.NDArray[np.int8]:
        """1 = forced in, -1 = forced out, 0 = free, with what `requires` implies."""
        forced = np.zeros(self.n_candidates, np.int8)
        forced[list(self.rules.forced_out)] = -1
        both = [j for j in self.rules.forced_in if forced[j] < 0]
        if both:
            raise BadInput("network.siting.forced_both", candidate=both[0])
        forced[list(self.rules.forced_in)] = 1
        changed = True
        while changed:
            changed = False
            for a, b in self.rules.requires:
                if forced[a] == 1 and forced[b] == -1:
                    raise BadInput("network.siting.needs_forbidden", a=a, b=b)
                if forced[a] == 1 and forced[b] == 0:
                    forced[b], changed = 1, True
                if forced[b] == -1 and forced[a] == 0:
                    forced[a], changed = -1, True
        return forced

    @cached_property
    def sets(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        """Exclusive groups and kinds as "at most so many of these".

        A mask of shape (n_sets, n_candidates) and the limits, shape (n_sets,).
        """
        rows, limits = [], []
        for group in self.rules.exclusive:
            rows.append(np.isin(np.arange(self.n_candidates), list(group)))
            limits.append(1)
        if self.rules.kind_of is not None:
            kind_of = np.asarray(self.rules.kind_of)
            for kind, limit in enumerate(self.rules.kind_limit):
                rows.append(kind_of == kind)
                limits.append(int(limit))
        mask = np.zeros((len(rows), self.n_candidates), bool)
        for row, members in enumerate(rows):
            mask[row] = members
        return mask, np.array(limits, np.int64)

    def _check_links(self) -> None:
        links = self.links
        if len(links.start) != self.n_candidates + 1:
            raise bad_siting("cost", f"{self.n_candidates} entries", "candidates")
        _check_within("links.demand", links.demand, self.n_demands)
        if links.served.shape[1] != self.n_words:
            raise bad_siting("links.served", links.served.shape, "shape")
        spare = self.n_words * WORD - self.n_scenarios
        if spare and (links.served[:, -1] >> np.uint64(WORD - spare)).any():
            raise bad_siting("links.served", self.n_scenarios, "scenario")

    def _check_rules(self) -> None:
        rules, n = self.rules, self.n_candidates
        named = {
            "exclusive": [j for group in rules.exclusive for j in group],
            "forced_in": rules.forced_in,
            "forced_out": rules.forced_out,
            "requires": [j for pair in rules.requires for j in pair],
        }
        for name, candidates in named.items():
            _check_within(name, _integers(name, candidates), n)
        must = _integers("must_serve", rules.must_serve)
        _check_within("must_serve", must, self.n_demands)
        if not 0 <= rules.must_share <= 1:
            raise bad_siting("must_share", rules.must_share, "share")
        if any(limit < 0 for limit in rules.kind_limit):
            raise bad_siting("kind_limit", min(rules.kind_limit), "amount")
        if rules.kind_of is not None:
            kind_of = _integers("kind_of", rules.kind_of)
            if len(kind_of) != n:
                raise bad_siting("kind_of", f"{len(kind_of)} entries", "candidates")
            _check_within("kind_of", kind_of + 1, len(rules.kind_limit) + 1)
        self._check_forced()

    def _check_forced(self) -> None:
        """Refuse forced choices that cost too much or break a limit among them."""
        forced = self.forced == 1
        cost = float(self.cost[forced].sum())
        if cost > self.budget * (1 + 1e-12):
            raise BadInput(
                "network.siting.forced_cost", cost=cost, budget=float(self.budget)
            )
        mask, limit = self.sets
        over = np.flatnonzero(mask @ forced.astype(np.int64) > limit)
        if len(over):
            raise BadInput(
                "network.siting.forced_limit",
                n=int((mask[over[0]] & forced).sum()),
                limit=int(limit[over[0]]),
            )


def is_allowed(problem: Problem, chosen: Bools) -> bool:
    """Whether a choice keeps the budget and every rule."""
    from siaga.network.siting_gains import counts_of

    forced = problem.forced
    mask, limit = problem.sets
    return bool(
        problem.cost[chosen].sum() <= problem.budget * (1 + 1e-12)
        and chosen[forced > 0].all()
        and not chosen[forced < 0].any()
        and (mask @ chosen.astype(np.int64) <= limit).all()
        and all(chosen[b] or not chosen[a] for a, b in problem.rules.requires)
        and (counts_of(problem, chosen) >= problem.must_count).all()
    )


def bad_siting(name: str, found: object, expected: str) -> BadParameter:
    """Error of one entry of the problem; `expected` is `network.siting.<expected>`."""
    return BadParameter(
        "problem.parameter",
        name=name,
        found=str(found)[:80],
        expected=Phrase.of(f"network.siting.{expected}"),
    )


def _frozen(owner: object, name: str, dtype: type, ndim: int) -> npt.NDArray[Any]:
    try:
        array = np.ascontiguousarray(getattr(owner, name))
        typed: npt.NDArray[Any] = array.astype(
            dtype, casting="same_kind" if array.size else "unsafe"
        )
    except (TypeError, ValueError):
        raise bad_siting(name, getattr(owner, name), "numbers") from None
    if typed.ndim != ndim:
        raise bad_siting(name, typed.shape, "shape")
    typed.flags.writeable = False
    object.__setattr__(owner, name, typed)
    return typed


def _integers(name: str, values: Any) -> npt.NDArray[np.int64]:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise bad_siting(name, array.dtype, "whole")
    if array.ndim != 1:
        raise bad_siting(name, array.shape, "shape")
    return array.astype(np.int64)


def _check_count(name: str, value: int, most: int) -> None:
    if not isinstance(value, (int, np.integer)) or not 1 <= value <= most:
        raise bad_siting(name, value, "count")


def _check_within(name: str, index: npt.NDArray[Any], n: int) -> None:
    bad = index[(index < 0) | (index >= n)]
    if len(bad):
        raise bad_siting(name, int(bad[0]), "index")
