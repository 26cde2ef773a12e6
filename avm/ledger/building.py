"""Builds transactions of proved runs: what a run tells everyone, under the keys that it drew."""

from __future__ import annotations

from collections.abc import Iterable

from avm.account.address import parse_address
from avm.algebra.edwards import Point
from avm.base.errors import AvmError
from avm.data.types import kind_of
from avm.ledger.chain import Ledger
from avm.ledger.ids import Kind, parse_id
from avm.ledger.transaction import Deployment, Execution, Proof, Transaction
from avm.ledger.transition import Transition, make_transition
from avm.primitives.hash_to_curve import mul_generator
from avm.program.model import Program
from avm.program.scope import Scope
from avm.vm.public_values import shows_signer
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
        [(kind_of(i.type), value) for i, value in zip(function.inputs, trace.inputs, strict=True)],
        [(kind_of(o.type), o.value) for o in trace.outputs],
        signer=signer,
        tpk=mul_generator(keys.transition_secret),
        tvk=keys.transition_view_key,
    )


def execution_of(program: Program, trace: Trace, proof: Proof, state_root: str) -> Transaction:
    """Return the transaction of a proved run, signed with the secret of its transition.

    ``state_root`` is the root that it builds on. The signer stands in the open where the circuit binds it.
    Raises as ``transition_of``.
    """
    secret = trace.frames[0].transition_secret
    assert secret is not None
    signer = parse_address(trace.signer)
    transition = transition_of(program, trace, signer)
    root = parse_id(Kind.STATE_ROOT, state_root)
    scope = Scope(program, program.functions[trace.function], {})
    shown = signer if shows_signer(scope) else None
    return Transaction(Execution((transition,), root, proof, shown).signed(secret))


def deployments_for(
    ledger: Ledger, program: Program, imports: Iterable[Program], function: str, key: bytes
) -> list[Transaction]:
    """Return what a run of ``function`` needs deployed before it: imports, the program with the key."""
    store = ledger.store
    found = [Deployment(str(each)) for each in imports if store.program(each.id) is None]
    if store.verifying_key(program.id, function) is None:
        found.append(Deployment(str(program), ((function, key),)))
    return [Transaction(each) for each in found]
