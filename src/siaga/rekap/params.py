"""Parameters of the room's verbs; read by the help without the engine."""

from __future__ import annotations

from dataclasses import dataclass

from siaga.house.params import param
from siaga.house.words import Text

__all__ = ["AssessParams"]


@dataclass(frozen=True)
class AssessParams:
    """Which results are assessed."""

    race: str = param(
        "",
        help=Text(
            "jenis pemilihan; kosong = yang pertama", "race; empty = the first one"
        ),
    )
    source: str = param(
        "",
        help=Text(
            "sumber hasil; kosong = sumber utama pemilu itu",
            "source of the results; empty = the primary one of the election",
        ),
    )
