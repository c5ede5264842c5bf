"""Benchmarks: how fast, how large, beside what peer. They measure and never assert."""

import sys
from pathlib import Path

# What is fast should be what is proven right: the generators are those of the tests.
sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
