"""`python -m bench [name ...] [--json]`: measure all works, or those named.

A name is that of a bench file (`rollup`) or of one work (`rollup.nation`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING

from bench.harness import Goal, Measure, Work, measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MODULES = (
    "rollup",
    "land",
    "pages",
    "map",
    "network",
    "network_sweep",
    "network_siting",
)
"""Bench files of this folder, in the order of the table."""

HEADER = ("work", "input", "ours", "peer", "ratio", "memory", "goal", "met")
WORDS = {True: "yes", False: "no", None: "-"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 0 whatever was measured, 1 if a work broke, 2 for a bad name."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name")
    parser.add_argument("--json", action="store_true", help="one object a work")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    works = list(_named(options.names))
    unknown = set(options.names) - {work.name for work in works} - set(MODULES)
    if unknown:
        parser.error(f"no such work: {', '.join(sorted(unknown))}")
    if options.here:
        (work,) = works
        print(json.dumps(asdict(measure(work))))
        return 0
    measures = [_in_child(work) for work in works]
    found = [one for one in measures if one is not None]
    print(_as_json(found) if options.json else _as_table(found))
    return 0 if len(found) == len(works) else 1


def _named(names: Sequence[str]) -> Iterator[Work]:
    asked = {name.split(".")[0] for name in names}
    for module in MODULES:
        if names and module not in asked:
            continue
        for work in import_module(f"bench.{module}").WORKS:
            if not names or module in names or work.name in names:
                yield work


def _in_child(work: Work) -> Measure | None:
    """Measure in a process of its own; None if it breaks, which it says itself."""
    print(f"{work.name} ...", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "bench", "--here", work.name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(f"{work.name}: ended with code {done.returncode}", file=sys.stderr)
        return None
    said = json.loads(done.stdout.splitlines()[-1])
    return Measure(**said | {"goal": Goal(**said["goal"])})


def _as_json(measures: Sequence[Measure]) -> str:
    rows = [asdict(one) | {"ratio": one.ratio, "met": one.met} for one in measures]
    return json.dumps(rows, indent=2)


def _as_table(measures: Sequence[Measure]) -> str:
    rows = [HEADER, *map(_row, measures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    lines.insert(1, "-|-".join("-" * width for width in widths))
    lines += [
        "",
        "Times: best (median) of the runs after a first one; the peer's is its best.",
        "Memory: peak of our process, input and interpreter included, peer not.",
    ]
    return "\n".join(line.rstrip() for line in lines)


def _row(one: Measure) -> tuple[str, ...]:
    peer = "-"
    if one.peer is not None and one.peer_time_s is not None:
        peer = f"{_time(one.peer_time_s)} {one.peer}"
        peer += "" if one.same_answer else ", OTHER ANSWER"
    return (
        one.work,
        one.input,
        f"{_time(one.time_s)} ({_time(one.time_s_median)}), {one.cores:.1f} cores",
        peer,
        "-" if one.ratio is None else f"{one.ratio:.1f} x",
        _memory(one.memory_mib),
        _goal(one.goal),
        WORDS[one.met],
    )


def _goal(goal: Goal) -> str:
    parts = []
    if goal.time_s_max is not None:
        parts.append(f"<= {_time(goal.time_s_max)}")
    if goal.ratio_min is not None:
        parts.append(f">= {goal.ratio_min:g} x")
    if goal.memory_mib_max is not None:
        parts.append(f"<= {_memory(goal.memory_mib_max)}")
    return ", ".join(parts) or "-"


def _time(time_s: float) -> str:
    for unit, size_s in (("s", 1.0), ("ms", 1e-3)):
        if time_s >= size_s:
            return f"{time_s / size_s:.3g} {unit}"
    return f"{time_s * 1e6:.3g} us"


def _memory(memory_mib: float) -> str:
    if memory_mib < 1024:
        return f"{memory_mib:.0f} MiB"
    return f"{memory_mib / 1024:.2f} GiB"


if __name__ == "__main__":
    raise SystemExit(main())
