"""Write the generated pages of docs/ from the program itself.

`python tools/reference.py` writes them; the tests compare them with what is there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPO = Path(__file__).resolve().parent.parent
DOCS = REPO / "docs"

COMMANDS_HEAD = """\
# Commands

What `--help` says, in English; `--lang id` (the default) says the same in Indonesian.
Every command takes `--workspace`, `--lang`, `--json`. With `--json` one document stands
on standard output and nothing else ([json.md](json.md)); progress goes to standard
error. Exit codes: 0 done (findings too), 1 a fault of Siaga, 2 bad input or usage, 3
the workspace is not ready for it, 4 refused, 130 stopped with Ctrl-C.
"""
JSON_HEAD = """\
# JSON documents

With `--json` a command writes one document on standard output and nothing else. Each
has `schema` with its name and version. Moments are ISO in UTC, codes are text, what is
not known is null.
"""
PAGES_HEAD = """\
# Pages

Every address begins with the language (`id`, `en`) and, except for the help, the
election. `?per=` is the moment of the page: a day (its end) or an ISO time; without it
the election opens at its own moment. Nothing known later is on the page. All pages are
read-only and work without JavaScript, the map as an SVG.

| address | name | role | methods | what it is |
|---|---|---|---|---|
"""


def command_words() -> Iterator[list[str]]:
    """Words of every command, those of the rooms too."""
    from siaga.cli.commands import _AFTER_ROOMS, _BEFORE_ROOMS, room_commands
    from siaga.house.rooms import built_rooms

    yield []
    yield from ([command.name] for command in _BEFORE_ROOMS)
    for room in built_rooms():
        yield [room.key]
        yield from ([room.key, command.name] for command in room_commands(room))
    yield from ([command.name] for command in _AFTER_ROOMS)


def commands_page() -> str:
    """Page of all commands with their help."""
    parts = [COMMANDS_HEAD]
    for words in command_words():
        name = " ".join(["siaga", *words])
        parts.append(f"## {name}\n\n```\n{help_of(words)}```\n")
    return "\n".join(parts)


def help_of(words: list[str]) -> str:
    """Help of a command in English, at a fixed width."""
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("SIAGA_") and key not in ("COLUMNS", "FORCE_COLOR")
    }
    done = subprocess.run(
        [sys.executable, "-m", "siaga.cli", *words, "--lang", "en", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**env, "COLUMNS": "88", "NO_COLOR": "1", "PYTHONPATH": str(REPO / "src")},
    )
    return done.stdout


def pages_page() -> str:
    """Page of all addresses, with who may see them."""
    from siaga.desk.access import access_of
    from siaga.desk.urls import urlpatterns

    rows = []
    for pattern in urlpatterns:
        rule = access_of(pattern.callback)
        assert rule is not None, pattern.name
        what = (pattern.callback.__doc__ or "-").splitlines()[0]
        address = "/" + str(pattern.pattern).replace("|", "\\|")
        methods = ", ".join(rule.methods)
        rows.append(
            f"| `{address}` | `{pattern.name}` | {rule.role} | {methods} | {what} |"
        )
    return PAGES_HEAD + "\n".join(rows) + "\n"


def data_format_page() -> str:
    """Page of the data format."""
    from data_format import page

    return page()


def json_page() -> str:
    """Page of the JSON documents, from the docstrings of the commands."""
    import ast

    parts = [JSON_HEAD]
    for path in sorted((REPO / "src" / "siaga" / "cli").rglob("*.py")):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        for block in said.split("\n\n"):
            if block.startswith("JSON `"):
                name = block.split("`")[1]
                parts.append(f"## {name}\n\n{block.removeprefix('JSON ')}\n")
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "pages.md": pages_page,
    "json.md": json_page,
    "data-format.md": data_format_page,
}


def main() -> None:
    """Write all generated pages."""
    sys.path.insert(0, str(Path(__file__).parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siaga.desk.settings")
    import django

    django.setup()
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
