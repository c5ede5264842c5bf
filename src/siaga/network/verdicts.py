"""From probabilities to a verdict: what is known, what is dark, what nobody knows yet.

A measurement settles what is computed. Dark on the map means dark only where the masts
of the district are listed; else it means that nobody knows (DESIGN: unknown is never
zero, and silence is never "fine").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siaga.network.reasons import reason_number
from siaga.territory.situation import Origin, Verdict

if TYPE_CHECKING:
    from siaga.network.params import AssessParams

__all__ = ["Known", "verdicts"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Known:
    """What is known of every station; arrays have shape (n,)."""

    service: Floats
    """Probability that a result gets through, by the listed masts."""
    sites_share: Floats
    """Share of the district's masts that is listed, NaN = no voters there."""
    in_reach: Mask
    """Whether any listed mast is within reach."""
    has_point: Mask
    has_terrain: Mask
    """Whether there is terrain to compute over."""
    measured_good: Mask
    measured_dark: Mask
    custom: Mask
    """In a zone that asked not to be reinforced."""


def verdicts(
    known: Known, params: AssessParams
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.int16]]:
    """Verdict, origin and reason of every station; later rules win over earlier ones.

    1. between dark and ready: at risk; 2. likely enough: ready; 3. dark: not ready
    where the list of masts is complete enough, else unknown; 4. no mast in reach of an
    incomplete list, or no terrain: unknown; 5. a zone of custom is at risk, whatever
    the signal: its record is carried; 6. a measurement settles it; 7. a station without
    a point is unknown.
    """
    complete = np.nan_to_num(known.sites_share) >= params.complete_share
    dark = known.service < params.dark_probability
    ready = known.service >= params.ready_probability
    rules: list[tuple[Mask, Verdict, str]] = [
        (~dark & ~ready, Verdict.AT_RISK, "weak"),
        (ready, Verdict.READY, "covered"),
        (dark & complete, Verdict.NOT_READY, "dark"),
        (dark & ~complete, Verdict.UNKNOWN, "sites_unknown"),
        (~known.in_reach & ~complete, Verdict.UNKNOWN, "no_site"),
        (~known.has_terrain, Verdict.UNKNOWN, "no_terrain"),
        (known.custom, Verdict.AT_RISK, "custom"),
        (known.measured_dark, Verdict.NOT_READY, "measured_dark"),
        (known.measured_good, Verdict.READY, "measured_good"),
        (~known.has_point, Verdict.UNKNOWN, "no_point"),
    ]
    n = len(known.service)
    verdict = np.full(n, Verdict.UNKNOWN, np.uint8)
    reason = np.full(n, -1, np.int16)
    for mask, value, key in rules:
        verdict[mask], reason[mask] = value, reason_number(key)
    origin = np.where(verdict == Verdict.UNKNOWN, Origin.NOBODY, Origin.COMPUTED)
    return verdict, origin.astype(np.uint8), reason
