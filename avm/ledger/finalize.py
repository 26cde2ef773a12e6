"""What a transaction does to public storage, found by running its public code again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from avm.algebra.edwards import Point
from avm.base.errors import CheckFailure, StoreError
from avm.data.plaintext import Plaintext
from avm.ledger.operations import Change, Operation
from avm.ledger.rejection import Reason, rejected
from avm.ledger.store import Store, StoredProgram
from avm.ledger.transaction import Deployment, Execution, Transaction
from avm.program.model import Constructor, Program
from avm.program.parser import parse
from avm.program.scope import Scope
from avm.vm.environment import BlockContext, Environment, load, reachable
from avm.vm.environment import Deployment as Deployed
from avm.vm.execute import execute_constructor, execute_future
from avm.vm.interpreter import RunConfig
from avm.vm.store import FinalizeStore
from avm.vm.trace import Trace
from avm.vm.values import mismatch

FindProgram = Callable[[str], StoredProgram | None]


class Finalizer(Protocol):
    """Runs the public part of a transaction; raises VerifyError when it must be refused."""

    def __call__(
        self, transaction: Transaction, find: FindProgram, store: FinalizeStore, block: BlockContext
    ) -> tuple[Operation, ...]:
        """Return the changes in order; ``store`` is only read."""
        ...


def environment(source: str, edition: int, owner: Point | None, find: FindProgram) -> Environment:
    """Return a program ready to run with everything it imports, directly or not, from the chain.

    Raises:
        VerifyError: an imported program is not deployed.
    """
    main = parse(source)
    deployed = {main.id: Deployed(edition, owner)}

    def imported(name: str) -> Program:
        stored = find(name)
        if stored is None:
            raise rejected(Reason.UNKNOWN_PROGRAM, f"{main.id} needs {name}, which is not deployed")
        deployed[name] = Deployed(stored.edition, stored.owner)
        return parse(stored.source, name)

    return load(main, reachable(main, imported), deployed)


def check_key(store: Store, program: str, mapping: str, key: Plaintext) -> None:
    """Check that the chain has a mapping with keys like ``key``.

    Raises:
        StoreError: there is no such program or mapping.
        CheckFailure: the key is of another type.
    """
    stored = store.program(program)
    if stored is None:
        known = ", ".join(store.programs()) or "none"
        raise StoreError(f"the ledger has no program {program}", hint=f"Its programs: {known}.")
    names = [name for owner, name in store.mappings() if owner == program]
    if mapping not in names:
        known = ", ".join(names) or "none"
        raise StoreError(f"{program} has no mapping {mapping}", hint=f"Its mappings: {known}.")
    env = environment(stored.source, stored.edition, stored.owner, store.program)
    type_ = env.program.mappings[mapping].key
    if fault := mismatch(key, type_, Scope(env.program, Constructor(()), env.programs)):
        raise CheckFailure(f"the keys of {program}/{mapping} are of type {type_}: {fault}")


def _operations(trace: Trace) -> tuple[Operation, ...]:
    if trace.halt is not None:
        raise rejected(
            Reason.FINALIZE,
            f"the public code of {trace.program}/{trace.function} halts: {trace.halt.message}",
            hint=f"It halts at `{trace.halt.text}`.",
        )
    return tuple(
        Operation(Change.UPDATE, op.program, op.mapping, op.key, op.value)
        if op.value is not None
        else Operation(Change.REMOVE, op.program, op.mapping, op.key)
        for op in trace.operations
    )


def run_public_code(
    transaction: Transaction, find: FindProgram, store: FinalizeStore, block: BlockContext
) -> tuple[Operation, ...]:
    """Run the finalize code of an execution's root call, or the mappings and constructor of a deployment.

    Raises:
        VerifyError: the code halts, or a program that it needs is not deployed.
    """
    payload = transaction.payload
    if isinstance(payload, Deployment):
        return _deploy(payload, find, store, block)
    return _execute(payload, find, store, block)


def _deploy(
    deployment: Deployment, find: FindProgram, store: FinalizeStore, block: BlockContext
) -> tuple[Operation, ...]:
    program = deployment.parsed
    if find(program.id) is not None:
        return ()
    env = environment(deployment.program, deployment.edition, deployment.owner, find)
    created = tuple(Operation(Change.INITIALIZE, program.id, name) for name in program.mappings)
    if program.constructor is None:
        return created
    signer = deployment.owner or (0, 1)
    return created + _operations(execute_constructor(env, RunConfig(store=store, block=block, signer=signer)))


def _execute(
    execution: Execution, find: FindProgram, store: FinalizeStore, block: BlockContext
) -> tuple[Operation, ...]:
    root = execution.transitions[-1]
    future = root.future()
    if future is None:
        return ()
    stored = find(root.program)
    if stored is None:
        raise rejected(Reason.UNKNOWN_PROGRAM, f"{root.program} is not deployed")
    env = environment(stored.source, stored.edition, stored.owner, find)
    config = RunConfig(store=store, block=block, transition_id=root.id)
    known = [made for transition in execution.transitions if (made := transition.future()) is not None]
    try:
        trace = execute_future(env, future, config, known)
    except CheckFailure as error:
        raise rejected(Reason.FINALIZE, error.message) from error
    return _operations(trace)
