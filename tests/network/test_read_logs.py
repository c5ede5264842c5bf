"""Logs of phones and the plain form: what a row says, and what it leaves unsaid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from network.radio_files import BOX, NOW, ZONE, two_stations

from siaga.network.measurements import Flag, Measurements, checked, joined
from siaga.network.read_android import ANDROID, read_android
from siaga.network.read_form import FORM, read_form
from siaga.network.read_gnettrack import GNETTRACK, read_gnettrack
from siaga.network.read_opencellid import OPEN_CELLS

ANDROID_HEAD = "time,lat,lon,accuracy,mcc,mnc,tac,ci,pci,earfcn,rsrp,rsrq,rssnr\n"
GNET_HEAD = (
    "Timestamp\tLongitude\tLatitude\tOperatorname\tCGI\tNode\tCellID\tNetworkTech\t"
    "NetworkMode\tLevel\tARFCN\tAccuracy\n"
)


def android(path: Path, *rows: str, head: str = ANDROID_HEAD) -> Measurements:
    path.write_text(head + "".join(f"{row}\n" for row in rows))
    return read_android(path, BOX, ZONE)


def gnettrack(path: Path, *rows: str, head: str = GNET_HEAD) -> Measurements:
    path.write_text(head + "".join(f"{row}\n" for row in rows))
    return read_gnettrack(path, BOX, ZONE)


def form(path: Path, *rows: str) -> Measurements:
    head = "Kode TPS,Lintang,Bujur,Operator,Balok,Terkirim,Waktu\n"
    path.write_text(head + "".join(f"{row}\n" for row in rows))
    return read_form(path, BOX, ZONE, two_stations())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.csv"


def test_a_row_of_android_is_a_level_with_operator_and_frequency(file: Path) -> None:
    found = android(
        file,
        "2024-02-14T13:05:00,-6.40,125.30,8,510,10,1207,35176281,101,1850,-97,-11,8",
    )
    assert found.operator == ("telkomsel",) and found.technology == ("4g",)
    assert found.level_dbm.tolist() == [-97] and not found.censored[0]
    assert found.frequency_mhz.tolist() == [1870.0]  # 1805 + 0.1 (1850 - 1200)
    assert found.cell.tolist() == [35176281] and found.accuracy_m.tolist() == [8]
    assert found.time_s.tolist() == [1_707_890_700] and found.source_row.tolist() == [2]
    assert found.device == ("log.csv",)


def test_no_service_is_a_reading_below_what_the_phone_hears(file: Path) -> None:
    found = android(
        file,
        "2024-02-14T13:05:00,-6.40,125.30,8,510,10,1207,35176281,101,1850,-97,-11,8",
        "2024-02-14T13:06:00,-6.41,125.30,8,510,10,,,,,,,",
        "2024-02-14T13:07:00,-6.42,125.30,8,,,,2147483647,2147483647,,2147483647,,",
    )
    assert found.censored.tolist() == [False, True, True]
    assert np.isnan(found.level_dbm[1:]).all()
    # The third row names no operator: the phone has one only.
    assert found.operator == ("telkomsel",) * 3
    assert checked(found, BOX, NOW).usable.all()


def test_a_phone_of_two_operators_does_not_tell_whose_service_is_missing(
    file: Path,
) -> None:
    found = android(
        file,
        "2024-02-14T13:05:00,-6.40,125.30,8,510,10,1,7001,1,1850,-97,,",
        "2024-02-14T13:06:00,-6.41,125.30,8,510,11,1,7002,2,1850,-99,,",
        "2024-02-14T13:07:00,-6.42,125.30,8,,,,,,,,,",
    )
    assert found.operator == ("telkomsel", "xl", "")
    assert checked(found, BOX, NOW).flags.tolist() == [0, 0, Flag.OPERATOR]


def test_the_word_for_no_service_counts_although_a_level_is_left(file: Path) -> None:
    head = ANDROID_HEAD.replace("rssnr", "layanan")
    found = android(
        file,
        "2024-02-14T13:05:00,-6.4,125.3,8,510,10,1,7001,1,1850,-97,,Tidak ada sinyal",
        head=head,
    )
    assert found.censored.tolist() == [True] and np.isnan(found.level_dbm[0])


def test_a_neighbour_and_a_foreign_network_are_flagged(file: Path) -> None:
    found = android(
        file,
        "2024-02-14T13:05:00,-6.40,125.30,8,,,,,77,1850,-101,,",
        "2024-02-14T13:06:00,-6.40,125.30,8,502,12,1,7001,1,1850,-97,,",
    )
    flags = checked(found, BOX, NOW).flags
    assert flags[0] & Flag.NEIGHBOUR and flags[1] == Flag.OPERATOR


def test_a_position_of_zero_is_none(file: Path) -> None:
    found = android(file, "2024-02-14T13:05:00,0,0,8,510,10,1,7001,1,1850,-97,,")
    assert np.isnan(found.lat[0])
    assert checked(found, BOX, NOW).flags.tolist() == [Flag.NO_POINT]


def test_a_row_of_gnettrack_is_read_in_its_own_words(file: Path) -> None:
    found = gnettrack(
        file,
        "2024.02.14_13.05.00\t125.30\t-6.40\tTELKOMSEL\t5101012071\t137407\t89\t4G\tLTE"
        "\t-97\t1850\t6",
    )
    assert found.operator == ("telkomsel",) and found.technology == ("4g",)
    assert found.cell.tolist() == [137407 * 256 + 89]
    assert found.time_s.tolist() == [1_707_890_700] and found.accuracy_m.tolist() == [6]


def test_the_network_code_counts_before_the_name_on_the_screen(file: Path) -> None:
    found = gnettrack(
        file,
        "2024.02.14_13.05.00\t125.30\t-6.40\tXL\t51010-1207-1\t1\t89\t4G\tLTE\t-97\t\t",
        "2024.02.14_13.06.00\t125.30\t-6.40\tIM3\t-\t1\t89\t4G\tLTE\t-97\t\t",
    )
    assert found.operator == ("telkomsel", "indosat")


def test_a_level_of_2g_is_no_rsrp(file: Path) -> None:
    found = gnettrack(
        file,
        "2024.02.14_13.05.00\t125.30\t-6.40\tXL\t-\t1\t89\t2G\tEDGE\t-70\t\t",
        "2024.02.14_13.06.00\t125.30\t-6.40\tXL\t-\t-\t-\t-\t-\t-\t\t",
    )
    assert np.isnan(found.level_dbm).all() and found.censored.tolist() == [False, True]
    assert checked(found, BOX, NOW).flags.tolist() == [Flag.OTHER_LEVEL, 0]


def test_the_older_headings_of_gnettrack_are_read(file: Path) -> None:
    head = (
        "Timestamp,Longitude,Latitude,Speed,Operatorname,CellID,NetworkMode,RSRP,RSRQ\n"
    )
    found = gnettrack(
        file, "2024.02.14_13.05.00,125.30,-6.40,4,TELKOMSEL,2,LTE,-119,-14", head=head
    )
    assert found.level_dbm.tolist() == [-119] and found.cell.tolist() == [2]


def test_a_form_names_a_station_or_a_position(file: Path) -> None:
    found = form(
        file,
        "9101012001002,,,Telkomsel,3,ya,14/02/2024 13.05",
        ',"-6,45","125,25",im3,,tidak,2024-02-14T14:00',
    )
    assert found.station_row.tolist() == [1, -1]
    assert found.lat.tolist() == [-6.41, -6.45]
    assert found.accuracy_m[0] == 800 and np.isnan(found.accuracy_m[1])
    assert found.bars.tolist() == [3, -1] and found.sent.tolist() == [1, 0]
    assert found.operator == ("telkomsel", "indosat")
    assert not found.censored.any()


def test_rows_of_a_form_are_of_different_people_unless_it_says(file: Path) -> None:
    rows = [f"{code},,,XL,1,tidak,14/02/2024 13.05" for code in two_stations().code]
    found = checked(form(file, *rows), BOX, NOW)
    assert len(set(found.device)) == 2
    assert not (found.flags & (Flag.SPEED | Flag.DUPLICATE)).any()


def test_readings_of_several_files_are_joined(tmp_path: Path) -> None:
    one = form(tmp_path / "a.csv", "9101012001002,,,XL,3,ya,14/02/2024 13.05")
    other = android(
        tmp_path / "b.csv",
        "2024-02-14T13:05:00,-6.40,125.30,8,510,10,1,7001,1,1850,-97,,",
    )
    both = joined([one, other])
    assert both.source == ("a.csv", "b.csv") and len(both) == 2


@pytest.mark.parametrize("table", [ANDROID, GNETTRACK, FORM, OPEN_CELLS])
def test_the_page_of_the_inputs_names_every_column(table) -> None:  # type: ignore[no-untyped-def]
    page = Path(__file__).resolve().parents[2] / "docs" / "rooms" / "network-inputs.md"
    text = page.read_text(encoding="utf-8")
    for column in table.columns:
        assert f"`{column.name}`" in text, column.name
