"""A plan of the real Banten, made by hand: three steps in two regencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siaga.network.options import options
from siaga.territory.plan import Plan, PlanStep

if TYPE_CHECKING:
    from siaga.territory.territory import Territory

ELECTION = "pemilu_2024"
WARGASARA = "3604132009"
"""Island of Tunda, Kab. Serang."""


def hand_plan(territory: Territory) -> Plan:
    """COMBAT at two villages that share stations, a messenger on Tunda."""
    stations = territory.stations(ELECTION)
    areas = territory.areas(ELECTION)
    cilegon = next(r for r in areas.rows(1) if areas.name[r] == "Kota Cilegon")
    inside = areas.stations(int(cilegon))
    first, second = areas.rows(3)[areas.start[areas.rows(3)] >= inside.start][:2]
    served = (inside.start, inside.start + 1, inside.start + 2)
    steps = (
        step("combat", areas.code[int(second)], "2024-02-01", served[1:]),
        step("combat", areas.code[int(first)], "2024-01-29", served[:2]),
        step("messenger", WARGASARA, "", (stations.row("3604132009003"),)),
    )
    return Plan(
        room="network",
        budget_rp=100_000_000,
        steps=steps,
        value=3.0,
        bound=3.2,
        low=2.0,
        high=4.0,
        curve=(),
        further=(),
        trace=(),
        after=np.zeros(len(stations), np.uint8),
    )


def step(what: str, area: str, due_on: str, serves: tuple[int, ...]) -> PlanStep:
    option = options()[what]
    return PlanStep(
        key=f"{what}@{area}",
        what=what,
        area=area,
        lat=-6.01234,
        lon=106.05678,
        agency=option.agency,
        due_on=due_on,
        cost_rp=option.cost_rp,
        rescued=1.0,
        serves=serves,
    )
