"""Days and moments: what was known by when.

A thing that is known only by its day counts as known at the END of that local day; a
thing known by its month or year, at the end of that month or year. So nothing appears
on a page before it could be known.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, tzinfo

from siaga.house.problems import BadInput

__all__ = ["ROUGH_DAY", "end_of_day", "is_rough_day", "parse_moment", "rough_end"]

FIRST_YEAR = 1900
"""No source of an election is older; an older year is a slip of typing."""

ROUGH_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
"""An ISO day, month or year."""


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Last second of a local day, in UTC."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def rough_end(text: str, zone: tzinfo) -> datetime:
    """Last second of an ISO day, month or year, in UTC; raises ValueError.

    >>> rough_end("2024-02", UTC).isoformat()
    '2024-02-29T23:59:59+00:00'
    """
    match = ROUGH_DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month = int(match[1]), int(match[2] or 12)
    day = int(match[3]) if match[3] else calendar.monthrange(year, month)[1]
    return end_of_day(date(year, month, day), zone)


def is_rough_day(text: str) -> bool:
    """Whether a text is an ISO day, month or year that the calendar has, from 1900.

    >>> [is_rough_day(text) for text in ("2024-02-29", "2024", "2023-02-29", "")]
    [True, True, False, False]
    """
    try:
        return rough_end(text, UTC).year >= FIRST_YEAR
    except ValueError:
        return False


def parse_moment(text: str, zone: tzinfo) -> datetime:
    """Moment of a person's text: a day (its end) or an ISO time, in UTC.

    A time without an offset is local. Raises BadInput.

    >>> parse_moment("2024-01-25T19:50+07:00", UTC).isoformat()
    '2024-01-25T12:50:00+00:00'
    """
    try:
        if ROUGH_DAY.fullmatch(text):
            return rough_end(text, zone)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("problem.moment", found=text[:40]) from None
