"""All or nothing: an import that fails, at whatever point, leaves what was there."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from provinces.files import tree_of

from siaga.house import workspace as workspace_module
from siaga.house.problems import BadState, ImportProblems
from siaga.house.workspace import Workspace
from siaga.territory import election_write, land_import
from siaga.territory.importer import import_folder
from siaga.territory.territory import open_territory

if TYPE_CHECKING:
    from collections.abc import Callable

SRC = Path(__file__).resolve().parents[2] / "src"


class Broken(Exception):
    """What no caller expects."""


def change_all(folder: Path) -> None:
    """Change what every part depends on, so that all of them are written anew."""
    text = (folder / "sources.csv").read_text(encoding="utf-8")
    (folder / "sources.csv").write_text(text + "\n", encoding="utf-8")


def failing_after(n: int, error: BaseException, real: Callable[..., Any]) -> Any:
    """Function `real` that raises at its call number `n`, half of its work done."""
    calls = iter(range(n))

    def write(path: Path, *rest: Any, **more: Any) -> None:
        if next(calls, None) is None:
            path.write_bytes(b"half")
            raise error
        real(path, *rest, **more)

    return write


NO_SPACE = OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("n", "error"),
    [
        (0, Broken()),  # at the first file of the land
        (3, NO_SPACE),
        (9, KeyboardInterrupt()),  # the land is whole, the first election is not
        (12, Broken()),
        (21, NO_SPACE),
    ],
)
def test_a_failing_writer_leaves_the_workspace_as_it_was(
    tiny_folder: Path,
    tiny_workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    n: int,
    error: BaseException,
) -> None:
    before = tree_of(tiny_workspace.path)
    change_all(tiny_folder)
    with monkeypatch.context() as patch:
        write = failing_after(n, error, land_import.write_columns)
        for module in (land_import, election_write):
            patch.setattr(module, "write_columns", write)
        with pytest.raises(type(error)):
            import_folder(tiny_folder, tiny_workspace)
    assert tree_of(tiny_workspace.path) == before
    assert import_folder(tiny_folder, tiny_workspace).changed != ()


def test_a_first_import_that_fails_leaves_no_import(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(tmp_path / "baru")
    write = failing_after(9, Broken(), land_import.write_columns)
    monkeypatch.setattr(election_write, "write_columns", write)
    with pytest.raises(Broken):
        import_folder(tiny_folder, workspace)
    assert tree_of(workspace.path) == {}
    with pytest.raises(BadState):
        workspace.land()


def test_a_first_import_with_faults_does_not_even_make_the_folder(
    tiny_folder: Path, tmp_path: Path
) -> None:
    (tiny_folder / "claims.csv").write_text("claim\n", encoding="utf-8")
    with pytest.raises(ImportProblems):
        import_folder(tiny_folder, Workspace(tmp_path / "baru"))
    assert not (tmp_path / "baru").exists()


def test_readers_keep_the_old_import_until_the_pointer_is_replaced(
    tiny_folder: Path, tiny_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tiny_workspace.current_import()
    change_all(tiny_folder)

    def no_pointer(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(workspace_module, "write_atomic", no_pointer)
        with pytest.raises(OSError, match="space"):
            import_folder(tiny_folder, tiny_workspace)
    assert tiny_workspace.current_import() == before
    assert len(open_territory(tiny_workspace).elections) == 3
    # What was written is whole and is taken up the next time.
    import_folder(tiny_folder, tiny_workspace)
    assert tiny_workspace.current_import() != before


KILLED = """
import os, signal, sys
from pathlib import Path
from siaga.house.workspace import Workspace
from siaga.territory import election_write
from siaga.territory.importer import import_folder

def killed(path, *rest, **more):
    path.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)

election_write.write_columns = killed
import_folder(Path(sys.argv[1]), Workspace(Path(sys.argv[2])))
"""


def test_a_killed_import_is_seen_by_nobody_and_is_cleared_away(
    tiny_folder: Path, tiny_workspace: Workspace
) -> None:
    before = tree_of(tiny_workspace.path)
    change_all(tiny_folder)
    arguments = [KILLED, str(tiny_folder), str(tiny_workspace.path)]
    killed = subprocess.run(
        [sys.executable, "-c", *arguments],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    after = tree_of(tiny_workspace.path)
    left = [file for file in after if file not in before]
    assert left and all(file.startswith("imports/.incoming-") for file in left)
    assert {file: after[file] for file in before} == before
    assert len(open_territory(tiny_workspace).elections) == 3
    import_folder(tiny_folder, tiny_workspace)
    assert not list(tiny_workspace.imports.glob(".incoming-*"))


def test_two_imports_at_once_are_refused(
    tiny_folder: Path, tiny_workspace: Workspace
) -> None:
    before = tree_of(tiny_workspace.path)
    change_all(tiny_folder)
    with (tiny_workspace.imports / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BadState, match="Another import"):
            import_folder(tiny_folder, tiny_workspace)
    assert tree_of(tiny_workspace.path) == before
    assert import_folder(tiny_folder, tiny_workspace).changed != ()
