"""Results of the races by source; unknown is null, never 0 and never -1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from banten.elections import village_code_2019
from banten.inputs import Inputs, expect

if TYPE_CHECKING:
    from banten.folder import Folder

__all__ = ["write_results"]

WIB = "Asia/Jakarta"
SIREKAP = {
    "suara_01": "votes_01",
    "suara_02": "votes_02",
    "suara_03": "votes_03",
    "sah": "valid",
    "tidak_sah": "invalid",
    "total": "total",
    "dpt": "voters",
    "guna": "users",
    "guna_dpt": "users_dpt",
    "guna_dptb": "users_dptb",
    "guna_dpk": "users_dpk",
}
"""Columns of the copy and of the product; `_l` and `_p` are male and female."""

SITUNG = {
    "pas1": "votes_01",
    "pas2": "votes_02",
    "sah": "valid",
    "tsah": "invalid",
    "jum": "total",
}
OFFICIAL = {
    "sah": "valid",
    "tidak_sah": "invalid",
    "total": "total",
    "dpt": "voters",
    "guna": "users",
    "guna_dpt": "users_dpt",
    "guna_dptb": "users_dptb",
    "guna_dpk": "users_dpk",
}


def typed(frame: pd.DataFrame) -> dict[str, pa.DataType]:
    """Schema of a result table: texts, marks, the stamp, and counts."""
    kinds = {
        **dict.fromkeys(("level", "code", "known_on", "source"), pa.string()),
        **dict.fromkeys(("covered", "flagged", "reported_to_kpu"), pa.bool_()),
        "changed_at": pa.timestamp("us", tz="UTC"),
    }
    return {column: kinds.get(column, pa.int32()) for column in frame.columns}


def write_result(
    folder: Folder, path: str, frame: pd.DataFrame, codes: set[str]
) -> None:
    """Write one result file; every code must be one of `codes`, and once."""
    expect(f"codes used twice in {path}", int(frame["code"].duplicated().sum()), 0)
    expect(f"unknown codes in {path}", set(frame["code"]) - codes, set())
    counts = frame.select_dtypes("number")
    expect(f"negative counts in {path}", int((counts < 0).sum().sum()), 0)
    order = frame.sort_values("code").reset_index(drop=True)
    folder.parquet(f"elections/{path}", order, typed(order))


def sirekap(inputs: Inputs) -> pd.DataFrame:
    """Sirekap 2024, one row a station, as printed."""
    raw = inputs.table("rekap/ppwp2024_tps.parquet")
    expect("stations with a printed DPT", int(raw["dpt"].notna().sum()), 17781)
    expect("stations with a printed DPT of 0", int((raw["dpt"] == 0).sum()), 466)
    frame = pd.DataFrame({"level": "station", "code": raw["kode"]})
    for old, new in SIREKAP.items():
        frame[new] = raw[old]
        if f"{old}_l" in raw:
            frame[f"{new}_male"], frame[f"{new}_female"] = (
                raw[f"{old}_l"],
                raw[f"{old}_p"],
            )
    stamps = pd.to_datetime(raw["ts"]).astype("datetime64[us]")
    frame["changed_at"] = stamps.dt.tz_localize(WIB).dt.tz_convert("UTC")
    return frame


def kawalpemilu_2024(inputs: Inputs) -> pd.DataFrame:
    """KawalPemilu 2024, one row a village; `reported` = stations entered."""
    raw = inputs.table("rekap/kawalpemilu2024_desa.parquet")
    expect("villages of KawalPemilu 2024", len(raw), 941)
    return pd.DataFrame(
        {
            "level": "village",
            "code": raw["desa"],
            "votes_01": raw["kp_01"],
            "votes_02": raw["kp_02"],
            "votes_03": raw["kp_03"],
            "reported": raw["kp_tps_masuk"],
        }
    )


def official_row(golden: dict[str, Any], level: str, code: str) -> dict[str, Any]:
    """One official row from typed figures, its identities checked."""
    votes = {f"votes_{number}": count for number, count in golden["suara"].items()}
    expect(f"sum of votes of {code}", sum(votes.values()), golden["sah"])
    total = golden["sah"] + golden["tidak_sah"]
    for key in {"total", "guna"} & set(golden):
        expect(f"valid and invalid of {code}", golden[key], total)
    if "guna_dpt" in golden:
        parts = sum(golden[key] for key in ("guna_dpt", "guna_dptb", "guna_dpk"))
        expect(f"users of {code}", parts, golden["guna"])
    counts = {new: golden[old] for old, new in OFFICIAL.items() if old in golden}
    return {"level": level, "code": code, **votes, **counts}


def as_counts(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table whose counts may be null."""
    return pd.DataFrame(rows).convert_dtypes()


