"""Measurements and lists in the assessment: a calibrated coverage, settled stations.

Where nobody measured or listed anything by the moment, there is nothing here and the
assessment is what it is without it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.calibrated import Places, calibrated
from siaga.network.inputs import masts, terrain
from siaga.network.learnt import learn
from siaga.network.measure_next import Survey
from siaga.network.measured_inputs import dark_list, known_readings
from siaga.network.measured_points import Frame
from siaga.network.operators import operators
from siaga.network.read_dark_list import DarkList
from siaga.network.reasons import reason_number
from siaga.network.settled import Kind, settled, visits_of
from siaga.territory.situation import Figure, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siaga.network.coverage import Coverage, Heard
    from siaga.network.learnt import Learnt
    from siaga.network.measured_inputs import KnownReadings
    from siaga.network.params import AssessParams
    from siaga.network.settled import Settled, Visits
    from siaga.territory.situation import Situation
    from siaga.territory.stations import Stations
    from siaga.territory.territory import Territory

__all__ = [
    "Measured",
    "frame_of",
    "measured",
    "measured_figure",
    "reasons_of",
    "survey_of",
]

DISTRICT = 2
"""Level of the areas that are left out as a whole in the cross-validation."""
GAIN_MIN = 0.01
"""Voters: a reading that gains less is not worth the way."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What is known by measurement and by lists at a moment."""

    learnt: Learnt | None
    """None where only lists are known, or there is neither terrain nor mast."""
    visits: Visits
    listed: DarkList | None
    heard: Mapping[str, Heard]
    """What stations hear after calibration."""
    sources: tuple[str, ...]
    """Keys of the sources of readings and lists, the one with most rows first."""

    def settled(self, coverage: Coverage, params: AssessParams) -> Settled:
        """What is settled of each station, given the calibrated coverage."""
        n = len(coverage.any_outdoor)
        outdoor = coverage.outdoor if coverage.operators else np.zeros((n, 0))
        return settled(self.visits, outdoor, params.dark_probability)


def measured(
    situation: Situation, heard: Mapping[str, Heard], params: AssessParams
) -> Measured | None:
    """What is measured and listed by the moment of a situation; None for nothing.

    `heard` is what stations hear by prediction. Raises BadState if a file of the
    import is damaged.
    """
    territory, election = situation.territory, situation.election
    stations = territory.stations(election)
    known = known_readings(territory, stations, situation.as_of)
    listed = _listed_by(dark_list(territory), situation.as_of.timestamp())
    if known is None and listed is None:
        return None
    frame = frame_of(stations)
    # Two moments between which nobody measured share one calibration.
    until_s = float(known.stored.readings.time_s.max()) if known is not None else 0.0
    learnt = _learnt(territory, election, params, until_s) if known else None
    published = known.stored.published if known is not None else ()
    counted = Counter((*published, *(listed.published if listed is not None else ())))
    return Measured(
        learnt,
        visits_of(_sound(known, learnt), listed, stations, params, frame),
        listed,
        _calibrated(heard, stations, learnt, frame),
        tuple(source for source, _ in counted.most_common()),
    )


def reasons_of(
    found: Settled,
    origin: npt.NDArray[np.uint8],
    reason: npt.NDArray[np.int16],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int16]]:
    """Origin and reason of each station, told apart by what settled it.

    A list is what its owner reported; what was measured, Siaga weighs itself.
    """
    origin, reason = origin.copy(), reason.copy()
    by_measurement = {
        side: reason == reason_number(f"measured_{side}") for side in ("good", "dark")
    }
    for side, rows in by_measurement.items():
        listed = rows & (found.kind == Kind.LIST)
        sent = rows & (found.kind == Kind.SENT)
        if side == "good":
            reason[sent] = reason_number("sent")
        mixed = rows & ~listed & found.contradicted
        reason[mixed] = reason_number(f"measured_{side}_again")
        reason[listed] = reason_number(f"listed_{side}")
        origin[listed] = Origin.REPORTED
    return origin, reason


def measured_figure(found: Settled, sources: tuple[str, ...]) -> Figure:
    """Median level that was measured at each station, of the visit that decided."""
    level = np.rint(found.level_dbm).astype(np.float64)
    return Figure("measured_dbm", "dBm", sources[0], level)


def survey_of(found: Measured | None) -> Survey:
    """How far a new reading will tell, as far as it is learned already."""
    if found is None or found.learnt is None:
        return Survey(gain_min=GAIN_MIN)
    spread = found.learnt.calibration.learned.spread
    noise_db = float(np.hypot(spread.device_db, spread.nugget_db))
    return Survey(length_m=spread.length_m, noise_db=noise_db, gain_min=GAIN_MIN)


def frame_of(stations: Stations) -> Frame:
    """Metres around the middle of the stations' box, whatever is measured."""
    known = np.isfinite(stations.lat)
    if not known.any():
        return Frame(0.0, 0.0)
    lat, lon = stations.lat[known], stations.lon[known]
    return Frame(float(lat.min() + lat.max()) / 2, float(lon.min() + lon.max()) / 2)


def _listed_by(listed: DarkList | None, as_of_s: float) -> DarkList | None:
    """Rows of lists of days that have begun by a moment."""
    if listed is None:
        return None
    rows = np.flatnonzero(listed.time_s <= as_of_s).tolist()
    if not rows:
        return None
    return DarkList(
        tuple(listed.station[row] for row in rows),
        tuple(listed.operator[row] for row in rows),
        listed.dark[rows],
        listed.time_s[rows],
        tuple(listed.published[row] for row in rows),
    )


@lru_cache(maxsize=4)
def _learnt(
    territory: Territory, election: str, params: AssessParams, until_s: float
) -> Learnt | None:
    """Calibration by all readings until a time; None without terrain or mast."""
    stations, ground = territory.stations(election), terrain(territory, election)
    land = masts(territory, election)
    as_of = datetime.fromtimestamp(until_s, UTC)
    known = known_readings(territory, stations, as_of)
    if known is None or ground is None or not len(land.stored.sites):
        return None
    areas = territory.areas(election)
    district = areas.ancestor_at(DISTRICT)[areas.village_of_station]
    return learn(
        known,
        (ground.grid, land.stored),
        (stations, district.astype(np.int64)),
        params,
        frame_of(stations),
    )


def _sound(known: KnownReadings | None, learnt: Learnt | None) -> KnownReadings | None:
    """Readings without those of odd series: forged ones settle no station."""
    if known is None or learnt is None or not learnt.odd:
        return known
    return known.taken(~learnt.is_odd)


def _calibrated(
    heard: Mapping[str, Heard],
    stations: Stations,
    learnt: Learnt | None,
    frame: Frame,
) -> Mapping[str, Heard]:
    if learnt is None:
        return heard
    error_m = stations.error_m.copy()
    rows = learnt.known.station_row[learnt.used]
    error_m[rows[rows >= 0]] = 0.0
    places = Places(frame.xy_m(stations.lat, stations.lon), error_m)
    number = {key: at for at, key in enumerate(operators())}
    return {
        key: calibrated(one, number[key], places, learnt.calibration)
        for key, one in heard.items()
    }
