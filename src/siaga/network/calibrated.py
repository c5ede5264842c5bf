"""What stations hear once the measurements have had their say.

The level of every mast that a station hears is moved by what was learned of model,
operator and mast, and near readings by the field too. How far the field reaches a
station depends on how well its point is known: of a point that may be a kilometre off
the shadow in front of a phone says little.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from siaga.network.readings import NOT_KNOWN, Points

if TYPE_CHECKING:
    from siaga.network.calibration import Calibration
    from siaga.network.coverage import Heard

__all__ = ["Places", "calibrated"]

Floats = npt.NDArray[np.float64]

REACH = 3.0
"""Lengths of the field beyond which a reading tells nothing: a correlation of 5 %."""
N_NEAR = 16
"""Readings that count for a station: its point is seldom good enough for more."""
SHARE_MIN = 0.02
"""Of the field; less is left out."""


class Places(NamedTuple):
    """Stations in the frame of the readings, shape (n,)."""

    xy_m: Floats
    error_m: Floats
    """Radius of the point; 0 where a reading names the station: it was there."""


def calibrated(
    one: Heard, number: int, places: Places, calibration: Calibration
) -> Heard:
    """What is heard of an operator (by its number) after calibration.

    Both directions move alike: what a phone hears less, the mast hears less.
    """
    if calibration.fit is None:
        return one
    station, rank = np.nonzero((one.site_row >= 0) & np.isfinite(one.level_dbm))
    if not station.size:
        return one
    n = len(station)
    points = Points(
        places.xy_m[station, 0], places.xy_m[station, 1], np.full(n, number),
        one.site_row[station, rank].astype(np.int64), one.frequency_mhz[station, rank],
        one.distance_m[station, rank], np.full(n, NOT_KNOWN), np.full(n, np.nan),
        one.level_dbm[station, rank], one.sigma_db[station, rank],
    )  # fmt: skip
    moved_db, variance = calibration.fit.offsets_at(points)
    share = _share(places, calibration)[station]
    rows = np.flatnonzero(share >= SHARE_MIN)
    if rows.size:
        mean, doubt = calibration.fit.deviation(points.take(rows), None, N_NEAR)
        mine = share[rows]
        moved_db[rows] += mine * (mean - moved_db[rows])
        variance[rows] += mine**2 * (doubt - variance[rows])
    columns = {}
    for name in ("level_dbm", "down_db", "up_db"):
        column = getattr(one, name).copy()
        column[station, rank] += moved_db
        columns[name] = column
    sigma = one.sigma_db.copy()
    sigma[station, rank] = np.sqrt(np.maximum(variance, 1e-12))
    return replace(one, **columns, sigma_db=sigma)


def _share(places: Places, calibration: Calibration) -> Floats:
    """Share of the field that a station has in common with readings, shape (n,)."""
    from scipy.spatial import cKDTree

    assert calibration.fit is not None
    length_m = calibration.learned.spread.length_m
    tree = cKDTree(calibration.fit.evidence.at.xy_m)
    known = np.isfinite(places.xy_m).all(axis=1)
    share = np.zeros(len(places.error_m))
    away, _ = tree.query(places.xy_m[known], distance_upper_bound=REACH * length_m)
    error_m = np.nan_to_num(places.error_m[known], nan=np.inf)
    share[known] = np.where(np.isfinite(away), np.exp(-error_m / length_m), 0.0)
    return share
