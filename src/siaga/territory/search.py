"""Search: areas by name or code, stations by code or as `tps 3 wargasara`.

An index is built once for a territory and an election. Each word of a query must begin
a word of an area's name or of a name above it; `kab` and `kota` bind to the word after
them, so that Kab. Tangerang and Kota Tangerang never become one. A code that only
another election knows is named as such, never resolved.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.territory.areas import LEVELS
from siaga.territory.search_words import (
    BINDING,
    Query,
    Words,
    bare,
    has_phrase,
    name_words,
    own_rank,
    parse_query,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from siaga.territory.territory import Territory

__all__ = [
    "LIMIT",
    "MAX_QUERY",
    "STATION_LEVEL",
    "Elsewhere",
    "Found",
    "Hit",
    "SearchIndex",
    "search",
    "search_index",
]

LIMIT = 50
"""Hits shown; the totals count all."""
MAX_QUERY = 80
STATION_LEVEL = len(LEVELS)
"""Level of a station among the levels of areas."""

_CODE = re.compile(r"\d{2,16}|\d{6}s\d{5}(\d{3})?")
_VILLAGE_DIGITS = 10
_PREFIX_DIGITS = 4
_NEAR, _NEAR_RATIO = 5, 0.75
_STREWN = 4
"""Rank of a hit whose words are strewn over names that have others too."""
_BPS_LINK = ("kemendagri_2025", "bps_2018")


@dataclass(frozen=True, order=True)
class Hit:
    """One area or station that fits a query; the lower the rank, the better."""

    rank: int
    level: int
    """Level of the area, `STATION_LEVEL` for a station."""
    row: int
    via: str = ""
    """`kemendagri`, `bps_2018` or `island` where not the own name or code fits."""
    by: str = ""
    """The code or name that fitted, where it is not the own one."""


@dataclass(frozen=True)
class Elsewhere:
    """The same code in another election, where it is another thing."""

    election: str
    code: str
    """Its own code there."""
    is_station: bool
    name: str
    """Name of the area, or of the station's village."""


@dataclass(frozen=True)
class Found:
    """What a query found."""

    hits: tuple[Hit, ...]
    """The best `LIMIT` hits, best first."""
    totals: tuple[int, ...]
    """All hits by level, the stations last."""
    elsewhere: tuple[Elsewhere, ...] = ()
    near: tuple[str, ...] = ()
    """Names that are spelt alike, where nothing fits."""
    no_number: int | None = None
    """Number of a station that the place asked for does not have."""

    @property
    def total(self) -> int:
        """How many hits there are, also those not shown."""
        return sum(self.totals)


