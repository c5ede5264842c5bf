"""Progress of long work: engines tell a watcher, a command prints what it hears."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from siaga.house.words import Phrase, Words

__all__ = ["LineWatch", "Watch", "silent"]


class Watch(Protocol):
    """Hears that a step begins; the returned call ends it."""

    def __call__(self, step: Phrase) -> Callable[[], None]:
        """Begin a step and return what ends it."""
        ...


def silent(step: Phrase) -> Callable[[], None]:
    """Watcher that says nothing."""
    return lambda: None


class LineWatch:
    """Prints one line for each step: at once to a terminal, else when it is done."""

    def __init__(self, words: Words, stream: TextIO | None = None) -> None:
        """Watcher that writes in the language of `words` (default: standard error)."""
        self._words = words
        self._stream = stream or sys.stderr

    def __call__(self, step: Phrase) -> Callable[[], None]:
        """Print the step; the returned call prints how long it took."""
        text = self._words(step)
        begun = time.monotonic()
        live = self._stream.isatty()
        if live:
            print(f"  {text} ...", end="", file=self._stream, flush=True)

        def done() -> None:
            seconds = self._words.number(time.monotonic() - begun, 1)
            start = "\r" if live else ""
            print(f"{start}  {text} ... {seconds} s", file=self._stream, flush=True)

        return done


@contextmanager
def step(watch: Watch, phrase: Phrase) -> Iterator[None]:
    """Run a block as one step of `watch`."""
    done = watch(phrase)
    try:
        yield
    finally:
        done()
