"""The ids of inputs and outputs inside the circuit of a function, and the public columns that hold them.

An id hides a value or stands for it; it is computed from the value and required to be the public one
(`circuit/program/src/request/verify.rs`, `circuit/program/src/response`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.data import circuit_record_ids as records
from avm.data.circuit_ciphertext import encrypt
from avm.data.circuit_names import count_name
from avm.data.circuit_record import CircuitRecord
from avm.data.request import RecordInputId, RequestId
from avm.data.types import ArrayType, RecordValue, StructType, ValueType, kind_of
from avm.isa.wire import Wire, as_plaintext, fields_of
from avm.primitives.poseidon import hash_circuit
from avm.program.model import Input, Output
from avm.r1cs.hints import COPY
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.literal_type import LiteralType
from avm.types.scalar import ScalarVar

_SHOWN = ("constant", "public", "future", "future_dynamic")
"""Kinds whose id anyone can compute from the value: it depends on the commitment to the view key alone."""


@dataclass(frozen=True, slots=True)
class CircuitInputId:
    """The public id of an input that is not spent."""

    id: FieldVar


@dataclass(frozen=True, slots=True)
class CircuitRecordInputId:
    """The ids of a record that is spent; serial number and tag are public."""

    commitment: FieldVar
    gamma: GroupVar
    record_view_key: FieldVar
    serial_number: FieldVar
    tag: FieldVar


@dataclass(frozen=True, slots=True)
class CallKeys:
    """What the ids of a call depend on; ``program`` is its id, which has been counted."""

    program: str
    function_id: FieldVar
    tvk: FieldVar
    tcm: FieldVar


def declared(items: Sequence[Input | Output]) -> list[ValueType]:
    """Return the types of inputs or outputs of a function."""
    types: list[ValueType] = []
    for item in items:
        assert not isinstance(item.type, LiteralType | StructType | ArrayType), (
            "functions say who sees a value"
        )
        types.append(item.type)
    return types


def inject_ids(
    cs: ConstraintSystem, ids: Sequence[RequestId], name: str
) -> list[CircuitInputId | CircuitRecordInputId]:
    """Inject the ids of a request's inputs; columns are called after ``name`` and the input's number."""
    made: list[CircuitInputId | CircuitRecordInputId] = []
    for index, item in enumerate(ids):
        label = f"{name}input {index}"
        if isinstance(item, RecordInputId):
            made.append(
                CircuitRecordInputId(
                    FieldVar.new(cs, Mode.PRIVATE, item.commitment),
                    GroupVar.new(cs, Mode.PRIVATE, item.gamma),
                    FieldVar.new(cs, Mode.PRIVATE, item.record_view_key),
                    new_public(cs, item.serial_number, f"{label} serial number"),
                    new_public(cs, item.tag, f"{label} tag"),
                )
            )
        else:
            made.append(CircuitInputId(new_public(cs, item.id, f"{label} id")))
    return made


def check_input(
    item: CircuitInputId | CircuitRecordInputId,
    value: Wire,
    type_: ValueType,
    index: int,
    keys: CallKeys,
    signer: AddressVar,
    sk_tag: FieldVar,
    signature: tuple[ScalarVar, ScalarVar] | None,
) -> tuple[BooleanVar, list[FieldVar]]:
    """Return whether an input has its id, and what the input adds to the signed message.

    With ``signature``, its challenge and response, a spent record adds four elements to the message.
    """
    if isinstance(item, CircuitInputId):
        return item.id.is_eq(plain_id(kind_of(type_), value, index, keys)), [item.id]
    assert isinstance(value, CircuitRecord) and isinstance(type_, RecordValue), "a record is spent"
    count_name(value.cs, type_.name)
    commitment = records.commitment(value, keys.program, type_.name, item.record_view_key)
    serial = records.serial_number(item.gamma, commitment)
    tag = records.tag(sk_tag, commitment)
    message: list[FieldVar] = []
    if signature is not None:
        challenge, response = signature
        base = records.serial_base(commitment)
        multiple = item.gamma.mul(challenge).add(base.mul(response))
        message = [base.to_field(), multiple.to_field(), item.gamma.to_field(), tag]
    same = item.serial_number.is_eq(serial).and_(item.commitment.is_eq(commitment)).and_(item.tag.is_eq(tag))
    return same.and_(value.owner.is_eq(signer)), message


def plain_id(kind: str, value: Wire, index: int, keys: CallKeys) -> FieldVar:
    """Return the id of an input or output that is no record of the program itself."""
    cs = keys.tvk.cs
    place = FieldVar.constant(cs, index)
    if kind == "private":
        key = hash_circuit(cs, 4, [keys.function_id, keys.tvk, place])
        return hash_circuit(cs, 8, encrypt(as_plaintext(value), key))
    secret = keys.tcm if kind in _SHOWN else keys.tvk
    return hash_circuit(cs, 8, [keys.function_id, *fields_of(value), secret, place])


def new_public(cs: ConstraintSystem, value: int, name: str) -> FieldVar:
    """Inject a field element as a public column."""
    return FieldVar(cs, cs.new_public(value, name))


def publish(value: FieldVar, name: str) -> FieldVar:
    """Return a public column with the value of a field element; nothing requires that it has it."""
    cs = value.cs
    with cs.named(name):
        return FieldVar(cs, cs.derive(COPY, [value.lc], mode=Mode.PUBLIC)[0])


def reveal(value: FieldVar, name: str) -> None:
    """Require that a public column holds a field element."""
    column = publish(value, name)
    value.cs.assert_eq(column.lc, value.lc)
