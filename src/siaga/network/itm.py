"""Irregular Terrain Model (Longley-Rice): a second opinion on a path.

20 MHz to 20 GHz over a profile of bare ground, or over an area of which only the
roughness is known. It is of another family than ITU-R P.1812: it measures the hills of
a path and looks up what such hills did to signals; it knows no clutter. Where the two
differ is the doubt of the methods themselves. The assessment does not use it.

References: G. A. Hufford, A. G. Longley, W. A. Kissick (1982), A guide to the use of
the ITS Irregular Terrain Model in the area prediction mode, NTIA Report 82-100; G. A.
Hufford (1995), The ITS Irregular Terrain Model, version 1.2.2: the algorithm. Answers
are those of NTIA's present program (https://github.com/NTIA/itm).

This module is the door and loads numba when it is first used; the kernels stand in
`itm_terrain` (what a profile gives), `itm_reference` (median loss), `itm_variability`
and `itm_kernel` (all of it joined).
"""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.network.model import Climate

if TYPE_CHECKING:
    from siaga.network.itm_kernel import Radio
    from siaga.network.itm_reference import Path
    from siaga.network.itm_variability import Shares
    from siaga.network.p1812 import Profile

__all__ = [
    "Caution",
    "ItmLink",
    "ItmLoss",
    "ItmShares",
    "Mode",
    "RadioClimate",
    "Relief",
    "Siting",
    "Variability",
    "area",
    "point_to_point",
    "profile_losses",
]

Floats = npt.NDArray[np.float64]

HEIGHT_M = (0.5, 3000.0)
FREQUENCY_MHZ = (20.0, 20_000.0)
SEA_LEVEL_N0 = (250.0, 400.0)
PERMITTIVITY = (1.0, 100.0)
CONDUCTIVITY_S_M = (1e-6, 10.0)
SURFACE_NS = (150.0, 400.0)
LEAST_POINTS = 3
TAIL_PC = 0.0968
"""Share of a normal chance beyond 3.1 sigmas, on one side."""
EVEN = 1e-3
"""Steps of a profile may differ by this part of a step."""


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name}: {value} is not from {low:g} to {high:g}")


class RadioClimate(IntEnum):
    """Climates of the model, as it numbers them."""

    EQUATORIAL = 1
    CONTINENTAL_SUBTROPICAL = 2
    MARITIME_SUBTROPICAL = 3
    DESERT = 4
    CONTINENTAL_TEMPERATE = 5
    MARITIME_TEMPERATE_LAND = 6
    MARITIME_TEMPERATE_SEA = 7


class Variability(IntEnum):
    """Whose times, places and situations are told apart, as the model numbers them."""

    SINGLE = 0
    """One message: all of it is one chance."""
    ACCIDENTAL = 1
    """Times are told apart: a link that stands for long."""
    MOBILE = 2
    """Times and places are one chance, situations another."""
    BROADCAST = 3
    """All three are told apart."""


class Siting(Enum):
    """How the place of an antenna was chosen, with what it gains at most, in metres."""

    RANDOM = 0.0
    CAREFUL = 4.0
    VERY_CAREFUL = 9.0


class Mode(IntEnum):
    """What carries the signal."""

    LINE_OF_SIGHT = 1
    DIFFRACTION = 2
    TROPOSCATTER = 3


class Caution(StrEnum):
    """Why an answer is less sure than others."""

    HEIGHT = "height"
    """An antenna below 1 m or above 1 km."""
    FREQUENCY = "frequency"
    """Below 40 MHz or above 10 GHz."""
    DISTANCE = "distance"
    """Shorter than 1 km or than the heights ask for, or beyond 1000 km."""
    HORIZON_ANGLE = "horizon_angle"
    """A horizon steeper than 0.2 rad."""
    HORIZON_DISTANCE = "horizon_distance"
    """A horizon under 0.1 or over 3 times as far as on the smooth earth."""
    REFRACTIVITY = "refractivity"
    """Below 250 at the ground: high mountains."""
    TAIL = "tail"
    """A share beyond 3.1 sigmas."""


