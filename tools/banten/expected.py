"""Expected figures of the tests: counts of a right checker and official results."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from banten.checks import KEY_2019, KEY_2024, REFERENCE, RULES_2019, RULES_2024, Rule
from banten.results import OFFICIAL

if TYPE_CHECKING:
    from pathlib import Path

    from banten.inputs import Inputs

__all__ = ["write_expected"]

OFFICIAL_SOURCE = "rekap/golden_official.json"


def worded(rules: tuple[Rule, ...], counts: dict[str, Any]) -> list[dict[str, Any]]:
    """Rules with their counts, worded over the product's columns."""
    return [
        {"rule": rule.rule, "predicate": rule.predicate, **counts[rule.reference]}
        for rule in rules
    ]


def expected_2024(wanted: dict[str, Any]) -> dict[str, Any]:
    """Expected counts of 2024 in the product's words."""
    broken = wanted["at least one of the first five rules broken"]
    return {
        "election": "pemilu_2024",
        "race": "ppwp",
        "source": "sirekap_2024",
        "stations": wanted["stations"],
        "votes_known": wanted["all three candidates not null"],
        "votes_unknown": wanted["no candidate not null"],
        "votes_partly_known": wanted["some but not all"],
        "turnout_known": wanted["turnout section (guna not null)"],
        "votes_and_turnout_known": wanted["candidates and turnout section"],
        "nothing_known": wanted["no candidate and no turnout section"],
        "rules": worded(RULES_2024, wanted["rules"]),
        "any_of_the_first_five_rules": {
            "of_all_stations": broken["of all stations"],
            "of_votes_and_turnout_known": broken[
                "of stations with candidates and turnout section"
            ],
        },
        "sums": list(wanted["sums"].values()),
        "voters_printed": wanted["dpt not null"],
        "voters_printed_0": wanted["dpt = 0"],
        "voters_printed_above_300": wanted["dpt > 300"],
        "stamps": wanted["distinct stamps"],
    }


def expected_2019(wanted: dict[str, Any]) -> dict[str, Any]:
    """Expected counts of 2019 in the product's words."""
    sources = {"situng_2019": "Situng (kpu_)", "kawalpemilu_2019": "KawalPemilu (kp_)"}
    both, differ, covered, covered_differ = wanted["two sources"].values()
    levels = wanted["levels"]
    return {
        "election": "pemilu_2019",
        "race": "ppwp",
        "stations": wanted["stations"],
        "voters_unknown": wanted["dpt unknown (-1 in the file)"],
        "sources": {
            source: {
                "votes_known": wanted[key]["stations with candidates"],
                "sums": wanted[key]["sums"],
                "rules": worded(RULES_2019, wanted[key]["rules"]),
            }
            for source, key in sources.items()
        },
        "two_sources": {
            "both_known": both,
            "votes_differ": differ,
            "both_known_and_covered": covered,
            "votes_differ_and_covered": covered_differ,
        },
        "levels": {
            "villages": levels["villages"],
            "villages_official_not_station_sum": levels[
                "villages with official != station sum"
            ],
            "explained_by_second_source": levels[
                "explained exactly by a set of stations of the second source"
            ],
            "no_station_differs_in_second_source": levels[
                "no station of the village differs in the second source"
            ],
            "stations_differ_but_do_not_explain": levels[
                "stations differ but no set explains the gap"
            ],
            "districts_official_not_station_sum": levels[
                "districts with official != station sum"
            ],
            "districts_official_not_village_sum": {
                name[name.index("(") + 1 : -1]: gap
                for name, gap in levels[
                    "districts with official != sum of official villages"
                ].items()
            },
        },
    }


def expected_official(golden: dict[str, Any]) -> dict[str, Any]:
    """Official figures with the newspaper of each, in the product's words."""
    places = {
        "ppwp_2024_banten_DC": ("pemilu_2024", "ppwp", "province", "36"),
        "ppwp_2024_pandeglang_DB": ("pemilu_2024", "ppwp", "regency", "3601"),
        "ppwp_2019_banten_DC": ("pemilu_2019", "ppwp", "province", "36"),
        "ppwp_2019_tangsel_DB_confirmed": ("pemilu_2019", "ppwp", "regency", "3674"),
        "pilgub_2024_banten": ("pilkada_2024", "gubernur", "province", "36"),
        "ppwp_2024_national": ("pemilu_2024", "ppwp", "nation", ""),
    }
    more = OFFICIAL | {
        "pemilih": "voters_with_dptb_and_dpk",
        "pemilih_l": "voters_with_dptb_and_dpk_male",
        "pemilih_p": "voters_with_dptb_and_dpk_female",
        "tps": "stations",
    }
    results = []
    for key, place in places.items():
        row = dict(golden[key])
        entry = dict(zip(("election", "race", "level", "code"), place, strict=True))
        votes, source = row.pop("suara"), row.pop("source")
        counts = {more[name]: value for name, value in row.items()}
        results.append({**entry, "votes": votes, **counts, "source": source})
    others = {key: value for key, value in golden.items() if key not in places}
    return {"results": results, **others}


def write_expected(root: Path, inputs: Inputs) -> None:
    """Write the expected figures of the tests, three JSON files."""
    reference = inputs.json(REFERENCE)
    of_2024 = reference[KEY_2024]
    of_2019 = reference[KEY_2019]
    about = (
        "Counts over the sources named, counted apart from this program "
        "(data/banten/SOURCES.md names the copies). A rule is checkable at a station "
        "only where all its inputs are known."
    )
    contents = {
        "checks_2024.json": {"about": about, **expected_2024(of_2024)},
        "checks_2019.json": {"about": about, **expected_2019(of_2019)},
        "official.json": {
            "about": "Official figures typed from the newspapers named.",
            **expected_official(inputs.json(OFFICIAL_SOURCE)),
        },
    }
    root.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        (root / name).write_text(text, encoding="utf-8")
