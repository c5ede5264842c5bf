"""Pages: parse, authorise, read a run or the land, render."""

from siaga.desk.views import (
    area,
    help,
    link,
    map,
    register,
    room,
    search,
    start,
    station,
)

__all__ = [
    "area",
    "help",
    "link",
    "map",
    "register",
    "room",
    "search",
    "start",
    "station",
]
