"""Territory: the imported province, opened for reading.

Everything is read when it is first asked for and kept; arrays are read-only, so one
Territory serves all requests of a process.
"""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime, time
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from siaga.house.moments import parse_moment
from siaga.house.problems import NotFound, Refused, reading
from siaga.house.sources import Source, Sources
from siaga.house.tables import numbers, read_columns, texts
from siaga.house.words import Text
from siaga.territory.areas import AreaTree
from siaga.territory.claims import Claim, Topic
from siaga.territory.duties import Agency, Duty, Stage
from siaga.territory.events import Event, events_from
from siaga.territory.records import claim_of, duty_of, election_of
from siaga.territory.stations import Stations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from siaga.house.workspace import Workspace
    from siaga.territory.elections import Election

__all__ = ["Territory", "open_territory", "opening_moment"]


def open_territory(workspace: Workspace) -> Territory:
    """Territory of the current import; raises BadState before the first one."""
    return Territory(workspace.land())


class Territory:
    """The land of one import. Tables are read lazily, one method a noun."""

    def __init__(self, folder: Path) -> None:
        """Territory of an import's folder."""
        self.folder = folder

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """Parts, files and inputs of the import with their digests."""
        path = self.folder / "manifest.json"
        with reading(path):
            manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return manifest

    @cached_property
    def province(self) -> Mapping[str, Any]:
        """Content of `province.toml`."""
        return _toml(self.folder / "territory" / "province.toml")

    @cached_property
    def zone(self) -> ZoneInfo:
        """Time zone of the province."""
        return ZoneInfo(self.province["timezone"])

    @cached_property
    def elections(self) -> dict[str, Election]:
        """Elections by key, oldest first."""
        found = [
            election_of(_toml(path / "election.toml"), self.zone)
            for path in (self.folder / "elections").iterdir()
        ]
        return {e.key: e for e in sorted(found, key=lambda e: (e.voting_day, e.key))}

    def election(self, key: str) -> Election:
        """Election of a key; raises NotFound."""
        try:
            return self.elections[key]
        except KeyError:
            raise NotFound("problem.no_election", election=key) from None

    def _land_table(self, stem: str) -> pa.Table | None:
        path = self.folder / "territory" / f"{stem}.parquet"
        return read_columns(path) if path.exists() else None

    def land_rows(self, stem: str) -> list[dict[str, Any]]:
        """Rows of a small table of the land (islands, figures, ...) as records."""
        table = self._land_table(stem)
        if table is None:
            return []
        drop = [name for name in ("geometry",) if name in table.column_names]
        rows: list[dict[str, Any]] = table.drop_columns(drop).to_pylist()
        return rows

    @cached_property
    def sources(self) -> Sources:
        """All declared sources."""
        rows = self.land_rows("sources")
        found = {
            row["source"]: Source(
                row["source"], row["kind"], row["title"], row["publisher"] or "",
                row["date"] or "", row["licence"] or "", row["derived"] or "",
            )
            for row in rows
        }  # fmt: skip
        return Sources(found)

    @cached_property
    def agencies(self) -> dict[str, Agency]:
        """Agencies by key."""
        rows = self.land_rows("agencies")
        return {
            r["agency"]: Agency(r["agency"], Text(r["name_id"], r["name_en"]))
            for r in rows
        }

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """Topics of claims by key."""
        rows = self.land_rows("topics")
        return {
            r["topic"]: Topic(r["topic"], r["room"], Text(r["title_id"], r["title_en"]))
            for r in rows
        }

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """All claims, of whatever election and moment."""
        return tuple(claim_of(row, self.zone) for row in self.land_rows("claims"))

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """All events that were reported, in the order in which they began."""
        return events_from(self.land_rows("events"))

    @lru_cache(maxsize=16)  # noqa: B019  one Territory lives as long as its process
    def areas(self, election: str) -> AreaTree:
        """Area tree of an election."""
        table = self._election_table(election, "areas")
        words: dict[str, Any] = {
            name: tuple(texts(table[name]))
            for name in ("code", "name", "label", "kind", "kemendagri")
        }
        rows: dict[str, Any] = {
            name: numbers(table[name], np.int32, -1)
            for name in ("parent_row", "start", "stop")
        }
        level = numbers(table["level"], np.uint8, 0)
        return AreaTree(election=election, level=level, **words, **rows)

    @lru_cache(maxsize=16)  # noqa: B019
    def stations(self, election: str) -> Stations:
        """Stations of an election, none where no list of them is known."""
        table = self._election_table(election, "stations")
        ints = {
            c: numbers(table[c], np.int32, -1)
            for c in ("number", "voters", "voters_low", "voters_high")
        }
        floats = {
            c: numbers(table[c], np.float64, np.nan) for c in ("lat", "lon", "error_m")
        }
        codes = {
            c: numbers(table[c], np.uint8, 0) for c in ("voters_origin", "point_origin")
        }
        return Stations(
            election=election,
            code=tuple(texts(table["code"])),
            special=numbers(table["special"], np.int8, 0) == 1,
            voters_source=tuple(texts(table["voters_source"])),
            point_place=tuple(texts(table["point_place"])),
            **ints, **floats, **codes,
        )  # fmt: skip

    @lru_cache(maxsize=16)  # noqa: B019
    def outlines(self, election: str) -> np.ndarray[Any, np.dtype[np.object_]]:
        """Simplified polygons of all areas in tree order, None where there is none."""
        return self._shapes(election, "outlines")

    def shapes(self, election: str) -> np.ndarray[Any, np.dtype[np.object_]]:
        """Full polygons of all areas in tree order, None where there is none."""
        return self._shapes(election, "shapes")

    def _shapes(
        self, election: str, name: str
    ) -> np.ndarray[Any, np.dtype[np.object_]]:
        import shapely

        raw = self._election_table(election, name)["geometry"].to_pylist()
        shapes: np.ndarray[Any, np.dtype[np.object_]] = shapely.from_wkb(
            np.array(raw, dtype=object)
        )
        return shapes

    def _election_table(self, election: str, name: str) -> pa.Table:
        self.election(election)
        return read_columns(self.folder / "elections" / election / f"{name}.parquet")

    @lru_cache(maxsize=16)  # noqa: B019
    def calendar(self, election: str) -> tuple[Stage, ...]:
        """Stages of an election, in the order of their start."""
        path = self.folder / "elections" / election / "calendar.parquet"
        if not path.exists():
            return ()
        stages = [
            Stage(
                r["stage"], Text(r["name_id"], r["name_en"]), r["start"], r["end"],
                r["certainty"], r["source"], r["note"] or "",
            )
            for r in read_columns(path).to_pylist()
        ]  # fmt: skip
        known = [s for s in stages if s.start or s.end]
        return tuple(sorted(known, key=lambda s: (s.start or s.end or date.min, s.key)))

    def due_from(self, election: str, stage: str) -> datetime:
        """Moment from which a room that counts from `stage` is due.

        A room without a stage is always due; an unknown stage counts from voting day.
        """
        if not stage:
            return datetime.min.replace(tzinfo=UTC)
        day = self.election(election).voting_day
        for known in self.calendar(election):
            if known.key == stage:
                day = known.start or day
        return datetime.combine(day, time(0), self.zone)

    @lru_cache(maxsize=16)  # noqa: B019
    def duties(self, election: str) -> tuple[Duty, ...]:
        """Duties of an election."""
        path = self.folder / "elections" / election / "duties.json"
        if not path.exists():
            return ()
        with reading(path):
            jobs = json.loads(path.read_text(encoding="utf-8"))["jobs"]
        return tuple(duty_of(job) for job in jobs)

    def result_table(
        self, election: str, race: str, source: str, of: str
    ) -> pa.Table | None:
        """Results of a source for `stations` (in row order) or `areas`, None if none.

        Columns are counts with nulls where unknown; `areas` has `area_row`. Raises
        Refused while candidate figures of the election belong to KPU alone: this is the
        only door to them.
        """
        found = self.election(election)
        if not found.figures_open:
            raise Refused("problem.figures_closed", election=found.name)
        result = found.result(race, source)
        path = self.folder / "elections" / election / f"{result.file}.{of}.parquet"
        return read_columns(path) if path.exists() else None

    def digests(self, election: str, patterns: tuple[str, ...]) -> dict[str, str]:
        """Digests of the files of an election that match one of the patterns.

        A pattern with a slash in front speaks of the whole import.
        """
        from fnmatch import fnmatch

        prefix = f"elections/{election}/"
        whole = [p[1:] if p.startswith("/") else prefix + p for p in patterns]
        files: dict[str, str] = self.manifest["files"]
        return {
            file: digest
            for file, digest in files.items()
            if any(fnmatch(file, pattern) for pattern in whole)
        }


def _toml(path: Path) -> dict[str, Any]:
    with reading(path):
        return tomllib.loads(path.read_text(encoding="utf-8"))


def opening_moment(territory: Territory, election: Election) -> datetime:
    """Moment at which an election opens: the province's for the working election.

    Else the last named moment, else the end of voting day.
    """
    province = territory.province
    if election.key == province["working_election"]:
        return parse_moment(province["opens_at"], territory.zone)
    if election.moments:
        return max(moment.at for moment in election.moments)
    return parse_moment(election.voting_day.isoformat(), territory.zone)
