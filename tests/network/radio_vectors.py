"""Official vectors of the propagation methods, as the engine's own inputs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from siaga.network.model import Climate
from siaga.network.p1812 import Link, Profile

FOLDER = Path(__file__).resolve().parent.parent / "data" / "radio"
EARTH_KM = 6371.0
CLEAR_KM = 0.05 - 1e-9
"""P.452-18 has no clutter this near to an antenna; P.1812 has."""
ZONES_OF_452 = np.array([0, 3, 4, 1], np.uint8)

Case = dict[str, Any]


@cache
def table(name: str) -> list[Case]:
    return pq.read_table(FOLDER / f"{name}.parquet").to_pylist()


@cache
def profiles(name: str) -> dict[str, Case]:
    return {row["profile"]: row for row in table(name)}


def case_1812(case: Case) -> tuple[Profile, Link, Climate]:
    of = profiles("p1812_profiles")[case["profile"]]
    n = of["n"]
    profile = Profile(
        np.array(of["d_km"]), np.array(of["h_masl"]), np.array(of["R_m"]),
        np.array(of["zone"]).astype(np.uint8), np.zeros(n),
    )  # fmt: skip
    link = Link(
        1e3 * case["f (GHz)"], case["htg (m)"], case["hrg (m)"],
        case["phi (deg)|Eq (4)"], time_pc=case["p (%)"], places_pc=case["pL (%)"],
        location_sigma_db=case["sigmaL (dB)"], vertical=case["pol"] == 2,
        tx_coast_km=case["dct (km)"], rx_coast_km=case["dcr (km)"],
    )  # fmt: skip
    return profile, link, Climate(case["DN"], case["N0"])


def case_452(case: Case) -> tuple[Profile, Link, Climate]:
    """A case of P.452-18 as P.1812 sees it; its frequency is put within 6 GHz."""
    of = profiles("p452v18_profiles")[case["profile"]]
    d = np.array(of["d_km"])
    near = np.minimum(d, d[-1] - d) < CLEAR_KM
    profile = Profile(
        d, np.array(of["h_masl"], float), np.where(near, 0.0, of["R_m"]),
        ZONES_OF_452[np.array(of["zone_1coast_2inland_3sea"])], np.zeros(of["n"]),
    )  # fmt: skip
    link = Link(
        min(1e3 * case["f (GHz)"], 6000.0), case["htg (m)"], case["hrg (m)"],
        _middle_latitude(case, d[-1]), time_pc=max(case["p (%)"], 1.0),
        vertical=case["pol (1-h/2-v)"] == 2,
        tx_coast_km=case["dct (km)"], rx_coast_km=case["dcr (km)"],
    )  # fmt: skip
    return profile, link, Climate(case["DN"], case["N0"])


def _middle_latitude(case: Case, length_km: float) -> float:
    """Half the length of the profile from the transmitter, along the great circle.

    Not half-way between the coordinates: those of two profiles are farther apart.
    """
    names = ("phit_n (deg)", "phit_e (deg)", "phir_n (deg)", "phir_e (deg)")
    lat0, lon0, lat1, lon1 = np.radians([case[name] for name in names])
    ends = [
        np.array([np.cos(a) * np.cos(o), np.cos(a) * np.sin(o), np.sin(a)])
        for a, o in ((lat0, lon0), (lat1, lon1))
    ]
    towards = ends[1] - ends[0] * (ends[0] @ ends[1])
    towards /= np.linalg.norm(towards)
    half = length_km / 2 / EARTH_KM
    return float(
        np.degrees(np.arcsin((ends[0] * np.cos(half) + towards * np.sin(half))[2]))
    )
