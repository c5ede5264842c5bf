"""Sources: where a figure comes from. Every table names one, by row or as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siaga.house.problems import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["KINDS", "Source", "Sources"]

KINDS = (
    "official",
    "published",
    "measured",
    "reported",
    "volunteer",
    "derived",
    "synthetic",
)
"""Kinds of a source, the strongest first."""


@dataclass(frozen=True, slots=True)
class Source:
    """One source: what it is, who published it when, under which licence."""

    key: str
    kind: str
    title: str
    publisher: str
    date: str
    """ISO day, month or year as precise as it is known; empty = not stated."""
    licence: str
    derived: str
    """How the rows were derived from it; empty = as they are."""


class Sources:
    """All sources of a province by key."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        """Sources by key."""
        self._sources = dict(sources)

    def __getitem__(self, key: str) -> Source:
        """Source of a key; raises NotFound."""
        try:
            return self._sources[key]
        except KeyError:
            raise NotFound("problem.no_source", source=key) from None

    def __iter__(self) -> Iterator[Source]:
        """All sources in the order of the file."""
        return iter(self._sources.values())

    def __len__(self) -> int:
        """How many sources there are."""
        return len(self._sources)
