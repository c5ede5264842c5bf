"""Reasons of the room `network`, in the order of their number in a line."""

from siaga.territory.situation import Reason

__all__ = ["REASONS", "reason_number"]

_DUTY = "signal.blank_spots"

REASONS = (
    Reason("covered", ("service_pct", "level_dbm"), _DUTY),
    Reason("measured_good", ("measured_dbm",), _DUTY),
    Reason("weak", ("service_pct", "level_dbm"), _DUTY),
    Reason("custom", ("service_pct",), _DUTY),
    Reason("dark", ("service_pct", "site_km"), _DUTY),
    Reason("measured_dark", (), _DUTY),
    Reason("sites_unknown", ("service_pct", "sites_pct"), _DUTY),
    Reason("no_site", ("sites_pct",), _DUTY),
    Reason("no_point", (), _DUTY),
    Reason("no_terrain", (), _DUTY),
)
"""The sentence is `network.reason.<key>`."""


def reason_number(key: str) -> int:
    """Number of a reason in a line."""
    return [reason.key for reason in REASONS].index(key)
