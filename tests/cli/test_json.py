"""`--json`: one document on standard output and nothing else, for every command."""

from __future__ import annotations

import pytest

CALLS = [
    ("info",),
    ("board",),
    ("board", "--election", "pilkada_2024"),
    ("board", "--election", "pemilu_2019", "--area", "3601012001"),
    ("rekap", "tally", "--as-of", "2024-03-20"),
    ("runs",),
    ("doctor",),
]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_standard_output_is_one_document(on_banten, call, language):
    answer = on_banten(*call, "--json", "--lang", language)
    assert answer.document["schema"].startswith("siaga.")
    assert answer.err == ""


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_keys_do_not_depend_on_the_language(on_banten, call):
    one, other = (
        on_banten(*call, "--json", "--lang", x).document for x in ("id", "en")
    )
    assert shape(one) == shape(other)


def shape(value):
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_the_same_call_gives_the_same_bytes(on_banten, call):
    assert on_banten(*call, "--json").out == on_banten(*call, "--json").out
