"""Siaga: the election-readiness desk of a province."""

__version__ = "0.1.0"
