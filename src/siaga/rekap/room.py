"""Card of the room `rekap` in the list of rooms."""

from siaga.house.rooms import Room

ROOM = Room(
    key="rekap",
    counts_from="count",
    reads=("areas.parquet", "stations.parquet", "results/*", "calendar.parquet"),
)
"""Assessed from the day counting begins; before that its line is not due."""
