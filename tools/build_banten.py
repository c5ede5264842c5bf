"""Make data/banten from raw copies of public sources.

    python tools/build_banten.py RAW OUT [--expected DIR]

RAW holds the copies named in `banten/tables/inputs.csv` (path and hash); OUT becomes
the province folder; DIR, if given, the expected figures of the tests. The same copies
give the same bytes. Every count that the sources print is checked: a copy that is
another, a code that occurs twice, a sum that does not hold stops the build.
Needs pandas, pyarrow and shapely.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from banten.areas import areas_2019, areas_2024, write_areas
from banten.checks import prove
from banten.claims import write_claims, write_figures, write_sources
from banten.elections import (
    stations_2019,
    stations_2024,
    write_election,
    write_stations,
)
from banten.expected import write_expected
from banten.folder import Folder
from banten.inputs import TABLES, BuildProblem, Inputs, expect
from banten.land import write_land, write_links
from banten.network import write_network
from banten.page import write_page
from banten.results import write_results

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["build", "main"]


def build(inputs: Inputs, out: Path) -> Folder:
    """Write the whole folder and prove it."""
    folder = Folder(out)
    folder.copy("province.toml", TABLES / "province.toml")
    trees = {"pemilu_2024": areas_2024(inputs)}
    trees["pemilu_2019"] = areas_2019(inputs, trees["pemilu_2024"])
    trees["pilkada_2024"] = trees["pemilu_2024"].assign(source="wilayah_pilkada_2024")
    stations = {
        "pemilu_2024": stations_2024(inputs, trees["pemilu_2024"]),
        "pemilu_2019": stations_2019(inputs, trees["pemilu_2019"]),
    }
    check_counts(trees, stations)
    codes = {}
    for election, tree in trees.items():
        write_election(folder, inputs, election)
        write_areas(folder, election, tree)
        codes[election] = set(tree["code"])
        if election in stations:
            write_stations(folder, election, stations[election])
            codes[election] |= set(stations[election]["code"])
    write_results(folder, inputs, codes)
    write_land(folder, inputs)
    write_links(folder, inputs, trees)
    write_claims(folder, inputs, set(trees["pemilu_2024"]["kemendagri"]))
    write_figures(folder, inputs)
    write_network(folder, inputs)
    write_sources(folder)
    prove(out, inputs)
    write_page(folder)
    folder.refuse_strays()
    return folder


def check_counts(
    trees: dict[str, pd.DataFrame], stations: dict[str, pd.DataFrame]
) -> None:
    """Raise BuildProblem unless areas and stations are as many as the sources print."""
    levels = {"province": 1, "regency": 8, "district": 155, "village": 1552}
    for election, tree in trees.items():
        wanted = levels | ({"village": 1551} if election == "pemilu_2019" else {})
        expect(f"areas of {election}", tree["level"].value_counts().to_dict(), wanted)
    of_2024, of_2019 = stations["pemilu_2024"], stations["pemilu_2019"]
    expect("stations", (len(of_2024), len(of_2019)), (33324, 33471))
    expect("special stations of 2024", int(of_2024["special"].sum()), 48)
    expect(
        "stations of 2024 with voters",
        int(of_2024["voters"].notna().sum()),
        17781 - 466,
    )
    shared = set(of_2024["code"]) & set(of_2019["code"])
    expect("codes that both elections use for other stations", len(shared), 31762)
    expect("voters of the list of 2019", int(of_2019["voters"].sum()), 8112477)


def main() -> int:
    """Run the build; 0 = done, 2 = a raw copy or a count is not as expected."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("raw", type=Path, help="folder of raw copies")
    parser.add_argument("out", type=Path, help="province folder to write")
    parser.add_argument("--expected", type=Path, help="folder of expected figures")
    options = parser.parse_args()
    try:
        inputs = Inputs(options.raw)
        folder = build(inputs, options.out)
        if options.expected:
            write_expected(options.expected, inputs)
    except BuildProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"{len(folder.rows)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
