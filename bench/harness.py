"""One measurement of a work: time, peak memory, a peer in the same process.

A bench file lists its works; each runs in a child process of its own, so that its peak
memory is its own and no work warms another.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Case", "Goal", "Measure", "Peer", "Work", "measure"]

MIB = 1 << 20
Run = Callable[[], Any]


@dataclass(frozen=True)
class Goal:
    """What a work should reach; None = no such goal."""

    time_s_max: float | None = None
    ratio_min: float | None = None
    """How many times faster than the best peer."""
    memory_mib_max: float | None = None


@dataclass(frozen=True)
class Peer:
    """Another program or library doing the same work."""

    run: Run
    as_ours: Callable[[Any], Any] = lambda answer: answer
    """Brings its answer into our form, to be compared; not timed."""


@dataclass(frozen=True)
class Case:
    """A work made ready: what is timed, and what it is timed on."""

    input: str
    """Size of the input, for the table."""
    ours: Run
    peers: Callable[[], Mapping[str, Peer]] = dict
    """Makes the peers ready, by name; called after our memory was measured.

    The fastest of them stands in the table.
    """
    figure: Callable[[Any], float] | None = None
    """Seconds that the answer tells (a percentile), instead of those of the run."""


@dataclass(frozen=True)
class Work:
    """One line of the table."""

    name: str
    prepare: Callable[[], Case]
    """Builds the input, in the child process: its memory counts."""
    goal: Goal = field(default_factory=Goal)
    n_runs: int = 7


@dataclass(frozen=True)
class Measure:
    """What was measured of a work, over `n_runs` runs after a first that warms up."""

    work: str
    input: str
    n_runs: int
    time_s: float
    """Best run."""
    time_s_median: float
    cores: float
    """Processor time by wall time over all runs."""
    memory_mib: float
    """Peak of the process with input, first run and runs; without the peer."""
    peer: str | None
    peer_time_s: float | None
    """Best run of the fastest peer."""
    same_answer: bool | None
    """Whether the fastest peer gives the same numbers."""
    goal: Goal

    @property
    def ratio(self) -> float | None:
        """How many times faster than the peer, best run by best run."""
        return None if self.peer_time_s is None else self.peer_time_s / self.time_s

    @property
    def met(self) -> bool | None:
        """Whether all goals are met, None if there is none."""
        goal = self.goal
        checks = [
            goal.time_s_max is None or self.time_s <= goal.time_s_max,
            goal.memory_mib_max is None or self.memory_mib <= goal.memory_mib_max,
            goal.ratio_min is None or (self.ratio or 0.0) >= goal.ratio_min,
        ]
        return all(checks) if goal != Goal() else None


def measure(work: Work) -> Measure:
    """Measure a work in this process; call it once a process."""
    case = work.prepare()
    answer = case.ours()
    began = time.process_time()
    wall = time.perf_counter()
    times_s = _times_s(case.ours, work.n_runs, case.figure)
    cores = (time.process_time() - began) / (time.perf_counter() - wall)
    memory_mib = _peak_mib()
    peer, peer_time_s, same_answer = _best_peer(case, answer, work.n_runs)
    return Measure(
        work.name, case.input, work.n_runs, min(times_s), statistics.median(times_s),
        cores, memory_mib, peer, peer_time_s, same_answer, work.goal,
    )  # fmt: skip


def _times_s(
    run: Run, n_runs: int, figure: Callable[[Any], float] | None = None
) -> list[float]:
    times_s = []
    for _ in range(n_runs):
        began = time.perf_counter()
        answer = run()
        wall = time.perf_counter() - began
        times_s.append(wall if figure is None else figure(answer))
    return times_s


def _best_peer(
    case: Case, answer: Any, n_runs: int
) -> tuple[str | None, float | None, bool | None]:
    best: tuple[str | None, float | None, bool | None] = (None, None, None)
    for name, peer in case.peers().items():
        same = _same(peer.as_ours(peer.run()), answer)
        time_s = min(_times_s(peer.run, n_runs))
        if best[1] is None or time_s < best[1]:
            best = (name, time_s, same)
    return best


def _same(theirs: Any, ours: Any) -> bool:
    if isinstance(ours, tuple):
        return len(theirs) == len(ours) and all(map(_same, theirs, ours))
    if isinstance(ours, np.ndarray):
        return bool(np.array_equal(theirs, ours))
    return bool(theirs == ours)


def _peak_mib() -> float:
    """Peak resident memory of this process.

    Linux hands `ru_maxrss` of the parent down to a child; VmHWM is the child's own.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / MIB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MIB if sys.platform == "darwin" else peak * 1024 / MIB
