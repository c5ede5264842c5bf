"""Parameters written once: a field of a verb's frozen dataclass.

From the field come the TOML key `[room.verb] name`, the command-line option `--name`,
the row of the documentation and the entry in a run's manifest.
"""

from __future__ import annotations

import math
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast

from siaga.house.problems import BadParameter
from siaga.house.words import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from siaga.house.words import Text

__all__ = ["ParamInfo", "make_params", "param", "param_infos", "params_dict"]

_KEY = "siaga.param"

P = TypeVar("P")


@dataclass(frozen=True)
class ParamInfo:
    """What is known of a parameter besides its name and type."""

    name: str
    kind: type
    default: Any
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    unit: str
    source: str
    help: Text

    @property
    def option(self) -> str:
        """Command-line option of the parameter."""
        return "--" + self.name.replace("_", "-")

    def checked(self, value: Any) -> Any:
        """Value of the right type and range; raises BadParameter."""
        try:
            typed = self._typed(value)
        except (TypeError, ValueError, OverflowError):
            raise self._bad(value) from None
        outside = (self.low is not None and typed < self.low) or (
            self.high is not None and typed > self.high
        )
        if outside or (self.choices and typed not in self.choices):
            raise self._bad(value)
        return typed

    def _typed(self, value: Any) -> Any:
        """Value in the type of the default; nothing is rounded or guessed."""
        if self.kind is bool:
            if str(value).lower() not in ("true", "false"):
                raise ValueError(value)
            return str(value).lower() == "true"
        typed = self.kind(value)
        lost = self.kind is int and not isinstance(value, str) and typed != value
        if isinstance(value, bool) or lost:
            raise ValueError(value)
        if self.kind is float and not math.isfinite(typed):
            raise ValueError(value)
        return typed

    def _bad(self, value: Any) -> BadParameter:
        return BadParameter(
            "problem.parameter",
            name=self.name,
            found=str(value)[:80],
            expected=self._expected(),
        )

    def _expected(self) -> Phrase:
        if self.choices:
            return Phrase.of("param.choice", choices=", ".join(self.choices))
        kind = Phrase.of(f"param.{self.kind.__name__}")
        if self.low is None and self.high is None:
            return kind
        if self.high is None:
            return Phrase.of("param.least", kind=kind, low=_plain(self.low))
        if self.low is None:
            return Phrase.of("param.most", kind=kind, high=_plain(self.high))
        return Phrase.of(
            "param.range", kind=kind, low=_plain(self.low), high=_plain(self.high)
        )


def _plain(bound: float | None) -> str:
    """Bound as it is typed on a command line."""
    return f"{bound:.10g}"


def param(
    default: Any,
    *,
    help: Text,  # the word that argparse and the documentation use
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    unit: str = "",
    source: str = "",
) -> Any:
    """Dataclass field of a parameter with its range, unit, source and help."""
    info = ParamInfo("", type(default), default, low, high, choices, unit, source, help)
    return field(default=default, metadata={_KEY: info})


def param_infos(params_class: type) -> list[ParamInfo]:
    """Parameters of a verb's dataclass in the order they are written."""
    return [_info(f) for f in fields(params_class)]


def _info(f: Field[Any]) -> ParamInfo:
    info = cast("ParamInfo", f.metadata[_KEY])
    assert f.default is not MISSING
    return ParamInfo(**{**vars(info), "name": f.name})


def make_params(params_class: type[P], *layers: Mapping[str, Any]) -> P:
    """Checked parameters; a later layer wins over an earlier one.

    Raises BadParameter for an unknown name or a value outside its range.
    """
    infos = {info.name: info for info in param_infos(params_class)}
    values: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            if name not in infos:
                known = ", ".join(infos) or "-"
                raise BadParameter("problem.no_parameter", name=name, expected=known)
            values[name] = infos[name].checked(value)
    return params_class(**values)


def params_dict(params: Any) -> dict[str, Any]:
    """All parameters with their values, defaults too, for a manifest."""
    return {f.name: getattr(params, f.name) for f in fields(params)}
