"""ITU-R P.1812-8, the exact path: basic transmission loss between two antennas.

Point to area, 30 MHz to 6 GHz, over a profile of terrain and clutter, complete: smooth
earth, horizons, delta-Bullington diffraction, troposcatter, ducting, their combination
and location variability (sections 3 and 4, edition of 2025-09). The median smooth pass
is the exact one, at the points of the profile. The receiver is the end in whose
surroundings places vary.

`path_loss` gives one path with all that its loss is made of; `profile_losses` many
paths of the same number of points. `siaga.network.paths` takes them from a `Grid`.

This module is the door and loads numba when it is first used; the kernels stand in
`p1812_passes` (loops over the profile), `p1812_sphere` and `p1812_closing` (closed
forms), `p1812_doubt` (terrain errors) and `p1812_path` (all of it joined).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.network.model import COASTAL, INLAND, SEA, Climate

if TYPE_CHECKING:
    from siaga.network.p1812_closing import Geometry, Loss
    from siaga.network.p1812_passes import Doubt, Zones
    from siaga.network.p1812_path import Earth, Setting

__all__ = [
    "Cause",
    "Link",
    "PathLoss",
    "Profile",
    "location_sigma_db",
    "path_loss",
    "profile_losses",
]

Floats = npt.NDArray[np.float64]

FREQUENCY_GHZ = (0.03, 6.0)
TIME_PC = (1.0, 50.0)
PLACES_PC = (1.0, 99.0)
LEAST_ANTENNA_M = 1.0
MOST_ANTENNA_M = 3000.0
LEAST_POINTS = 3
FREE_DB = 1.0
"""Diffraction below this is told as a free path."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Terrain between two antennas, the transmitter first; arrays of shape (n,).

    Raises ValueError if lengths differ, n < 3, distances do not begin at 0 and grow,
    something is not finite, a clutter height is negative or a zone is unknown.
    """

    distance_km: Floats
    ground_m: Floats
    """Bare ground above the sea."""
    clutter_m: Floats
    """Representative clutter height; not read at both ends (3.2.1)."""
    zone: npt.NDArray[np.uint8]
    """SEA, COASTAL or INLAND."""
    error_m: Floats
    """One-sigma error of the ground."""

    def __post_init__(self) -> None:
        """Check the arrays and bring them to the dtype of the kernels."""
        for name in ("distance_km", "ground_m", "clutter_m", "error_m"):
            array = np.ascontiguousarray(getattr(self, name), np.float64)
            object.__setattr__(self, name, _frozen(array, name, self.distance_km))
            if not np.isfinite(array).all():
                raise ValueError(f"{name}: not finite")
        zone = np.ascontiguousarray(self.zone, np.uint8)
        object.__setattr__(self, "zone", _frozen(zone, "zone", self.distance_km))
        if not np.isin(zone, (SEA, COASTAL, INLAND)).all():
            raise ValueError("zone: neither sea, coastal nor inland")
        grows = bool((np.diff(self.distance_km) > 0).all())
        if len(zone) < LEAST_POINTS or self.distance_km[0] != 0 or not grows:
            raise ValueError("distance_km: not 3 or more growing distances from 0")
        if (self.clutter_m < 0).any() or (self.error_m < 0).any():
            raise ValueError("clutter_m, error_m: below 0")


def _frozen(array: npt.NDArray[Any], name: str, like: Any) -> npt.NDArray[Any]:
    if array.shape != np.shape(like) or array.ndim != 1:
        raise ValueError(f"{name}: expected shape (n,), found {array.shape}")
    array = array.view()
    array.flags.writeable = False
    return array


@dataclass(frozen=True)
class Link:
    """Antennas, frequency and the shares of time and places of one path.

    Raises ValueError for a value outside what P.1812-8 is made for (section 2).
    """

    frequency_mhz: float
    tx_height_m: float
    """Antenna above the ground, 1 to 3000 m."""
    rx_height_m: float
    latitude_deg: float
    """Of the middle of the path."""
    time_pc: float = 50.0
    """Loss not exceeded for this share of the time, 1 to 50 %."""
    places_pc: float = 50.0
    """Loss not exceeded at this share of the places, 1 to 99 %."""
    location_sigma_db: float = 0.0
    """Spread between the places around the receiver; `location_sigma_db(...)`."""
    vertical: bool = True
    """Polarisation."""
    tx_coast_km: float | None = None
    """Land from the transmitter to the coast; None = as the zones tell."""
    rx_coast_km: float | None = None

    def __post_init__(self) -> None:
        """Check the ranges."""
        heights = (LEAST_ANTENNA_M, MOST_ANTENNA_M)
        for name, value, (low, high) in (
            ("frequency_mhz", self.frequency_mhz / 1e3, FREQUENCY_GHZ),
            ("tx_height_m", self.tx_height_m, heights),
            ("rx_height_m", self.rx_height_m, heights),
            ("latitude_deg", self.latitude_deg, (-90.0, 90.0)),
            ("time_pc", self.time_pc, TIME_PC),
            ("places_pc", self.places_pc, PLACES_PC),
            ("location_sigma_db", self.location_sigma_db, (0.0, 50.0)),
        ):
            if not low <= value <= high:
                raise ValueError(f"{name}: {value} is not from {low} to {high}")


class Cause(StrEnum):
    """What decides the loss of a path, in the words of the catalogue."""

    FREE_SPACE = "free_space"
    DIFFRACTION = "diffraction"
    DUCTING = "ducting"
    TROPOSCATTER = "troposcatter"


@dataclass(frozen=True)
class PathLoss:
    """Loss of one path with all intermediate results of the Recommendation."""

    loss_db: float
    """Basic transmission loss Lb."""
    terrain_sigma_db: float
    """Its spread by the error of the terrain at the deciding points."""
    cause: Cause
    theta_mrad: float
    """Angle of the path, above 0.3 beyond the horizon."""
    geometry: Geometry
    zones: Zones
    parts: Loss
    earth: Earth
    obstacle_row: tuple[int, int]
    """Points of the profile that make Bullington's edge, seen from either end."""
    horizon_row: tuple[int, int] | None
    """Points of the horizon from either end; None in sight."""

    @property
    def diffraction_db(self) -> float:
        """Share of diffraction in the loss, above free space."""
        return float(self.parts.ldp)

    @property
    def relief_db(self) -> float:
        """By how much troposcatter and ducting lower it below plain diffraction."""
        return float(self.parts.lbd - self.parts.lbc)


