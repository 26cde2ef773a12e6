"""The network's circuit of a function with an assignment that satisfies it, for an audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from avm.base.errors import Halt
from avm.base.progress import Cancel, looks
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.data.record import Record
from avm.data.types import ArrayType, ExternalRecordValue, PlaintextType, RecordValue, StructType
from avm.isa.chacha import ChaCha20Rng, draw
from avm.isa.machine import MachineValue
from avm.isa.types import RegisterType, register_type
from avm.ledger.authorize import authorize
from avm.ledger.proving import transition_instances
from avm.program.scope import Scope
from avm.r1cs.system import ConstraintSystem
from avm.types.literal_type import LiteralType
from avm.vm.blank import MOST_LITERALS, Blanks, nobody
from avm.vm.environment import Environment
from avm.vm.function_circuit_blank import blank_circuit

TRIES = 32
"""Runs with drawn inputs before a circuit is taken with an assignment that does not satisfy it."""
SMALL = 8
"""Below this number are the integers of every other draw, which overflow less often."""
FIXED = (LiteralType.IDENTIFIER, LiteralType.SIGNATURE, LiteralType.STRING)
"""Types of which no value is drawn."""


def circuit_to_audit(
    env: Environment,
    function: str,
    inputs: Sequence[str] | None = None,
    *,
    seed: int = 0,
    cancel: Cancel | None = None,
) -> ConstraintSystem:
    """Return the circuit of a function of the main program, for a call from outside by ``nobody``.

    Its assignment is that of a run on the given inputs; else on inputs drawn from ``seed`` for which the run
    does not halt. Where none is found, it is one that does not satisfy the circuit.

    Raises:
        Halt: the run on the given inputs halts.
        CheckFailure, ParseFailure: the function is unknown, or inputs do not fit.
        Unsupported: constraints of an instruction are not built yet.
    """
    look = looks(cancel)
    if inputs is not None:
        return _circuit_of_run(env, function, inputs)
    body = env.program.functions.get(function)
    if body is not None:
        scope = Scope(env.program, body, env.programs)
        rng = ChaCha20Rng(seed.to_bytes(32, "little"))
        types = [register_type(item.type) for item in body.inputs]
        for turn in range(TRIES if types else 1):
            look()
            try:
                values = [_drawn(type_, scope, rng, small=bool(turn & 1)) for type_ in types]
                return _circuit_of_run(env, function, values)
            except Halt:
                continue
    return blank_circuit(env, function, cancel=cancel).system


def _circuit_of_run(
    env: Environment, function: str, inputs: Sequence[str | MachineValue]
) -> ConstraintSystem:
    """Run, sign and synthesize; the outermost call is the last."""
    *_, outermost = transition_instances(env, authorize(env, function, inputs, nobody()))
    return outermost.system


def _drawn(type_: RegisterType, scope: Scope, rng: ChaCha20Rng, small: bool) -> MachineValue:
    """Draw a value of a type; records belong to ``nobody``."""
    if isinstance(type_, LiteralType | ArrayType | StructType):
        return _plaintext(type_, scope, rng, small)
    value = Blanks(MOST_LITERALS).value(type_, scope)
    if isinstance(type_, RecordValue | ExternalRecordValue) and isinstance(value, Record):
        types = [inner for _, _, inner in scope.entries(type_)]
        entries = (
            (name, replace(entry, value=_plaintext(inner, scope, rng, small)))
            for (name, entry), inner in zip(value.data, types, strict=True)
        )
        return replace(value, data=tuple(entries))
    return value


def _plaintext(type_: PlaintextType, scope: Scope, rng: ChaCha20Rng, small: bool) -> Plaintext:
    if isinstance(type_, ArrayType):
        return Array(tuple(_plaintext(type_.element, scope, rng, small) for _ in range(type_.length)))
    if isinstance(type_, StructType):
        members = scope.members(type_)
        return Struct(tuple((name, _plaintext(inner, scope, rng, small)) for name, inner in members))
    if type_ in FIXED:
        value = Blanks(1).value(type_, scope)
        assert isinstance(value, Literal), "a literal type has literals"
        return value
    if small and type_.is_integer:
        return Literal(type_, rng.next_u32() % SMALL)
    return Literal(type_, draw(type_, rng))
