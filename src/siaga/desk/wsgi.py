"""The desk as a WSGI application."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.core.wsgi import get_wsgi_application

from siaga.house.problems import SiagaError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

__all__ = ["application", "warm_up"]


def warm_up(asked: WSGIApplication) -> None:
    """Ask for the first pages once, so that the first person does not wait for imports.

    A workspace that is not ready yet says so to that person, not here.
    """
    from wsgiref.util import setup_testing_defaults

    from siaga.desk.here import land_now
    from siaga.house.words import LANGUAGES

    with suppress(SiagaError):
        _, territory = land_now()
        board = f"/{LANGUAGES[0]}/{territory.province['working_election']}/"
        for path in (board, f"{board}search", f"{board}map"):
            environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": "localhost"}
            setup_testing_defaults(environ)
            for _ in asked(environ, lambda *_: lambda _: None):
                pass


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siaga.desk.settings")
application = get_wsgi_application()
warm_up(application)
