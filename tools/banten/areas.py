"""Area trees: the KPU codes of 2024 and the tree of 2019 with its own gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from banten.inputs import Inputs, expect

if TYPE_CHECKING:
    from banten.folder import Folder

__all__ = ["LABELS", "N_UNLINKED_2019", "areas_2019", "areas_2024", "write_areas"]

LABELS = {
    "3601": "Pandeglang",
    "3602": "Lebak",
    "3603": "Kab. Tangerang",
    "3604": "Kab. Serang",
    "3671": "Kota Tangerang",
    "3672": "Cilegon",
    "3673": "Kota Serang",
    "3674": "Tangsel",
}
"""Short names of the regencies for maps."""

LEVELS = ("province", "regency", "district", "village")
CODE_LENGTH = {"province": 2, "regency": 4, "district": 6}
N_UNLINKED_2019 = 14
"""Villages of 2019 whose name has no equal in its district of 2024."""

SCHEMA = {
    "code": pa.string(),
    "parent": pa.string(),
    "level": pa.string(),
    "name": pa.string(),
    "label": pa.string(),
    "kind": pa.string(),
    "kemendagri": pa.string(),
    "source": pa.string(),
}


def dotted(code: str) -> str:
    """Kemendagri code of a KPU code above the village: `360101` -> `36.01.01`."""
    return ".".join(code[i : i + 2] for i in range(0, len(code), 2))


def short_regency(name: str) -> str:
    """Name as shown: `Kabupaten Lebak` -> `Kab. Lebak`."""
    return name.replace("Kabupaten ", "Kab. ")


def upper_levels(inputs: Inputs) -> pd.DataFrame:
    """Province, regencies and districts; their codes are the same in 2019 and 2024."""
    regencies = inputs.table("geo/regencies.parquet", ["code", "name"])
    districts = inputs.table("geo/districts.parquet", ["code", "name", "regency_code"])
    rows = [{"code": "36", "parent": None, "level": "province", "name": "Banten"}]
    for row in regencies.itertuples():
        code = row.code.replace(".", "")
        name = short_regency(row.name)
        rows.append({"code": code, "parent": "36", "level": "regency", "name": name})
    for row in districts.itertuples():
        code, parent = row.code.replace(".", ""), row.regency_code.replace(".", "")
        rows.append(
            {"code": code, "parent": parent, "level": "district", "name": row.name}
        )
    areas = pd.DataFrame(rows, dtype="string")
    areas["label"] = areas["code"].map(LABELS).astype("string")
    areas["kind"] = pd.Series(pd.NA, index=areas.index, dtype="string")
    areas["kemendagri"] = areas["code"].map(dotted).astype("string")
    return areas


def areas_2024(inputs: Inputs) -> pd.DataFrame:
    """Tree of Pemilu 2024.

    Kemendagri moved Cikaratuan to another district after 2024: its code here keeps
    the district of 2024 as parent and the decree of 2025 as Kemendagri code.
    """
    frame = inputs.table("rekap/wilayah_2024.parquet", ["kab", "kec", "desa"])
    expect(
        "2024 regencies, districts, villages", tuple(frame.nunique()), (8, 155, 1552)
    )
    known = inputs.table(
        "geo/villages.parquet", ["code", "code_kpu2024", "name", "kind"]
    )
    villages = frame.merge(
        known, left_on="desa", right_on="code_kpu2024", validate="one_to_one"
    )
    expect("villages of 2024 with a polygon", len(villages), 1552)
    lower = pd.DataFrame(
        {
            "code": villages["desa"],
            "parent": villages["kec"],
            "level": "village",
            "name": villages["name"],
            "kind": villages["kind"],
            "kemendagri": villages["code"],
        }
    )
    moved = lower.loc[lower["kemendagri"].str.replace(".", "") != lower["code"], "code"]
    expect("villages with another code in 2025", list(moved), ["3602162018"])
    return in_order(upper_levels(inputs), lower, "wilayah_kpu_2024")


def areas_2019(inputs: Inputs, areas: pd.DataFrame) -> pd.DataFrame:
    """Tree of Pemilu 2019, village codes of 2024 where the village is known in 2024.

    Others get the code of their district, the letter `s` and the village number of
    KPU's Situng: `360128s51880`.
    """
    columns = ["vil_id", "kec_kode", "kel", "desa_2024"]
    found = inputs.table("rekap/ppwp2019_tps.parquet", columns).drop_duplicates()
    expect("villages of 2019", (len(found), found["vil_id"].nunique()), (1551, 1551))
    linked = found["desa_2024"].notna()
    expect("villages of 2019 without a link", int((~linked).sum()), N_UNLINKED_2019)
    found["code"] = found["desa_2024"].fillna(
        found["kec_kode"] + "s" + found["vil_id"].astype("string")
    )
    later = areas.set_index("code")
    names = found["code"].map(later["name"]).astype("string")
    lower = pd.DataFrame(
        {
            "code": found["code"],
            "parent": found["kec_kode"],
            "level": "village",
            "name": names.fillna(found["kel"].str.title()),
            "kind": found["code"].map(later["kind"]).astype("string"),
            "kemendagri": found["code"].map(later["kemendagri"]).astype("string"),
        }
    )
    lower["kind"] = lower["kind"].where(linked, pd.NA)
    return in_order(upper_levels(inputs), lower, "tps_2019")


def in_order(upper: pd.DataFrame, lower: pd.DataFrame, source: str) -> pd.DataFrame:
    """Both parts in the order of the codes, checked to be one tree."""
    areas = pd.concat([upper, lower], ignore_index=True).sort_values("code")
    areas["source"] = source
    check_tree(areas)
    return areas.reset_index(drop=True)[list(SCHEMA)]


def check_tree(areas: pd.DataFrame) -> None:
    """Raise BuildProblem unless the codes are one tree of four levels."""
    expect("codes used twice", int(areas["code"].duplicated().sum()), 0)
    expect(
        "Kemendagri codes used twice",
        int(areas["kemendagri"].dropna().duplicated().sum()),
        0,
    )
    expect("areas without a name", int((areas["name"].fillna("") == "").sum()), 0)
    level_of = dict(zip(areas["code"], areas["level"], strict=True))
    for row in areas.itertuples():
        if row.level == "province":
            continue
        above = LEVELS[LEVELS.index(row.level) - 1]
        expect(f"level of the parent of {row.code}", level_of.get(row.parent), above)
        expect(
            f"code of the parent of {row.code}",
            row.code[: CODE_LENGTH[above]],
            row.parent,
        )


def write_areas(folder: Folder, election: str, areas: pd.DataFrame) -> None:
    """Write the tree of an election."""
    folder.parquet(f"elections/{election}/areas.parquet", areas, SCHEMA)
