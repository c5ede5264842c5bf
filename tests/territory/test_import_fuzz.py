"""Files that lie: whatever the bytes, an import says a sentence or succeeds."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from provinces.generated import TINY, write_province

from siaga.house.problems import SiagaError
from siaga.house.words import Words
from siaga.house.workspace import Workspace
from siaga.territory.importer import import_folder
from siaga.territory.territory import open_territory

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW = settings(
    max_examples=max(25, settings.default.max_examples // 4),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ID, EN = Words("id"), Words("en")
NASTY = (
    "", " ", "0", "-1", "-0", "1e400", "nan", "inf", "9" * 999, "٣٦", "1.5", "1,5",
    "true", "36", "91", "2024-02-30", "0000-00-00", "9999-12-31", "\x00",
    "\u202e", "\x1b[2J", "../../etc/passwd", "=1+1", "'; DROP TABLE", "💣" * 30,
    "NULL", "None", "a\nb", '"',
)  # fmt: skip


@pytest.fixture(scope="module")
def good() -> Iterator[Path]:
    """Folder of 26 stations in a place of its own, mended after each example."""
    with tempfile.TemporaryDirectory() as place:
        yield write_province(Path(place) / "provinsi", size=TINY).folder


def survives(good: Path, file: str, data: bytes) -> None:
    """Import the folder with `file` holding `data`: a sentence or a whole import."""
    path, kept = good / file, (good / file).read_bytes()
    workspace = Workspace(good.parent / "kerja")
    try:
        path.write_bytes(data)
        import_folder(good, workspace)
    except SiagaError as error:
        assert error.sentence(ID) and error.sentence(EN)
        assert not workspace.path.exists()
    else:
        read_all(workspace)
    finally:
        path.write_bytes(kept)
        shutil.rmtree(workspace.path, ignore_errors=True)


def read_all(workspace: Workspace) -> None:
    """Read everything that pages read: what was let in must also come out."""
    land = open_territory(workspace)
    assert land.zone and land.claims is not None and land.agencies and land.topics
    for stem in ("villages", "islands", "places", "figures", "area_links"):
        land.land_rows(stem)
    for key, election in land.elections.items():
        areas = land.areas(key)
        assert len(land.stations(key)) == areas.n_stations
        assert len(land.outlines(key)) == len(areas) == len(land.shapes(key))
        land.calendar(key), land.duties(key)
        for result in election.results:
            for of in ("stations", "areas"):
                land.result_table(key, result.race, result.source, of)


def files_of(good: Path, *suffixes: str) -> list[str]:
    """Files of the folder with one of the suffixes."""
    paths = sorted(p for p in good.rglob("*") if p.is_file() and p.suffix in suffixes)
    return [path.relative_to(good).as_posix() for path in paths]


@FEW
@given(data=st.data())
def test_random_bytes(good: Path, data: st.DataObject) -> None:
    files = files_of(good, ".csv", ".parquet", ".toml", ".json", ".tif")
    file = data.draw(st.sampled_from(files))
    survives(good, file, data.draw(st.binary(max_size=400)))


@FEW
@given(data=st.data())
def test_bytes_that_were_flipped_cut_or_doubled(
    good: Path, data: st.DataObject
) -> None:
    files = files_of(good, ".csv", ".parquet", ".toml", ".json", ".tif")
    file = data.draw(st.sampled_from(files))
    whole = (good / file).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(at, min(len(whole), at + 40)))
    middle = data.draw(
        st.one_of(
            st.just(b""), st.binary(max_size=12), st.just(whole[at:end] * 2)
        )
    )  # fmt: skip
    rest = data.draw(st.sampled_from([whole[end:], b""]))
    survives(good, file, whole[:at] + middle + rest)


@FEW
@given(data=st.data())
def test_cells_of_a_csv_file(good: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(files_of(good, ".csv")))
    text = (good / file).read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    for _ in range(data.draw(st.integers(1, 3))):
        row = rows[data.draw(st.integers(0, min(len(rows) - 1, 8)))]
        column = data.draw(st.integers(0, len(row) - 1))
        other = rows[data.draw(st.integers(0, len(rows) - 1))]
        row[column] = data.draw(st.sampled_from([*NASTY, *other]))
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    survives(good, file, target.getvalue().encode("utf-8", "surrogatepass"))


def column_strategy(n: int) -> st.SearchStrategy[pa.Array]:
    """Columns of whatever Arrow type, with and without unknown cells."""
    integers = st.integers(-(2**40), 2**40)
    return st.one_of(
        st.just(pa.nulls(n)),
        st.lists(st.sampled_from(NASTY), min_size=n, max_size=n).map(pa.array),
        st.lists(st.none() | integers, min_size=n, max_size=n).map(
            lambda values: pa.array(values, pa.int64())
        ),
        st.lists(st.floats(), min_size=n, max_size=n).map(pa.array),
        st.lists(st.none() | st.booleans(), min_size=n, max_size=n).map(
            lambda values: pa.array(values, pa.bool_())
        ),
        st.lists(st.binary(max_size=9), min_size=n, max_size=n).map(pa.array),
        st.just(pa.array([[1, 2]] * n)),
        st.just(pa.array([{"a": 1}] * n)),
        st.just(pa.array(["x"] * n).dictionary_encode()),
        st.just(pa.array([2**62] * n, pa.timestamp("ns", "UTC"))),
        st.just(pa.array([10**9] * n, pa.int32()).cast(pa.date32())),
    )


@FEW
@given(data=st.data())
def test_columns_of_a_parquet_file(good: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(files_of(good, ".parquet")))
    table = pq.read_table(good / file)
    index = data.draw(st.integers(0, table.num_columns - 1))
    name = table.column_names[index]
    how = data.draw(st.sampled_from(["other", "twice", "gone", "short"]))
    if how == "other":
        values = data.draw(column_strategy(table.num_rows))
        table = table.set_column(index, name, values)
    elif how == "twice":
        table = table.append_column(name, table[name])
    elif how == "gone":
        table = table.drop_columns([name])
    else:
        table = table.slice(0, data.draw(st.integers(0, table.num_rows)))
    sink = io.BytesIO()
    pq.write_table(table, sink)
    survives(good, file, sink.getvalue())


VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", "x", "\x00", "../..", [], [1], {}, {"a": 1},
    "2024-02-30", "9" * 5000,
)  # fmt: skip


@FEW
@given(data=st.data())
def test_values_of_the_duties(good: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(files_of(good, ".json")))
    content = json.loads((good / file).read_text(encoding="utf-8"))
    holder: Any = content
    while isinstance(holder, dict | list) and holder:
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        key = data.draw(st.sampled_from(list(keys)))
        inner = holder[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            holder[key] = data.draw(st.sampled_from(VALUES))
            break
        holder = inner
    survives(good, file, json.dumps(content).encode())


TOML_VALUES = (
    '""', '"x"', "0", "-1", "true", "1.5", "nan", "[]", "[1]", "{}", "{a = 1}",
    "1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", '"../../x.csv"', '"\\u0000"',
    "9" * 5000, "0x" + "f" * 300, "[" * 3000, '"' + "é" * 500 + '"', "'''",
)  # fmt: skip


@FEW
@given(data=st.data())
def test_values_of_toml(good: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(files_of(good, ".toml")))
    lines = (good / file).read_text(encoding="utf-8").splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    key = lines[at].partition(" = ")[0]
    kinds = ["value", "gone", "twice", "section"]
    match data.draw(st.sampled_from(kinds)):
        case "value":
            lines[at] = f"{key} = {data.draw(st.sampled_from(TOML_VALUES))}"
        case "gone":
            del lines[at]
        case "twice":
            lines.insert(at, lines[at])
        case _:
            lines.insert(0, data.draw(st.sampled_from(["result = 1", "race = [1]"])))
    survives(good, file, "\n".join(lines).encode())


@FEW
@given(where=st.integers(0, 17), data=st.data())
def test_shapes_of_villages(good: Path, where: int, data: st.DataObject) -> None:
    """Polygons that overlap, leave gaps, vanish or are far away."""
    import shapely

    file = "villages.parquet"
    table = pq.read_table(good / file)
    shapes = [shapely.from_wkb(raw) for raw in table["geometry"].to_pylist()]
    number = st.floats(-200, 200, allow_nan=False)
    small = st.floats(-0.05, 0.05)
    move = data.draw(st.tuples(small, small))
    west, south = data.draw(st.tuples(number, number))
    shapes[where] = data.draw(
        st.sampled_from(
            [
                shapely.affinity.translate(shapes[where], *move),
                shapely.box(west, south, west + 1, south + 1),
                shapes[where].buffer(0.03),
                shapes[where - 1],
                shapely.Polygon(),
                shapely.union_all(shapes),
                shapely.box(125.0, -6.5, 125.0 + 1e-12, -6.5 + 1e-12),
                shapely.force_3d(shapes[where], 7.0),
                shapely.GeometryCollection([shapes[where]]),
            ]
        )
    )
    raw = pa.array([shapely.to_wkb(shape) for shape in shapes], pa.binary())
    index = table.column_names.index("geometry")
    sink = io.BytesIO()
    pq.write_table(table.set_column(index, "geometry", raw), sink)
    survives(good, file, sink.getvalue())
