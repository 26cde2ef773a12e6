"""Calls of other functions inside a circuit: their requests and outputs are injected, their ids public.

What is called is proved by a circuit of its own; the two share the ids
(`synthesizer/process/src/stack/call/{standard,dynamic}.rs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.data.circuit_names import (
    NETWORK_BITS,
    count_constants,
    count_name,
    count_program_id,
    function_id_circuit,
)
from avm.data.given_values import given_ids, given_values
from avm.data.identifier import function_id, identifier_field
from avm.data.request import Request, RequestId
from avm.data.types import ValueType
from avm.data.value import Value
from avm.isa.operand import Operand
from avm.isa.wire import Wire
from avm.primitives.poseidon import hash_circuit
from avm.program.scope import Scope
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.vm.function_circuit_ids import CallKeys, check_input, declared, inject_ids, new_public
from avm.vm.function_circuit_response import take_output


@dataclass(frozen=True, slots=True)
class CallMade:
    """A call of another function: its request, and its outputs as the caller sees them."""

    request: Request
    outputs: tuple[Value, ...]


def given_call(made: CallMade) -> list[int]:
    """Return the numbers that ``synthesize_call`` hands to the circuit, in their order.

    Raises:
        Unsupported: as ``given_values``.
    """
    request = made.request
    outputs = [number for value in made.outputs for number in given_values(value)]
    keys = (*request.signer, request.sk_tag, request.tvk, request.tcm)
    return [*keys, *given_ids(request.input_ids), *outputs]


def synthesize_call(
    cs: ConstraintSystem, scope: Scope, values: Sequence[Wire], made: CallMade, network: int
) -> tuple[Wire, ...]:
    """Bind a call of the function of ``scope`` and return its outputs."""
    program, function = scope.program, scope.name
    count_constants(cs, NETWORK_BITS)
    count_program_id(cs, program)
    count_name(cs, function)
    body = scope.body
    types = declared(body.inputs)
    outputs = list(zip(declared(body.outputs), [output.operand for output in body.outputs]))
    callee = _Callee(cs, made.request, made.request.input_ids, f"{program}/{function}: ")
    callee.check(values, types, program, function_id_circuit(cs, network, program, function))
    keys = callee.keys(program, function_id_circuit(cs, network, program, function))
    return callee.take(made.outputs, outputs, len(types), keys)


def synthesize_dynamic_call(
    cs: ConstraintSystem,
    names: Sequence[FieldVar],
    values: Sequence[Wire],
    types: tuple[Sequence[ValueType], Sequence[ValueType]],
    made: CallMade,
    network: int,
) -> tuple[Wire, ...]:
    """Bind a call whose program, network and function are values, and return its outputs.

    Names and function id are public, and the verifier sees that they belong together. ``types`` are those
    of inputs and outputs as the instruction gives them.
    """
    request = made.request
    program, _, suffix = request.program.partition(".")
    count_constants(cs, NETWORK_BITS)
    texts = (program, suffix, request.function)
    columns = [
        new_public(cs, identifier_field(text), f"dynamic call: {what}")
        for text, what in zip(texts, ("program", "network", "function"))
    ]
    identity = new_public(
        cs, function_id(request.program, request.function, network), "dynamic call: function id"
    )
    for column, name in zip(columns, names, strict=True):
        cs.assert_eq(column.lc, name.lc)
    callee = _Callee(cs, request, request.dynamic_input_ids(), "dynamic call: ")
    callee.check(values, types[0], request.program, identity)
    keys = callee.keys(request.program, identity)
    return callee.take(made.outputs, [(type_, None) for type_ in types[1]], len(values), keys)


class _Callee:
    """The parts of a request that its caller's circuit holds."""

    def __init__(self, cs: ConstraintSystem, request: Request, ids: Sequence[RequestId], name: str) -> None:
        self.cs, self.name = cs, name
        self.signer = AddressVar.new(cs, Mode.PRIVATE, request.signer)
        self.sk_tag = FieldVar.new(cs, Mode.PRIVATE, request.sk_tag)
        self.tvk = FieldVar.new(cs, Mode.PRIVATE, request.tvk)
        self.tcm = new_public(cs, request.tcm, f"{name}tcm")
        cs.assert_eq(self.tcm.lc, hash_circuit(cs, 2, [self.tvk]).lc)
        self.ids = inject_ids(cs, ids, name)

    def keys(self, program: str, function: FieldVar) -> CallKeys:
        return CallKeys(program, function, self.tvk, self.tcm)

    def check(
        self, values: Sequence[Wire], types: Sequence[ValueType], program: str, function: FieldVar
    ) -> None:
        """Require that the ids are those of the values."""
        keys, fit = self.keys(program, function), BooleanVar.constant(self.cs, True)
        for index, (item, value, type_) in enumerate(zip(self.ids, values, types, strict=True)):
            same, _ = check_input(item, value, type_, index, keys, self.signer, self.sk_tag, None)
            fit = fit.and_(same)
        self.cs.assert_true(fit.lc)

    def take(
        self,
        values: Sequence[Value],
        outputs: Sequence[tuple[ValueType, Operand | None]],
        inputs: int,
        keys: CallKeys,
    ) -> tuple[Wire, ...]:
        """Inject the outputs."""
        return tuple(
            take_output(self.cs, value, type_, operand, index, inputs, keys, self.name)
            for index, (value, (type_, operand)) in enumerate(zip(values, outputs, strict=True))
        )
