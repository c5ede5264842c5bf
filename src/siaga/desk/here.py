"""Where a request stands: the land, the election, the moment, the language.

Election and moment are part of every address: `/id/pemilu_2024/?per=2024-01-25`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from siaga.house.moments import end_of_day, parse_moment
from siaga.house.runs import Run, run_list
from siaga.house.words import LANGUAGES, Words
from siaga.house.workspace import Workspace
from siaga.territory.territory import Territory, opening_moment

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from django.http import HttpRequest

    from siaga.territory.areas import AreaTree
    from siaga.territory.elections import Election
    from siaga.territory.stations import Stations

__all__ = ["Here", "here", "land_now", "moment_text"]

_lock = threading.Lock()
_lands: dict[str, Territory] = {}


def land_now() -> tuple[Workspace, Territory]:
    """Workspace and its current land; a new import is seen by the next request.

    Raises BadState before the first import.
    """
    workspace = Workspace(settings.WORKSPACE)
    folder = workspace.land()
    with _lock:
        if str(folder) not in _lands:
            _lands.clear()
            _lands[str(folder)] = Territory(folder)
        return workspace, _lands[str(folder)]


@dataclass(frozen=True)
class Here:
    """Everything a page must know before it looks at its subject."""

    workspace: Workspace
    territory: Territory
    election: Election
    as_of: datetime
    per: str
    """The moment as the address carries it; empty = the default one."""
    words: Words
    path: str

    @cached_property
    def runs(self) -> list[Run]:
        """Published runs, read once a request."""
        return run_list(self.workspace)

    @property
    def areas(self) -> AreaTree:
        """Area tree of the election."""
        return self.territory.areas(self.election.key)

    @property
    def stations(self) -> Stations:
        """Stations of the election."""
        return self.territory.stations(self.election.key)

    def link(self, page: str, *args: object, **query: Any) -> str:
        """Address of a page of this election at this moment in this language."""
        return self.link_in(
            self.words.language, self.election.key, page, *args, **query
        )

    def link_in(
        self, language: str, election: str, page: str, *args: object, **query: Any
    ) -> str:
        """Address of a page in another language or election."""
        url = reverse(page, args=(language, election, *args))
        values = {"per": self.per} if self.per and election == self.election.key else {}
        values.update(
            {name: value for name, value in query.items() if value not in ("", None)}
        )
        return f"{url}?{urlencode(values)}" if values else url


def here(request: HttpRequest, language: str, election: str) -> Here:
    """Where a request stands.

    Raises BadState (no import), NotFound (no such election) or BadInput (bad moment).
    """
    workspace, territory = land_now()
    words = Words(language if language in LANGUAGES else LANGUAGES[0], territory.zone)
    found = territory.election(election)
    per = request.GET.get("per", "")
    as_of = (
        parse_moment(per, territory.zone) if per else opening_moment(territory, found)
    )
    return Here(workspace, territory, found, as_of, per, words, request.path)


def moment_text(moment: datetime, zone: tzinfo) -> str:
    """Moment as an address carries it: its day where it is the end of one."""
    local = moment.astimezone(zone)
    if end_of_day(local.date(), zone) == moment:
        return local.date().isoformat()
    return local.isoformat(timespec="minutes")
