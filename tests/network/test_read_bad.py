"""Faulty radio files: the exact sentence, and nothing but SiagaError."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network.radio_files import BAD, BOX, EXPECTED, READERS, read_case

from siaga.house.problems import BadInput, ImportProblems, SiagaError
from siaga.house.words import Words

CASES = sorted(path.name for path in BAD.iterdir())
GOOD = {
    "sites": (
        "site,operator,lat,lon,technology,band\nA1,Telkomsel,-6.40,125.30,4G,1800\n"
    ),
    "opencellid": (
        "LTE,510,10,1207,35176281,0,125.30,-6.40,1000,9,1,1738826000,1748361000,0\n"
    ),
    "android": (
        "time,lat,lon,accuracy,mcc,mnc,ci,rsrp\n"
        "2024-02-14T13:05:00,-6.40,125.30,8,510,10,35176281,-97\n"
    ),
    "gnettrack": (
        "Timestamp\tLongitude\tLatitude\tNetworkTech\tLevel\tCellID\n"
        "2024.02.14_13.05.59\t125.30\t-6.40\t4G\t-97\t3\n"
    ),
    "form": (
        "TPS,Operator,Sinyal,Terkirim,Waktu\n"
        "9101012001001,Telkomsel,3,ya,14/02/2024 13.05\n"
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_says_what_is_wrong(case: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_case(BAD / case)
    expected = (BAD / case / EXPECTED).read_text(encoding="utf-8")
    assert caught.value.sentence(Words("id")) + "\n" == expected
    assert caught.value.sentence(Words("en")) != caught.value.sentence(Words("id"))


@pytest.mark.parametrize("kind", sorted(READERS))
def test_the_good_file_of_each_form_is_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{kind}.csv"
    path.write_text(GOOD[kind], encoding="utf-8")
    READERS[kind](path)


@pytest.mark.parametrize("kind", sorted(READERS))
def test_a_file_that_is_not_there_is_said(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ImportProblems) as caught:
        READERS[kind](tmp_path / f"{kind}.csv")
    assert caught.value.problems[0].file == f"{kind}.csv"


@pytest.mark.parametrize("kind", sorted(READERS))
@settings(max_examples=40)
@given(data=st.data())
def test_garbage_gives_nothing_but_a_siaga_error(
    kind: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("garbage") / f"{kind}.csv"
    content = bytearray(GOOD[kind].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=4)
        )
        if not content:
            break
    path.write_bytes(bytes(content))
    try:
        READERS[kind](path)
    except SiagaError as error:
        assert error.sentence(Words("id"))


def test_a_hundred_faults_are_told_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    rows = "".join(f"A{n},Telkomsel,-6.40,125.30,4G,1\n" for n in range(300))
    path.write_text("site,operator,lat,lon,technology,band\n" + rows)
    with pytest.raises(ImportProblems) as caught:
        READERS["sites"](path)
    assert len(caught.value.problems) == ImportProblems.LIMIT


def test_nothing_of_a_faulty_file_steers_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(GOOD["sites"].replace("Telkomsel", "Tel\x1b[31m"))
    with pytest.raises(ImportProblems) as caught:
        READERS["sites"](path)
    assert "\x1b" not in caught.value.sentence(Words("id"))


def test_the_box_holds_its_border_and_no_unknown_point() -> None:
    assert BOX.holds(BOX.south, BOX.west)
    assert not BOX.holds(float("nan"), BOX.west)
