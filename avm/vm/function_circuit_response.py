"""The outputs of a call inside a circuit: their ids become public columns.

``give_output`` is the side of the function itself, ``take_output`` that of its caller, which injects what was
returned (`circuit/program/src/response/{from_outputs,process_outputs_from_callback}.rs`).
"""

from __future__ import annotations

from avm.base.errors import CheckFailure
from avm.data import circuit_record_ids as records
from avm.data.circuit_names import count_name
from avm.data.circuit_record import CircuitRecord
from avm.data.types import RecordValue, ValueType, kind_of
from avm.data.value import Value
from avm.isa.operand import Operand, Register
from avm.isa.wire import Wire, inject_value
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.field import FieldVar
from avm.vm.function_circuit_ids import CallKeys, plain_id, publish, reveal


def give_output(
    wire: Wire,
    type_: ValueType,
    operand: Operand,
    index: int,
    inputs: int,
    keys: CallKeys,
    signer: AddressVar,
) -> None:
    """Make the id of output ``index`` of a function with so many ``inputs`` public."""
    name = f"output {index}"
    if not isinstance(type_, RecordValue):
        reveal(plain_id(kind_of(type_), wire, inputs + index, keys), f"{name} id")
        return
    assert isinstance(wire, CircuitRecord), "the type is that of the register"
    randomizer = records.record_randomizer(keys.tvk, register_of(operand))
    ids = records.output_ids(wire, keys.program, type_.name, signer, randomizer)
    commitment = publish(ids.commitment, f"{name} commitment")
    checksum = publish(ids.checksum, f"{name} checksum")
    sender = publish(ids.sender_ciphertext, f"{name} sender")
    cs = keys.tvk.cs
    cs.assert_eq(commitment.lc, ids.commitment.lc)
    cs.assert_eq(checksum.lc, ids.checksum.lc)
    same = sender.is_eq(ids.sender_ciphertext)
    cs.assert_true(same.or_(sender.is_eq(FieldVar.zero(cs))).lc)


def take_output(
    cs: ConstraintSystem,
    value: Value,
    type_: ValueType,
    operand: Operand | None,
    index: int,
    inputs: int,
    keys: CallKeys,
    name: str,
) -> Wire:
    """Inject output ``index`` of a call, and make its id public; ``operand`` is what the callee gives."""
    kind = kind_of(type_)
    wire = inject_value(cs, Mode.CONSTANT if kind == "constant" else Mode.PRIVATE, value)
    if not isinstance(type_, RecordValue):
        reveal(plain_id(kind, wire, inputs + index, keys), f"{name}output {index} id")
        return wire
    assert isinstance(wire, CircuitRecord), "the value is of its type"
    randomizer = records.record_randomizer(keys.tvk, register_of(operand))
    view_key = records.view_key_of(wire, randomizer)
    count_name(cs, type_.name)
    commitment = records.commitment(wire, keys.program, type_.name, view_key)
    reveal(commitment, f"{name}output {index} commitment")
    return wire


def register_of(operand: Operand | None) -> int:
    """Return the number of the register that a record leaves a function in."""
    if not isinstance(operand, Register):
        raise CheckFailure("a record leaves a function in a register")
    return operand.locator
