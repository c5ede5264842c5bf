"""The real Banten after its import: the counts that everyone can check."""

from __future__ import annotations

import numpy as np
import pytest

from siaga.house.problems import NotFound
from siaga.territory.areas import LEVELS
from siaga.territory.situation import fold_verdicts
from siaga.territory.stations import VoterOrigin
from siaga.territory.territory import Territory


def test_counts_of_2024(banten: Territory) -> None:
    areas, stations = banten.areas("pemilu_2024"), banten.stations("pemilu_2024")
    assert [len(areas.rows(level)) for level in range(4)] == [1, 8, 155, 1552]
    assert len(stations) == 33_324 == areas.n_stations
    assert int(stations.special.sum()) == 48
    kinds = [areas.kind[row] for row in areas.rows(3)]
    assert (kinds.count("desa"), kinds.count("kelurahan")) == (1238, 314)


def test_counts_of_2019(banten: Territory) -> None:
    areas = banten.areas("pemilu_2019")
    assert [len(areas.rows(level)) for level in range(4)] == [1, 8, 155, 1551]
    assert len(banten.stations("pemilu_2019")) == 33_471


def test_islands(banten: Territory) -> None:
    islands = banten.land_rows("islands")
    assert len(islands) == 80
    assert sum(island["inhabited"] for island in islands) == 5


def test_every_regency_sums_to_its_official_dpt(banten: Territory) -> None:
    areas, stations = banten.areas("pemilu_2024"), banten.stations("pemilu_2024")
    official = {
        row["area"]: int(row["value"])
        for row in banten.land_rows("figures")
        if row["election"] == "pemilu_2024" and row["figure"] == "dpt"
    }
    sums = {
        areas.kemendagri[row]: int(stations.voters[areas.stations(row)].sum())
        for row in areas.rows(1)
    }
    assert sums == {code: official[code] for code in sums}
    assert sum(sums.values()) == 8_842_646
    # 15,543 print nothing and 466 print 0: neither is a number of voters.
    estimated = stations.voters_origin == VoterOrigin.ESTIMATED
    assert int(estimated.sum()) == 15_543 + 466
    assert (stations.voters_low <= stations.voters)[estimated].all()
    assert (stations.voters_high >= stations.voters)[estimated].all()


@pytest.mark.parametrize("election", ["pemilu_2019", "pemilu_2024", "pilkada_2024"])
def test_an_area_is_a_slice_and_children_tile_it(
    banten: Territory, election: str
) -> None:
    areas = banten.areas(election)
    for row in range(len(areas)):
        children = areas.children(row)
        if children:
            edges = [areas.start[row], *(areas.stop[child] for child in children)]
            assert edges[-1] == areas.stop[row]
            assert [areas.start[child] for child in children] == edges[:-1]
    codes = banten.stations(election).code
    villages = areas.village_of_station
    assert all(
        code.startswith(areas.code[v]) for code, v in zip(codes, villages, strict=True)
    )


def test_cikaratuan_is_found_by_both_codes(banten: Territory) -> None:
    areas = banten.areas("pemilu_2024")
    row = areas.row("3602162018")
    assert areas.row("36.02.28.2009") == row
    assert areas.name[row] == "Cikaratuan"
    # Its district is that of the election, not that of the later decree.
    assert areas.code[areas.path(row)[-2]] == "360216"


def test_a_code_of_2019_never_finds_a_station_of_2024(banten: Territory) -> None:
    old, new = banten.stations("pemilu_2019"), banten.stations("pemilu_2024")
    shared = set(old.code) & set(new.code)
    assert len(shared) == 31_762
    only_old = sorted(set(old.code) - shared)[0]
    with pytest.raises(NotFound):
        new.row(only_old)
    assert old.election == "pemilu_2019" and new.election == "pemilu_2024"


def test_villages_of_2019_that_link_to_nothing_are_listed(banten: Territory) -> None:
    areas = banten.areas("pemilu_2019")
    linked = {
        link["from_code"]
        for link in banten.land_rows("area_links")
        if link["from_system"] == "pemilu_2019"
    }
    alone = [row for row in areas.rows(3) if areas.code[row] not in linked]
    assert len(alone) == 14
    assert sum(int(areas.stop[row] - areas.start[row]) for row in alone) == 379


def test_levels_are_four() -> None:
    assert LEVELS == ("province", "regency", "district", "village")


def test_worst_verdict_wins_in_the_order_of_the_design() -> None:
    ready, risk, bad, unknown, not_due = range(5)
    pairs = [(ready, risk), (risk, unknown), (unknown, bad), (not_due, ready)]
    for left, right in pairs:
        a, b = np.array([left], np.uint8), np.array([right], np.uint8)
        assert fold_verdicts([a, b], 1)[0] == right == fold_verdicts([b, a], 1)[0]
    assert fold_verdicts([], 2).tolist() == [not_due, not_due]
