"""A run is named by what it depends on, computed once, and seen whole or not at all."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from provinces.files import tree_of

from siaga.house.problems import BadState
from siaga.house.runs import RunKey, code_digest, newest_run, publish, run_list
from siaga.house.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

SRC = Path(__file__).resolve().parents[2] / "src"
KEY = RunKey(
    room="rekap",
    verb="assess",
    election="pemilu_2021",
    as_of="2021-02-20T15:59:59+00:00",
    situation="s0",
    params={"limit": 0.3, "race": ""},
    inputs={"stations.parquet": "ab"},
    code="c0",
)
OTHER: dict[str, Any] = {
    "room": "network", "verb": "plan", "election": "pemilu_2022",
    "as_of": "2021-02-21T15:59:59+00:00", "situation": "s1",
    "params": {"limit": 0.4, "race": ""}, "inputs": {"stations.parquet": "ac"},
    "code": "c1", "seed": 1, "upstream": ("r0",),
}  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "kerja")


def writes(text: str) -> Callable[[Path], None]:
    """Writer of one file."""
    return lambda folder: (folder / "line.txt").write_text(text) and None


def test_every_field_is_part_of_the_name() -> None:
    assert set(OTHER) == {field.name for field in fields(RunKey)}
    ids = {replace(KEY, **{name: value}).run_id for name, value in OTHER.items()}
    assert len(ids | {KEY.run_id}) == len(OTHER) + 1


@given(st.permutations(["limit", "race", "depth"]))
def test_the_order_of_parameters_is_no_part_of_it(names: list[str]) -> None:
    first = replace(KEY, params={name: 1 for name in names})
    second = replace(KEY, params={name: 1 for name in sorted(names)})
    assert first.run_id == second.run_id


def test_a_run_is_computed_once(workspace: Workspace) -> None:
    run, computed = publish(workspace, KEY, writes("a"))
    assert computed and (run.folder / "line.txt").read_text() == "a"

    def never(folder: Path) -> None:
        raise AssertionError("it was there already")

    again, computed = publish(workspace, KEY, never)
    assert not computed and again == run


def test_the_manifest_names_all_it_depends_on_and_no_clock(
    workspace: Workspace,
) -> None:
    run, _ = publish(workspace, KEY, writes("a"))
    assert {**run.manifest, "upstream": ()} == {
        field.name: getattr(KEY, field.name) for field in fields(RunKey)
    }
    assert run.as_of == datetime(2021, 2, 20, 15, 59, 59, tzinfo=UTC)
    other = Workspace(workspace.path.parent / "lain")
    twin, _ = publish(other, KEY, writes("a"))
    assert tree_of(run.folder) == tree_of(twin.folder)


@pytest.mark.parametrize("error", [ValueError("bug"), KeyboardInterrupt()])
def test_an_interrupted_run_leaves_nothing(
    workspace: Workspace, error: BaseException
) -> None:
    publish(workspace, replace(KEY, seed=9), writes("before"))
    before = tree_of(workspace.path)

    def half(folder: Path) -> None:
        (folder / "line.txt").write_text("half")
        raise error

    with pytest.raises(type(error)):
        publish(workspace, KEY, half)
    assert tree_of(workspace.path) == before
    assert [run.run_id for run in run_list(workspace)] == [replace(KEY, seed=9).run_id]
    _, computed = publish(workspace, KEY, writes("a"))
    assert computed


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from siaga.house.runs import publish
from siaga.house.workspace import Workspace
from house.test_runs import KEY

def killed(folder):
    (folder / "line.txt").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)

publish(Workspace(Path(sys.argv[1])), KEY, killed)
"""


def test_a_killed_run_is_seen_by_nobody_and_is_cleared_away(
    workspace: Workspace,
) -> None:
    paths = [str(workspace.path), str(SRC), str(SRC.parent / "tests")]
    done = subprocess.run([sys.executable, "-c", KILLED, *paths], check=False)
    assert done.returncode == -signal.SIGKILL
    assert run_list(workspace) == []
    left = [path.name for path in (workspace.runs / KEY.room).glob(".[0-9a-f]*")]
    assert len(left) == 1
    _, computed = publish(workspace, KEY, writes("a"))
    assert computed
    assert not list((workspace.runs / KEY.room).glob(".[0-9a-f]*"))


