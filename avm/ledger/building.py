"""Builds the transition of a run: what it tells everyone, under the keys that the run drew."""

from __future__ import annotations

from avm.algebra.edwards import Point
from avm.base.errors import AvmError
from avm.ledger.transition import Transition, make_transition, part_kind
from avm.primitives.hash_to_curve import mul_generator
from avm.program.model import Program
from avm.vm.trace import Trace


def transition_of(program: Program, trace: Trace, signer: Point) -> Transition:
    """Return the transition of a run of a function of ``program``, made by ``signer``.

    Raises:
        AvmError: the run calls other programs.
        Unsupported: an input or output is a record, or a value of a type known at run time only.
    """
    if trace.calls():
        raise AvmError(
            "runs that call other programs cannot be committed yet",
            code="EAVM1601",
            hint="commit runs of a program's own functions",
        )
    keys, function = trace.frames[0], program.functions[trace.function]
    assert keys.transition_secret is not None and keys.transition_view_key is not None
    return make_transition(
        trace.program,
        trace.function,
        [(part_kind(i.type), value) for i, value in zip(function.inputs, trace.inputs, strict=True)],
        [(part_kind(o.type), o.value) for o in trace.outputs],
        signer=signer,
        tpk=mul_generator(keys.transition_secret),
        tvk=keys.transition_view_key,
    )
