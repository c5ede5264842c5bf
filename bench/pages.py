"""Pages at 33,324 stations: server time of every kind of page, 95 of 100 below.

A run asks each address in this process, without the network: what is timed is what the
server does. The desk has no database yet, so a page makes no query.
"""

from __future__ import annotations

import os
import tempfile
import time
from functools import partial
from pathlib import Path

from bench.harness import Case, Goal, Work

REPO = Path(__file__).resolve().parent.parent
N_STATIONS_ASKED = 40
PAGES = {
    "board": ["/id/pemilu_2024/", "/en/pemilu_2019/", "/id/pilkada_2024/"],
    "area": [
        "/id/pemilu_2024/area/3602",
        "/id/pemilu_2024/area/360317",
        "/id/pemilu_2024/area/3603171001",
        "/id/pemilu_2024/area/3604132009",
    ],
    "station": [
        "/id/pemilu_2024/tps/3604132009003",
        "/en/pemilu_2019/tps/3601012001001",
    ],
    "search": [
        "/id/pemilu_2024/search?q=sobang",
        "/id/pemilu_2024/search?q=tps%203%20wargasara",
        "/id/pemilu_2024/search?q=mekarsari",
    ],
    "register": ["/id/pemilu_2024/register", "/id/pemilu_2024/sources"],
    "room": ["/id/pemilu_2024/room/rekap", "/id/pemilu_2024/room/network"],
    "map": ["/id/pemilu_2024/map", "/id/pemilu_2024/map/verdicts.json"],
}
N_TIMES = 20


def served(kind: str) -> Case:
    """95th percentile of a kind of page, asked `N_TIMES` times each."""
    workspace = Path(tempfile.mkdtemp(prefix="siaga-bench-")) / "banten"
    os.environ |= {
        "SIAGA_WORKSPACE": str(workspace),
        "DJANGO_SETTINGS_MODULE": "siaga.desk.settings",
    }
    from siaga.house.workspace import Workspace
    from siaga.readiness.refresh import make_opening_plans, refresh
    from siaga.territory.importer import import_folder

    import_folder(REPO / "data" / "banten", Workspace(workspace))
    refresh(Workspace(workspace))
    if kind == "room":  # as the demo shows it: with its plan
        make_opening_plans(Workspace(workspace))
    import django

    django.setup()
    from django.test import Client

    client = Client(HTTP_HOST="localhost")
    addresses = PAGES[kind]

    def slowest_of_95() -> float:
        times_s = []
        for _ in range(N_TIMES):
            for address in addresses:
                began = time.perf_counter()
                answer = client.get(address)
                times_s.append(time.perf_counter() - began)
                assert answer.status_code == 200, address
        times_s.sort()
        return times_s[int(0.95 * len(times_s))]

    return Case(
        f"33,324 stations, {len(addresses)} addresses, 0 queries",
        slowest_of_95,
        figure=lambda answer: answer,
    )


WORKS = tuple(
    Work(f"pages.{kind}", partial(served, kind), Goal(time_s_max=0.1), n_runs=3)
    for kind in PAGES
)
