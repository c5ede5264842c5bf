"""What a command is given: workspace, election, moment."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import pytest

from siaga.cli.call import DEFAULT_WORKSPACE, Call, utc_text
from siaga.house.problems import BadInput, NotFound
from siaga.house.words import Words


def call(**options: object) -> Call:
    return Call(argparse.Namespace(**options), Words("id"))


def test_the_workspace_is_the_option_then_the_environment_then_the_default(monkeypatch):
    monkeypatch.setenv("SIAGA_WORKSPACE", "/env")
    assert call(workspace=Path("/option")).workspace.path == Path("/option")
    assert call().workspace.path == Path("/env")
    monkeypatch.setenv("SIAGA_WORKSPACE", "")
    assert call().workspace.path == DEFAULT_WORKSPACE


@pytest.mark.parametrize(
    ("options", "moment"),
    [
        ({}, "2024-01-25T16:59:59+00:00"),  # the province opens here
        ({"election": "pemilu_2019"}, "2019-07-07T16:59:59+00:00"),  # last named moment
        ({"election": "pilkada_2024"}, "2024-12-07T16:59:59+00:00"),
        ({"as_of": "2024-03-20"}, "2024-03-20T16:59:59+00:00"),  # end of the local day
        ({"as_of": "2024-01"}, "2024-01-31T16:59:59+00:00"),
        ({"as_of": "2024-01-25T19:50"}, "2024-01-25T12:50:00+00:00"),  # local time
        ({"as_of": "2024-01-25T19:50+09:00"}, "2024-01-25T10:50:00+00:00"),
    ],
)
def test_the_moment_is_the_one_asked_for_or_the_one_that_opens(
    banten_workspace, options, moment
):
    assert utc_text(call(workspace=banten_workspace, **options).as_of) == moment


def test_an_election_without_moments_opens_at_the_end_of_voting_day(
    banten_workspace, monkeypatch
):
    from dataclasses import replace

    here = call(workspace=banten_workspace, election="pemilu_2019")
    bare = replace(here.election, moments=())
    monkeypatch.setitem(here.territory.elections, "pemilu_2019", bare)
    again = call(workspace=banten_workspace, election="pemilu_2019")
    again.__dict__.update(territory=here.territory)
    assert utc_text(again.as_of) == "2019-04-17T16:59:59+00:00"


def test_what_does_not_exist_is_not_found(banten_workspace):
    with pytest.raises(NotFound):
        _ = call(workspace=banten_workspace, election="pemilu_2029").election
    with pytest.raises(BadInput):
        _ = call(workspace=banten_workspace, as_of="soon").as_of


def test_times_are_shown_in_the_zone_of_the_land(banten_workspace):
    here = call(workspace=banten_workspace)
    here.words.zone = UTC
    _ = here.territory
    assert here.words.moment(datetime(2024, 2, 14, 0, 0, tzinfo=UTC)).endswith("WIB")


def test_a_command_to_copy_names_the_workspace_that_was_given():
    assert call().command("serve") == "siaga serve"
    copied = call(workspace=Path("/my data")).command("runs", "--update")
    assert copied == "siaga runs --update --workspace '/my data'"
