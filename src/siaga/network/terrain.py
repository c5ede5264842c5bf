"""The land as a `Grid`: elevation checked and joined, its error, clutter and zones.

Terrain comes from rasters that a user has (DEMNAS, Copernicus, SRTM, ...) or from the
province's own import. A hole is not sea and a jump between two tiles is not a cliff:
both are faults with what to do, unless a fill is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.problems import BadParameter, BadState, reading
from siaga.house.words import Phrase
from siaga.network.model import COASTAL, INLAND, SEA, Grid
from siaga.network.operators import clutter_heights
from siaga.network.read import Box, Findings, note
from siaga.network.read_rasters import Frame, frame_of, read_classes, read_tile
from siaga.territory.shapes import degree_lengths_m

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from siaga.territory.territory import Territory

__all__ = ["GridOptions", "Terrain", "grid_of", "read_grid", "zones"]

Floats32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

LOWEST_M, HIGHEST_M = -430.0, 9_000.0
"""The Dead Sea's shore and Everest."""
SEAM_M = 3.0
"""A median jump at a border of tiles above this is another datum or another model."""
SEAM_CELLS = 30
"""Fewer cells on land at a border say nothing."""
SEA_KM2 = 100.0
"""Water that does not reach the edge of the grid and is smaller is a lake."""
COAST_M = 50_000.0
COAST_HEIGHT_M = 100.0
COAST_CELL_M = 400.0
"""Distance to the sea is taken on cells of about this size: 0.8 % of 50 km."""
FILL_CELLS = 100
"""A hole is filled from known cells up to this far away."""
FILL_ERROR_M = 30.0
"""One-sigma error of a filled cell: spread of hills over a hole of a kilometre."""
ELEVATION_BAND, QUALITY_BAND, ERROR_BAND = 1, 2, 3
"""Bands of the terrain that a province's folder holds."""


@dataclass(frozen=True)
class GridOptions:
    """How the error of the elevation is known, and whether holes may be filled."""

    error_band: int | None = None
    """Band of the one-sigma error in metres; the elevation is band 1."""
    error_m: float | None = None
    """One-sigma error where no band says it."""
    fill_voids: bool = False
    clutter: Path | None = None
    """Land-cover raster."""
    clutter_scheme: str = "worldcover"

    def __post_init__(self) -> None:
        """Check that the error is stated in exactly one way; raises BadParameter."""
        stated = (self.error_band is not None) + (self.error_m is not None)
        bad = self.error_m is not None and not 0 < self.error_m < 1_000
        if stated != 1 or bad:
            raise BadParameter(
                "problem.parameter",
                name="error_m",
                found=str(self.error_m),
                expected=Phrase.of("network.expected.error_stated"),
            )


@dataclass(frozen=True, eq=False)
class Terrain:
    """A grid with what is known of where it comes from."""

    grid: Grid
    datum: str
    """Vertical datums that the files name, by comma; empty = none is named."""
    filled_share: float
    """Share of the land's cells that were filled over a hole."""
    quality: npt.NDArray[np.uint8] | None = None
    """Class of each cell where the file has them (0 = sea)."""


def read_grid(
    paths: Sequence[Path],
    box: Box,
    options: GridOptions,
    *,
    land: Sequence[Any] = (),
) -> Terrain:
    """Grid of a box from one or more rasters (GeoTIFF, COG, `.hgt`; any CRS).

    The finest raster gives the cells; where two overlap, the first one given counts.
    `land` are polygons of what is land (longitude and latitude): a hole outside them is
    sea. Without them a cell is land where it lies above 0 m. Raises ImportProblems.
    """
    findings = Findings()
    frame = frame_of(paths, box, findings)
    findings.stop_if_any()
    assert frame is not None
    joined = _joined(paths, frame, options, findings)
    findings.stop_if_any()
    on_land = rasterized(land, frame) if len(land) else None
    _check_heights(joined.elevation_m, paths[0].name, findings)
    _check_seams(joined, [path.name for path in paths], findings)
    joined, filled = _without_voids(joined, on_land, paths, options, findings)
    clutter_m = _clutter(frame, options, findings)
    findings.stop_if_any()
    is_land = joined.elevation_m > 0
    if on_land is not None:
        is_land |= on_land
    zone = zones(joined.elevation_m, is_land, frame)
    joined.elevation_m[zone == SEA] = 0.0  # waves and depths of the model are not land
    grid = Grid(
        frame.west, frame.north, frame.step_deg,
        joined.elevation_m, joined.error_m, clutter_m, zone,
        clutter_known=options.clutter is not None,
    )  # fmt: skip
    share = float(filled.sum() / max(int(is_land.sum()), 1))
    return Terrain(grid, ", ".join(sorted(joined.datums)), share)


