"""Link budget: from the loss of a path to the level that a phone hears and back.

Both directions are computed, because a photo of a form goes up: a cell that is heard
may not hear the phone. Level is RSRP, the mean power of one resource element (3GPP TS
36.214, 5.1.1): what a phone shows and what is measured in the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from siaga.network.model import Cells

__all__ = ["BEAM_FLOOR_DB", "Terminal", "antenna_loss_db", "level_dbm", "up_margin_db"]

Floats = npt.NDArray[np.float64]

RESOURCE_BLOCK_MHZ = 0.2
"""Bandwidth of a carrier for each resource block: 50 blocks in 10 MHz (TS 36.101)."""
SUBCARRIERS = 12
"""Resource elements of a block side by side."""
BEAM_FLOOR_DB = 25.0
"""Front to back of a sector antenna (TR 36.814, table A.2.1.1-2)."""
VERTICAL_BEAM_DEG = 10.0
SIDE_LOBE_DB = 20.0
ALL_AROUND_DB = 3.0
"""A sector whose direction is not known: its gain averaged over the circle."""


@dataclass(frozen=True)
class Terminal:
    """The phone of a station's officer, and how well a mast hears it."""

    power_dbm: float = 23.0
    """Class 3 (TS 36.101, 6.2.2)."""
    body_loss_db: float = 3.0
    antenna_m: float = 1.5
    needed_dbm: float = -110.0
    """RSRP at which a photo goes through: between "sends well" and "SMS only"."""
    mast_gain_dbi: float = 15.0
    """Of the mast's antenna after its feeder."""
    mast_needs_dbm: float = -113.0
    """Two resource blocks (-118.4 dBm of heat) + 5 dB of receiver noise, at 0 dB."""


def level_dbm(cells: Cells, cell_row: npt.NDArray[Any], loss_db: Floats) -> Floats:
    """RSRP in the main beam after a loss, dBm, shape of `cell_row` and `loss_db`."""
    blocks = np.maximum(cells.bandwidth_mhz / RESOURCE_BLOCK_MHZ, 1.0)
    per_element = cells.eirp_dbm - 10 * np.log10(SUBCARRIERS * blocks)
    return np.asarray(per_element[cell_row] - loss_db)


def up_margin_db(terminal: Terminal, loss_db: Floats) -> Floats:
    """By how much a mast hears the phone above what it needs, dB."""
    heard = terminal.power_dbm - terminal.body_loss_db + terminal.mast_gain_dbi
    return np.asarray(heard - loss_db - terminal.mast_needs_dbm)


def antenna_loss_db(
    cells: Cells,
    cell_row: npt.NDArray[Any],
    azimuth_deg: Floats,
    elevation_deg: Floats,
) -> Floats:
    """Loss against the main beam towards a point, dB, 0 to 25.

    `azimuth_deg` and `elevation_deg` are those of the path at the mast (clockwise from
    north; above the horizon). Sector pattern of TR 36.814, table A.2.1.1-2; where the
    direction of a sector is not known, `ALL_AROUND_DB` whatever the direction.
    """
    beam = cells.beamwidth_deg[cell_row]
    off = (azimuth_deg - cells.azimuth_deg[cell_row] + 180) % 360 - 180
    known = np.isfinite(off) & np.isfinite(beam)
    across = np.where(
        known, 12 * (np.nan_to_num(off) / np.where(known, beam, 1)) ** 2, 0
    )
    down = -elevation_deg - cells.tilt_deg[cell_row]
    along = np.where(known, 12 * (np.nan_to_num(down) / VERTICAL_BEAM_DEG) ** 2, 0)
    sector = np.minimum(
        np.minimum(across, BEAM_FLOOR_DB) + np.minimum(along, SIDE_LOBE_DB),
        BEAM_FLOOR_DB,
    )
    return np.where(known, sector, ALL_AROUND_DB)
