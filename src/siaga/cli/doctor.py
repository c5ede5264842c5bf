"""`siaga doctor`: does this installation and this workspace stand? What would mend it?

JSON `siaga.doctor/1`: `ok`, `workspace`, `checks` (check, ok, finding, remedy). Exit
code 3 where there is a problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siaga.cli.tables import emphasise, paragraph
from siaga.house.problems import BadState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser

__all__ = ["add_options", "run"]


def add_options(parser: Parser) -> None:
    """Nothing besides what every command takes."""


def run(call: Call) -> int:
    """Check everything that is checked; 3 where something must be mended."""
    from siaga.cli.checks import machine_checks, workspace_checks

    checks = [*machine_checks(), *workspace_checks(call.workspace)]
    document = {
        "schema": "siaga.doctor/1",
        "ok": all(check.ok for check in checks),
        "workspace": str(call.workspace.path),
        "checks": [
            {
                "check": check.key,
                "ok": check.ok,
                "finding": call.words(check.finding),
                "remedy": call.words(check.remedy) if check.remedy else None,
            }
            for check in checks
        ],
    }
    call.answer(document, lambda: _lines(document, call))
    return 0 if document["ok"] else BadState.exit_code


def _lines(document: dict[str, Any], call: Call) -> Iterator[str]:
    words = call.words
    good, bad = words("cli.doctor.good"), words("cli.doctor.bad")
    room = max(len(good), len(bad))
    for check in document["checks"]:
        mark = good.ljust(room) if check["ok"] else emphasise(bad.ljust(room))
        yield f"{mark}  {check['finding']}"
        if check["remedy"]:
            yield from paragraph(check["remedy"], indent=" " * (room + 2))
    problems = sum(not check["ok"] for check in document["checks"])
    yield ""
    yield (
        words("cli.doctor.problems", n=problems)
        if problems
        else words("cli.doctor.sound")
    )
