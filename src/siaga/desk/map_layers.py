"""Raster layers of rooms on the map page: choices, legend, figures, files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.urls import reverse

from siaga.readiness.room_layers import RoomLayers, room_layers
from siaga.territory.map_layers import image_path
from siaga.territory.territory import opening_moment

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from siaga.desk.here import Here
    from siaga.territory.map_layers import LayerSet, MapLayer

__all__ = ["LayerGroup", "ShownLayer", "layer_file", "layer_groups", "shown_layer"]

COLOURS = 5
"""Steps of colour of the desk; the best step of a layer has the last one."""


@dataclass(frozen=True)
class LayerGroup:
    """Choices of one room's layers, or why there are none."""

    title: str
    choices: list[tuple[str, str, bool]]
    """Value of `show`, text, whether it is shown."""
    missing: str = ""


@dataclass(frozen=True)
class ShownLayer:
    """The layer that a map shows."""

    of: RoomLayers
    found: LayerSet
    layer: MapLayer

    @property
    def key(self) -> str:
        """Value of `show`."""
        return _key(self.of, self.layer)

    @property
    def colours(self) -> list[int]:
        """Step of colour of each step, the worst first."""
        n = len(self.found.steps)
        return list(range(COLOURS - n + 1, COLOURS + 1))

    @property
    def enough(self) -> npt.NDArray[np.float64]:
        """Per cent of the land of each area that is good enough, NaN = not known."""
        share, counts = self.layer.share, self.layer.counts
        known = counts[:, 1:].sum(axis=1) > 0
        part = 100 * share[:, self.found.enough :].sum(axis=1)
        return np.where(known, part, np.nan)

    def sentence(self, stand: Here, area: str) -> str:
        """What the layer comes to in the whole province, read aloud."""
        words, share = stand.words, self.layer.share[0]
        if np.isnan(share).any():
            return words("map.layer.no_land")
        return words(
            self.found.sentence,
            name=said(stand, self.layer.name),
            area=area,
            enough=words.number(100 * float(share[self.found.enough :].sum()), 1),
            unknown=words.number(100 * float(share[0]), 1),
        )

    def columns(self, stand: Here) -> list[str]:
        """Heads of the table: good enough, each step from the best, not known."""
        steps = [stand.words(step).split(":")[0] for step in self.found.steps]
        heads = [step[:1].upper() + step[1:] for step in reversed(steps)]
        enough = stand.words(self.found.enough_title)
        return [enough, *heads, stand.words("map.layer.unknown")]

    def cells(self, stand: Here, row: int) -> list[str]:
        """Cells of an area in the table, per cent of its land."""
        share = 100 * self.layer.share[row]
        if np.isnan(share).any():
            return ["–"] * (len(share) + 1)
        enough = share[self.found.enough :].sum()
        values = [enough, *share[:0:-1], share[0]]
        return [stand.words.number(float(value), 1) for value in values]

    def legend(self) -> list[tuple[int, Any]]:
        """Step of colour and words of each step, the best first; 0 = not known."""
        steps = zip(reversed(self.colours), reversed(self.found.steps), strict=True)
        return [*steps, (0, self.found.unknown)]

    @property
    def image(self) -> str:
        """Address of the image."""
        assert self.of.run is not None
        return self._url(image_path(self.of.run.folder, self.layer.key).name)

    @property
    def files(self) -> list[str]:
        """Addresses of the files for other programs."""
        return [self._url(name) for name in self.layer.files]

    def _url(self, name: str) -> str:
        assert self.of.run is not None
        return reverse("layer", args=(self.of.room.key, self.of.run.run_id, name))


def layers_here(stand: Here) -> tuple[RoomLayers, ...]:
    """Layers of all rooms at the moment of a page."""
    return room_layers(stand.territory, stand.runs, stand.election.key, stand.as_of)


def shown_layer(found: tuple[RoomLayers, ...], asked: str) -> ShownLayer | None:
    """Layer that `show` names, None where it names none that is there."""
    for of in found:
        layers = of.found
        for layer in () if layers is None else layers.layers:
            if layers is not None and _key(of, layer) == asked:
                return ShownLayer(of, layers, layer)
    return None


def layer_groups(
    stand: Here, found: tuple[RoomLayers, ...], shown: str
) -> list[LayerGroup]:
    """Choices of every room that draws on the map."""
    return [_group(stand, of, shown) for of in found]


def _group(stand: Here, of: RoomLayers, shown: str) -> LayerGroup:
    words, module, layers = stand.words, of.room.layers, of.found
    title = words(module.TITLE)
    if layers is None:
        parts = [words(module.MISSING, options=_options(stand))]
        if _is_opening(stand):
            parts.append(words("map.layer.behind"))
        return LayerGroup(title, [], " ".join(parts))
    if not layers.layers:
        return LayerGroup(title, [], words(module.EMPTY))
    choices = []
    for layer in layers.layers:
        key = _key(of, layer)
        choices.append((key, said(stand, layer.name), key == shown))
    return LayerGroup(title, choices)


def _options(stand: Here) -> str:
    """Options of the command that makes the layers of this page."""
    options = ""
    if stand.election.key != stand.territory.province["working_election"]:
        options += f" --election {stand.election.key}"
    if stand.per:
        options += f" --as-of {stand.per}"
    return options


def _is_opening(stand: Here) -> bool:
    """Whether the page is the one at which the desk opens."""
    working = stand.territory.province["working_election"]
    opening = opening_moment(stand.territory, stand.election)
    return stand.election.key == working and stand.as_of == opening


def layer_file(of: RoomLayers, name: str) -> Path | None:
    """File of a run of layers that may be read, None for any other name."""
    if of.run is None or of.found is None:
        return None
    for layer in of.found.layers:
        image = image_path(of.run.folder, layer.key)
        if name == image.name:
            return image
        if name in layer.files:
            return of.run.folder / name
    return None


def said(stand: Here, what: Any) -> str:
    """Text of a name in the language of the page."""
    return what if isinstance(what, str) else stand.words(what)


def _key(of: RoomLayers, layer: MapLayer) -> str:
    return f"{of.room.key}.{layer.key}"
