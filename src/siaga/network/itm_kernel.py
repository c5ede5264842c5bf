"""ITM from a profile, or from the roughness of an area, to the loss."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from siaga.network.itm_reference import Path, reference_db
from siaga.network.itm_terrain import (
    effective_radius_m,
    end_of_area,
    ends_of_profile,
    middle_height_m,
    refractivity_at,
)
from siaga.network.itm_variability import Shares, varied_db
from siaga.network.kernel import kernel

__all__ = ["Area", "Radio", "area_loss", "free_space_db", "path_loss", "path_losses"]

PRODUCT_M2 = 10.0
"""With a profile, added to the product of the heights."""


class Radio(NamedTuple):
    """What is said of a link beside its terrain; all float64 but `climate`."""

    f_mhz: float
    tx_m: float
    rx_m: float
    impedance: complex
    n0: float
    """Refractivity at sea level."""
    climate: int


class Area(NamedTuple):
    """Terrain of which only the roughness is known."""

    d_m: float
    roughness_m: float
    tx_lift_m: float
    """What the choice of its place adds to an antenna, at most."""
    rx_lift_m: float


@kernel
def free_space_db(d_m: float, f_mhz: float) -> float:
    """Loss of free space, with the constant of the ITM."""
    return 32.45 + 20.0 * math.log10(f_mhz * d_m / 1e3)


@kernel
def path_loss(
    ground_m: Any, step_m: float, radio: Radio, shares: Shares
) -> tuple[float, float, int, Path]:
    """Loss, reference attenuation, its mode and the path over a profile."""
    ns = refractivity_at(radio.n0, middle_height_m(ground_m))
    radius_m = effective_radius_m(ns)
    tx, rx, roughness = ends_of_profile(
        ground_m, step_m, radio.tx_m, radio.rx_m, radius_m
    )
    path = Path(
        (len(ground_m) - 1) * step_m, tx, rx, roughness, radius_m, ns,
        radio.f_mhz, radio.impedance, PRODUCT_M2,
    )  # fmt: skip
    return _closed(path, radio, shares)


@kernel
def area_loss(
    area: Area, radio: Radio, shares: Shares
) -> tuple[float, float, int, Path]:
    """Loss, reference attenuation, its mode and the path of an area."""
    radius_m = effective_radius_m(radio.n0)
    rough = area.roughness_m
    path = Path(
        area.d_m,
        end_of_area(radio.tx_m, area.tx_lift_m, rough, radius_m),
        end_of_area(radio.rx_m, area.rx_lift_m, rough, radius_m),
        rough, radius_m, radio.n0, radio.f_mhz, radio.impedance, 0.0,
    )  # fmt: skip
    return _closed(path, radio, shares)


@kernel
def _closed(path: Path, radio: Radio, shares: Shares) -> tuple[float, float, int, Path]:
    median_db, mode = reference_db(path)
    above_db = varied_db(path, median_db, radio.climate, shares)
    return free_space_db(path.d_m, path.f_mhz) + above_db, median_db, mode, path


@kernel
def path_losses(
    ground_m: Any, step_m: float, radio: Radio, shares: Shares, loss_db: Any
) -> None:
    """Loss of many profiles, rows of an (n_paths, n_points) array."""
    for row in range(len(ground_m)):
        loss_db[row] = path_loss(ground_m[row], step_m, radio, shares)[0]
