"""Getting ready for the first proof: all kernels that it, its check and the ledger's hashes need.

On the first start of all they are compiled, which takes some tens of seconds of one processor; later they are
loaded from the cache in a fraction of a second. The hashes come first: once the kernels of the algebra are
there every hash uses its own, and none may have to compile them while somebody waits for a run.
"""

from __future__ import annotations

from avm.algebra import kernels_compiled
from avm.api.pipeline import LOCAL_VERSION, warm_up
from avm.api.stages import HASHES, PARAMETERS
from avm.base.errors import AvmError
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.storage.parameters import Parameters


def prepare(parameters: Parameters, progress: Progress = NULL_PROGRESS, cancel: Cancel | None = None) -> bool:
    """Load or compile the kernels and read the strings on this disk; whether anything had to be compiled.

    Each group is a stage. A cancel is honoured between the modules; one being compiled is finished first.
    """
    before = kernels_compiled()
    _hashes(progress, cancel)
    warm_up(progress, cancel)
    _check(cancel)
    progress.stage(PARAMETERS, "those on this disk")
    strings = parameters.strings()
    if not strings or kernels_compiled() > before:
        progress.stage("Rehearsal", "a tiny proof")
        _rehearse(cancel)
    return kernels_compiled() > before


def _hashes(progress: Progress, cancel: Cancel | None) -> None:
    from avm.primitives.tier import MANY, kernels

    progress.stage(HASHES, "two hashes")
    _check(cancel)
    kernels("poseidon", MANY)
    progress.step(1, 2)
    _check(cancel)
    kernels("bhp", MANY)
    progress.step(2, 2)


def _rehearse(cancel: Cancel | None) -> None:
    """Make and check a proof of twenty rows under a string that is thrown away, so that what is compiled on
    first need is compiled now.
    """
    from avm.varuna.development import development_srs
    from avm.varuna.indexer import index
    from avm.varuna.prover import prove
    from avm.varuna.sample_system import sample_system
    from avm.varuna.verifier import verify
    from avm.varuna.version import VarunaVersion

    matrices, assignment = sample_system(20, publics=3, seed=7)
    srs = development_srs(7, cancel=cancel)
    key, verifying = index(matrices, srs, cancel=cancel)
    version = VarunaVersion(LOCAL_VERSION)
    proof, _ = prove(key, srs, assignment, version=version, cancel=cancel)
    _check(cancel)
    report = verify(verifying, srs.verifier(), [1, *assignment.public[1:]], proof, version=version)
    if not report.valid:
        raise AvmError(
            "the prover's own rehearsal does not verify",
            code="EAVM1111",
            hint="delete the folder of compiled kernels, so that they are compiled anew, and report it",
        )


def _check(cancel: Cancel | None) -> None:
    if cancel is not None:
        cancel.check()
