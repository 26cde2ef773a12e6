"""A tiny proof made and checked, so that what is compiled on first need is compiled before a person waits."""

from __future__ import annotations

from avm.base.errors import AvmError
from avm.base.progress import Cancel, looks
from avm.varuna.indexer import index
from avm.varuna.prover import prove
from avm.varuna.sample_system import sample_system
from avm.varuna.srs.development import development_srs
from avm.varuna.verifier import verify


def rehearse(cancel: Cancel | None) -> None:
    """Make and check a proof of twenty rows under a string that is thrown away, so that what is compiled on
    first need is compiled now.
    """
    matrices, assignment = sample_system(20, publics=3, seed=7)
    srs = development_srs(7, cancel=cancel)
    key, verifying = index(matrices, srs, cancel=cancel)
    proof, _ = prove(key, srs, assignment, cancel=cancel)
    looks(cancel)()
    report = verify(verifying, srs.verifier(), [1, *assignment.public[1:]], proof)
    if not report.valid:
        raise AvmError(
            "the prover's own rehearsal does not verify",
            code="EAVM1111",
            hint="delete the folder of compiled kernels, so that they are compiled anew, and report it",
        )
