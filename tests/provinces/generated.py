"""A made-up province, written as the folder that `siaga import` reads.

Everything is drawn from a seed and marked as synthetic; the same seed and size give the
same bytes. The province holds what real ones hold and small examples forget: three
elections with a tree each, a village that became two, one that changed its district, a
village and a whole regency without stations, claims that contradict, and much that is
not known.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from provinces.ballots import Ballots, StationList, cast_ballots, station_list
from provinces.files import write_csv, write_rows, write_text
from provinces.land import write_land
from provinces.layout import SMALL_SCALE, TINY, Layout, Size
from provinces.papers import calendar_rows, duties, figure_rows
from provinces.plans import BEFORE, PLANS, Plan, area_rows, village_codes

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["SMALL_SCALE", "TINY", "Made", "Size", "write_province"]


@dataclass(frozen=True)
class Made:
    """What a test may expect of the province that was written."""

    folder: Path
    layout: Layout
    stations: dict[str, int]
    """Number of stations of each election that has a list."""
    areas: dict[str, list[int]]
    """Number of areas of each election, from the province down."""
    dpt: dict[str, dict[str, int]]
    """Official DPT of each election by regency (Kemendagri code)."""
    printed: dict[str, int]
    """Number of stations whose voters are printed."""
    broken: dict[str, dict[str, tuple[str, ...]]]
    """Stations of each election that break a rule of the form, by rule."""


def write_province(
    folder: Path, seed: int = 1, scale: float = SMALL_SCALE, size: Size | None = None
) -> Made:
    """Write a province of `scale` times Banten (or of `size`); say what is in it."""
    layout = Layout(size or Size.of(scale))
    rng = np.random.default_rng(seed)
    shapes = layout.polygons(rng)
    write_land(folder, layout, shapes, rng)
    dpt: dict[str, tuple[date, dict[str, int], dict[str, int]]] = {}
    made = Made(folder, layout, {}, {}, {}, {}, {})
    for number, plan in enumerate(PLANS):
        target = folder / "elections" / plan.key
        target.mkdir(parents=True)
        areas = area_rows(layout, plan)
        made.areas[plan.key] = [
            sum(row["level"] == level for row in areas)
            for level in ("province", "regency", "district", "village")
        ]
        write_rows(target / "areas", areas, plan.tables)
        write_csv(target / "calendar.csv", calendar_rows(plan.day))
        write_text(target / "duties.json", json.dumps(duties(), indent=1) + "\n")
        stations = _stations(layout, plan, seed + 10 * number)
        write_text(target / "election.toml", _election_toml(plan, len(stations.code)))
        if plan.listed:
            ballots = _write_listed(target, layout, plan, stations, shapes, seed)
            made.stations[plan.key] = len(stations.code)
            made.printed[plan.key] = int(stations.printed.sum())
            made.broken[plan.key] = ballots.broken
        dpt[plan.key] = (plan.day, *_per_regency(layout, plan, stations))
        made.dpt[plan.key] = dpt[plan.key][1]
    write_csv(folder / "figures.csv", figure_rows(layout, dpt))
    return made


def _stations(layout: Layout, plan: Plan, seed: int) -> StationList:
    codes = village_codes(layout, plan)
    closed = {layout.without_stations.code} | {
        v.code for v in layout.villages if v.regency == layout.size.n_regencies
    }
    is_open = np.array([kemendagri not in closed for _, kemendagri in codes])
    # The older election had a few stations more, as 2019 had beside 2024.
    n = layout.size.n_stations + (layout.size.n_stations // 50 if plan == BEFORE else 0)
    return station_list([code for code, _ in codes], is_open, n, seed)


def _per_regency(
    layout: Layout, plan: Plan, stations: StationList
) -> tuple[dict[str, int], dict[str, int]]:
    """DPT and number of stations by regency; the empty one has a DPT, but no number."""
    regency = np.array([code[:4] for code, _ in village_codes(layout, plan)])
    own = regency[stations.village]
    dpt, counts = {}, {}
    for code in layout.regency_codes:
        here = own == code.replace(".", "")
        if here.any():
            dpt[code] = int(stations.voters[here].sum())
            counts[code] = int(here.sum())
    dpt[layout.regency_without_stations] = 4_321
    return dpt, counts


def _write_listed(
    target: Path,
    layout: Layout,
    plan: Plan,
    stations: StationList,
    shapes: npt.NDArray[np.object_],
    seed: int,
) -> Ballots:
    """Write stations and results of an election whose list is known."""
    codes = [code for code, _ in village_codes(layout, plan)]
    n = len(stations.code)
    rng = np.random.default_rng(seed + 7)
    points = _given_points(layout, plan, stations, shapes, rng)
    source = pa.array(["tps"] * n, pa.string(), mask=~stations.printed)
    columns = {
        "code": list(stations.code),
        "village": [codes[v] for v in stations.village.tolist()],
        "number": pa.array(stations.number, pa.int32()),
        "special": pa.array(stations.special),
        "voters": pa.array(stations.voters, pa.int32(), mask=~stations.printed),
        "voters_source": source,
        **points,
    }
    order = rng.permutation(n)
    write_rows(target / "stations", pa.table(columns).take(order), plan.tables)
    ballots = cast_ballots(stations, codes, plan.candidates, plan.day, seed + 8)
    results = target / "results" / plan.race
    results.mkdir(parents=True)
    write_rows(results / "tps", pa.table(ballots.by_station), plan.tables)
    write_rows(results / "desa", pa.table(ballots.by_village), plan.tables)
    return ballots


def _given_points(
    layout: Layout,
    plan: Plan,
    stations: StationList,
    shapes: npt.NDArray[np.object_],
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Points of the few stations that were measured, inside their village."""
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes))
    place = {v.code: inside[row] for row, v in enumerate(layout.villages)}
    middle = np.array([place.get(k, inside[0]) for _, k in village_codes(layout, plan)])
    n = len(stations.code)
    unknown = rng.random(n) >= 0.1
    at = np.round(middle[stations.village] + rng.uniform(-1e-4, 1e-4, (n, 2)), 6)
    return {
        "lat": pa.array(at[:, 1], mask=unknown),
        "lon": pa.array(at[:, 0], mask=unknown),
        "point_source": pa.array(["titik"] * n, mask=unknown),
        "error_m": pa.array(np.full(n, 15.0), mask=unknown),
    }


