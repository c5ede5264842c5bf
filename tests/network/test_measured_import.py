"""Measurements on their way into an import: whole or not at all, nothing dropped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from siaga.house.problems import ImportProblems
from siaga.house.words import Words
from siaga.house.workspace import Workspace
from siaga.network.measured_inputs import dark_list, known_readings, measurements
from siaga.network.measurements import Flag
from siaga.territory.importer import import_folder
from siaga.territory.territory import Territory, open_territory

LOG = "time,lat,lon,accuracy_m,mcc,mnc,ci,rsrp,device\n"


def source_of(folder: Path) -> str:
    """A source that is declared, with its day."""
    lines = (folder / "sources.csv").read_text(encoding="utf-8").splitlines()
    return lines[1].split(",")[0]


def code_of(land: Territory) -> tuple[str, str]:
    """An election and a station of it."""
    for key in land.elections:
        if len(land.stations(key)):
            return key, land.stations(key).code[0]
    raise AssertionError("no stations")


def put(folder: Path, place: str, text: str | bytes) -> Path:
    path = folder / "network" / place.format(source=source_of(folder))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def imported(folder: Path, tmp_path: Path) -> Territory:
    workspace = Workspace(tmp_path / "baru")
    import_folder(folder, workspace)
    return open_territory(workspace)


def refused(folder: Path, tmp_path: Path) -> ImportProblems:
    workspace = Workspace(tmp_path / "ditolak")
    with pytest.raises(ImportProblems) as caught:
        import_folder(folder, workspace)
    assert workspace.current_import() is None
    return caught.value


def log_rows(land: Territory, *levels: str, **columns: str) -> str:
    """A log at a station's point, a row each minute."""
    key, _ = code_of(land)
    stations = land.stations(key)
    lat, lon = float(stations.lat[0]), float(stations.lon[0])
    rows = [
        {
            "time": f"2019-02-01T10:{at:02d}:00", "lat": f"{lat + at * 1e-4:.5f}",
            "lon": f"{lon:.5f}", "accuracy_m": "8", "mcc": "510", "mnc": "10",
            "ci": "1", "rsrp": level, "device": "a",
        } | columns
        for at, level in enumerate(levels)
    ]  # fmt: skip
    return LOG + "".join(",".join(row.values()) + "\n" for row in rows)


@pytest.fixture
def land(tiny_workspace: Workspace) -> Territory:
    return open_territory(tiny_workspace)


def test_every_reading_is_kept_with_its_flags(
    tiny_folder: Path, land: Territory, tmp_path: Path
) -> None:
    put(tiny_folder, "measurements/{source}.csv", log_rows(land, "-90", "-30", "-91"))
    found = measurements(imported(tiny_folder, tmp_path))
    assert found is not None and len(found) == 3
    assert found.readings.flags.tolist() == [0, Flag.LEVEL_RANGE, 0]
    assert found.readings.level_dbm.tolist() == [-90, -30, -91]
    assert set(found.published) == {source_of(tiny_folder)}


def test_without_measurements_the_import_has_no_such_file(land: Territory) -> None:
    assert measurements(land) is None and dark_list(land) is None
    assert not list((land.folder / "network").glob("measurements*"))


def test_a_form_at_a_station_needs_no_position(
    tiny_folder: Path, land: Territory, tmp_path: Path
) -> None:
    key, code = code_of(land)
    put(
        tiny_folder,
        "measurements/{source}.csv",
        f"tps,operator,terkirim,waktu\n{code},XL,tidak,2019-02-01 10:00\n",
    )
    here = imported(tiny_folder, tmp_path)
    stations = here.stations(key)
    at = here.election(key).voting_day
    known = known_readings(here, stations, _moment(here, f"{at.year + 9}-01-01"))
    assert known is not None and known.stored.readings.usable.all()
    assert known.station_row.tolist() == [0]
    assert known.lat[0] == stations.lat[0] and known.error_m[0] == stations.error_m[0]


def test_only_readings_until_a_moment_are_known(
    tiny_folder: Path, land: Territory, tmp_path: Path
) -> None:
    put(tiny_folder, "measurements/{source}.csv", log_rows(land, "-90", "-91", "-92"))
    here = imported(tiny_folder, tmp_path)
    key, _ = code_of(here)
    known = known_readings(
        here, here.stations(key), _moment(here, "2019-02-01T10:01:00")
    )
    assert known is not None and known.stored.readings.level_dbm.tolist() == [-90, -91]
    early = _moment(here, "2019-01-31")
    assert known_readings(here, here.stations(key), early) is None


