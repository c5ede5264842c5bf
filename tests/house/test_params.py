"""A parameter is written once and checked wherever its value comes from."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.house.params import make_params, param, param_infos, params_dict
from siaga.house.problems import BadParameter
from siaga.house.rooms import rooms
from siaga.house.words import Text, Words

HELP = Text("bantuan", "help")
ID = Words("id")


@dataclass(frozen=True)
class Params:
    """One parameter of each kind."""

    depth_m: float = param(0.3, low=0.0, high=3.0, unit="m", help=HELP)
    n_units: int = param(5, low=1, help=HELP)
    n_most: int = param(7, high=9, help=HELP)
    by_sea: bool = param(default=False, help=HELP)
    order: str = param("near", choices=("near", "far"), help=HELP)
    note: str = param("", help=HELP, source="SOP")


VALUES = st.fixed_dictionaries(
    {
        "depth_m": st.floats(0, 3),
        "n_units": st.integers(1, 10**9),
        "n_most": st.integers(-(10**9), 9),
        "by_sea": st.booleans(),
        "order": st.sampled_from(["near", "far"]),
        "note": st.text(max_size=20),
    }
)


@given(VALUES)
def test_a_manifest_gives_the_same_parameters_back(values: dict[str, Any]) -> None:
    params = make_params(Params, values)
    assert params_dict(params) == values
    assert make_params(Params, params_dict(params)) == params


@given(VALUES)
def test_a_command_line_gives_the_same_parameters(values: dict[str, Any]) -> None:
    texts = {name: str(value) for name, value in values.items()}
    assert make_params(Params, texts) == make_params(Params, values)


@given(VALUES, VALUES)
def test_a_later_layer_wins(low: dict[str, Any], high: dict[str, Any]) -> None:
    assert make_params(Params, low, high) == make_params(Params, high)
    del high["depth_m"]
    assert make_params(Params, low, high).depth_m == low["depth_m"]
    assert make_params(Params) == Params()


def test_what_is_known_of_a_parameter_comes_from_its_field() -> None:
    infos = {info.name: info for info in param_infos(Params)}
    depth = infos["depth_m"]
    assert list(infos) == ["depth_m", "n_units", "n_most", "by_sea", "order", "note"]
    assert (depth.option, depth.unit, depth.kind) == ("--depth-m", "m", float)
    assert (depth.low, depth.high, depth.help) == (0.0, 3.0, HELP)
    assert infos["note"].source == "SOP" and infos["order"].choices == ("near", "far")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("depth_m", 3.1, "bilangan dari 0 sampai 3"),  # above
        ("depth_m", "-0.1", "bilangan dari 0 sampai 3"),  # below
        ("depth_m", "nan", "bilangan dari 0 sampai 3"),  # no number at all
        ("depth_m", float("inf"), "bilangan dari 0 sampai 3"),
        ("depth_m", "dalam", "bilangan dari 0 sampai 3"),
        ("depth_m", [0.3], "bilangan dari 0 sampai 3"),
        ("depth_m", True, "bilangan dari 0 sampai 3"),
        ("n_units", 0, "bilangan bulat paling sedikit 1"),
        ("n_units", 2.5, "bilangan bulat paling sedikit 1"),  # never rounded
        ("n_units", "2.5", "bilangan bulat paling sedikit 1"),
        ("n_units", float("inf"), "bilangan bulat paling sedikit 1"),
        ("n_units", "9" * 5000, "bilangan bulat paling sedikit 1"),
        ("n_units", None, "bilangan bulat paling sedikit 1"),
        ("n_most", 10, "bilangan bulat paling banyak 9"),
        ("by_sea", "ya", "true atau false"),
        ("by_sea", 1, "true atau false"),
        ("order", "nearest", "salah satu dari: near, far"),
    ],
)
def test_a_bad_value_is_told_with_what_it_should_be(
    name: str, value: object, expected: str
) -> None:
    with pytest.raises(BadParameter) as caught:
        make_params(Params, {name: value})
    sentence = caught.value.sentence(ID)
    assert sentence.startswith(f"Parameter {name}: “{str(value)[:80]}”")
    assert sentence.endswith(f"seharusnya {expected}.")


def test_an_unknown_name_is_told_with_those_that_exist() -> None:
    with pytest.raises(BadParameter) as caught:
        make_params(Params, {"depth": 1})
    assert caught.value.sentence(ID) == (
        "Tidak ada parameter depth; yang ada: "
        "depth_m, n_units, n_most, by_sea, order, note."
    )


def test_parameters_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Params().depth_m = 1.0  # type: ignore[misc]


def test_every_verb_of_every_room_keeps_its_own_ranges() -> None:
    for room in rooms():
        for name in ("assess", "plan"):
            verb = room.verb(name)
            if verb is not None:
                defaults = make_params(verb.params)
                assert make_params(verb.params, params_dict(defaults)) == defaults
                assert all(all(info.help) for info in param_infos(verb.params))
