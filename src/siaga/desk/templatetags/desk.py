"""Tags that every template may use: words, numbers, links, bars, verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import template

from siaga.desk.here import Here
from siaga.house.words import Phrase, Text, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.template.context import Context

__all__ = ["BarPart", "register"]

register = template.Library()

_DAY_LENGTH, _MONTH_LENGTH = len("2024-01-25"), len("2024-01")
_BAR_ORDER = ("ready", "at_risk", "not_ready", "unknown", "not_due")


def _words(context: Context) -> Words:
    words = context["words"]
    assert isinstance(words, Words)
    return words


@register.simple_tag(takes_context=True)
def say(context: Context, what: str | Phrase | Text, **values: Any) -> str:
    """Sentence of a key, phrase or text in the language of the page."""
    return _words(context)(what, **values)


@register.simple_tag(takes_context=True)
def num(context: Context, value: float | None, decimals: int = 0) -> str:
    """Number as the language writes it; an en dash where it is not known."""
    if value is None or value != value:
        return "–"
    return _words(context).number(value, decimals)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | datetime | None) -> str:
    """Day or moment as the language writes it."""
    if value is None:
        return "–"
    words = _words(context)
    return words.moment(value) if isinstance(value, datetime) else words.day(value)


@register.simple_tag(takes_context=True)
def to(context: Context, page: str, *args: object, **query: Any) -> str:
    """Address of a page of this election, at this moment, in this language."""
    here = context["here"]
    assert isinstance(here, Here)
    return here.link(page, *args, **query)


@dataclass(frozen=True)
class BarPart:
    """One stretch of a bar, in per cent of its width."""

    key: str
    x: str
    width: str


@register.inclusion_tag("desk/_bar.html", takes_context=True)
def bar(context: Context, counts: Mapping[str, int]) -> dict[str, Any]:
    """Bar of verdicts with its text for those who cannot see it."""
    words = _words(context)
    total = sum(counts.values())
    shown = [(key, counts.get(key, 0)) for key in _BAR_ORDER if counts.get(key, 0)]
    parts, x = [], 0.0
    for key, n in shown:
        width = 100 * n / total
        # A sliver that is not nothing stays visible.
        parts.append(BarPart(key, f"{x:.2f}%", f"{max(width, 0.3):.2f}%"))
        x += width
    said = ", ".join(f"{words.number(n)} {words('verdict.' + key)}" for key, n in shown)
    return {"parts": parts, "said": said or words("bar.nothing")}


@register.inclusion_tag("desk/_verdict.html", takes_context=True)
def verdict(context: Context, key: str, count: int | None = None) -> dict[str, Any]:
    """Mark of a verdict: its shape and its word, with a count where one is given."""
    words = _words(context)
    n = None if count is None else words.number(count)
    return {"key": key, "word": words("verdict." + key), "count": n}


@register.filter
def at(values: Mapping[str, Any] | Sequence[Any], key: Any) -> Any:
    """Value of a mapping or sequence, None where there is none."""
    try:
        return values[key]
    except (KeyError, IndexError):
        return None


@register.filter
def words_of(text: str) -> list[str]:
    """Words of a text, to walk over a few fixed values in a template."""
    return text.split()


@register.simple_tag(takes_context=True)
def rough_day(context: Context, text: str) -> str:
    """Day, month or year as precise as it is known: `25 Jan 2024`, `2024`."""
    if len(text) == _DAY_LENGTH:
        return _words(context).day(date.fromisoformat(text))
    if len(text) == _MONTH_LENGTH:
        return _words(context).day(date.fromisoformat(text + "-01")).split(" ", 1)[1]
    return text


@register.simple_tag(takes_context=True)
def source_line(context: Context, key: str) -> str:
    """Source of a figure in one line: title, publisher, date, kind."""
    here = context["here"]
    assert isinstance(here, Here)
    source = here.territory.sources[key]
    parts = [source.title, source.publisher, rough_day(context, source.date)]
    kind = _words(context)(f"source.kind.{source.kind}")
    return ", ".join(part for part in parts if part) + f" · {kind}"


@register.simple_tag(takes_context=True)
def register_source(context: Context) -> str:
    """Source of the list of stations and its day."""
    here = context["here"]
    assert isinstance(here, Here)
    election = here.election
    line = source_line(context, election.register_source)
    return _words(context)(
        "register.source", day=election.register_known_on, source=line
    )


@register.simple_tag(takes_context=True)
def limit_text(context: Context, limit: float, share: bool | int) -> str:
    """Limit of a step of a map: a share in per cent or a count."""
    words = _words(context)
    digits = 0 if limit == int(limit) else 1
    return words.number(limit, digits) + (" %" if share else "")
