"""Elections: dates, races, result files and the moments people look back at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siaga.house.problems import NotFound

if TYPE_CHECKING:
    from datetime import date, datetime

    from siaga.house.words import Text

__all__ = ["Election", "Moment", "Race", "ResultFile"]


@dataclass(frozen=True)
class Race:
    """One ballot of an election and its candidates by number."""

    key: str
    name: Text
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class ResultFile:
    """Results of one race by one source."""

    race: str
    source: str
    file: str
    """Path below the election's folder."""
    known_at: datetime
    """When this source could first be read."""
    primary: bool
    """Whether the race is assessed from this source unless another is asked for."""


@dataclass(frozen=True)
class Moment:
    """A named moment of an election, offered as an as-of time."""

    at: datetime
    label: Text


@dataclass(frozen=True)
class Election:
    """One election as its folder declares it."""

    key: str
    name: Text
    kind: str
    """`pemilu` or `pilkada`."""
    voting_day: date
    station_limit: int
    """Most voters that a station may have."""
    figures_open: bool
    """False while candidate figures belong to KPU alone (Law 7/2017; DESIGN 7)."""
    register_known_on: date
    register_source: str
    register_stations: int | None
    """Official number of stations where no list of them is known."""
    races: tuple[Race, ...]
    results: tuple[ResultFile, ...]
    moments: tuple[Moment, ...]

    def race(self, key: str | None = None) -> Race:
        """Race of a key, the first one without; raises NotFound."""
        for race in self.races:
            if key in (None, race.key):
                return race
        raise NotFound("problem.no_race", race=str(key), election=self.key)

    def result(self, race: str, source: str | None = None) -> ResultFile:
        """Result file of a race and source (the primary one without a source).

        Raises NotFound.
        """
        for result in self.results:
            wanted = result.primary if source is None else result.source == source
            if result.race == race and wanted:
                return result
        raise NotFound(
            "problem.no_result", race=race, source=source or "-", election=self.key
        )
