"""Made-up provinces in the format of `siaga import`, for tests and measurements."""
