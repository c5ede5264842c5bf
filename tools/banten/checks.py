"""Counts that a right checker returns, recomputed from the files just written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from banten.inputs import Inputs, expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = [
    "KEY_2019",
    "KEY_2024",
    "REFERENCE",
    "RULES_2019",
    "RULES_2024",
    "Rule",
    "prove",
]

REFERENCE = "rekap/expected_checks.json"
KEY_2024 = "2024 (ppwp2024_tps.parquet)"
KEY_2019 = "2019 (ppwp2019_tps.parquet, d_hasil_2019_ppwp.parquet)"
PPWP = "elections/{}/results/ppwp/{}.parquet"


@dataclass(frozen=True)
class Rule:
    """A rule as the reference words it, and the same over the product's columns."""

    reference: str
    rule: str
    """Key of the rule in the reference of the forms (E exact, W limit, I suspicion)."""
    predicate: str
    needs: tuple[str, ...]
    broken: Callable[[pd.DataFrame], pd.Series]

    def counts(self, frame: pd.DataFrame) -> dict[str, int]:
        """How many stations break the rule, of how many where it can be checked."""
        checkable = frame[frame[list(self.needs)].notna().all(axis=1)]
        return {
            "broken": int(self.broken(checkable).sum()),
            "checkable": len(checkable),
        }


def two_sexes(column: str, reference: str) -> Rule:
    """Rule E3: male and female add to the line."""
    male, female = f"{column}_male", f"{column}_female"
    return Rule(
        reference,
        f"E3 {column}",
        f"{male} + {female} != {column}",
        (column, male, female),
        lambda f: f[male] + f[female] != f[column],
    )


VOTES_2024 = ("votes_01", "votes_02", "votes_03")
RULES_2024 = (
    Rule(
        "candidates != sah",
        "E1",
        "votes_01 + votes_02 + votes_03 != valid",
        (*VOTES_2024, "valid"),
        lambda f: f[list(VOTES_2024)].sum(axis=1) != f["valid"],
    ),
    Rule(
        "sah + tidak_sah != total",
        "E2",
        "valid + invalid != total",
        ("valid", "invalid", "total"),
        lambda f: f["valid"] + f["invalid"] != f["total"],
    ),
    Rule(
        "guna != total",
        "E5",
        "users != total",
        ("users", "total"),
        lambda f: f["users"] != f["total"],
    ),
    Rule(
        "guna_dpt + guna_dptb + guna_dpk != guna",
        "E4",
        "users_dpt + users_dptb + users_dpk != users",
        ("users", "users_dpt", "users_dptb", "users_dpk"),
        lambda f: f["users_dpt"] + f["users_dptb"] + f["users_dpk"] != f["users"],
    ),
    Rule(
        "guna_dpt > dpt",
        "W1",
        "users_dpt > voters",
        ("users_dpt", "voters"),
        lambda f: f["users_dpt"] > f["voters"],
    ),
    Rule(
        "all candidates 0",
        "I1",
        "votes_01 = votes_02 = votes_03 = 0",
        VOTES_2024,
        lambda f: (f[list(VOTES_2024)] == 0).all(axis=1),
    ),
    two_sexes("voters", "dpt_l + dpt_p != dpt"),
    two_sexes("users_dpt", "guna_dpt_l + guna_dpt_p != guna_dpt"),
    two_sexes("users_dptb", "guna_dptb_l + guna_dptb_p != guna_dptb"),
    two_sexes("users_dpk", "guna_dpk_l + guna_dpk_p != guna_dpk"),
    two_sexes("users", "guna_l + guna_p != guna"),
)
VOTES_2019 = ("votes_01", "votes_02")
RULES_2019 = (
    Rule(
        "pas1 + pas2 != sah",
        "E1",
        "votes_01 + votes_02 != valid",
        (*VOTES_2019, "valid"),
        lambda f: f["votes_01"] + f["votes_02"] != f["valid"],
    ),
    Rule(
        "sah + tsah != jum",
        "E2",
        "valid + invalid != total",
        ("valid", "invalid", "total"),
        lambda f: f["valid"] + f["invalid"] != f["total"],
    ),
    Rule(
        "jum > dpt",
        "total > voters",
        "total > voters of the station list",
        ("total", "voters"),
        lambda f: f["total"] > f["voters"],
    ),
    Rule(
        "jum > ceil(1.02 dpt)",
        "total > limit",
        "total > ceil(1.02 * voters of the station list)",
        ("total", "voters"),
        # 1.02 v in whole numbers: a float product may round 102 up to 103.
        lambda f: f["total"] > (102 * f["voters"] + 99) // 100,
    ),
)


def read(folder: Path, election: str, source: str) -> pd.DataFrame:
    """A result file of the presidential race."""
    path = folder / PPWP.format(election, source)
    return pd.read_parquet(path, dtype_backend="numpy_nullable")


def rules_hold(
    rules: tuple[Rule, ...], frame: pd.DataFrame, wanted: dict[str, Any]
) -> None:
    """Raise BuildProblem unless each rule gives the counts of the reference."""
    expect("rules of the reference", {rule.reference for rule in rules}, set(wanted))
    for rule in rules:
        expect(rule.predicate, rule.counts(frame), wanted[rule.reference])


