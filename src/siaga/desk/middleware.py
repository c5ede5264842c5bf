"""Errors as sentences: whatever a page raises becomes a page that says what to do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from siaga.house.problems import BadInput, BadState, NotFound, Refused, SiagaError
from siaga.house.words import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["problem_page", "sentences"]

_STATUS: tuple[tuple[type[SiagaError], int], ...] = (
    (NotFound, 404),
    (BadInput, 400),
    (BadState, 503),
    (Refused, 403),
)
_log = logging.getLogger("django.siaga")


class sentences:
    """Middleware that turns a SiagaError into a page with its sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Middleware around the next one."""
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; no page is kept by a cache beyond this visit."""
        response = self._next(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Page for an error of ours or for a page that does not exist."""
        if isinstance(error, Http404):
            error = NotFound("problem.no_page")
        if not isinstance(error, SiagaError):
            return None
        return problem_page(request, error)


def problem_page(request: HttpRequest, error: SiagaError) -> HttpResponse:
    """Page that says what happened, where, what to do, and that nothing was lost."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    language = request.path.lstrip("/").split("/")[0]
    words = Words(language if language in LANGUAGES else LANGUAGES[0])
    context = {
        "words": words,
        "language": words.language,
        "sentence": error.sentence(words),
        "status": status,
    }
    return render(request, "desk/problem.html", context, status=status)
