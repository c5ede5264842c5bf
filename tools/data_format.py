"""The page of the data format: the tables as the importer declares them."""

from __future__ import annotations

from siaga.territory.formats import (
    ELECTION_TABLES,
    LAND_TABLES,
    RESULT_TABLE,
    Column,
    TableFormat,
)

HEAD = """\
# The folder of a province

`siaga import FOLDER` reads a folder of this shape; `data/banten/` is one, and any other
province is another. An import is all or nothing: a fault names file, row, column, what
was found, what was expected and what to do, and nothing is written.

A table is a CSV file (UTF-8, comma, header row) or a Parquet file of the same stem.
Rows may come in any order; topics and agencies are shown in the order given.
Codes are text, with their leading zeros. An empty cell is unknown; unknown is never 0.
Days are ISO (`2024-01-25`); where less is known, `2024-01` or `2024`. What is known by
its day counts as known at the end of that day (decision 003). Columns that are not
named here are left alone.

```
province.toml            what province this is
SOURCES.md               prose for people; not read
sources, agencies, topics, claims, figures, villages, islands, places, area_links
terrain.tif              GeoTIFF, EPSG:4326: elevation (m), quality, one-sigma error (m)
elections/<id>/
    election.toml        dates, races, result files, named moments
    areas, stations, calendar
    duties.json          jobs with their accountable agency and due rules
    results/<race>/<source>
```

## province.toml

| key | what |
|---|---|
| `format` | 1 |
| `code`, `name` | code and name of the province |
| `timezone` | name of its time zone, e.g. `Asia/Jakarta` |
| `working_election` | election that the desk opens with |
| `opens_at` | moment that the desk opens at: a day or an ISO time |
| `synthetic` | `true` where the data are made up; every page then says so |

## elections/<id>/election.toml

| key | what |
|---|---|
| `id` | name of the folder |
| `name_id`, `name_en` | name in both languages |
| `kind` | `pemilu` or `pilkada` |
| `voting_day` | TOML date |
| `station_limit` | most voters that a station may have |
| `figures` | `open`, or `closed` while candidate figures belong to KPU alone |
| `register_known_on`, `register_source` | day and source of the list of stations |
| `register_stations` | official number of stations, where there is no list of them |
| `[[race]]` | `id`, `name_id`, `name_en`, `candidates` (numbers as text) |
| `[[result]]` | `race`, `source`, `file`, `known_on`, `primary` |
| `[[moment]]` | `at`, `label_id`, `label_en`: an as-of time that the desk offers |

## elections/<id>/duties.json

`{"jobs": [...]}`; each job has `job`, `title_id`, `title_en`, `stage`, `area_level`,
`roles` (`A` = the one accountable agency, `R` = a list) and `items`, each with `item`,
`title_id`, `title_en`, `agency`, `evidence`, `due_rule` (`vote-21d`), `gate` and
`valid_days`.
"""


COUNTS = """\
Counts, each empty where unknown; a column is left out where the source has none:
`votes_<number of the candidate>`, `valid`, `invalid`, `total`, `voters` (the DPT as
printed), `users`, `users_dpt`, `users_dptb`, `users_dpk`, the last five also with
`_male` and `_female`; `reported` (of how many stations, for areas), `flagged`.
"""


def page() -> str:
    """Page of the data format."""
    parts = [HEAD]
    parts += [table(form, form.stem) for form in LAND_TABLES]
    parts += [table(form, f"elections/<id>/{form.stem}") for form in ELECTION_TABLES]
    parts.append(table(RESULT_TABLE, f"elections/<id>/{RESULT_TABLE.stem}"))
    parts.append(COUNTS)
    return "\n".join(parts)


def table(form: TableFormat, name: str) -> str:
    """Section of one table."""
    need = "" if form.required else " (may be absent)"
    rows = [f"## {name}{need}", ""]
    if form.unique:
        keys = ", ".join(f"`{key}`" for key in form.unique)
        rows += [f"Unique: {keys}.", ""]
    rows += ["| column | type | cell | what |", "|---|---|---|---|"]
    rows += [row(column) for column in form.columns]
    return "\n".join([*rows, ""])


def row(column: Column) -> str:
    """Row of one column."""
    cell = "may be empty" if column.empty else "filled"
    if not column.required:
        cell += ", column optional"
    what = column.what
    if column.choices:
        what += ": " + ", ".join(f"`{choice}`" for choice in column.choices)
    return f"| `{column.name}` | {column.kind} | {cell} | {what} |"
