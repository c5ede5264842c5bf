"""Where one begins, and what is shown when something is not there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from siaga.desk.access import access
from siaga.desk.here import here, land_now
from siaga.desk.middleware import problem_page
from siaga.house.problems import NotFound, SiagaError
from siaga.house.words import LANGUAGES

__all__ = ["failed", "favicon", "not_found", "start"]

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18">'
    '<path d="M9 1 17 16H1Z" fill="#fff" stroke="#0c5b8c" stroke-width="2"/>'
    '<circle cx="9" cy="11" r="2" fill="#0c5b8c"/></svg>'
)


@access()
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the board of the working election."""
    _, territory = land_now()
    stand = here(request, LANGUAGES[0], territory.province["working_election"])
    return HttpResponseRedirect(stand.link("board"))


@access()
def favicon(request: HttpRequest) -> HttpResponse:
    """Answer with the mark of Siaga."""
    return HttpResponse(_ICON, content_type="image/svg+xml")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Page for an address that leads nowhere."""
    return problem_page(request, NotFound("problem.no_page"))


def failed(request: HttpRequest) -> HttpResponse:
    """Page for a fault of ours; nothing was changed by it."""
    return problem_page(request, SiagaError("problem.failed"))
