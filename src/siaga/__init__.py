"""Siaga: the election-readiness desk of a province."""

import os

__version__ = "0.1.0"

# One thread of linear algebra, before NumPy is there: the same bits on any number of
# cores, and Siaga's own workers do not stand in its way. Who sets it keeps his number.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
