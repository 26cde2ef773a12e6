"""Example values of types: what a form begins with."""

from __future__ import annotations

from avm.account.account import LOCAL_SIGNER
from avm.data.types import ArrayType, NamedType, PlaintextType, StructType
from avm.isa.types import InterfaceType, RegisterType, register_type
from avm.program.model import Program
from avm.types.literal_type import LiteralType

FORM_LITERALS = 500
"""Literals of the largest example that a form shows; larger values are named by their number."""
_SPECIAL = {
    LiteralType.BOOLEAN: "true",
    LiteralType.ADDRESS: LOCAL_SIGNER,
    LiteralType.GROUP: "0group",
    LiteralType.IDENTIFIER: "'name'",
    LiteralType.SIGNATURE: "",
    LiteralType.STRING: "",
}


def example_value(declared: InterfaceType | RegisterType, program: Program, most: int = FORM_LITERALS) -> str:
    """A valid value of a type, to begin editing with; "" for types that have none that can be made up.

    A value of more than ``most`` literals is not written out: the text is a comment that counts them.
    """
    type_ = register_type(declared)
    if isinstance(type_, NamedType):
        return ""
    count = _literals(type_, program, {})
    if count > most:
        return f"/* a value of {count:,} literals */"
    return _example(type_, program) if count else ""


def _literals(type_: PlaintextType, program: Program, known: dict[str, int]) -> int:
    """Literals in a value of a type, 0 when one of them cannot be made up; each struct is counted once."""
    if isinstance(type_, ArrayType):
        return type_.length * _literals(type_.element, program, known)
    if not isinstance(type_, StructType):
        return bool(_literal(type_))
    if type_.program is not None or type_.name not in program.structs:
        return 0
    if type_.name not in known:
        counts = [_literals(t, program, known) for _, t in program.structs[type_.name].members]
        known[type_.name] = sum(counts) if all(counts) else 0
    return known[type_.name]


def _example(type_: PlaintextType, program: Program) -> str:
    if isinstance(type_, ArrayType):
        return "[" + ", ".join([_example(type_.element, program)] * type_.length) + "]"
    if isinstance(type_, StructType):
        members = program.structs[type_.name].members
        return "{ " + ", ".join(f"{name}: {_example(t, program)}" for name, t in members) + " }"
    return _literal(type_)


def _literal(type_: LiteralType) -> str:
    """A valid value of a literal type; "" where none can be made up."""
    return _SPECIAL.get(type_, f"1{type_}")
