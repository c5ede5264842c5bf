"""Search: areas by name or code, stations by code or as `tps 3 wargasara`.

An index is built once for a territory and an election. A name is the words it is made of
and each word of the query must begin one of them, in the area itself or above it; `kab`
and `kota` bind to the word that follows, so that Kab. Tangerang and Kota Tangerang never
become one. A code that only another election knows is named as such, never resolved.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from siaga.territory.areas import LEVELS
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

_VILLAGE = len(LEVELS) - 1
_CODE = re.compile(r"\d{2,16}|\d{6}s\d{5}(\d{3})?")
_VILLAGE_DIGITS = 10
_PREFIX_DIGITS = 4
_NUMBER_DIGITS = 4
_NEAR, _NEAR_RATIO = 5, 0.75
_STREWN = 4
_BINDING = ("KAB", "KOTA")
_SAME_WORD = {"KABUPATEN": "KAB", "PULO": "PULAU"}
_LEVEL_WORDS = {
    "PROVINSI": 0, "PROV": 0, "KECAMATAN": 2, "KEC": 2,
    "DESA": 3, "DS": 3, "KELURAHAN": 3, "KEL": 3,
}  # fmt: skip
_NOISE = ("NO", "NOMOR")

Words = tuple[str, ...]


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


@dataclass(frozen=True)
class _Query:
    """A text as phrases (one word, or `kab`/`kota` with the word after it)."""

    phrases: tuple[Words, ...]
    number: int | None
    stations: bool
    level: int | None

    @property
    def joined(self) -> str:
        return "".join(word for phrase in self.phrases for word in phrase)


class SearchIndex:
    """Names and codes of one election, ready to be looked up."""

    def __init__(self, territory: Territory, election: str) -> None:
        """Index of an election; linear in its areas and stations."""
        self.territory, self.election = territory, election
        self.areas, self.stations = territory.areas(election), territory.stations(election)
        self.names = [self._own_names(row) for row in range(len(self.areas))]
        self._islands = self._island_names()
        self._rows_of_word = self._word_index()
        self._words = sorted(self._rows_of_word)
        self._codes = sorted((code, row) for row, code in enumerate(self.areas.code))
        self._station_codes = sorted(zip(self.stations.code, range(len(self.stations)), strict=True))
        self._kemendagri = {
            code.replace(".", ""): row for row, code in enumerate(self.areas.kemendagri) if code
        }
        self._bps = self._bps_codes()

    def _own_names(self, row: int) -> tuple[Words, ...]:
        """Name and label of an area as words; a label gets the kind of its name."""
        name = name_words(self.areas.name[row])
        label = name_words(self.areas.label[row])
        if not label or label == name:
            return (name,)
        if name[0] in _BINDING and label[0] not in _BINDING:
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
        for row, names in enumerate(self.names):
            for words in names:
                for word in (*words, "".join(words)):
                    index[word].add(row)
        for row, islands in self._islands.items():
            for island in islands:
                words = name_words(island)
                for word in (*words, "".join(words)):
                    index[word].add(row)
        return index

    def _bps_codes(self) -> dict[str, int]:
        """Area row of each BPS code that is linked by way of the Kemendagri code."""
        rows = {}
        for link in self.territory.land_rows("area_links"):
            if link["from_system"] == "kemendagri_2025" and link["to_system"] == "bps_2018":
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
        areas = [Hit(1, int(self.areas.level[r]), r) for r in _begins(self._codes, code)]
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
            hits += [Hit(0, STATION_LEVEL, r, "kemendagri", self.areas.kemendagri[village]) for r in rows]
        return hits

    # Names

    def by_name(self, query: _Query) -> list[Hit]:
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

    def _fit(self, query: _Query, row: int) -> Hit | None:
        level, own = int(self.areas.level[row]), self.names[row]
        rank = _own_rank(query, own)
        if rank is not None:
            return Hit(rank, level, row)
        for island in self._islands.get(row, ()):
            if _own_rank(query, (name_words(island),)) is not None:
                return Hit(2, level, row, "island", island)
        path = [names for above in self.areas.path(row)[:-1] for names in self.names[above]]
        in_own = [phrase for phrase in query.phrases if _has_phrase(own, phrase)]
        rest = [phrase for phrase in query.phrases if phrase not in in_own]
        if not in_own or not all(_has_phrase(path, phrase) for phrase in rest):
            return None
        words = [word for phrase in in_own for word in phrase]
        whole = any(set(_bare(name)) <= set(words) for name in own)
        return Hit(_STREWN - 1 if whole else _STREWN, level, row)

    def near(self, query: _Query) -> tuple[str, ...]:
        """Names of areas that are spelt like the query, the most alike first."""
        name_of = {"".join(_bare(words)): row for row, names in enumerate(self.names) for words in names}
        asked = "".join(word for phrase in query.phrases for word in _bare(phrase))
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
                np.arange(numbers.size) if number is None else np.flatnonzero(numbers == number)
            )
            rows.update(dict.fromkeys((fits + inside.start).tolist()))
        return list(rows)


@lru_cache(maxsize=8)
def search_index(territory: Territory, election: str) -> SearchIndex:
    """Index of an election, built once for a territory."""
    return SearchIndex(territory, election)


def search(territory: Territory, election: str, text: str) -> Found:
    """What a text finds under one election; nothing for an empty one."""
    text = text.strip()[:MAX_QUERY]
    index = search_index(territory, election)
    code = re.sub(r"[\s.]", "", text).lower()
    if _CODE.fullmatch(code):
        hits = index.by_code(code)
        exact = any(hit.rank == 0 for hit in hits)
        return _found(hits, () if exact else _elsewhere(territory, election, code))
    query = _parse(text)
    if not query.phrases:
        rows = index.stations_of([Hit(0, 0, 0)], query.number) if query.number is not None else []
        return _found([Hit(0, STATION_LEVEL, row) for row in rows])
    areas = index.by_name(query)
    if not areas:
        return Found((), (0,) * (STATION_LEVEL + 1), near=index.near(query))
    if not query.stations:
        return _found(areas)
    rows = index.stations_of(areas, query.number)
    stations = [Hit(i, STATION_LEVEL, row) for i, row in enumerate(rows)]
    if query.number is None:
        return _found([*areas, *(Hit(h.rank + len(LEVELS), h.level, h.row) for h in stations)])
    return _found(stations) if stations else _found(areas, no_number=query.number)


def _found(
    hits: list[Hit], elsewhere: tuple[Elsewhere, ...] = (), no_number: int | None = None
) -> Found:
    totals = [0] * (STATION_LEVEL + 1)
    for hit in hits:
        totals[hit.level] += 1
    return Found(tuple(sorted(hits)[:LIMIT]), tuple(totals), elsewhere, (), no_number)


def _elsewhere(territory: Territory, election: str, code: str) -> tuple[Elsewhere, ...]:
    """The code in the other elections, the newest first."""
    found = []
    for key in reversed(territory.elections):
        if key == election:
            continue
        index = search_index(territory, key)
        for hit in index.by_code(code):
            if hit.rank == 0:
                is_station = hit.level == STATION_LEVEL
                row = int(index.areas.village_of_station[hit.row]) if is_station else hit.row
                found.append(Elsewhere(key, code, is_station, index.areas.name[row]))
    return tuple(found)


def name_words(text: str) -> Words:
    """Words of a name: capitals and digits only, `kabupaten` as `KAB`.

    >>> name_words("Kab. Tangerang"), name_words("kabupaten  tangerang")
    (('KAB', 'TANGERANG'), ('KAB', 'TANGERANG'))
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Z]+|\d+", plain.upper())
    return tuple(_SAME_WORD.get(word, word) for word in words)


