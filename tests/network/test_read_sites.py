"""The list of masts: headings, defaults and their doubts, order, both forms."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from network.generated_sites import LABEL, site_rows, write_site_list
from network.radio_files import BOX, half_sea

from siaga.house.problems import ImportProblems
from siaga.network.model import SiteStatus
from siaga.network.read_sites import (
    OFF_LAND_M,
    SITES,
    STATED_CONFIDENCE,
    SiteList,
    read_sites,
)
from siaga.network.read_xlsx import MAX_COLUMNS

FULL = (
    "site,operator,name,lat,lon,technology,band,height_m,azimuth_deg,tilt_deg,eirp_dbm,"
    "bandwidth_mhz,power_source,power_hours,backhaul,status,confidence,error_m,"
    "source_note\n"
    "A1,Telkomsel,Bukit,-6.40,125.30,4g,900,52,120,3,60,5,grid,4,fibre,on,0.8,15,surat\n"
)


def read(path: Path, text: str) -> SiteList:
    path.write_text(text, encoding="utf-8")
    return read_sites(path, BOX, "daftar")


def equal(a: object, b: object) -> bool:
    """Whether two dataclasses of arrays are the same, NaN equal to NaN."""
    for field in dataclasses.fields(a):  # type: ignore[arg-type]
        one, other = getattr(a, field.name), getattr(b, field.name)
        if isinstance(one, np.ndarray):
            if not np.array_equal(one, other, equal_nan=one.dtype.kind == "f"):
                return False
        elif one != other:
            return False
    return True


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sites.csv"


def test_what_a_list_states_is_kept(file: Path) -> None:
    found = read(file, FULL)
    sites, cells = found.sites, found.cells
    assert sites.key == ("telkomsel:A1",) and sites.name == ("Bukit",)
    assert (sites.lat[0], sites.lon[0]) == (-6.40, 125.30)
    assert (sites.confidence[0], sites.error_m[0], sites.power_hours[0]) == (0.8, 15, 4)
    assert sites.status[0] == SiteStatus.ON
    assert sites.source == ("daftar",) and found.source_note == ("surat",)
    assert (found.power_source, found.backhaul) == (("grid",), ("fibre",))
    assert cells.frequency_mhz[0] == 942.5
    assert (cells.height_m[0], cells.azimuth_deg[0], cells.tilt_deg[0]) == (52, 120, 3)
    assert (cells.eirp_dbm[0], cells.eirp_sigma_db[0]) == (60, 0)
    assert (cells.bandwidth_mhz[0], cells.beamwidth_deg[0]) == (5, 65)
    assert set(found.n_assumed.values()) == {0}


def test_what_a_list_leaves_out_is_assumed_and_doubted(file: Path) -> None:
    found = read(
        file,
        "site,operator,lat,lon,technology,band\nA1,XL,-6.40,125.30,LTE,1800\n",
    )
    cells = found.cells
    assert (cells.height_m[0], cells.eirp_dbm[0], cells.bandwidth_mhz[0]) == (
        42,
        61,
        20,
    )
    assert cells.eirp_sigma_db[0] > 0
    assert np.isnan(cells.azimuth_deg[0]) and np.isnan(cells.beamwidth_deg[0])
    assert found.sites.confidence[0] < STATED_CONFIDENCE
    assert np.isnan(found.sites.power_hours[0])
    assert found.sites.status[0] == SiteStatus.UNKNOWN
    assert set(found.n_assumed.values()) == {1}


def test_indonesian_and_english_headings_are_the_same(file: Path) -> None:
    english = read(
        file,
        "Site ID,Operator,Latitude,Longitude,Technology,Band,Height (m),Azimuth\n"
        "A1,Telkomsel,-6.40,125.30,4G,900,42,10\n",
    )
    indonesian = read(
        file,
        "Kode Menara,Penyelenggara,Lintang,Bujur,Teknologi,Frekuensi,Tinggi Antena (m),"
        'Azimut\nA1,PT Telkomsel,"-6,40","125,30",LTE,L900,42 m,10°\n',
    )
    assert equal(english.sites, indonesian.sites)
    assert equal(english.cells, indonesian.cells)


def test_columns_that_are_not_known_are_left_alone(file: Path) -> None:
    more = FULL.replace("site,", "pemilik_lahan,site,", 1).replace("A1,", "Ayu,A1,", 1)
    assert equal(read(file, more).cells, read(file, FULL).cells)


def test_rows_of_a_mast_are_one_site_with_its_cells(file: Path) -> None:
    head = "site,operator,lat,lon,technology,band,azimuth_deg,status\n"
    rows = [
        f"A1,tsel,-6.40,125.30,4G,{band},{azimuth},{status}\n"
        for band, azimuth, status in (
            (900, 0, "padam"), (900, 120, "aktif"), (1800, 0, "rencana"),
        )
    ]  # fmt: skip
    rows.append("A1,XL,-6.41,125.31,4G,900,0,padam\n")
    found = read(file, head + "".join(rows))
    assert found.sites.key == ("telkomsel:A1", "xl:A1")
    assert found.cells.site_row.tolist() == [0, 0, 0, 1]
    assert found.sites.status.tolist() == [SiteStatus.ON, SiteStatus.OFF]


def test_the_order_of_the_rows_plays_no_part(file: Path) -> None:
    rng = np.random.default_rng(3)
    rows = site_rows(
        rng.uniform(-6.5, -6.4, 40), rng.uniform(125.2, 125.3, 40), np.full(40, 900), 5
    )
    straight = read_sites(write_site_list(file, rows), BOX, "daftar")
    rng.shuffle(rows)
    mixed = read_sites(write_site_list(file, rows), BOX, "daftar")
    assert equal(straight.sites, mixed.sites) and equal(straight.cells, mixed.cells)


def test_a_generated_list_says_that_it_is_synthetic(tmp_path: Path) -> None:
    lat, lon = np.array([-6.45, np.nan]), np.array([125.3, np.nan])
    rows = site_rows(lat, lon, np.array([30_000, 10]), seed=1)
    assert rows == site_rows(lat, lon, np.array([30_000, 10]), seed=1)
    assert all(LABEL in row["source_note"] for row in rows)
    found = read_sites(write_site_list(tmp_path / "a.csv", rows), BOX, "daftar")
    assert set(found.sites.operator) == {"telkomsel", "indosat", "xl", "smartfren"}
    assert set(found.n_assumed.values()) == {0}


def test_xlsx_and_csv_give_the_same(tmp_path: Path) -> None:
    rows = site_rows(np.array([-6.45]), np.array([125.3]), np.array([20_000]), seed=2)
    csv = read_sites(write_site_list(tmp_path / "a.csv", rows), BOX, "daftar")
    xlsx = read_sites(write_site_list(tmp_path / "a.xlsx", rows), BOX, "daftar")
    assert equal(csv.sites, xlsx.sites) and equal(csv.cells, xlsx.cells)


def test_a_blank_row_of_a_workbook_does_not_shift_the_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["site", "operator", "lat", "lon", "technology", "band"])
    book.active.append([])
    book.active.append(["A1", "Telkomsel", -6.4, 125.3, "4G", 777777])
    book.save(tmp_path / "sites.xlsx")
    with pytest.raises(ImportProblems) as caught:
        read_sites(tmp_path / "sites.xlsx", BOX, "daftar")
    assert [problem.row for problem in caught.value.problems] == [3]


@pytest.mark.parametrize(
    ("off_m", "stands"), [(-500, True), (1_500, True), (2_600, False)]
)
def test_a_mast_stands_on_land_or_close_to_it(
    file: Path, off_m: float, stands: bool
) -> None:
    assert 1_500 < OFF_LAND_M < 2_600
    lon = 125.2 - off_m / 110_620
    file.write_text(
        f"site,operator,lat,lon,technology,band\nA1,Telkomsel,-6.45,{lon:.6f},4G,900\n"
    )
    if stands:
        assert len(read_sites(file, BOX, "daftar", grid=half_sea()).sites) == 1
    else:
        with pytest.raises(ImportProblems):
            read_sites(file, BOX, "daftar", grid=half_sea())


def test_the_page_of_the_inputs_names_every_column() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "rooms" / "network-inputs.md"
    text = page.read_text(encoding="utf-8")
    for column in SITES.columns:
        assert f"`{column.name}`" in text, column.name


def test_a_workbook_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append([f"kolom {n}" for n in range(MAX_COLUMNS + 1)])
    book.save(tmp_path / "sites.xlsx")
    with pytest.raises(ImportProblems) as caught:
        read_sites(tmp_path / "sites.xlsx", BOX, "daftar")
    keys = [problem.expected.key for problem in caught.value.problems]
    assert keys == ["network.expected.xlsx_columns"]
