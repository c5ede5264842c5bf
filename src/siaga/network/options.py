"""The catalogue of what can be done about a blank spot, as data.

An option is a row of `data/options.csv`: what it costs, how many days shops and
technicians must be open before it works, what it needs on the spot, whose means it is
and which legal gate it has to pass. A private repeater is not among them: only
operators may run one (Law 36/1999 art. 38 and 52), so `repeater` is the operator's own,
with its consent and certificate recorded.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

__all__ = ["Option", "last_order_on", "options", "working_from"]

FRIDAY = 4
"""Last of the five days on which shops and offices work (Monday = 0)."""


@dataclass(frozen=True)
class Option:
    """One kind of help."""

    key: str
    agency: str
    """Whose means it is: to be requested from."""
    gate: str
    """Legal or customary gate, `network.gate.<key>`."""
    cost_rp: int
    cost_low_rp: int
    cost_high_rp: int
    lead_shop_days: int
    """Working days from order to use."""
    reach_m: float
    """How far from it a station is served; 0 = only where it stands."""
    works_share: float
    """Probability that it works on the day once it is there."""
    stations_most: int
    """How many stations one can serve in a night: each takes its turn."""
    needs: tuple[str, ...]
    """What must be on the spot: road, power, open_sky, good_point, ..."""
    source: str


@cache
def options() -> dict[str, Option]:
    """Options by key, in the order of the catalogue."""
    text = files("siaga.network").joinpath("data/options.csv").read_text("utf-8")
    return {
        row["option"]: Option(
            key=row["option"],
            agency=row["agency"],
            gate=row["gate"],
            cost_rp=int(row["cost_rp"]),
            cost_low_rp=int(row["cost_low_rp"]),
            cost_high_rp=int(row["cost_high_rp"]),
            lead_shop_days=int(row["lead_shop_days"]),
            reach_m=float(row["reach_m"]),
            works_share=float(row["works_share"]),
            stations_most=int(row["stations_most"]),
            needs=tuple(row["needs"].split()),
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def last_order_on(
    needed_on: date, shop_days: int, closed: Collection[date] = ()
) -> date:
    """Last day on which something can be ordered to be in use on `needed_on`.

    >>> from datetime import date
    >>> last_order_on(date(2024, 2, 13), 2), last_order_on(date(2024, 2, 13), 0)
    (datetime.date(2024, 2, 11), datetime.date(2024, 2, 13))
    """
    day = needed_on
    while working_from(day, shop_days, closed) > needed_on:
        day -= timedelta(days=1)
    return day


def working_from(
    ordered_on: date, shop_days: int, closed: Collection[date] = ()
) -> date:
    """Day on which something ordered is in use, counted in days that shops are open.

    `closed` are holidays. In February 2024 six of 63 stations waited because shops were
    shut from the 8th to the 11th: a lead time is counted in shop days.

    >>> from datetime import date
    >>> working_from(date(2024, 2, 7), 1), working_from(date(2024, 2, 9), 2)
    (datetime.date(2024, 2, 8), datetime.date(2024, 2, 13))
    """
    day, left = ordered_on, shop_days
    while left > 0:
        day += timedelta(days=1)
        if day.weekday() <= FRIDAY and day not in closed:
            left -= 1
    return day
