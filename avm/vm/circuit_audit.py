"""A function's circuit with an assignment that satisfies it, for an audit: of given or of drawn inputs."""

from __future__ import annotations

from collections.abc import Sequence

from avm.base.errors import Unsupported
from avm.base.progress import Cancel, looks
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.data.types import ArrayType, StructType
from avm.isa.chacha import ChaCha20Rng, draw
from avm.isa.machine import MachineValue
from avm.isa.types import RegisterType, register_type
from avm.program.scope import Scope
from avm.types.literal_type import LiteralType
from avm.vm.circuit import Circuit
from avm.vm.constrain import circuit_of, constrain
from avm.vm.environment import Environment
from avm.vm.execute import execute
from avm.vm.interpreter import RunConfig

TRIES = 24
"""Runs with drawn inputs before a circuit is taken without an assignment that satisfies it."""
SMALL = 8
"""Below this number are the integers of every other draw, which overflow less often."""


def circuit_to_audit(
    env: Environment,
    function: str,
    inputs: Sequence[str] | None,
    config: RunConfig,
    *,
    seed: int = 0,
    cancel: Cancel | None = None,
) -> Circuit:
    """Return the circuit of a function of the main program.

    Its assignment is that of a run on the given inputs; else on inputs drawn from ``seed`` for which the run
    does not halt. Where none is found it is one that does not satisfy the circuit.

    Raises what ``execute`` and ``circuit_of`` raise.
    """
    look = looks(cancel)
    if inputs is not None:
        trace = execute(env, function, inputs, config, finalize=False)
        if trace.halt is None:
            return constrain(env, trace, cancel=cancel)
    elif (body := env.program.functions.get(function)) is not None:
        scope = Scope(env.program, body, env.programs)
        rng = ChaCha20Rng(seed.to_bytes(32, "little"))
        types = [register_type(item.type) for item in body.inputs]
        for turn in range(TRIES if types else 1):
            look()
            values: list[MachineValue] = [_drawn(type_, scope, rng, bool(turn & 1)) for type_ in types]
            trace = execute(env, function, values, config, finalize=False)
            if trace.halt is None:
                return constrain(env, trace, cancel=cancel)
    return circuit_of(env, function, cancel=cancel)


def _drawn(type_: RegisterType, scope: Scope, rng: ChaCha20Rng, small: bool) -> Plaintext:
    """Draw a value of a type."""
    if isinstance(type_, ArrayType):
        return Array(tuple(_drawn(type_.element, scope, rng, small) for _ in range(type_.length)))
    if isinstance(type_, StructType):
        members = scope.members(type_)
        return Struct(tuple((name, _drawn(inner, scope, rng, small)) for name, inner in members))
    if not isinstance(type_, LiteralType) or type_ in (LiteralType.SIGNATURE, LiteralType.STRING):
        raise Unsupported(f"a value of type {type_} cannot be drawn", hint="Give the inputs of the function.")
    if type_ is LiteralType.IDENTIFIER:
        return Literal(type_, "name")
    if small and type_.is_integer:
        return Literal(type_, rng.next_u32() % SMALL)
    return Literal(type_, draw(type_, rng))
