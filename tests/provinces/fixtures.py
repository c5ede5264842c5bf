"""Made-up provinces, written and imported once: another code, zone, races and trees."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from provinces.generated import TINY, Made, write_province
from siaga.house.workspace import Workspace
from siaga.territory.importer import import_folder
from siaga.territory.territory import Territory, open_territory


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Folder of a province of 600 stations; do not write into it."""
    return write_province(tmp_path_factory.mktemp("small") / "provinsi")


@pytest.fixture(scope="session")
def small_workspace(small: Made, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Workspace of that province; do not write into it."""
    workspace = Workspace(tmp_path_factory.mktemp("small-workspace"))
    import_folder(small.folder, workspace)
    return workspace


@pytest.fixture(scope="session")
def small_land(small_workspace: Workspace) -> Territory:
    """Territory of that province."""
    return open_territory(small_workspace)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Folder of a province of 26 stations; do not write into it."""
    return write_province(tmp_path_factory.mktemp("tiny") / "provinsi", size=TINY)


@pytest.fixture
def tiny_folder(tiny: Made, tmp_path: Path) -> Path:
    """Copy of the folder of 26 stations, to be written into."""
    return Path(shutil.copytree(tiny.folder, tmp_path / "provinsi"))


@pytest.fixture
def tiny_workspace(tiny_folder: Path, tmp_path: Path) -> Workspace:
    """Workspace in which that copy is imported."""
    workspace = Workspace(tmp_path / "kerja")
    import_folder(tiny_folder, workspace)
    return workspace


@pytest.fixture(scope="session")
def tiny_desk(tiny: Made, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Workspace of 26 stations, assessed, its maps made; do not write into it."""
    from siaga.readiness.prepare import prepare

    workspace = Workspace(tmp_path_factory.mktemp("tiny-desk"))
    import_folder(tiny.folder, workspace)
    prepare(workspace)
    return workspace
