"""`siaga serve`: prepare what pages read, then serve the desk until Ctrl-C.

The web server runs in a child process of its own, so that neither the memory nor the
threads of the preparation stay with it. Once it answers, another child computes behind
it what the desk can do without (`siaga.cli.behind`); it ends with the desk.

JSON `siaga.serve/1`, once the server answers: `address`, `workspace`.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NoReturn

from siaga.house.problems import BadInput, BadState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from siaga.cli.call import Call
    from siaga.cli.parser import Parser

__all__ = ["add_options", "run"]

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000
PORT_MAX = 65_535
BLOCKING_THREADS = 8
"""Requests served at once: pages read files and release Python's lock often."""
START_S_MAX = 60.0
STOP_S_MAX = 10.0
POLL_S = 0.1
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (named, not bound)


def add_options(parser: Parser) -> None:
    """Add where to listen and whether to open the browser."""
    words = parser.words
    help_text = words("cli.serve.host", default=DEFAULT_HOST)
    parser.option("--host", help_text, metavar=words("cli.usage.host"))
    help_text = words("cli.serve.port", default=str(DEFAULT_PORT))
    parser.option("--port", help_text, metavar=words("cli.usage.number"))
    parser.option("--no-open", words("cli.serve.no_open"), action="store_true")


def run(call: Call) -> int:
    """Prepare, serve, stop cleanly."""
    host, port = call.option("host", DEFAULT_HOST), _port(call)
    _check_free(host, port)
    call.territory  # noqa: B018  (says what is missing before anything is started)
    _prepare(call)
    with _stopped_like_ctrl_c(), _server(call, host, port) as server:
        address = _wait_until_it_answers(server, host, port)
        document = {
            "schema": "siaga.serve/1",
            "address": address,
            "workspace": str(call.workspace.path.resolve()),
        }
        call.answer(document, lambda: [call.words("cli.serve.ready", address=address)])
        sys.stdout.flush()
        if not call.option("no_open", False):
            _open_browser(address)
        try:
            with _behind(call):
                code = server.wait()
        except KeyboardInterrupt:
            print(call.words("cli.serve.stopped"), file=sys.stderr)
            return 0
    raise BadState("cli.problem.server", code=str(code))


def _prepare(call: Call) -> None:
    from siaga.readiness.prepare import prepare

    prepare(call.workspace, call.watch)


def _port(call: Call) -> int:
    text = str(call.option("port", DEFAULT_PORT))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= PORT_MAX:
        raise BadInput("cli.problem.port", found=text, highest=str(PORT_MAX))
    return int(text)


def _check_free(host: str, port: int) -> None:
    """Raise BadState if the port is taken, BadInput if the host is not ours."""
    try:
        (family, kind, _, _, target), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
    except (socket.gaierror, UnicodeError) as error:
        raise BadInput("cli.problem.host", host=host) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BadState(
                "cli.problem.port_taken", port=str(port), other=str(port + 1)
            ) from error
        if error.errno == errno.EACCES:
            raise BadState("cli.problem.port_closed", port=str(port)) from error
        raise BadInput("cli.problem.host", host=host) from error


@contextlib.contextmanager
def _stopped_like_ctrl_c() -> Iterator[None]:
    """Let a polite end of the process (SIGTERM, closed terminal) stop like Ctrl-C."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, stop)
        for number in (signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _server(call: Call, host: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Web server as a child in a group of its own: Ctrl-C reaches only us."""
    environ = {**os.environ, "SIAGA_WORKSPACE": str(call.workspace.path.resolve())}
    environ.setdefault("SIAGA_HOSTS", f"localhost,127.0.0.1,[::1],{host}")
    command = [
        *(sys.executable, "-m", "granian", "siaga.desk.wsgi:application"),
        *("--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"),
        *("--workers", "1", "--blocking-threads", str(BLOCKING_THREADS)),
        *("--workers-kill-timeout", "3", "--log-level", "error"),
    ]
    server = subprocess.Popen(  # noqa: S603  (the interpreter and arguments are ours)
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=sys.__stderr__,
        stderr=sys.__stderr__,
        start_new_session=True,
    )
    try:
        yield server
    finally:
        _stop(server)


@contextlib.contextmanager
def _behind(call: Call) -> Iterator[None]:
    """Work behind the open desk, as a child in a group of its own."""
    workspace = str(call.workspace.path.resolve())
    child = subprocess.Popen(  # noqa: S603  (the interpreter and arguments are ours)
        [sys.executable, "-m", "siaga.cli.behind", workspace],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        _stop(child)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End a child; a second Ctrl-C while it ends changes nothing."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child.terminate()
        child.wait(STOP_S_MAX)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def _wait_until_it_answers(
    server: subprocess.Popen[bytes], host: str, port: int
) -> str:
    """Address of the desk, once it has answered; raises BadState if it does not."""
    here = _EVERYWHERE.get(host, host)
    address = f"http://{f'[{here}]' if ':' in here else here}:{port}/"
    deadline = time.monotonic() + START_S_MAX
    while time.monotonic() < deadline:
        code = server.poll()
        if code is not None:
            raise BadState("cli.problem.server", code=str(code))
        if _answers(here, port):
            return address
        time.sleep(POLL_S)
    raise BadState("cli.problem.server_slow", seconds=int(START_S_MAX))


def _answers(host: str, port: int) -> bool:
    """Whether a page comes back, be it a page that says what is wrong."""
    connection = http.client.HTTPConnection(host, port, timeout=START_S_MAX)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _open_browser(address: str) -> None:
    """Open the desk where a person sits at a screen; never a text browser."""
    graphical = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if graphical and sys.stdout.isatty():
        import webbrowser

        webbrowser.open(address)
