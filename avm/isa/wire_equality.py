"""Whether two values of a circuit are the same, part by part (`circuit/program/src/data/*/equal.rs`)."""

from __future__ import annotations

from avm.data.circuit_dynamic_record import CircuitDynamicRecord
from avm.data.circuit_future import CircuitDynamicFuture, CircuitFuture
from avm.data.circuit_record import CircuitRecord
from avm.data.circuit_values import (
    CircuitArray,
    CircuitLiteral,
    CircuitPlaintext,
    CircuitStruct,
    is_eq,
    is_neq,
)
from avm.isa.wire import Wire
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.boolean import BooleanVar


def compare(a: Wire, b: Wire, wanted: bool) -> BooleanVar:
    """Return whether two values are the same if ``wanted``, else whether they differ."""
    if isinstance(a, CircuitLiteral | CircuitStruct | CircuitArray):
        return _plaintexts(a, b, wanted)
    if isinstance(a, CircuitRecord) and isinstance(b, CircuitRecord) and len(a.entries) == len(b.entries):
        return _records(a, b, wanted)
    if isinstance(a, CircuitFuture) and isinstance(b, CircuitFuture) and len(a.arguments) == len(b.arguments):
        return _futures(a, b, wanted)
    same: BooleanVar
    if isinstance(a, CircuitDynamicRecord) and isinstance(b, CircuitDynamicRecord):
        same = a.owner.is_eq(b.owner).and_(a.root.is_eq(b.root)).and_(a.nonce.is_eq(b.nonce))
        same = same.and_(a.version.is_eq(b.version))
    elif isinstance(a, CircuitDynamicFuture) and isinstance(b, CircuitDynamicFuture):
        same, *others = (x.is_eq(y) for x, y in zip(a.parts, b.parts))
        for other in others:
            same = same.and_(other)
    else:
        return BooleanVar.constant(a.cs, not wanted)
    return same if wanted else same.not_()


def _plaintexts(a: CircuitPlaintext, b: Wire, wanted: bool) -> BooleanVar:
    if not isinstance(b, CircuitLiteral | CircuitStruct | CircuitArray):
        return BooleanVar.constant(a.cs, not wanted)
    return is_eq(a, b) if wanted else is_neq(a, b)


def _records(a: CircuitRecord, b: CircuitRecord, wanted: bool) -> BooleanVar:
    cs = a.cs
    parts = BooleanVar.constant(cs, wanted)
    for (name, x), (other, y) in zip(a.entries, b.entries):
        parts = _join(parts, _names(cs, name, other, wanted), wanted)
        alike = x.visibility is y.visibility
        value = compare(x.value, y.value, wanted) if alike else BooleanVar.constant(cs, not wanted)
        parts = _join(parts, value, wanted)
    if a.owner_private is not b.owner_private:
        owner = BooleanVar.constant(cs, not wanted)
    else:
        owner = a.owner.is_eq(b.owner) if wanted else a.owner.is_neq(b.owner)
    found = _join(owner, parts, wanted)
    found = _join(found, a.nonce.is_eq(b.nonce) if wanted else a.nonce.is_neq(b.nonce), wanted)
    version = a.version.is_eq(b.version) if wanted else a.version.is_neq(b.version)
    return _join(found, version, wanted)


def _futures(a: CircuitFuture, b: CircuitFuture, wanted: bool) -> BooleanVar:
    cs = a.cs
    arguments = BooleanVar.constant(cs, wanted)
    for x, y in zip(a.arguments, b.arguments):
        arguments = _join(arguments, compare(x, y, wanted), wanted)
    names = [*zip(a.program.split("."), b.program.split(".")), (a.function, b.function)]
    head = BooleanVar.constant(cs, wanted)
    for name, other in names:
        head = _join(head, _names(cs, name, other, wanted), wanted)
    return _join(head, arguments, wanted)


def _join(a: BooleanVar, b: BooleanVar, wanted: bool) -> BooleanVar:
    return a.and_(b) if wanted else a.or_(b)


def _names(cs: ConstraintSystem, a: str, b: str, wanted: bool) -> BooleanVar:
    """Return whether two names, which are constants, are the same; counts one."""
    return BooleanVar.new(cs, Mode.CONSTANT, (a == b) is wanted)
