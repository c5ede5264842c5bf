"""What the figures on a paper of this room rest on, with the day of each list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from siaga.house.words import Phrase

if TYPE_CHECKING:
    from siaga.network.state import NetworkState
    from siaga.territory.paper import PaperAsked

__all__ = ["paper_sources"]

_WHOLE_DAY = len("2024-01-25")


def paper_sources(asked: PaperAsked, state: NetworkState | None) -> tuple[Phrase, ...]:
    """The run with its moment, the lists of masts, the list of stations."""
    territory = asked.situation.territory
    election = territory.election(asked.situation.election)
    found = [Phrase.of("network.paper.computed", as_of=asked.as_of, run=asked.run.name)]
    for key in () if state is None else state.sources:
        source = territory.sources[key]
        found.append(
            Phrase.of(
                "network.paper.masts",
                title=source.title,
                publisher=source.publisher.partition(";")[0],
                day=_day(source.date),
            )
        )
    register = territory.sources[election.register_source]
    found.append(
        Phrase.of(
            "network.paper.register",
            title=register.title,
            day=election.register_known_on,
        )
    )
    return tuple(found)


def _day(text: str) -> date | str:
    """Day of a source, or what is known of it."""
    return date.fromisoformat(text) if len(text) == _WHOLE_DAY else text
