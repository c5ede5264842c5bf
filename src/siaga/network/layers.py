"""Level of signal on the map: rasters of each operator and of the best, in four steps.

What is computed are levels by cell of the terrain (`siaga.network.raster`) within the
reach of the assessment: a mast that counts for no station counts nowhere. Masts of 2G
are left out, for a photo of a form hardly goes through them.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siaga.house.problems import BadState, reading
from siaga.house.progress import Watch, silent, step
from siaga.house.tables import numbers, read_columns, write_columns
from siaga.house.words import Phrase
from siaga.network.cog import RasterTags, write_cog
from siaga.network.hearing import fast_cells, on_air
from siaga.network.inputs import masts, terrain
from siaga.network.mast_levels import NO_LEVEL, Levels, RasterParams, WindowStore
from siaga.network.operators import operators
from siaga.network.raster import coverage_raster
from siaga.territory.map_layers import (
    Frame,
    LayerSet,
    MapLayer,
    area_rows,
    cells_by_area,
    image_path,
    write_image,
)

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.network.model import Cells, Grid
    from siaga.network.params import AssessParams
    from siaga.network.site_store import StoredSites
    from siaga.territory.situation import Situation

__all__ = [
    "BEST",
    "EMPTY",
    "MISSING",
    "TITLE",
    "LayerFacts",
    "NetworkLayers",
    "layer_facts",
    "layer_set",
    "layers",
    "raster_name",
]

TITLE = Phrase.of("network.layers.title")
MISSING, EMPTY = "network.layers.missing", "network.layers.empty"

BEST = "best"
"""Key of the layer of the best operator at each place."""
LIMITS_DBM = (-115, -105, -95)
"""A photo may go through, goes through, goes through fast (3GPP levels of RSRP as
engineers read them; the room's `needed_dbm` lies in the middle)."""
ENOUGH = 3
"""Step from `LIMITS_DBM[1]` on."""
N_THREADS = 2
"""Of the two cores of an office PC; the bits are the same for any number."""
TABLE = "layers.parquet"
ABOUT = b"siaga.layers"

Steps = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class NetworkLayers:
    """Levels of each operator that has masts, and what they rest on."""

    levels: dict[str, Levels]
    """By operator, tenths of dBm; NO_LEVEL beyond the reach of all its masts."""
    n_masts: dict[str, int]
    grid: Grid
    situation: Situation
    sources: tuple[str, ...]
    reach_km: float
    computed: int = 0
    """Masts whose reach was not in the cache."""

    def write(self, folder: Path) -> None:
        """Write a raster and an image for each layer, and their cells by area."""
        grid, situation = self.grid, self.situation
        frame = Frame(grid.west, grid.north, grid.step_deg, grid.elevation_m.shape)
        territory, election = situation.territory, situation.election
        areas = territory.areas(election)
        rows = area_rows(areas, territory.shapes(election), frame)
        land = rows >= 0 if (rows >= 0).any() else np.ones(rows.shape, bool)
        columns: dict[str, Any] = {}
        facts = []
        for key, level in self._layers().items():
            write_cog(folder / raster_name(key), level, grid, self._tags(key))
            steps = steps_of(level)
            write_image(image_path(folder, key), np.where(land, steps, 0), frame)
            counts = cells_by_area(areas, rows, steps, len(LIMITS_DBM) + 1)
            for at in range(counts.shape[1]):
                columns[f"{key}.{at}"] = counts[:, at]
            n_cells = int((level != NO_LEVEL).sum())
            facts.append({"key": key, "masts": self._masts_of(key), "cells": n_cells})
        about = {
            "layers": facts, "bounds": frame.bounds, "reach_km": self.reach_km,
            "sources": self.sources, "as_of": situation.as_of.isoformat(),
            "clutter": grid.clutter_known,
        }  # fmt: skip
        text = json.dumps(about, sort_keys=True)
        write_columns(folder / TABLE, columns, {ABOUT.decode(): text.encode()})

    def _layers(self) -> dict[str, Levels]:
        """All layers in the order in which they are offered."""
        if not self.levels:
            return {}
        best = np.maximum.reduce(list(self.levels.values()))
        return {BEST: best, **self.levels}

    def _masts_of(self, key: str) -> int:
        return sum(self.n_masts.values()) if key == BEST else self.n_masts[key]

    def _tags(self, key: str) -> RasterTags:
        known = self.situation.territory.sources
        more = {
            "election": self.situation.election,
            "masts": str(self._masts_of(key)),
            "radius_km": f"{self.reach_km:g}",
        }
        return RasterTags(
            key,
            "; ".join(f"{key}: {known[key].title}" for key in self.sources),
            self.situation.as_of.isoformat(),
            more=more,
        )


@dataclass(frozen=True)
class LayerFacts:
    """Size of a layer of a run."""

    key: str
    masts: int
    cells: int
    """Cells of the grid within the reach of a mast."""


def layers(
    situation: Situation, params: AssessParams, cache: Path, watch: Watch = silent
) -> NetworkLayers:
    """Levels of every operator over the province's terrain.

    The reach of a mast is kept in `cache` and computed again only where the mast, the
    land or the code has changed. Raises BadState where there is no terrain.
    """
    territory, election = situation.territory, situation.election
    ground = terrain(territory, election)
    if ground is None:
        raise BadState("network.problem.no_terrain")
    land = masts(territory, election)
    stored, store = land.stored, WindowStore(cache / "windows")
    cells, reach = _fast(stored), RasterParams(radius_m=1000.0 * params.reach_km)
    levels: dict[str, Levels] = {}
    n_masts: dict[str, int] = {}
    kept: set[str] = set()
    computed = 0
    with ThreadPoolExecutor(N_THREADS) as threads:
        for key, operator in operators().items():
            n = on_air(stored, key).size
            if n == 0:
                continue
            with step(
                watch, Phrase.of("network.layers.work", operator=operator.name, n=n)
            ):
                raster = coverage_raster(
                    ground.grid, stored.sites, cells, reach,
                    operators=[key], store=store, executor=threads,
                )  # fmt: skip
            levels[key], n_masts[key] = raster.level[0], n
            kept |= {window for _, window in raster.windows}
            computed += raster.computed
    store.keep_only(kept)
    return NetworkLayers(
        levels, n_masts, ground.grid, situation, land.sources, params.reach_km, computed
    )


def _fast(stored: StoredSites) -> Cells:
    """Cells by which a photo goes through."""
    cells, rows = stored.cells, fast_cells(stored.cells)
    taken: dict[str, Any] = {}
    for name, column in vars(cells).items():
        is_text = isinstance(column, tuple)
        taken[name] = tuple(column[row] for row in rows) if is_text else column[rows]
    return replace(cells, **taken)


def steps_of(level: Levels) -> Steps:
    """Step of each level: 0 where none is known, 1 below the first limit, and so on."""
    limits = [10 * limit for limit in LIMITS_DBM]
    steps = 1 + np.digitize(level, limits).astype(np.uint8)
    return np.where(level == NO_LEVEL, 0, steps).astype(np.uint8)


def raster_name(key: str) -> str:
    """File of the raster of a layer."""
    return f"coverage_{key}.tif"


def layer_facts(folder: Path) -> tuple[LayerFacts, ...]:
    """Layers of a run with their sizes; raises BadState if a file is damaged."""
    return tuple(LayerFacts(**fact) for fact in _read(folder)[1]["layers"])


@lru_cache(maxsize=4)
def layer_set(folder: Path) -> LayerSet:
    """Layers of a run; runs never change, so it is read once.

    Raises BadState if a file is damaged.
    """
    table, about = _read(folder)
    made = []
    for fact in about["layers"]:
        key = fact["key"]
        counts = [
            numbers(table[f"{key}.{at}"], np.int64, 0)
            for at in range(len(LIMITS_DBM) + 2)
        ]
        name = Phrase.of("network.layers.best") if key == BEST else _name(key)
        made.append(MapLayer(key, name, np.column_stack(counts), (raster_name(key),)))
    low, middle, high = (-limit for limit in LIMITS_DBM)
    km = round(about["reach_km"])
    notes = [Phrase.of("network.layers.note.model")]
    if not about["clutter"]:
        notes.append(Phrase.of("network.layers.note.clutter"))
    notes.append(Phrase.of("network.layers.note.unknown", km=km))
    return LayerSet(
        layers=tuple(made),
        steps=(
            Phrase.of("network.layers.step.1", dbm=low),
            Phrase.of("network.layers.step.2", dbm=low, to=middle),
            Phrase.of("network.layers.step.3", dbm=middle, to=high),
            Phrase.of("network.layers.step.4", dbm=high),
        ),
        unknown=Phrase.of("network.layers.unknown", km=km),
        enough=ENOUGH,
        sentence="network.layers.sentence",
        enough_title=Phrase.of("network.layers.enough"),
        notes=tuple(notes),
        sources=tuple(about["sources"]),
        bounds=tuple(about["bounds"]),
        as_of=datetime.fromisoformat(about["as_of"]),
    )


def _name(key: str) -> str:
    known = operators().get(key)
    return key if known is None else known.name


def _read(folder: Path) -> tuple[Any, dict[str, Any]]:
    path = folder / TABLE
    table = read_columns(path)
    with reading(path):
        about: dict[str, Any] = json.loads(table.schema.metadata[ABOUT])
    return table, about