def _publish_slowly(path: str, key: RunKey, go: Any, told: Any) -> None:
    """Publish in a process of its own; tell who computed, and when it began."""

    def write(folder: Path) -> None:
        told.put(("begins", os.getpid()))
        # Long enough that the other process finds the run under way.
        go.wait(0.4)
        (folder / "line.txt").write_text("a")

    run, computed = publish(Workspace(Path(path)), key, write)
    told.put(("done", computed, run.run_id, (run.folder / "line.txt").read_text()))


@pytest.mark.parametrize("same", [True, False])
def test_two_processes_publish_at_once(workspace: Workspace, same: bool) -> None:
    """The same run is computed by one of them; two runs both come out."""
    context = multiprocessing.get_context("spawn")
    go, told = context.Event(), context.Queue()
    keys = [KEY, KEY if same else replace(KEY, as_of=OTHER["as_of"])]
    processes = [
        context.Process(
            target=_publish_slowly, args=(str(workspace.path), key, go, told)
        )
        for key in keys
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(180)
        assert process.exitcode == 0
    heard = [told.get(timeout=10) for _ in range(3 if same else 4)]
    done = [entry for entry in heard if entry[0] == "done"]
    assert sorted(entry[1] for entry in done) == ([False, True] if same else [True] * 2)
    assert {entry[3] for entry in done} == {"a"}
    assert {run.run_id for run in run_list(workspace)} == {key.run_id for key in keys}


def test_readers_see_the_run_published_last_for_its_moment(
    workspace: Workspace,
) -> None:
    first, _ = publish(workspace, KEY, writes("a"))
    second, _ = publish(workspace, replace(KEY, code="c1"), writes("b"))
    assert [run.run_id for run in run_list(workspace)] == [second.run_id]
    # The run before stays on disk and is shown again without computing it.
    back, computed = publish(workspace, KEY, writes("c"))
    assert not computed and run_list(workspace) == [back] and back == first


def test_the_newest_run_is_not_newer_than_the_moment_asked_for(
    workspace: Workspace,
) -> None:
    days = ["2021-02-18", "2021-02-20", "2021-02-22"]
    for day in days:
        publish(workspace, replace(KEY, as_of=f"{day}T15:59:59+00:00"), writes(day))
    runs = run_list(workspace)
    assert runs == sorted(runs, key=lambda run: run.as_of)

    def newest(day: int, hour: int = 23) -> str | None:
        at = datetime(2021, 2, day, hour, tzinfo=UTC)
        run = newest_run(runs, "rekap", "pemilu_2021", at)
        return run.manifest["as_of"][:10] if run else None

    assert [newest(17), newest(18), newest(21)] == [None, days[0], days[1]]
    assert newest(22, 10) == days[1] and newest(22) == days[2]
    late = datetime(2030, 1, 1, tzinfo=UTC)
    assert newest_run(runs, "rekap", "pemilu_2022", late) is None
    assert newest_run(runs, "network", "pemilu_2021", late) is None


def test_a_plan_is_no_assessment(workspace: Workspace) -> None:
    publish(workspace, replace(KEY, verb="plan"), writes("a"))
    late = datetime(2030, 1, 1, tzinfo=UTC)
    assert newest_run(run_list(workspace), "rekap", "pemilu_2021", late) is None


def test_a_variation_is_listed_and_never_shown(workspace: Workspace) -> None:
    shown, _ = publish(workspace, KEY, writes("a"))
    varied = replace(KEY, params={"limit": 0.9, "race": "a|b"})
    run, computed = publish(workspace, varied, writes("b"), variation=True)
    assert computed and not run.shown
    runs = run_list(workspace)
    assert {r.run_id for r in runs} == {shown.run_id, run.run_id}
    late = datetime(2030, 1, 1, tzinfo=UTC)
    assert newest_run(runs, "rekap", "pemilu_2021", late) == shown


def test_a_run_that_is_gone_from_disk_is_not_listed(workspace: Workspace) -> None:
    run, _ = publish(workspace, KEY, writes("a"))
    (run.folder / "manifest.json").unlink()
    assert run_list(workspace) == []


@pytest.mark.parametrize("text", ["{", "[]", "\x00", '"x"'])
def test_a_broken_index_is_a_bad_state(workspace: Workspace, text: str) -> None:
    publish(workspace, KEY, writes("a"))
    (workspace.runs / "index.json").write_text(text)
    with pytest.raises(BadState):
        run_list(workspace)


def test_the_code_of_a_room_is_part_of_its_digest() -> None:
    assert code_digest("rekap") != code_digest("readiness")
    assert len(code_digest("rekap")) == 16