def grid_of(territory: Territory, election: str) -> Terrain:
    """Grid of the province's own terrain, with its quality and error bands.

    Land is the province by the polygons of the election's areas, and whatever lies
    above 0 m around it. Raises BadState if the import holds no terrain or the file is
    damaged.
    """
    import rasterio
    from rasterio.errors import RasterioError

    path = territory.folder / "territory" / "terrain.tif"
    if not path.is_file():
        raise BadState("network.problem.no_terrain")
    with reading(path):
        try:
            with rasterio.open(path, driver="GTiff") as raster:
                read = raster.read()
                transform = raster.transform
        except RasterioError as error:
            raise OSError(path.name) from error
    frame = Frame(transform.c, transform.f, (-transform.e, transform.a), read.shape[1:])
    elevation_m = read[ELEVATION_BAND - 1].astype(np.float32)
    land = rasterized(territory.shapes(election)[:1], frame) | (elevation_m > 0)
    grid = Grid(
        frame.west, frame.north, frame.step_deg,
        elevation_m,
        read[ERROR_BAND - 1].astype(np.float32),
        np.zeros(frame.shape, np.float32),
        zones(elevation_m, land, frame),
        clutter_known=False,
    )  # fmt: skip
    quality = read[QUALITY_BAND - 1].astype(np.uint8)
    quality.flags.writeable = False
    return Terrain(grid, "", 0.0, quality)


def rasterized(shapes: Iterable[Any], frame: Frame) -> Mask:
    """Mask of the cells whose centre lies in one of the polygons, shape of the frame.

    None among the shapes stands for an area without a polygon.
    """
    from rasterio.features import rasterize

    known = [(shape, 1) for shape in shapes if shape is not None]
    if not known:
        return np.zeros(frame.shape, bool)
    cells = rasterize(
        known, out_shape=frame.shape, transform=frame.transform, dtype="uint8"
    )
    return np.asarray(cells == 1)


def zones(elevation_m: Floats32, land: Mask, frame: Frame) -> npt.NDArray[np.uint8]:
    """SEA, COASTAL or INLAND of each cell, shape of the frame.

    Coastal is land within 50 km of the sea and below 100 m above it (ITU-R P.1812-8,
    table 1 of section 3.2); a lake smaller than `SEA_KM2` is inland. The distance is a
    Euclidean distance transform (SciPy) on cells of about `COAST_CELL_M`, in metres at
    the middle latitude: within 1 % up to 3 degrees from north to south.
    """
    from scipy import ndimage

    step_lat, step_lon = frame.step_deg
    middle = frame.north - step_lat * frame.shape[0] / 2
    m_per_lon, m_per_lat = degree_lengths_m(middle)
    high_m, wide_m = step_lat * m_per_lat, step_lon * m_per_lon
    sea = _sea(~land, high_m * wide_m * 1e-6)
    if not sea.any():
        return np.full(frame.shape, INLAND, np.uint8)
    down = max(round(COAST_CELL_M / high_m), 1)
    across = max(round(COAST_CELL_M / wide_m), 1)
    far = ndimage.distance_transform_edt(
        ~_blocks(sea, down, across), sampling=(down * high_m, across * wide_m)
    )
    near = np.repeat(np.repeat(far <= COAST_M, down, axis=0), across, axis=1)
    near = near[: frame.shape[0], : frame.shape[1]]
    coastal = near & (elevation_m < COAST_HEIGHT_M)
    zone = np.where(coastal, np.uint8(COASTAL), np.uint8(INLAND))
    zone[sea] = SEA
    return zone


