"""`siaga serve`: ports, the server as a child, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from siaga.cli import serve

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port_is_said_before_anything_is_prepared(on_banten):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = on_banten("serve", "--port", port)
    assert (answer.code, answer.out) == (3, "")
    assert f"Port {port} sedang dipakai" in answer.err
    assert f"--port {port + 1}" in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "x" * 70])
def test_an_address_that_is_not_ours_is_refused(on_banten, free_port, host):
    answer = on_banten("serve", "--host", host, "--port", free_port)
    assert answer.code == 2
    assert "bukan alamat mesin ini" in answer.err


def test_without_an_import_nothing_is_started(siaga, tmp_path, free_port):
    answer = siaga("serve", "--workspace", tmp_path, "--port", free_port)
    assert answer.code == 3
    assert "siaga import" in answer.err


def test_a_browser_is_opened_only_at_a_screen(monkeypatch):
    import webbrowser

    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    serve._open_browser("http://here/")
    monkeypatch.setenv("DISPLAY", ":0")
    serve._open_browser("http://there/")
    assert "http://there/" in opened
    assert sys.platform != "linux" or opened == ["http://there/"]


def started(
    program, workspace: Path, port: int, *extra: str
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "siaga.cli", "serve", "--workspace", str(workspace),
         "--port", str(port), "--no-open", *extra],
        env=program.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A job in the background of a shell would hand down that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize(
    "ending", [signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name
)
def test_it_serves_until_it_is_told_to_stop(program, prepared, free_port, ending):
    with started(program, prepared, free_port, "--json") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        document = json.loads(b"".join(lines))
        assert document["schema"] == "siaga.serve/1"
        address = document["address"]
        assert address == f"http://127.0.0.1:{free_port}/"
        with urllib.request.urlopen(address, timeout=30) as page:
            assert page.status == 200
        os.kill(process.pid, ending)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == b""
    assert b"Traceback" not in err
    assert "Siaga ditutup." in err.decode()
    assert is_free(free_port)


@pytest.mark.slow
def test_it_stops_cleanly_in_the_middle_of_the_preparation(
    program, own_banten, free_port
):
    shutil.rmtree(own_banten / "runs")
    with started(program, own_banten, free_port) as process:
        assert process.stderr is not None
        process.stderr.readline()  # the first step is done, the others are not
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (out, b"Traceback" in err) == (b"", False)
    assert is_free(free_port)
    assert not [path for path in own_banten.rglob(".*") if path.is_dir()]


def test_a_server_that_ends_by_itself_is_a_bad_state(on_banten, monkeypatch, free_port):
    monkeypatch.setattr(serve, "_prepare", lambda call: None)
    monkeypatch.setattr(serve, "BLOCKING_THREADS", 0)  # granian refuses to start
    answer = on_banten("serve", "--port", free_port, "--no-open")
    assert (answer.code, answer.out) == (3, "")
    assert "siaga doctor" in answer.err


def test_a_silent_server_is_given_up(on_banten, monkeypatch, free_port):
    monkeypatch.setattr(serve, "_prepare", lambda call: None)
    monkeypatch.setattr(serve, "_answers", lambda host, port: False)
    monkeypatch.setattr(serve, "START_S_MAX", 0.3)
    answer = on_banten("serve", "--port", free_port, "--no-open")
    assert answer.code == 3
    assert "tidak menjawab" in answer.err
    assert is_free(free_port)
