"""Times as phones, logs and people write them, in unix seconds."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from siaga.network.read import Findings, Sheet

__all__ = ["read_times", "unix_seconds"]

FIRST_S, LAST_S = 946_684_800.0, 4_102_444_800.0
"""1 January 2000 and 2100: no phone's log is older or younger."""
_UNIX = re.compile(r"\d{9,10}(\.\d{1,9})?", re.ASCII)
_UNIX_MS = re.compile(r"\d{12,13}", re.ASCII)
_LOG = re.compile(r"(\d{4})\.(\d\d)\.(\d\d)_(\d\d)\.(\d\d)\.(\d\d)")
_DAY_FIRST = re.compile(
    r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ ,T]+(\d{1,2})[.:](\d\d)(?:[.:](\d\d))?)?"
)


def unix_seconds(text: str, zone: tzinfo) -> float | None:
    """Unix seconds of a time, None if it is none or not of this century.

    ISO, unix seconds or milliseconds, G-NetTrack's `2024.02.14_13.05.59`, and the day
    first as Indonesians write it; a time without an offset is local.

    >>> from datetime import timedelta, timezone
    >>> wib = timezone(timedelta(hours=7))
    >>> texts = ("2024-02-14T13:05:00", "14/02/2024 13.05", "1707890700", "02/14/2024")
    >>> [unix_seconds(text, wib) for text in texts]
    [1707890700.0, 1707890700.0, 1707890700.0, None]
    """
    try:
        seconds = _seconds(text.strip(), zone)
    except (ValueError, OverflowError):
        return None
    return seconds if FIRST_S <= seconds < LAST_S else None


def _seconds(text: str, zone: tzinfo) -> float:
    if _UNIX.fullmatch(text):
        return float(text)
    if _UNIX_MS.fullmatch(text):
        return int(text) / 1000
    log, day_first = _LOG.fullmatch(text), _DAY_FIRST.fullmatch(text)
    if log is not None:
        year, month, day, *clock = _whole(log)
    elif day_first is not None:
        day, month, year, *clock = _whole(day_first)
    else:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.timestamp()
    hour, minute, second = clock
    return datetime(year, month, day, hour, minute, second, tzinfo=zone).timestamp()


def _whole(parts: re.Match[str]) -> list[int]:
    return [int(part or 0) for part in parts.groups()]


def read_times(
    sheet: Sheet, column: str, zone: tzinfo, findings: Findings
) -> npt.NDArray[np.float64]:
    """Unix seconds of each row, NaN where faulty (told in `findings`), shape (n,)."""
    seconds = np.full(len(sheet), np.nan)
    for row, text in enumerate(sheet.texts(column)):
        found = unix_seconds(text, zone)
        if found is None:
            expected = "network.expected.time"
            sheet.note(findings, row, column, expected, "remedy.cell")
        else:
            seconds[row] = found
    return seconds
