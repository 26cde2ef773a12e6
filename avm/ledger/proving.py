"""Proves an authorized run: every transition's circuit with its assignment, all of them in one proof.

A circuit is that of the function, an assignment that of the call; calls inside appear in the caller's circuit
by their requests and outputs. Source: snarkVM ``synthesizer/process/src/{execute,trace}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from avm.algebra import edwards
from avm.base.consensus import Rules
from avm.base.errors import CheckFailure
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.data.dynamic import DynamicRecord
from avm.data.identifier import program_address
from avm.data.record import Record
from avm.data.request import RecordInputId, Request
from avm.data.response import record_randomizer
from avm.data.types import ExternalRecordValue, RecordValue, ValueType
from avm.data.value import Value
from avm.isa.statement import Statement
from avm.ledger.authorize import AuthorizedRun, declared, function_of, output_registers, response_of
from avm.ledger.inclusions import StatePaths, inclusions
from avm.ledger.network import Execution, Fee
from avm.ledger.transition import Part
from avm.program.scope import Scope
from avm.r1cs import Assignment
from avm.r1cs.system import ConstraintSystem
from avm.varuna.prover import prove_batch
from avm.varuna.proving_key import ProvingKey
from avm.varuna.srs.reference_string import Srs
from avm.varuna.version import VarunaVersion
from avm.vm.circuit import Circuit
from avm.vm.environment import Environment
from avm.vm.function_circuit import FunctionCall, synthesize_function
from avm.vm.function_circuit_call import CallMade
from avm.vm.function_circuit_request import Caller
from avm.vm.inclusion_circuit import Inclusion, given_inclusion, synthesize_inclusion
from avm.vm.trace import Frame
from avm.vm.translation_circuit import Translation, given_translation, synthesize_translation

Name = tuple[str, str, str]
"""What a circuit proves, a program, and a function or record of it."""


class ProvingKeys(Protocol):
    """Finds or makes proving keys, all under one reference string."""

    srs: Srs

    def key_of(self, system: ConstraintSystem) -> ProvingKey:
        """Return the key of a circuit."""
        ...


@dataclass(frozen=True)
class Instance:
    """One circuit with the values of one call; ``name`` tells which circuit it is."""

    name: Name
    system: ConstraintSystem = field(repr=False)


def transition_instances(
    env: Environment, run: AuthorizedRun, cancel: Cancel | None = None
) -> Iterator[Instance]:
    """Yield the circuit of each transition, in the order of the execution."""
    for index in run.order:
        frame = run.frames[index]
        scope = Scope(env.programs[frame.program], function_of(env, frame), env.programs)
        circuit = synthesize_function(env, scope, _call(env, run, index), cancel=cancel)
        yield Instance(("function", frame.program, frame.name), circuit.system)


def _call(env: Environment, run: AuthorizedRun, index: int) -> FunctionCall:
    """Return what the circuit of a transition is made of."""
    frame, root = run.frames[index], run.requests[0]
    request = run.requests[index]
    parent = next((each for each in run.frames if each.id == frame.parent), frame)
    caller = Caller(root.tvk, frame is run.frames[0], program_address(parent.program))
    inner = [i for i, each in enumerate(run.frames) if each.parent == frame.id]
    made = iter([_made(env, run.requests[i], run.frames[i]) for i in inner])
    opened = iter(_opened(run, frame))

    def calls(scope: Scope, statement: Statement, called: Scope | None) -> CallMade:
        return next(made)

    def record(scope: Scope, statement: Statement) -> DynamicRecord:
        return next(opened)

    return FunctionCall(request, caller, calls, record)


def _made(env: Environment, request: Request, frame: Frame) -> CallMade:
    """Return a call as its caller sees it."""
    outputs: tuple[Value, ...] = frame.outputs
    if request.dynamic:
        outputs = response_of(request, function_of(env, frame), outputs).dynamic_outputs()
    return CallMade(request, outputs)


def _opened(run: AuthorizedRun, frame: Frame) -> list[DynamicRecord]:
    """Return the dynamic records whose entries a frame and its closures read, in order."""
    inside = {frame.id}
    for each in run.trace.frames:
        if each.parent in inside and each.kind == "closure":
            inside.add(each.id)
    found = []
    for step in run.trace.steps[frame.first_step : frame.end_step]:
        if step.opcode == "get.record.dynamic" and step.frame in inside:
            value = step.reads[0].value
            assert isinstance(value, DynamicRecord)
            found.append(value)
    return found


def translation_instances(
    env: Environment, run: AuthorizedRun, cancel: Cancel | None = None
) -> Iterator[Instance]:
    """Yield the circuits of records that cross dynamic calls, as ``translation_publics`` counts them."""
    counted = 0
    for index in run.order:
        transition = run.transitions[index]
        function = function_of(env, run.frames[index])
        types = declared([e.type for e in function.inputs] + [e.type for e in function.outputs])
        parts = zip((*transition.inputs, *transition.outputs), types, strict=True)
        for place, (part, type_) in enumerate(parts):
            if part.dynamic_id is None:
                continue
            made = _translation(run, index, part, type_, output_registers(function), place, counted)
            name = ("translation", made.program, made.name)
            make = partial(synthesize_translation, made, cancel=cancel)
            yield Instance(name, env.circuits.of(name, made, given_translation, make).system)
            counted += 1


def _translation(
    run: AuthorizedRun,
    index: int,
    part: Part,
    type_: ValueType,
    registers: Sequence[int | None],
    place: int,
    counted: int,
) -> Translation:
    """Return the translation of an input or output of a transition; ``place`` counts inputs, then outputs."""
    request, frame = run.requests[index], run.frames[index]
    record = (*frame.inputs, *frame.outputs)[place]
    assert isinstance(record, Record) and part.dynamic_id is not None
    assert isinstance(type_, RecordValue | ExternalRecordValue)
    external, is_input = isinstance(type_, ExternalRecordValue), place < len(request.inputs)
    view_key, gamma = 0, edwards.IDENTITY
    spent = request.input_ids[place] if is_input else None
    if isinstance(spent, RecordInputId):
        view_key, gamma = spent.record_view_key, spent.gamma
    elif not external:
        register = registers[place - len(request.inputs)]
        assert register is not None
        view_key = edwards.mul(record.owner, record_randomizer(request.tvk, register))[0]
    return Translation(
        record=record,
        dynamic=DynamicRecord.of(record),
        program=type_.program if isinstance(type_, ExternalRecordValue) else request.program,
        name=type_.name,
        function_id=request.function_id,
        to_static=is_input,
        external=external,
        index=counted,
        place=place,
        tvk=request.tvk,
        id_static=part.id,
        id_dynamic=part.dynamic_id,
        view_key=view_key,
        gamma=gamma,
    )


def all_instances(
    env: Environment,
    run: AuthorizedRun,
    state_root: int,
    rules: Rules,
    paths: StatePaths | None,
    cancel: Cancel | None = None,
) -> Iterator[Instance]:
    """Yield the circuits of transitions, of translations, and of the records that are spent."""
    yield from transition_instances(env, run, cancel)
    yield from translation_instances(env, run, cancel)
    for spent in inclusions(run, state_root, rules, paths):
        numbers = partial(given_inclusion, version=rules.inclusion)
        key = ("inclusion", "", str(rules.inclusion))
        circuit = env.circuits.of(key, spent, numbers, partial(_inclusion, spent, rules.inclusion, cancel))
        yield Instance(("inclusion", "", ""), circuit.system)


def _inclusion(spent: Inclusion, version: int, cancel: Cancel | None) -> Circuit:
    return Circuit(synthesize_inclusion(spent, version, cancel), "", "inclusion", ())


def prove_execution(
    env: Environment,
    run: AuthorizedRun,
    state_root: int,
    keys: ProvingKeys,
    rules: Rules,
    *,
    paths: StatePaths | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Execution:
    """Return the proved execution of a run. Records that it spends stand on the chain of ``paths``.

    Raises:
        CheckFailure: the circuits are too large for the reference string, the state root is zero, or the
            chain does not have a record at that state root.
    """
    instances = all_instances(env, run, state_root, rules, paths, cancel)
    proof = _prove(instances, state_root, keys, rules, progress, cancel)
    return Execution(run.authorization.transitions, state_root, proof)


def prove_fee(
    env: Environment,
    run: AuthorizedRun,
    state_root: int,
    keys: ProvingKeys,
    rules: Rules,
    *,
    paths: StatePaths | None = None,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
) -> Fee:
    """Return the proved fee of a run of ``fee_public`` or ``fee_private``. Raises as ``prove_execution``."""
    instances = all_instances(env, run, state_root, rules, paths, cancel)
    proof = _prove(instances, state_root, keys, rules, progress, cancel)
    return Fee(run.authorization.transitions, state_root, proof)


def _prove(
    instances: Iterator[Instance],
    state_root: int,
    keys: ProvingKeys,
    rules: Rules,
    progress: Progress,
    cancel: Cancel | None,
) -> bytes:
    """Return the bytes of one proof of all instances, those of one circuit together."""
    if state_root == 0:
        raise CheckFailure("a proof names the state of a chain, whose root is not zero")
    batch: dict[Name, tuple[ProvingKey, list[Assignment]]] = {}
    look = looks(cancel)
    for each in instances:
        look()
        if each.name not in batch:
            batch[each.name] = keys.key_of(each.system), []
        batch[each.name][1].append(each.system.assignment())
    version = VarunaVersion(rules.varuna)
    proof, _ = prove_batch(list(batch.values()), keys.srs, version=version, progress=progress, cancel=cancel)
    return proof.to_bytes()
