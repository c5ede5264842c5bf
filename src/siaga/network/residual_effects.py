"""Offsets that readings share: model, distance, clutter, operator, site and phone.

All are random effects: each is drawn to 0 by its standard deviation in `Spread`, so
that a site with two readings moves a little and one with two hundred as far as they
say (best linear unbiased prediction; a ridge for the slopes). Source: C. R. Henderson,
"Best linear unbiased estimation and prediction under a selection model", Biometrics 31
(1975) 423-447.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.network.readings import NOT_KNOWN

if TYPE_CHECKING:
    from siaga.network.readings import Ints, Mask, Points
    from siaga.network.spread import Spread

__all__ = ["Effect", "Effects", "effects_of"]

Floats = npt.NDArray[np.float64]
Keys = dict["Effect", tuple[Floats, npt.NDArray[np.bool_]]]

DISTANCE_M = 2_000.0
"""The slope turns around this distance."""
DISTANCE_M_RANGE = (50.0, 50_000.0)


class Effect(IntEnum):
    """What an offset belongs to."""

    MODEL = 0
    DISTANCE = 1
    CLUTTER_HEIGHT = 2
    CLUTTER = 3
    OPERATOR = 4
    SITE = 5
    DEVICE = 6


SLOPES = (Effect.MODEL, Effect.DISTANCE, Effect.CLUTTER_HEIGHT)
"""One column each; the others have a column for each of their keys."""


@dataclass(frozen=True, eq=False)
class Effects:
    """Columns of the design, shape (n_effects,): what there is an offset for."""

    kind: npt.NDArray[np.uint8]
    """`Effect`."""
    key: Floats
    """Shape (n_effects, 2): operator or site and band; class or device and 0."""

    def __len__(self) -> int:
        """Number of columns."""
        return len(self.kind)

    def variance(self, spread: Spread) -> Floats:
        """Variance of each before anything is measured, dB^2."""
        return _sigma_db(spread)[self.kind] ** 2

    def design(self, points: Points, device: Ints | None = None) -> tuple[Any, Mask]:
        """Sparse matrix (n, n_effects), and which effects a point lacks a column for.

        The mask has shape (n, 7): the point has such an effect (its site is known), but
        nobody has measured that site.
        """
        from scipy.sparse import csr_array

        n = len(points)
        column = np.full((n, len(Effect)), NOT_KNOWN, np.int64)
        value = np.ones((n, len(Effect)))
        for effect in SLOPES:
            column[:, effect] = effect
        value[:, Effect.DISTANCE], value[:, Effect.CLUTTER_HEIGHT] = _slopes(points)
        unknown = np.zeros((n, len(Effect)), np.bool_)
        for effect, (keys, has) in _keys(points, device).items():
            column[has, effect] = self._columns(effect, keys[has])
            unknown[:, effect] = has & (column[:, effect] < 0)
        row, kind = np.nonzero(column >= 0)
        cells = (row, column[row, kind])
        shape = (n, len(self))
        return csr_array((value[row, kind], cells), shape=shape), unknown

    def _columns(self, effect: Effect, keys: Floats) -> Ints:
        mine = np.flatnonzero(self.kind == effect)
        known = {tuple(key): col for key, col in zip(self.key[mine], mine, strict=True)}
        if not len(keys):
            return np.zeros(0, np.int64)
        unique, inverse = np.unique(keys, axis=0, return_inverse=True)
        columns = np.array([known.get(tuple(key), NOT_KNOWN) for key in unique])
        return columns[inverse]


def effects_of(points: Points, device: Ints) -> Effects:
    """Columns for all that these readings have in common."""
    kind, key = list(map(int, SLOPES)), [np.zeros((len(SLOPES), 2))]
    for effect, (keys, has) in _keys(points, device).items():
        unique = np.unique(keys[has], axis=0)
        kind += [int(effect)] * len(unique)
        key.append(unique)
    return Effects(np.array(kind, np.uint8), np.concatenate(key))


def prior_variance(points: Points, spread: Spread) -> Floats:
    """Variance that the effects (without phones) give a point, dB^2, shape (n,)."""
    sigma = _sigma_db(spread)
    distance, height = _slopes(points)
    total = np.full(len(points), sigma[Effect.MODEL] ** 2)
    total += (sigma[Effect.DISTANCE] * distance) ** 2
    total += (sigma[Effect.CLUTTER_HEIGHT] * height) ** 2
    for effect, (_, has) in _keys(points, None).items():
        total += sigma[effect] ** 2 * has
    return np.asarray(total)


def unknown_variance(unknown: Mask, spread: Spread) -> Floats:
    """Variance of the effects of a point that nobody has measured, dB^2, (n,)."""
    return np.asarray((unknown * _sigma_db(spread) ** 2).sum(axis=1))


def _sigma_db(spread: Spread) -> Floats:
    return np.array(
        [
            spread.mean_db, spread.distance_db, spread.clutter_height_db,
            spread.clutter_db, spread.operator_db, spread.site_db, spread.device_db,
        ]
    )  # fmt: skip


def _slopes(points: Points) -> tuple[Floats, Floats]:
    """Decades beyond 2 km, and tens of metres of clutter; 0 where not known."""
    decades = np.log10(np.clip(points.distance_m, *DISTANCE_M_RANGE) / DISTANCE_M)
    return np.nan_to_num(decades), np.nan_to_num(points.clutter_m) / 10


def _keys(points: Points, device: Ints | None) -> Keys:
    """Key of each point for each grouped effect, and whether it has one."""
    band = np.nan_to_num(points.frequency_mhz)
    none = np.zeros(len(points))
    groups = {
        Effect.CLUTTER: (points.clutter, none),
        Effect.OPERATOR: (points.operator, band),
        Effect.SITE: (points.site_row, band),
    }
    if device is not None:
        groups[Effect.DEVICE] = (device, none)
    return {
        effect: (np.column_stack([first, second]), first >= 0)
        for effect, (first, second) in groups.items()
    }
