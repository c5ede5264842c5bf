"""`siaga network coverage` and the layers that it makes, on the masts of Banten."""

from __future__ import annotations

import ast
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
from network.layered import AS_OF, ELECTION, REACH_KM, copied, layered

from siaga.cli.main import main
from siaga.house.problems import BadState
from siaga.house.runs import run_list
from siaga.house.words import Words
from siaga.house.workspace import Workspace
from siaga.network import layers as module
from siaga.network import mast_levels
from siaga.network.inputs import Masts, masts
from siaga.network.layers import BEST, layer_facts, layer_set, layers, steps_of
from siaga.network.mast_levels import NO_LEVEL
from siaga.network.params import AssessParams
from siaga.territory.map_layers import STEP_GREY, Frame, cells_by_area, image_path
from siaga.territory.situation import Situation

PARAMS = AssessParams(reach_km=REACH_KM)


@pytest.fixture(scope="module")
def workspace(banten_workspace, tmp_path_factory) -> Path:
    """Workspace with layers; do not write into it."""
    return layered(banten_workspace, tmp_path_factory.mktemp("layers") / "banten")


@pytest.fixture(scope="module")
def folder(workspace) -> Path:
    """Folder of the run of layers."""
    (run,) = [
        r for r in run_list(Workspace(workspace)) if r.manifest["verb"] == "layers"
    ]
    return run.folder


@pytest.fixture
def own(workspace, tmp_path) -> Path:
    """Workspace with the cache of the layers, without their run."""
    own = copied(workspace, tmp_path / "own")
    shutil.copytree(workspace / "cache", own / "cache")
    for run in run_list(Workspace(own)):
        if run.manifest["verb"] == "layers":
            shutil.rmtree(run.folder)
    return own


@pytest.fixture
def call(capsys):
    """Call of the command line: exit code, standard output, standard error."""

    def made(*arguments):
        code = main([*map(str, ("network", "coverage", *arguments))])
        said = capsys.readouterr()
        return code, said.out, said.err

    return made


def no_more_work(*arguments):
    raise AssertionError("a window was computed")


# The command


def test_the_first_call_computes_and_the_second_does_not(own, call, monkeypatch):
    monkeypatch.setattr("siaga.network.raster.best_levels", no_more_work)
    code, out, err = call("--workspace", own, "--json")
    first = json.loads(out)
    assert (code, first["schema"], first["computed"]) == (0, "siaga.coverage/1", True)
    assert "Telkomsel, 975" in err
    monkeypatch.setattr(module, "coverage_raster", no_more_work)
    code, out, err = call("--workspace", own, "--json")
    again = json.loads(out)
    assert (code, err, again["computed"]) == (0, "", False)
    assert again["layers"] == first["layers"] and again["run"] == first["run"]


def test_rasters_are_written_and_say_what_they_are(workspace, call, tmp_path):
    code, out, _ = call("--workspace", workspace, "--out", tmp_path / "out")
    assert code == 0 and "coverage_best.tif" in out
    found = {path.name for path in (tmp_path / "out").iterdir()}
    operators = ("best", "telkomsel", "indosat", "xl", "smartfren")
    assert found == {f"coverage_{key}.tif" for key in operators}
    with rasterio.open(tmp_path / "out" / "coverage_xl.tif") as file:
        tags = file.tags()
        assert (tags["operator"], tags["masts"]) == ("xl", "160")
        assert tags["as_of"] == AS_OF.isoformat() and "P.1812" in tags["model"]
        assert "opencellid" in tags["source"] and tags["radius_km"] == str(REACH_KM)
        level = file.read(1)
    known = level[level != NO_LEVEL] / 10
    assert known.min() > -130 and known.max() < 0


def test_one_operator_alone_is_written(workspace, call, tmp_path):
    asked = ("--workspace", workspace, "--operator", "xl", "--out", tmp_path, "--json")
    _, out, _ = call(*asked)
    (layer,) = json.loads(out)["layers"]
    assert (layer["operator"], layer["masts"]) == ("xl", 160)
    path = Path(layer["file"])
    assert path.stat().st_size == layer["bytes"]
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--operator", "satu"), "Tidak ada operator “satu”"),
        (("--out", "/proc/nowhere"), "tidak dapat ditulis"),
        (("--election", "pemilu_1999"), "pemilu_1999"),
    ],
)
def test_what_cannot_be_written_has_a_sentence(workspace, call, arguments, sentence):
    code, out, err = call("--workspace", workspace, *arguments)
    assert (code, out) == (2, "") and sentence in err


def test_an_election_without_masts_has_no_layers(workspace, call, tmp_path):
    own = copied(workspace, tmp_path / "own")
    code, out, _ = call("--workspace", own, "--election", "pemilu_2019")
    assert code == 0 and "tidak ada menara terdata" in out


# The layers


