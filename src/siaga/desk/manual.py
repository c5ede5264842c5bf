"""Method of a room as its own README says it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

__all__ = ["method_of"]

_METHOD = re.compile(
    r"^\*\*Method\.\*\*\s+(.+?)(?:\n\s*\n|\Z)", re.MULTILINE | re.DOTALL
)


@cache
def method_of(room: str) -> str:
    """Paragraph `Method` of a room's README as plain text; empty where it has none."""
    readme = files(f"siaga.{room}").joinpath("README.md")
    if not readme.is_file():
        return ""
    match = _METHOD.search(readme.read_text(encoding="utf-8"))
    if match is None:
        return ""
    return re.sub(r"[`*]", "", " ".join(match[1].split()))
