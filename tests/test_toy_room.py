"""A new room touches three places: its folder, the list, the layers contract."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent

FILES = {
    "__init__.py": '"""Toy: a room that a test writes."""\n',
    "room.py": """
        '''Card of the toy room.'''
        from siaga.house.rooms import Room

        ROOM = Room(key="toy", reads=("stations.parquet",))
        """,
    "reasons.py": """
        '''Reasons of the toy room.'''
        from siaga.territory.situation import Reason

        REASONS = (Reason("odd", ("number",), ""), Reason("even", ("number",), ""))
        """,
    "assess.py": """
        '''A station with an odd number is at risk, for no reason.'''
        from dataclasses import dataclass

        import numpy as np

        from siaga.house.params import param
        from siaga.house.words import Text
        from siaga.territory.situation import Figure, Line, Origin, Verdict


        @dataclass(frozen=True)
        class AssessParams:
            '''Parameters of the toy.'''

            divisor: int = param(
                2, low=1, high=9, unit="1", help=Text("pembagi nomor TPS", "divisor")
            )


        def assess(situation, params):
            '''Line of the toy.'''
            stations = situation.territory.stations(situation.election)
            odd = stations.number % params.divisor != 0
            verdict = np.where(odd, Verdict.AT_RISK, Verdict.READY).astype(np.uint8)
            origin = np.full(len(stations), Origin.COMPUTED, dtype=np.uint8)
            number = Figure("number", "1", "", stations.number.astype(np.float64))
            reason = np.where(odd, 0, 1).astype(np.int16)
            return Line("toy", verdict, origin, reason, (number,))
        """,
    "README.md": "# toy: mainan\n\n**Question.** Is the number odd?\n",
    "words/id.po": """
        msgid ""
        msgstr "Content-Type: text/plain; charset=utf-8\\n"

        msgid "toy.title"
        msgstr "Mainan"

        msgid "toy.question"
        msgstr "Apakah nomor TPS ganjil?"

        msgid "toy.reason.odd"
        msgstr "Nomor {number} ganjil."

        msgid "toy.reason.even"
        msgstr "Nomor {number} genap."

        msgid "toy.figure.number"
        msgstr "Nomor"
        """,
}


def _dedented(text: str) -> str:
    import textwrap

    return textwrap.dedent(text).lstrip("\n")


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory, banten_workspace: Path) -> Path:
    """Copy of the tree with the toy room, and a workspace of its own."""
    place = tmp_path_factory.mktemp("toy")
    shutil.copytree(
        REPO / "src",
        place / "src",
        ignore=shutil.ignore_patterns("__pycache__", "vendor"),
    )
    shutil.copy(REPO / "pyproject.toml", place / "pyproject.toml")
    before = _snapshot(place)
    folder = place / "src" / "siaga" / "toy"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_dedented(text))
    english = (folder / "words/id.po").read_text().replace("Mainan", "Toy")
    (folder / "words/en.po").write_text(english)
    _insert(place / "src/siaga/house/rooms.py", '    "rekap",\n', '    "toy",\n')
    _insert(place / "pyproject.toml", '    "network | rekap",\n', '    "toy",\n')
    changed = {
        path for path, text in _snapshot(place).items() if before.get(path) != text
    }
    roots = {
        "src/siaga/toy" if path.startswith("src/siaga/toy/") else path
        for path in changed
    }
    assert roots == {"src/siaga/toy", "src/siaga/house/rooms.py", "pyproject.toml"}
    shutil.copytree(banten_workspace, place / "workspace")
    return place


def _snapshot(place: Path) -> dict[str, bytes]:
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _insert(path: Path, after: str, line: str) -> None:
    text = path.read_text()
    assert text.count(after) == 1, f"{path.name}: '{after.strip()}' is not there once"
    path.write_text(text.replace(after, after + line))


def run(place: Path, *words: str) -> str:
    """Output of a Python command in the copy."""
    env = {
        **os.environ,
        "PYTHONPATH": str(place / "src"),
        "SIAGA_WORKSPACE": str(place / "workspace"),
    }
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env=env, cwd=place
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_commands_show_it(toy: Path) -> None:
    assert "Mainan" in run(toy, "-m", "siaga.cli", "--help")
    said = run(toy, "-m", "siaga.cli", "toy", "assess", "--help")
    assert "--divisor" in said and "pembagi nomor TPS" in said


def test_board_navigation_permissions_and_documentation_show_it(toy: Path) -> None:
    run(toy, "-m", "siaga.cli", "runs", "--update")
    out = run(
        toy,
        "-c",
        "import os, django\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'siaga.desk.settings'\n"
        "django.setup()\n"
        "from django.test import Client\n"
        "client = Client(HTTP_HOST='localhost')\n"
        "for url in ('/id/pemilu_2024/', '/id/help', '/id/pemilu_2024/room/toy'):\n"
        "    page = client.get(url)\n"
        "    assert page.status_code == 200, url\n"
        "    print(url, page.content.decode().count('Mainan'))\n"
        "print(client.get('/id/pemilu_2024/').content.decode())\n",
    )
    counts = dict(line.split() for line in out.splitlines()[:3])
    assert all(int(n) >= 1 for n in counts.values()), counts
    board = out.split("\n", 3)[3]
    rail = board.split('class="rail"')[1].split("</nav>")[0]
    six = board.split('class="six"')[1].split("</section>")[0]
    assert "Mainan" in rail and "Mainan" in six
    assert "2 dari 7 urusan dinilai" in board


def test_contracts_hold_with_it(toy: Path) -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [tool, "--no-cache"], cwd=toy, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(toy / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
