"""A changed mast: only what it reaches is computed again, with the same bits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from siaga.network.hearing import Phones, hear, hear_again
from siaga.network.inputs import masts, terrain
from siaga.network.model import SiteStatus
from siaga.network.params import AssessParams

ELECTION = "pemilu_2024"
PARAMS = AssessParams(n_sites=2, reach_km=4.0)


@pytest.fixture(scope="module")
def land(banten):
    stations = banten.stations(ELECTION)
    few = slice(6000, 9000)
    phones = Phones(stations.lat[few], stations.lon[few], stations.error_m[few])
    return terrain(banten, ELECTION).grid, masts(banten, ELECTION).stored, phones


def test_a_mast_off_the_air_gives_the_bits_of_computing_all_anew(land):
    grid, stored, phones = land
    before = hear(grid, stored, phones, PARAMS)
    heard = before["telkomsel"].site_row
    row = int(np.bincount(heard[heard >= 0]).argmax())
    status = stored.sites.status.copy()
    status[row] = SiteStatus.OFF
    down = replace(stored, sites=replace(stored.sites, status=status))
    again = hear_again(grid, down, phones, PARAMS, before, changed=np.array([row]))
    whole = hear(grid, down, phones, PARAMS)
    for operator, one in whole.items():
        for name in ("site_row", "level_dbm", "down_db", "up_db", "sigma_db", "works"):
            found = getattr(again[operator], name)
            assert found.tobytes() == getattr(one, name).tobytes()
    lost = (heard == row).any(axis=1)
    assert lost.sum() > 0
    assert (again["telkomsel"].site_row != row).all()
    for operator in before:
        if operator != stored.sites.operator[row]:
            assert again[operator] is before[operator]