def _sea(water: Mask, cell_km2: float) -> Mask:
    """Water that reaches the edge of the grid or is as large as a sea."""
    from scipy import ndimage

    label, n_waters = ndimage.label(water)
    is_sea = np.bincount(label.ravel(), minlength=n_waters + 1) * cell_km2 >= SEA_KM2
    for edge in (label[0], label[-1], label[:, 0], label[:, -1]):
        is_sea[edge] = True
    is_sea[0] = False
    return np.asarray(is_sea[label])


def _blocks(mask: Mask, down: int, across: int) -> Mask:
    """Whether any cell of each block is true; blocks at the ends may be cut."""
    n_rows, n_columns = mask.shape
    rows, columns = np.arange(0, n_rows, down), np.arange(0, n_columns, across)
    by_rows = np.logical_or.reduceat(mask, rows, axis=0)
    return np.asarray(np.logical_or.reduceat(by_rows, columns, axis=1))


@dataclass(frozen=True, eq=False)
class _Joined:
    """Rasters of several files on one frame."""

    elevation_m: Floats32
    """NaN where no file knows it."""
    error_m: Floats32
    tile: npt.NDArray[np.int8]
    """Number of the file of each cell, -1 = none."""
    datums: frozenset[str]
    overlap_m: dict[tuple[int, int], float]
    """Median difference on the land that two files share."""


def _joined(
    paths: Sequence[Path], frame: Frame, options: GridOptions, findings: Findings
) -> _Joined:
    elevation_m = np.full(frame.shape, np.nan, np.float32)
    error_m = np.full(frame.shape, options.error_m or np.nan, np.float32)
    tile = np.full(frame.shape, -1, np.int8)
    bands = [ELEVATION_BAND, *filter(None, [options.error_band])]
    datums: set[str] = set()
    overlap_m: dict[tuple[int, int], float] = {}
    for number, path in enumerate(paths):
        read = read_tile(path, frame, bands, findings)
        if read is None:
            continue
        high, wide = read.bands[0].shape
        part = np.s_[read.top : read.top + high, read.left : read.left + wide]
        heights = read.bands[0]
        both = ~np.isnan(heights) & ~np.isnan(elevation_m[part])
        for other in np.unique(tile[part][both]).tolist():
            shared = both & (tile[part] == other) & (heights > 0)
            if shared.sum() >= SEAM_CELLS:
                apart = heights[shared] - elevation_m[part][shared]
                overlap_m[(other, number)] = float(np.median(apart))
        new = ~np.isnan(heights) & np.isnan(elevation_m[part])
        elevation_m[part][new] = heights[new]
        tile[part][new] = number
        if options.error_band is not None:
            error_m[part][new] = read.bands[1][new]
        datums |= {read.datum} - {""}
    return _Joined(elevation_m, error_m, tile, frozenset(datums), overlap_m)


def _check_heights(elevation_m: Floats32, file: str, findings: Findings) -> None:
    known = elevation_m[~np.isnan(elevation_m)]
    if known.size == 0:
        return
    low, high = float(known.min()), float(known.max())
    if low < LOWEST_M or high > HIGHEST_M:
        found = Phrase.of("network.found.heights", low=round(low), high=round(high))
        expected = Phrase.of(
            "network.expected.heights", low=round(LOWEST_M), high=round(HIGHEST_M)
        )
        note(findings, file, expected, "network.remedy.heights", found)


def _check_seams(joined: _Joined, names: list[str], findings: Findings) -> None:
    """Note pairs of files whose heights jump where they meet."""
    numbers = np.unique(joined.tile[joined.tile >= 0]).tolist()
    for first, second in combinations(numbers, 2):
        jump = joined.overlap_m.get((first, second))
        if jump is None:
            jump = _jump_m(joined, first, second)
        if abs(jump) > SEAM_M:
            found = Phrase.of("network.found.seam", jump=abs(jump), other=names[first])
            expected = Phrase.of("network.expected.seam", most=round(SEAM_M))
            note(findings, names[second], expected, "network.remedy.seam", found)


