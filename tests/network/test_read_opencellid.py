"""Open cells: counted, grouped to masts, slips dropped, what was known by a moment."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from network.radio_files import BOX

from siaga.network.read_opencellid import (
    LEAST_CONFIDENCE,
    OpenCells,
    OpenSites,
    existed_mask,
    known_mask,
    read_open_cells,
    sites_of_open_cells,
)

AT = datetime(2025, 7, 12, tzinfo=UTC)
UPDATED = 1_748_361_000
M_PER_DEG = 110_620.0


def line(
    cell: int, lat: float = -6.4, lon: float = 125.3, *, samples: int = 9,
    radio: str = "LTE", mcc: int = 510, mnc: int = 10, updated: int = UPDATED,
) -> str:  # fmt: skip
    return (
        f"{radio},{mcc},{mnc},1207,{cell},0,{lon},{lat},1000,{samples},1,1738826000,"
        f"{updated},0\n"
    )


def read(path: Path, *lines: str) -> OpenCells:
    path.write_text("".join(lines))
    return read_open_cells(path, BOX)


def sites(path: Path, *lines: str) -> OpenSites:
    return sites_of_open_cells(read(path, *lines), "terbuka", AT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "510.csv"


def test_what_lies_elsewhere_is_counted_not_refused(file: Path) -> None:
    found = read(
        file, line(256), line(512, mcc=502, lat=-6.9), line(768, lat=-6.9),
        line(1024, mnc=99), line(9, radio="CDMA"),
    )  # fmt: skip
    assert len(found) == 1
    assert found.skipped == {"country": 1, "box": 1, "radio": 1, "operator": 1}


def test_a_header_a_gzip_and_a_parquet_cut_give_the_same(file: Path) -> None:
    lines = [line(256 * 7 + n, samples=n + 1) for n in range(5)]
    plain = read(file, *lines)
    header = (
        "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,"
        "averageSignal\n"
    )
    headed = read(file, header, *lines)
    packed = file.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress("".join(lines).encode()))
    zipped = read_open_cells(packed, BOX)
    cut = file.with_suffix(".parquet")
    pq.write_table(
        pa.table(
            {
                "radio": ["LTE"] * 5, "mnc": [10] * 5, "cell": plain.cell,
                "lon": plain.lon, "lat": plain.lat, "samples": plain.samples,
                "created": plain.created_s, "updated": plain.updated_s,
            }
        ),
        cut,
    )  # fmt: skip
    for other in (headed, zipped, read_open_cells(cut, BOX)):
        assert other.cell.tolist() == plain.cell.tolist()
        assert other.samples.tolist() == [1, 2, 3, 4, 5]


def test_cells_of_one_enb_are_one_site_and_of_two_operators_two(file: Path) -> None:
    found = sites(file, line(256 * 7 + 1), line(256 * 7 + 2), line(256 * 7 + 1, mnc=11))
    assert found.sites.key == ("open:10:enb:7", "open:11:enb:7")
    assert found.sites.operator == ("telkomsel", "xl")
    assert found.n_members.tolist() == [2, 1]
    assert len(found.cells) == 2
    assert np.isnan(found.cells.azimuth_deg).all()
    assert found.cells.frequency_mhz.tolist() == [1842.5, 1842.5]
    assert (found.cells.eirp_sigma_db > 5).all()


def test_cells_that_name_no_mast_are_grouped_by_place(file: Path) -> None:
    found = sites(
        file, line(11, radio="GSM"), line(12, radio="GSM", lat=-6.40004),
        line(13, radio="GSM", lat=-6.41), line(14, radio="UMTS"),
    )  # fmt: skip
    assert sorted(found.n_members.tolist()) == [1, 1, 2]
    assert sorted(found.cells.technology) == ["2g", "2g", "3g"]


def test_a_cell_far_from_its_mast_is_dropped(file: Path) -> None:
    near = [line(256 * 7 + n, lat=-6.4 + 0.001 * n) for n in range(4)]
    found = sites(file, *near, line(256 * 7 + 9, lat=-6.59))
    assert found.n_members.tolist() == [4] and found.n_dropped.tolist() == [1]
    assert abs(found.sites.lat[0] - -6.3985) < 1e-6
    without = sites(file, *near)
    assert without.sites.confidence[0] > found.sites.confidence[0]


def test_of_two_cells_far_apart_the_better_known_stays(file: Path) -> None:
    found = sites(
        file, line(256 * 7 + 1, lat=-6.35, samples=2),
        line(256 * 7 + 2, lat=-6.55, samples=40),
    )  # fmt: skip
    assert found.sites.lat.tolist() == [-6.55] and found.n_dropped.tolist() == [1]


def test_more_reports_mean_less_error_and_more_confidence(file: Path) -> None:
    few = sites(file, line(256 * 7 + 1, samples=1)).sites
    many = sites(file, line(256 * 7 + 1, samples=30)).sites
    assert many.error_m[0] < few.error_m[0]
    assert few.confidence[0] < many.confidence[0] < 0.9


def test_old_reports_are_trusted_less_but_never_below_the_floor(file: Path) -> None:
    years = [0, 2, 6, 14]
    found = [
        sites(file, line(256, updated=UPDATED - n * 31_557_600, samples=30))
        .sites.confidence[0]
        for n in years
    ]  # fmt: skip
    assert found == sorted(found, reverse=True)
    assert found[2] / found[0] == pytest.approx(0.5, abs=0.01)
    assert found[-1] >= LEAST_CONFIDENCE


def test_as_of_a_moment_only_what_stood_by_then_is_known(file: Path) -> None:
    found = read(
        file, line(256, updated=1_740_000_000), line(512, updated=1_750_000_000)
    )
    at = datetime.fromtimestamp(1_745_000_000, UTC)
    assert known_mask(found, at).tolist() == [True, False]
    assert existed_mask(found, at).tolist() == [True, True]
    assert found.where(known_mask(found, at)).cell.tolist() == [256]


def test_no_cells_give_no_sites(file: Path) -> None:
    found = sites(file, line(256, lat=-6.9))
    assert len(found.sites) == 0 and len(found.cells) == 0


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_plays_no_part(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 12
    columns = [
        np.full(n, 10, np.int64), 256 * rng.integers(1, 3, n) + np.arange(n),
        rng.uniform(-6.42, -6.40, n), rng.uniform(125.30, 125.32, n),
        rng.integers(1, 3, n), np.full(n, UPDATED, np.int64),
        UPDATED + rng.integers(0, 2, n),
    ]  # fmt: skip
    order = rng.permutation(n)
    straight = OpenCells(("4g",) * n, *columns, {})  # type: ignore[arg-type]
    mixed = OpenCells(("4g",) * n, *(c[order] for c in columns), {})  # type: ignore[arg-type]
    one = sites_of_open_cells(straight, "a", AT)
    other = sites_of_open_cells(mixed, "a", AT)
    assert one.sites.key == other.sites.key
    for name in ("lat", "lon", "error_m", "confidence"):
        assert (
            getattr(one.sites, name).tobytes() == getattr(other.sites, name).tobytes()
        )
