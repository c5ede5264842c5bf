"""Land: villages, islands, schools and ports, links between code systems, terrain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from banten.inputs import BuildProblem, Inputs, expect

if TYPE_CHECKING:
    from banten.folder import Folder

__all__ = ["write_land", "write_links"]

TEXT, REAL, MARK = pa.string(), pa.float64(), pa.bool_()
LINK_COLUMNS = (
    "from_system",
    "from_code",
    "to_system",
    "to_code",
    "how",
    "confidence",
    "source",
)
CONFIDENCE = {
    "same_code": 1.0,
    "decree": 1.0,
    "name": 0.95,
    "exact": 0.95,
    "fuzzy": 0.8,
}
"""How far a link can be trusted: codes and decrees fully; equal names inside the
same district nearly so; names that are only alike (ratio of at least 0.8) less."""


def geo_metadata(inputs: Inputs) -> dict[bytes, bytes]:
    """GeoParquet notes of the raw copy without the box column, which is not carried."""
    schema = pq.read_schema(inputs.path("geo/villages.parquet"))
    geo = json.loads(schema.metadata[b"geo"])
    del geo["columns"]["geometry"]["covering"]
    del geo["creator"]
    return {b"geo": json.dumps(geo, sort_keys=True).encode()}


def write_villages(folder: Folder, inputs: Inputs) -> None:
    """Write the 1,552 villages of 2025 with their polygons."""
    raw = inputs.table("geo/villages.parquet")
    expect("villages", (len(raw), raw["code"].nunique()), (1552, 1552))
    kinds = raw["kind"].value_counts().to_dict()
    expect("kinds of villages", kinds, {"desa": 1238, "kelurahan": 314})
    shapes = shapely.from_wkb(raw["geometry"].to_numpy(dtype=object))
    expect("valid polygons", bool(shapely.is_valid(shapes).all()), True)
    expect(
        "polygons without gap or overlap", bool(shapely.coverage_is_valid(shapes)), True
    )
    inside = shapely.contains_xy(shapes, raw["lon"].to_numpy(), raw["lat"].to_numpy())
    expect("inner points inside", bool(inside.all()), True)
    frame = pd.DataFrame(
        {
            "code": raw["code"],
            "name": raw["name"],
            "kind": raw["kind"],
            "district": raw["district_code"],
            "regency": raw["regency_code"],
            "area_km2": raw["area_km2"],
            "lon": raw["lon"],
            "lat": raw["lat"],
            "geometry": raw["geometry"],
            "source": "kemendagri_2025",
        }
    ).sort_values("code")
    schema = dict.fromkeys(frame.columns, TEXT) | dict.fromkeys(
        ("area_km2", "lon", "lat"), REAL
    )
    schema["geometry"] = pa.binary()
    folder.parquet("villages.parquet", frame, schema, geo_metadata(inputs))


def write_islands(folder: Folder, inputs: Inputs) -> None:
    """Write the 80 islands of the official list."""
    raw = inputs.table("geo/islands.parquet")
    expect("islands", (len(raw), int(raw["inhabited"].sum())), (80, 5))
    names = ["code", "name", "lat", "lon", "inhabited", "area_km2", "outermost"]
    frame = raw[names].assign(
        village=raw["nearest_village"],
        village_m=raw["nearest_village_m"],
        source="pulau_2025",
    )
    schema = dict.fromkeys(frame.columns, TEXT)
    schema |= dict.fromkeys(("lat", "lon", "area_km2", "village_m"), REAL)
    schema |= dict.fromkeys(("inhabited", "outermost"), MARK)
    folder.parquet("islands.parquet", frame.sort_values("code"), schema)


def points(raw: pd.DataFrame) -> pd.DataFrame:
    """Latitude and longitude of point geometries; 0 is a point that nobody gave."""
    shapes = shapely.from_wkb(raw["geometry"].to_numpy(dtype=object))
    lat, lon = shapely.get_y(shapes), shapely.get_x(shapes)
    given = (lat != 0) & (lon != 0)
    return pd.DataFrame(
        {"lat": np.where(given, lat, np.nan), "lon": np.where(given, lon, np.nan)}
    )


def write_places(folder: Folder, inputs: Inputs) -> None:
    """Write the schools and ports."""
    schools = inputs.table("geo/schools_2019.parquet")
    ports = inputs.table("geo/ports_2017.parquet")
    expect("schools and ports", (len(schools), len(ports)), (7157, 49))
    of_schools = points(schools).assign(
        place=schools["npsn"],
        kind="school",
        name=schools["name"],
        detail=schools["type"],
        village=schools["village_code"],
        check=schools["location_check"],
        source="dapodik_2019",
    )
    expect("schools without a point", int(of_schools["lat"].isna().sum()), 50)
    checks = schools["location_check"].value_counts().to_dict()
    expect("schools in the district they claim", checks["district_match"], 6210)
    of_ports = points(ports).assign(
        place=ports["port_code"],
        kind="port",
        name=ports["name"],
        detail=ports["category"],
        village=ports["nearest_village"],
        check=pd.NA,
        source="pelabuhan_2017",
    )
    frame = pd.concat([of_schools, of_ports.astype({"check": "string"})])
    expect("places named twice", int(frame["place"].duplicated().sum()), 0)
    schema = dict.fromkeys(
        ("place", "kind", "name", "detail", "lat", "lon", "village", "check", "source"),
        TEXT,
    ) | {"lat": REAL, "lon": REAL}
    folder.parquet("places.parquet", frame.sort_values(["kind", "place"]), schema)


def link(
    systems: tuple[str, str], codes: pd.DataFrame, how: pd.Series, source: str
) -> pd.DataFrame:
    """Links of one pair of systems; `codes` has the columns from_code and to_code."""
    frame = codes.assign(
        from_system=systems[0], to_system=systems[1], how=how, source=source
    )
    frame["confidence"] = frame["how"].map(CONFIDENCE)
    expect(f"{systems} linked twice", int(frame["from_code"].duplicated().sum()), 0)
    return frame


def write_links(folder: Folder, inputs: Inputs, trees: dict[str, pd.DataFrame]) -> None:
    """Write the links of villages between code systems; what has none is not listed."""
    cross = inputs.table("geo/crosswalk_codes.parquet")
    to_kpu = pd.DataFrame(
        {"from_code": cross["kemendagri_2025"], "to_code": cross["code_kpu2024"]}
    )
    same = to_kpu["from_code"].str.replace(".", "") == to_kpu["to_code"]
    how = same.map({True: "same_code", False: "decree"})
    expect("villages linked by decree", int((~same).sum()), 1)
    known = cross[cross["bps_village"].notna()]
    to_bps = pd.DataFrame(
        {"from_code": known["kemendagri_2025"], "to_code": known["bps_village"]}
    )
    expect("villages with a BPS code", len(to_bps), 1501)
    found = {name: villages(tree) for name, tree in trees.items()}
    shared = sorted(found["pemilu_2019"] & found["pemilu_2024"])
    expect("villages of 2019 that are known in 2024", len(shared), 1537)
    expect("trees of 2024", found["pilkada_2024"], found["pemilu_2024"])
    old = pd.DataFrame({"from_code": shared, "to_code": shared})
    both = sorted(found["pilkada_2024"])
    new = pd.DataFrame({"from_code": both, "to_code": both})
    here = "padanan_kode"
    links = pd.concat(
        [
            link(("kemendagri_2025", "pemilu_2024"), to_kpu, how, here),
            link(("kemendagri_2025", "bps_2018"), to_bps, known["bps_match"], here),
            link(
                ("pemilu_2019", "pemilu_2024"),
                old,
                pd.Series("name", old.index),
                "tps_2019",
            ),
            link(
                ("pilkada_2024", "pemilu_2024"),
                new,
                pd.Series("same_code", new.index),
                "wilayah_pilkada_2024",
            ),
        ]
    )[list(LINK_COLUMNS)]
    if links.isna().any(axis=None):
        raise BuildProblem("a link has an empty cell")
    schema = dict.fromkeys(LINK_COLUMNS, TEXT) | {"confidence": REAL}
    links = links.sort_values(["from_system", "to_system", "from_code"])
    folder.parquet("area_links.parquet", links, schema)


def villages(tree: pd.DataFrame) -> set[str]:
    """Village codes of a tree."""
    return set(tree.loc[tree["level"] == "village", "code"])


def write_holidays(folder: Folder, inputs: Inputs) -> None:
    """Write the days on which offices and shops are shut."""
    rows = inputs.json("law/holidays_2024_2026.json")["rows"]
    expect("holidays", len(rows), 82)
    days = [{**row, "source": "hari_libur_2024_2026"} for row in rows]
    folder.csv("holidays.csv", ["date", "name", "source"], days)


def write_land(folder: Folder, inputs: Inputs) -> None:
    """Write villages, islands, places, holidays and the terrain."""
    write_holidays(folder, inputs)
    write_villages(folder, inputs)
    write_islands(folder, inputs)
    write_places(folder, inputs)
    folder.copy("terrain.tif", inputs.path("geo/dem_fused_3s.tif"))
