"""The documentation says what the program does, and nothing else."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(REPO / "tools"))

import reference  # noqa: E402

from siaga.house.params import param_infos  # noqa: E402
from siaga.house.rooms import built_rooms, rooms  # noqa: E402

PAGES = [
    REPO / "README.md",
    REPO / "CONTRIBUTING.md",
    REPO / "SECURITY.md",
    *sorted((REPO / "docs").rglob("*.md")),
    *sorted((REPO / "src").rglob("README.md")),
]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
HAND_WRITTEN = "\n".join(
    path.read_text(encoding="utf-8")
    for path in PAGES
    if path.name not in reference.PAGES
)


@pytest.mark.parametrize("name", reference.PAGES)
def test_generated_pages_are_up_to_date(name: str) -> None:
    written = (REPO / "docs" / name).read_text(encoding="utf-8")
    assert written == reference.PAGES[name](), "run: make docs"


def test_every_command_that_is_written_exists() -> None:
    known = {tuple(words) for words in reference.command_words()}
    rooms_known = {words[0] for words in known if len(words) == 2}
    for line in re.findall(r"`?siaga ((?:[a-z]+ ?)+)", HAND_WRITTEN):
        words = tuple(line.split())
        if words[0] in rooms_known and len(words) > 1:
            assert words[:2] in known, line
        elif words[0] not in ("desk", "command"):
            assert words[:1] in known, line


def test_every_flag_that_is_written_exists() -> None:
    helps = "\n".join(reference.help_of(words) for words in reference.command_words())
    for flag in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", HAND_WRITTEN)):
        assert flag in helps, flag


def test_every_parameter_is_named() -> None:
    for room in built_rooms():
        for name in ("assess", "plan"):
            verb = room.verb(name)
            for info in param_infos(verb.params) if verb else ():
                assert f"`{info.name}`" in HAND_WRITTEN, (room.key, name, info.name)


def test_every_setting_is_named_and_exists() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in (REPO / "src").rglob("*.py")
    )
    in_code = set(re.findall(r"\bSIAGA_[A-Z_]+\b", code))
    in_docs = set(re.findall(r"\bSIAGA_[A-Z_]+\b", TEXT))
    assert in_code == in_docs


def test_every_room_has_its_page_and_readme() -> None:
    for room in built_rooms():
        package = REPO / "src" / "siaga" / room.key / "README.md"
        assert f"# {room.key}" in package.read_text(encoding="utf-8")
    for path in (REPO / "docs" / "rooms").glob("*.md"):
        assert path.stem.split("-")[0] in [room.key for room in rooms()]


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_decision_is_a_page_of_its_own() -> None:
    names = sorted(path.name for path in (REPO / "docs" / "decisions").glob("*.md"))
    numbers = [name[:3] for name in names]
    assert numbers == [f"{i:03d}" for i in range(1, len(names) + 1)]


def test_nothing_names_a_machine_or_a_registry() -> None:
    for path in (*PAGES, REPO / "constraints.txt", REPO / "package-lock.json"):
        text = path.read_text(encoding="utf-8")
        for word in ("/work/", "/root/", "/tmp/", "resolved", "http://", "https://"):
            assert word not in text, f"{path.name}: {word}"
