"""Tables of a link: parts of its loss, the masts that serve, figures of the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siaga.house.words import Phrase, Text
from siaga.network.assess import ENTRY_DB
from siaga.network.link_budget import Terminal, level_dbm
from siaga.network.link_chart import CORE
from siaga.network.operators import operators
from siaga.territory.report import Cell, Column, ReportTable

if TYPE_CHECKING:
    from siaga.network.link_panel import LinkView, Serving
    from siaga.network.params import AssessParams
    from siaga.network.site_store import StoredSites

__all__ = ["masts_table", "operator_name", "parts_table", "profile_table"]

LEAST_DB = 0.05
"""A part that would be shown as 0,0 is left out."""
PROFILE_ROWS = 9


def operator_name(key: str) -> Text:
    """Name of an operator, the same in both languages."""
    name = operators()[key].name
    return Text(name, name)


def parts_table(
    view: LinkView, stored: StoredSites, params: AssessParams
) -> ReportTable:
    """What is sent, lost and needed, down and up: each column adds up."""
    terminal, parts, serving = Terminal(), view.parts, view.serving
    rows = [_sent_row(view, stored)]
    for key, lost_db in (
        ("free", parts.free_db),
        ("diffraction", parts.diffraction_db),
        ("clutter", parts.clutter_db),
        ("relief", -parts.relief_db),
        ("around", parts.around_db),
        ("antenna", parts.antenna_db),
        ("body", parts.body_db),
    ):
        if key == "free" or abs(lost_db) >= LEAST_DB:
            rows.append(_row(key, -lost_db, -lost_db))
    heard_dbm = serving.up_db + terminal.mast_needs_dbm
    rows += [
        _row("received", serving.level_dbm, heard_dbm),
        _row("needed", params.needed_dbm, terminal.mast_needs_dbm),
        _row("margin", serving.down_db, serving.up_db),
        _row("indoor", serving.down_db - ENTRY_DB, serving.up_db - ENTRY_DB),
    ]
    return ReportTable(
        Phrase.of("network.link.parts"),
        (
            Column(Phrase.of("network.link.column.part"), False),
            Column(Phrase.of("network.link.column.down")),
            Column(Phrase.of("network.link.column.up")),
        ),
        tuple(rows),
        note=Phrase.of("network.link.parts_note"),
        remarks=(
            Phrase.of("network.link.parts_remark", sigma_db=round(serving.sigma_db)),
        ),
    )


def _sent_row(view: LinkView, stored: StoredSites) -> tuple[Cell, ...]:
    """Both ends send: the mast a resource element, the phone all it has."""
    terminal, row = Terminal(), np.array([view.serving.cell_row])
    sent_dbm = float(level_dbm(stored.cells, row, np.zeros(1))[0])
    up_dbm = terminal.power_dbm + terminal.mast_gain_dbi
    return _row("sent", sent_dbm, up_dbm)


def _row(key: str, down_db: float, up_db: float) -> tuple[Cell, ...]:
    name = Phrase.of(f"network.link.part.{key}")
    return Cell(name), Cell(down_db, decimals=1), Cell(up_db, decimals=1)


def masts_table(
    found: tuple[Serving, ...], stored: StoredSites, sources: tuple[str, ...]
) -> ReportTable:
    """Best mast of each operator, and how sure it is."""
    keys = ("operator", "level", "margin", "km", "works", "mast")
    texts = ("operator", "mast")
    return ReportTable(
        Phrase.of("network.link.masts"),
        tuple(
            Column(Phrase.of(f"network.link.column.{key}"), key not in texts)
            for key in keys
        ),
        tuple(_mast_row(one, stored) for one in found),
        remarks=(Phrase.of("network.link.masts_remark"),) if found else (),
        sources=sources,
        empty=Phrase.of("network.link.no_masts"),
    )


def _mast_row(one: Serving, stored: StoredSites) -> tuple[Cell, ...]:
    sites = stored.sites
    between = Phrase.of(
        "network.link.between",
        low=round(one.level_dbm - one.sigma_db),
        high=round(one.level_dbm + one.sigma_db),
    )
    error_m = round(float(sites.error_m[one.site_row]))
    place = Phrase.of("network.link.place", error_m=error_m)
    name = sites.name[one.site_row] or sites.key[one.site_row]
    cell = Phrase.of(
        "network.link.cell",
        name=name,
        technology=one.technology.upper(),
        mhz=f"{one.frequency_mhz:.0f}",
    )
    return (
        Cell(operator_name(one.operator)),
        Cell(round(one.level_dbm), tag=between),
        Cell(round(one.margin_db)),
        Cell(one.distance_m / 1000, decimals=1),
        Cell(round(100 * one.works)),
        Cell(cell, tag=place),
    )


def profile_table(view: LinkView) -> ReportTable:
    """Figures of the profile at even distances, and at the obstacle."""
    n = len(view.distance_m)
    rows = np.unique(np.linspace(0, n - 1, min(PROFILE_ROWS, n)).round().astype(int))
    rows = np.unique(np.append(rows, view.obstacle.row))
    keys = ("from_here", "ground", "error", "sight", "over", "fresnel")
    free = view.sight_m - view.top_m
    return ReportTable(
        Phrase.of("network.link.profile"),
        tuple(
            Column(Phrase.of(f"network.link.column.{key}"), key != "from_here")
            for key in keys
        ),
        tuple(
            (
                Cell(float(view.distance_m[row]) / 1000, decimals=2),
                Cell(round(float(view.ground_m[row]))),
                Cell(round(float(view.error_m[row]))),
                Cell(round(float(view.sight_m[row]))),
                Cell(round(float(free[row]))),
                Cell(CORE * float(view.fresnel_m[row]), decimals=1),
            )
            for row in rows.tolist()
        ),
        remarks=(Phrase.of("network.link.profile_remark"),),
    )
