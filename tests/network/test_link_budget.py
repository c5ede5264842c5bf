"""Levels of the worked example of the reference, both directions, sector patterns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.network.link_budget import (
    BEAM_FLOOR_DB,
    Terminal,
    antenna_loss_db,
    level_dbm,
    up_margin_db,
)
from siaga.network.model import Cells


def cells(
    azimuth_deg: float = 90.0, tilt_deg: float = 4.0, beam: float = 65.0
) -> Cells:
    one = np.array
    return Cells(
        key=("a",), site_row=one([0], np.int32), technology=("4g",),
        frequency_mhz=one([1800.0]), bandwidth_mhz=one([10.0]), height_m=one([42.0]),
        azimuth_deg=one([azimuth_deg]), beamwidth_deg=one([beam]),
        tilt_deg=one([tilt_deg]), eirp_dbm=one([61.0]), eirp_sigma_db=one([0.0]),
    )  # fmt: skip


def test_ten_megahertz_of_61_dbm_is_33_dbm_a_resource_element():
    # 46 dBm + 17 dBi - 2 dB of feeder over 600 elements: 33.2 dBm.
    at = np.zeros(1, int)
    assert level_dbm(cells(), at, np.zeros(1))[0] == pytest.approx(33.2, abs=0.05)
    assert level_dbm(cells(), at, np.full(1, 140.2))[0] == pytest.approx(-107, abs=0.1)


def test_a_phone_is_heard_up_to_148_db():
    assert up_margin_db(Terminal(), np.array([148.0]))[0] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("azimuth", "elevation", "loss"),
    [
        (90.0, -4.0, 0.0),
        (122.5, -4.0, 3.0),  # half a beam aside
        (57.5, -4.0, 3.0),
        (90.0, -9.0, 3.0),  # half a vertical beam below
        (270.0, -4.0, 25.0),  # behind
        (270.0, -40.0, 25.0),
    ],
)
def test_a_sector_loses_by_the_angle_off_its_beam(azimuth, elevation, loss):
    found = antenna_loss_db(
        cells(), np.zeros(1, int), np.array([azimuth]), np.array([elevation])
    )
    assert found[0] == pytest.approx(loss, abs=1e-9)


def test_an_unknown_direction_costs_the_mean_of_the_circle_everywhere():
    unknown = cells(azimuth_deg=np.nan, beam=np.nan)
    found = antenna_loss_db(
        unknown, np.zeros(3, int), np.array([0.0, 120, 300]), np.array([-40.0, 0, 9])
    )
    assert found.tolist() == [3.0, 3.0, 3.0]


@given(turn=st.floats(0, 360), azimuth=st.floats(0, 360), down=st.floats(-90, 90))
def test_turning_mast_and_path_together_changes_nothing(turn, azimuth, down):
    at, path = np.zeros(1, int), np.array([azimuth])
    one = antenna_loss_db(cells(0.0), at, path, np.array([down]))
    other = antenna_loss_db(cells(turn), at, path + turn, np.array([down]))
    assert one[0] == pytest.approx(other[0], abs=1e-6)
    assert 0 <= one[0] <= BEAM_FLOOR_DB
