"""Values against their types, and the parts of values that registers give access to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from avm.base.errors import CheckFailure, Halt, ParseFailure
from avm.data import types
from avm.data.dynamic import DynamicFuture, DynamicRecord
from avm.data.future import Future
from avm.data.literal import NUMERAL, Literal
from avm.data.plaintext import Array, Struct
from avm.data.record import Record
from avm.data.types import (
    ArrayType,
    ExternalRecordValue,
    FutureValue,
    RecordValue,
    StructType,
    Visibility,
)
from avm.data.value import inline, parse_value
from avm.isa.machine import MachineValue
from avm.isa.types import InterfaceType, RegisterType
from avm.program.scope import Scope
from avm.types.identifier import identifier_literal_fault
from avm.types.literal_type import LiteralType

_NUMERAL = re.compile(f"{NUMERAL}?")


def value_text(value: MachineValue) -> str:
    """Return the text of a value on one line."""
    return inline(value)


def read_input(text: str, type_: RegisterType) -> MachineValue:
    """Parse an input as a person writes it; raises ``ParseFailure``."""
    bare = text.strip()
    if type_ is LiteralType.IDENTIFIER and not identifier_literal_fault(bare):
        return Literal(LiteralType.IDENTIFIER, bare)
    return parse_value(text)


def lacks_type(text: str, type_: RegisterType) -> bool:
    """Whether an input for a type is a bare number: all that it lacks is the name of the type."""
    found = _NUMERAL.fullmatch(text.strip())
    return isinstance(type_, LiteralType) and type_.is_numeric and found is not None and not found[3]


def input_fault(text: str, type_name: str) -> str:
    """What is wrong with an input as a person types it, and what would be right; empty when nothing is.

    Only plain literals are judged, in the words of a form; any other value is read when it runs.
    """
    text, type_ = text.strip(), next((t for t in LiteralType if t.type_name == type_name), None)
    if not text:
        return f"A value is missing. It has the type {type_name}."
    if type_ is LiteralType.BOOLEAN:
        return "" if text in ("true", "false") else "A boolean is true or false."
    if type_ is LiteralType.ADDRESS:
        fits = (text.startswith("aleo1") and len(text) == 63) or _is_literal(text, type_)
        return "" if fits else "An address begins with aleo1 and has 63 characters."
    return _numeral_fault(text, type_) if type_ is not None and type_.is_numeric else ""


def _numeral_fault(text: str, type_: LiteralType) -> str:
    kind, found = type_.type_name, _NUMERAL.fullmatch(text)
    if found is None:
        what, example = ("whole number", 5) if type_.is_integer else ("number", 7)
        return f"{'An' if kind[0] == 'i' else 'A'} {kind} is a {what} with its type, such as {example}{kind}."
    sign, digits, suffix = found.groups()
    if suffix not in (None, kind):
        return f"{text} is a {suffix}, but {kind} is needed. Use {sign}{digits}{kind}."
    if sign and type_.is_unsigned:
        return f"{kind} has no negative numbers. Use {digits}{kind}, or change the type to i{type_.bits}."
    if type_.is_integer and not _is_literal(f"{sign}{digits}{kind}", type_):
        return f"{text} does not fit into {kind}: it goes from {type_.min} to {type_.max}."
    return "" if suffix else f"Add the type: {text}{kind}."


def _is_literal(text: str, type_: LiteralType) -> bool:
    try:
        return Literal.parse(text).type is type_
    except ParseFailure:
        return False


def require(value: MachineValue, type_: RegisterType, scope: Scope, what: str) -> None:
    """Raise ``CheckFailure`` unless ``value`` is of ``type_``."""
    fault = mismatch(value, type_, scope)
    if fault:
        raise CheckFailure(f"{what} does not fit: {fault}", hint=f"The type is {type_}.")


def mismatch(value: MachineValue, type_: RegisterType, scope: Scope) -> str:
    """Say how a value differs from a type, or return "" when it fits."""
    if isinstance(type_, LiteralType):
        if isinstance(value, Literal) and value.type is type_:
            return ""
    elif isinstance(type_, ArrayType):
        if isinstance(value, Array):
            if len(value.elements) != type_.length:
                return f"there are {len(value.elements)} elements, not {type_.length}"
            return next((f for e in value.elements if (f := mismatch(e, type_.element, scope))), "")
    elif isinstance(type_, StructType):
        if isinstance(value, Struct):
            return _struct_mismatch(value, type_, scope)
    elif isinstance(type_, RecordValue | ExternalRecordValue):
        if isinstance(value, Record):
            return _record_mismatch(value, type_, scope)
    elif isinstance(type_, types.DynamicRecord):
        if isinstance(value, DynamicRecord):
            return ""
    elif isinstance(type_, types.DynamicFuture):
        if isinstance(value, DynamicFuture):
            return ""
    elif (
        isinstance(type_, FutureValue)
        and isinstance(value, Future)
        and (value.program_id, value.function) == (type_.program, type_.function)
    ):
        expected = scope.future_arguments(type_)
        if len(expected) != len(value.arguments):
            return f"there are {len(value.arguments)} arguments, not {len(expected)}"
        pairs = zip(value.arguments, expected, strict=True)
        return next((f for a, t in pairs if (f := mismatch(a, t, scope))), "")
    found = value.type.type_name if isinstance(value, Literal) else type(value).__name__.lower()
    return f"{found} was given for {type_}"


def _struct_mismatch(value: Struct, type_: StructType, scope: Scope) -> str:
    members = scope.members(type_)
    names, found = [name for name, _ in members], [name for name, _ in value.members]
    if names != found:
        return f"the members are {', '.join(found)}, not {', '.join(names)}"
    for (name, member), (_, member_type) in zip(value.members, members, strict=True):
        if fault := mismatch(member, member_type, scope):
            return f"in '{name}': {fault}"
    return ""


def _record_mismatch(value: Record, type_: RecordValue | ExternalRecordValue, scope: Scope) -> str:
    entries = scope.entries(type_)
    home = scope.external(type_.program) if isinstance(type_, ExternalRecordValue) else scope.owner
    owner_private = home.records[type_.name].owner is Visibility.PRIVATE
    if value.owner_private is not owner_private:
        return f"the owner must be {'private' if owner_private else 'public'}"
    names, found = [name for name, _, _ in entries], [name for name, _ in value.data]
    if names != found:
        return f"the entries are {', '.join(found)}, not {', '.join(names)}"
    for (name, entry), (_, visibility, entry_type) in zip(value.data, entries, strict=True):
        if entry.visibility is not visibility:
            return f"the entry '{name}' must be {visibility}"
        if fault := mismatch(entry.value, entry_type, scope):
            return f"in '{name}': {fault}"
    return ""


def to_dynamic(value: MachineValue) -> MachineValue:
    """Return what the caller of a dynamic call sees of an output: the dynamic form of records and futures."""
    if isinstance(value, Record):
        return DynamicRecord.of(value)
    return value.dynamic() if isinstance(value, Future) else value


def to_static(value: MachineValue, declared: InterfaceType | RegisterType, scope: Scope) -> MachineValue:
    """Return what the callee of a dynamic call takes: a record where it declares one.

    Raises:
        Halt: the entries of a dynamic record are not known.
    """
    if not isinstance(value, DynamicRecord) or not isinstance(declared, RecordValue | ExternalRecordValue):
        return value
    home = scope.external(declared.program) if isinstance(declared, ExternalRecordValue) else scope.owner
    try:
        return value.to_record(home.records[declared.name].owner is Visibility.PRIVATE)
    except CheckFailure as failure:
        raise Halt(f"{failure.message}, so call.dynamic halts") from failure


def part(value: MachineValue, accesses: Sequence[str | int]) -> MachineValue:
    """Follow member names and indices; ``Halt`` when one does not exist."""
    for access in accesses:
        found: MachineValue | None = None
        if isinstance(access, int):
            parts: Sequence[MachineValue] = ()
            if isinstance(value, Array):
                parts = value.elements
            elif isinstance(value, Future):
                parts = value.arguments
            found = parts[access] if access < len(parts) else None
        elif isinstance(value, DynamicRecord):
            # Only its owner has a place; of an entry, the opcode that reads it takes the whole record.
            found = Literal(LiteralType.ADDRESS, value.owner) if access == "owner" else value
        elif isinstance(value, Record) and access == "_nonce":
            found = Literal(LiteralType.GROUP, value.nonce)
        elif isinstance(value, Record) and access == "_version":
            found = Literal(LiteralType.U8, value.version)
        elif isinstance(value, Struct | Record):
            found = value.get(access)
        if found is None:
            raise Halt(f"the value has no part '{access}'")
        value = found
    return value