def test_a_series_is_judged_by_what_was_known_of_it(
    tiny_folder: Path, land: Territory, tmp_path: Path
) -> None:
    # Sixteen equal levels on the way are odd; before the fifteenth nobody knew.
    rows = log_rows(land, *["-90"] * 16)
    lines = rows.splitlines()
    head, body = lines[0], [line.split(",") for line in lines[1:]]
    for at, cells in enumerate(body):
        cells[1] = f"{float(body[0][1]) + at * 4e-4:.5f}"
    text = "\n".join([head, *(",".join(cells) for cells in body)]) + "\n"
    put(tiny_folder, "measurements/{source}.csv", text)
    here = imported(tiny_folder, tmp_path)
    stored = measurements(here)
    assert stored is not None
    assert ((stored.readings.flags & Flag.CONSTANT) != 0).all()
    key, _ = code_of(here)
    moment = _moment(here, "2019-02-01T10:09:30")
    known = known_readings(here, here.stations(key), moment)
    assert known is not None and len(known) == 10
    assert known.stored.readings.usable.all()


def test_a_list_of_stations_is_read_in_both_languages(
    tiny_folder: Path, land: Territory, tmp_path: Path
) -> None:
    _, code = code_of(land)
    put(
        tiny_folder,
        "dark_list/{source}.csv",
        "Kode TPS,Gelap,Operator,Tanggal\n"
        f"{code},ya,,2019-01-05\n{code},no,XL,5/1/2019\n",
    )
    found = dark_list(imported(tiny_folder, tmp_path))
    assert found is not None and found.station == (code, code)
    assert found.dark.tolist() == [True, False] and found.operator == ("", "xl")
    assert found.time_s[0] == found.time_s[1]


FORM = "tps,operator,terkirim,waktu\n"
LISTED = "tps,gelap,tanggal\n"


@pytest.mark.parametrize(
    ("place", "text", "row", "said"),
    [
        ("measurements/{source}.csv", "a,b\n1,2\n", 1, "CellInfo"),
        ("measurements/{source}.csv", b"\xff\xfe\x00\x01", 1, "CellInfo"),
        ("measurements/{source}.csv", b"", 1, "CellInfo"),
        ("measurements/nobody.csv", FORM, None, "sources"),
        ("measurements/{source}.pdf", FORM, None, ".csv"),
        ("measurements/{source}.csv", FORM + "999,XL,ya,2019-02-01\n", 2, "999"),
        ("measurements/{source}.csv", FORM + "{code},XL,ya,kemarin\n", 2, "kemarin"),
        ("measurements/{source}.csv", FORM + "{code},AT&T,ya,2019-02-01\n", 2, "AT&T"),
        ("measurements/{source}.csv", LOG + "2019-02-01,x,1,8,510,10,1,-9,a\n", 2, "x"),
        ("dark_list/{source}.csv", LISTED + "999,ya,2019-02-01\n", 2, "999"),
        ("dark_list/{source}.csv", LISTED + "{code},maybe,1/2/2019\n", 2, "maybe"),
        ("dark_list/{source}.csv", LISTED + "{code},,2019-02-01\n", 2, ""),
        ("dark_list/{source}.csv", LISTED + ",ya,2019-02-01\n", 2, ""),
        ("dark_list/{source}.csv", LISTED + "{code},ya,32/1/2019\n", 2, "32/1"),
        ("dark_list/{source}.csv", "tps,gelap\n{code},ya\n", None, "day"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_file_and_row(
    tiny_folder: Path, land: Territory, tmp_path: Path, place, text, row, said
) -> None:
    if isinstance(text, str):
        text = text.replace("{code}", code_of(land)[1])
    path = put(tiny_folder, place, text)
    error = refused(tiny_folder, tmp_path)
    (problem,) = error.problems
    assert problem.file.endswith(path.name) and problem.row == row
    assert said in error.sentence(Words("id"))


def test_a_station_that_goes_is_noticed_though_the_form_stays(
    tiny_folder: Path, land: Territory, tmp_path: Path
) -> None:
    _, code = code_of(land)
    put(
        tiny_folder,
        "measurements/{source}.csv",
        f"{FORM}{code},XL,ya,2019-02-01 10:00\n",
    )
    workspace = Workspace(tmp_path / "kerja2")
    import_folder(tiny_folder, workspace)
    for path in tiny_folder.glob("elections/*/stations.csv"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "\n", encoding="utf-8")
    assert "network" in import_folder(tiny_folder, workspace).changed


def _moment(land: Territory, text: str):
    from siaga.house.moments import parse_moment

    return parse_moment(text, land.zone)


def test_numbers_survive_the_file(
    tiny_folder: Path, land: Territory, tmp_path: Path
) -> None:
    text = log_rows(land, "-90", "", "-91", accuracy_m="", ci="")
    put(tiny_folder, "measurements/{source}.csv", text)
    found = measurements(imported(tiny_folder, tmp_path))
    assert found is not None
    readings = found.readings
    assert np.isnan(readings.accuracy_m).all()
    assert readings.censored.tolist() == [False, True, False]
    assert np.isnan(readings.level_dbm[1]) and (readings.station_row == -1).all()
