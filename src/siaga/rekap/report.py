"""Tables of the votes: sources side by side, the rules counted, the tally by area.

Results of each source stay apart. What a source printed for an area stands beside what
the stations add up to and is never summed itself.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from siaga.house.words import Phrase, Text
from siaga.rekap.assess import printed_voters
from siaga.rekap.model import UNKNOWN, Results
from siaga.rekap.results import station_results
from siaga.rekap.rules import Finding, check
from siaga.rekap.tally import Tally, sources_known, tally
from siaga.territory.report import Cell, Column, ReportTable
from siaga.territory.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from siaga.territory.elections import Race
    from siaga.territory.territory import Territory

__all__ = ["room_tables", "station_tables"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = (
    "valid", "invalid", "total",
    "voters", "users_dpt", "users_dptb", "users_dpk", "users",
)  # fmt: skip
"""Counts of a form besides the votes, in its order."""
_ALL = ("valid", "invalid", "total")
_VOLUNTEER = "volunteer"


def station_tables(
    situation: Situation, row: int, run: Path | None
) -> list[ReportTable]:
    """Of each race, the figures of all sources side by side for one station."""
    territory, election, as_of = (
        situation.territory,
        situation.election,
        situation.as_of,
    )
    races = territory.election(election).races
    return [_station_table(territory, election, race, as_of, row) for race in races]


def room_tables(
    situation: Situation, area_row: int, run: Path | None
) -> list[ReportTable]:
    """Tally, rules and disagreements of every race within an area."""
    territory, election, as_of = (
        situation.territory,
        situation.election,
        situation.as_of,
    )
    tables = []
    for race in territory.election(election).races:
        tables.append(_tally_table(territory, election, race, as_of, area_row))
        by_station = _by_station(territory, election, race, as_of)
        if by_station:
            tables.append(_rules_table(territory, election, race, by_station, area_row))
        for pair in combinations(by_station, 2):
            tables.append(_pair_table(territory, election, race, pair, area_row))
    return tables


# Read once: results of a source never change within one import.


@lru_cache(maxsize=16)
def _results(
    territory: Territory, election: str, race: str, source: str
) -> Results | None:
    known_at = territory.election(election).result(race, source).known_at
    return station_results(territory, election, race, source, known_at)


@lru_cache(maxsize=16)
def _findings(
    territory: Territory, election: str, race: str, source: str
) -> tuple[Finding, ...]:
    results = _results(territory, election, race, source)
    assert results is not None
    known_at = territory.election(election).result(race, source).known_at
    return check(results, printed_voters(Situation(territory, election, known_at)))


@lru_cache(maxsize=16)
def _tally(territory: Territory, election: str, race: str, source: str) -> Tally | None:
    known_at = territory.election(election).result(race, source).known_at
    return tally(territory, election, race, source, known_at)


def _by_station(
    territory: Territory, election: str, race: Race, as_of: datetime
) -> list[Results]:
    """Results of the sources that speak of stations, the primary one first."""
    known = sources_known(territory, election, race.key, as_of)
    found = [_results(territory, election, race.key, source) for source in known]
    return [results for results in found if results is not None]


def _title(key: str, race: Race) -> Phrase:
    return Phrase.of(f"rekap.report.{key}", race=race.name)


def _head(territory: Territory, source: str) -> Text:
    """Name of a source for a head: its title up to a colon or bracket."""
    title = re.split(r": | \(", territory.sources[source].title)[0]
    return Text(title, title)


def _tag(territory: Territory, source: str) -> Phrase | None:
    kind = territory.sources[source].kind
    return Phrase.of(f"source.kind.{kind}") if kind == _VOLUNTEER else None


def _count(value: int) -> int | None:
    return None if value == UNKNOWN else int(value)


# One station


def _station_table(
    territory: Territory, election: str, race: Race, as_of: datetime, row: int
) -> ReportTable:
    by_station = _by_station(territory, election, race, as_of)
    if not by_station:
        return ReportTable(
            _title("sources", race), empty=Phrase.of("rekap.report.no_source")
        )
    rows = [_votes_row(race, by_station, at, row) for at in range(len(race.candidates))]
    for name in _FORM:
        values = [_count(results.count(name)[row]) for results in by_station]
        if any(name in results.counts for results in by_station):
            rows.append(_row(Phrase.of(f"rekap.report.{name}"), values))
    sources = tuple(results.source for results in by_station)
    if all(cell.value is None for cells in rows for cell in cells[1:]):
        empty = Phrase.of("rekap.report.station_empty")
        return ReportTable(_title("sources", race), sources=sources, empty=empty)
    stamps = [_stamp(results, row) for results in by_station]
    if any(stamps):
        label = Cell(Phrase.of("rekap.report.changed_at"))
        rows.append((label, *(Cell(stamp) for stamp in stamps)))
    others = _area_sources(territory, election, race, as_of)
    remarks = [Phrase.of("rekap.report.stamp_remark")] if any(stamps) else []
    if others:
        names = ", ".join(_head(territory, source).id for source in others)
        remarks.append(Phrase.of("rekap.report.area_only", sources=names))
    return ReportTable(
        _title("sources", race),
        (Column(Phrase.of("rekap.report.form"), False), *_columns(territory, sources)),
        tuple(rows),
        remarks=tuple(remarks),
        sources=sources,
    )


def _columns(territory: Territory, sources: Sequence[str]) -> list[Column]:
    return [Column(_head(territory, source)) for source in sources]


def _votes_row(
    race: Race, by_station: list[Results], at: int, row: int
) -> tuple[Cell, ...]:
    number = race.candidates[at]
    values = [
        _count(results.votes[row, results.candidates.index(number)])
        if number in results.candidates
        else None
        for results in by_station
    ]
    return _row(Phrase.of("rekap.report.candidate", number=number), values)


def _row(label: Phrase, values: list[int | None]) -> tuple[Cell, ...]:
    known = {value for value in values if value is not None}
    differs = len(known) > 1
    return (Cell(label), *(Cell(v, differs=differs and v is not None) for v in values))


def _stamp(results: Results, row: int) -> datetime | None:
    stamp_us = int(results.changed_at_us[row])
    return None if stamp_us < 0 else _EPOCH + timedelta(microseconds=stamp_us)


def _area_sources(
    territory: Territory, election: str, race: Race, as_of: datetime
) -> list[str]:
    """Sources that speak of areas only."""
    known = sources_known(territory, election, race.key, as_of)
    return [s for s in known if _results(territory, election, race.key, s) is None]


# An area


def _tally_table(
    territory: Territory, election: str, race: Race, as_of: datetime, area_row: int
) -> ReportTable:
    """Votes of an area and of those below it: one row a source that speaks of it."""
    known = sources_known(territory, election, race.key, as_of)
    found = [_tally(territory, election, race.key, source) for source in known]
    tallies = [one for one in found if one is not None]
    if not tallies:
        return ReportTable(
            _title("tally", race), empty=Phrase.of("rekap.report.no_source")
        )
    areas = territory.areas(election)
    rows: list[tuple[Cell, ...]] = []
    shown = set()
    for area in (area_row, *areas.children(area_row)):
        speaking = [one for one in tallies if (one.votes[area] != UNKNOWN).any()]
        for nth, one in enumerate(t for t in speaking if _anything(t, area)):
            shown.add(one.source)
            link = areas.code[area] if area != area_row else ""
            rows.append(
                (
                    Cell(areas.name[area], repeats=nth > 0, area=link),
                    *_tally_cells(territory, election, one, area),
                )
            )
    counts = [Column(Phrase.of(f"rekap.report.{name}")) for name in _ALL]
    candidates = [Column(number) for number in race.candidates]
    return ReportTable(
        _title("tally", race),
        (
            Column(Phrase.of("rekap.report.area"), False),
            Column(Phrase.of("rekap.report.source"), False),
            *candidates, *counts,
            Column(Phrase.of("rekap.report.covered")),
        ),
        tuple(rows),
        note=Phrase.of("rekap.report.tally_note"),
        remarks=(Phrase.of("rekap.report.tally_remark"),),
        sources=tuple(one.source for one in tallies if one.source in shown),
        empty=Phrase.of("rekap.report.no_tally"),
        key=f"tally-{race.key}",
    )  # fmt: skip


def _anything(one: Tally, area: int) -> bool:
    """Whether a source knows a result within an area: an empty sum is no result."""
    return not one.by_station or int(one.votes_known[area]) > 0


def _tally_cells(
    territory: Territory, election: str, one: Tally, area: int
) -> list[Cell]:
    known, n = int(one.votes_known[area]), int(one.n_stations[area])
    cells = [Cell(_head(territory, one.source), tag=_tag(territory, one.source))]
    cells += [Cell(_count(value)) for value in one.votes[area]]
    for name in _ALL:
        values = one.counts.get(name)
        value = None if values is None else _count(values[area])
        tag = None
        if one.by_station and value is not None:
            n_known = _n_known(territory, election, one, name, area)
            value = value if n_known else None
            # A sum over other stations than the votes beside it must say so.
            tag = (
                Phrase.of("rekap.report.of_stations", n=n_known)
                if 0 < n_known != known
                else None
            )
        cells.append(Cell(value, tag=tag))
    if one.by_station or known >= 0:
        cells.append(Cell(Phrase.of("rekap.report.known_of", known=known, n=n)))
    else:
        cells.append(Cell(Phrase.of("rekap.report.printed")))
    return cells


def _n_known(
    territory: Territory, election: str, one: Tally, name: str, area: int
) -> int:
    """Stations of an area of which a source gives a count."""
    results = _results(territory, election, one.race, one.source)
    assert results is not None
    counts = results.count(name)[territory.areas(election).stations(area)]
    return int(np.count_nonzero(counts != UNKNOWN))


def _rules_table(
    territory: Territory,
    election: str,
    race: Race,
    by_station: list[Results],
    area_row: int,
) -> ReportTable:
    inside = territory.areas(election).stations(area_row)
    rows = []
    for results in by_station:
        for finding in _findings(territory, election, race.key, results.source):
            checkable = int(finding.checkable[inside].sum())
            broken = int(finding.broken[inside].sum())
            share = 100 * broken / checkable if checkable else None
            rows.append(
                (
                    Cell(Phrase.of(f"rekap.rule.{finding.rule.key}")),
                    Cell(
                        _head(territory, results.source),
                        tag=_tag(territory, results.source),
                    ),
                    Cell(checkable),
                    Cell(broken if checkable else None),
                    Cell(share, decimals=1),
                )
            )
    heads = ("rule", "source", "checkable", "broken", "share")
    return ReportTable(
        _title("rules", race),
        tuple(
            Column(Phrase.of(f"rekap.report.{h}"), i > 1) for i, h in enumerate(heads)
        ),
        tuple(rows),
        remarks=(Phrase.of("rekap.report.rules_remark"),),
        sources=tuple(results.source for results in by_station),
        key=f"rules-{race.key}",
    )


def _pair_table(
    territory: Territory,
    election: str,
    race: Race,
    pair: tuple[Results, Results],
    area_row: int,
) -> ReportTable:
    """How many stations two sources both know, and in how many a candidate differs."""
    areas, (one, other) = territory.areas(election), pair
    rows = []
    for area in (area_row, *areas.children(area_row)):
        inside = areas.stations(area)
        both = ((one.votes[inside] >= 0) & (other.votes[inside] >= 0)).all(axis=1)
        differ = (one.votes[inside] != other.votes[inside]).any(axis=1) & both
        n_both, n_differ = int(np.count_nonzero(both)), int(np.count_nonzero(differ))
        share = 100 * n_differ / n_both if n_both else None
        link = areas.code[area] if area != area_row else ""
        figures = (
            Cell(n_both),
            Cell(n_differ if n_both else None),
            Cell(share, decimals=2),
        )
        rows.append((Cell(areas.name[area], area=link), *figures))
    heads = ("area", "both", "differ", "share")
    names = [_head(territory, results.source) for results in pair]
    return ReportTable(
        _title("pair", race),
        tuple(
            Column(Phrase.of(f"rekap.report.{h}"), i > 0) for i, h in enumerate(heads)
        ),
        tuple(rows),
        note=Phrase.of("rekap.report.pair_note", one=names[0], other=names[1]),
        sources=tuple(results.source for results in pair),
        key="-".join(("pair", race.key, *(results.source for results in pair))),
    )
