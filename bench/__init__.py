"""Benchmarks: how fast, how large, beside what peer. They measure and never assert."""