def _parse(text: str) -> _Query:
    """Phrases, number of a station and level that a text asks for."""
    levels, phrases, numbers, stations = set(), [], [], False
    words = list(name_words(text))
    while words:
        word = words.pop(0)
        if word == "TPS":
            stations = True
        elif word.isdigit():
            numbers.append(int(word[:_NUMBER_DIGITS]))
        elif word in _LEVEL_WORDS:
            levels.add(_LEVEL_WORDS[word])
        elif word in _BINDING and words and words[0].isalpha():
            phrases.append((word, words.pop(0)))
        elif word not in _NOISE:
            phrases.append((word,))
    number = numbers[-1] if numbers else None
    level = levels.pop() if len(levels) == 1 else None
    return _Query(tuple(phrases), number, stations or number is not None, level)


def _bare(words: Words) -> Words:
    """Words of a name without the kind of a regency."""
    return words[1:] if len(words) > 1 and words[0] in _BINDING else words


def _own_rank(query: _Query, names: Iterable[Words]) -> int | None:
    """0 the whole name, 1 its beginning, 2 words of it; None = not all phrases fit."""
    best: int | None = None
    for name in names:
        rank = None
        forms = ("".join(name), "".join(_bare(name)))
        if query.joined in forms:
            rank = 0
        elif any(form.startswith(query.joined) for form in forms):
            rank = 1
        elif all(_has_phrase([name], phrase) for phrase in query.phrases):
            rank = 2
        if rank is not None and (best is None or rank < best):
            best = rank
    return best


def _has_phrase(names: Iterable[Words], phrase: Words) -> bool:
    """Whether a name has the phrase in a row, its last word perhaps only begun."""
    *first, last = phrase
    for name in names:
        for at in range(len(name) - len(first)):
            if list(name[at : at + len(first)]) == first and name[at + len(first)].startswith(last):
                return True
    return False


def _begins(codes: list[tuple[str, int]], prefix: str) -> list[int]:
    """Rows of the codes that begin with a prefix, in order of the codes."""
    low = bisect_left(codes, (prefix, -1))
    high = bisect_left(codes, (prefix + "~", -1))
    return [row for _, row in codes[low:high]]


def _equals(codes: list[tuple[str, int]], code: str) -> list[int]:
    low = bisect_left(codes, (code, -1))
    return [codes[low][1]] if low < len(codes) and codes[low][0] == code else []