class SearchIndex:
    """Names and codes of one election, ready to be looked up."""

    def __init__(self, territory: Territory, election: str) -> None:
        """Index of an election; linear in its areas and stations."""
        self.territory, self.election = territory, election
        self.areas = territory.areas(election)
        self.stations = territory.stations(election)
        self.names = [self._own_names(row) for row in range(len(self.areas))]
        self._islands = self._island_names()
        self._rows_of_word = self._word_index()
        self._words = sorted(self._rows_of_word)
        self._codes = sorted((code, row) for row, code in enumerate(self.areas.code))
        self._station_codes = sorted(
            zip(self.stations.code, range(len(self.stations)), strict=True)
        )
        self._kemendagri = {
            code.replace(".", ""): row
            for row, code in enumerate(self.areas.kemendagri)
            if code
        }
        self._bps = self._bps_codes()

    def _own_names(self, row: int) -> tuple[Words, ...]:
        """Name and label of an area as words; a label gets the kind of its name."""
        name = name_words(self.areas.name[row])
        label = name_words(self.areas.label[row])
        if not label or label == name:
            return (name,)
        if name[0] in BINDING and label[0] not in BINDING:
            return (name, (name[0], *label))
        return (name, label)

    def _island_names(self) -> dict[int, list[str]]:
        """Names of the islands that belong to a village, by its row."""
        found: dict[int, list[str]] = defaultdict(list)
        for island in self.territory.land_rows("islands"):
            row = self.areas.row_of_kemendagri(island["village"] or "")
            if row is not None:
                found[row].append(island["name"])
        return found

    def _word_index(self) -> dict[str, set[int]]:
        index: dict[str, set[int]] = defaultdict(set)
        for row, own in enumerate(self.names):
            islands = [name_words(island) for island in self._islands.get(row, ())]
            for words in (*own, *islands):
                for word in (*words, "".join(words)):
                    index[word].add(row)
        return index

    def _bps_codes(self) -> dict[str, int]:
        """Area row of each BPS code that is linked by way of the Kemendagri code."""
        rows = {}
        for link in self.territory.land_rows("area_links"):
            if (link["from_system"], link["to_system"]) == _BPS_LINK:
                row = self.areas.row_of_kemendagri(link["from_code"])
                if row is not None:
                    rows[link["to_code"]] = row
        return rows

    def rows_of_prefix(self, prefix: str) -> set[int]:
        """Areas with a word that begins with `prefix` in a name of their own."""
        rows: set[int] = set()
        at = bisect_left(self._words, prefix)
        while at < len(self._words) and self._words[at].startswith(prefix):
            rows |= self._rows_of_word[self._words[at]]
            at += 1
        return rows

    # Codes

    def by_code(self, code: str) -> list[Hit]:
        """Hits of a code without dots: exact ones, else those that begin with it."""
        hits = self._exact_codes(code)
        if hits or len(code) < _PREFIX_DIGITS:
            return hits
        areas = [
            Hit(1, int(self.areas.level[r]), r) for r in _begins(self._codes, code)
        ]
        # A station's code begins with its village's: one list, not both.
        stations = [] if areas else _begins(self._station_codes, code)
        return [*areas, *(Hit(1, STATION_LEVEL, row) for row in stations)]

    def _exact_codes(self, code: str) -> list[Hit]:
        hits = [Hit(0, STATION_LEVEL, r) for r in _equals(self._station_codes, code)]
        own = _equals(self._codes, code)
        hits += [Hit(0, int(self.areas.level[r]), r) for r in own]
        for via, codes in (("kemendagri", self._kemendagri), ("bps_2018", self._bps)):
            row = codes.get(code)
            if row is not None and row not in own:
                shown = self.areas.kemendagri[row] if via == "kemendagri" else code
                hits.append(Hit(0, int(self.areas.level[row]), row, via, shown))
        village = self._kemendagri.get(code[:_VILLAGE_DIGITS])
        if not hits and village is not None and len(code) > _VILLAGE_DIGITS:
            number = int(code[_VILLAGE_DIGITS:])
            rows = self._with_number([village], number)
            hits += [
                Hit(0, STATION_LEVEL, r, "kemendagri", self.areas.kemendagri[village])
                for r in rows
            ]
        return hits

    # Names

    def by_name(self, query: Query) -> list[Hit]:
        """Areas of which every phrase fits, at least one of them in the own name."""
        candidates = self.rows_of_prefix(query.joined)
        for phrase in query.phrases:
            candidates |= self.rows_of_prefix(phrase[0])
        fits = [self._fit(query, row) for row in candidates]
        hits = [hit for hit in fits if hit is not None]
        if any(hit.rank == 0 for hit in hits):
            # Where a whole name fits, words strewn over several names are no answer.
            hits = [hit for hit in hits if hit.rank < _STREWN]
        at_level = [hit for hit in hits if hit.level == query.level]
        return sorted(at_level or hits)

    def _fit(self, query: Query, row: int) -> Hit | None:
        level, own = int(self.areas.level[row]), self.names[row]
        rank = own_rank(query, own)
        if rank is not None:
            return Hit(rank, level, row)
        for island in self._islands.get(row, ()):
            if own_rank(query, (name_words(island),)) is not None:
                return Hit(2, level, row, "island", island)
        path = [
            names for above in self.areas.path(row)[:-1] for names in self.names[above]
        ]
        in_own = [phrase for phrase in query.phrases if has_phrase(own, phrase)]
        rest = [phrase for phrase in query.phrases if phrase not in in_own]
        if not in_own or not all(has_phrase(path, phrase) for phrase in rest):
            return None
        words = [word for phrase in in_own for word in phrase]
        whole = any(set(bare(name)) <= set(words) for name in own)
        return Hit(_STREWN - 1 if whole else _STREWN, level, row)

    def near(self, query: Query) -> tuple[str, ...]:
        """Names of areas that are spelt like the query, the most alike first."""
        name_of = {
            "".join(bare(words)): row
            for row, names in enumerate(self.names)
            for words in names
        }
        asked = "".join(word for phrase in query.phrases for word in bare(phrase))
        alike = difflib.get_close_matches(asked, list(name_of), _NEAR, _NEAR_RATIO)
        return tuple(dict.fromkeys(self.areas.name[name_of[name]] for name in alike))

    # Stations

    def stations_of(self, hits: list[Hit], number: int | None) -> list[int]:
        """Station rows of areas, those of the best and smallest area first."""
        order = sorted(hits, key=lambda hit: (hit.rank, -hit.level, hit.row))
        return self._with_number([hit.row for hit in order], number)

    def _with_number(self, area_rows: Iterable[int], number: int | None) -> list[int]:
        """Stations of areas, of one number where it is given, each of them once."""
        rows: dict[int, None] = {}
        for area_row in area_rows:
            inside = self.areas.stations(area_row)
            numbers = self.stations.number[inside]
            fits: npt.NDArray[np.intp] = (
                np.arange(numbers.size)
                if number is None
                else np.flatnonzero(numbers == number)
            )
            rows.update(dict.fromkeys((fits + inside.start).tolist()))
        return list(rows)


