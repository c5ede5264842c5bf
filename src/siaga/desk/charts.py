"""Server-made charts: shapes that stretch with the panel, words that keep their size.

The shapes lie in an SVG of their own that is stretched in both directions; words stand
beside it at shares of the width, in px of the page: readable at any width, in both
themes and on paper, without a script.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from siaga.territory.point_view import Role

if TYPE_CHECKING:
    from siaga.house.words import Words
    from siaga.territory.point_view import Chart, Floats, Mark

__all__ = ["DrawnChart", "drawn"]

TOP_PX, PLOT_PX, FOOT_PX = 8, 232, 40
LEFT_PC, WIDE_PC = 8.0, 90.0
"""Plot within the width: room for the numbers of the y axis."""
UNITS = 1000
"""Of the stretched drawing, in both directions."""
X_TICKS, Y_TICKS = 5, 4
LINE_PX = 17
LABEL_PC = 38.0
"""Width that a label may take on a phone."""
_ZONES = (Role.ZONE, Role.CORE)
SIDE = 0.3
"""A label this near a side of the plot is written inwards."""


@dataclass(frozen=True)
class Shape:
    """Path of the stretched drawing; its class is the part that it plays."""

    role: str
    path: str


@dataclass(frozen=True)
class Tick:
    """A value of an axis: where it stands and its text."""

    at: str
    text: str


@dataclass(frozen=True)
class DrawnMark:
    """A mark with its name beside it."""

    role: str
    x: str
    y: str
    foot: str
    """Empty where it stands on nothing."""
    text: str
    text_y: str
    anchor: str
    dx: int


@dataclass(frozen=True)
class DrawnChart:
    """A chart as texts and paths."""

    title: str
    description: str
    height: int
    top: int
    plot: int
    left: str
    width: str
    right: str
    areas: list[Shape]
    edges: list[Shape]
    """Outlines of zones, over all areas."""
    lines: list[Shape]
    marks: list[DrawnMark]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    x_title: str
    y_title: str
    legend: list[tuple[str, str]]
    """Role and name of what is drawn."""


def drawn(chart: Chart, words: Words) -> DrawnChart:
    """Chart in the language of a page."""
    areas = [
        Shape(band.role.value, _area(chart, band.low, band.high))
        for band in chart.bands
    ]
    lines = [Shape(curve.role.value, _line(chart, curve.y)) for curve in chart.curves]
    named = [(one.role, one.label) for one in chart.bands]
    named += [(one.role, one.label) for one in chart.curves]
    low, high = float(chart.x[0]), float(chart.x[-1])
    return DrawnChart(
        title=words(chart.title),
        description=words(chart.description),
        height=TOP_PX + PLOT_PX + FOOT_PX,
        top=TOP_PX,
        plot=PLOT_PX,
        left=f"{LEFT_PC:g}%",
        width=f"{WIDE_PC:g}%",
        right=f"{LEFT_PC + WIDE_PC:g}%",
        areas=areas,
        edges=[shape for shape in areas if shape.role in _ZONES],
        lines=lines,
        marks=_marks(chart, words),
        x_ticks=[
            Tick(_x(chart, value), words.number(value, decimals))
            for value, decimals in ticks(low, high, X_TICKS)
        ],
        y_ticks=[
            Tick(_y(chart, value), words.number(value, decimals))
            for value, decimals in ticks(*chart.y_range, Y_TICKS)
        ],
        x_title=words(chart.x_title),
        y_title=words(chart.y_title),
        legend=[(role.value, words(label)) for role, label in named],
    )


def ticks(low: float, high: float, most: int) -> list[tuple[float, int]]:
    """Round values between two ends, at most `most` + 1, with decimals to show.

    >>> ticks(0.0, 7.3, 5)
    [(0.0, 0), (2.0, 0), (4.0, 0), (6.0, 0)]
    >>> ticks(-0.2, 0.32, 4)
    [(-0.2, 1), (0.0, 1), (0.2, 1)]
    """
    step = 10.0 ** math.floor(math.log10((high - low) / most))
    for times in (1, 2, 5, 10):
        if (high - low) / (times * step) <= most:
            step *= times
            break
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(at * step + 0.0, decimals) for at in range(first, last + 1)]


def _share(chart: Chart, x: float) -> float:
    return float((x - chart.x[0]) / (chart.x[-1] - chart.x[0]))


def _x(chart: Chart, x: float) -> str:
    return f"{LEFT_PC + WIDE_PC * _share(chart, x):.2f}%"


def _y_px(chart: Chart, y: float) -> float:
    low, high = chart.y_range
    return TOP_PX + PLOT_PX * (high - y) / (high - low)


def _y(chart: Chart, y: float) -> str:
    return f"{_y_px(chart, y):.1f}"


def _points(chart: Chart, y: Floats) -> list[str]:
    low, high = chart.y_range
    across = UNITS * (chart.x - chart.x[0]) / (chart.x[-1] - chart.x[0])
    down = UNITS * np.clip((high - y) / (high - low), -0.2, 1.2)
    return [
        f"{a:.1f} {d:.1f}" for a, d in zip(across.tolist(), down.tolist(), strict=True)
    ]


def _line(chart: Chart, y: Floats) -> str:
    return "M" + "L".join(_points(chart, y))


def _area(chart: Chart, low: Floats, high: Floats) -> str:
    return "M" + "L".join(_points(chart, high) + _points(chart, low)[::-1]) + "Z"


def _marks(chart: Chart, words: Words) -> list[DrawnMark]:
    """Marks with names that do not run into each other or out of the plot."""
    placed: list[tuple[float, float]] = []
    found = []
    for mark in chart.marks:
        share = _share(chart, mark.x)
        middle, text_y = _name_at(chart, mark, share, placed)
        placed.append((middle, text_y))
        foot = "" if mark.foot is None else _y(chart, mark.foot)
        found.append(
            DrawnMark(
                mark.role.value, _x(chart, mark.x), _y(chart, mark.y), foot,
                words(mark.label), f"{text_y:.1f}", *_anchor(share),
            )
        )  # fmt: skip
    return found


def _anchor(share: float) -> tuple[str, int]:
    if share < SIDE:
        return "start", 2
    return ("end", -2) if share > 1 - SIDE else ("middle", 0)


def _name_at(
    chart: Chart, mark: Mark, share: float, placed: list[tuple[float, float]]
) -> tuple[float, float]:
    """Middle of a mark's name in per cent of the width, and its line in px."""
    x = LEFT_PC + WIDE_PC * share
    anchor, _ = _anchor(share)
    middle = {"start": x + LABEL_PC / 2, "middle": x, "end": x - LABEL_PC / 2}[anchor]
    above = mark.role in (Role.OBSTACLE, Role.NOTE)
    y = _y_px(chart, mark.y) - (14 if above else 11)
    for other_x, other_y in sorted(placed, key=lambda one: -one[1]):
        if abs(other_x - middle) < LABEL_PC and abs(other_y - y) < LINE_PX:
            y = other_y - LINE_PX
    return middle, max(y, TOP_PX + 12.0)
