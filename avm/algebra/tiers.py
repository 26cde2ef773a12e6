"""Which kernels run here: decided once, by the features of the processor, before anything is compiled."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Tier = Literal["portable", "asm", "ifma"]
"""Arithmetic on 64-bit limbs as LLVM code; the same in x86-64 assembly; eight lanes with AVX-512 IFMA."""
LimbTier = Literal["portable", "asm"]

REQUIRED_BY_ASM = ("64bit", "adx", "bmi2")
REQUIRED_BY_IFMA = ("avx512f", "avx512dq", "avx512vl", "avx512bw", "avx512ifma")
SLOWEST_FIRST: tuple[Tier, ...] = ("portable", "asm", "ifma")


def limb_tier_for(features: dict[str, bool], wish: str = "") -> LimbTier:
    """Return how arithmetic on limbs is compiled, also beside kernels in lanes."""
    if wish == "portable" or not all(features.get(name, False) for name in REQUIRED_BY_ASM):
        return "portable"
    return "asm"


def tier_for(features: dict[str, bool], wish: str = "") -> Tier:
    """Return the fastest tier the features allow; the wish for a slower one is granted."""
    lanes = all(features.get(name, False) for name in REQUIRED_BY_IFMA)
    if lanes and wish not in ("portable", "asm"):
        return "ifma"
    return limb_tier_for(features, wish)


def wish() -> str:
    """Return the tier asked for by ``AVM_KERNELS=portable`` or ``=asm`` in the environment, or nothing."""
    return os.environ.get("AVM_KERNELS", "")


@lru_cache(maxsize=1)
def features() -> dict[str, bool]:
    """Return the features that numba compiles for: the processor's, unless its settings say otherwise.

    numba is asked where it is there or may have settings: importing it takes as long as all else at a start.
    """
    settings = any(name.startswith("NUMBA_") for name in os.environ) or Path(".numba_config.yaml").exists()
    if not settings and "numba" not in sys.modules:
        import llvmlite.binding

        try:
            return dict(llvmlite.binding.get_host_cpu_features())
        except RuntimeError:
            return {}
    import numba.core.codegen

    module: Any = numba
    text = module.config.CPU_FEATURES
    if text is None:
        text = module.core.codegen.get_host_cpu_features()
    return {name[1:]: name[0] == "+" for name in text.split(",") if name}


@lru_cache(maxsize=1)
def tier() -> Tier:
    """Return this machine's tier, or the slower one that the environment asks for."""
    return tier_for(features(), wish())


@lru_cache(maxsize=1)
def limb_tier() -> LimbTier:
    """Return how arithmetic on limbs is compiled on this machine."""
    return limb_tier_for(features(), wish())


def tiers() -> tuple[Tier, ...]:
    """Return the tiers that this machine can run, slowest first, whatever the environment asks for."""
    return tuple(name for name in SLOWEST_FIRST if tier_for(features(), name) == name)