_PROVINCE = Hit(0, 0, 0)


@lru_cache(maxsize=8)
def search_index(territory: Territory, election: str) -> SearchIndex:
    """Index of an election, built once for a territory."""
    return SearchIndex(territory, election)


def search(
    territory: Territory, election: str, text: str, only: int | None = None
) -> Found:
    """What a text finds under one election; nothing for an empty one.

    `only` shows the hits of one level; the totals count all levels all the same.
    """
    found, hits, station_rows = _all(territory, election, text.strip()[:MAX_QUERY])
    totals = [0] * STATION_LEVEL + [len(station_rows)]
    for hit in hits:
        totals[hit.level] += 1
    # Stations come in their order, behind the areas; beyond the limit they are counted.
    hits += [
        Hit(_STREWN + 1 + i, STATION_LEVEL, row)
        for i, row in enumerate(station_rows[:LIMIT])
    ]
    shown = sorted(hit for hit in hits if only in (None, hit.level))[:LIMIT]
    return replace(found, hits=tuple(shown), totals=tuple(totals))


def _all(
    territory: Territory, election: str, text: str
) -> tuple[Found, list[Hit], list[int]]:
    """What is said besides, hits by name or code, and stations of places by row."""
    index, nothing = search_index(territory, election), Found((), ())
    code = re.sub(r"[\s.]", "", text).lower()
    if _CODE.fullmatch(code):
        hits = index.by_code(code)
        exact = any(hit.rank == 0 for hit in hits)
        elsewhere = () if exact else _elsewhere(territory, election, code)
        return replace(nothing, elsewhere=elsewhere), hits, []
    query = parse_query(text)
    areas = index.by_name(query) if query.phrases else []
    if query.phrases and not areas:
        return replace(nothing, near=index.near(query)), [], []
    if not query.stations:
        return nothing, areas, []
    station_rows = index.stations_of(areas or [_PROVINCE], query.number)
    if query.number is None:
        return nothing, areas, station_rows
    if not station_rows:
        return replace(nothing, no_number=query.number), areas, []
    return nothing, [], station_rows


def _elsewhere(territory: Territory, election: str, code: str) -> tuple[Elsewhere, ...]:
    """What the code is in the other elections, the newest first."""
    found = []
    for key in reversed(territory.elections):
        if key == election:
            continue
        index = search_index(territory, key)
        areas, stations = index.areas, index.stations
        for hit in index.by_code(code):
            if hit.rank > 0:
                continue
            is_station = hit.level == STATION_LEVEL
            row = int(areas.village_of_station[hit.row]) if is_station else hit.row
            own = stations.code[hit.row] if is_station else areas.code[row]
            found.append(Elsewhere(key, own, is_station, areas.name[row]))
    return tuple(found)


def _begins(codes: list[tuple[str, int]], prefix: str) -> list[int]:
    """Rows of the codes that begin with a prefix, in order of the codes."""
    low = bisect_left(codes, (prefix, -1))
    high = bisect_left(codes, (prefix + "~", -1))
    return [row for _, row in codes[low:high]]


def _equals(codes: list[tuple[str, int]], code: str) -> list[int]:
    low = bisect_left(codes, (code, -1))
    return [codes[low][1]] if low < len(codes) and codes[low][0] == code else []
