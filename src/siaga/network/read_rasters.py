"""Rasters of any grid and CRS brought onto one frame of latitude and longitude.

GeoTIFF (COG too) and SRTM `.hgt` are opened, nothing else: other drivers of GDAL follow
links and addresses. Faults are told as those of a table are.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from siaga.house.words import Phrase
from siaga.network.read import Box, Findings, note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["Frame", "Tile", "frame_of", "read_classes", "read_tile"]

MAX_CELLS = 60_000_000
"""A province of 2 x 2 degrees at 1 arc-second has 52 million."""
MAX_FILES = 64
MAX_SOURCE_CELLS = 4_000_000_000
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
HGT_BYTES = tuple(2 * side * side for side in (1_201, 3_601))
VOID_INT16 = -32768
"""Void of SRTM and DTED, also where a file does not declare it."""
SAME_GRID = 1e-3
"""Share of a cell by which a raster may lie beside the frame and still be on it."""
_DATUM_TAGS = ("VERTICAL_DATUM", "VERT_DATUM", "VDATUM", "VERTICAL_CRS")
_DATUMS = ("EGM2008", "EGM96", "EGM84", "INAGEOID")

Floats32 = npt.NDArray[np.float32]
T = TypeVar("T")


@dataclass(frozen=True)
class Frame:
    """Cells of latitude and longitude (WGS 84) that rasters are read onto."""

    west: float
    north: float
    step_deg: tuple[float, float]
    """In latitude and in longitude."""
    shape: tuple[int, int]

    @property
    def transform(self) -> Any:
        """Affine of GDAL: from column and row to longitude and latitude."""
        from rasterio import Affine

        step_lat, step_lon = self.step_deg
        return Affine(step_lon, 0.0, self.west, 0.0, -step_lat, self.north)

    def window(self, top: int, left: int, shape: tuple[int, int]) -> Frame:
        """Part of the frame from a row and a column on."""
        step_lat, step_lon = self.step_deg
        west, north = self.west + left * step_lon, self.north - top * step_lat
        return Frame(west, north, self.step_deg, shape)


class Tile(NamedTuple):
    """Bands of one file on its part of the frame, NaN where nothing is known."""

    top: int
    left: int
    bands: list[Floats32]
    datum: str
    """What the file says of its vertical datum; empty = nothing."""


class _Native(NamedTuple):
    """Resolution of a raster in WGS 84, finest first; its corner."""

    cell_deg2: float
    step_lat: float
    step_lon: float
    north: float
    west: float


def frame_of(paths: Sequence[Path], box: Box, findings: Findings) -> Frame | None:
    """Frame that covers the box at the finest native resolution, None if faulty.

    Where the finest raster is in WGS 84 already, the frame's cells are its own.
    """
    if not 0 < len(paths) <= MAX_FILES:
        expected = Phrase.of("network.expected.rasters", n_most=MAX_FILES)
        note(findings, "terrain", expected, "remedy.file", f"{len(paths)}")
        return None
    natives = [_with_raster(path, findings, _native) for path in paths]
    known = [native for native in natives if native is not None]
    if len(known) < len(paths):
        return None
    finest = min(known)
    step_lat, step_lon = finest.step_lat, finest.step_lon
    # Whole steps from the raster's own corner, so that its cells are kept as they are.
    left = np.floor((box.west - finest.west) / step_lon + SAME_GRID)
    top = np.floor((finest.north - box.north) / step_lat + SAME_GRID)
    west, north = finest.west + left * step_lon, finest.north - top * step_lat
    n_columns = int(np.ceil((box.east - west) / step_lon - SAME_GRID))
    n_rows = int(np.ceil((north - box.south) / step_lat - SAME_GRID))
    if n_rows * n_columns > MAX_CELLS:
        found = Phrase.of("network.found.grid_cells", n_cells=n_rows * n_columns)
        expected = Phrase.of("network.expected.grid_cells", n_cells=MAX_CELLS)
        note(findings, paths[0].name, expected, "network.remedy.coarser", found)
        return None
    return Frame(float(west), float(north), (step_lat, step_lon), (n_rows, n_columns))


def read_tile(
    path: Path, frame: Frame, bands: Sequence[int], findings: Findings
) -> Tile | None:
    """Bands of a file on its part of the frame, None if it is faulty or outside.

    Cells are kept as they are where the grids agree; else they are interpolated
    (bilinear, GDAL's warper), and a cell that needs an unknown one is unknown.
    """

    def work(raster: Any) -> Tile | None:
        if max(bands) > raster.count:
            found = Phrase.of("network.found.bands", n_bands=raster.count)
            expected = Phrase.of("network.expected.band", band=max(bands))
            note(findings, path.name, expected, "network.remedy.band", found)
            return None
        part = _part(raster, frame)
        if part is None:
            return None
        top, left, own = part
        read = [_band(raster, own, band, smooth=True) for band in bands]
        return Tile(top, left, read, _datum(raster, path))

    return _with_raster(path, findings, work)


def read_classes(path: Path, frame: Frame, findings: Findings) -> Floats32 | None:
    """Classes of a land-cover raster on the whole frame, NaN where it has none."""
    return _with_raster(
        path, findings, lambda raster: _band(raster, frame, 1, smooth=False)
    )


def _with_raster(
    path: Path, findings: Findings, work: Callable[[Any], T | None]
) -> T | None:
    """What `work` makes of a raster that has a CRS; None if the file is faulty."""
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    driver = _driver(path)
    found = Phrase.of("network.found.no_raster")
    if driver is None:
        expected, remedy = "network.expected.raster", "network.remedy.raster"
        note(findings, path.name, expected, remedy, found)
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        # rasterio 1.4 multiplies transforms in a way that affine 3 is to give up.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        try:
            with rasterio.open(path, driver=driver) as raster:
                if raster.crs is not None and not raster.transform.is_identity:
                    if raster.width * raster.height <= MAX_SOURCE_CELLS:
                        return work(raster)
                    expected, remedy = "network.expected.raster", "remedy.smaller"
                    n_cells = raster.width * raster.height
                    found = Phrase.of("network.found.grid_cells", n_cells=n_cells)
                else:
                    expected, remedy = "network.expected.crs", "network.remedy.crs"
                    found = Phrase.of("network.found.no_crs")
        except (RasterioError, ValueError):
            expected, remedy = "network.expected.raster", "remedy.save"
            found = Phrase.of("found.damaged")
    note(findings, path.name, expected, remedy, found)
    return None


def _driver(path: Path) -> str | None:
    """GDAL's driver of a file by what is in it, None if it is neither of ours."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        if file.read(4) in _TIFF:
            return "GTiff"
    is_hgt = path.suffix.lower() == ".hgt" and path.stat().st_size in HGT_BYTES
    return "SRTMHGT" if is_hgt else None


def _native(raster: Any) -> _Native:
    from rasterio.warp import calculate_default_transform

    if _is_plain(raster):
        transform = raster.transform
    else:
        transform, _, _ = calculate_default_transform(
            raster.crs, "EPSG:4326", raster.width, raster.height, *raster.bounds
        )
    step_lat, step_lon = -transform.e, transform.a
    return _Native(step_lat * step_lon, step_lat, step_lon, transform.f, transform.c)


def _is_plain(raster: Any) -> bool:
    """Whether a raster is in WGS 84 with its north up."""
    transform = raster.transform
    upright = transform.b == 0 and transform.d == 0
    return bool(
        upright and transform.a > 0 > transform.e and raster.crs.to_epsg() == 4326
    )


def _part(raster: Any, frame: Frame) -> tuple[int, int, Frame] | None:
    """Row, column and frame of the part that a raster covers, None if none."""
    from rasterio.warp import transform_bounds

    west, south, east, north = transform_bounds(raster.crs, "EPSG:4326", *raster.bounds)
    step_lat, step_lon = frame.step_deg
    rows = (frame.north - np.array([north, south])) / step_lat
    columns = (np.array([west, east]) - frame.west) / step_lon
    top, bottom = _clipped(rows, frame.shape[0])
    left, right = _clipped(columns, frame.shape[1])
    if top >= bottom or left >= right:
        return None
    return top, left, frame.window(top, left, (bottom - top, right - left))


def _clipped(ends: npt.NDArray[np.float64], limit: int) -> tuple[int, int]:
    first = int(np.floor(ends[0] + SAME_GRID))
    last = int(np.ceil(ends[1] - SAME_GRID))
    return max(first, 0), min(last, limit)


def _band(raster: Any, frame: Frame, band: int, *, smooth: bool) -> Floats32:
    """One band on a frame; voids and what lies outside are NaN."""
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.warp import reproject

    void = raster.nodatavals[band - 1]
    if void is None and raster.dtypes[band - 1] == "int16":
        void = VOID_INT16
    offset = _offset(raster, frame)
    if offset is not None:
        return _window(raster, frame, band, offset, void)
    values = np.full(frame.shape, np.nan, np.float32)
    reproject(
        rasterio.band(raster, band),
        values,
        src_nodata=void,
        dst_transform=frame.transform,
        dst_crs="EPSG:4326",
        dst_nodata=np.nan,
        init_dest_nodata=True,
        resampling=Resampling.bilinear if smooth else Resampling.nearest,
    )
    return values


def _offset(raster: Any, frame: Frame) -> tuple[int, int] | None:
    """Row and column of the raster at the frame's corner, None if grids differ."""
    transform, (step_lat, step_lon) = raster.transform, frame.step_deg
    if not _is_plain(raster):
        return None
    row = (transform.f - frame.north) / step_lat
    column = (frame.west - transform.c) / step_lon
    slip = max(abs(row - round(row)), abs(column - round(column)))
    # A step that differs in its last digits adds up over the raster.
    drift = max(
        abs(-transform.e / step_lat - 1) * raster.height,
        abs(transform.a / step_lon - 1) * raster.width,
    )
    return (round(row), round(column)) if slip + drift < 10 * SAME_GRID else None


def _window(
    raster: Any, frame: Frame, band: int, offset: tuple[int, int], void: float | None
) -> Floats32:
    """Cells of a raster on the frame's own grid, as they are."""
    from rasterio.windows import Window

    values = np.full(frame.shape, np.nan, np.float32)
    top, left = (max(at, 0) for at in offset)
    bottom = min(offset[0] + frame.shape[0], raster.height)
    right = min(offset[1] + frame.shape[1], raster.width)
    if top >= bottom or left >= right:
        return values
    read = raster.read(band, window=Window(left, top, right - left, bottom - top))
    cells = read.astype(np.float32)
    if void is not None and not np.isnan(void):
        cells[read == void] = np.nan
    to_row, to_column = top - offset[0], left - offset[1]
    values[to_row : to_row + cells.shape[0], to_column : to_column + cells.shape[1]] = (
        cells
    )
    return values


def _datum(raster: Any, path: Path) -> str:
    tags = {key.upper(): value for key, value in raster.tags().items()}
    for key in _DATUM_TAGS:
        if key in tags:
            return str(tags[key])[:80]
    if path.suffix.lower() == ".hgt":
        return "EGM96"
    said = raster.crs.to_wkt().upper().replace(" ", "")
    return next((name for name in _DATUMS if name in said), "")
