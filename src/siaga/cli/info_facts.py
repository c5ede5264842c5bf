"""Figures of `siaga info`: what the imported land holds and what it lacks.

All of it is counted from the land; nothing is estimated here. A count that nobody knows
(stations of an election without a station list) is null, never 0.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from siaga.cli.call import utc_text
from siaga.house.sources import KINDS
from siaga.territory.areas import LEVELS, AreaTree
from siaga.territory.placing import PointOrigin
from siaga.territory.stations import Stations, VoterOrigin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.house.words import Words
    from siaga.territory.elections import Election
    from siaga.territory.territory import Territory

__all__ = ["SCHEMA", "gather"]

SCHEMA = "siaga.info/1"
_REGENCY, _VILLAGE = LEVELS.index("regency"), LEVELS.index("village")


def gather(territory: Territory, words: Words) -> dict[str, Any]:
    """Document of `siaga info --json`."""
    province = territory.province
    islands = territory.land_rows("islands")
    places = Counter(row["kind"] for row in territory.land_rows("places"))
    return {
        "schema": SCHEMA,
        "import": territory.folder.name,
        "province": {
            "code": province["code"],
            "name": province["name"],
            "timezone": province["timezone"],
            "working_election": province["working_election"],
            "opens_at": str(province["opens_at"]),
            "synthetic": bool(province["synthetic"]),
        },
        "sources": _source_kinds(territory),
        "elections": [
            _election(territory, e, words) for e in territory.elections.values()
        ],
        "islands": {
            "all": len(islands),
            "inhabited": sum(bool(row["inhabited"]) for row in islands),
        },
        "places": dict(sorted(places.items())),
        "claims": _counts(claim.topic for claim in territory.claims),
        "links": _links(territory),
        "unlinked": list(_unlinked(territory)),
    }


def _source_kinds(territory: Territory) -> dict[str, int]:
    """How many sources there are of each kind, the strongest kind first."""
    found = Counter(source.kind for source in territory.sources)
    return {kind: found[kind] for kind in KINDS if found[kind]}


def _counts(keys: Iterator[str]) -> dict[str, int]:
    """How often each key occurs, in the order of first sight."""
    return dict(Counter(keys))


def _election(territory: Territory, election: Election, words: Words) -> dict[str, Any]:
    areas, stations = territory.areas(election.key), territory.stations(election.key)
    listed = len(stations) > 0
    return {
        "election": election.key,
        "name": words(election.name),
        "kind": election.kind,
        "voting_day": election.voting_day.isoformat(),
        "station_limit": election.station_limit,
        "figures_open": election.figures_open,
        "register": {
            "known_on": election.register_known_on.isoformat(),
            "source": election.register_source,
            "official_stations": election.register_stations,
        },
        "stations": len(stations) if listed else None,
        "special": int(stations.special.sum()) if listed else None,
        "areas": {name: len(areas.rows(level)) for level, name in enumerate(LEVELS)},
        "races": [
            {"race": r.key, "name": words(r.name), "candidates": list(r.candidates)}
            for r in election.races
        ],
        "results": [
            {
                "race": r.race,
                "source": r.source,
                "title": territory.sources[r.source].title,
                "known_at": utc_text(r.known_at),
                "primary": r.primary,
            }
            for r in election.results
        ],
        "moments": [
            {"at": utc_text(m.at), "label": words(m.label)} for m in election.moments
        ],
        "voters": _voters(territory, election.key, areas, stations) if listed else None,
        "points": _points(stations) if listed else None,
        "villages_without_outline": _without_outline(territory, election.key, areas),
    }


def _voters(
    territory: Territory, election: str, areas: AreaTree, stations: Stations
) -> dict[str, Any]:
    """Where the stations' voters come from, and whether regencies sum to their DPT."""
    origins = np.bincount(stations.voters_origin, minlength=len(VoterOrigin)).tolist()
    official = _official_dpt(territory, election)
    regencies = []
    for row in areas.rows(_REGENCY).tolist():
        voters = stations.voters[areas.stations(row)]
        unknown = int((voters < 0).sum())
        total = int(voters[voters >= 0].sum())
        dpt = official.get(areas.kemendagri[row])
        regencies.append(
            {
                "code": areas.code[row],
                "name": areas.name[row],
                "stations": int(voters.size),
                "unknown": unknown,
                "voters": total,
                "official": dpt,
                # A sum that lacks stations can neither agree nor disagree.
                "agrees": None if dpt is None or unknown else total == dpt,
            }
        )
    return {
        "stations": {
            "known": origins[VoterOrigin.SOURCE],
            "estimated": origins[VoterOrigin.ESTIMATED],
            "unknown": origins[VoterOrigin.UNKNOWN],
        },
        "sum": int(stations.voters[stations.voters_known].sum()),
        "official": official.get(areas.kemendagri[0]),
        "regencies": regencies,
    }


def _official_dpt(territory: Territory, election: str) -> dict[str, int]:
    return {
        row["area"]: int(row["value"])
        for row in territory.land_rows("figures")
        if row["figure"] == "dpt"
        and row["election"] == election
        and row["value"] is not None
    }


def _points(stations: Stations) -> dict[str, int]:
    """How many stations have a point of which origin; `none` is a gap."""
    counts = np.bincount(stations.point_origin, minlength=len(PointOrigin)).tolist()
    return {origin.name.lower(): counts[origin] for origin in PointOrigin}


def _without_outline(territory: Territory, election: str, areas: AreaTree) -> int:
    outlines = territory.outlines(election)
    return sum(outlines[row] is None for row in areas.rows(_VILLAGE).tolist())


def _links(territory: Territory) -> list[dict[str, Any]]:
    """How many links lead from system to system, by how they were found."""
    counts = Counter(
        (row["from_system"], row["to_system"], row["how"])
        for row in territory.land_rows("area_links")
    )
    return [
        {"from": origin, "to": target, "how": how, "links": n}
        for (origin, target, how), n in sorted(counts.items())
    ]


def _unlinked(territory: Territory) -> Iterator[dict[str, Any]]:
    """Villages of an election that link to nothing in another to which it is linked."""
    linked: dict[tuple[str, str], set[str]] = {}
    for row in territory.land_rows("area_links"):
        origin, target = row["from_system"], row["to_system"]
        if origin in territory.elections and target in territory.elections:
            linked.setdefault((origin, target), set()).add(row["from_code"])
            linked.setdefault((target, origin), set()).add(row["to_code"])
    for (origin, target), codes in sorted(linked.items()):
        areas = territory.areas(origin)
        rows = [r for r in areas.rows(_VILLAGE).tolist() if areas.code[r] not in codes]
        villages = [_village(areas, row) for row in rows]
        yield {"from": origin, "to": target, "villages": villages}


def _village(areas: AreaTree, row: int) -> dict[str, str]:
    _, regency, district, village = (areas.name[r] for r in areas.path(row))
    return {
        "code": areas.code[row],
        "name": village,
        "district": district,
        "regency": regency,
    }
