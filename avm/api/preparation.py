"""Getting ready for the first proof: all kernels that it, its check and the ledger's hashes need.

On the first start of all they are compiled, which takes some tens of seconds of one processor; later they are
loaded from the cache in a fraction of a second. The hashes come first: once the kernels of the algebra are
there every hash uses its own, and none may have to compile them while somebody waits for a run.
"""

from __future__ import annotations

from avm.algebra import kernels_compiled, load_kernels
from avm.api.stages import HASHES, PARAMETERS
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.storage.parameters import Parameters


def prepare_prover(
    parameters: Parameters, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None
) -> bool:
    """Load or compile the kernels and read the strings on this disk; whether anything had to be compiled.

    Each group is a stage. A cancel is honoured between the modules; one being compiled is finished first.
    """
    before = kernels_compiled()
    _hashes(progress, cancel)
    load_kernels(progress, cancel)
    looks(cancel)()
    progress.stage(PARAMETERS, "those on this disk")
    strings = parameters.strings()
    if not strings or kernels_compiled() > before:
        progress.stage("Rehearsal", "a tiny proof")
        from avm.varuna.rehearsal import rehearse

        rehearse(cancel)
    return kernels_compiled() > before


def _hashes(progress: Progress, cancel: Cancel | None) -> None:
    from avm.primitives.tier import MANY, kernels

    progress.stage(HASHES, "two hashes")
    looks(cancel)()
    kernels("poseidon", MANY)
    progress.step(1, 2)
    looks(cancel)()
    kernels("bhp", MANY)
    progress.step(2, 2)