def _election_toml(plan: Plan, n_stations: int) -> str:
    """Text of `election.toml`; the coming election has neither list nor results."""
    known = date.fromordinal(plan.day.toordinal() - 60)
    lines = [
        f'id = "{plan.key}"',
        f'name_id = "{plan.name} (sintetis)"',
        f'name_en = "{plan.name} (synthetic)"',
        f'kind = "{plan.kind}"',
        f"voting_day = {plan.day}",
        f"station_limit = {plan.limit}",
        f'figures = "{"open" if plan.listed else "closed"}"',
        f'register_known_on = "{known}"',
        'register_source = "tps"',
        *([] if plan.listed else [f"register_stations = {n_stations}"]),
        "\n[[race]]",
        f'id = "{plan.race}"',
        f'name_id = "Jenis {plan.race}"',
        f'name_en = "Race {plan.race}"',
        f"candidates = {json.dumps(list(plan.candidates))}",
    ]
    for number, (stem, source) in enumerate(
        (("tps", "hitung_tps"), ("desa", "hitung_desa"))
    ):
        if plan.listed:
            after = date.fromordinal(plan.day.toordinal() + 20 + 5 * number)
            lines += [
                "\n[[result]]",
                f'race = "{plan.race}"',
                f'source = "{source}"',
                f'file = "results/{plan.race}/{stem}.{plan.tables}"',
                f'known_on = "{after}"',
                f"primary = {'true' if number == 0 else 'false'}",
            ]
    before = date.fromordinal(plan.day.toordinal() - 10)
    lines += [
        "\n[[moment]]",
        f'at = "{before}"',
        'label_id = "Sepuluh hari sebelumnya"',
        'label_en = "Ten days before"',
    ]
    return "\n".join(lines) + "\n"
