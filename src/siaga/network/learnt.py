"""What the measurements teach, from readings to a calibration with its proof.

Readings that nothing speaks against become spots, spots are set against the masts, and
the field is calibrated. Series that contradict all their neighbours are left out, the
worst first, and the rest is calibrated anew. What is then learned is tried on districts
that it was not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from siaga.network.calibration import calibrate
from siaga.network.cross_validation import cross_validate
from siaga.network.measured_points import MAX_SPOTS, read_at, spots_of

if TYPE_CHECKING:
    from siaga.network.calibration import Calibration
    from siaga.network.cross_validation import CrossValidation
    from siaga.network.measured_inputs import KnownReadings
    from siaga.network.measured_points import Frame
    from siaga.network.model import Grid
    from siaga.network.params import AssessParams
    from siaga.network.readings import Readings
    from siaga.network.site_store import StoredSites
    from siaga.territory.stations import Stations

__all__ = ["Learnt", "OddSeries", "learn", "series_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PAUSE_S = 10_800.0
"""A phone that is silent for so long begins a new series."""
ROUNDS = 4
"""Times that odd series are looked for; each costs a calibration."""
SIGMAS = 4.0
NEAR_LENGTHS = 3.0
"""Of two odd series within so many lengths of the field only the worse is left out at
once: the other may be odd only beside it."""
N_FOLDS, N_FOLDS_MANY, MANY = 10, 5, 1_500
"""Of the cross-validation, and of that of many spots."""


class OddSeries(NamedTuple):
    """A series that contradicts its neighbours."""

    series: int
    n_levels: int
    scatter_sigmas: float
    offset_sigmas: float


@dataclass(frozen=True, eq=False)
class Learnt:
    """Calibration by the readings known at a moment."""

    known: KnownReadings
    series: Ints
    """Number of the series of each reading, shape (n_readings,)."""
    odd: tuple[OddSeries, ...]
    """In the order in which they were left out."""
    used: Mask
    """Readings that entered the calibration."""
    without_mast: Mask
    """Readings with no listed mast in reach: they settle stations, no more."""
    n_spots: int
    spots_left: int
    """Spots beyond what is looked at."""
    calibration: Calibration
    validation: CrossValidation

    @property
    def is_odd(self) -> Mask:
        """Readings of odd series, shape (n_readings,)."""
        return np.isin(self.series, [one.series for one in self.odd])


def series_of(known: KnownReadings) -> Ints:
    """Number of the series of each reading: one phone without a long pause."""
    readings = known.stored.readings
    device = np.unique(np.array(readings.device, object).astype(str),
                       return_inverse=True)[1].reshape(-1)  # fmt: skip
    order = np.lexsort((readings.time_s, device))
    breaks = np.diff(device[order]) != 0
    breaks |= np.diff(readings.time_s[order]) > PAUSE_S
    number = np.zeros(len(known), np.int64)
    number[order] = np.concatenate([[0], np.cumsum(breaks)])[: len(known)]
    return number


def learn(
    known: KnownReadings,
    land: tuple[Grid, StoredSites],
    stations: tuple[Stations, Ints],
    params: AssessParams,
    frame: Frame,
) -> Learnt:
    """Calibration by the usable readings; `stations` come with their districts."""
    series = series_of(known)
    use = known.stored.readings.usable
    spots = spots_of(known, use, frame)
    readings, at = read_at(known, spots, land, params, frame)
    mine = series[spots.row[at]]
    calibration, left_out = calibrated_without_odd(readings, mine)
    keep = ~np.isin(mine, [one.series for one in left_out])
    readings, at = readings.take(keep), at[keep]
    group = _districts(readings, stations, frame)
    folds = N_FOLDS if len(readings) <= MANY else N_FOLDS_MANY
    validation = cross_validate(
        readings, group, calibration, params.needed_dbm, n_folds_max=folds
    )
    in_spot = spots.spot_of >= 0
    reached = np.zeros(len(spots) + 1, bool)
    reached[at] = True
    odd = np.isin(series, [one.series for one in left_out])
    used = in_spot & reached[spots.spot_of] & ~odd
    return Learnt(
        known, series, left_out, used, in_spot & ~used & ~odd, len(readings),
        max(spots.n_all - MAX_SPOTS, 0), calibration, validation,
    )  # fmt: skip


def calibrated_without_odd(
    readings: Readings, series: Ints
) -> tuple[Calibration, tuple[OddSeries, ...]]:
    """Calibration by what does not contradict its neighbours, and what does.

    `series` is the number of the series of each reading, shape (n,).
    """
    found: list[OddSeries] = []
    keep = np.ones(len(readings), bool)
    calibration = calibrate(readings)
    for _ in range(ROUNDS):
        here = readings.take(keep)
        odd = _worst(calibration, here, series[keep])
        if not odd:
            break
        found += odd
        keep &= ~np.isin(series, [one.series for one in odd])
        calibration = calibrate(readings.take(keep))
    return calibration, tuple(found)


def _worst(
    calibration: Calibration, readings: Readings, series: Ints
) -> list[OddSeries]:
    """Odd series of which none near is worse."""
    scores = calibration.series_scores(series)
    worst = np.fmax(np.abs(scores.scatter_sigmas), np.abs(scores.offset_sigmas))
    rows = np.flatnonzero(scores.contradicts(SIGMAS))
    rows = rows[np.lexsort((scores.series[rows], -worst[rows]))]
    near_m = NEAR_LENGTHS * calibration.learned.spread.length_m
    taken: list[int] = []
    for row in rows.tolist():
        xy = readings.at.xy_m[series == scores.series[row]]
        apart = [
            _apart_m(xy, readings.at.xy_m[series == scores.series[other]])
            for other in taken
        ]
        if min(apart, default=np.inf) > near_m:
            taken.append(row)
    return [
        OddSeries(
            int(scores.series[row]), int(scores.n_levels[row]),
            float(scores.scatter_sigmas[row]), float(scores.offset_sigmas[row]),
        )
        for row in taken
    ]  # fmt: skip


def _apart_m(one: Floats, other: Floats) -> float:
    """Shortest distance between two sets of points."""
    from scipy.spatial import cKDTree

    return float(cKDTree(one).query(other)[0].min())


def _districts(
    readings: Readings, stations: tuple[Stations, Ints], frame: Frame
) -> Ints:
    """District of each reading, that of the nearest station; masts if it is but one.

    Without a second district there is nothing else to leave out as a whole.
    """
    from scipy.spatial import cKDTree

    place, district = stations
    known = np.flatnonzero(np.isfinite(place.lat))
    if not len(readings) or not known.size:
        return readings.at.site_row
    tree = cKDTree(frame.xy_m(place.lat[known], place.lon[known]))
    found = district[known[tree.query(readings.at.xy_m)[1]]]
    return found if len(np.unique(found)) > 1 else readings.at.site_row
