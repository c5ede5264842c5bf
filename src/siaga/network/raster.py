"""Level by cell of the grid: the best of the masts of each operator, kept up to date.

A mast's window (its best cell at every place within the radius, tenths of dBm) depends
on that mast and the land alone. It is kept under the hash of both; when a mast changes,
one window is computed and the rasters are joined anew where the old and the new window
lie, from windows that are there already.

Level is RSRP: mean power of one resource element at a phone outdoors, median of time
and places, as `Coverage.level_dbm` has it for stations.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from siaga.network.mast_levels import (
    NO_LEVEL,
    Levels,
    Mast,
    RasterParams,
    WindowStore,
    best_levels,
    mast_of,
    sweeps_of,
)
from siaga.network.model import SiteStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor, Future

    from siaga.network.model import Cells, Grid, Sites

__all__ = ["CoverageRaster", "Window", "coverage_raster"]

Rows = npt.NDArray[np.int64]
Box = tuple[slice, slice]

WindowId = tuple[str, str]

UNDER_WAY = 64
"""Masts handed out at once: each holds its part of the land while it waits."""


class Window(NamedTuple):
    """Place of a mast's window in the rasters."""

    rows: slice
    columns: slice

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the window."""
        return self.rows.stop - self.rows.start, self.columns.stop - self.columns.start

    @property
    def n_cells(self) -> int:
        """Cells of the window."""
        return self.shape[0] * self.shape[1]

    @property
    def box(self) -> Box:
        """Index of the window in a raster."""
        return self.rows, self.columns

    def inside(self, part: Box) -> Box:
        """Index in the window of a part of the raster that it covers."""
        (rows, columns), (top, left) = part, (self.rows.start, self.columns.start)
        return (
            slice(rows.start - top, rows.stop - top),
            slice(columns.start - left, columns.stop - left),
        )


@dataclass(frozen=True, eq=False)
class CoverageRaster:
    """Best level by operator and cell of the grid, and the windows it is made of."""

    operators: tuple[str, ...]
    level: Levels
    """Tenths of dBm, (n_operators, n_rows, n_columns); NO_LEVEL beyond all masts."""
    windows: Mapping[WindowId, Window]
    """By operator and their hash in the store: a mast of two operators has one."""
    land: str
    """Hash of the grid."""
    computed: int = 0
    """Windows that were not in the store."""

    def best(self) -> Levels:
        """Best level of any operator, (n_rows, n_columns)."""
        return np.asarray(self.level.max(axis=0, initial=NO_LEVEL))


def coverage_raster(
    grid: Grid,
    sites: Sites,
    cells: Cells,
    params: RasterParams | None = None,
    *,
    operators: Sequence[str] | None = None,
    store: WindowStore | None = None,
    previous: CoverageRaster | None = None,
    executor: Executor | None = None,
) -> CoverageRaster:
    """Best level at every cell of the grid by operator.

    Masts that are off or planned are left out, and so are those without a cell.
    `operators`: of the result, None = those of the masts by name. `store`: where
    windows are kept from call to call; `previous`: rasters from the same store, joined
    anew only where a mast has changed. `executor`: threads, processes or a Dask
    client's, a mast a task; the bits are the same. Raises ValueError for a mast that is
    nowhere or what P.1812 is not made for.
    """
    params, store = params or RasterParams(), store or WindowStore()
    params = replace(params, clutter_known=grid.clutter_known)
    rows_of = _rows_by_site(sites, cells)
    if operators is None:
        operators = sorted({sites.operator[site] for site in rows_of})
    land = _land_hash(grid)
    windows: dict[WindowId, Window] = {}
    masts: dict[str, Mast] = {}
    for site, rows in rows_of.items():
        operator = sites.operator[site]
        if operator in operators:
            mast = mast_of(sites, cells, site, rows)
            window = Window(*mast.window(grid, params))
            if 0 not in window.shape:
                key = mast.key(land, params)
                windows[operator, key], masts[key] = window, mast
    missing = {key: mast for key, mast in masts.items() if key not in store}
    _compute(grid, missing, params, store, executor)
    made = CoverageRaster(
        tuple(operators),
        np.full((len(operators), *grid.elevation_m.shape), NO_LEVEL, np.int16),
        windows, land, len(missing),
    )  # fmt: skip

    def levels(key: str, shape: tuple[int, int]) -> Levels:
        found = store.get(key, shape)
        if found is None:  # a damaged file
            _compute(grid, {key: masts[key]}, params, store, executor)
            found = store.get(key, shape)
        assert found is not None
        return found

    _join(made, previous, levels)
    made.level.flags.writeable = False
    return made


def _rows_by_site(sites: Sites, cells: Cells) -> dict[int, Rows]:
    """Rows of the cells of each site that is on the air."""
    silent = (SiteStatus.OFF, SiteStatus.PLANNED)
    order = np.argsort(cells.site_row, kind="stable")
    site, first = np.unique(cells.site_row[order], return_index=True)
    groups = np.split(order, first[1:]) if site.size else []
    return {
        int(of): rows
        for of, rows in zip(site, groups, strict=True)
        if sites.status[of] not in silent
    }


def _compute(
    grid: Grid,
    masts: Mapping[str, Mast],
    params: RasterParams,
    store: WindowStore,
    executor: Executor | None,
) -> None:
    """Compute the windows of masts and put them into the store."""
    under_way: deque[tuple[str, Future[Levels]]] = deque()
    for key, mast in masts.items():
        sweeps = sweeps_of(grid, mast, params)
        if executor is None or len(masts) == 1:
            # One mast alone: its sectors are shared out among the workers.
            store.put(key, best_levels(sweeps, mast, params, executor))
            continue
        under_way.append((key, executor.submit(best_levels, sweeps, mast, params)))
        if len(under_way) == UNDER_WAY:
            done, window = under_way.popleft()
            store.put(done, window.result())
    for key, window in under_way:
        store.put(key, window.result())


def _join(
    made: CoverageRaster,
    previous: CoverageRaster | None,
    levels: Callable[[str, tuple[int, int]], Levels],
) -> None:
    """Fill the levels: those of `previous`, but where a window has come or gone.

    `levels` gives those of a window by its key and shape.
    """
    for at, operator in enumerate(made.operators):
        level = made.level[at]
        now = _of_operator(made, operator)
        boxes = [(slice(0, level.shape[0]), slice(0, level.shape[1]))]
        if previous is not None and _is_like(made, previous):
            before = _of_operator(previous, operator)
            changed = [now.get(key) or before[key] for key in now.keys() ^ before]
            if sum(window.n_cells for window in changed) < level.size:
                level[:] = previous.level[at]
                boxes = [window.box for window in changed]
        for box in boxes:
            level[box] = NO_LEVEL
        for key, window in now.items():
            met = [both for box in boxes if (both := _overlap(box, window.box))]
            if met:
                values = levels(key, window.shape)
            for both in met:
                part = level[both]
                np.maximum(part, values[window.inside(both)], out=part)


def _is_like(made: CoverageRaster, previous: CoverageRaster) -> bool:
    return (
        previous.land == made.land
        and previous.operators == made.operators
        and previous.level.shape == made.level.shape
    )


def _of_operator(raster: CoverageRaster, operator: str) -> dict[str, Window]:
    return {key: one for (of, key), one in raster.windows.items() if of == operator}


def _overlap(one: Box, other: Box) -> Box | None:
    """Part of two boxes that both have, None if there is none."""
    rows, columns = (
        slice(max(a.start, b.start), min(a.stop, b.stop))
        for a, b in zip(one, other, strict=True)
    )
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return None
    return rows, columns


def _land_hash(grid: Grid) -> str:
    digest = sha256(f"{grid.west!r} {grid.north!r} {grid.step_deg!r}".encode())
    for raster in (grid.elevation_m, grid.clutter_m, grid.zone):
        digest.update(f"{raster.shape}".encode())
        digest.update(np.ascontiguousarray(raster).data)
    return digest.hexdigest()
