"""A province that is not Banten: another code, zone, races, dates and trees."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from provinces.generated import write_province
from provinces.plans import BEFORE, COMING, PLANS, WORKING

from siaga.house.problems import NotFound, Refused
from siaga.house.workspace import Workspace
from siaga.territory.claims import claims_known
from siaga.territory.importer import import_folder
from siaga.territory.placing import PointOrigin
from siaga.territory.stations import VoterOrigin
from siaga.territory.territory import open_territory

if TYPE_CHECKING:
    from pathlib import Path

    from provinces.generated import Made

    from siaga.territory.territory import Territory

KEYS = [plan.key for plan in PLANS]
LISTED = [BEFORE.key, WORKING.key]


def test_the_province_says_that_it_is_made_up(small_land: Territory) -> None:
    assert small_land.province["synthetic"] is True
    assert {source.kind for source in small_land.sources} == {"synthetic"}
    assert "sintetis" in small_land.province["name"]


@pytest.mark.parametrize("key", KEYS)
def test_counts_are_those_that_were_written(
    small: Made, small_land: Territory, key: str
) -> None:
    areas = small_land.areas(key)
    assert [len(areas.rows(level)) for level in range(4)] == small.areas[key]
    assert areas.n_stations == small.stations.get(key, 0)
    assert len(small_land.stations(key)) == areas.n_stations


def test_the_working_election_has_about_600_stations(small: Made) -> None:
    assert small.stations[WORKING.key] == 600


@pytest.mark.parametrize("key", KEYS)
def test_an_area_is_a_slice_and_children_tile_it(
    small_land: Territory, key: str
) -> None:
    areas = small_land.areas(key)
    for row in range(len(areas)):
        children = areas.children(row)
        if children:
            edges = [areas.start[row], *(areas.stop[child] for child in children)]
            assert edges[-1] == areas.stop[row]
            assert [areas.start[child] for child in children] == edges[:-1]
    assert list(areas.code) == sorted(areas.code)


@pytest.mark.parametrize("key", LISTED)
def test_stations_stand_in_their_village_by_number(
    small_land: Territory, key: str
) -> None:
    areas, stations = small_land.areas(key), small_land.stations(key)
    villages = areas.village_of_station
    for code, village in zip(stations.code, villages.tolist(), strict=True):
        assert code.startswith(areas.code[village])
    order = list(zip(villages.tolist(), stations.number.tolist(), strict=True))
    assert order == sorted(order)


@pytest.mark.parametrize("key", KEYS)
def test_every_code_resolves(small_land: Territory, key: str) -> None:
    areas, stations = small_land.areas(key), small_land.stations(key)
    assert all(areas.row(code) == row for row, code in enumerate(areas.code))
    assert all(stations.row(code) == row for row, code in enumerate(stations.code))
    for row, code in enumerate(areas.kemendagri):
        assert code == "" or areas.row(code) == row
    assert {code[:2] for code in areas.code} == {"91"}


def test_a_village_and_a_regency_without_stations_are_empty_slices(
    small: Made, small_land: Territory
) -> None:
    areas = small_land.areas(WORKING.key)
    layout = small.layout
    for code in (layout.without_stations.code, layout.regency_without_stations):
        row = areas.row(code)
        assert areas.start[row] == areas.stop[row]
    # The empty regency stands before the kota: slices go on around it.
    row = areas.row(layout.regency_without_stations)
    assert 0 < areas.stop[row] < areas.n_stations


def test_the_split_village_is_listed_with_its_two_successors(
    small: Made, small_land: Territory
) -> None:
    links = [
        link
        for link in small_land.land_rows("area_links")
        if (link["from_system"], link["how"]) == (BEFORE.key, "split")
    ]
    first, second = small.layout.split
    assert [link["from_code"] for link in links] == [small.layout.split_digits] * 2
    assert {link["to_code"] for link in links} == {first.digits, second.digits}
    old, new = small_land.areas(BEFORE.key), small_land.areas(WORKING.key)
    assert old.level_name(old.row(small.layout.split_digits)) == "village"
    with pytest.raises(NotFound):
        new.row(small.layout.split_digits)
    with pytest.raises(NotFound):
        old.row(first.digits)


def test_every_village_links_to_the_next_election_or_is_split(
    small_land: Territory,
) -> None:
    links = small_land.land_rows("area_links")
    for older, newer in ((BEFORE.key, WORKING.key), (WORKING.key, COMING.key)):
        areas = small_land.areas(older)
        villages = {areas.code[row] for row in areas.rows(3)}
        pairs = [
            (link["from_code"], link["to_code"])
            for link in links
            if (link["from_system"], link["to_system"]) == (older, newer)
        ]
        assert {old for old, _ in pairs} == villages
        later = small_land.areas(newer)
        assert {later.level_name(later.row(new)) for _, new in pairs} == {"village"}


def test_a_moved_village_is_found_by_both_codes_in_its_own_district(
    small: Made, small_land: Territory
) -> None:
    layout = small.layout
    for plan in PLANS:
        areas = small_land.areas(plan.key)
        row = areas.row(layout.moved.code)
        code = layout.moved.digits if plan.moved else layout.moved_digits
        assert areas.row(code) == row and areas.code[row] == code
        assert areas.code[areas.path(row)[-2]] == code[:6]


@pytest.mark.parametrize("key", LISTED)
def test_voters_of_a_regency_sum_to_its_official_dpt(
    small: Made, small_land: Territory, key: str
) -> None:
    areas, stations = small_land.areas(key), small_land.stations(key)
    for code, official in small.dpt[key].items():
        part = areas.stations(areas.row(code))
        if part.start < part.stop:
            assert int(stations.voters[part].sum()) == official
    from_source = stations.voters_origin == VoterOrigin.SOURCE
    assert int(from_source.sum()) == small.printed[key]
    assert (stations.voters_low <= stations.voters).all()
    assert (stations.voters <= stations.voters_high).all()


def test_points_are_given_or_lie_in_their_village(small_land: Territory) -> None:
    areas, stations = small_land.areas(WORKING.key), small_land.stations(WORKING.key)
    given = stations.point_origin == PointOrigin.GIVEN
    assert 20 < given.sum() < 200 and (stations.error_m[given] == 15.0).all()
    villages = small_land.shapes(WORKING.key)[areas.village_of_station]
    points = shapely.points(stations.lon, stations.lat)
    assert shapely.covers(villages, points).all()


def test_a_village_without_a_polygon_leaves_its_points_unknown(
    small: Made, small_land: Territory
) -> None:
    areas, stations = small_land.areas(BEFORE.key), small_land.stations(BEFORE.key)
    row = areas.row(small.layout.split_digits)
    assert small_land.shapes(BEFORE.key)[row] is None
    part = areas.stations(row)
    given = stations.point_origin[part] == PointOrigin.GIVEN
    assert np.isnan(stations.lat[part][~given]).all() and (~given).any()


def test_shapes_above_the_villages_are_dissolved_from_them(
    small_land: Territory,
) -> None:
    areas, shapes = small_land.areas(COMING.key), small_land.shapes(COMING.key)
    for row in range(len(areas)):
        children = areas.children(row)
        if children:
            parts = sum(shapes[child].area for child in children)
            assert shapes[row].area == pytest.approx(parts)


def test_results_are_aligned_to_the_stations_and_unknown_stays_unknown(
    small: Made, small_land: Territory
) -> None:
    table = small_land.result_table(WORKING.key, WORKING.race, "hitung_tps", "stations")
    assert table is not None and table.num_rows == small.stations[WORKING.key]
    given = pq.read_table(
        small.folder / f"elections/{WORKING.key}/results/{WORKING.race}/tps.parquet"
    )
    by_code = {row["code"]: row for row in given.to_pylist()}
    stations = small_land.stations(WORKING.key)
    silent = 0
    for code, found in zip(stations.code, table.to_pylist(), strict=True):
        if code not in by_code:
            silent += 1
            assert set(found.values()) == {None}
            continue
        for name in ("votes_01", "votes_04", "valid", "total", "changed_at"):
            assert found[name] == by_code[code][name], (code, name)
    assert silent > 0
    assert any(row["valid"] is None for row in by_code.values())


def test_results_by_village_find_their_rows(small_land: Territory) -> None:
    table = small_land.result_table(BEFORE.key, BEFORE.race, "hitung_desa", "areas")
    assert table is not None
    rows = table["area_row"].to_pylist()
    areas = small_land.areas(BEFORE.key)
    assert rows == sorted(rows)
    assert {areas.level_name(row) for row in rows} == {"village"}
    reported = sum(table["reported"].to_pylist())
    assert 0 < reported < areas.n_stations


def test_days_end_in_the_zone_of_the_province(small_land: Territory) -> None:
    claims = {claim.key: claim for claim in small_land.claims}
    # WITA is UTC+8: the day of 10 September ends at 16:00 UTC.
    assert claims["a"].known_at == datetime(2022, 9, 10, 15, 59, 59, tzinfo=UTC)
    assert claims["b"].known_at == datetime(2022, 9, 30, 15, 59, 59, tzinfo=UTC)
    assert claims["f"].known_at == datetime(2021, 12, 31, 15, 59, 59, tzinfo=UTC)
    assert small_land.zone.key == "Asia/Makassar"


def test_claims_that_contradict_are_both_kept(small_land: Territory) -> None:
    late = datetime(2022, 11, 20, tzinfo=UTC)
    known = {c.key: c for c in claims_known(small_land.claims, WORKING.key, late)}
    assert known["a"].side_by_side == known["b"].side_by_side
    assert known["a"].value != known["b"].value
    assert "c" not in known and known["d"].supersedes == "c"
    assert known["e"].value == 0
    early = datetime(2022, 9, 1, tzinfo=UTC)
    before = {c.key for c in claims_known(small_land.claims, WORKING.key, early)}
    assert "c" in before and "d" not in before
    assert "h" not in known


def test_calendar_and_duties_are_read_for_each_election(
    small_land: Territory,
) -> None:
    for plan in PLANS:
        stages = {stage.key: stage for stage in small_land.calendar(plan.key)}
        assert stages["vote"].start == plan.day == stages["vote"].end
        assert stages["distribution"].end is None
        # A stage without any day is in no calendar.
        assert "oath" not in stages
        duties = small_land.duties(plan.key)
        assert [duty.accountable for duty in duties] == ["pemprov", "kpu", "kpu"]


def test_the_coming_election_has_no_list_and_closed_figures(
    small: Made, small_land: Territory
) -> None:
    election = small_land.election(COMING.key)
    assert election.register_stations == small.layout.size.n_stations
    assert len(small_land.stations(COMING.key)) == 0
    with pytest.raises(Refused):
        small_land.result_table(COMING.key, COMING.race, "hitung_tps", "stations")


def test_same_folder_gives_the_same_bytes(
    small: Made, small_workspace: Workspace, tmp_path: Path
) -> None:
    other = Workspace(tmp_path / "lain")
    import_folder(small.folder, other)
    assert other.current_import() == small_workspace.current_import()
    ours, theirs = small_workspace.land(), other.land()
    files = sorted(p.relative_to(ours) for p in ours.rglob("*") if p.is_file())
    assert files == sorted(
        p.relative_to(theirs) for p in theirs.rglob("*") if p.is_file()
    )
    for file in files:
        assert (ours / file).read_bytes() == (theirs / file).read_bytes(), file


def test_the_same_seed_writes_the_same_folder(small: Made, tmp_path: Path) -> None:
    again = write_province(tmp_path / "lagi")
    assert again.stations == small.stations and again.dpt == small.dpt
    for path in small.folder.rglob("*"):
        if path.is_file():
            twin = again.folder / path.relative_to(small.folder)
            assert twin.read_bytes() == path.read_bytes(), path.name


def test_another_seed_keeps_the_shape_and_changes_the_figures(
    small: Made, tmp_path: Path
) -> None:
    other = write_province(tmp_path / "lain", seed=7)
    assert other.stations == small.stations and other.areas == small.areas
    assert other.dpt != small.dpt
    import_folder(other.folder, Workspace(tmp_path / "kerja"))
    land = open_territory(Workspace(tmp_path / "kerja"))
    assert len(land.stations(WORKING.key)) == 600
