"""Claims of agencies and official figures, each with its newspaper or letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from banten.inputs import TABLES, Inputs, expect, typed_rows

if TYPE_CHECKING:
    from banten.folder import Folder

__all__ = ["write_claims", "write_figures", "write_sources"]

CLAIM_COLUMNS = [
    "claim",
    "topic",
    "election",
    "area",
    "value",
    "of",
    "unit",
    "definition_id",
    "definition_en",
    "agency",
    "said_by",
    "said_on",
    "identified",
    "supersedes",
    "source",
    "note",
]
FIGURE_COLUMNS = ["area", "election", "figure", "value", "unit", "known_on", "source"]

AREAS = {
    "Banten": "36",
    "Pandeglang": "36.01",
    "Lebak": "36.02",
    "Lebak / Desa Kanekes (Baduy)": "36.02.06.2001",
    "Kab. Tangerang": "36.03",
    "Kab. Serang": "36.04",
    "Kota Tangerang": "36.71",
    "Cilegon": "36.72",
    "Kota Serang": "36.73",
    "Tangerang Selatan": "36.74",
}
ELECTIONS = {
    "Pemilu 2024": "pemilu_2024",
    "Pilkada 2024": "pilkada_2024",
    "Pilkada 2020": "pilkada_2020",
    "-": "",
}
UNITS = {"TPS": "station", "desa": "village", "point": "point"}
AGENCIES = {"KPU": "kpu", "Bawaslu": "bawaslu", "BPS": "bps"}
TANGSEL = "36.74"
BLANK_SPOT_TWICE = "tps_blank_spot_pemilu2024"
"""The same 452 stations, printed again on voting day: one claim, not two."""


def named(claim: dict[str, Any]) -> dict[str, Any]:
    """Claim with its id: topic, election, unit, area, agency, day."""
    election = claim["election"] or "umum"
    parts = (claim["topic"], election, claim["unit"], claim["area"], claim["agency"])
    return claim | {"claim": ".".join((*parts, claim["said_on"]))}


def blank_spot_claims(inputs: Inputs) -> list[dict[str, Any]]:
    """Claims of the published counts of blank spots, one for each of the 36 rows."""
    texts = {row["what"]: row for row in typed_rows("claim_texts.csv")}
    sources = {row["printed"]: row["source"] for row in typed_rows("claim_sources.csv")}
    counts = inputs.table("radio/blankspot_counts_banten.parquet")
    expect("published counts", len(counts), 36)
    expect("wordings that are defined", set(counts["what"]), set(texts))
    expect("newspapers that are named", set(counts["source"]), set(sources))
    claims = []
    for row in counts.itertuples():
        text = texts[row.what]
        claims.append(
            {
                "topic": text["topic"],
                "election": ELECTIONS[row.event],
                "area": AREAS[row.area],
                "value": row.count,
                "unit": UNITS[row.unit],
                "definition_id": text["definition_id"],
                "definition_en": text["definition_en"],
                "agency": AGENCIES.get(row.agency.split()[0], "diskominfo"),
                "said_by": row.agency,
                "said_on": row.date,
                "identified": 0,
                "source": sources[row.source],
            }
        )
    return claims


def hazard_claims(inputs: Inputs) -> list[dict[str, Any]]:
    """Claims of the typed hazard tables: the printed total and each printed row."""
    facts = inputs.json("hazard/banten_hazard_facts.json")
    districts = inputs.table("geo/districts.parquet", ["code", "name", "regency_code"])
    tangsel = districts[districts["regency_code"] == TANGSEL]
    place = dict(zip(tangsel["name"], tangsel["code"], strict=True))
    claims = []
    for wording in typed_rows("hazard_claims.csv"):
        facts_of = facts[wording.pop("table")]
        values: dict[str, int] = {}
        for row in facts_of.get("rows", []):
            code = place[row[0]] if row[0] in place else f"{row[0][:2]}.{row[0][2:]}"
            values[code] = row[-1]
        whole = TANGSEL if set(values) & set(place.values()) else "36"
        if values and wording["unit"] != "village":
            expect(
                f"sum of {wording['topic']}", sum(values.values()), facts_of["total"]
            )
        for area, value in {whole: facts_of["total"], **values}.items():
            claims.append({**wording, "area": area, "value": value, "identified": 0})
    return claims


def check_known_facts(inputs: Inputs, claims: list[dict[str, Any]]) -> None:
    """Typed claims agree with the facts that the raw copies also hold."""
    facts = inputs.json("hazard/banten_hazard_facts.json")
    again = facts[BLANK_SPOT_TWICE]
    of_kpu = {
        claim["area"]: int(claim["value"])
        for claim in claims
        if claim["claim"].startswith("blank_spot.pemilu_2024.station.36")
        and claim["said_on"] == "2024-01-25"
    }
    printed = {f"{row[0][:2]}.{row[0][2:]}": row[2] for row in again["rows"]}
    expect("452 printed twice", of_kpu, {"36": again["total"], **printed})
    postponed = facts["pemilu2024_postponed_tangsel"]
    listed = sum(len(row[2]) for row in postponed["rows"])
    kpu = [c for c in claims if c["topic"] == "postponed" and c["area"] == TANGSEL]
    found = [int(c["value"]) for c in kpu if c["agency"] == "kpu"]
    expect("stations postponed in Tangsel", found, [postponed["stations"]])
    expect("stations listed in Tangsel", listed, postponed["stations"])


def edited(claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Claims with the notes and finer days that other newspapers gave."""
    edits = {row.pop("claim"): row for row in typed_rows("claim_edits.csv")}
    by_id = {claim["claim"]: claim for claim in claims}
    expect("claims that an edit names", set(edits) - set(by_id), set())
    for key, edit in edits.items():
        by_id[key].update({column: value for column, value in edit.items() if value})
    return [named(claim) for claim in claims]