def _jump_m(joined: _Joined, first: int, second: int) -> float:
    """Median jump from one file's cells to the other's beyond the slope beside it."""
    jumps: list[npt.NDArray[Any]] = []
    for turn in (False, True):
        height = joined.elevation_m.T if turn else joined.elevation_m
        tile = joined.tile.T if turn else joined.tile
        left, right = tile[:, 1:-2], tile[:, 2:-1]
        for one, other, sign in ((first, second, 1), (second, first, -1)):
            at, column = np.nonzero((left == one) & (right == other))
            beside = [height[at, column + step] for step in range(4)]
            slope = (beside[1] - beside[0] + beside[3] - beside[2]) / 2
            on_land = (beside[1] > 0) & (beside[2] > 0)
            jumps.append(sign * (beside[2] - beside[1] - slope)[on_land])
    together = np.concatenate(jumps)
    together = together[~np.isnan(together)]
    return float(np.median(together)) if together.size >= SEAM_CELLS else 0.0


def _without_voids(
    joined: _Joined,
    on_land: Mask | None,
    paths: Sequence[Path],
    options: GridOptions,
    findings: Findings,
) -> tuple[_Joined, Mask]:
    """Rasters without holes, and the mask of the filled cells; else a fault."""
    from rasterio.fill import fillnodata

    elevation_m, error_m = joined.elevation_m.copy(), joined.error_m.copy()
    void = np.isnan(elevation_m)
    if on_land is not None:
        elevation_m[void & ~on_land] = 0.0
        void &= on_land
    filled = np.zeros_like(void)
    if void.any() and options.fill_voids:
        known = np.where(void, np.float32(0), elevation_m)
        tried = fillnodata(
            known, mask=(~void).astype(np.uint8), max_search_distance=FILL_CELLS
        )
        # GDAL leaves what is too far as it was given: find it by the distance.
        filled = void & _within(~void, FILL_CELLS)
        elevation_m[filled] = tried[filled]
        void &= ~filled
    if void.any():
        uncovered = void & (joined.tile == -1) & _outside_files(joined)
        kind = "uncovered" if uncovered.sum() * 2 > void.sum() else "voids"
        found = Phrase.of(f"network.found.{kind}", share=100 * float(void.mean()))
        remedy = f"network.remedy.{kind}"
        note(findings, paths[0].name, "network.expected.whole", remedy, found)
    error_m[np.isnan(error_m)] = FILL_ERROR_M
    error_m[filled] = np.maximum(error_m[filled], FILL_ERROR_M)
    return replace(joined, elevation_m=elevation_m, error_m=error_m), filled


def _within(known: Mask, n_cells: int) -> Mask:
    """Whether a known cell lies within so many cells."""
    from scipy import ndimage

    return np.asarray(ndimage.distance_transform_edt(~known) <= n_cells)


def _outside_files(joined: _Joined) -> Mask:
    """Cells beyond the rows and columns that any file reaches."""
    known = joined.tile >= 0
    rows, columns = np.any(known, axis=1), np.any(known, axis=0)
    return np.asarray(~np.logical_and.outer(rows, columns))


def _clutter(frame: Frame, options: GridOptions, findings: Findings) -> Floats32:
    """Representative clutter height of each cell, 0 where no class is known."""
    heights_m = np.zeros(frame.shape, np.float32)
    if options.clutter is None:
        return heights_m
    table = clutter_heights(options.clutter_scheme)
    classes = read_classes(options.clutter, frame, findings)
    if classes is None:
        return heights_m
    known = ~np.isnan(classes) & (classes != 0)
    strange = sorted(set(np.unique(classes[known]).tolist()) - set(table))
    if strange:
        expected = Phrase.of(
            "expected.choice", choices=", ".join(str(number) for number in table)
        )
        found = ", ".join(f"{number:g}" for number in strange)
        remedy = "network.remedy.classes"
        note(findings, options.clutter.name, expected, remedy, found)
        return heights_m
    for number, height_m in table.items():
        heights_m[classes == number] = height_m
    return heights_m
