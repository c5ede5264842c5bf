"""Can every station send its result? Coverage by listed masts; what is not known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from siaga.house.tables import write_columns
from siaga.network.calibration_file import write_calibration
from siaga.network.completeness import listed_share
from siaga.network.coverage import Coverage, coverage_of
from siaga.network.events import (
    down_sites,
    settle_by_units,
    switched_off,
    unit_distance_m,
    unit_figure,
)
from siaga.network.good_point import (
    GoodPoints,
    Speeds,
    Way,
    nearest_good_points,
    way_to,
)
from siaga.network.hearing import hear, hear_again
from siaga.network.inputs import custom_zones, masts, terrain
from siaga.network.measure_lists import Doubts, MeasureLists, measure_lists, no_lists
from siaga.network.measured import (
    frame_of,
    measured,
    measured_figure,
    reasons_of,
    survey_of,
)
from siaga.network.operators import operators
from siaga.network.params import AssessParams
from siaga.network.prior import darkness_prior, remoteness
from siaga.network.said import newest_claims, said_dark
from siaga.network.verdicts import Known, verdicts
from siaga.territory.rollup import Segments, roll_up
from siaga.territory.situation import Figure, Line, Origin, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from siaga.network.coverage import Heard
    from siaga.network.inputs import Masts
    from siaga.network.measured import Measured
    from siaga.network.terrain import Terrain
    from siaga.territory.situation import Situation
    from siaga.territory.stations import Stations
    from siaga.territory.territory import Territory

__all__ = ["AssessParams", "NetworkLine", "assess"]

Floats = npt.NDArray[np.float64]

ENTRY_DB, ENTRY_SIGMA_DB = 13.0, 6.0
"""Into a school or hall of brick and tiles, median and spread from 0.9 to 2.1 GHz
(ITU-R P.2109, traditional building)."""
GOOD = 0.9
"""Probability of service from which a place is a good point to send from."""
GOOD_REACH_M = 30_000.0
DISTRICT = 2
"""Level of the area whose committee gets the record."""
RELIEF_CELLS = 24
"""Half the side of the square in which the relief is taken, about 2 km."""


class Carried(NamedTuple):
    """How the record gets to the middle of the district, shape (n,)."""

    minutes: Floats
    way: npt.NDArray[np.uint8]
    """`good_point.Way`."""


@dataclass(frozen=True)
class NetworkLine(Line):
    """Line of signal with the coverage and the good points behind it."""

    coverage: Coverage
    good: GoodPoints
    prior: Floats
    """Probability of being dark where nothing is known, shape (n,); NaN elsewhere."""
    listed: Floats
    """Share of listed masts of each area and operator, (n_areas, n_operators)."""
    sources: tuple[str, ...]
    """Keys of the lists of masts, the one with most masts first."""
    carried: Carried
    measure: MeasureLists
    measured: Measured | None = None
    unit_m: Floats | None = None
    """Distance of a satellite unit placed within walking reach, NaN where none is."""

    def write(self, folder: Path) -> None:
        """Write `line`, `coverage`, `stations`, `listed`, `measure_next`, all Parquet.

        Where something was measured or listed, `calibration.json` too.
        """
        super().write(folder)
        self.coverage.write(folder / "coverage.parquet")
        good = self.good
        write_columns(
            folder / "stations.parquet",
            {
                "prior": self.prior,
                "good_lat": good.lat,
                "good_lon": good.lon,
                "good_m": good.distance_m,
                "good_minutes": good.minutes,
                "good_way": good.way,
                "carried_minutes": self.carried.minutes,
                "carried_by_sea": (self.carried.way == Way.BOAT).astype(np.uint8),
                "unit_m": np.full(len(self), np.nan)
                if self.unit_m is None
                else self.unit_m,
            },
        )
        columns = {
            operator: self.listed[:, at]
            for at, operator in enumerate(self.coverage.operators)
        }
        about = {"siaga.sources": ",".join(self.sources).encode()}
        write_columns(folder / "listed.parquet", columns, about)
        self.measure.write(folder)
        if self.measured is not None:
            write_calibration(folder, self.measured)


def assess(situation: Situation, params: AssessParams) -> NetworkLine:
    """Line of signal: ready where a result gets through by the listed masts.

    Raises BadState if a file of the import is damaged.
    """
    territory, election = situation.territory, situation.election
    stations, areas = territory.stations(election), territory.areas(election)
    land = masts(territory, election)
    if not len(land.stored.sites) and not newest_claims(situation):
        return _nothing_known(len(stations), len(areas))
    ground = terrain(territory, election)
    down = down_sites(situation.events, land.stored.sites)
    off = tuple(np.flatnonzero(down).tolist())
    coverage, seen = _coverage(territory, election, params, off), None
    found = measured(situation, _heard(territory, election, params, off), params)
    if found is not None:
        coverage = coverage_of(found.heard, len(stations), ENTRY_DB, ENTRY_SIGMA_DB)
        seen = found.settled(coverage, params)
    listed = _listed(situation, land, params)
    share = listed[areas.village_of_station].mean(axis=1)
    custom = np.zeros(len(stations), bool)
    for zone in custom_zones(territory, election):
        custom[areas.stations(zone.area_row)] = True
    nobody = np.zeros(len(stations), bool)
    known = Known(
        service=coverage.any_outdoor,
        sites_share=share,
        in_reach=np.asarray((coverage.site_row >= 0).any(axis=1)),
        has_point=np.isfinite(stations.lat),
        has_terrain=np.full(len(stations), ground is not None),
        measured_good=nobody if seen is None else seen.good,
        measured_dark=nobody if seen is None else seen.dark,
        custom=custom,
    )
    verdict, origin, reason = verdicts(known, params)
    unit_m = unit_distance_m(situation.events, stations)
    figures = (
        *_figures(coverage, share, land.sources),
        *unit_figure(situation.events, unit_m),
    )
    if found is not None and seen is not None:
        origin, reason = reasons_of(seen, origin, reason)
        figures = (*figures, measured_figure(seen, found.sources))
    settle_by_units(verdict, origin, reason, unit_m)
    line = Line("network", verdict, origin, reason, figures)
    prior = _prior(situation, ground, coverage, known)
    return NetworkLine(
        "network", verdict, origin, reason,
        figures,
        coverage,
        good_points(ground, stations, coverage.any_outdoor),
        prior,
        listed,
        land.sources,
        _carried(situation, ground),
        measure_lists(
            line, coverage, _doubts(situation, prior), survey_of(found)
        ),
        found,
        unit_m,
    )  # fmt: skip


def _doubts(situation: Situation, prior: Floats) -> Doubts:
    """What the walking lists must know of every station."""
    territory, election = situation.territory, situation.election
    stations, areas = territory.stations(election), territory.areas(election)
    district = areas.ancestor_at(DISTRICT)[areas.village_of_station]
    known = stations.voters[stations.voters >= 0]
    usual = float(np.median(known)) if known.size else 1.0
    return Doubts(
        frame_of(stations).xy_m(stations.lat, stations.lon),
        district.astype(np.int64),
        np.where(stations.voters >= 0, stations.voters, usual),
        prior,
    )


def _nothing_known(n: int, n_areas: int) -> NetworkLine:
    """Line of an election of whose signal nobody has said anything: it is not due."""
    nowhere, way = np.full(n, np.nan), np.zeros(n, np.uint8)
    return NetworkLine(
        "network",
        np.full(n, Verdict.NOT_DUE, np.uint8),
        np.full(n, Origin.NOBODY, np.uint8),
        np.full(n, -1, np.int16),
        (),
        coverage_of({}, n, ENTRY_DB, ENTRY_SIGMA_DB),
        GoodPoints(nowhere, nowhere, nowhere, nowhere, way),
        nowhere,
        np.empty((n_areas, 0)),
        (),
        Carried(nowhere, way),
        no_lists(),
    )


@lru_cache(maxsize=4)
def _coverage(
    territory: Territory, election: str, params: AssessParams, off: tuple[int, ...]
) -> Coverage:
    """Coverage by prediction: one for all moments of an election (decision 009).

    `off` are the rows of masts that an event has taken off the air.
    """
    heard = _heard(territory, election, params, off)
    n = len(territory.stations(election))
    return coverage_of(heard, n, ENTRY_DB, ENTRY_SIGMA_DB)


@lru_cache(maxsize=4)
def _heard(
    territory: Territory, election: str, params: AssessParams, off: tuple[int, ...]
) -> Mapping[str, Heard]:
    """What stations hear by prediction; nothing without terrain."""
    stations, ground = territory.stations(election), terrain(territory, election)
    if ground is None:
        return {}
    stored = masts(territory, election).stored
    with ThreadPoolExecutor() as threads:  # the bits are the same for any number
        if not off:
            return hear(ground.grid, stored, stations, params, threads)
        return hear_again(
            ground.grid,
            switched_off(stored, off),
            stations,
            params,
            _heard(territory, election, params, ()),
            changed=np.array(off, np.int64),
            executor=threads,
        )


def good_points(
    ground: Terrain | None, stations: Stations, service: Floats
) -> GoodPoints:
    """Nearest place with signal of each station, among the places of all stations."""
    if ground is None:
        nowhere = np.full(len(stations), np.nan)
        way = np.zeros(len(stations), np.uint8)
        return GoodPoints(nowhere, nowhere, nowhere, nowhere, way)
    grid = ground.grid
    good = np.zeros(grid.zone.shape, bool)
    rows = np.flatnonzero((service >= GOOD) & np.isfinite(stations.lat))
    row = ((grid.north - stations.lat[rows]) / grid.step_deg[0]).astype(np.int64)
    column = ((stations.lon[rows] - grid.west) / grid.step_deg[1]).astype(np.int64)
    n_rows, n_columns = grid.zone.shape
    inside = (row >= 0) & (row < n_rows) & (column >= 0) & (column < n_columns)
    good[row[inside], column[inside]] = True
    return nearest_good_points(
        grid, good, stations.lat, stations.lon, reach_m=GOOD_REACH_M, speeds=Speeds()
    )


def _carried(situation: Situation, ground: Terrain | None) -> Carried:
    """Way of the record to the middle of the stations of its district.

    Where the committee of the district sits is not known.
    """
    territory, election = situation.territory, situation.election
    stations, areas = territory.stations(election), territory.areas(election)
    if ground is None:
        nowhere = np.full(len(stations), np.nan)
        return Carried(nowhere, np.zeros(len(stations), np.uint8))
    district = areas.ancestor_at(DISTRICT)[areas.village_of_station]
    known = np.isfinite(stations.lat)
    n = np.bincount(district[known], minlength=len(areas))
    middle = [
        np.bincount(district[known], of[known], len(areas)) / np.maximum(n, 1)
        for of in (stations.lat, stations.lon)
    ]
    minutes, way = way_to(
        ground.grid,
        (stations.lat, stations.lon),
        (middle[0][district], middle[1][district]),
        Speeds(),
    )
    return Carried(minutes, way)


def _listed(situation: Situation, land: Masts, params: AssessParams) -> Floats:
    territory, election = situation.territory, situation.election
    areas, stations = territory.areas(election), territory.stations(election)
    voters = np.where(stations.voters >= 0, stations.voters, 0).astype(np.int64)
    segments = Segments(areas.start, areas.stop, areas.level, areas.parent_row)
    return listed_share(
        areas,
        land,
        tuple(operators()),
        roll_up(voters, segments).astype(np.float64),
        params.voters_per_site,
    )


def _prior(
    situation: Situation, ground: Terrain | None, coverage: Coverage, known: Known
) -> Floats:
    """Prior of darkness, adding up by regency to what was last said of it."""
    territory, election = situation.territory, situation.election
    stations, areas = territory.stations(election), territory.areas(election)
    nearest = np.where(coverage.site_row >= 0, coverage.distance_m, np.inf).min(
        axis=1, initial=np.inf
    )
    score = remoteness(
        _density(situation), _relief_m(ground, stations), np.where(
            np.isfinite(nearest), nearest, np.nan
        ) / 1000,
    )  # fmt: skip
    group, expected = said_dark(situation)
    prior = darkness_prior(score, group[areas.village_of_station], expected)
    return np.where(
        known.has_point & (group[areas.village_of_station] >= 0), prior, np.nan
    )


def _density(situation: Situation) -> Floats:
    """Voters a square kilometre of each station's village."""
    from siaga.territory.shapes import area_m2

    territory, election = situation.territory, situation.election
    stations, areas = territory.stations(election), territory.areas(election)
    shapes = territory.outlines(election)
    villages = np.unique(areas.village_of_station)
    km2 = np.full(len(areas), np.nan)
    known = [v for v in villages.tolist() if shapes[v] is not None]
    km2[known] = area_m2(shapes[known]) / 1e6
    voters = np.where(stations.voters >= 0, stations.voters, 0)
    sums = np.concatenate(([0], np.cumsum(voters)))
    density = (sums[areas.stop] - sums[areas.start]) / np.maximum(km2, 1e-3)
    return np.asarray(density[areas.village_of_station], float)