def write_claims(folder: Folder, inputs: Inputs, areas: set[str]) -> None:
    """Write agencies, topics and claims; `areas` are the Kemendagri codes."""
    typed = typed_rows("claims_typed.csv")
    claims = [
        named(c) for c in (*blank_spot_claims(inputs), *hazard_claims(inputs), *typed)
    ]
    claims = edited(claims)
    check_known_facts(inputs, claims)
    ids = [claim["claim"] for claim in claims]
    expect("claims named twice", sorted({i for i in ids if ids.count(i) > 1}), [])
    expect("claims of no area", {claim["area"] for claim in claims} - areas, set())
    topics = typed_rows("topics.csv")
    expect("topics", {c["topic"] for c in claims}, {topic["topic"] for topic in topics})
    agencies = inputs.json("law/duties.json")["agencies"]
    expect("agencies of the duties", len(agencies), 18)
    agencies = [
        *agencies,
        {"agency": "bps", "name_id": "BPS", "name_en": "Statistics agency"},
    ]
    expect(
        "agencies",
        {c["agency"] for c in claims} <= {a["agency"] for a in agencies},
        True,
    )
    folder.csv("agencies.csv", ("agency", "name_id", "name_en"), agencies)
    folder.csv("topics.csv", ("topic", "room", "title_id", "title_en"), topics)
    order = ("election", "topic", "unit", "said_on", "area", "agency")
    claims.sort(key=lambda claim: [str(claim[column]) for column in order])
    folder.csv("claims.csv", CLAIM_COLUMNS, claims)


def figure(area: str, name: str, value: Any, unit: str) -> dict[str, Any]:
    """One figure of the regency table with its day and source."""
    known_on, source, election = {
        "dpt": ("2023-06-27", "dpt_2024", "pemilu_2024"),
        "population": ("2026-08-08", "dukcapil_2024s2", ""),
        "area_official": ("2024-12", "luas_big_2024", ""),
    }[name]
    return {
        "area": area,
        "election": election,
        "figure": name,
        "value": value,
        "unit": unit,
        "known_on": known_on,
        "source": source,
    }


def check_sums(figures: pd.DataFrame) -> None:
    """The regencies add to the province wherever both are given."""
    counts = figures[figures["figure"].isin(["dpt", "stations"])]
    for (election, name), rows in counts.groupby(["election", "figure"]):
        parts = rows.loc[rows["area"] != "36", "value"].astype(int)
        if len(parts):
            whole = rows.loc[rows["area"] == "36", "value"].astype(int)
            expect(f"sum of {name} of {election}", [int(parts.sum())], list(whole))
            expect(f"regencies with {name} of {election}", len(parts), 8)


def write_figures(folder: Folder, inputs: Inputs) -> None:
    """Write the official figures: DPT, stations, population, area."""
    regencies = inputs.table(
        "geo/regencies.parquet",
        ["code", "dpt_2024", "population_2024s2", "area_official_km2"],
    )
    expect("DPT of 2024", int(regencies["dpt_2024"].sum()), 8842646)
    expect("population of 2024", int(regencies["population_2024s2"].sum()), 12881374)
    figures: list[dict[str, Any]] = list(typed_rows("figures_typed.csv"))
    for row in regencies.itertuples():
        figures.append(figure(row.code, "dpt", row.dpt_2024, "voters"))
        figures.append(figure(row.code, "population", row.population_2024s2, "people"))
        figures.append(figure(row.code, "area_official", row.area_official_km2, "km2"))
    figures.sort(key=lambda f: (f["election"], f["figure"], f["area"]))
    check_sums(pd.DataFrame(figures))
    folder.csv("figures.csv", FIGURE_COLUMNS, figures)


def write_sources(folder: Folder) -> None:
    """Write the list of sources; each must be used and each used one listed."""
    sources = typed_rows("sources.csv")
    listed = {row["source"] for row in sources}
    expect("sources listed twice", len(sources) - len(listed), 0)
    named_in_toml = {
        key
        for key in listed
        for path in sorted(TABLES.glob("p*_20*.toml"))
        if f'"{key}"' in path.read_text(encoding="utf-8")
    }
    without_column = {"medan_3s", "usulan_tugas"}
    used = folder.sources | named_in_toml | without_column
    expect("sources that are not listed", used - listed, set())
    expect("sources that nothing uses", listed - used, set())
    folder.csv("sources.csv", list(sources[0]), sources)
