"""Measurements: ``python3 dev.py bench [WHAT ...] [--json]``. Timings live here, never in tests."""
