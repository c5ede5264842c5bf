"""Card of the room `network` in the list of rooms."""

from siaga.house.rooms import Room

ROOM = Room(
    key="network",
    counts_from="",
    reads=(
        "areas.parquet",
        "stations.parquet",
        "/network/*",
        "/territory/terrain.tif",
        "/territory/claims.parquet",
        "/territory/holidays.parquet",
        "/territory/events.parquet",
    ),
)
"""Assessed from the start: signal takes longer to build than anything else."""
