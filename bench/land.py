"""Import: the real Banten beside GeoPandas, and a made-up one at 1, 5 and 25 times.

The peer reads the same tables with pandas and GeoPandas, sorts the stations, and
dissolves the same three levels of polygons of each election; it checks nothing,
estimates nothing and writes nothing, so it does less than the import.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from bench.harness import Case, Goal, Peer, Work

BANTEN = Path(__file__).resolve().parent.parent / "data" / "banten"
MIB_MAX = 1024
LINEAR = 1 / 1.2
"""Speed by row beside that of one Banten: linear within 20 %."""


def banten() -> Case:
    """The province that the repository carries, into a new workspace each run."""
    return Case(
        "3 elections, 66,795 stations, 1,552 polygons",
        partial(_imported, BANTEN),
        lambda: {"GeoPandas": Peer(_with_geopandas, lambda answer: answer)},
    )


def again() -> Case:
    """The same import once more: nothing has changed."""
    from siaga.house.workspace import Workspace
    from siaga.territory.importer import import_folder

    place = Workspace(Path(tempfile.mkdtemp(prefix="siaga-bench-")) / "w")
    import_folder(BANTEN, place)
    return Case("the same", lambda: import_folder(BANTEN, place))


def made(scale: int) -> Case:
    """A made-up province of `scale` times Banten's rows.

    The peer is the import of the province of Banten's size, `scale` times over: a ratio
    of 1 is linear.
    """
    folder, n_stations = _made_up(scale)
    base, n_base = (folder, n_stations) if scale == 1 else _made_up(1)

    def base_again() -> int:
        return sum(_imported(base) for _ in range(scale)) // n_base

    times = Peer(base_again, lambda n_times: n_stations if n_times == scale else None)
    return Case(
        f"synthetic, {n_stations:,} stations",
        partial(_imported, folder),
        dict if scale == 1 else lambda: {f"{scale} times x1": times},
    )


def _made_up(scale: int) -> tuple[Path, int]:
    from provinces.generated import write_province

    folder = Path(tempfile.mkdtemp(prefix="siaga-bench-")) / "province"
    written = write_province(folder, scale=float(scale))
    return folder, sum(written.stations.values())


def _imported(folder: Path) -> int:
    from siaga.house.workspace import Workspace
    from siaga.territory.importer import import_folder
    from siaga.territory.territory import open_territory

    place = Path(tempfile.mkdtemp(prefix="siaga-bench-"))
    workspace = Workspace(place / "w")
    import_folder(folder, workspace)
    territory = open_territory(workspace)
    n = sum(len(territory.stations(key)) for key in territory.elections)
    shutil.rmtree(place)
    return n


def _with_geopandas() -> int:
    import geopandas
    import pandas as pd

    shapes = geopandas.read_parquet(BANTEN / "villages.parquet")
    for name in ("islands", "places", "area_links"):
        pd.read_parquet(BANTEN / f"{name}.parquet")
    for name in ("sources", "claims", "figures", "topics", "agencies"):
        pd.read_csv(BANTEN / f"{name}.csv", dtype=str)
    n = 0
    for folder in sorted((BANTEN / "elections").iterdir()):
        areas = pd.read_parquet(folder / "areas.parquet")
        n += _stations(folder, areas)
        _dissolved(areas, shapes)
        for path in folder.rglob("results/*/*.parquet"):
            pd.read_parquet(path)
    return n


def _stations(folder: Path, areas: Any) -> int:
    import pandas as pd

    if not (folder / "stations.parquet").exists():
        return 0
    stations = pd.read_parquet(folder / "stations.parquet")
    joined = stations.merge(areas, left_on="village", right_on="code")
    return len(joined.sort_values(["village", "number"]))


def _dissolved(areas: Any, shapes: Any) -> None:
    villages = areas[areas.level == "village"]
    joined = shapes.merge(villages, left_on="code", right_on="kemendagri")
    for level in ("district", "regency", "province"):
        joined = joined.dissolve(by="parent", method="coverage").reset_index()
        joined = joined[["parent", "geometry"]].rename(columns={"parent": "code"})
        if level != "province":
            joined = joined.merge(areas[["code", "parent"]], on="code")


WORKS = (
    Work("land.banten", banten, Goal(time_s_max=6, memory_mib_max=MIB_MAX), n_runs=3),
    Work("land.again", again, n_runs=3),
    Work("land.x1", partial(made, 1), n_runs=3),
    Work("land.x5", partial(made, 5), Goal(ratio_min=LINEAR), n_runs=2),
    Work("land.x25", partial(made, 25), Goal(ratio_min=LINEAR), n_runs=1),
)