def prove_2024(folder: Path, wanted: dict[str, Any]) -> None:
    """Recompute the counts of 2024."""
    frame = read(folder, "pemilu_2024", "sirekap")
    rules_hold(RULES_2024, frame, wanted["rules"])
    some = frame[list(VOTES_2024)].notna()
    turnout = frame["users"].notna()
    both = some.all(axis=1) & turnout
    any_rule = pd.Series(False, index=frame.index)
    for rule in RULES_2024[:5]:
        known = frame[list(rule.needs)].notna().all(axis=1)
        any_rule |= known & rule.broken(frame).fillna(False).astype(bool)
    found = {
        "stations": len(frame),
        "all three candidates not null": int(some.all(axis=1).sum()),
        "no candidate not null": int((~some.any(axis=1)).sum()),
        "some but not all": int((some.any(axis=1) & ~some.all(axis=1)).sum()),
        "turnout section (guna not null)": int(turnout.sum()),
        "candidates and turnout section": int(both.sum()),
        "no candidate and no turnout section": int(
            (~some.any(axis=1) & ~turnout).sum()
        ),
        "at least one of the first five rules broken": {
            "of all stations": int(any_rule.sum()),
            "of stations with candidates and turnout section": int(
                (any_rule & both).sum()
            ),
        },
        "sums": {
            f"suara_{n}": int(frame[f"votes_{n}"].sum()) for n in ("01", "02", "03")
        },
        "dpt not null": int(frame["voters"].notna().sum()),
        "dpt = 0": int((frame["voters"] == 0).sum()),
        "dpt > 300": int((frame["voters"] > 300).sum()),
        "distinct stamps": int(frame["changed_at"].nunique()),
    }
    expect("counts of 2024", found, {key: wanted[key] for key in found})


def prove_2019(folder: Path, wanted: dict[str, Any]) -> None:
    """Recompute the counts of 2019."""
    stations = pd.read_parquet(
        folder / "elections/pemilu_2019/stations.parquet",
        dtype_backend="numpy_nullable",
    )
    unknown = int(stations["voters"].isna().sum())
    expect("stations without DPT", unknown, wanted["dpt unknown (-1 in the file)"])
    voters = stations.set_index("code")["voters"]
    frames = {}
    for source, key in (
        ("situng", "Situng (kpu_)"),
        ("kawalpemilu", "KawalPemilu (kp_)"),
    ):
        frame = read(folder, "pemilu_2019", source)
        frame["voters"] = voters.loc[frame["code"]].to_numpy()
        expect(f"stations of {source}", len(frame), wanted["stations"])
        candidates = int(frame[list(VOTES_2019)].notna().all(axis=1).sum())
        expect(
            f"entries of {source}", candidates, wanted[key]["stations with candidates"]
        )
        expect(
            f"sums of {source}",
            list(frame[list(VOTES_2019)].sum()),
            wanted[key]["sums"],
        )
        rules_hold(RULES_2019, frame, wanted[key]["rules"])
        frames[source] = frame.set_index("code")
    prove_two_sources(frames["situng"], frames["kawalpemilu"], wanted["two sources"])
    prove_levels(folder, frames["situng"], wanted["levels"])


def prove_two_sources(
    first: pd.DataFrame, second: pd.DataFrame, wanted: dict[str, int]
) -> None:
    """Recompute where the two sources of 2019 differ."""
    columns = list(VOTES_2019)
    first, second = first.sort_index(), second.sort_index()
    both = (first[columns].notna() & second[columns].notna()).all(axis=1)
    differ = (first[columns] != second[columns]).any(axis=1).fillna(False)
    covered = second["covered"]
    found = [both, both & differ, both & covered, both & covered & differ]
    expect(
        "two sources of 2019",
        [int(mark.sum()) for mark in found],
        list(wanted.values()),
    )


def prove_levels(folder: Path, stations: pd.DataFrame, wanted: dict[str, Any]) -> None:
    """Recompute where the official figures of 2019 leave the sums below them."""
    columns = list(VOTES_2019)
    official = read(folder, "pemilu_2019", "official").set_index("code")
    by_village = stations.groupby(stations.index.str[:-3])[columns].sum()
    districts = official.index[official["level"] == "district"]
    by_district = stations.groupby(stations.index.str[:6])[columns].sum()
    listed = official.loc[official["level"] == "village", columns]
    of_villages = listed.groupby(listed.index.str[:6]).sum()
    of_districts = official.loc[districts, columns]
    gap = (of_districts - of_villages.loc[districts]).loc[
        (of_districts != of_villages.loc[districts]).any(axis=1)
    ]
    found = {
        "villages": len(listed),
        "villages with official != station sum": n_differ(listed, by_village),
        "districts with official != station sum": n_differ(of_districts, by_district),
    }
    expect("levels of 2019", found, {key: wanted[key] for key in found})
    printed = wanted["districts with official != sum of official villages"].values()
    expect(
        "districts that do not add up", sorted(gap.to_numpy().tolist()), sorted(printed)
    )
    regencies = official.loc[official["level"] == "regency", columns]
    added = of_districts.groupby(of_districts.index.str[:4]).sum()
    expect("regencies that add up", n_differ(regencies, added), 0)


def n_differ(official: pd.DataFrame, sums: pd.DataFrame) -> int:
    """Areas whose official figures are not the sums below them."""
    return int((official != sums.loc[official.index]).any(axis=1).sum())


def prove(folder: Path, inputs: Inputs) -> None:
    """Raise BuildProblem unless the written files give the counts of the reference."""
    reference = inputs.json(REFERENCE)
    prove_2024(folder, reference[KEY_2024])
    prove_2019(folder, reference[KEY_2019])
