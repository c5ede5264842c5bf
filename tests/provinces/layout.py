"""Layout of a made-up province: its size, codes, names and polygons.

The code 91 and the time zone WITA occur together nowhere in Indonesia (the real 91
keeps WIT): nothing here can be taken for a real place, and code that guesses the zone
from the code, or takes WIB for granted, shows it. The polygons lie in the Banda Sea,
where nobody votes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

__all__ = [
    "BANTEN_STATIONS",
    "SMALL",
    "SMALL_SCALE",
    "TINY",
    "Layout",
    "Size",
    "Village",
    "made_up_name",
]

Floats = npt.NDArray[np.float64]
Objects = np.ndarray[Any, np.dtype[np.object_]]

PROVINCE = "91"
BANTEN_STATIONS = 33_324
"""Stations of a province of the size 1."""
BANTEN_VILLAGES, BANTEN_REGENCIES = 1_552, 8
SMALL_SCALE = 600 / BANTEN_STATIONS
MAX_REGENCIES = 64
"""The codes 01 to 69 are for kabupaten; one more regency stays without stations."""

WEST, SOUTH = 125.0, -6.5
CELL_DEG = 0.022
"""About the side of a village of 6 km2."""
JITTER = 0.12
"""Share of a cell by which a corner may lie off the lattice."""


@dataclass(frozen=True)
class Size:
    """How large a made-up province is; a regency without stations comes on top."""

    n_regencies: int
    districts_per_regency: int
    villages_per_district: int
    n_stations: int
    """Stations of the working election."""

    def __post_init__(self) -> None:
        """Leave room for the special cases, and for codes of two digits."""
        assert 2 <= self.n_regencies <= MAX_REGENCIES
        assert 2 <= self.districts_per_regency <= 98
        assert 3 <= self.villages_per_district <= 80
        assert self.n_stations >= self.n_villages

    @property
    def n_villages(self) -> int:
        """Villages of the regencies with stations, after the split."""
        return (
            self.n_regencies * self.districts_per_regency * self.villages_per_district
        )

    @classmethod
    def of(cls, scale: float) -> Size:
        """Size of `scale` times Banten; 25 is the nation."""
        regencies = min(MAX_REGENCIES, max(3, round(BANTEN_REGENCIES * scale)))
        villages = 5 if scale < 0.1 else 10
        districts = round(BANTEN_VILLAGES * scale / villages / regencies)
        return cls(
            regencies, max(2, districts), villages, round(BANTEN_STATIONS * scale)
        )


SMALL = Size.of(SMALL_SCALE)
TINY = Size(2, 2, 3, 26)
"""Small enough that its files can be read by eye."""

_SYLLABLES = (
    "ba", "ra", "mi", "tu", "ka", "lo", "sa", "ne", "wu", "di", "pa", "go", "ri", "la",
    "mo", "se", "ju", "ta", "ni", "ke",
)  # fmt: skip


def made_up_name(index: int) -> str:
    """Name that no gazetteer has been asked for: three syllables.

    >>> [made_up_name(i) for i in (0, 1, 20, 8000)]
    ['Bajupa', 'Rajuta', 'Batapa', 'Bajupa']
    """
    n = len(_SYLLABLES)
    parts = (index % n, (index // n + 16) % n, (index // n // n + 7 * index + 10) % n)
    return "".join(_SYLLABLES[part] for part in parts).capitalize()


@dataclass(frozen=True)
class Village:
    """A village of the present: its codes, its place in the lattice and its name."""

    regency: int
    district: int
    number: int
    code: str
    """Kemendagri code with dots."""
    name: str
    kind: str

    @property
    def digits(self) -> str:
        """The code as the elections write it."""
        return self.code.replace(".", "")


@dataclass(frozen=True)
class Layout:
    """All areas of the present; the last regency has no stations."""

    size: Size

    @cached_property
    def regency_codes(self) -> tuple[str, ...]:
        """Codes of the regencies; the last with stations is a kota (from 71)."""
        n = self.size.n_regencies
        numbers = [*range(1, n), 71, n]
        return tuple(f"{PROVINCE}.{number:02d}" for number in numbers)

    @property
    def regency_without_stations(self) -> str:
        """Code of the regency that has areas but no station."""
        return self.regency_codes[-1]

    def regency_name(self, regency: int) -> str:
        """Name; the kota has the name of the first kabupaten, as Tangerang has."""
        is_city = regency == self.size.n_regencies - 1
        stem = made_up_name(0 if is_city else 3 * regency)
        return f"{'Kota' if is_city else 'Kab.'} {stem}"

    @cached_property
    def villages(self) -> tuple[Village, ...]:
        """All villages in the order of the lattice."""
        found = []
        for regency in range(self.size.n_regencies + 1):
            kind = "kelurahan" if regency == self.size.n_regencies - 1 else "desa"
            digit = "1" if kind == "kelurahan" else "2"
            for district in range(self.size.districts_per_regency):
                above = f"{self.regency_codes[regency]}.{district + 1:02d}"
                for number in range(self.size.villages_per_district):
                    code = f"{above}.{digit}{number + 1:03d}"
                    # Names repeat, but never inside a district: so it is in Banten.
                    name = made_up_name(5 * district + number + 2)
                    found.append(Village(regency, district, number, code, name, kind))
        return tuple(found)

    @property
    def split(self) -> tuple[Village, Village]:
        """The two villages that were one at the older election."""
        return self.villages[0], self.villages[1]

    @property
    def split_digits(self) -> str:
        """Code of the village that was split; it has lapsed since."""
        return self.villages[0].digits[:6] + "2091"

    @property
    def moved(self) -> Village:
        """Village that a decree gave to the second district, with a new code."""
        return self.villages[self.size.villages_per_district]

    @property
    def moved_digits(self) -> str:
        """Code of that village in the elections before the decree."""
        return self.villages[0].digits[:6] + "2092"

    @property
    def without_stations(self) -> Village:
        """Village in which nobody votes."""
        last = self.size.districts_per_regency * self.size.villages_per_district
        return self.villages[last - 1]

    @property
    def of_two_parts(self) -> Village:
        """Village with an islet: its polygon has two parts."""
        return self.villages[2]

    def cells(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Column and row of each village in the lattice."""
        size = self.size
        inner = math.ceil(math.sqrt(size.villages_per_district))
        middle = math.ceil(math.sqrt(size.districts_per_regency))
        outer = math.ceil(math.sqrt(size.n_regencies + 1))
        steps = np.array([(v.regency, v.district, v.number) for v in self.villages])
        x, y = np.zeros(len(steps), np.int64), np.zeros(len(steps), np.int64)
        for column, side in enumerate((outer, middle, inner)):
            x = x * side + steps[:, column] % side
            y = y * side + steps[:, column] // side
        return x, y

    def polygons(self, rng: np.random.Generator) -> Objects:
        """Polygons of all villages; neighbours share their border vertex by vertex."""
        x, y = self.cells()
        nx, ny = int(x.max()) + 1, int(y.max()) + 1
        # Every second node is a corner, those between are the middles of the sides.
        nodes = np.stack(
            np.meshgrid(np.arange(2 * nx + 1), np.arange(2 * ny + 1)), axis=-1
        )
        off = rng.uniform(-JITTER, JITTER, nodes.shape)
        places = np.round([WEST, SOUTH] + (nodes / 2 + off) * CELL_DEG, 6)
        ring = np.array(
            [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
        )
        around = np.concatenate([ring, ring[:1]])
        corners = places[
            2 * y[:, None] + around[:, 1], 2 * x[:, None] + around[:, 0]
        ]  # shape (n, 9, 2)
        shapes: Objects = shapely.polygons(corners)
        islet = shapely.box(*self.islet_bounds)
        shapes[2] = shapely.multipolygons([shapes[2], islet])
        return shapes

    @property
    def islet_bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the islet, south-west of everything else."""
        west, south = round(WEST - 0.05, 6), round(SOUTH - 0.03, 6)
        return west, south, round(west + 0.01, 6), round(south + 0.01, 6)
