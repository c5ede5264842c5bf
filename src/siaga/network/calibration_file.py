"""What a run says of its measurements: `calibration.json`, written and read."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from siaga.house.problems import reading
from siaga.network.measurements import Flag
from siaga.network.operators import operators
from siaga.network.residual_effects import Effect

if TYPE_CHECKING:
    from pathlib import Path

    from siaga.network.calibration import Calibration
    from siaga.network.cross_validation import Score
    from siaga.network.learnt import Learnt
    from siaga.network.measured import Measured

__all__ = ["CALIBRATION_FILE", "read_calibration", "write_calibration"]

CALIBRATION_FILE = "calibration.json"


def write_calibration(folder: Path, measured: Measured) -> None:
    """Write what was read, flagged, learned, and how well it foretells."""
    listed = Counter(measured.listed.published if measured.listed is not None else ())
    document: dict[str, Any] = {
        "sources": list(measured.sources),
        "listed": dict(sorted(listed.items())),
    }
    if measured.learnt is not None:
        document |= _learnt(measured.learnt)
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / CALIBRATION_FILE).write_text(text + "\n", encoding="utf-8")


@lru_cache(maxsize=8)
def read_calibration(folder: Path) -> dict[str, Any] | None:
    """Document of a run, None where nothing was measured or listed.

    Raises BadState if the file is damaged.
    """
    path = folder / CALIBRATION_FILE
    if not path.exists():
        return None
    with reading(path):
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _learnt(learnt: Learnt) -> dict[str, Any]:
    readings = learnt.known.stored.readings
    validation = learnt.validation
    return {
        "readings": len(readings),
        "used": int(learnt.used.sum()),
        "spots": learnt.n_spots,
        "spots_left_out": learnt.spots_left,
        "without_mast": int(learnt.without_mast.sum()),
        "flagged": readings.counts(),
        "by_source": _by_source(learnt),
        "odd_series": _odd(learnt),
        "spread": _spread(learnt.calibration),
        "offsets": _offsets(learnt.calibration),
        "folds": validation.n_folds,
        "before": _score(validation.before),
        "after": _score(validation.after),
    }


def _by_source(learnt: Learnt) -> dict[str, Any]:
    stored, odd = learnt.known.stored, learnt.is_odd
    published = np.array(stored.published, object)
    found: dict[str, Any] = {}
    for source in sorted(set(stored.published)):
        mine = published == source
        flags = stored.readings.flags[mine]
        counts = {flag.name or "": int(((flags & flag) != 0).sum()) for flag in Flag}
        found[source] = {
            "readings": int(mine.sum()),
            "used": int((mine & learnt.used).sum()),
            "without_mast": int((mine & learnt.without_mast).sum()),
            "flagged": {name: n for name, n in counts.items() if n},
            "odd": int((mine & odd & (stored.readings.flags == 0)).sum()),
        }
    return found


def _odd(learnt: Learnt) -> list[dict[str, Any]]:
    readings = learnt.known.stored.readings
    found = []
    for one in learnt.odd:
        rows = np.flatnonzero(learnt.series == one.series)
        begun = datetime.fromtimestamp(float(readings.time_s[rows].min()), UTC)
        found.append(
            {
                "source": learnt.known.stored.published[rows[0]],
                "file": readings.source[rows[0]],
                "device": readings.device[rows[0]],
                "begun": begun.isoformat(),
                "readings": len(rows),
                "scatter_sigmas": _number(one.scatter_sigmas),
                "offset_sigmas": _number(one.offset_sigmas),
            }
        )
    return found


def _spread(calibration: Calibration) -> dict[str, float]:
    spread = calibration.learned.spread
    return {f.name: round(float(getattr(spread, f.name)), 3) for f in fields(spread)}


def _offsets(calibration: Calibration) -> list[dict[str, Any]]:
    """Offsets of model, operators and masts, each with its doubt."""
    offsets, names = calibration.offsets(), tuple(operators())
    found = []
    for kind, key, mhz, offset, sd in zip(
        offsets.kind.tolist(), offsets.key.tolist(), offsets.frequency_mhz.tolist(),
        offsets.offset_db.tolist(), offsets.sd_db.tolist(), strict=True,
    ):  # fmt: skip
        if kind in (Effect.DEVICE, Effect.CLUTTER, Effect.CLUTTER_HEIGHT):
            continue
        one: dict[str, Any] = {"of": Effect(kind).name.lower()}
        if kind == Effect.OPERATOR:
            one["operator"] = names[key]
        if kind == Effect.SITE:
            one["site_row"] = key
        if mhz:
            one["mhz"] = mhz
        found.append(one | {"db": round(offset, 2), "sd_db": round(sd, 2)})
    return found


def _score(score: Score) -> dict[str, Any]:
    return {
        "levels": score.n_levels,
        "bias_db": _number(score.bias_db),
        "rms_db": _number(score.rmse_db),
        "events": score.n_events,
        "brier": _number(score.brier),
    }


def _number(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
