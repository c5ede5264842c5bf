"""How far levels stray from their prediction, and for what reasons.

The deviation of a point is the sum of a few offsets (all, distance, clutter, operator
and band, site and band) and of a field that neighbours share; a reading adds the offset
of its phone and the noise of fading. Each has a standard deviation here: guesses from
practice, which `learning` corrects as far as the readings tell.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from siaga.house.problems import BadParameter
from siaga.house.words import Phrase

__all__ = ["LEARNED", "Spread"]


@dataclass(frozen=True)
class Spread:
    """Standard deviations in dB, and how far the field reaches.

    Raises BadParameter for what is not above 0, or a correlation outside 0 to 1.
    """

    scale: float = 1.0
    """True deviation of a point by its stated `predicted_sigma_db`."""
    operator_db: float = 3.0
    """Offset of an operator's band: power and loads are assumed alike."""
    site_db: float = 4.0
    """Offset of a site's band: unknown EIRP, tilt, antenna."""
    device_db: float = 4.5
    """Offset of a phone: 3 to 6 dB in practice."""
    nugget_db: float = 3.0
    """Noise of one reading: fading that a phone does not average out."""
    length_m: float = 400.0
    """Distance at which shadowing is alike by 1/e: 300 to 500 m in the country."""
    mean_db: float = 2.0
    """Offset of the whole model."""
    distance_db: float = 4.0
    """Error of the slope, per decade of the distance to the site."""
    clutter_db: float = 2.0
    """Offset of a class of land cover."""
    clutter_height_db: float = 1.0
    """Error per 10 m of clutter."""
    operator_correlation: float = 0.5
    """Of the field between operators: what stands around the receiver is common.

    3GPP TR 36.942 assumes 0.5 between sites.
    """
    odd_sigmas: float = 2.5
    """Standard deviations from which a reading is odd and loses weight."""

    def __post_init__(self) -> None:
        """Check the ranges."""
        for f in fields(self):
            value = getattr(self, f.name)
            if f.name == "operator_correlation":
                if not 0 <= value <= 1:
                    raise _bad(f.name, value, 0, 1)
            elif not 0 < value <= 1e9:
                raise _bad(f.name, value, 0, 1e9)


LEARNED: dict[str, float] = {
    "scale": 0.3,
    "operator_db": 0.6,
    "site_db": 0.6,
    "device_db": 0.4,
    "nugget_db": 0.4,
    "length_m": 0.5,
}
"""What is learned, with the doubt of the guess: standard deviation of its logarithm."""


def _bad(name: str, value: float, low: float, high: float) -> BadParameter:
    kind = Phrase.of("param.float")
    expected = Phrase.of("param.range", kind=kind, low=f"{low:g}", high=f"{high:g}")
    return BadParameter(
        "problem.parameter", name=name, found=str(value)[:80], expected=expected
    )
