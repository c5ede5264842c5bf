"""Reasons of the room `network`, in the order of their number in a line."""

from siaga.territory.situation import Reason

__all__ = ["REASONS", "SEEN_DARK", "reason_number"]

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
    Reason("sent", (), _DUTY),
    Reason("measured_good_again", (), _DUTY),
    Reason("measured_dark_again", (), _DUTY),
    Reason("listed_good", (), _DUTY),
    Reason("listed_dark", (), _DUTY),
    Reason("unit_placed", ("unit_m",), _DUTY),
)
"""The sentence is `network.reason.<key>`."""


SEEN_DARK = ("measured_dark", "measured_dark_again", "listed_dark")
"""Reasons of a station that is dark by what was seen there, not by a calculation."""


def reason_number(key: str) -> int:
    """Number of a reason in a line."""
    return [reason.key for reason in REASONS].index(key)
