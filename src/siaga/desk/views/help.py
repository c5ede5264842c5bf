"""Help: the rooms, the marks, the keys, the sources, and who may see which page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, get_resolver

from siaga.desk.access import access, access_of
from siaga.desk.frame import page
from siaga.desk.here import Here, here, land_now
from siaga.desk.manual import method_of
from siaga.house.rooms import Room, rooms
from siaga.territory.register import register_of
from siaga.territory.situation import Origin, Verdict
from siaga.territory.source_uses import room_sources

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["help_page", "permissions"]

KEYS = ("/", "Esc", "Tab", "Enter")
"""Keys that the pages answer to; each is explained by the word `help.key.<name>`."""
TERMS = ("tps", "dpt", "special", "as_of", "estimate", "register", "claim", "run")


@dataclass(frozen=True)
class Permission:
    """One page: its address, who may see it, and how it may be asked."""

    name: str
    address: str
    role: str
    methods: str


@access()
def help_page(request: HttpRequest, language: str) -> HttpResponse:
    """What the desk is, on one page, made from the lists it works with."""
    _, territory = land_now()
    stand = here(request, language, territory.province["working_election"])
    context: dict[str, Any] = {
        "promises": _promises(stand),
        "rooms": [_room(stand, room) for room in rooms()],
        "verdicts": [verdict.key for verdict in Verdict],
        "origins": [origin.key for origin in Origin],
        "terms": TERMS,
        "keys": [(key, f"help.key.{key}") for key in KEYS],
        "permissions": permissions(),
    }
    return page(request, stand, "desk/help.html", "help", context)


def _promises(stand: Here) -> list[tuple[str, int, str]]:
    """What the desk promises: key of its words, its figure, where it can be seen."""
    territory = stand.territory
    register = register_of(territory, stand.election.key)
    moments = [moment.at for moment in stand.election.moments]
    first = min(moments, default=stand.as_of).astimezone(territory.zone).date()
    newest = stand.runs[-1].manifest["room"] if stand.runs else ""
    return [
        ("source", len(territory.sources), stand.link("sources")),
        ("unknown", register.total.n_estimated, stand.link("register")),
        ("claims", len(territory.claims), stand.link("board") + "#claims"),
        ("moment", len(moments), stand.link("board", per=first.isoformat())),
        (
            "same",
            len(stand.runs),
            stand.link("room", newest) + "#run" if newest else "",
        ),
        ("province", len(territory.elections), ""),
    ]


def _room(stand: Here, room: Room) -> dict[str, Any]:
    return {
        "key": room.key,
        "title": stand.words(room.title_key),
        "question": stand.words(room.question_key),
        "built": room.built,
        "method": method_of(room.key) if room.built else "",
        "sources": room_sources(stand.territory, room, stand.as_of),
    }


def permissions() -> list[Permission]:
    """Rule of every address of the desk, read from the views themselves."""
    found = []
    for pattern in get_resolver().url_patterns:
        assert isinstance(pattern, URLPattern)
        rule = access_of(pattern.callback)
        found.append(
            Permission(
                pattern.name or "",
                _address(str(pattern.pattern)),
                "" if rule is None else rule.role,
                "" if rule is None else ", ".join(rule.methods),
            )
        )
    return found


def _address(pattern: str) -> str:
    """Address as a person writes it: `/<language>/help`."""
    plain = re.sub(r"\(\?P(<\w+>)[^)]*\)|<\w+:(\w+)>", _parameter, pattern.strip("^$"))
    return "/" + plain.replace("\\", "")


def _parameter(match: re.Match[str]) -> str:
    return match[1] or f"<{match[2]}>"
