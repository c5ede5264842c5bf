"""Elections: declaration, stations, calendar, duties."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from banten.inputs import TABLES, Inputs, expect, typed_rows

if TYPE_CHECKING:
    from banten.folder import Folder

__all__ = [
    "stations_2019",
    "stations_2024",
    "village_code_2019",
    "write_election",
    "write_stations",
]

SCHEMA = {
    "code": pa.string(),
    "village": pa.string(),
    "number": pa.int32(),
    "special": pa.bool_(),
    "voters": pa.int32(),
    "voters_source": pa.string(),
    "lat": pa.float64(),
    "lon": pa.float64(),
    "point_source": pa.string(),
    "error_m": pa.float64(),
}
STAGE_COLUMNS = [
    "stage",
    "name_id",
    "name_en",
    "start",
    "end",
    "certainty",
    "source",
    "note",
]
SPECIAL_FROM = 901


def finished(stations: pd.DataFrame, source: str, areas: pd.DataFrame) -> pd.DataFrame:
    """Add the source of the voters and the empty point, check, put in order."""
    stations["voters_source"] = pd.Series(source, index=stations.index, dtype="string")
    unknown = stations["voters"].isna()
    stations["voters_source"] = stations["voters_source"].mask(unknown)
    for column in ("lat", "lon", "error_m"):
        stations[column] = pd.Series(pd.NA, index=stations.index, dtype="Float64")
    stations["point_source"] = pd.Series(pd.NA, index=stations.index, dtype="string")
    expect("station codes used twice", int(stations["code"].duplicated().sum()), 0)
    villages = set(areas.loc[areas["level"] == "village", "code"])
    expect("villages with stations", set(stations["village"]), villages)
    return stations.sort_values(["village", "number"])[list(SCHEMA)].reset_index(
        drop=True
    )


def stations_2024(inputs: Inputs, areas: pd.DataFrame) -> pd.DataFrame:
    """The 33,324 stations of Pemilu 2024; voters where Sirekap shows more than 0.

    A DPT of 0 is a field that the reader left blank, so it is unknown here; the
    result file keeps it as printed.
    """
    listed = inputs.table("geo/stations_2024.parquet").set_index("tps_code")
    frame = inputs.table("rekap/tps_frame_2024.parquet")
    printed = inputs.table("rekap/ppwp2024_tps.parquet", ["kode", "dpt"])
    expect("stations of both lists", set(frame["kode"]), set(listed.index))
    expect("stations of the result list", set(printed["kode"]), set(listed.index))
    expect(
        "numbers of both lists",
        list(listed.loc[frame["kode"], "no"]),
        list(frame["tps"]),
    )
    voters = printed.set_index("kode")["dpt"]
    stations = pd.DataFrame(
        {
            "code": frame["kode"],
            "village": frame["desa"],
            "number": frame["tps"],
            "special": frame["tps"] >= SPECIAL_FROM,
            "voters": voters.loc[frame["kode"]].where(voters > 0).to_numpy(),
        }
    )
    special = listed.loc[stations["code"], "special"].to_numpy()
    expect("special stations", list(stations["special"]), list(special))
    return finished(stations, "sirekap_2024", areas)


def village_code_2019(frame: pd.DataFrame) -> pd.Series:
    """Village code of 2019 of each row; see `areas.areas_2019`."""
    own = frame["kec_kode"] + "s" + frame["vil_id"].astype("string")
    return frame["desa_2024"].fillna(own)


def stations_2019(inputs: Inputs, areas: pd.DataFrame) -> pd.DataFrame:
    """The 33,471 stations of Pemilu 2019; -1 of the copy is an unknown DPT."""
    frame = inputs.table("rekap/ppwp2019_tps.parquet")
    known = (frame["dpt_l"] >= 0) & (frame["dpt_p"] >= 0)
    village = village_code_2019(frame)
    stations = pd.DataFrame(
        {
            "code": village + frame["tps"].astype("string").str.zfill(3),
            "village": village,
            "number": frame["tps"],
            "special": frame["tps"] >= SPECIAL_FROM,
            "voters": (frame["dpt_l"] + frame["dpt_p"]).where(known),
        }
    )
    unlinked = int(frame["desa_2024"].isna().sum())
    expect("stations of villages without a link", unlinked, 379)
    return finished(stations, "tps_2019", areas)


def write_stations(folder: Folder, election: str, stations: pd.DataFrame) -> None:
    """Write the stations of an election."""
    folder.parquet(f"elections/{election}/stations.parquet", stations, SCHEMA)


def calendar(inputs: Inputs, election: str) -> list[dict[str, Any]]:
    """Stages of an election: days and certainty of the raw table, names typed here."""
    raw = {
        row["id"]: row
        for row in inputs.json("law/stages_2024.json")["rows"]
        if row["election"] == election
    }
    named = [row for row in typed_rows("stages.csv") if row["election"] == election]
    expect(f"stages of {election}", {row["stage"] for row in named}, set(raw))
    stages: list[dict[str, Any]] = [
        {
            **row,
            **{key: raw[row["stage"]][key] for key in ("start", "end", "certainty")},
        }
        for row in named
    ]
    stages += [
        row for row in typed_rows("stages_typed.csv") if row["election"] == election
    ]
    ids = [stage["stage"] for stage in stages]
    expect(f"stages of {election} used twice", len(ids) - len(set(ids)), 0)
    expect("stages that rooms use", {"vote", "count", "recap"} <= set(ids), True)
    return sorted(stages, key=lambda stage: stage["start"] or stage["end"] or "9999")


def write_election(folder: Folder, inputs: Inputs, election: str) -> None:
    """Write declaration, calendar and duties of an election.

    The duties are a proposal for elections to come: the one of 2019 has none.
    """
    base = f"elections/{election}"
    folder.copy(f"{base}/election.toml", TABLES / f"{election}.toml")
    folder.csv(f"{base}/calendar.csv", STAGE_COLUMNS, calendar(inputs, election))
    typed = json.loads((TABLES / "duties_typed.json").read_text("utf-8"))["jobs"]
    noted = inputs.json("law/duties.json")["jobs"]
    jobs = [] if election == "pemilu_2019" else [*noted, *typed]
    for job in jobs:
        expect(f"accountable agencies of {job['job']}", type(job["roles"]["A"]), str)
    folder.json(
        f"{base}/duties.json", {"schema": "siaga.duties/1", "jobs": jobs}, len(jobs)
    )
