"""A way to call the command line in this process, and one to call it as a program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

SRC = Path(__file__).resolve().parents[2] / "src"
BANTEN = SRC.parent / "data" / "banten"


@dataclass(frozen=True)
class Answer:
    """What a call answered."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as one JSON document; anything else beside it fails."""
        return json.loads(self.out)


@pytest.fixture
def siaga(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Call `siaga` in this process; the workspace is the one of $SIAGA_WORKSPACE."""
    from siaga.cli.main import main

    def call(*arguments: str) -> Answer:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


@pytest.fixture
def on_banten(
    siaga: Callable[..., Answer],
    banten_workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Answer]:
    """Call `siaga` on the shared workspace of Banten; do not write into it."""
    monkeypatch.setenv("SIAGA_WORKSPACE", str(banten_workspace))
    return siaga


def copy_workspace(source: Path, target: Path) -> Path:
    """Copy of a workspace that may be written to.

    Files that are never written again are linked; the log is appended to, so it is not.
    """
    shutil.copytree(
        source,
        target,
        copy_function=os.link,
        ignore=shutil.ignore_patterns("log.jsonl"),
    )
    return target


@pytest.fixture
def own_banten(banten_workspace: Path, tmp_path: Path) -> Path:
    """Workspace of Banten that this test may change."""
    return copy_workspace(banten_workspace, tmp_path / "own")


@pytest.fixture(scope="session")
def prepared(banten_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workspace of Banten with its maps, made once."""
    from siaga.house.progress import silent
    from siaga.house.workspace import Workspace
    from siaga.readiness.prepare import prepare

    folder = tmp_path_factory.mktemp("serve") / "banten"
    prepare(Workspace(copy_workspace(banten_workspace, folder)), silent)
    return folder


@dataclass(frozen=True)
class Program:
    """The command line as a program of its own, from some source tree."""

    src: Path = SRC

    def environ(self, **extra: str) -> dict[str, str]:
        """Environment without what the tests' own process has set for itself."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SIAGA_", "DJANGO_"))
        }
        return {**kept, "PYTHONPATH": str(self.src), "PYTHONUTF8": "1", **extra}

    def run(self, *arguments: str, **extra: str) -> Answer:
        """Run to the end."""
        done = subprocess.run(
            [sys.executable, "-m", "siaga.cli", *map(str, arguments)],
            env=self.environ(**extra),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def python(self, code: str) -> str:
        """Standard output of a piece of Python in the same environment."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=self.environ(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=True,
        )
        return done.stdout


@pytest.fixture
def folder() -> Path:
    """The folder that Banten is imported from."""
    return BANTEN


@pytest.fixture
def program() -> Program:
    """The command line of this source tree as a program."""
    return Program()
