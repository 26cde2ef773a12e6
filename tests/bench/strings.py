"""Reference strings for the benches: official files beside the repository, else a development string."""

from __future__ import annotations

from pathlib import Path

from avm.storage.parameters import FolderFiles, Parameters, cache_root
from avm.varuna.srs.official import official_srs
from avm.varuna.srs.reference_string import Srs

SHARED = Path(__file__).resolve().parents[3] / "shared"


def bench_cache() -> Path:
    """Return the benches' own folder in the user's cache: nothing is written into the repository."""
    return cache_root() / "bench"


def string_for(max_degree: int) -> Srs:
    """Return a string that reaches a degree; development strings are made once and kept."""
    files = FolderFiles(SHARED / "params")
    if files.has("powers-of-beta-15.usrs"):
        srs = official_srs(files)
        if srs.highest_power >= max_degree:
            return srs
    return Parameters(bench_cache()).srs_for(max_degree, kind="auto")
