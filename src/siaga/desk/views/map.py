"""The map: one variable at a time, a place's panel beside it, a table as its twin."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render

from siaga.desk.access import access
from siaga.desk.frame import page as framed
from siaga.desk.here import Here, here, land_now
from siaga.desk.map_layers import (
    ShownLayer,
    layer_file,
    layer_groups,
    layers_here,
    shown_layer,
)
from siaga.desk.maps import area_map, five_steps
from siaga.desk.spots import spot_link, spot_of, station_spot
from siaga.house.problems import BadInput
from siaga.readiness.board import Board, board, verdict_counts
from siaga.readiness.prepare import tiles_index
from siaga.readiness.reasons import reason_sentence
from siaga.readiness.room_layers import published_layers
from siaga.readiness.states import State, overall
from siaga.territory.areas import LEVELS
from siaga.territory.situation import Verdict
from siaga.territory.stations import VoterOrigin

if TYPE_CHECKING:
    import numpy.typing as npt
    from django.http import HttpRequest

    from siaga.readiness.room_layers import RoomLayers
    from siaga.territory.point_view import Spot

__all__ = ["layer", "page", "place", "tiles", "verdicts"]

SHOWN = ("state", "stations", "voters")
"""Variables that the map can show, one at a time."""
_IMAGES = {".png": "image/png"}
"""What a page draws; all else is a file to keep."""
RANGE_BYTES_MAX = 4_000_000
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{1,12})?")


@dataclass(frozen=True)
class Shown:
    """The variable of a map: its key and its value for every area, NaN = unknown."""

    key: str
    values: npt.NDArray[np.float64]
    layer: ShownLayer | None = None
    """Layer of a room that is drawn; then the values are its share of each area."""

    @property
    def limits(self) -> list[float] | None:
        """Limits of the steps of colour of areas, None = near the quintiles."""
        return None if self.layer is None else [20.0, 40.0, 60.0, 80.0]

    @property
    def is_share(self) -> bool:
        """Whether the values are per cent."""
        return self.key == "state" or self.layer is not None

    def title(self, stand: Here) -> str:
        """Name of the values."""
        if self.layer is None:
            return stand.words(f"map.show.{self.key}")
        what = stand.words(self.layer.found.enough_title)
        return stand.words("map.layer.still", what=what)


def _shown(request: HttpRequest, found: Board, layers: tuple[RoomLayers, ...]) -> Shown:
    """Variable that the address asks for; without one, the state if it is assessed."""
    asked = request.GET.get("show", "")
    layer = shown_layer(layers, asked)
    if layer is not None:
        return Shown(layer.key, layer.enough, layer)
    key = asked if asked in SHOWN else "state" if found.n_assessed else "stations"
    areas, stations = found.areas, found.territory.stations(found.election.key)
    n_stations = (areas.stop - areas.start).astype(np.float64)
    if key == "state":
        counts = found.all_counts
        checked = counts[:, [Verdict.READY, Verdict.AT_RISK, Verdict.NOT_READY]].sum(1)
        share = 100 * counts[:, Verdict.NOT_READY] / np.maximum(checked, 1)
        return Shown(key, np.where(checked > 0, share, np.nan))
    if key == "voters":
        known = np.where(stations.voters >= 0, stations.voters, 0)
        sums = np.concatenate(([0], np.cumsum(known)))
        voters = (sums[areas.stop] - sums[areas.start]).astype(np.float64)
        return Shown(key, np.where(n_stations > 0, voters, np.nan))
    return Shown(key, np.where(n_stations > 0, n_stations, np.nan))


@access()
def page(request: HttpRequest, language: str, election: str) -> HttpResponse:
    """Map of an election at a moment, with its table."""
    stand = here(request, language, election)
    found = board(stand.territory, stand.runs, stand.election.key, stand.as_of)
    layers = layers_here(stand)
    shown = _shown(request, found, layers)
    at_row, at_station = _at(request, stand)

    def text(row: int, value: float) -> str:
        return f"{stand.areas.name[row]}: {_value_text(stand, shown, value)}"

    name = tiles_index(stand.workspace).get(stand.election.key)
    context: dict[str, Any] = {
        "board": found,
        "shown": shown,
        "title": shown.title(stand),
        "groups": layer_groups(stand, layers, shown.key),
        "heads": _heads(stand, shown),
        "choices": [
            (key, stand.words(f"map.show.{key}"), key == shown.key) for key in SHOWN
        ],
        "sentence": _sentence(stand, found, shown),
        "map": area_map(
            stand, at_row if at_station is None else 0, shown.values, text, shown.limits
        ),
        "rows": _rows(stand, shown),
        "tiles": f"/tiles/{name}.pmtiles" if name else "",
        "bounds": _bounds(stand, at_row),
        "at_row": at_row,
        "at_station": at_station,
        "assessed": [c.state for c in found.cards if c.state.state is State.ASSESSED],
    }
    return framed(request, stand, "desk/map.html", "map", context)


def _at(request: HttpRequest, stand: Here) -> tuple[int, int | None]:
    """Area row and station row of the place that the address names (`at`)."""
    code = request.GET.get("at", "")
    if not code:
        return 0, None
    stations = stand.stations
    if code in stations.code:
        station = stations.row(code)
        return int(stand.areas.village_of_station[station]), station
    return stand.areas.row(code), None


def _sentence(stand: Here, found: Board, shown: Shown) -> str:
    """What the map says, with the figure that matters."""
    areas = stand.areas
    if shown.layer is not None:
        return shown.layer.sentence(stand, areas.name[0])
    districts = areas.rows(2)
    values = shown.values[districts]
    if np.isnan(values).all():
        return stand.words(f"map.answer.{shown.key}.unknown")
    row = int(districts[int(np.nanargmax(values))])
    return stand.words(
        f"map.answer.{shown.key}",
        area=areas.name[row],
        parent=areas.name[int(areas.parent_row[row])],
        value=_value_text(stand, shown, float(shown.values[row])),
        total=_value_text(stand, shown, float(shown.values[0])),
    )


def _value_text(stand: Here, shown: Shown, value: float) -> str:
    if value != value:
        return stand.words("map.hatch")
    if shown.is_share:
        return stand.words.number(value, 1) + " %"
    return stand.words.number(value)


def _heads(stand: Here, shown: Shown) -> list[str]:
    """Heads of the columns of the table twin."""
    layer = shown.layer
    return [shown.title(stand)] if layer is None else layer.columns(stand)


def _cells(stand: Here, shown: Shown, row: int) -> list[str]:
    if shown.layer is not None:
        return shown.layer.cells(stand, row)
    return [_value_text(stand, shown, float(shown.values[row]))]


def _rows(stand: Here, shown: Shown) -> list[dict[str, Any]]:
    """Table twin: regencies and their districts with the value of each."""
    areas = stand.areas
    return [
        {
            "code": areas.code[row],
            "name": areas.name[row],
            "level": areas.level_name(row),
            "texts": _cells(stand, shown, row),
        }
        for row in range(1, len(areas))
        if areas.level[row] in (1, 2)
    ]


def _bounds(stand: Here, row: int) -> str:
    """West, south, east and north of an area, of its parent where it has no polygon."""
    outlines = stand.territory.outlines(stand.election.key)
    for candidate in reversed(stand.areas.path(row)):
        if outlines[candidate] is not None:
            return ",".join(f"{value:.5f}" for value in outlines[candidate].bounds)
    return ""


@access()
def verdicts(request: HttpRequest, language: str, election: str) -> HttpResponse:
    """Steps of colour of areas and verdicts of stations, as digits in row order."""
    stand = here(request, language, election)
    found = board(stand.territory, stand.runs, stand.election.key, stand.as_of)
    shown = _shown(request, found, layers_here(stand))
    runs = [c.state.run.run_id for c in found.cards if c.state.run is not None]
    if shown.layer is not None and shown.layer.of.run is not None:
        runs.append(shown.layer.of.run.run_id)
    parts = [stand.territory.folder.name, *runs, shown.key, stand.as_of.isoformat()]
    etag = '"' + hashlib.sha256("|".join(parts).encode()).hexdigest()[:20] + '"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        return HttpResponseNotModified()
    n = len(stand.stations)
    verdict = overall(tuple(card.state for card in found.cards), n)
    document = {
        "areas": "".join(map(str, _steps(stand, shown).tolist())),
        "stations": (verdict + ord("0")).astype(np.uint8).tobytes().decode(),
    }
    response = JsonResponse(document)
    response["ETag"] = etag
    return response


def _steps(stand: Here, shown: Shown) -> npt.NDArray[np.uint8]:
    """Step of every area; each level has limits of its own."""
    steps = np.zeros(len(stand.areas), dtype=np.uint8)
    for level in range(len(LEVELS)):
        rows = stand.areas.rows(level)
        steps[rows] = five_steps(shown.values[rows], shown.limits)[1]
    return steps


@access()
def place(request: HttpRequest, language: str, election: str) -> HttpResponse:
    """Panel of a place: what one reads beside the map after choosing it."""
    stand = here(request, language, election)
    kind, row = request.GET.get("kind", ""), _row(request)
    limit = len(stand.stations) if kind == "station" else len(stand.areas)
    if kind not in ("area", "station") or row >= limit:
        raise BadInput("problem.place", found=f"{kind} {row}"[:40])
    found = board(stand.territory, stand.runs, stand.election.key, stand.as_of)
    context = (
        _station(stand, found, row) if kind == "station" else _area(stand, found, row)
    )
    context |= {"here": stand, "words": stand.words, "board": found, "kind": kind}
    context["spot"] = spot_link(stand, _spot(request, stand, kind, row))
    return render(request, "desk/_map_place.html", context)


def _spot(request: HttpRequest, stand: Here, kind: str, row: int) -> Spot | None:
    """Point that was chosen: that of the station, or where an area was clicked."""
    if kind == "station":
        return station_spot(stand, row)
    return spot_of(request.GET, stand) if "lat" in request.GET else None


def _row(request: HttpRequest) -> int:
    text = request.GET.get("row", "")
    if not text.isascii() or not text.isdigit() or len(text) > len("1000000000"):
        raise BadInput("problem.place", found=text[:40])
    return int(text)


def _area(stand: Here, found: Board, row: int) -> dict[str, Any]:
    areas = stand.areas
    voters = stand.stations.voters[areas.stations(row)]
    return {
        "code": areas.code[row],
        "name": areas.name[row],
        "level": areas.level_name(row),
        "n_stations": int(areas.stop[row] - areas.start[row]),
        "voters": int(voters[voters >= 0].sum()),
        "counts": verdict_counts(found.all_counts[row]),
        "path": [areas.name[r] for r in areas.path(row)[1:-1]],
    }


def _station(stand: Here, found: Board, row: int) -> dict[str, Any]:
    areas, stations = stand.areas, stand.stations
    states = tuple(card.state for card in found.cards)
    verdict = Verdict(int(overall(states, len(stations))[row]))
    assessed = [state for state in states if state.state is State.ASSESSED]
    village = int(areas.village_of_station[row])
    return {
        "code": stations.code[row],
        "number": f"{int(stations.number[row]):03d}",
        "village": areas.name[village],
        "path": [areas.name[r] for r in areas.path(village)[1:]],
        "verdict": verdict.key,
        "reasons": [reason_sentence(state, row, stand.words) for state in assessed],
        "voters": int(stations.voters[row]) if stations.voters[row] >= 0 else None,
        "estimated": stations.voters_origin[row] == VoterOrigin.ESTIMATED,
        "lat": f"{stations.lat[row]:.6f}",
        "lon": f"{stations.lon[row]:.6f}",
        "error_m": float(stations.error_m[row]),
        "has_point": bool(np.isfinite(stations.lat[row])),
    }


@access()
def tiles(request: HttpRequest, name: str) -> HttpResponse:
    """Map tiles, or the stretch of them that is asked for (PMTiles reads stretches)."""
    workspace, _ = land_now()
    path = workspace.tiles / f"{name}.pmtiles"
    if name not in tiles_index(workspace).values() or not path.is_file():
        raise Http404
    size = path.stat().st_size
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    start = int(match[1]) if match else 0
    stop = min(int(match[2]) + 1 if match and match[2] else size, size)
    if start >= stop:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if match:
        stop = min(stop, start + RANGE_BYTES_MAX)
    with path.open("rb") as file:
        file.seek(start)
        body = file.read(stop - start)
    response = HttpResponse(
        body, status=206 if match else 200, content_type="application/octet-stream"
    )
    response["Accept-Ranges"] = "bytes"
    # Tiles are compressed inside; compressing a stretch again would break its length.
    response["Content-Encoding"] = "identity"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    if match:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return response


@access()
def layer(request: HttpRequest, room: str, run: str, name: str) -> HttpResponse:
    """Image of a room's layer, or its raster for other programs; it never changes."""
    workspace, territory = land_now()
    found = published_layers(workspace, territory, room, run)
    path = None if found is None else layer_file(found, name)
    if path is None or not path.is_file():
        raise Http404
    kind = _IMAGES.get(path.suffix)
    response = HttpResponse(
        path.read_bytes(), content_type=kind or "application/octet-stream"
    )
    if kind is None:
        response["Content-Disposition"] = f'attachment; filename="{path.name}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
