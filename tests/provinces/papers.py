"""The small tables of a made-up province: who said what of which area, and when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provinces.layout import Layout

__all__ = [
    "AGENCIES",
    "SOURCES",
    "TOPICS",
    "calendar_rows",
    "claim_rows",
    "duties",
    "figure_rows",
]

Row = dict[str, Any]

SOURCES = ("wilayah", "tps", "hitung_tps", "hitung_desa", "kabar", "dpt", "titik")

AGENCIES = {
    "pemprov": ("Pemerintah provinsi", "Provincial government"),
    "kpu": ("KPU", "KPU"),
    "bawaslu": ("Bawaslu", "Bawaslu"),
    "diskominfo": ("Diskominfo", "Communication office"),
    "bpbd": ("BPBD", "Disaster agency"),
}
TOPICS = {
    "blank_spot": ("network", "Tanpa sinyal", "No signal"),
    "flood_prone": ("hazard", "Rawan banjir", "Prone to flooding"),
    "hard_to_reach": ("logistics", "Sulit dijangkau", "Hard to reach"),
}

_ITEMS = (
    ("list", "kpu", "vote-21d", False, 14),
    ("check", "diskominfo", "vote-14d", False, 30),
    ("letter", "kpu", "vote-21d", True, 60),
)
_JOBS = (
    ("signal.blank_spots", "preparation", "regency", "pemprov", ["diskominfo"]),
    ("hazard.move", "preparation", "village", "kpu", ["kpu", "bpbd"]),
    ("recap.forms", "after_vote", "district", "kpu", ["kpu"]),
)


def claim_rows(layout: Layout, before: str, working: str) -> list[Row]:
    """Claims, some of which contradict each other; one replaces another."""
    province = layout.regency_codes[0][:2]
    first, second = layout.regency_codes[:2]
    n, whole = layout.size.n_stations, layout.size.n_villages
    return [
        _claim("a", "blank_spot", working, province, n // 12, "kpu", "2022-09-10",
               of=n),
        # The same thing, counted by another office: almost twice as many.
        _claim("b", "blank_spot", working, province, n // 7, "bawaslu", "2022-09"),
        _claim("c", "blank_spot", working, first, n // 15, "diskominfo", "2022-08-01"),
        _claim(
            "d", "blank_spot", working, first, n // 20, "diskominfo", "2022-10-01",
            supersedes="c",
        ),
        # Zero was said; it is not the same as silence.
        _claim("e", "blank_spot", working, second, 0, "diskominfo", "2022-10-01"),
        _claim(
            "f", "flood_prone", "", province, whole // 4, "bpbd", "2021",
            of=whole, unit="village",
        ),
        _claim("g", "flood_prone", "", first, whole // 3, "pemprov", "2021-12",
               unit="village"),
        _claim("h", "hard_to_reach", before, first, 3, "kpu", "2021-02-01"),
    ]  # fmt: skip


def _claim(
    *said: Any, of: Any = "", unit: str = "station", supersedes: str = ""
) -> Row:
    names = ("claim", "topic", "election", "area", "value", "agency", "said_on")
    row = dict(zip(names, said, strict=True))
    office = row["agency"]
    return {
        **row,
        "of": of,
        "unit": unit,
        "definition_id": f"Yang dihitung {office}",
        "definition_en": f"What {office} counted",
        "said_by": f"Kantor {office} (contoh)",
        "identified": 0,
        "supersedes": supersedes,
        "source": "kabar",
        "note": "",
    }


def figure_rows(
    layout: Layout, elections: dict[str, tuple[date, dict[str, int], dict[str, int]]]
) -> list[Row]:
    """Official figures; `elections` gives day, DPT and stations by regency."""
    rows = [
        _figure(code, "", "population", 52_000.0 + 700 * i, "orang", "2020")
        for i, code in enumerate(layout.regency_codes)
    ]
    for key, (day, dpt, stations) in elections.items():
        known = day.isoformat()
        rows += [_figure(c, key, "dpt", v, "pemilih", known) for c, v in dpt.items()]
        rows += [
            _figure(c, key, "stations", v, "TPS", known) for c, v in stations.items()
        ]
    return rows


def _figure(
    area: str, election: str, figure: str, value: float, unit: str, known_on: str
) -> Row:
    return {
        "area": area, "election": election, "figure": figure, "value": value,
        "unit": unit, "known_on": known_on, "source": "dpt",
    }  # fmt: skip


def calendar_rows(voting_day: date) -> list[Row]:
    """Stages of an election; the end of one is not known, one has no days at all."""
    year = voting_day.year

    def day(offset: int) -> str:
        return date.fromordinal(voting_day.toordinal() + offset).isoformat()

    stages = (
        ("preparation", "Persiapan", "Preparation", day(-120), day(-4), "B"),
        ("distribution", "Distribusi", "Distribution", day(-30), "", "C"),
        ("vote", "Pemungutan suara", "Voting", day(0), day(0), "A"),
        ("count", "Penghitungan suara", "Counting", day(0), day(1), "A"),
        ("recap", "Rekapitulasi", "Recapitulation", day(1), day(35), "A"),
        ("oath", "Pengucapan sumpah", "Oath", "", "", "C"),
    )
    names = ("stage", "name_id", "name_en", "start", "end", "certainty")
    return [
        {
            **dict(zip(names, stage, strict=True)),
            "source": f"tahapan_{year}",
            "note": "",
        }
        for stage in stages
    ]


def duties() -> dict[str, Any]:
    """Jobs with one accountable agency each."""
    return {
        "schema": "siaga.duties/1",
        "jobs": [
            {
                "job": job, "title_id": f"Tugas {job}", "title_en": f"Duty {job}",
                "stage": stage, "area_level": level,
                "roles": {"A": accountable, "R": responsible, "C": [], "I": []},
                "items": [
                    {
                        "item": item, "title_id": f"Butir {item}",
                        "title_en": f"Item {item}",
                        "agency": agency, "evidence": "document", "due_rule": due,
                        "gate": gate, "valid_days": valid,
                    }
                    for item, agency, due, gate, valid in _ITEMS
                ],
            }
            for job, stage, level, accountable, responsible in _JOBS
        ],
    }  # fmt: skip
