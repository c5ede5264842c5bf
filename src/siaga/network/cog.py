"""Levels as a file that maps read: cloud-optimised GeoTIFF."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from siaga.network.mast_levels import NO_LEVEL, TENTHS, Levels

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from siaga.network.model import Grid

__all__ = ["RasterTags", "write_cog"]

BLOCK_CELLS = 256
"""Side of a block of the file: what a reader fetches at once."""


@dataclass(frozen=True)
class RasterTags:
    """What a raster on its own must say of itself."""

    operator: str
    """Key of the operator, or `best` for the best of all."""
    source: str
    """Sources of sites and terrain."""
    as_of: str
    """Moment up to which sites are known, ISO 8601."""
    model: str = "ITU-R P.1812-8, 50 % of time and places, outdoors"
    more: Mapping[str, str] = field(default_factory=dict)
    """Further tags, such as radius and completeness of the site data."""


def write_cog(path: Path, level: Levels, grid: Grid, tags: RasterTags) -> None:
    """Write levels, (n_rows, n_columns), as a cloud-optimised GeoTIFF in EPSG:4326.

    int16 in tenths of dBm (scale 0.1), NO_LEVEL as no data, with overviews (averages)
    for a map from afar. Same levels and tags, same bytes; the file is written beside
    and renamed into place. Raises OSError if it cannot be written.
    """
    from rasterio import Affine, MemoryFile

    assert level.shape == grid.elevation_m.shape and level.dtype == np.int16
    step_lat, step_lon = grid.step_deg
    with MemoryFile() as memory:
        with memory.open(
            driver="COG", dtype="int16", count=1, nodata=NO_LEVEL,
            height=level.shape[0], width=level.shape[1], crs="EPSG:4326",
            transform=Affine(step_lon, 0, grid.west, 0, -step_lat, grid.north),
            compress="DEFLATE", predictor="YES", blocksize=BLOCK_CELLS,
            overview_resampling="AVERAGE", num_threads=1,
        ) as file:  # fmt: skip
            file.write(level, 1)
            file.scales, file.units = (1 / TENTHS,), ("dBm",)
            file.set_band_description(1, "RSRP")
            file.update_tags(
                operator=tags.operator, source=tags.source, as_of=tags.as_of,
                model=tags.model, **tags.more,
            )  # fmt: skip
        content = bytes(memory.getbuffer())
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
