"""What is computed behind the open desk: the layers of its map, without a word."""

from __future__ import annotations

import os

import pytest
from network.layered import copied

from siaga.cli import behind
from siaga.house.runs import run_list
from siaga.house.workspace import Workspace


@pytest.fixture(autouse=True)
def polite(monkeypatch):
    """Steps back that were taken; the tests' own process takes none."""
    steps = []
    monkeypatch.setattr(os, "nice", steps.append)
    return steps


def test_the_layers_of_the_opening_moment_are_made(
    banten_workspace, tmp_path, capsys, polite
):
    folder = copied(banten_workspace, tmp_path / "own")
    assert behind.main(str(folder)) == 0
    made = [
        run for run in run_list(Workspace(folder)) if run.manifest["verb"] == "layers"
    ]
    assert [run.as_of.date().isoformat() for run in made] == ["2024-01-25"]
    runs = run_list(Workspace(folder))
    planned = [run for run in runs if run.manifest["verb"] == "plan"]
    assert [run.as_of.date().isoformat() for run in planned] == ["2024-01-25"]
    assert polite == [behind.NICENESS]
    assert capsys.readouterr() == ("", "")


def test_without_an_import_it_ends_quietly(tmp_path, capsys):
    assert behind.main(str(tmp_path)) == 3
    assert capsys.readouterr() == ("", "")
