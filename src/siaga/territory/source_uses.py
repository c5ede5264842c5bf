"""What rests on each source: which tables name it, and how often."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from siaga.house.rooms import built_rooms
from siaga.house.tables import texts
from siaga.house.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.house.rooms import Room
    from siaga.territory.elections import Election
    from siaga.territory.territory import Territory

__all__ = ["room_sources", "source_uses"]

_LAND = ("villages", "islands", "places", "figures", "area_links", "holidays")
"""Tables of the land, shown at any moment, whose rows name a source each."""
ALWAYS = datetime.max.replace(tzinfo=UTC)


@lru_cache(maxsize=16)
def source_uses(
    territory: Territory, as_of: datetime = ALWAYS
) -> dict[str, tuple[Phrase, ...]]:
    """Uses of each source that anything known at a moment names, by its key.

    The register is shown with its date at any moment; claims and results are not.
    """
    found: dict[str, list[Phrase]] = defaultdict(list)
    uses = (_land(territory, as_of), _elections(territory, as_of), _rooms(territory))
    for key, use in chain(*uses):
        found[key].append(use)
    return {key: tuple(uses) for key, uses in found.items()}


def _land(territory: Territory, as_of: datetime) -> Iterator[tuple[str, Phrase]]:
    said = Counter(c.source for c in territory.claims if c.known_at <= as_of)
    for key, n in said.items():
        yield key, Phrase.of("source.use.claims", n=n)
    for table in _LAND:
        count = Counter(row["source"] for row in territory.land_rows(table))
        for key, n in count.items():
            yield key, Phrase.of(f"source.use.{table}", n=n)


def _rooms(territory: Territory) -> Iterator[tuple[str, Phrase]]:
    """What rooms brought into the import: land too, whatever the moment."""
    for room in built_rooms():
        if room.part is not None:
            yield from room.part.uses(territory)


def _elections(territory: Territory, as_of: datetime) -> Iterator[tuple[str, Phrase]]:
    for key, election in territory.elections.items():
        name = election.name
        yield election.register_source, Phrase.of("source.use.register", election=name)
        voters = Counter(s for s in territory.stations(key).voters_source if s)
        for source, n in voters.items():
            yield source, Phrase.of("source.use.voters", election=name, n=n)
        yield from _results(territory, election, as_of)
        stages = Counter(stage.source for stage in territory.calendar(key))
        for source, n in stages.items():
            yield source, Phrase.of("source.use.calendar", election=name, n=n)


def _results(
    territory: Territory, election: Election, as_of: datetime
) -> Iterator[tuple[str, Phrase]]:
    """Result files, and the sources that single rows of them name."""
    for result in election.results:
        if result.known_at > as_of:
            continue
        values = {"election": election.name, "race": election.race(result.race).name}
        yield result.source, Phrase.of("source.use.results", **values)
        # While the figures are closed, not even their sources are counted here.
        table = (
            territory.result_table(election.key, result.race, result.source, "areas")
            if election.figures_open
            else None
        )
        if table is not None and "source" in table.column_names:
            rows = Counter(source for source in texts(table["source"]) if source)
            for source, n in rows.items():
                yield source, Phrase.of("source.use.result_rows", n=n, **values)


def room_sources(
    territory: Territory, room: Room, as_of: datetime = ALWAYS
) -> list[str]:
    """Keys of the sources of a room's claims and of the results that it reads.

    Only what was known at a moment.
    """
    topics = {
        topic.key for topic in territory.topics.values() if topic.room == room.key
    }
    count = Counter(
        claim.source
        for claim in territory.claims
        if claim.topic in topics and claim.known_at <= as_of
    )
    found = [source for source, _ in count.most_common()]
    if any(pattern.startswith("results/") for pattern in room.reads):
        results = [
            result.source
            for election in territory.elections.values()
            for result in election.results
            if result.known_at <= as_of
        ]
        found += [source for source in dict.fromkeys(results) if source not in found]
    if room.part is not None:
        brought = dict.fromkeys(key for key, _ in room.part.uses(territory))
        found += [source for source in brought if source not in found]
    return found
