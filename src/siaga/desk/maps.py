"""Server-made maps inside pages: they work without JavaScript and print well."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.territory.areas import LEVELS, AreaTree
from siaga.territory.shapes import SvgView, label_points, svg_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from siaga.desk.here import Here
    from siaga.territory.territory import Territory

__all__ = ["AreaMap", "MapShape", "area_map", "five_steps"]

WIDTH = 760
N_STEPS = 5

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MapShape:
    """One area of a map: its path, its step of colour and what it says."""

    row: int
    path: str
    step: int
    """1 to 5; 0 = unknown, hatched."""
    title: str
    url: str


@dataclass(frozen=True)
class Label:
    """A name on the map."""

    x: str
    y: str
    text: str


@dataclass(frozen=True)
class AreaMap:
    """Map of what lies in an area."""

    width: int
    height: int
    shapes: list[MapShape]
    borders: list[str]
    labels: list[Label]
    limits: list[float]
    """Upper limits of the first four steps."""


def shown_level(level: int) -> int:
    """Level of the areas that a map of an area of `level` shows: two below."""
    return min(level + 2, len(LEVELS) - 1)


@dataclass(frozen=True)
class _Drawing:
    """Geometry of a map: it depends on the land only."""

    view: SvgView
    rows: list[int]
    paths: list[str]
    borders: list[str]
    labels: list[tuple[float, float]]
    named: list[int]


@lru_cache(maxsize=2048)
def _drawing(territory: Territory, election: str, row: int) -> _Drawing | None:
    """Drawing of an area, None where it has no polygon."""
    areas, outlines = territory.areas(election), territory.outlines(election)
    level = int(areas.level[row])
    rows = [
        r for r in _below(areas, row, shown_level(level)) if outlines[r] is not None
    ]
    if not rows or outlines[row] is None:
        return None
    view = SvgView.fit(outlines[row].bounds, WIDTH, 6)
    children = areas.children(row) or [row]
    named = [r for r in children if outlines[r] is not None]
    return _Drawing(
        view, rows, svg_paths(outlines[rows], view), svg_paths(outlines[named], view),
        label_points(outlines[named], view), named,
    )  # fmt: skip


def _below(areas: AreaTree, row: int, level: int) -> list[int]:
    """Rows of the areas of `level` in an area; in depth-first order they follow it."""
    last = row + 1
    while last < len(areas) and areas.level[last] > areas.level[row]:
        last += 1
    inside = np.arange(row, last)
    found: list[int] = inside[areas.level[inside] == level].tolist()
    return found


def area_map(
    stand: Here,
    row: int,
    values: Floats,
    say: Callable[[int, float], str],
    limits: list[float] | None = None,
) -> AreaMap | None:
    """Map of an area; `values` has one entry an area (NaN = unknown), shape (n_areas,).

    None where the area has no polygon. `say` gives the text of an area and its value;
    `limits` are those of the steps, None = near the quintiles.
    """
    drawing = _drawing(stand.territory, stand.election.key, row)
    if drawing is None:
        return None
    areas = stand.areas
    limits, steps = five_steps(values[drawing.rows], limits)
    shapes = [
        MapShape(
            r,
            path,
            int(step),
            say(r, float(values[r])),
            stand.link("area", areas.code[r]),
        )
        for r, path, step in zip(drawing.rows, drawing.paths, steps, strict=True)
    ]
    labels = [
        Label(f"{x:.0f}", f"{y:.0f}", areas.label[r] or areas.name[r])
        for (x, y), r in zip(drawing.labels, drawing.named, strict=True)
    ]
    height = drawing.view.height_px
    return AreaMap(WIDTH, height, shapes, drawing.borders, labels, limits)


def five_steps(
    values: Floats, limits: list[float] | None = None
) -> tuple[list[float], npt.NDArray[np.uint8]]:
    """Upper limits of the first four of five steps and each value's step, 0 = NaN.

    Without limits they are round numbers near the quintiles, so that each step holds
    about as many areas as the others.
    """
    known = values[~np.isnan(values)]
    if known.size == 0:
        return [], np.zeros(values.shape, dtype=np.uint8)
    if limits is None:
        quintiles = np.quantile(known, [0.2, 0.4, 0.6, 0.8])
        limits = sorted({round_nicely(float(q)) for q in quintiles})
    steps = np.searchsorted(limits, values, side="left").astype(np.uint8) + 1
    steps = np.minimum(steps, N_STEPS)
    steps[np.isnan(values)] = 0
    return limits, steps


def round_nicely(value: float) -> float:
    """Value rounded to two significant digits.

    >>> round_nicely(1234.0), round_nicely(0.0)
    (1200.0, 0.0)
    """
    if value == 0:
        return 0.0
    digits = 1 - int(np.floor(np.log10(abs(value))))
    return round(value, digits)


def spread(rows: Sequence[int], values: Floats, n_areas: int) -> Floats:
    """Values of some areas as an array over all, NaN elsewhere."""
    whole = np.full(n_areas, np.nan)
    whole[list(rows)] = values
    return whole
