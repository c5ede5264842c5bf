"""A file of the workspace is gone or damaged: a sentence names it, not a trace."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from browser.pages import KINDS
from desk.conftest import check_page, texts
from django.test import Client, override_settings

RESTS_ON_A_RUN = ("board", "regency", "village", "station", "map", "room")
ANY = (*RESTS_ON_A_RUN, "search, found", "register", "sources", "help")


@pytest.fixture
def workspace(banten_workspace: Path, tmp_path: Path) -> Path:
    """Copy of the real Banten's workspace, to be damaged."""
    return Path(shutil.copytree(banten_workspace, tmp_path / "kerja"))


def land(workspace: Path) -> Path:
    return workspace / "imports" / (workspace / "current").read_text().strip()


def without_stations(workspace: Path) -> str:
    (land(workspace) / "elections" / "pemilu_2024" / "stations.parquet").unlink()
    return "elections/pemilu_2024/stations.parquet"


def with_damaged_claims(workspace: Path) -> str:
    (land(workspace) / "territory" / "claims.parquet").write_bytes(b"PAR1...PAR1")
    return "territory/claims.parquet"


def with_a_damaged_election(workspace: Path) -> str:
    (land(workspace) / "elections" / "pemilu_2024" / "election.toml").write_text("id =")
    return "elections/pemilu_2024/election.toml"


def with_damaged_runs(workspace: Path) -> str:
    for path in (workspace / "runs").rglob("line.parquet"):
        path.write_bytes(path.read_bytes()[:100])
    return "line.parquet"


@pytest.mark.parametrize(
    ("damage", "kinds"),
    [
        (without_stations, ANY),
        (with_damaged_claims, (*RESTS_ON_A_RUN[:4], "room", "sources")),
        (with_a_damaged_election, ANY),
        (with_damaged_runs, RESTS_ON_A_RUN),
    ],
)
def test_every_page_names_the_file_and_says_what_to_do(
    damage: Callable[[Path], str], kinds: tuple[str, ...], workspace: Path
) -> None:
    file = damage(workspace)
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    with override_settings(WORKSPACE=workspace):
        for kind in kinds:
            answer = client.get(KINDS[kind])
            page = answer.content.decode()
            assert answer.status_code == 503, kind
            check_page(page)
            assert file in texts(page, "h1") and "siaga doctor" in texts(page, "h1")
            assert "Tidak ada data yang hilang" in texts(page)


def test_pages_that_rest_on_no_run_stay_when_runs_are_damaged(workspace: Path) -> None:
    with_damaged_runs(workspace)
    client = Client(SERVER_NAME="localhost")
    with override_settings(WORKSPACE=workspace):
        for kind in ("search, found", "register", "sources", "help"):
            assert client.get(KINDS[kind]).status_code == 200, kind
