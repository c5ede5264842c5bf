"""The board of an area as one document, for `siaga board`.

Everything is read from `readiness.board`; nothing is judged here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siaga.cli.call import utc_text
from siaga.readiness.board import Board, RoomCard, verdict_counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siaga.house.words import Words

__all__ = ["SCHEMA", "gather"]

SCHEMA = "siaga.board/1"


def gather(board: Board, words: Words) -> dict[str, Any]:
    """Document of `siaga board --json`."""
    listed = board.areas.n_stations > 0
    return {
        "schema": SCHEMA,
        "election": board.election.key,
        "election_name": words(board.election.name),
        "as_of": utc_text(board.as_of),
        "area": _area(board, board.area_row),
        "days_to_vote": board.days_to_vote,
        "question": words(board.question),
        "answer": words(board.answer),
        "stations": board.n_stations if listed else None,
        "counts": board.counts,
        "score": list(board.score) if board.score else None,
        "stale": board.stale,
        "stages": [
            {
                "stage": stage.key,
                "name": words(stage.name),
                "start": stage.start.isoformat() if stage.start else None,
                "end": stage.end.isoformat() if stage.end else None,
            }
            for stage in board.stages
        ],
        "rooms": [_room(card, words) for card in board.cards],
        "claims": list(_claims(board, words)),
        "due": {"items": list(_due(board, words)), "lapsed": board.due.n_lapsed},
        "below": [_below(board, row) for row in board.areas.children(board.area_row)],
    }


def _area(board: Board, row: int) -> dict[str, str]:
    areas = board.areas
    return {
        "code": areas.code[row],
        "name": areas.name[row],
        "level": areas.level_name(row),
    }


def _room(card: RoomCard, words: Words) -> dict[str, Any]:
    state, headline = card.state, card.headline
    return {
        "room": state.room.key,
        "title": words(state.room.title_key),
        "state": state.state.value,
        "due_from": utc_text(state.due_from) if state.room.counts_from else None,
        "run": state.run.run_id if state.run else None,
        "run_as_of": utc_text(state.run.as_of) if state.run else None,
        "stale": state.stale,
        "counts": card.counts or None,
        "claim": headline.claim.key if headline else None,
    }


def _claims(board: Board, words: Words) -> Iterator[dict[str, Any]]:
    for group in board.claims:
        disputed = group.disputed_rows
        for placed in group.claims:
            claim = placed.claim
            yield {
                "claim": claim.key,
                "topic": claim.topic,
                "title": words(group.topic.title),
                "election": claim.election or None,
                "area": _area(board, placed.area_row),
                "value": claim.value,
                "of": claim.of,
                "unit": claim.unit,
                "identified": claim.identified,
                "definition": words(claim.definition),
                "agency": claim.agency,
                "said_by": claim.said_by,
                "said_on": claim.said_on,
                "differs": placed.area_row in disputed,
                "source": claim.source,
                "note": claim.note or None,
            }


def _due(board: Board, words: Words) -> Iterator[dict[str, Any]]:
    for due in board.due.items:
        yield {
            "duty": due.duty.key,
            "duty_title": words(due.duty.title),
            "item": due.item.key,
            "title": words(due.item.title),
            "each": due.duty.area_level,
            "agency": words(due.agency.name) if due.agency else None,
            "accountable": words(due.accountable.name) if due.accountable else None,
            "due_on": due.due_on.isoformat(),
            "days": due.days,
            "gate": due.item.gate,
        }


def _below(board: Board, row: int) -> dict[str, Any]:
    areas = board.areas
    return {
        **_area(board, row),
        "stations": int(areas.stop[row] - areas.start[row])
        if areas.n_stations
        else None,
        "counts": verdict_counts(board.all_counts[row]),
        "rooms": {key: verdict_counts(n[row]) for key, n in board.room_counts.items()},
    }
