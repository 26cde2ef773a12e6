"""Which kernels run here: decided once, by the features of the processor, before anything is compiled."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Literal

Tier = Literal["portable", "ifma"]

REQUIRED_BY_IFMA = ("avx512f", "avx512dq", "avx512vl", "avx512bw", "avx512ifma")


def tier_for(features: dict[str, bool], wish: str = "") -> Tier:
    """Return the fastest tier the features allow; the wish "portable" is always granted."""
    if wish == "portable" or not all(features.get(name, False) for name in REQUIRED_BY_IFMA):
        return "portable"
    return "ifma"


@lru_cache(maxsize=1)
def tier() -> Tier:
    """Return this machine's tier; ``AVM_KERNELS=portable`` in the environment asks for the portable one."""
    import llvmlite.binding

    return tier_for(dict(llvmlite.binding.get_host_cpu_features()), os.environ.get("AVM_KERNELS", ""))
