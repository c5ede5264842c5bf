"""Reasons in words: the sentence of a line at one station, with its figures."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siaga.house.words import Words
    from siaga.readiness.states import RoomState
    from siaga.territory.situation import Line, Reason

__all__ = ["reason_at", "reason_sentence"]


def reason_at(room: str, line: Line, row: int) -> Reason | None:
    """Reason of a station's verdict, None where the line gives none."""
    number = int(line.reason[row])
    if number < 0:
        return None
    reasons: tuple[Reason, ...] = import_module(f"siaga.{room}.reasons").REASONS
    return reasons[number]


def reason_sentence(state: RoomState, row: int, words: Words) -> str:
    """Sentence of a station's verdict; empty where the line gives no reason.

    Whole figures are written without decimals, as they were counted.
    """
    line = state.line
    reason = None if line is None else reason_at(state.room.key, line, row)
    if line is None or reason is None:
        return ""
    known = line.at(row)
    figures = {name: _plain(known.get(name)) for name in reason.figures}
    return words(f"{state.room.key}.reason.{reason.key}", **figures)


def _plain(value: float | None) -> int | float | str:
    if value is None:
        return "?"
    return int(value) if value == int(value) else value
