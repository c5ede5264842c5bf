"""`siaga network measure`: walking lists, printed, as a document, as a file."""

from __future__ import annotations

import json

import pytest


def test_the_lists_are_printed_by_district(on_banten):
    answer = on_banten("network", "measure", "--area", "3602")
    assert answer.code == 0
    assert "Dari yang sebelumnya, m" in answer.out
    assert "kecamatan lagi" in answer.out


def test_the_document_has_a_way_for_each_district(on_banten):
    document = on_banten("network", "measure", "--area", "3602", "--json").document
    assert document["schema"] == "siaga.measure/1"
    assert document["calibration"] is None and document["file"] is None
    assert len(document["districts"]) > 10
    for district in document["districts"]:
        assert district["code"].startswith("3602")
        stations = district["stations"]
        assert [one["order"] for one in stations] == list(range(1, len(stations) + 1))
        assert [one["leg_m"] is None for one in stations] == [
            at == 0 for at in range(len(stations))
        ]
        assert all(one["why"] and one["gain"] > 0 for one in stations)
        assert all(0 <= one["chance_dark"] <= 1 for one in stations)


@pytest.mark.parametrize("form", ["csv", "xlsx", "gpkg", "kml", "json"])
def test_the_list_is_written_as_a_file(on_banten, tmp_path, form):
    path = tmp_path / f"ukur.{form}"
    answer = on_banten("network", "measure", "--area", "360211", "--out", path)
    assert answer.code == 0 and path.stat().st_size > 300
    if form == "json":
        assert json.loads(path.read_text())["rows"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--out", "x.exe"), "harus berakhir dengan"),
        (("--area", "99"), "99"),
        (("--as-of", "2024-01-01"), "siaga network assess"),
    ],
)
def test_what_cannot_be_is_said(on_banten, arguments, sentence):
    answer = on_banten("network", "measure", *arguments)
    assert answer.code == 2 and sentence in answer.err
