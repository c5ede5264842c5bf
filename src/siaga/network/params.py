"""Parameters of the room's verbs; read by the help without the engine."""

from __future__ import annotations

from dataclasses import dataclass

from siaga.house.params import param
from siaga.house.words import Text

__all__ = ["AssessParams", "PlanParams"]

_GUESS = "engineering practice"


@dataclass(frozen=True)
class AssessParams:
    """When a result gets through, and how far the model is to be trusted."""

    needed_dbm: float = param(
        -110.0,
        low=-140.0,
        high=-60.0,
        unit="dBm",
        source="RSRP; -105 sends well, -115 may send",
        help=Text(
            "daya terima (RSRP) yang cukup untuk mengirim foto formulir",
            "received power (RSRP) that is enough to send a photo of a form",
        ),
    )
    model_sigma_db: float = param(
        8.0,
        low=3.0,
        high=20.0,
        unit="dB",
        source="6 to 9 dB in published comparisons",
        help=Text(
            "simpangan baku model rambatan",
            "standard deviation of the propagation model",
        ),
    )
    reach_km: float = param(
        15.0,
        low=1.0,
        high=50.0,
        unit="km",
        source=_GUESS,
        help=Text(
            "jarak terjauh menara yang dihitung", "farthest mast that is computed"
        ),
    )
    n_sites: int = param(
        4,
        low=1,
        high=12,
        source=_GUESS,
        help=Text(
            "menara terdekat tiap operator yang dihitung untuk satu TPS",
            "nearest masts of each operator computed for one station",
        ),
    )
    ready_probability: float = param(
        0.95,
        low=0.5,
        high=0.999,
        source="house rule",
        help=Text(
            "peluang terkirim sejak mana sebuah TPS siap",
            "probability of sending from which a station is ready",
        ),
    )
    dark_probability: float = param(
        0.5,
        low=0.01,
        high=0.95,
        source="house rule",
        help=Text(
            "peluang terkirim di bawah mana sebuah TPS gelap",
            "probability of sending below which a station is dark",
        ),
    )
    voters_per_site: float = param(
        4000.0,
        low=100.0,
        high=100_000.0,
        unit="1",
        source=_GUESS,
        help=Text(
            "pemilih untuk satu menara satu operator, untuk menaksir menara yang belum "
            "terdata",
            "voters for one mast of one operator, to estimate the masts not yet listed",
        ),
    )
    complete_share: float = param(
        0.5,
        low=0.0,
        high=1.0,
        source="house rule",
        help=Text(
            "bagian menara terdata di kecamatan sejak mana gelap di peta berarti gelap",
            "share of masts listed in a district from which dark on the map means dark",
        ),
    )


@dataclass(frozen=True)
class PlanParams:
    """What may be spent, what is to hand, and on how many nights a plan is tried."""

    budget_rp: int = param(
        250_000_000,
        low=0,
        high=10_000_000_000_000,
        unit="Rp",
        source="house rule; no budget was found",
        help=Text("anggaran penguatan", "budget for reinforcement"),
    )
    satellite_units: int = param(
        50,
        low=0,
        high=100_000,
        source="house rule; ask Diskominfo",
        help=Text("unit satelit yang tersedia", "satellite units to hand"),
    )
    combat_units: int = param(
        5,
        low=0,
        high=10_000,
        source="house rule; ask the operators",
        help=Text("menara bergerak (COMBAT) yang tersedia", "mobile masts to hand"),
    )
    deadline_minutes: float = param(
        360.0,
        low=10.0,
        high=4320.0,
        unit="min",
        source="house rule",
        help=Text(
            "batas dari formulir ditandatangani sampai hasil tiba",
            "from the signed form to the arrival of the result at most",
        ),
    )
    n_scenarios: int = param(
        128,
        low=100,
        high=1024,
        source="100 or more, so that the 5th percentile means something",
        help=Text("malam yang dicoba", "nights that are tried"),
    )
    site_failure: float = param(
        0.02,
        low=0.0,
        high=0.5,
        source=_GUESS,
        help=Text(
            "peluang sebuah menara mati malam itu",
            "probability that a mast is off that night",
        ),
    )
    least_dark: float = param(
        0.02,
        low=0.0,
        high=1.0,
        source="house rule",
        help=Text(
            "peluang gelap sejak mana sebuah TPS ikut direncanakan",
            "probability of being dark from which a station is planned for",
        ),
    )
    places_per_option: int = param(
        400,
        low=1,
        high=5_000,
        source="so that a plan takes seconds",
        help=Text(
            "tempat terbaik tiap pilihan yang diperiksa",
            "best places of each option that are examined",
        ),
    )
    only: str = param(
        "",
        help=Text(
            "pilihan yang boleh dipakai, dipisah koma; kosong = semua",
            "options that may be used, with commas between; empty = all",
        ),
    )
    required: str = param(
        "",
        help=Text(
            "langkah yang harus ada, kuncinya dipisah koma",
            "steps that must be in it, their keys with commas between",
        ),
    )
    refused: str = param(
        "",
        help=Text(
            "langkah yang ditolak, kuncinya dipisah koma",
            "steps that are refused, their keys with commas between",
        ),
    )
    seed: int = param(
        1, low=0, high=2**31 - 1, help=Text("benih acak", "seed of chance")
    )
