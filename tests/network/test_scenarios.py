"""Nights that could be: as often dark as the probabilities say, and alike nearby."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from siaga.network.scenarios import PlaceGroups, draw_nights

N_NIGHTS = 1000


def cover(outdoor, site=0, level=-100.0, sigma=8.0):
    """Coverage of one operator."""
    n = len(outdoor)
    return SimpleNamespace(
        operators=("telkomsel",),
        site_row=np.full((n, 1), site, np.int32),
        outdoor=np.array(outdoor)[:, None],
        level_dbm=np.full((n, 1), level),
        sigma_db=np.full((n, 1), sigma),
    )


def nights(coverage, prior=None, groups=None, site_failure=0.0):
    n = len(coverage.outdoor)
    alone = np.arange(n)
    return draw_nights(
        coverage,
        alone,
        np.full(n, np.nan) if prior is None else np.array(prior),
        groups or PlaceGroups(alone, alone),
        n_scenarios=N_NIGHTS,
        site_failure=site_failure,
        rng=np.random.default_rng(5),
    )


def test_a_station_is_dark_as_often_as_its_signal_says():
    found = nights(cover([0.2, 0.5, 0.9] * 40))
    share = found.dark.mean(axis=1).reshape(40, 3).mean(axis=0)
    assert share == pytest.approx([0.8, 0.5, 0.1], abs=0.03)


def test_where_nothing_is_known_the_prior_says_how_often_and_power_is_no_help():
    found = nights(cover([0.0] * 90), prior=[0.3] * 90)
    assert found.dark.mean() == pytest.approx(0.3, abs=0.03)
    assert np.isinf(found.lacking_db[found.dark]).all()
    assert (found.best_site == -1).all()


def test_stations_of_a_village_are_dark_together_more_often_than_strangers():
    coverage = cover([0.5] * 200)
    village = np.repeat(np.arange(100), 2)
    together = nights(coverage, groups=PlaceGroups(village, village)).dark
    same = (together[0::2] == together[1::2]).mean()
    strangers = (together[0:-2:2] == together[3::2]).mean()
    assert same > strangers + 0.08
    assert strangers == pytest.approx(0.5, abs=0.03)


def test_a_mast_that_fails_takes_its_stations_with_it():
    found = nights(cover([1.0] * 50), site_failure=0.25)
    assert found.dark.mean() == pytest.approx(0.25, abs=0.05)
    assert (found.dark == found.dark[0]).all()
    assert np.isinf(found.lacking_db[found.dark]).all()


def test_what_is_lacking_is_small_where_signal_nearly_suffices():
    lacking = nights(cover([0.45])).lacking_db[0]
    weaker = nights(cover([0.05])).lacking_db[0]
    assert np.median(lacking[lacking > 0]) < np.median(weaker[weaker > 0])
    assert (lacking >= 0).all()


def test_the_same_seed_gives_the_same_bits():
    one, other = (nights(cover([0.3, 0.6])).lacking_db for _ in range(2))
    assert one.tobytes() == other.tobytes()
