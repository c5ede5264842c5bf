"""Signal at one point of the map: its link to the mast that serves it, as a view.

The only thing of this room that is computed for a page: the nearest masts of each
operator and one path in full, some milliseconds. A station's masts are read from the
run.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from siaga.house.params import make_params
from siaga.house.problems import BadInput, reading
from siaga.house.words import Phrase
from siaga.network.inputs import masts, terrain
from siaga.network.link_chart import link_chart
from siaga.network.link_panel import (
    Enough,
    Place,
    Sight,
    link_view,
    serving_cells,
)
from siaga.network.link_tables import (
    masts_table,
    operator_name,
    parts_table,
    profile_table,
)
from siaga.network.operators import operators
from siaga.network.params import AssessParams
from siaga.network.state import network_state
from siaga.territory.point_view import Choice, PointView

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.network.inputs import Masts
    from siaga.network.link_panel import LinkView, Serving
    from siaga.territory.point_view import Spot
    from siaga.territory.situation import Situation

__all__ = ["CHOICE", "point_view"]

CHOICE = "operator"
_TITLE = Phrase.of("network.point.title")


def point_view(
    situation: Situation, run: Path | None, spot: Spot, choice: str
) -> PointView:
    """Link of a point to the best mast, or to that of the operator of the choice.

    Raises BadInput for an operator that is none, BadState for a damaged file.
    """
    if choice and choice not in operators():
        known = ", ".join(operators())
        raise BadInput("problem.network.operator", found=choice[:40], expected=known)
    if not np.isfinite(spot.lat):
        return _only("no_point")
    ground = terrain(situation.territory, situation.election)
    if ground is None:
        return _only("no_terrain")
    land, params = masts(situation.territory, situation.election), _params(run)
    place = Place(spot.lat, spot.lon, spot.error_m)
    known_rows = _masts_of_run(run, spot.station_row, land)
    found = serving_cells(ground.grid, land.stored, place, params, known_rows)
    shown = next((one for one in found if choice in ("", one.operator)), None)
    if shown is None:
        return _without_mast(found, land, params, choice)
    view = link_view(ground.grid, land.stored, place, shown)
    sentence = _sentence(view, params)
    return PointView(
        _TITLE,
        sentence,
        _notes(view, land, params),
        link_chart(view, sentence),
        (
            parts_table(view, land.stored, params),
            masts_table(found, land.stored, land.sources),
        ),
        (profile_table(view),),
        _choices(found, shown.operator),
    )


def _only(key: str) -> PointView:
    return PointView(_TITLE, Phrase.of(f"network.link.sentence.{key}"))


def _without_mast(
    found: tuple[Serving, ...], land: Masts, params: AssessParams, choice: str
) -> PointView:
    """View of a point with no mast within reach: an empty map is not a dark land."""
    sentence = Phrase.of("network.link.sentence.no_mast", km=round(params.reach_km))
    if choice:
        name = operator_name(choice)
        sentence = Phrase.of(
            "network.link.sentence.no_mast_of", km=round(params.reach_km), operator=name
        )
    return PointView(
        _TITLE,
        sentence,
        (Phrase.of("network.link.note.no_mast"),),
        tables=(masts_table(found, land.stored, land.sources),),
        choices=_choices(found, ""),
    )


def _choices(found: tuple[Serving, ...], current: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.operator, operator_name(one.operator), one.operator == current)
        for one in found
    )


@lru_cache(maxsize=8)
def _params(run: Path | None) -> AssessParams:
    """Parameters of a run; those that the room comes with where there is none."""
    if run is None:
        return AssessParams()
    path = run / "manifest.json"
    with reading(path):
        used = json.loads(path.read_text(encoding="utf-8"))["params"]
    return make_params(AssessParams, used)


def _masts_of_run(
    run: Path | None, row: int | None, land: Masts
) -> dict[str, int] | None:
    """Site row of each operator that the run found for a station.

    None where there is none to read, or where the list of masts has changed since.
    """
    if run is None or row is None:
        return None
    cover, sites = network_state(run).coverage, land.stored.sites
    known = dict(zip(cover.operators, cover.site_row[row].tolist(), strict=True))
    same = all(
        site < len(sites) and sites.operator[site] == key
        for key, site in known.items()
        if site >= 0
    )
    return known if same else None


def _sentence(view: LinkView, params: AssessParams) -> Phrase:
    found = view.obstacle
    enough = view.serving.enough(params).value
    values = {
        "operator": operator_name(view.serving.operator),
        "level": round(view.serving.level_dbm),
        "enough": Phrase.of(f"network.link.enough.{enough}"),
    }
    if view.sight is not Sight.CLEAR:
        values["thing"] = Phrase.of(
            f"network.link.thing.{found.thing.value}",
            height_m=round(found.top_m),
            km=found.distance_m / 1000,
        )
    return Phrase.of(f"network.link.sentence.{view.sight.value}", **values)


def _notes(view: LinkView, land: Masts, params: AssessParams) -> tuple[Phrase, ...]:
    """What a reader must know before acting on the sentence."""
    serving, sites = view.serving, land.stored.sites
    found = []
    sure = serving.enough(params) is Enough.YES
    if view.sight is Sight.MAYBE and not sure:
        error_m = max(round(view.obstacle.error_m), 1)
        found.append(Phrase.of("network.link.note.maybe", error_m=error_m))
    if serving.up_db < serving.down_db and not sure:
        found.append(Phrase.of("network.link.note.up", up_db=round(serving.up_db)))
    if land.stored.crowd[serving.site_row]:
        found.append(
            Phrase.of(
                "network.link.note.crowd",
                works=round(100 * serving.works),
                error_m=round(float(sites.error_m[serving.site_row])),
            )
        )
    if view.outside > 0:
        share = max(round(100 * view.outside), 1)
        found.append(Phrase.of("network.link.note.outside", share=share))
    return tuple(found)
