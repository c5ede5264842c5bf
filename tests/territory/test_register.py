"""The register against official figures, and what it lacks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from siaga.house.rooms import room as room_of
from siaga.territory.register import FAR_M, register_of
from siaga.territory.source_uses import room_sources, source_uses

if TYPE_CHECKING:
    from siaga.territory.territory import Territory

E24, E19, PILKADA = "pemilu_2024", "pemilu_2019", "pilkada_2024"


def test_regencies_add_up_to_the_province(banten: Territory) -> None:
    for election in banten.elections:
        register = register_of(banten, election)
        for name in ("n_stations", "n_special", "n_source", "n_estimated", "n_unknown"):
            parts = sum(getattr(row, name) for row in register.regencies)
            assert parts == getattr(register.total, name), name


def test_stations_of_2024_equal_the_official_ones(banten: Territory) -> None:
    register = register_of(banten, E24)
    assert register.total.n_stations == 33324 and register.total.n_special == 48
    assert register.n_differ == 0
    assert all(row.stations_difference == 0 for row in register.regencies)


def test_voters_add_up_to_the_official_dpt_exactly(banten: Territory) -> None:
    for election, dpt in ((E24, 8_842_646), (E19, 8_112_477)):
        register = register_of(banten, election)
        assert register.total.voters == dpt
        assert all(row.voters_difference == 0 for row in register.regencies)
        for row in register.regencies:
            assert row.voters_low <= row.voters <= row.voters_high


def test_stations_of_2019_are_51_more_in_three_regencies(banten: Territory) -> None:
    register = register_of(banten, E19)
    assert register.total.stations_difference == 51 and register.n_differ == 3


def test_villages_that_link_to_nothing_are_listed(banten: Territory) -> None:
    unlinked = {
        one.election: one.area_rows for one in register_of(banten, E19).gaps.unlinked
    }
    areas = banten.areas(E19)
    rows = unlinked[E24]
    assert rows is not None and len(rows) == 14
    assert "Cikaratuan" in [areas.name[row] for row in rows]
    assert unlinked[PILKADA] is None
    later = {
        one.election: one.area_rows for one in register_of(banten, E24).gaps.unlinked
    }
    assert len(later[E19] or ()) == 15 and later[PILKADA] == ()


def test_gaps_of_places_and_points(banten: Territory) -> None:
    gaps = register_of(banten, E19).gaps
    assert len(gaps.no_polygon) == len(gaps.no_kemendagri) == 14
    assert gaps.no_point == 379 and gaps.measured == 0
    far = register_of(banten, E24).gaps.far
    assert all(error_m > FAR_M for _, _, error_m in far)
    assert [error_m for _, _, error_m in far] == sorted(
        (e for *_, e in far), reverse=True
    )


def test_stations_above_the_limit_are_printed_ones(banten: Territory) -> None:
    over = register_of(banten, E24).gaps.over_limit
    voters = banten.stations(E24).voters
    assert len(over) == 91 and all(voters[row] > 300 for row in over)
    assert voters[over[0]] == max(voters[row] for row in over)


def test_without_a_list_nothing_is_compared(banten: Territory) -> None:
    register = register_of(banten, PILKADA)
    assert register.total.n_stations == 0
    assert register.total.voters_difference is None
    assert register.total.official_voters is not None
    assert register.total.official_voters.value == 8_926_662
    assert register.gaps.n_far == 0 and register.gaps.over_limit == ()


def test_uses_name_declared_sources_only(banten: Territory) -> None:
    keys = {source.key for source in banten.sources}
    uses = source_uses(banten)
    assert set(uses) <= keys
    assert keys - set(uses) <= {"wilayah_kpu_2024", "medan_3s", "usulan_tugas"}


def test_sources_of_claims_and_results_wait_for_their_moment(banten: Territory) -> None:
    before, after = (
        source_uses(banten, datetime(2024, month, 1, tzinfo=UTC)) for month in (2, 4)
    )
    later = source_uses(banten).keys() - after.keys()
    assert later and all(banten.sources[key].date >= "2024" for key in later)
    assert after.keys() > before.keys()
    assert any(banten.sources[key].kind == "official" for key in before)
    signal = room_of("network")
    early = room_sources(banten, signal, datetime(2019, 1, 1, tzinfo=UTC))
    assert set(early) < set(room_sources(banten, signal))


@pytest.mark.parametrize("room", ["network", "hazard", "logistics", "law", "rekap"])
def test_rooms_have_sources(banten: Territory, room: str) -> None:
    found = room_sources(banten, room_of(room))
    assert found and len(found) == len(set(found))
    assert all(banten.sources[key] for key in found)
