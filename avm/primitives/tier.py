"""Whether hashes run by the compiled kernels: only where loading those costs nothing or is worth it.

The plain code is the definition and starts at once. The kernels take half a second to load, some seconds more
on the first run of all, and are some thirty times faster.
"""

from __future__ import annotations

import sys
from collections import Counter
from types import ModuleType
from typing import Literal

MANY = 1000
"""So many permutations or node hashes, in one call or one after another, are worth loading kernels for."""
_done: Counter[str] = Counter()
"""How many the plain code has made in this process."""


def kernels(name: Literal["bhp", "keccak", "poseidon"], work: int = 1) -> ModuleType | None:
    """Return the module ``avm.primitives.{name}_compiled``, or None where the plain code is to run.

    It is used when it is loaded already, when the kernels of the algebra are, and when ``work`` with all
    that was asked for before is much.
    """
    full_name = f"avm.primitives.{name}_compiled"
    if _is_loaded(full_name):
        return sys.modules[full_name]
    _done[name] += work
    if _done[name] < MANY and not _is_loaded("avm.algebra.elements"):
        return None
    if name == "bhp":
        from avm.primitives import bhp_compiled

        return bhp_compiled
    if name == "keccak":
        from avm.primitives import keccak_compiled

        return keccak_compiled
    from avm.primitives import poseidon_compiled

    return poseidon_compiled


def _is_loaded(name: str) -> bool:
    """Return whether a module is imported to its end; ``READY`` or a function is what its end defines."""
    module = sys.modules.get(name)
    return module is not None and (hasattr(module, "READY") or hasattr(module, "powers"))
