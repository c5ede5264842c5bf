"""Raster layers of a map: steps of a room's figure by place, without any look.

A room may have a module `siaga.<room>.layers` (see `siaga.house.rooms`). A layer is an
image of steps and a count of its cells by area; whoever draws it gives the colours and
knows nothing of the room.

The image is a grey PNG of one byte a cell: `STEP_GREY` times the step, 0 where nothing
is drawn. Its rows are evenly spaced in Web Mercator between the northern and southern
edge, as a map draws it: in steps of latitude, the middle of a province of 1.6 degrees
would lie 70 m off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.territory.areas import LEVELS

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from siaga.house.words import Phrase
    from siaga.territory.areas import AreaTree
    from siaga.territory.report import Said

__all__ = [
    "STEP_GREY",
    "Frame",
    "LayerSet",
    "MapLayer",
    "area_rows",
    "cells_by_area",
    "image_path",
    "write_image",
]

Steps = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int32]
Counts = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

STEP_GREY = 40
"""Grey of one step: far enough apart that a browser's rounding changes none."""
STEPS_MOST = 255 // STEP_GREY
VILLAGE = len(LEVELS) - 1
"""Level of the areas whose cells are counted."""


@dataclass(frozen=True)
class Frame:
    """Cells of a raster in latitude and longitude, row 0 the northernmost."""

    west: float
    north: float
    step_deg: tuple[float, float]
    """Size of a cell in latitude and in longitude."""
    shape: tuple[int, int]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        (step_lat, step_lon), (n_rows, n_columns) = self.step_deg, self.shape
        return (
            self.west, self.north - n_rows * step_lat,
            self.west + n_columns * step_lon, self.north,
        )  # fmt: skip

    def mercator_rows(self) -> npt.NDArray[np.int64]:
        """Row of the raster for each of as many rows evenly spaced in Web Mercator."""
        n_rows, step_lat = self.shape[0], self.step_deg[0]
        _, south, _, north = self.bounds
        top, bottom = (np.arctanh(np.sin(np.radians(lat))) for lat in (north, south))
        y = top + (np.arange(n_rows) + 0.5) * (bottom - top) / n_rows
        lat = np.degrees(np.arcsin(np.tanh(y)))
        row = np.floor((north - lat) / step_lat).astype(np.int64)
        return np.asarray(np.clip(row, 0, n_rows - 1))


@dataclass(frozen=True, eq=False)
class MapLayer:
    """One layer of a set."""

    key: str
    name: Said
    counts: Counts
    """Cells of each area by step, (n_areas, n_steps + 1); column 0 = not known."""
    files: tuple[str, ...] = ()
    """Files of the run's folder that hold it for other programs."""

    @property
    def share(self) -> npt.NDArray[np.float64]:
        """Share of each area by step, rows of NaN for an area without cells."""
        whole = self.counts.sum(axis=1, keepdims=True).astype(np.float64)
        share = np.full(self.counts.shape, np.nan)
        np.divide(self.counts, whole, out=share, where=whole > 0)
        return share


@dataclass(frozen=True, eq=False)
class LayerSet:
    """Layers of a room that share their steps, their place and their source."""

    layers: tuple[MapLayer, ...]
    """The one that is shown first stands first."""
    steps: tuple[Phrase, ...]
    """Words of the steps from the worst to the best, of step 1 and on."""
    unknown: Phrase
    """Words of what is not known, inside an area."""
    enough: int
    """First step that is good enough: its share is the figure of the layer."""
    sentence: str
    """Key of the sentence of a layer: `name`, `area`, `enough` and `unknown` in %."""
    enough_title: Phrase
    """Head of the column of the shares that are good enough."""
    notes: tuple[Phrase, ...]
    """What keeps a reader from a wrong conclusion."""
    sources: tuple[str, ...]
    bounds: tuple[float, float, float, float]
    """West, south, east and north of the images."""
    as_of: datetime

    def __post_init__(self) -> None:
        """Check that every layer has these steps."""
        assert 0 < self.enough <= len(self.steps) <= STEPS_MOST
        width = len(self.steps) + 1
        assert all(layer.counts.shape[1] == width for layer in self.layers)

    def layer(self, key: str) -> MapLayer | None:
        """Layer of a key, None where there is none."""
        return next((layer for layer in self.layers if layer.key == key), None)


def area_rows(areas: AreaTree, shapes: Shapes, frame: Frame) -> Rows:
    """Row of the village of each cell, -1 outside all; shape of the frame."""
    from rasterio import Affine
    from rasterio.features import rasterize

    step_lat, step_lon = frame.step_deg
    villages = [row for row in areas.rows(VILLAGE).tolist() if shapes[row] is not None]
    if not villages:
        return np.full(frame.shape, -1, np.int32)
    found = rasterize(
        ((shapes[row], row + 1) for row in villages),
        out_shape=frame.shape, fill=0, dtype="int32",
        transform=Affine(step_lon, 0, frame.west, 0, -step_lat, frame.north),
    )  # fmt: skip
    return np.asarray(found - 1, np.int32)


def cells_by_area(areas: AreaTree, rows: Rows, steps: Steps, n_steps: int) -> Counts:
    """Cells of each area by step, (n_areas, n_steps + 1); `rows` as in `area_rows`."""
    width = n_steps + 1
    inside = rows >= 0
    at = rows[inside].astype(np.int64) * width + steps[inside]
    flat = np.bincount(at, minlength=len(areas) * width)
    counts = flat.reshape(len(areas), width)
    for level in range(VILLAGE, 0, -1):
        below = areas.rows(level)
        np.add.at(counts, areas.parent_row[below], counts[below])
    return counts


def image_path(folder: Path, key: str) -> Path:
    """File of the image of a layer in a run's folder."""
    return folder / f"layer_{key}.png"


def write_image(path: Path, steps: Steps, frame: Frame) -> None:
    """Write steps, shape of the frame, as the image of a layer."""
    from rasterio import Affine, MemoryFile

    assert steps.shape == frame.shape and steps.max(initial=0) <= STEPS_MOST
    grey = (STEP_GREY * steps)[frame.mercator_rows()].astype(np.uint8)
    with MemoryFile() as memory:
        # Rasterio warns of an image without a place; a PNG carries none.
        with memory.open(
            driver="PNG", dtype="uint8", count=1, height=grey.shape[0],
            width=grey.shape[1], zlevel=9, transform=Affine.scale(2.0),
        ) as file:  # fmt: skip
            file.write(grey, 1)
        path.write_bytes(memory.getbuffer())