def _relief_m(ground: Terrain | None, stations: Stations) -> Floats:
    """Standard deviation of the elevation around each station, NaN if not known."""
    if ground is None:
        return np.full(len(stations), np.nan)
    grid = ground.grid
    height = grid.elevation_m.astype(np.float64)
    sums = _integral(height), _integral(height**2)
    n_rows, n_cols = height.shape
    known = np.isfinite(stations.lat)
    row = np.where(known, (grid.north - stations.lat) / grid.step_deg[0], 0)
    column = np.where(known, (stations.lon - grid.west) / grid.step_deg[1], 0)
    top, bottom = _window(row, n_rows)
    left, right = _window(column, n_cols)
    count = np.maximum((bottom - top) * (right - left), 1)
    mean, square = (
        (s[bottom, right] - s[top, right] - s[bottom, left] + s[top, left]) / count
        for s in sums
    )
    return np.where(known, np.sqrt(np.maximum(square - mean**2, 0)), np.nan)


def _integral(values: Floats) -> Floats:
    """Sums of everything above and left of each cell, one row and column more."""
    return np.pad(values, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)


def _window(at: Floats, n: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    middle = np.clip(at.astype(np.int64), 0, n - 1)
    return np.maximum(middle - RELIEF_CELLS, 0), np.minimum(middle + RELIEF_CELLS, n)


def _figures(
    coverage: Coverage, share: Floats, sources: tuple[str, ...]
) -> tuple[Figure, ...]:
    """Figures of every station: of the best operator, in whole numbers as shown.

    They name the first source, that of most masts; none are given without a mast.
    """
    if not sources:
        return ()
    source = sources[0]
    level = np.where(coverage.site_row >= 0, coverage.level_dbm, -np.inf)
    best = np.argmax(level, axis=1)[:, None] if level.size else None

    def of_best(values: Floats) -> Floats:
        if best is None:
            return np.full(len(share), np.nan)
        return np.asarray(np.take_along_axis(values, best, axis=1)[:, 0], float)

    sigma = of_best(coverage.sigma_db)
    dbm: Floats = np.rint(of_best(coverage.level_dbm)).astype(np.float64)
    margin = np.minimum(of_best(coverage.down_db), of_best(coverage.up_db))
    nearest = np.where(coverage.site_row >= 0, coverage.distance_m, np.inf)
    km = nearest.min(axis=1, initial=np.inf) / 1000
    km = np.round(np.where(np.isfinite(km), km, np.nan), 1).astype(np.float64)
    any_pct, indoor_pct = (
        np.round(100 * p).astype(np.float64)
        for p in (coverage.any_outdoor, coverage.any_indoor)
    )
    return (
        Figure("service_pct", "%", source, any_pct),
        Figure("indoor_pct", "%", source, indoor_pct),
        Figure(
            "level_dbm", "dBm", source, dbm,
            np.rint(dbm - sigma).astype(np.float64),
            np.rint(dbm + sigma).astype(np.float64),
        ),
        Figure("margin_db", "dB", source, np.rint(margin).astype(np.float64)),
        Figure("site_km", "km", source, km),
        Figure("sites_pct", "%", source, np.rint(100 * share).astype(np.float64)),
    )  # fmt: skip
