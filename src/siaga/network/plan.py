"""The plan of reinforcement: what helps the most stations to send, for the money.

Stations that may be dark are drawn on many nights (`scenarios`); the options of the
catalogue that still arrive in time are laid over them (`candidates`), and the siting
search chooses within the budget, with its proven gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.problems import BadInput
from siaga.network.candidates import Candidates, Subjects, candidates_of
from siaga.network.good_point import Way
from siaga.network.options import last_order_on, options, working_from
from siaga.network.params import PlanParams
from siaga.network.reasons import SEEN_DARK, reason_number
from siaga.network.scenarios import Nights, PlaceGroups, draw_nights
from siaga.network.siting import Effort, Problem, Rules, SitingPlan, solve
from siaga.network.state import network_state
from siaga.network.ways import SEND_MINUTES
from siaga.territory.plan import Plan, PlanStep
from siaga.territory.situation import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.network.options import Option
    from siaga.network.siting_answers import Alternative
    from siaga.network.state import NetworkState
    from siaga.territory.situation import Situation

__all__ = ["PlanParams", "plan", "usable_options"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

DISTRICT = 2
EFFORT = Effort(
    n_rounds=60, n_chains=1, n_steps=300, n_nodes=2_000, n_turns=1,
    n_region_nodes=2_000, pairs=False, n_alternatives=30, gap=0.005,
)  # fmt: skip
"""Some seconds; the bench of the search gives it a minute."""
READY_FROM = 0.95
RISK_FROM = 0.5


def plan(situation: Situation, params: PlanParams, assessed: Path) -> Plan:
    """Plan of reinforcement on the state that a run of `assess` found.

    Raises BadInput for an option or step that is none, or steps that contradict the
    budget; BadState if the run is damaged.
    """
    state = network_state(assessed)
    catalogue = usable_options(situation, params)
    rng = np.random.default_rng(params.seed)
    subjects, nights = _subjects(situation, state, params, rng)
    found = candidates_of(
        subjects, nights, catalogue,
        deadline_minutes=params.deadline_minutes, most=params.places_per_option,
        rng=rng,
    )  # fmt: skip
    keys = _keys(situation, subjects, found)
    solved = solve(
        Problem(
            weight=np.ones(subjects.row.size),
            cost=np.array([one.cost_rp for one in found.each], float),
            links=found.links,
            n_scenarios=params.n_scenarios,
            budget=float(params.budget_rp),
            already=~nights.dark,
            rules=_rules(params, found, keys),
        ),
        EFFORT,
        seed=params.seed,
    )
    wording = _Wording(situation, subjects, found, keys, solved.value)
    rescuable = solved.already
    return Plan(
        room="network",
        budget_rp=params.budget_rp,
        steps=_steps(wording, solved),
        value=solved.value - rescuable,
        bound=solved.bound - rescuable,
        low=solved.low,
        high=solved.high,
        curve=_curve(solved, keys),
        further=_further(wording, solved),
        trace=tuple(
            (step.method, step.value - rescuable, step.bound - rescuable)
            for step in solved.trace
        ),
        after=_after(state, subjects, found, solved.chosen, params.n_scenarios),
    )


def usable_options(situation: Situation, params: PlanParams) -> dict[str, Option]:
    """Options that may be used and work before voting day, if ordered at the moment.

    Raises BadInput for an option that is not in the catalogue.
    """
    every = options()
    wanted = _listed(params.only) or tuple(every)
    for key in wanted:
        if key not in every:
            raise BadInput(
                "network.plan.no_option", option=key, options=", ".join(every)
            )
    ordered_on, needed_on, closed = _days(situation)
    return {
        key: option
        for key, option in every.items()
        if key in wanted
        and working_from(ordered_on, option.lead_shop_days, closed) <= needed_on
    }


def _days(situation: Situation) -> tuple[date, date, frozenset[date]]:
    """Day of the order, day before voting, and the days on which shops are shut."""
    territory = situation.territory
    closed = frozenset(row["date"] for row in territory.land_rows("holidays"))
    voting_day = territory.election(situation.election).voting_day
    ordered_on = situation.as_of.astimezone(territory.zone).date()
    return ordered_on, voting_day - timedelta(days=1), closed


def _subjects(
    situation: Situation,
    state: NetworkState,
    params: PlanParams,
    rng: np.random.Generator,
) -> tuple[Subjects, Nights]:
    """Stations that may be dark and may be helped, with their nights.

    Left out: those that are ready, that custom asks to leave alone, or that have no
    point; and those unknown of whose regency nobody has said anything.
    """
    territory, election = situation.territory, situation.election
    stations, areas = territory.stations(election), territory.areas(election)
    unknown = state.line.verdict == Verdict.UNKNOWN
    prior = np.where(unknown, state.prior, np.nan)
    dark = np.where(unknown, np.nan_to_num(prior), 1 - state.coverage.any_outdoor)
    measured = np.isin(state.line.reason, [reason_number(k) for k in SEEN_DARK])
    dark, prior = np.where(measured, 1.0, dark), np.where(measured, 1.0, prior)
    custom = state.line.reason == reason_number("custom")
    rows = np.flatnonzero(
        (state.line.verdict != Verdict.READY)
        & ~custom
        & np.isfinite(stations.lat)
        & (dark >= params.least_dark)
    )
    village = areas.village_of_station[rows].astype(np.int64)
    district = areas.ancestor_at(DISTRICT)[village].astype(np.int64)
    nights = draw_nights(
        state.coverage,
        rows,
        prior[rows],
        PlaceGroups(village, district),
        n_scenarios=params.n_scenarios,
        site_failure=params.site_failure,
        rng=rng,
    )
    minutes = state.good.minutes[rows]
    return (
        Subjects(
            rows,
            stations.lat[rows],
            stations.lon[rows],
            np.where(minutes > 0, minutes + SEND_MINUTES, np.nan),
            state.good.way[rows] == Way.BOAT,
            nights.dark.mean(axis=1),
        ),
        nights,
    )


def _keys(
    situation: Situation, subjects: Subjects, found: Candidates
) -> tuple[str, ...]:
    """Key of each candidate: what, and the station at which it stands."""
    stations = situation.territory.stations(situation.election)
    return tuple(
        f"{one.option}@{stations.code[int(subjects.row[one.subject])]}"
        for one in found.each
    )


def _rules(params: PlanParams, found: Candidates, keys: tuple[str, ...]) -> Rules:
    """Units to hand, one means of a kind at one place, steps required and refused."""
    limits = {"satellite": params.satellite_units, "combat": params.combat_units}
    kinds = {key: at for at, key in enumerate(limits)}
    place: dict[int, list[int]] = {}
    for at, one in enumerate(found.each):
        if one.option in kinds:
            place.setdefault(one.subject, []).append(at)
    row_of = {key: at for at, key in enumerate(keys)}

    def rows(listed: str) -> list[int]:
        missing = [key for key in _listed(listed) if key not in row_of]
        if missing:
            raise BadInput("network.plan.no_step", step=missing[0])
        return [row_of[key] for key in _listed(listed)]

    return Rules(
        exclusive=tuple(group for group in place.values() if len(group) > 1),
        kind_of=[kinds.get(one.option, -1) for one in found.each],
        kind_limit=tuple(limits.values()),
        forced_in=rows(params.required),
        forced_out=rows(params.refused),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@dataclass(frozen=True)
class _Wording:
    """What turns a candidate into a step."""

    situation: Situation
    subjects: Subjects
    found: Candidates
    keys: tuple[str, ...]
    value: float
    """Of the plan."""

    def step(self, at: int, rescued: float, other: Alternative | None) -> PlanStep:
        """Step of a candidate; `rescued` is what only it brings."""
        territory, election = self.situation.territory, self.situation.election
        stations, areas = territory.stations(election), territory.areas(election)
        one = self.found.each[at]
        option = options()[one.option]
        row = int(self.subjects.row[one.subject])
        _, needed_on, closed = _days(self.situation)
        due = last_order_on(needed_on, option.lead_shop_days, closed)
        return PlanStep(
            key=self.keys[at],
            what=one.option,
            area=areas.code[int(areas.village_of_station[row])],
            lat=float(stations.lat[row]),
            lon=float(stations.lon[row]),
            agency=option.agency,
            due_on=due.isoformat(),
            cost_rp=one.cost_rp,
            rescued=rescued,
            serves=tuple(int(self.subjects.row[s]) for s in one.serves),
            instead=self.keys[other.added[0]] if other and other.added else "",
            instead_loss=self.value - other.value if other else 0.0,
        )


def _steps(wording: _Wording, solved: SitingPlan) -> tuple[PlanStep, ...]:
    """Steps of the plan, those that bring most first."""
    instead = {other.refused: other for other in solved.alternatives}
    steps = [
        wording.step(at, float(rescued), instead.get(at))
        for at, rescued in zip(solved.chosen, solved.marginal, strict=True)
    ]
    return tuple(sorted(steps, key=lambda step: (-step.rescued, step.key)))


def _further(wording: _Wording, solved: SitingPlan) -> tuple[PlanStep, ...]:
    """Steps of the curve that the plan itself does not take."""
    values = np.diff([value for _, value in solved.curve])
    return tuple(
        wording.step(at, float(gain), None)
        for at, gain in zip(solved.order, values, strict=False)
        if at not in solved.chosen
    )


def _curve(
    solved: SitingPlan, keys: tuple[str, ...]
) -> tuple[tuple[int, float, str], ...]:
    """Cost, value and step as greedy spends the budget; the plan itself last."""
    names = ["", *(keys[at] for at in solved.order)]
    points = [
        (round(cost), value - solved.already, names[at] if at < len(names) else "")
        for at, (cost, value) in enumerate(solved.curve[:-1])
    ]
    cost, value = solved.curve[-1]
    return (*points, (round(cost), value - solved.already, ""))


def _after(
    state: NetworkState,
    subjects: Subjects,
    found: Candidates,
    chosen: tuple[int, ...],
    n_scenarios: int,
) -> npt.NDArray[np.uint8]:
    """Verdict of each station with the plan: by its signal and by what serves it."""
    verdict = state.line.verdict.copy()
    missed = np.ones(subjects.row.size)
    for at in chosen:
        links = slice(found.links.start[at], found.links.start[at + 1])
        works = np.bitwise_count(found.links.served[links]).sum(axis=1) / n_scenarios
        missed[found.links.demand[links]] *= 1 - works
    helped = missed < 1
    rows = subjects.row[helped]
    known = state.line.verdict[rows] != Verdict.UNKNOWN
    signal = np.where(known, state.coverage.any_outdoor[rows], 0.0)
    arrives = 1 - (1 - signal) * missed[helped]
    now = np.select(
        [arrives >= READY_FROM, arrives >= RISK_FROM],
        [Verdict.READY, Verdict.AT_RISK],
        verdict[rows],
    )
    verdict[rows] = now
    return verdict