def test_one_changed_mast_is_one_window(banten, own, folder, monkeypatch):
    situation, land = Situation(banten, ELECTION, AS_OF), masts(banten, ELECTION)
    cells = land.stored.cells
    row = int(np.flatnonzero(np.array(cells.technology, object) == "4g")[0])
    height_m = cells.height_m.copy()
    height_m[row] = 60.0
    stored = replace(land.stored, cells=replace(cells, height_m=height_m))
    changed = Masts(stored, land.village, land.sources)
    monkeypatch.setattr(module, "masts", lambda territory, election: changed)
    cache = own / "cache" / "network"
    made = layers(situation, PARAMS, cache)
    assert made.computed == 1
    key = stored.sites.operator[int(cells.site_row[row])]
    with rasterio.open(folder / f"coverage_{key}.tif") as file:
        before = file.read(1)
    assert 0 < (made.levels[key] != before).sum() < 5_000
    assert layers(situation, PARAMS, cache).computed == 0


def test_masts_of_2g_are_left_out(banten, folder):
    stored = masts(banten, ELECTION).stored
    slow = np.array(stored.cells.technology, object) == "2g"
    facts = {fact.key: fact for fact in layer_facts(folder)}
    assert 0 < slow.sum() == len(stored.sites) - facts[BEST].masts
    assert facts[BEST].cells >= max(fact.cells for fact in facts.values())


def test_without_terrain_there_are_no_layers(banten, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "terrain", lambda territory, election: None)
    situation = Situation(banten, ELECTION, AS_OF)
    with pytest.raises(BadState) as raised:
        layers(situation, PARAMS, tmp_path)
    assert "terrain.tif" in raised.value.sentence(Words("id"))


def test_steps_begin_at_their_limits():
    tenths = [NO_LEVEL, -1400, -1151, -1150, -1051, -1050, -951, -950, -400]
    steps = steps_of(np.array([tenths], np.int16))
    assert steps.tolist() == [[0, 1, 1, 2, 2, 3, 3, 4, 4]]


def test_a_set_speaks_both_languages_and_counts_every_cell_once(banten, folder):
    found = layer_set(folder)
    assert [layer.key for layer in found.layers][:2] == [BEST, "telkomsel"]
    areas = banten.areas(ELECTION)
    for layer in found.layers:
        assert (layer.counts.sum(1) == found.layers[0].counts.sum(1)).all()
        for level in range(3):
            below = layer.counts[areas.rows(level + 1)].sum(0)
            assert (layer.counts[areas.rows(level)].sum(0) == below).all()
    for words in (Words("id"), Words("en")):
        said = [words(phrase) for phrase in (*found.steps, found.unknown, *found.notes)]
        assert len(set(said)) == len(said)
    # Some 9,160 km2 of 92 m by 92 m.
    assert found.layers[0].counts[0].sum() == pytest.approx(1_100_000, rel=0.05)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_image_is_the_raster_where_a_map_draws_it(folder):
    with rasterio.open(folder / "coverage_best.tif") as file:
        steps, bounds = steps_of(file.read(1)), file.bounds
    with rasterio.open(image_path(folder, BEST)) as file:
        image = file.read(1)
    assert image.shape == steps.shape and set(np.unique(image) % STEP_GREY) == {0}
    n_rows = image.shape[0]

    def y(lat):
        return np.arctanh(np.sin(np.radians(lat)))

    row = np.arange(n_rows)
    lat = bounds.top - (row + 0.5) * (bounds.top - bounds.bottom) / n_rows
    top, bottom = y(bounds.top), y(bounds.bottom)
    at = ((top - y(lat)) / (top - bottom) * n_rows).astype(int)
    drawn = image[at] // STEP_GREY
    # Nothing is drawn outside the province; a row lies within a cell of its own.
    same = (drawn == steps)[drawn > 0]
    assert same.mean() > 0.97
    off = Frame(
        0, bounds.top, ((bounds.top - bounds.bottom) / n_rows, 1.0), (n_rows, 1)
    )
    assert np.abs(off.mercator_rows()[at] - row).max() <= 1


def test_cells_of_an_area_are_those_of_the_areas_in_it(banten):
    areas = banten.areas(ELECTION)
    village = int(areas.rows(3)[5])
    rows = np.array([[village, village, -1]], np.int32)
    counts = cells_by_area(areas, rows, np.array([[2, 0, 1]], np.uint8), 2)
    for row in areas.path(village):
        assert counts[row].tolist() == [1, 0, 1]
    assert counts.sum() == 2 * len(areas.path(village))


def test_the_code_of_a_window_is_all_that_it_imports():
    room = Path(mast_levels.__file__).parent
    found, ahead = set(), ["mast_levels"]
    while ahead:
        name = ahead.pop()
        if name in found:
            continue
        found.add(name)
        tree = ast.parse((room / f"{name}.py").read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
                for dotted in (node.module, *names):
                    parts = dotted.split(".")[:3]
                    if parts[:2] == ["siaga", "network"] and len(parts) == 3:
                        ahead += [parts[2]] * (room / f"{parts[2]}.py").is_file()
    hashed = {path.stem for name in mast_levels.CODE for path in room.glob(name)}
    assert hashed == found
