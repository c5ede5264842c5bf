"""Texts of the command line: full in both languages, and none that nobody says."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import siaga.cli
from siaga.house.words import LANGUAGES, catalogue
from siaga.readiness.states import State

CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(Path(siaga.cli.__file__).parent.rglob("*.py"))
)
OWN = sorted(key for key in catalogue("id") if key.startswith("cli."))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys():
    english = sorted(key for key in catalogue("en") if key.startswith("cli."))
    assert english == OWN


@pytest.mark.parametrize("key", OWN)
def test_each_text_is_full_and_names_the_same_values(key):
    texts = [form for language in LANGUAGES for form in catalogue(language)[key]]
    assert all(text.strip() for text in texts)
    assert len({frozenset(places(text)) for text in texts}) == 1


@pytest.mark.parametrize("key", OWN)
def test_no_text_is_unused(key):
    """Each key is written in the code, whole or as the start of a composed one."""
    group, _, last = key.rpartition(".")
    composed = f"{group}." in CODE and re.search(rf"\b{re.escape(last)}\b", CODE)
    from_elsewhere = last in (*(state.value for state in State), "help", "about")
    assert f'"{key}"' in CODE or composed or from_elsewhere


WRITTEN = sorted(set(re.findall(r'"(cli\.[a-z_.]+[a-z_])"', CODE)))


@pytest.mark.parametrize("key", WRITTEN)
def test_every_key_in_the_code_has_a_text(key):
    known = catalogue("id")
    assert key in known or f"{key}.help" in known
