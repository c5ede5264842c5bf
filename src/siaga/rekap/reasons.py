"""Reasons of the room `rekap`, in the order of their number in a line."""

from siaga.territory.situation import Reason

__all__ = ["REASONS", "reason_number"]

_DUTY = "recap.forms"

REASONS = (
    Reason("E1", ("votes_sum", "valid", "E1_difference"), _DUTY),
    Reason("E2", ("valid", "invalid", "total", "E2_difference"), _DUTY),
    Reason("W1", ("users", "voters_printed", "W1_difference"), _DUTY),
    Reason("no_result", (), _DUTY),
    Reason("not_checkable", ("votes_sum",), _DUTY),
    Reason("incomplete", (), _DUTY),
    Reason("kept", ("votes_sum", "total"), _DUTY),
)
"""The first ones name a rule of `rules.RULES`; the sentence is `rekap.reason.<key>`."""


def reason_number(key: str) -> int:
    """Number of a reason in a line."""
    return [reason.key for reason in REASONS].index(key)
