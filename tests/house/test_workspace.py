"""One folder = one province; a reader sees all of an import or none of it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.house.problems import BadInput, BadState
from siaga.house.words import Words
from siaga.house.workspace import (
    Workspace,
    canonical_json,
    digest_file,
    write_atomic,
)

if TYPE_CHECKING:
    from pathlib import Path

ID = Words("id")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "kerja")


def adopt(workspace: Workspace, name: str, text: str = "{}") -> None:
    """Bring in an import that consists of its manifest."""
    with workspace.incoming() as folder:
        (folder / "manifest.json").write_text(text)
        workspace.adopt(folder, name)


def test_before_the_first_import_there_is_no_land(workspace: Workspace) -> None:
    assert workspace.current_import() is None
    with pytest.raises(BadState) as caught:
        workspace.land()
    assert "siaga import FOLDER --workspace" in caught.value.sentence(ID)


def test_the_pointer_names_the_import_that_readers_see(workspace: Workspace) -> None:
    adopt(workspace, "a1")
    assert workspace.land() == workspace.imports / "a1"
    assert (workspace.path / "current").read_text() == "a1\n"
    adopt(workspace, "b2")
    assert workspace.current_import() == "b2"
    assert {p.name for p in workspace.imports.iterdir() if p.is_dir()} == {"a1", "b2"}
    adopt(workspace, "c3")
    assert {p.name for p in workspace.imports.iterdir() if p.is_dir()} == {"b2", "c3"}


def test_an_import_that_is_there_already_is_taken_as_it_is(
    workspace: Workspace,
) -> None:
    adopt(workspace, "a1", '{"first": 1}')
    adopt(workspace, "b2")
    adopt(workspace, "a1", '{"second": 2}')
    assert (workspace.land() / "manifest.json").read_text() == '{"first": 1}'


def test_what_was_not_adopted_is_gone(workspace: Workspace) -> None:
    with pytest.raises(ZeroDivisionError), workspace.incoming() as folder:
        (folder / "half").write_text("x")
        _ = 1 / 0
    assert not folder.exists()
    with workspace.incoming() as folder:
        pass
    assert not folder.exists() and workspace.current_import() is None


def test_only_one_import_is_written_at_a_time(workspace: Workspace) -> None:
    with (
        workspace.incoming(),
        pytest.raises(BadState, match="Another import"),
        workspace.incoming(),
    ):
        pass
    with workspace.incoming() as folder:
        assert folder.is_dir()


@pytest.mark.parametrize("text", ["", "\n", "tidak-ada\n", "../..\n", "a\x00b", "\xff"])
def test_a_pointer_to_nothing_is_no_import(workspace: Workspace, text: str) -> None:
    adopt(workspace, "a1")
    (workspace.path / "current").write_bytes(text.encode("latin-1"))
    assert workspace.current_import() is None


def test_settings_are_empty_without_a_file(workspace: Workspace) -> None:
    assert workspace.settings == {}
    assert workspace.verb_settings("rekap", "assess") == {}


def test_a_section_holds_the_parameters_of_a_verb(workspace: Workspace) -> None:
    workspace.path.mkdir()
    (workspace.path / "siaga.toml").write_text('[rekap.assess]\nrace = "ppwp"\n')
    assert workspace.verb_settings("rekap", "assess") == {"race": "ppwp"}
    assert workspace.verb_settings("rekap", "plan") == {}


@pytest.mark.parametrize(
    "data",
    [b"[rekap", b"a = \xff", b"a = " + b"9" * 5000, b"a = " + b"[" * 5000],
    ids=["cut", "latin", "long number", "deep"],
)
def test_settings_that_are_no_toml_are_bad_input(
    workspace: Workspace, data: bytes
) -> None:
    workspace.path.mkdir()
    (workspace.path / "siaga.toml").write_bytes(data)
    with pytest.raises(BadInput) as caught:
        _ = workspace.settings
    assert caught.value.sentence(ID).startswith("siaga.toml bukan TOML yang benar")


@pytest.mark.parametrize("text", ["rekap = 1", "[rekap]\nassess = 1", "rekap = [1]"])
def test_a_section_that_is_none_is_bad_input(workspace: Workspace, text: str) -> None:
    workspace.path.mkdir()
    (workspace.path / "siaga.toml").write_text(text)
    with pytest.raises(BadInput) as caught:
        workspace.verb_settings("rekap", "assess")
    assert "[rekap.assess]" in caught.value.sentence(ID)


def test_a_small_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "current"
    for text in ("satu\n", "dua: é\n"):
        write_atomic(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert [p.name for p in tmp_path.iterdir()] == ["current"]


def test_the_log_has_one_line_for_each_event(workspace: Workspace) -> None:
    workspace.path.mkdir()
    workspace.log("import", id="a1", changed=["territory"])
    workspace.log("run", room="rekap", seconds=0.1)
    text = (workspace.path / "log.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["event"] for line in lines] == ["import", "run"]
    assert all(line["at"].endswith("+00:00") for line in lines)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_the_form_that_is_hashed_reads_back_and_has_no_spaces(value: object) -> None:
    text = canonical_json(value)
    assert json.loads(text) == value
    assert text == canonical_json(json.loads(text))


@given(st.dictionaries(st.text(max_size=4), st.integers(), max_size=6))
def test_the_form_that_is_hashed_knows_no_order(value: dict[str, int]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert canonical_json(backwards) == canonical_json(value)


@given(data=st.binary(max_size=500))
def test_a_digest_is_sha256(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("digest") / "file"
    path.write_bytes(data)
    assert digest_file(path) == hashlib.sha256(data).hexdigest()
