"""Fields, curves, pairing, polynomials, transforms and multi-scalar multiplication."""

from __future__ import annotations

import sys

from avm.base.progress import NULL_PROGRESS, Cancel, Progress


def load_kernels(progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None) -> None:
    """Compile all kernels (some 15 s once) or load them from the cache (below 1 s), once a process.

    The cancel flag is honoured between modules; a module being compiled is finished first.
    """
    from importlib import import_module

    if "avm.algebra.msm" in sys.modules:
        return
    modules = ("elements", "kernels.witness_tape", "transform", "points", "msm")
    progress.stage("Compile kernels")
    for done, name in enumerate(modules):
        if cancel is not None:
            cancel.check()
        import_module(f"avm.algebra.{name}")
        progress.step(done + 1, len(modules))
    if why := kernels_not_kept():
        progress.stage("Kernels are not kept", why)


def kernels_compiled() -> int:
    """Return how many kernels this process had to compile, not finding them in the cache; loads nothing."""
    compiler = sys.modules.get("avm.algebra.aot.compiling")
    return 0 if compiler is None else len(compiler.compiled_here)


def kernels_not_kept() -> str:
    """Why compiled kernels are not kept for the next process, or an empty text; loads nothing."""
    compiler = sys.modules.get("avm.algebra.aot.compiling")
    return "" if compiler is None else str(compiler.NOT_KEPT)
