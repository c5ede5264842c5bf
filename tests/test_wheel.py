"""The built wheel runs without the source tree, front-end files inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
PAGES = (
    "/id/pemilu_2024/ /id/pemilu_2024/map /id/help /en/pemilu_2024/room/rekap".split()
)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel holds, unpacked as an installer does."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)],
        cwd=REPO,
        check=True,
        capture_output=True,
    )
    (wheel,) = place.glob("siaga_pemilu-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "site")
    return place / "site"


def test_everything_that_is_read_at_run_time_is_inside(unpacked: Path) -> None:
    for name in (
        "siaga/desk/static/vendor/maplibre-gl.mjs",
        "siaga/desk/static/vendor/inter-latin-wght-normal.woff2",
        "siaga/desk/static/desk/desk.css",
        "siaga/desk/templates/desk/area.html",
        "siaga/rekap/README.md",
        "siaga/rekap/words/id.po",
        "siaga/py.typed",
    ):
        assert (unpacked / name).is_file(), name
    assert not list(unpacked.rglob("__pycache__"))


def test_it_answers_without_the_source(unpacked: Path, banten_workspace: Path) -> None:
    env = {
        **os.environ,
        "PYTHONPATH": str(unpacked),
        "SIAGA_WORKSPACE": str(banten_workspace),
        "DJANGO_SETTINGS_MODULE": "siaga.desk.settings",
    }
    code = (
        "import siaga, django\n"
        f"assert siaga.__file__.startswith({str(unpacked)!r}), siaga.__file__\n"
        "django.setup()\n"
        "from django.test import Client\n"
        "client = Client(HTTP_HOST='localhost')\n"
        f"for page in {PAGES!r}:\n"
        "    assert client.get(page).status_code == 200, page\n"
        "from siaga.cli.main import main\n"
        "raise SystemExit(main(['info']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=unpacked,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "33.324" in done.stdout
