"""`@access`: who may see a page, said once, on the view itself.

A view without it fails a test that walks the URL map. In this edition nobody signs in:
every page is public, shows no names of persons, and is read-only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

__all__ = ["Access", "access", "access_of"]

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Access:
    """Rule of a view: the role it asks for and the methods it answers."""

    role: str
    methods: tuple[str, ...] = ("GET", "HEAD")


def access(role: str = "public") -> Callable[[View], View]:
    """Declare who may see a view; it answers reading methods only."""
    rule = Access(role)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: object, **values: object
        ) -> HttpResponse:
            if request.method not in rule.methods:
                return HttpResponseNotAllowed(rule.methods)
            return view(request, *args, **values)

        guarded.access = rule  # type: ignore[attr-defined]
        return guarded

    return declare


def access_of(view: View) -> Access | None:
    """Rule that a view declares, None if it declares none."""
    rule: Access | None = getattr(view, "access", None)
    return rule
