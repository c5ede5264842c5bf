"""Words of names and of queries: how a text is compared with the name of an area.

A query is a list of phrases. A phrase is one word, or `kab` or `kota` with the word
that follows it; the last word of a phrase may be only begun.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "BINDING",
    "Query",
    "Words",
    "bare",
    "has_phrase",
    "name_words",
    "own_rank",
    "parse_query",
]

BINDING = ("KAB", "KOTA")
"""Words that bind to the next one: two regencies may differ in nothing else."""

_SAME_WORD = {"KABUPATEN": "KAB", "PULO": "PULAU"}
_LEVEL_WORDS = {
    "PROVINSI": 0, "PROV": 0, "KECAMATAN": 2, "KEC": 2,
    "DESA": 3, "DS": 3, "KELURAHAN": 3, "KEL": 3,
}  # fmt: skip
_NOISE = ("NO", "NOMOR")
_NUMBER_DIGITS = 4

Words = tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A text as phrases (one word, or `kab`/`kota` with the word after it)."""

    phrases: tuple[Words, ...]
    number: int | None
    stations: bool
    level: int | None

    @property
    def joined(self) -> str:
        """All words without spaces."""
        return "".join(word for phrase in self.phrases for word in phrase)


def name_words(text: str) -> Words:
    """Words of a name: capitals and digits only, `kabupaten` as `KAB`.

    >>> name_words("Kab. Tangerang"), name_words("kabupaten  tangerang")
    (('KAB', 'TANGERANG'), ('KAB', 'TANGERANG'))
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Z]+|\d+", plain.upper())
    return tuple(_SAME_WORD.get(word, word) for word in words)


def parse_query(text: str) -> Query:
    """Phrases, number of a station and level that a text asks for."""
    levels, numbers, stations = set(), [], False
    phrases: list[Words] = []
    words = list(name_words(text))
    while words:
        word = words.pop(0)
        if word == "TPS":
            stations = True
        elif word.isdigit():
            numbers.append(int(word[:_NUMBER_DIGITS]))
        elif word in _LEVEL_WORDS:
            levels.add(_LEVEL_WORDS[word])
        elif word in BINDING and words and words[0].isalpha():
            phrases.append((word, words.pop(0)))
        elif word not in _NOISE:
            phrases.append((word,))
    number = numbers[-1] if numbers else None
    level = levels.pop() if len(levels) == 1 else None
    return Query(tuple(phrases), number, stations or number is not None, level)


def bare(words: Words) -> Words:
    """Words of a name without the kind of a regency."""
    return words[1:] if len(words) > 1 and words[0] in BINDING else words


def own_rank(query: Query, names: Iterable[Words]) -> int | None:
    """0 the whole name, 1 its beginning, 2 words of it; None = not all phrases fit."""
    best: int | None = None
    for name in names:
        rank = None
        forms = ("".join(name), "".join(bare(name)))
        if query.joined in forms:
            rank = 0
        elif any(form.startswith(query.joined) for form in forms):
            rank = 1
        elif all(has_phrase([name], phrase) for phrase in query.phrases):
            rank = 2
        if rank is not None and (best is None or rank < best):
            best = rank
    return best


def has_phrase(names: Iterable[Words], phrase: Words) -> bool:
    """Whether a name has the phrase in a row, its last word perhaps only begun."""
    *first, last = phrase
    for name in names:
        for at in range(len(name) - len(first)):
            if list(name[at : at + len(first)]) == first and name[
                at + len(first)
            ].startswith(last):
                return True
    return False
