"""Words in two languages: one catalogue, read from the `words/` folder of each package.

A message is found by a dotted key (`board.answer.none`), which is its `msgid`; both
Indonesian and English are full translations. Values go in by name, and numbers and
dates are written as the reader's language writes them: `1.234,5` and `25 Jan 2024`.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

__all__ = ["LANGUAGES", "Phrase", "Text", "Words", "catalogue", "zone_letters"]

LANGUAGES = ("id", "en")
"""Languages of the desk; the first is the default."""

_ZONE_LETTERS = {7.0: "WIB", 8.0: "WITA", 9.0: "WIT"}
_PACKAGES = Path(__file__).resolve().parent.parent


class Text(NamedTuple):
    """A short text in both languages, for what is declared once in code."""

    id: str
    en: str


@dataclass(frozen=True)
class Phrase:
    """A message that is not yet in a language: its key and the values it names."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, key: str, /, **values: Any) -> Phrase:
        """Phrase of a key with named values."""
        return cls(key, values)


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """Messages of one language: key to its plural forms, one form where it has none.

    Raises ValueError if two packages define the same key.
    """
    from babel.messages.pofile import read_po

    messages: dict[str, tuple[str, ...]] = {}
    for path in sorted(_PACKAGES.glob(f"*/words/{language}.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                key = message.id if isinstance(message.id, str) else message.id[0]
                if not key:
                    continue
                if key in messages:
                    raise ValueError(f"{path.parent.parent.name}: second '{key}'")
                forms = message.string
                messages[key] = (
                    (forms,) if isinstance(forms, str) else tuple(forms or ())
                )
    return messages


def zone_letters(moment: datetime) -> str:
    """Letters of an Indonesian time zone (WIB, WITA, WIT), else the offset."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment without a time zone has no letters")
    hours = offset.total_seconds() / 3600
    return _ZONE_LETTERS.get(hours, f"UTC{hours:+g}")


class Words(string.Formatter):
    """The words of one language, with times in one zone.

    `words("key", n=5)` is the sentence; `words(Phrase)` and `words(Text)` work too.
    """

    def __init__(self, language: str = "id", zone: tzinfo | None = None) -> None:
        """Words of `language`; times are shown in `zone` (default Asia/Jakarta)."""
        if language not in LANGUAGES:
            raise ValueError(f"no language '{language}'")
        self.language = language
        self.zone: tzinfo = zone or ZoneInfo("Asia/Jakarta")

    def __call__(self, what: str | Phrase | Text, /, **values: Any) -> str:
        """Sentence of a key, a phrase or a text.

        Raises KeyError if the catalogue lacks the key.
        """
        if isinstance(what, Text):
            return what.id if self.language == "id" else what.en
        if isinstance(what, Phrase):
            return self(what.key, **what.values)
        forms = catalogue(self.language)[what]
        one = len(forms) > 1 and values.get("n") == 1
        template = forms[0] if one or len(forms) == 1 else forms[-1]
        return self.vformat(template, (), values) if values else template

    def has(self, key: str) -> bool:
        """Whether the catalogue has this key."""
        return key in catalogue(self.language)

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value as the language writes it; spec `raw` leaves it as it is."""
        if format_spec == "raw":
            return str(value)
        if isinstance(value, Phrase | Text):
            return self(value)
        if isinstance(value, bool) or value is None:
            return str(value)
        if isinstance(value, int):
            return self.number(value)
        if isinstance(value, float):
            return self.number(value, int(format_spec or 1))
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.day(value, long=format_spec == "long")
        return str(super().format_field(value, format_spec))

    def number(self, value: float, decimals: int = 0) -> str:
        """Number with the language's separators, e.g. `1.234,5`."""
        text = f"{value:,.{decimals}f}"
        if self.language == "id":
            text = text.translate(str.maketrans(",.", ".,"))
        return text.replace("-", "\N{MINUS SIGN}", 1) if value < 0 else text

    def day(self, day: date, *, long: bool = False) -> str:
        """Calendar day: `25 Jan 2024`, or with its weekday and full month."""
        from babel.dates import format_date

        pattern = "EEEE, d MMMM y" if long else "d MMM y"
        return format_date(day, pattern, locale=self.language)

    def moment(self, moment: datetime) -> str:
        """Moment in the words' zone: `25 Jan 2024, 19.50 WIB`."""
        here = moment.astimezone(self.zone)
        clock = f"{here:%H.%M}" if self.language == "id" else f"{here:%H:%M}"
        return f"{self.day(here.date())}, {clock} {zone_letters(here)}"