@dataclass(frozen=True, eq=False)
class Relief:
    """Bare ground at equal steps from one antenna to the other.

    Raises ValueError for fewer than 3 points, a step that is not above 0, or a height
    that is not finite.
    """

    step_m: float
    ground_m: Floats
    """Above the sea, shape (n,)."""

    def __post_init__(self) -> None:
        """Check the values and bring them to the dtype of the kernels."""
        ground = np.array(self.ground_m, np.float64)
        if ground.ndim != 1 or len(ground) < LEAST_POINTS:
            raise ValueError(
                f"ground_m: expected shape (n >= 3,), found {ground.shape}"
            )
        if not np.isfinite(ground).all():
            raise ValueError("ground_m: not finite")
        if not 0 < self.step_m < math.inf:
            raise ValueError(f"step_m: {self.step_m} is not above 0")
        ground.flags.writeable = False
        object.__setattr__(self, "ground_m", ground)

    @classmethod
    def from_profile(cls, profile: Profile) -> Relief:
        """Ground of a profile of P.1812, without its clutter.

        Raises ValueError if its points are not at equal steps.
        """
        steps_km = np.diff(profile.distance_km)
        if np.ptp(steps_km) > EVEN * steps_km.mean():
            raise ValueError("distance_km: not at equal steps")
        return cls(1e3 * float(steps_km.mean()), profile.ground_m)