def official_2024(inputs: Inputs) -> pd.DataFrame:
    """Official 2024: the province and the one regency that was found."""
    golden = inputs.json("rekap/golden_official.json")
    province = official_row(golden["ppwp_2024_banten_DC"], "province", "36")
    regency = official_row(golden["ppwp_2024_pandeglang_DB"], "regency", "3601")
    province |= {"known_on": "2024-03-12", "source": "antara_2024_03_12"}
    regency |= {"known_on": "2024-03-05", "source": "poskota_2024_03_05"}
    return as_counts([province, regency])


def situng(inputs: Inputs) -> pd.DataFrame:
    """Situng 2019, one row a station."""
    return stations_of_2019(inputs, "kpu")


def kawalpemilu_2019(inputs: Inputs) -> pd.DataFrame:
    """KawalPemilu 2019, one row a station, with the marks of the volunteers."""
    frame = stations_of_2019(inputs, "kp")
    raw = inputs.table("rekap/ppwp2019_tps.parquet")
    frame["covered"] = raw["kp_cakupan"] == 1
    frame["flagged"] = raw["kp_janggal"] == 1
    frame["reported_to_kpu"] = (raw["kp_laporkpu"] == 1).astype("boolean")
    return frame


def stations_of_2019(inputs: Inputs, prefix: str) -> pd.DataFrame:
    """Entries of one of the two sources of 2019, `prefix` kpu or kp."""
    raw = inputs.table("rekap/ppwp2019_tps.parquet")
    code = village_code_2019(raw) + raw["tps"].astype("string").str.zfill(3)
    frame = pd.DataFrame({"level": "station", "code": code})
    for old, new in SITUNG.items():
        frame[new] = raw[f"{prefix}_{old}"]
    return frame


def official_2019(inputs: Inputs) -> pd.DataFrame:
    """Official 2019: villages, districts, regencies from the D forms, the province.

    The voters that the press prints for the province (8,517,336) hold DPTb and DPK
    too: they are not the DPT, so `voters` stays empty.
    """
    stations = inputs.table("rekap/ppwp2019_tps.parquet")
    village = dict(zip(stations["vil_id"], village_code_2019(stations), strict=True))
    raw = inputs.table("rekap/d_hasil_2019_ppwp.parquet")
    expect("rows of the D forms", len(raw), 1714)
    code = raw["id"].map(village).where(raw["level"] == "kel", raw["kec_kode"])
    frame = pd.DataFrame(
        {
            "level": raw["level"].map(
                {"kel": "village", "kec": "district", "kab": "regency"}
            ),
            "code": code.where(raw["level"] != "kab", raw["kab_kode"]),
            "votes_01": raw["d_pas1"],
            "votes_02": raw["d_pas2"],
            "known_on": "2019-07-07",
            "source": "formulir_d_2019",
        }
    )
    sums = frame.loc[frame["level"] == "regency", ["votes_01", "votes_02"]].sum()
    golden = inputs.json("rekap/golden_official.json")["ppwp_2019_banten_DC"]
    expect("sum of the regencies of 2019", list(sums), list(golden["suara"].values()))
    province = official_row(golden, "province", "36")
    province |= {
        "users": golden["total"],
        "known_on": "2019-05-15",
        "source": "riau1_2019_05_15",
    }
    return pd.concat([as_counts([province]), frame.convert_dtypes()], ignore_index=True)


def official_pilkada(inputs: Inputs) -> pd.DataFrame:
    """Official result of the governor's race of 2024."""
    golden = inputs.json("rekap/golden_official.json")["pilgub_2024_banten"]
    row = official_row(golden, "province", "36")
    return as_counts(
        [row | {"known_on": "2024-12-07", "source": "official_pilkada_2024"}]
    )


def write_results(folder: Folder, inputs: Inputs, codes: dict[str, set[str]]) -> None:
    """Write all results; `codes` holds the area and station codes of each election."""
    files = {
        "pemilu_2024/results/ppwp/sirekap": sirekap,
        "pemilu_2024/results/ppwp/kawalpemilu": kawalpemilu_2024,
        "pemilu_2024/results/ppwp/official": official_2024,
        "pemilu_2019/results/ppwp/situng": situng,
        "pemilu_2019/results/ppwp/kawalpemilu": kawalpemilu_2019,
        "pemilu_2019/results/ppwp/official": official_2019,
        "pilkada_2024/results/gubernur/official": official_pilkada,
    }
    for path, read in files.items():
        election = path.partition("/")[0]
        write_result(folder, f"{path}.parquet", read(inputs), codes[election])
