"""Walking lists of a run: where to measure next, district by district.

What a station would lose to not knowing follows from its chance of service: by the
masts where they say something, by the prior of darkness where nobody knows. Stations
that a measurement or a list has settled, and zones of custom, wait for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.house.tables import numbers, read_columns, write_columns
from siaga.network.measure_next import Candidates, Survey, measure_next
from siaga.network.reasons import reason_number
from siaga.territory.situation import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.network.coverage import Coverage
    from siaga.network.measure_next import WalkingList
    from siaga.territory.situation import Line

__all__ = ["Doubts", "MeasureLists", "measure_lists", "no_lists", "read_lists"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FILE = "measure_next.parquet"
NOT_WAITING = (
    "custom", "measured_good", "measured_dark", "sent", "measured_good_again",
    "measured_dark_again", "listed_good", "listed_dark",
)  # fmt: skip
"""Reasons of stations whose decision another reading would not change."""
NO_MAST_SIGMA_DB = 12.0
"""Doubt of a level where no listed mast is in reach."""
SURE = 1e-4
"""No station is surer than this."""
NOBODY_KNOWS = 0.5
"""Chance of darkness where neither masts nor a claim anywhere say anything."""
LOSS_MIN = 1.0
"""Voters at stake, w p (1 - p), below which a station is left out."""


@dataclass(frozen=True, eq=False)
class Doubts:
    """What is known of every station before it is measured, shape (n,)."""

    xy_m: Floats
    """East and north, NaN without a point; shape (n, 2)."""
    district: Ints
    voters: Floats
    """Registered voters; where they are not known, what is usual."""
    prior: Floats
    """Of darkness, NaN where nothing was said."""

    def service(self, line: Line, coverage: Coverage) -> Floats:
        """Chance of service as it is known.

        Where nobody has said anything of a regency, that of the others is usual.
        """
        unknown = line.verdict == Verdict.UNKNOWN
        said = self.prior[unknown & ~np.isnan(self.prior)]
        usual = float(said.mean()) if said.size else NOBODY_KNOWS
        dark = np.where(np.isnan(self.prior), usual, self.prior)
        return np.where(unknown, 1 - dark, coverage.any_outdoor)


@dataclass(frozen=True, eq=False)
class MeasureLists:
    """Stations to be measured, district by district in the order of the way; (n,)."""

    row: Ints
    """Station."""
    district: Ints
    """Area row."""
    rank: Ints
    """0 = the most urgent of its district."""
    gain: Floats
    """Expected fall of the sum of voters p (1 - p), in voters."""
    service: Floats
    """Chance of service as it is known now."""
    leg_m: Floats
    """From the station before; NaN for the first."""
    walk_minutes: Floats
    ride_minutes: Floats

    def __len__(self) -> int:
        """Number of stations."""
        return len(self.row)

    def write(self, folder: Path) -> None:
        """Write as one Parquet file of a run."""
        write_columns(folder / FILE, dict(vars(self)))


@lru_cache(maxsize=8)
def read_lists(folder: Path) -> MeasureLists:
    """Lists of a run. Raises BadState if the file is damaged."""
    table = read_columns(folder / FILE)

    def ints(name: str) -> Ints:
        return numbers(table[name], np.int64, -1)

    def floats(name: str) -> Floats:
        return numbers(table[name], np.float64, np.nan)

    return MeasureLists(
        ints("row"), ints("district"), ints("rank"), floats("gain"),
        floats("service"), floats("leg_m"), floats("walk_minutes"),
        floats("ride_minutes"),
    )  # fmt: skip


def measure_lists(
    line: Line, coverage: Coverage, doubts: Doubts, survey: Survey
) -> MeasureLists:
    """Walking lists of all districts where measuring would change a decision."""
    from scipy.special import ndtri

    service = doubts.service(line, coverage)
    sd = _sigma_db(coverage, len(line))
    settled = np.isin(line.reason, [reason_number(key) for key in NOT_WAITING])
    due = line.verdict != Verdict.NOT_DUE
    weight = np.where(settled | ~due, 0.0, doubts.voters)
    rows = np.flatnonzero(weight * service * (1 - service) >= LOSS_MIN)
    margin = ndtri(np.clip(service[rows], SURE, 1 - SURE)) * sd[rows]
    found = measure_next(
        Candidates(
            doubts.xy_m[rows, 0], doubts.xy_m[rows, 1], doubts.district[rows],
            weight[rows], margin, sd[rows],
        ),
        survey,
    )  # fmt: skip
    return _joined(found, rows, service)


def no_lists() -> MeasureLists:
    """Lists of an election whose signal is not due."""
    none, no = np.zeros(0), np.zeros(0, np.int64)
    return MeasureLists(no, no, no, none, none, none, none, none)


def _sigma_db(coverage: Coverage, n: int) -> Floats:
    """Doubt of the best operator at each station."""
    if not coverage.operators:
        return np.full(n, NO_MAST_SIGMA_DB)
    outdoor = np.where(coverage.site_row >= 0, coverage.outdoor, -1.0)
    best = np.argmax(outdoor, axis=1)[:, None]
    sigma = np.take_along_axis(coverage.sigma_db, best, axis=1)[:, 0]
    return np.where(np.isfinite(sigma) & (sigma > 0), sigma, NO_MAST_SIGMA_DB)


def _joined(
    found: tuple[WalkingList, ...], rows: Ints, service: Floats
) -> MeasureLists:
    def column(name: str) -> Floats:
        parts = [np.asarray(getattr(one, name), np.float64) for one in found]
        return np.concatenate([np.zeros(0), *parts])

    row = rows[column("rows").astype(np.int64)]
    district = np.repeat(
        np.array([one.district for one in found], np.int64),
        [len(one.rows) for one in found],
    )
    return MeasureLists(
        row, district, column("rank").astype(np.int64), column("gain"), service[row],
        column("leg_m"), column("walk_minutes"), column("ride_minutes"),
    )  # fmt: skip
