"""Records of the land's files as the nouns that the house speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siaga.house.moments import parse_moment, rough_end
from siaga.house.words import Text
from siaga.territory.claims import Claim
from siaga.territory.duties import Duty, DutyItem
from siaga.territory.elections import Election, Moment, Race, ResultFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

__all__ = ["claim_of", "duty_of", "election_of"]


def election_of(content: Mapping[str, Any], zone: ZoneInfo) -> Election:
    """Election as its `election.toml` declares it."""
    known_on = content["register_known_on"]
    return Election(
        key=content["id"],
        name=Text(content["name_id"], content["name_en"]),
        kind=content["kind"],
        voting_day=content["voting_day"],
        station_limit=content["station_limit"],
        figures_open=content["figures"] == "open",
        register_known_on=rough_end(known_on, zone).astimezone(zone).date(),
        register_source=content["register_source"],
        register_stations=content.get("register_stations"),
        races=tuple(
            Race(r["id"], Text(r["name_id"], r["name_en"]), tuple(r["candidates"]))
            for r in content.get("race", [])
        ),
        results=tuple(
            ResultFile(
                r["race"], r["source"], r["file"].rsplit(".", 1)[0],
                rough_end(r["known_on"], zone), bool(r.get("primary", False)),
            )
            for r in content.get("result", [])
        ),
        moments=tuple(
            Moment(parse_moment(m["at"], zone), Text(m["label_id"], m["label_en"]))
            for m in content.get("moment", [])
        ),
    )  # fmt: skip


def claim_of(row: Mapping[str, Any], zone: ZoneInfo) -> Claim:
    """Claim of a row of the claims table."""
    return Claim(
        key=row["claim"],
        topic=row["topic"],
        election=row["election"] or "",
        area=row["area"],
        value=row["value"],
        of=row["of"],
        unit=row["unit"],
        definition=Text(row["definition_id"], row["definition_en"]),
        agency=row["agency"],
        said_by=row["said_by"],
        said_on=row["said_on"],
        known_at=rough_end(row["said_on"], zone),
        identified=row["identified"],
        supersedes=row["supersedes"] or "",
        source=row["source"],
        note=row["note"] or "",
    )


def duty_of(job: Mapping[str, Any]) -> Duty:
    """Duty of a job of `duties.json`."""
    items = tuple(
        DutyItem(
            item["item"], Text(item["title_id"], item["title_en"]), item["agency"],
            item["evidence"], item["due_rule"], bool(item["gate"]),
            int(item["valid_days"]),
        )
        for item in job["items"]
    )  # fmt: skip
    title = Text(job["title_id"], job["title_en"])
    roles = job["roles"]
    return Duty(
        job["job"],
        title,
        job["stage"],
        job["area_level"],
        roles["A"],
        tuple(roles["R"]),
        items,
    )
