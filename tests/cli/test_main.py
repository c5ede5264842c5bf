"""The entry: exit codes, no traceback, interrupts, readers that leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from siaga.cli import info
from siaga.house.problems import BadInput, BadState, NotFound, Refused


def failing_with(error: BaseException):
    def run(call):
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInput("problem.moment", found="x"), 2),
        (NotFound("problem.no_room", room="x"), 2),
        (BadState("problem.no_import", folder="x"), 3),
        (PermissionError(13, "Permission denied", "/x/y"), 3),
        (Refused("problem.figures_closed", election="x"), 4),
        (ZeroDivisionError("division by zero"), 1),
        (KeyError("no such word"), 1),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 141),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_each_error_has_its_exit_code_and_no_traceback(siaga, monkeypatch, error, code):
    monkeypatch.delenv("SIAGA_DEBUG", raising=False)
    monkeypatch.setattr(info, "run", failing_with(error))
    answer = siaga("info")
    assert (answer.code, answer.out) == (code, "")
    assert "Traceback" not in answer.err
    assert bool(answer.err) == (code != 141)


def test_a_traceback_is_shown_when_asked_for(siaga, monkeypatch):
    monkeypatch.setenv("SIAGA_DEBUG", "1")
    monkeypatch.setattr(info, "run", failing_with(ZeroDivisionError("none")))
    answer = siaga("info")
    assert answer.code == 1
    assert "Traceback" in answer.err
    assert "Ini kesalahan Siaga" in answer.err


@pytest.mark.parametrize(
    "error",
    [OSError(2, "gone", "/data/x"), FileNotFoundError("/data/x: gone")],
    ids=["python", "arrow"],
)
def test_a_file_that_cannot_be_read_is_named(siaga, monkeypatch, error):
    monkeypatch.setattr(info, "run", failing_with(error))
    assert siaga("info").err.startswith("/data/x: gone. Periksa")


def test_an_interrupt_is_one_line(siaga, monkeypatch):
    monkeypatch.setattr(info, "run", failing_with(KeyboardInterrupt()))
    assert siaga("info").err.count("\n") == 1


def test_a_reader_that_leaves_is_no_error(program, banten_workspace):
    """`siaga info | head -1` ends quietly."""
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "siaga.cli",
            "info",
            "--workspace",
            str(banten_workspace),
        ],
        env=program.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
        assert process.wait(60) == 141
    assert said == ""


@pytest.mark.slow
def test_an_interrupted_import_leaves_the_workspace_as_it_was(
    program, folder, tmp_path
):
    with subprocess.Popen(
        [sys.executable, "-m", "siaga.cli", "import", str(folder), "--workspace", "w"],
        cwd=tmp_path,
        env=program.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A job in the background of a shell would hand down that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        deadline = time.monotonic() + 60
        incoming = tmp_path / "w" / "imports"
        while not incoming.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in err
    assert not (tmp_path / "w" / "current").exists()


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_signs_that_the_terminal_lacks_do_not_fail(program, banten_workspace, encoding):
    extra = {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    answer = program.run("board", "--workspace", banten_workspace, **extra)
    assert answer.code == 0
    assert ("?" * 5 in answer.out) == (encoding == "ascii")
