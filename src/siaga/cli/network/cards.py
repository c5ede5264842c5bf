"""`siaga network cards`: the cards of stations as a PDF, two on a page.

JSON `siaga.cards/1`: `election`, `as_of`, `area` (null where one station is asked for),
`station` (null where an area is), `cards` (how many), `file`, `bytes`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from siaga.cli.call import add_as_of, add_election, utc_text
from siaga.cli.tables import paragraph

if TYPE_CHECKING:
    from siaga.cli.call import Call
    from siaga.cli.parser import Parser
    from siaga.readiness.room_papers import PaperWish
    from siaga.territory.paper import Paper

__all__ = ["add_options", "run"]


def add_options(parser: Parser) -> None:
    """Add election, moment, area or station, and the file."""
    words = parser.words
    code = words("cli.usage.code")
    add_election(parser)
    add_as_of(parser)
    parser.option("--area", words("cli.option.area"), metavar=code)
    parser.option("--station", words("cli.cards.station"), metavar=code)
    parser.option(
        "--out", words("cli.cards.out"), metavar=words("cli.usage.file"), type=Path
    )


def run(call: Call) -> int:
    """Print the cards into a file; say how many there are and where."""
    from siaga.desk.print_pdf import print_paper
    from siaga.territory.paper import Cards

    wish, name = _wish(call)
    path: Path = call.option("out", Path(f"{call.election.key}_{name}_cards.pdf"))
    paper = _paper(call, wish)
    assert isinstance(paper, Cards)
    body = print_paper(paper, call.words, call.as_of)
    call.write_out(path, body)
    document = {
        "schema": "siaga.cards/1",
        "election": call.election.key,
        "as_of": utc_text(call.as_of),
        "area": name if wish.station_row is None else None,
        "station": None if wish.station_row is None else name,
        "cards": len(paper.cards),
        "file": str(path),
        "bytes": len(body),
    }
    said = call.words("cli.cards.done", n=len(paper.cards), file=str(path))
    call.answer(document, lambda: paragraph(said))
    return 0


def _wish(call: Call) -> tuple[PaperWish, str]:
    """What is asked for, and the code of its area or station."""
    from siaga.readiness.room_papers import PaperWish

    election = call.election.key
    areas, station = call.territory.areas(election), call.option("station")
    if station:
        row = call.territory.stations(election).row(station)
        village = int(areas.village_of_station[row])
        return PaperWish("cards", village, row), station
    area_row = areas.row(call.option("area")) if call.option("area") else 0
    return PaperWish("cards", area_row), areas.code[area_row]


def _paper(call: Call, wish: PaperWish) -> Paper:
    from siaga.house.runs import run_list
    from siaga.readiness.room_papers import written_paper
    from siaga.readiness.states import room_states
    from siaga.territory.situation import Situation

    runs = run_list(call.workspace)
    situation = Situation(call.territory, call.election.key, call.as_of)
    states = room_states(call.territory, runs, situation.election, situation.as_of)
    state = next(state for state in states if state.room.key == "network")
    return written_paper(state, situation, runs, wish)
