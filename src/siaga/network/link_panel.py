"""The radio link of one place: the cell that serves it, over which terrain, why so.

Pure: the land, the masts and a place in, a frozen view out. Distances run from the
place (the phone) to the mast. Loss is that of `siaga.network.hearing`, bit for bit:
the level of a station here is the level of its coverage.

Clearance is told over the effective earth of ITU-R P.1812-8 (3.5): the ground is raised
by the bulge d1 d2 / (2 ae), so that the line of sight is straight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from siaga.network.hearing import Phones, best_cells, nearest_sites, on_air
from siaga.network.link_budget import Terminal
from siaga.network.model import SEA
from siaga.network.operators import operators
from siaga.network.p1812 import Link, path_loss
from siaga.network.paths import one_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siaga.network.model import Grid
    from siaga.network.params import AssessParams
    from siaga.network.paths import OnePath
    from siaga.network.site_store import StoredSites

__all__ = [
    "Enough",
    "LinkView",
    "LossParts",
    "Obstacle",
    "Place",
    "Serving",
    "Sight",
    "Thing",
    "fresnel_radius_m",
    "link_view",
    "serving_cells",
]

Floats = npt.NDArray[np.float64]

LIGHT_M_S = 299_792_458.0
FREE_DB = 1.0
"""Diffraction below this does not tell an obstacle."""
GRAZED_DB = 6.0
"""Loss of a ray that grazes an edge (ITU-R P.526-15, 4.1: J(0) = 6 dB)."""
HILL_M = 20.0
"""An obstacle this far above the line between both feet is told as a hill."""
SHORTEST_M = 250.0
"""A shorter path is taken as free space (ITU-R P.1812-8, section 2)."""


class Enough(StrEnum):
    """Whether the level is enough, in the words of the catalogue."""

    YES = "yes"
    UNSURE = "unsure"
    NO = "no"


class Sight(StrEnum):
    """How the line of sight runs, in the words of the catalogue."""

    BLOCKED = "blocked"
    MAYBE = "maybe"
    """Blocked or free within the error of the terrain."""
    GRAZED = "grazed"
    """In sight, with the Fresnel zone cut so far that it is felt."""
    CLEAR = "clear"


class Thing(StrEnum):
    """What stands in the way, in the words of the catalogue."""

    HILL = "hill"
    GROUND = "ground"
    CLUTTER = "clutter"
    SEA = "sea"


@dataclass(frozen=True)
class Place:
    """Where a phone is."""

    lat: float
    lon: float
    error_m: float = 0.0
    """Radius in which the point lies."""


@dataclass(frozen=True)
class Serving:
    """Best mast of one operator at a place, and its best cell."""

    operator: str
    site_row: int
    cell_row: int
    technology: str
    frequency_mhz: float
    distance_m: float
    height_m: float
    """Antenna above the ground."""
    antenna_db: float
    around_db: float
    """Loss by what stands around the phone, where no land cover is known."""
    level_dbm: float
    """Median outdoors."""
    down_db: float
    """Margin of the level over what is needed."""
    up_db: float
    """Margin of what the mast hears of the phone."""
    sigma_db: float
    works: float
    """Probability that the mast is there and on the air."""

    @property
    def margin_db(self) -> float:
        """Margin of the worse direction."""
        return min(self.down_db, self.up_db)

    def enough(self, params: AssessParams) -> Enough:
        """Whether a photo gets through if the mast is there, as the room judges it."""
        probability = float(ndtr(self.margin_db / self.sigma_db))
        if probability >= params.ready_probability:
            return Enough.YES
        return Enough.UNSURE if probability >= params.dark_probability else Enough.NO


@dataclass(frozen=True)
class LossParts:
    """What the loss is made of, dB; all but `relief_db` are losses."""

    free_db: float
    diffraction_db: float
    """Over the bare ground and the curved earth."""
    clutter_db: float
    """By woods and houses on the profile."""
    relief_db: float
    """By how much troposcatter and ducting lower the loss."""
    around_db: float
    """By what stands around the phone, by statistics (ITU-R P.2108)."""
    antenna_db: float
    """Off the main beam of the cell."""
    body_db: float

    @property
    def path_db(self) -> float:
        """Basic transmission loss."""
        return self.free_db + self.diffraction_db + self.clutter_db - self.relief_db


@dataclass(frozen=True)
class Obstacle:
    """Point of the profile that comes nearest to the line of sight, or over it."""

    row: int
    distance_m: float
    """From the place."""
    top_m: float
    """Ground with what grows or stands on it, above the sea."""
    over_m: float
    """Above the line of sight; negative below it."""
    error_m: float
    """Of the ground there against that under the nearer antenna, one sigma."""
    thing: Thing


@dataclass(frozen=True, eq=False)
class LinkView:
    """One link in full; arrays of shape (n,), from the place to the mast."""

    serving: Serving
    distance_m: Floats
    ground_m: Floats
    """Bare ground above the sea."""
    clutter_m: Floats
    error_m: Floats
    """One-sigma error of the ground."""
    bulge_m: Floats
    """By which the curved earth stands in the way of a straight ray."""
    sight_m: Floats
    """Line between the antennas, above the sea at both ends."""
    fresnel_m: Floats
    """Radius of the first Fresnel zone."""
    obstacle: Obstacle
    sight: Sight
    parts: LossParts
    outside: float
    """Share of the path of which no terrain is known."""

    @property
    def top_m(self) -> Floats:
        """What the ray must pass over: ground, clutter and bulge."""
        return self.ground_m + self.clutter_m + self.bulge_m


def fresnel_radius_m(d1_m: Floats, d2_m: Floats, frequency_mhz: float) -> Floats:
    """Radius of the first Fresnel zone in metres, shape of the distances.

    `d1_m`, `d2_m`: distances to both ends, at least 0. Reference: ITU-R P.526-15,
    equation 2, with the exact speed of light.
    """
    wavelength_m = LIGHT_M_S / (1e6 * frequency_mhz)
    return np.asarray(np.sqrt(wavelength_m * d1_m * d2_m / (d1_m + d2_m)))


def serving_cells(
    grid: Grid, stored: StoredSites, place: Place, params: AssessParams,
    known: Mapping[str, int] | None = None,
) -> tuple[Serving, ...]:  # fmt: skip
    """Best mast of each operator at a place, the best margin first.

    `known`: site row by operator where it was computed before; without it the nearest
    `n_sites` masts of each operator within reach are tried. An operator without one is
    left out.
    """
    found: list[tuple[str, int]] = []
    if known is not None:
        found = [(key, row) for key, row in known.items() if row >= 0]
    else:
        for key in operators():
            found += [(key, row) for row in _near(stored, place, params, key)]
    if not found:
        return ()
    sites = np.array([row for _, row in found], np.int64)
    one = (np.array([value]) for value in (place.lat, place.lon, place.error_m))
    pairs = (np.zeros(sites.size, np.int64), sites)
    best = best_cells(grid, stored, Phones(*one), pairs, params=params)
    serving: dict[str, Serving] = {}
    for at, (key, row) in enumerate(found):
        cell = int(best.cell_row[at])
        this = Serving(
            key, row, cell, stored.cells.technology[cell],
            float(stored.cells.frequency_mhz[cell]), float(best.distance_m[at]),
            float(best.height_m[at]), float(best.antenna_db[at]),
            float(best.around_db[at]),
            float(best.level_dbm[at]), float(best.down_db[at]), float(best.up_db[at]),
            float(best.sigma_db[at]), float(best.works[at]),
        )  # fmt: skip
        # Of equal margins the nearer mast: it was tried first, as in the coverage.
        if key not in serving or this.margin_db > serving[key].margin_db:
            serving[key] = this
    return tuple(sorted(serving.values(), key=lambda one: -one.margin_db))


def _near(
    stored: StoredSites, place: Place, params: AssessParams, operator: str
) -> list[int]:
    """Rows of the nearest masts of an operator within reach, the nearest first."""
    sites = stored.sites
    own = on_air(stored, operator)
    at, _ = nearest_sites(
        (np.array([place.lat]), np.array([place.lon])),
        (sites.lat[own], sites.lon[own]),
        params.n_sites,
        1000 * params.reach_km,
    )
    return [int(own[index]) for index in at[0] if index >= 0]


def link_view(
    grid: Grid, stored: StoredSites, place: Place, serving: Serving
) -> LinkView:
    """Link between a place and the cell that serves it."""
    sites, terminal, row = stored.sites, Terminal(), serving.site_row
    mast = float(sites.lat[row]), float(sites.lon[row]), serving.height_m
    phone = place.lat, place.lon, terminal.antenna_m
    path = one_path(grid, mast, phone, serving.frequency_mhz)
    return _view(path, serving, (phone[2], mast[2]))


def _view(path: OnePath, serving: Serving, heights_m: tuple[float, ...]) -> LinkView:
    profile = path.profile
    length_m = path.distance_m
    distance = length_m - 1e3 * profile.distance_km[::-1]
    distance[0] = 0.0  # exact, whatever the subtraction rounds to
    ground, clutter = profile.ground_m[::-1].copy(), profile.clutter_m[::-1].copy()
    clutter[[0, -1]] = 0.0  # not read at the ends (3.2.1)
    rest = length_m - distance
    bulge = distance * rest / (2e3 * path.loss.earth.ae_km)
    low, high = ground[0] + heights_m[0], ground[-1] + heights_m[1]
    sight = low + (high - low) * distance / length_m
    view = LinkView(
        serving, distance, ground, clutter,
        profile.error_m[::-1].copy(), bulge, np.asarray(sight),
        fresnel_radius_m(distance, rest, serving.frequency_mhz),
        _NOWHERE, Sight.CLEAR, _parts(path, serving, heights_m),
        path.outside,
    )  # fmt: skip
    obstacle = _obstacle(view, profile.zone[::-1])
    return replace(view, obstacle=obstacle, sight=_sight(view, obstacle))


_NOWHERE = Obstacle(0, 0.0, 0.0, 0.0, 0.0, Thing.GROUND)
"""Stands in a view until it is found."""


def _obstacle(view: LinkView, zone: npt.NDArray[np.uint8]) -> Obstacle:
    """Point between the ends where the ground reaches farthest into the Fresnel zone.

    That is the largest diffraction parameter nu: nu = sqrt(2) over / radius.
    """
    from siaga.network.p1812_doubt import held_sigma_m  # loads numba

    over = view.top_m - view.sight_m
    row = 1 + int(np.argmax(over[1:-1] / view.fresnel_m[1:-1]))
    far_m, at_m = float(view.distance_m[-1]), float(view.distance_m[row])
    error_m = held_sigma_m(float(view.error_m[row]), 1e-3 * at_m, 1e-3 * far_m)
    feet = view.ground_m[0] + (view.ground_m[-1] - view.ground_m[0]) * at_m / far_m
    if view.clutter_m[row] > 0 and over[row] - view.clutter_m[row] < 0:
        thing = Thing.CLUTTER
    elif zone[row] == SEA:
        thing = Thing.SEA
    else:
        thing = Thing.HILL if view.ground_m[row] >= feet + HILL_M else Thing.GROUND
    return Obstacle(
        row, at_m, float(view.ground_m[row] + view.clutter_m[row]), float(over[row]),
        float(error_m), thing,
    )  # fmt: skip


def _sight(view: LinkView, obstacle: Obstacle) -> Sight:
    lost_db = view.parts.diffraction_db + view.parts.clutter_db
    if view.distance_m[-1] < SHORTEST_M:
        return Sight.CLEAR
    if obstacle.over_m > 0 and obstacle.over_m >= obstacle.error_m:
        return Sight.BLOCKED
    if obstacle.over_m > -obstacle.error_m and lost_db >= FREE_DB:
        return Sight.MAYBE
    return Sight.GRAZED if lost_db >= GRAZED_DB else Sight.CLEAR


def _parts(path: OnePath, serving: Serving, heights_m: tuple[float, ...]) -> LossParts:
    """Parts of the loss; they add up to it within a rounding."""
    body_db = Terminal().body_loss_db
    loss = path.loss
    if path.distance_m < SHORTEST_M:
        return LossParts(
            loss.loss_db, 0.0, 0.0, 0.0, serving.around_db, serving.antenna_db, body_db
        )
    bare, clutter_db = loss, 0.0
    if path.profile.clutter_m.any():
        link = Link(
            serving.frequency_mhz, heights_m[1], heights_m[0],
            0.5 * float(path.lat[0] + path.lat[-1]),
        )  # fmt: skip
        empty: Any = np.zeros_like(path.profile.clutter_m)
        bare = path_loss(replace(path.profile, clutter_m=empty), link)
        clutter_db = loss.loss_db - bare.loss_db
    free_db, bent_db = float(bare.parts.lb0p), bare.diffraction_db
    return LossParts(
        free_db, bent_db, clutter_db, free_db + bent_db - bare.loss_db,
        serving.around_db, serving.antenna_db, body_db,
    )  # fmt: skip
