"""Tables of rooms as files: every row, numbers as numbers, points for maps."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import openpyxl
import pyogrio
import pytest
from django.test import Client

from siaga.desk.table_files import TableFile, forms_of

ROOM = "/id/pemilu_2024/room/rekap"
COUNTED = "per=2024-03-20"


def file(**changes) -> TableFile:
    content = {
        "name": "pemilu_2024_36_spots",
        "about": {"area": "Banten", "as_of": "2024-01-25"},
        "as_of": datetime(2024, 1, 25, 16, 59, tzinfo=UTC),
        "head": ["code", "name", "voters", "share"],
        "rows": [
            ["360201", "=Malingping", 1200, 0.5],
            ["360202", "Panggarangan", 7, None],
        ],
        "points": [(-6.78, 106.02), None],
    }
    return TableFile(**{**content, **changes})


@pytest.fixture
def fetch(banten_workspace):
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)

    def of(address: str, status: int = 200) -> bytes:
        response = client.get(address)
        assert response.status_code == status, address
        return response.content

    return of


def test_every_table_of_the_votes_downloads_in_every_form(fetch):
    tables = ("tally-ppwp", "rules-ppwp")
    for table in tables:
        for form in ("csv", "xlsx", "json"):
            assert fetch(f"{ROOM}/{table}.{form}?{COUNTED}")
    found = json.loads(fetch(f"{ROOM}/{tables[0]}.json?{COUNTED}"))
    assert found["about"]["area"] == "Banten"
    assert any(
        v > 20_000 for row in found["rows"] for v in row.values() if type(v) is int
    )


@pytest.mark.parametrize("path", ["nothing.csv", "tally-ppwp.exe", "tally-ppwp.gpkg"])
def test_a_table_or_form_that_is_not_there_is_not_found(fetch, path):
    fetch(f"{ROOM}/{path}", 404)


def test_an_area_narrows_the_file(fetch):
    found = json.loads(fetch(f"{ROOM}/tally-ppwp.json?{COUNTED}&area=360101"))
    assert found["about"]["area"] != "Banten"


def test_a_sheet_holds_numbers_as_numbers_and_no_formula():
    sheet = openpyxl.load_workbook(io.BytesIO(file().response("xlsx").content)).active
    assert [c.value for c in sheet[5]] == ["360201", "=Malingping", 1200, 0.5]
    assert sheet["B5"].data_type == "s"
    assert [c.value for c in sheet[6]][3] is None


def test_a_geopackage_holds_points_and_its_bytes_stay_the_same(tmp_path):
    one, other = (file().response("gpkg").content for _ in range(2))
    assert one == other
    path = tmp_path / "one.gpkg"
    path.write_bytes(one)
    found = pyogrio.read_dataframe(path)
    assert found.crs.to_epsg() == 4326
    assert found.geometry[0].coords[0] == (106.02, -6.78)
    assert found.geometry[1] is None
    assert found.voters.tolist() == [1200, 7]


def test_a_text_that_begins_like_a_formula_is_quoted_and_an_empty_one_is_not():
    rows = [["=1+1", "", 1, None]]
    body = file(rows=rows, points=[None]).response("csv").content.decode()
    assert body.splitlines()[1] == "'=1+1,,1,"


def test_a_kml_leaves_out_what_has_no_point_and_escapes_what_it_says():
    rows = [["1", "<b>&", 1, 1.0], ["2", "x", 2, 2.0]]
    root = ET.fromstring(file(rows=rows).response("kml").content)
    space = {"k": "http://www.opengis.net/kml/2.2"}
    marks = root.findall(".//k:Placemark", space)
    assert len(marks) == 1
    assert marks[0].find(".//k:coordinates", space).text == "106.020000,-6.780000"
    assert marks[0].findall(".//k:value", space)[1].text == "<b>&"


def test_map_forms_are_offered_only_where_rows_have_points():
    assert "gpkg" not in forms_of(())
    assert "gpkg" not in forms_of((None, None))
    assert "kml" in forms_of(((1.0, 2.0), None))