def path_loss(profile: Profile, link: Link, climate: Climate | None = None) -> PathLoss:
    """Loss of one path and all its parts (sections 3 and 4).

    A path under 0.25 km has the loss of free space.
    """
    from siaga.network import p1812_path as kernels

    earth, setting = _earth(link, climate), _setting(link)
    top_m = profile.ground_m + profile.clutter_m
    d_km, ground_m, error_m = (
        _writable(array, np.float64)
        for array in (profile.distance_km, profile.ground_m, profile.error_m)
    )
    geometry, zones, doubt, parts, sigma_db, theta_mrad = kernels.path_loss_at(
        d_km,
        ground_m,
        top_m,
        error_m,
        _writable(profile.zone, np.uint8),
        setting,
        earth,
    )
    return PathLoss(
        loss_db=parts.lb, terrain_sigma_db=sigma_db, theta_mrad=theta_mrad,
        cause=_cause(parts, geometry), geometry=geometry, zones=zones, parts=parts,
        earth=earth, obstacle_row=(doubt.edge_t_row, doubt.edge_r_row),
        horizon_row=_horizon(doubt),
    )  # fmt: skip


def profile_losses(
    distance_km: Floats,
    ground_m: Floats,
    clutter_m: Floats,
    zone: npt.NDArray[np.uint8],
    link: Link,
    *,
    error_m: Floats | None = None,
    climate: Climate | None = None,
) -> tuple[Floats, Floats]:
    """Loss and its terrain sigma, dB, of many paths; arrays of shape (m, n).

    All have the antennas and the frequency of `link`; the rows are what `Profile`
    holds, and are trusted. Raises ValueError if the shapes differ or n < 3.
    """
    from siaga.network import p1812_path as kernels

    error = np.zeros_like(ground_m) if error_m is None else error_m
    arrays = (distance_km, ground_m, ground_m + clutter_m, error)
    shape = distance_km.shape
    if any(a.shape != shape for a in (*arrays, zone)) or shape[-1] < LEAST_POINTS:
        raise ValueError(f"expected arrays of one shape (m, n >= 3), found {shape}")
    loss_db, sigma_db = np.empty(shape[0]), np.empty(shape[0])
    d_km, bare_m, top_m, sigma_m = (_writable(a, np.float64) for a in arrays)
    kernels.profile_losses(
        d_km, bare_m, top_m, sigma_m, _writable(zone, np.uint8),
        _setting(link), _earth(link, climate), loss_db, sigma_db,
    )  # fmt: skip
    return loss_db, sigma_db


def _writable(array: npt.NDArray[Any], dtype: Any) -> npt.NDArray[Any]:
    """Array as the kernels take it: a read-only one would be compiled for anew."""
    return np.require(array, dtype, ["C", "W"])


def location_sigma_db(
    frequency_mhz: float, *, pixel_m: float, height_m: float, clutter_m: float
) -> float:
    """Spread of the loss between the places of a pixel, dB (4.8).

    `height_m`: receiver above the ground; `clutter_m`: clutter around it. 0 for a
    receiver more than 10 m above the clutter.
    """
    clear = min(max((height_m - clutter_m) / 10.0, 0.0), 1.0)
    wide = float(pixel_m) ** 0.28
    return float((0.52 + 0.024 * frequency_mhz / 1e3) * wide * (1.0 - clear))


def _earth(link: Link, climate: Climate | None) -> Earth:
    from siaga.network import p1812_path as kernels

    air = climate or Climate()
    return kernels.earth_of(air.lapse_dn, air.sea_level_n0, link.time_pc)


def _setting(link: Link) -> Setting:
    from siaga.network import p1812_path as kernels

    more_db = kernels.location_db(link.places_pc, link.location_sigma_db)
    return kernels.Setting(
        link.frequency_mhz / 1e3, link.vertical,
        float(link.tx_height_m), float(link.rx_height_m), float(link.latitude_deg),
        more_db,
        np.nan if link.tx_coast_km is None else float(link.tx_coast_km),
        np.nan if link.rx_coast_km is None else float(link.rx_coast_km),
    )  # fmt: skip


def _horizon(doubt: Doubt) -> tuple[int, int] | None:
    beyond = doubt.by_sight_t > 0
    return (doubt.sight_t_row, doubt.sight_r_row) if beyond else None


def _cause(parts: Loss, geometry: Geometry) -> Cause:
    """Name what carries the most: the smallest of the losses that compete."""
    from siaga.network.p1812_path import SHORTEST_KM

    if geometry.d_km < SHORTEST_KM or parts.lbc <= parts.lb0p + FREE_DB:
        return Cause.FREE_SPACE
    if parts.lbs <= parts.lbam:
        return Cause.TROPOSCATTER
    # Where the duct takes over, it pulls the joined loss below plain diffraction.
    ducted = parts.lbd - parts.lbda > FREE_DB and parts.lba < parts.lbd
    return Cause.DUCTING if ducted else Cause.DIFFRACTION
