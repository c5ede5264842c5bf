"""What this room can print: the card of each station, the letter to an agency."""

from siaga.house.words import Phrase
from siaga.network.cards import CARDS_MOST, station_cards
from siaga.network.letters import agencies_asked, request_letter
from siaga.territory.paper import PaperKind

__all__ = ["PAPERS"]

PAPERS = (
    PaperKind(
        "cards",
        Phrase.of("network.card.print"),
        verb="assess",
        write=station_cards,
        stations_most=CARDS_MOST,
    ),
    PaperKind(
        "letter",
        Phrase.of("network.letter.print"),
        verb="plan",
        write=request_letter,
        agencies=agencies_asked,
    ),
)
