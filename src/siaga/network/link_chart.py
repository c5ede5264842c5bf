"""Drawing of a link: terrain with its error, Fresnel zone, antennas, what stands there.

The ground is drawn over the curved earth, as the ray meets it: a straight ray is a
straight line. Heights at both ends are those above the sea.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siaga.house.words import Phrase
from siaga.network.link_panel import Sight, fresnel_radius_m
from siaga.territory.point_view import Band, Chart, Curve, Mark, Role

if TYPE_CHECKING:
    from siaga.network.link_panel import Floats, LinkView

__all__ = ["CORE", "link_chart"]

CORE = 0.6
"""Share of the first Fresnel zone that must be free for the loss of free space."""
HEAD_ROOM = 0.22
"""Of the height, for the names of the marks."""
FOOT_ROOM = 0.06
LEAST_HEIGHT_M = 20.0
SMOOTH = 64
"""Points from which a curve looks like one."""


def link_chart(view: LinkView, sentence: Phrase) -> Chart:
    """Chart of a link from the place on the left to the mast on the right."""
    at_m = _drawn_at_m(view)

    def along(values: Floats) -> Floats:
        return np.interp(at_m, view.distance_m, values)

    far_m = view.distance_m[-1]
    ground, error = along(view.ground_m + view.bulge_m), along(view.error_m)
    low, high = ground - error, ground + error
    sight = along(view.sight_m)
    radius = fresnel_radius_m(at_m, far_m - at_m, view.serving.frequency_mhz)
    bottom = float(low.min())
    top = max(float((sight + radius).max()), float(max(high.max(), view.top_m.max())))
    tall = max(top - bottom, LEAST_HEIGHT_M)
    y_range = bottom - FOOT_ROOM * tall, bottom + (1 + HEAD_ROOM) * tall
    floor = ground * 0 + y_range[0]
    bands = [
        _band(Role.ZONE, sight - radius, sight + radius, "zone"),
        _band(Role.CORE, sight - CORE * radius, sight + CORE * radius, "core"),
        _band(Role.GROUND, floor, ground, "ground"),
        _band(Role.DOUBT, low, high, "doubt"),
    ]
    if view.clutter_m.any():
        bands.append(_band(Role.COVER, ground, along(view.top_m), "clutter"))
    return Chart(
        sentence,
        _description(view),
        at_m / 1000,
        Phrase.of("network.link.chart.x"),
        Phrase.of("network.link.chart.y"),
        y_range,
        tuple(bands),
        (Curve(Role.SIGHT, sight, Phrase.of("network.link.chart.sight")),),
        _marks(view),
    )


def _drawn_at_m(view: LinkView) -> Floats:
    """Distances at which curves are drawn: a short profile has too few for a curve."""
    if len(view.distance_m) >= SMOOTH:
        return view.distance_m
    even = np.linspace(0.0, view.distance_m[-1], SMOOTH)
    return np.union1d(view.distance_m, even)


def _band(role: Role, low: Floats, high: Floats, key: str) -> Band:
    return Band(role, low, high, Phrase.of(f"network.link.chart.{key}"))


def _marks(view: LinkView) -> tuple[Mark, ...]:
    ends = [
        Mark(
            Role.END,
            float(view.distance_m[row]) / 1000,
            float(view.sight_m[row]),
            Phrase.of(f"network.link.chart.{key}", height_m=round(antenna)),
            float(view.ground_m[row]),
        )
        for row, key, antenna in (
            (0, "here", 0.0),
            (-1, "mast", view.serving.height_m),
        )
    ]
    if view.sight is Sight.CLEAR:
        return tuple(ends)
    found = view.obstacle
    role = Role.OBSTACLE if view.sight is Sight.BLOCKED else Role.NOTE
    label = Phrase.of("network.link.chart.obstacle", height_m=round(found.top_m))
    top = float(view.top_m[found.row])
    return (*ends, Mark(role, found.distance_m / 1000, top, label))


def _description(view: LinkView) -> Phrase:
    """Say the picture to those who cannot see it."""
    return Phrase.of(
        "network.link.chart.description",
        km=float(view.distance_m[-1]) / 1000,
        low=round(float(view.ground_m.min())),
        high=round(float(view.ground_m.max())),
        error_m=round(float(view.error_m.max())),
        here=round(float(view.sight_m[0])),
        mast=round(float(view.sight_m[-1])),
        radius_m=round(float(view.fresnel_m.max())),
    )
