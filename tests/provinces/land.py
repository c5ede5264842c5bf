"""What belongs to a made-up province itself: everything beside its elections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from provinces.files import Row, write_csv, write_rows, write_text
from provinces.layout import PROVINCE, Layout
from provinces.papers import AGENCIES, SOURCES, TOPICS, claim_rows
from provinces.plans import BEFORE, COMING, WORKING, village_codes

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["write_land"]

KEMENDAGRI, BPS = "kemendagri_2025", "bps_2018"


def write_land(
    folder: Path,
    layout: Layout,
    shapes: npt.NDArray[np.object_],
    rng: np.random.Generator,
) -> None:
    """Write everything of the province that belongs to no election."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "province.toml", _PROVINCE_TOML)
    write_text(folder / "SOURCES.md", _SOURCES_MD)
    write_csv(folder / "sources.csv", _source_rows())
    write_csv(
        folder / "agencies.csv",
        [{"agency": k, "name_id": i, "name_en": e} for k, (i, e) in AGENCIES.items()],
    )
    topics = [
        {"topic": k, "room": r, "title_id": i, "title_en": e}
        for k, (r, i, e) in TOPICS.items()
    ]
    write_csv(folder / "topics.csv", topics)
    write_csv(folder / "claims.csv", claim_rows(layout, BEFORE.key, WORKING.key))
    write_rows(folder / "villages", _village_table(layout, shapes), "parquet")
    write_csv(folder / "islands.csv", _island_rows(layout))
    write_rows(folder / "places", _place_rows(layout, shapes, rng), "parquet")
    write_rows(folder / "area_links", _link_rows(layout), "parquet")
    _write_terrain(folder / "terrain.tif", shapely.total_bounds(shapes), rng)


_PROVINCE_TOML = f"""format = 1
code = "{PROVINCE}"
name = "Provinsi Contoh (sintetis)"
timezone = "Asia/Makassar"
working_election = "{WORKING.key}"
opens_at = "2022-11-20"
synthetic = true
"""
_SOURCES_MD = """# Sumber

Semua di folder ini dikarang oleh program untuk pengujian. Tidak satu pun angka, nama,
atau batas berasal dari kenyataan.
"""


def _source_rows() -> list[Row]:
    return [
        {
            "source": key, "kind": "synthetic", "title": f"Contoh {key} (sintetis)",
            "publisher": "" if key == "kabar" else "Penguji", "date": "2020-12",
            "licence": "", "derived": "Dikarang program",
        }
        for key in SOURCES
    ]  # fmt: skip


def _village_table(layout: Layout, shapes: npt.NDArray[np.object_]) -> pa.Table:
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    # About the square kilometres of a degree squared so near the equator.
    area = np.round(shapely.area(shapes) * 110.6 * 110.8, 4)
    unknown = np.arange(len(shapes)) % 11 == 5
    return pa.table(
        {
            "code": [v.code for v in layout.villages],
            "name": [v.name for v in layout.villages],
            "kind": [v.kind for v in layout.villages],
            "area_km2": pa.array(area, mask=unknown),
            "lon": np.round(points[:, 0], 6),
            "lat": np.round(points[:, 1], 6),
            "geometry": pa.array(
                shapely.to_wkb(shapes, flavor="iso").tolist(), pa.binary()
            ),
            "source": ["wilayah"] * len(shapes),
        }
    )


def _island_rows(layout: Layout) -> list[Row]:
    west, south, east, north = layout.islet_bounds
    common = {"area_km2": "", "village": layout.of_two_parts.code, "source": "wilayah"}
    return [
        {
            "code": f"{PROVINCE}.01.40001", "name": "Pulau Contoh",
            "lat": round((south + north) / 2, 6), "lon": round((west + east) / 2, 6),
            "inhabited": "true", "village_m": "0.0", **common,
        },
        {
            "code": f"{PROVINCE}.01.40002", "name": "Pulau Karang Contoh",
            "lat": round(south - 0.01, 6), "lon": west,
            "inhabited": "false", "village_m": "950.5", **common,
        },
    ]  # fmt: skip


def _place_rows(
    layout: Layout, shapes: npt.NDArray[np.object_], rng: np.random.Generator
) -> list[Row]:
    """Two schools a village, some unchecked or without a point, and a port."""
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes))
    rows = []
    for row, village in enumerate(layout.villages):
        for number, kind in enumerate(("SD", "SMP")):
            at = np.round(inside[row] + rng.uniform(-5e-4, 5e-4, 2), 6).tolist()
            unknown = (2 * row + number) % 13 == 4
            rows.append(
                {
                    "place": f"{91_000_000 + 2 * row + number}", "kind": "school",
                    "name": f"{kind} {village.name}", "detail": kind,
                    "lat": None if unknown else at[1],
                    "lon": None if unknown else at[0],
                    "village": village.code,
                    "check": "other_district" if row % 17 == 3 else "district_match",
                    "source": "titik",
                }
            )  # fmt: skip
    west, south, _, _ = layout.islet_bounds
    port = {
        "place": "CTH", "kind": "port", "name": "Dermaga Contoh", "detail": "rakyat",
        "lat": south, "lon": west, "village": layout.of_two_parts.code, "check": None,
        "source": "titik",
    }  # fmt: skip
    return [*rows, port]


def _link_rows(layout: Layout) -> list[Row]:
    """What became of each village by the next election, and its code at BPS."""
    rows = []
    for older, newer in ((BEFORE, WORKING), (WORKING, COMING)):
        of_newer = {k: code for code, k in village_codes(layout, newer) if k}
        for code, kemendagri in village_codes(layout, older):
            if kemendagri:
                now = of_newer[kemendagri]
                how = "same_code" if now == code else "decree"
                rows.append((older.key, code, newer.key, now, how, 1.0))
            else:
                rows += [
                    (older.key, code, newer.key, village.digits, "split", 1.0)
                    for village in layout.split
                ]
    for row, village in enumerate(layout.villages):
        # BPS counts the districts in tens; every seventh village was not in its list.
        if row % 7 != 6:
            district = f"{village.digits[:4]}{village.district + 1:02d}0"
            bps = f"{district}{village.number + 1:03d}"
            rows.append((KEMENDAGRI, village.code, BPS, bps, "name", 0.9))
    names = ("from_system", "from_code", "to_system", "to_code", "how", "confidence")
    return [{**dict(zip(names, row, strict=True)), "source": "wilayah"} for row in rows]


def _write_terrain(path: Path, bounds: Any, rng: np.random.Generator) -> None:
    """A smooth made-up hill in three bands: metres, quality, error in metres."""
    import rasterio

    n = 48
    west, south, east, north = bounds
    y, x = np.mgrid[0:n, 0:n] / n
    height = 300 * np.exp(-8 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)) + rng.random((n, n))
    to_degrees = rasterio.Affine(
        (east - west) / n, 0, west, 0, (south - north) / n, north
    )
    bands = np.stack([np.round(height), np.full((n, n), 1), np.full((n, n), 6)])
    with rasterio.open(
        path, "w", driver="GTiff", width=n, height=n, count=3, dtype="int16",
        crs="EPSG:4326", compress="deflate", transform=to_degrees,
    ) as raster:  # fmt: skip
        raster.write(bands.astype(np.int16))
