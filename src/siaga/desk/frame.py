"""The frame around every page: controls of the bar, navigation, languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from siaga.desk.here import Here, moment_text
from siaga.house.rooms import rooms
from siaga.house.words import LANGUAGES
from siaga.territory.territory import opening_moment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["Choice", "frame", "page"]


@dataclass(frozen=True)
class Choice:
    """A link of the frame: where it leads, what it says, whether one is there."""

    url: str
    text: str
    note: str = ""
    current: bool = False
    more: bool = False
    """Left out of the bottom bar of a phone."""


@dataclass(frozen=True)
class Frame:
    """Everything around the content of a page."""

    elections: list[Choice]
    moments: list[Choice]
    languages: list[Choice]
    pages: list[Choice]
    rooms: list[Choice]
    others: list[Choice]
    day: str
    kept: list[tuple[str, str]]
    synthetic: bool


def page(
    request: HttpRequest, here: Here, template: str, at: str, context: dict[str, Any]
) -> HttpResponse:
    """Page inside the frame; `at` names its entry of the navigation."""
    whole = {
        "here": here,
        "words": here.words,
        "language": here.words.language,
        "frame": frame(request, here, at),
        **context,
    }
    return render(request, template, whole)


def frame(request: HttpRequest, here: Here, at: str) -> Frame:
    """Frame of a request."""
    words = here.words
    kept = [(k, str(v)) for k, v in request.GET.items() if k != "per"]
    return Frame(
        elections=_elections(here),
        moments=_moments(request, here),
        languages=[_language(request, here, language) for language in LANGUAGES],
        pages=[
            Choice(here.link("board"), words("page.board"), current=at == "board"),
            Choice(here.link("map"), words("page.map"), current=at == "map"),
            Choice(here.link("search"), words("page.search"), current=at == "search"),
            Choice(
                here.link("register"), words("page.register"), current=at == "register"
            ),
        ],
        rooms=[
            Choice(
                here.link("room", room.key),
                words(room.title_key),
                note="" if room.built else words("state.short.not_built"),
                current=at == room.key,
            )
            for room in rooms()
        ],
        others=[
            Choice(
                here.link("sources"), words("page.sources"), current=at == "sources"
            ),
            Choice(f"/{words.language}/help", words("page.help"), current=at == "help"),
        ],
        day=here.as_of.astimezone(here.territory.zone).date().isoformat(),
        kept=kept,
        synthetic=bool(here.territory.province.get("synthetic", False)),
    )


def _elections(here: Here) -> list[Choice]:
    words = here.words
    return [
        Choice(
            here.link_in(words.language, key, "board"),
            words(election.name),
            note=words.day(election.voting_day),
            current=key == here.election.key,
        )
        for key, election in reversed(here.territory.elections.items())
    ]


def _moments(request: HttpRequest, here: Here) -> list[Choice]:
    zone, words = here.territory.zone, here.words
    opening = opening_moment(here.territory, here.election)
    found = {moment.at: words(moment.label) for moment in here.election.moments}
    found.setdefault(opening, words("frame.opening"))
    choices = []
    for at in sorted(found):
        query = request.GET.copy()
        query.pop("per", None)
        if at != opening:
            query["per"] = moment_text(at, zone)
        address = query.urlencode()
        url = f"{here.path}?{address}" if address else here.path
        text = words.day(at.astimezone(zone).date())
        choices.append(Choice(url, text, found[at], at == here.as_of))
    return choices


def _language(request: HttpRequest, here: Here, language: str) -> Choice:
    rest = here.path.lstrip("/").split("/", 1)[1]
    query = request.GET.urlencode()
    url = f"/{language}/{rest}" + (f"?{query}" if query else "")
    return Choice(url, language.upper(), language, language == here.words.language)
