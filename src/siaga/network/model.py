"""What the room computes with: terrain as a grid, sites, their cells, the climate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

__all__ = [
    "COASTAL",
    "INLAND",
    "SEA",
    "Cells",
    "Climate",
    "Grid",
    "SiteStatus",
    "Sites",
]

Floats = npt.NDArray[np.float64]

SEA, COASTAL, INLAND = 1, 3, 4
"""Radio-climatic zones as ITU-R P.1812-8 numbers them."""


@dataclass(frozen=True)
class Climate:
    """Refractivity of the lowest air, one value for the province.

    The defaults are equatorial and maritime: five points of western Java on the maps of
    ITU-R P.452 give 60.2 to 61.0 and 378.4 to 379.2; those of Europe would be wrong.
    """

    lapse_dn: float = 60.7
    """Average fall of refractivity over the first kilometre, N-units/km, above 0."""
    sea_level_n0: float = 378.5
    """Average surface refractivity at sea level, N-units."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Land as the radio sees it: cells of one size in latitude and longitude (WGS 84).

    All rasters have shape (n_rows, n_cols); row 0 is the northernmost, and a value
    stands for the centre of its cell.
    """

    west: float
    """Longitude of the western edge of column 0, degrees."""
    north: float
    """Latitude of the northern edge of row 0, degrees."""
    step_deg: tuple[float, float]
    """Size of a cell in latitude and in longitude, degrees, both above 0."""
    elevation_m: npt.NDArray[np.float32]
    """Height of the ground above the sea; no NaN."""
    error_m: npt.NDArray[np.float32]
    """One-sigma error of the elevation."""
    clutter_m: npt.NDArray[np.float32]
    """Representative clutter height (P.1812 Table 2); 0 where none is known."""
    zone: npt.NDArray[np.uint8]
    """SEA, COASTAL or INLAND."""
    clutter_known: bool = True
    """False: no land cover was given, and what stands around a phone is statistics."""

    def __post_init__(self) -> None:
        """Check shapes and dtypes; freeze the rasters."""
        shape = self.elevation_m.shape
        for raster, dtype in (
            (self.elevation_m, np.float32), (self.error_m, np.float32),
            (self.clutter_m, np.float32), (self.zone, np.uint8),
        ):  # fmt: skip
            assert raster.shape == shape and raster.dtype == dtype
            raster.flags.writeable = False


class SiteStatus(IntEnum):
    """Whether a site is on the air."""

    UNKNOWN = 0
    ON = 1
    OFF = 2
    PLANNED = 3


@dataclass(frozen=True, eq=False)
class Sites:
    """Masts of all operators; one entry a site, shape (n_sites,).

    A crowd-sourced cell is a site whose point is the centroid of measurements: its
    `error_m` is large and its `confidence` low.
    """

    key: tuple[str, ...]
    operator: tuple[str, ...]
    """Key of the operator as the table of operators names it."""
    name: tuple[str, ...]
    source: tuple[str, ...]
    lat: Floats
    lon: Floats
    error_m: Floats
    """Radius in which the mast stands."""
    confidence: Floats
    """Probability from 0 to 1 that the site stands there and sends as stated."""
    status: npt.NDArray[np.uint8]
    """`SiteStatus`."""
    power_hours: Floats
    """Hours without mains, NaN = unknown."""

    def __len__(self) -> int:
        """Number of sites."""
        return len(self.key)


@dataclass(frozen=True, eq=False)
class Cells:
    """Sectors and carriers of the sites; one entry a cell, shape (n_cells,)."""

    key: tuple[str, ...]
    site_row: npt.NDArray[np.int32]
    technology: tuple[str, ...]
    """`4g`, `3g`, `2g` or `5g`."""
    frequency_mhz: Floats
    """Of the downlink."""
    bandwidth_mhz: Floats
    height_m: Floats
    """Antenna above the ground."""
    azimuth_deg: Floats
    """Clockwise from north; NaN = sends all around, or not known."""
    beamwidth_deg: Floats
    """Between the half-power points; NaN with the azimuth."""
    tilt_deg: Floats
    """Below the horizon."""
    eirp_dbm: Floats
    """Whole carrier in the main direction, antenna gain and feeder included."""
    eirp_sigma_db: Floats
    """Doubt of the EIRP: 0 if stated, more if assumed."""

    def __len__(self) -> int:
        """Number of cells."""
        return len(self.key)
