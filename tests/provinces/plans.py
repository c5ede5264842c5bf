"""The three elections of a made-up province, each with an area tree of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from provinces.layout import PROVINCE, Layout, made_up_name

if TYPE_CHECKING:
    from provinces.files import Row

__all__ = ["BEFORE", "COMING", "PLANS", "WORKING", "Plan", "area_rows", "village_codes"]


@dataclass(frozen=True)
class Plan:
    """What an election of the made-up province is like."""

    key: str
    kind: str
    name: str
    day: date
    limit: int
    race: str
    candidates: tuple[str, ...]
    split: bool
    """Whether the village has become two by then."""
    moved: bool
    """Whether the other village has changed its district by then."""
    listed: bool
    """Whether its list of stations is known; without one there are no results."""
    tables: str
    """`csv` or `parquet`: the form of its tables."""


# No general election was held on any of these days.
BEFORE = Plan(
    "pemilu_2021", "pemilu", "Pemilu contoh 2021", date(2021, 2, 17), 300,
    "ppwp", ("01", "02"), split=False, moved=False, listed=True, tables="csv",
)  # fmt: skip
WORKING = Plan(
    "pemilu_2022", "pemilu", "Pemilu contoh 2022", date(2022, 10, 12), 300,
    "gubernur", ("01", "02", "03", "04"), split=True, moved=False, listed=True,
    tables="parquet",
)  # fmt: skip
COMING = Plan(
    "pilkada_2023", "pilkada", "Pilkada contoh 2023", date(2023, 11, 29), 600,
    "wali", ("01", "02"), split=True, moved=True, listed=False, tables="csv",
)  # fmt: skip
PLANS = (BEFORE, WORKING, COMING)


def village_codes(layout: Layout, plan: Plan) -> list[tuple[str, str]]:
    """Code in the election and Kemendagri code (empty = lapsed) of each village."""
    pair = layout.split
    codes = [] if plan.split else [(layout.split_digits, "")]
    for village in layout.villages:
        if village in pair and not plan.split:
            continue
        digits = village.digits
        if village == layout.moved and not plan.moved:
            digits = layout.moved_digits
        codes.append((digits, village.code))
    return codes


def area_rows(layout: Layout, plan: Plan) -> list[Row]:
    """Tree of an election, deliberately not in the order of its codes."""
    size = layout.size

    def row(code: str, parent: str, level: str, name: str, kemendagri: str) -> Row:
        return {
            "code": code, "parent": parent, "level": level, "name": name, "label": "",
            "kind": "", "kemendagri": kemendagri, "source": "wilayah",
        }  # fmt: skip

    rows = [row(PROVINCE, "", "province", "Provinsi Contoh (sintetis)", PROVINCE)]
    for i, code in enumerate(layout.regency_codes):
        name = layout.regency_name(i)
        rows.append(row(code.replace(".", ""), PROVINCE, "regency", name, code))
        rows[-1]["label"] = name if name.startswith("Kota") else name[5:]
        for number in range(size.districts_per_regency):
            above = f"{code}.{number + 1:02d}"
            parent, digits = code.replace(".", ""), above.replace(".", "")
            name = made_up_name(40 + i + 2 * number)
            rows.append(row(digits, parent, "district", name, above))
    by_code = {village.code: village for village in layout.villages}
    for digits, kemendagri in village_codes(layout, plan):
        village = by_code.get(kemendagri, layout.split[0])
        rows.append(row(digits, digits[:6], "village", village.name, kemendagri))
        rows[-1]["kind"] = village.kind
    return rows[::-1]
