"""Fixtures for all tests: the real Banten imported once, and Djangos's settings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from siaga.house.workspace import Workspace

pytest_plugins = ["provinces.fixtures"]

REPO = Path(__file__).resolve().parent.parent
BANTEN = REPO / "data" / "banten"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siaga.desk.settings")

# Tests are never timed: a busy machine must not turn a property into a failure.
_UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("siaga", **_UNTIMED)
settings.register_profile("soak", max_examples=2000, **_UNTIMED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "siaga"))


def pytest_configure(config: pytest.Config) -> None:
    """Give every worker a workspace of its own before Django reads its settings."""
    folder = Path(tempfile.mkdtemp(prefix="siaga-tests-"))
    config.stash[_FOLDER] = folder
    os.environ["SIAGA_WORKSPACE"] = str(folder / "banten")
    import django

    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the tests wrote."""
    shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


_FOLDER = pytest.StashKey[Path]()


@pytest.fixture(scope="session")
def banten_workspace() -> Iterator[Path]:
    """Workspace of the real Banten, imported and assessed; do not write into it."""
    from siaga.readiness.refresh import refresh
    from siaga.territory.importer import import_folder

    path = Path(os.environ["SIAGA_WORKSPACE"])
    if not path.exists():
        import_folder(BANTEN, Workspace(path))
        refresh(Workspace(path))
    yield path


@pytest.fixture(scope="session")
def banten(banten_workspace: Path):  # type: ignore[no-untyped-def]
    """Territory of the real Banten."""
    from siaga.territory.territory import open_territory

    return open_territory(Workspace(banten_workspace))
