"""Calibration of the province by measurements, beside libraries of kriging."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bench.harness import Case, Goal, Peer, Work
from siaga.network.calibration import calibrate
from siaga.network.cross_validation import cross_validate
from siaga.network.measure_next import Candidates, Survey, measure_next
from siaga.network.readings import Points, Readings
from siaga.network.residual_field import Field, krige
from siaga.network.spread import Spread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from siaga.network.residual_field import Weights

__all__ = ["WORKS"]

N_STATIONS, N_READINGS, N_DISTRICTS = 33_324, 5_000, 155
N_PEER = 500
"""Points for the peers, which take them one by one."""
NEEDED_DBM = -110.0
SEED = 10


def made_up(n: int, n_phones: int, seed: int) -> tuple[Points, Readings]:
    """Stations of a land of 100 x 80 km and `n` readings in 250 walks of it."""
    rng = np.random.default_rng(seed)
    walks = rng.uniform(0, [100e3, 80e3], (250, 2))
    on_walk = walks[rng.integers(0, 250, n)] + rng.normal(0, 300, (n, 2))
    stations = rng.uniform(0, [100e3, 80e3], (N_STATIONS, 2))
    points = _points(rng, np.concatenate([stations, on_walk]))
    rows = np.arange(N_STATIONS + n)
    at = points.take(rows[N_STATIONS:])
    level = at.predicted_dbm + 4 * np.sin(at.x_m / 300) + rng.normal(0, 6, n)
    dark, none = level < -125, np.full(n, -1)
    readings = Readings(
        at,
        rng.integers(0, n_phones, n),
        np.where(dark, np.nan, level),
        dark,
        none,
        none,
    )
    return points.take(rows[:N_STATIONS]), readings


def _points(rng: np.random.Generator, xy_m: np.ndarray) -> Points:
    n = len(xy_m)
    site = (xy_m[:, 0] // 4e3).astype(int) * 20 + (xy_m[:, 1] // 4e3).astype(int)
    return Points(
        xy_m[:, 0], xy_m[:, 1], rng.integers(0, 3, n), site, np.full(n, 1800.0),
        rng.uniform(200, 6e3, n), rng.integers(0, 4, n), rng.uniform(0, 15, n),
        rng.normal(-105, 10, n), np.full(n, 8.0),
    )  # fmt: skip


def fitted() -> Case:
    """Spread learned, offsets and ranges settled, from all readings."""
    _, readings = made_up(N_READINGS, 50, SEED)
    return Case(f"{N_READINGS:,} readings", lambda: calibrate(readings))


def stations() -> Case:
    """Level and doubt of every station from a fitted calibration."""
    points, readings = made_up(N_READINGS, 50, SEED)
    calibration = calibrate(readings, learn=False)
    size = f"{N_STATIONS:,} stations, {N_READINGS:,} readings, 64 neighbours"
    return Case(size, lambda: calibration.at(points))


def crossed() -> Case:
    """Readings foretold with their site left out, 20 folds."""
    _, readings = made_up(500, 20, SEED)
    calibration = calibrate(readings, learn=False)
    sites = readings.at.site_row
    return Case(
        "500 readings, 20 folds",
        lambda: cross_validate(readings, sites, calibration, NEEDED_DBM),
    )


def surveyed() -> Case:
    """Ten points to measure in each district, with the way."""
    rng = np.random.default_rng(SEED)
    office = rng.uniform(0, [100e3, 80e3], (N_DISTRICTS, 2))
    district = rng.integers(0, N_DISTRICTS, N_STATIONS)
    xy = office[district] + rng.normal(0, 2_000, (N_STATIONS, 2))
    found = Candidates(
        xy[:, 0], xy[:, 1], district, rng.uniform(100, 300, N_STATIONS),
        rng.normal(8, 12, N_STATIONS), rng.uniform(4, 9, N_STATIONS),
    )  # fmt: skip
    start = {d: (float(x), float(y)) for d, (x, y) in enumerate(office)}
    return Case(
        f"{N_STATIONS:,} stations, {N_DISTRICTS} districts",
        lambda: measure_next(found, Survey(), start),
    )


def local() -> Case:
    """Kriging from 64 neighbours, the solve alone, beside libraries."""
    rng = np.random.default_rng(SEED)
    readings = Field(
        rng.uniform(0, 50e3, (N_READINGS, 2)), np.zeros(N_READINGS, int),
        np.full(N_READINGS, 5.0),
    )  # fmt: skip
    points = Field(
        rng.uniform(0, 50e3, (N_PEER, 2)), np.zeros(N_PEER, int), np.full(N_PEER, 5.0)
    )
    value = rng.normal(0, 6, N_READINGS)
    noise, spread = np.full(N_READINGS, 4.0), Spread()

    def ours() -> np.ndarray:
        near = krige(points, readings, noise, spread)
        return np.round((near.weight * value[near.reading]).sum(axis=1), 6)

    near = krige(points, readings, noise, spread)
    return Case(
        f"{N_PEER} points, {N_READINGS:,} readings", ours,
        lambda: peers(points, readings, value, near),
    )  # fmt: skip


def peers(
    points: Field, readings: Field, value: np.ndarray, near: Weights
) -> Mapping[str, Peer]:
    """scikit-learn, a fit a point; PyKrige's moving window; those that are installed.

    PyKrige knows only ordinary kriging: its answer is another one.
    """
    found: dict[str, Callable[[], np.ndarray]] = {}
    try:
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, Matern

        kernel = ConstantKernel(25.0, "fixed") * Matern(400.0, "fixed", nu=0.5)
        gp = GaussianProcessRegressor(kernel, alpha=4.0, optimizer=None)

        def scikit() -> np.ndarray:
            mean = [
                gp.fit(readings.xy_m[rows], value[rows]).predict(at[None])[0]
                for rows, at in zip(near.reading, points.xy_m, strict=True)
            ]
            return np.round(mean, 6)

        found["scikit-learn"] = scikit
    except ImportError:
        pass
    try:
        from pykrige.ok import OrdinaryKriging

        known = OrdinaryKriging(
            *readings.xy_m.T, value, variogram_model="exponential",
            # its range is where 95 % of the sill is reached: 3 lengths
            variogram_parameters={"psill": 25.0, "range": 1200.0, "nugget": 4.0},
        )  # fmt: skip

        def moving_window() -> np.ndarray:
            asked = points.xy_m.T
            options = {"backend": "loop", "n_closest_points": 64}
            return np.asarray(known.execute("points", *asked, **options)[0])

        found["PyKrige"] = moving_window
    except ImportError:
        pass
    return {name: Peer(run) for name, run in found.items()}


WORKS = (
    Work("calibration.fit", fitted, n_runs=2),
    Work("calibration.stations", stations, Goal(time_s_max=10.0), n_runs=3),
    Work("calibration.crossed", crossed, n_runs=2),
    Work("calibration.survey", surveyed, n_runs=3),
    Work("calibration.local", local, Goal(ratio_min=5.0), n_runs=3),
)
"""What `python -m bench calibration` measures."""