@dataclass(frozen=True)
class ItmLink:
    """Antennas, frequency, ground and air of one path.

    The defaults are average ground and the air of western Java. Raises ValueError for
    a value outside what the model is made for.
    """

    frequency_mhz: float
    tx_height_m: float
    """Antenna above the ground, 0.5 to 3000 m."""
    rx_height_m: float
    vertical: bool = True
    """Polarisation."""
    climate: RadioClimate = RadioClimate.EQUATORIAL
    sea_level_n0: float = Climate.sea_level_n0
    """Surface refractivity at sea level, N-units, 250 to 400."""
    permittivity: float = 15.0
    """Of the ground, relative."""
    conductivity_s_m: float = 0.005
    """Of the ground."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        _check("frequency_mhz", self.frequency_mhz, *FREQUENCY_MHZ)
        _check("tx_height_m", self.tx_height_m, *HEIGHT_M)
        _check("rx_height_m", self.rx_height_m, *HEIGHT_M)
        _check("sea_level_n0", self.sea_level_n0, *SEA_LEVEL_N0)
        _check("permittivity", self.permittivity, *PERMITTIVITY)
        _check("conductivity_s_m", self.conductivity_s_m, *CONDUCTIVITY_S_M)
        _check("climate", self.climate, min(RadioClimate), max(RadioClimate))
        if self.impedance.real <= abs(self.impedance.imag):
            raise ValueError("permittivity, conductivity_s_m: no ground is like this")

    @property
    def impedance(self) -> complex:
        """Relative impedance of the ground."""
        loss = 18e3 * self.conductivity_s_m / self.frequency_mhz
        ground = complex(self.permittivity, loss)
        z = cmath.sqrt(ground - 1.0)
        return z / ground if self.vertical else z


@dataclass(frozen=True)
class ItmShares:
    """Shares of time, places and situations in which the loss is not exceeded.

    A situation is a set of paths that look alike on paper. The default is the median of
    a given path. Raises ValueError for a share that is not between 0 and 100 %.
    """

    time_pc: float = 50.0
    """Not read for SINGLE."""
    places_pc: float = 50.0
    """Read for BROADCAST alone."""
    situations_pc: float = 50.0
    variability: Variability = Variability.MOBILE
    places_vary: bool = False
    """False between two known points: their profile tells the place."""
    situations_vary: bool = True

    def __post_init__(self) -> None:
        """Check the ranges."""
        for name in ("time_pc", "places_pc", "situations_pc"):
            value = getattr(self, name)
            if not 0 < value < 100:
                raise ValueError(f"{name}: {value} is not between 0 and 100")
        _check("variability", self.variability, min(Variability), max(Variability))

    @property
    def asked_pc(self) -> tuple[float, ...]:
        """Those shares that are read."""
        if self.variability is Variability.SINGLE:
            return (self.situations_pc,)
        if self.variability is Variability.BROADCAST:
            return self.time_pc, self.places_pc, self.situations_pc
        return self.time_pc, self.situations_pc


MEDIAN = ItmShares()


@dataclass(frozen=True)
class ItmLoss:
    """Loss of one path and what it is made of."""

    loss_db: float
    """Basic transmission loss."""
    free_space_db: float
    reference_db: float
    """Median above free space, before climate and shares."""
    mode: Mode
    cautions: tuple[Caution, ...]
    path: Path
    """Horizons, effective heights and roughness."""


def point_to_point(
    relief: Relief, link: ItmLink, shares: ItmShares = MEDIAN
) -> ItmLoss:
    """Loss over a profile.

    Raises ValueError if the ground is so high or low that its air is none of the
    model's (surface refractivity outside 150 to 400).

    >>> flat = Relief(100.0, np.zeros(101))
    >>> round(point_to_point(flat, ItmLink(900.0, 40.0, 1.5)).loss_db, 1)
    124.6
    """
    from siaga.network import itm_kernel as kernels

    ground_m = np.require(relief.ground_m, np.float64, ["C", "W"])
    found = kernels.path_loss(
        ground_m, float(relief.step_m), _radio(link), _shares(shares)
    )
    return _loss(found, link, shares)


def area(
    distance_km: float,
    roughness_m: float,
    link: ItmLink,
    shares: ItmShares = MEDIAN,
    *,
    siting: tuple[Siting, Siting] = (Siting.RANDOM, Siting.RANDOM),
) -> ItmLoss:
    """Loss at a distance over land of this roughness (interdecile range of heights).

    `siting`: of transmitter and receiver. Raises ValueError if the distance is not
    above 0 or the roughness is negative.
    """
    from siaga.network import itm_kernel as kernels

    if not 0 < distance_km < math.inf:
        raise ValueError(f"distance_km: {distance_km} is not above 0")
    if not 0 <= roughness_m < math.inf:
        raise ValueError(f"roughness_m: {roughness_m} is not from 0 up")
    tx, rx = siting
    land = kernels.Area(1e3 * distance_km, float(roughness_m), tx.value, rx.value)
    found = kernels.area_loss(land, _radio(link), _shares(shares))
    return _loss(found, link, shares)


def profile_losses(
    step_m: float, ground_m: Floats, link: ItmLink, shares: ItmShares = MEDIAN
) -> Floats:
    """Loss of many profiles, dB, shape (m,); `ground_m` has shape (m, n).

    All have the antennas and the frequency of `link`; the rows are what `Relief` holds,
    and are trusted. Raises ValueError if the shape is another or n < 3.
    """
    from siaga.network import itm_kernel as kernels

    if ground_m.ndim != 2 or ground_m.shape[1] < LEAST_POINTS:
        raise ValueError(f"expected an array (m, n >= 3), found {ground_m.shape}")
    loss_db = np.empty(len(ground_m))
    rows = np.require(ground_m, np.float64, ["C", "W"])
    kernels.path_losses(rows, float(step_m), _radio(link), _shares(shares), loss_db)
    return loss_db


def _radio(link: ItmLink) -> Radio:
    from siaga.network import itm_kernel as kernels

    return kernels.Radio(
        float(link.frequency_mhz), float(link.tx_height_m), float(link.rx_height_m),
        link.impedance, float(link.sea_level_n0), int(link.climate),
    )  # fmt: skip


def _shares(shares: ItmShares) -> Shares:
    from siaga.network import itm_variability as kernels

    return kernels.Shares(
        shares.time_pc / 100, shares.places_pc / 100, shares.situations_pc / 100,
        int(shares.variability), shares.places_vary, shares.situations_vary,
    )  # fmt: skip


def _loss(found: Any, link: ItmLink, shares: ItmShares) -> ItmLoss:
    from siaga.network import itm_kernel as kernels

    loss_db, median_db, mode, path = found
    low, high = SURFACE_NS
    if not low <= path.ns <= high:
        raise ValueError(
            f"ground_m: surface refractivity {path.ns:.0f} is not of earth"
        )
    free_db = kernels.free_space_db(path.d_m, path.f_mhz)
    cautions = tuple(_cautions(path, link, shares))
    return ItmLoss(loss_db, free_db, median_db, Mode(mode), cautions, path)


def _cautions(path: Path, link: ItmLink, shares: ItmShares) -> list[Caution]:
    ends = (path.tx, path.rx)
    smooth_m = [math.sqrt(2 * end.effective_m * path.radius_m) for end in ends]
    times = [end.horizon_m / smooth for end, smooth in zip(ends, smooth_m, strict=True)]
    apart_m = abs(path.tx.effective_m - path.rx.effective_m)
    rare = any(min(share, 100 - share) < TAIL_PC for share in shares.asked_pc)
    holds = {
        Caution.HEIGHT: any(not 1 <= end.height_m <= 1e3 for end in ends),
        Caution.FREQUENCY: not 40 <= link.frequency_mhz <= 10e3,
        Caution.DISTANCE: not max(1e3, apart_m / 0.2) <= path.d_m <= 1e6,
        Caution.HORIZON_ANGLE: any(abs(end.angle_rad) > 0.2 for end in ends),
        Caution.HORIZON_DISTANCE: any(not 0.1 <= ratio <= 3 for ratio in times),
        Caution.REFRACTIVITY: path.ns < 250,
        Caution.TAIL: rare,
    }
    return [caution for caution, is_so in holds.items() if is_so]
