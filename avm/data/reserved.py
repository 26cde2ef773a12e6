"""Names that programs and their parts cannot have: keywords, and the names of types and instructions.

Source: snarkVM ``synthesizer/program/src/lib.rs`` (KEYWORDS, RESTRICTED_KEYWORDS). Names of instructions are
known to ``avm.isa.registry``; ``program_name_fault`` there joins them.
"""

from __future__ import annotations

from avm.types.literal_type import LiteralType

_WORDS = """
const constant public private address boolean field group i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 scalar
signature string true false input output as into record owner transition import function struct closure
program aleo self storage mapping key value async finalize global block return break assert continue let
if else while for switch case default match enum union trait impl type future
"""
KEYWORDS = frozenset(_WORDS.split())
"""Words that no program, component or member is called; a text that uses one does not parse."""

RESTRICTED = frozenset({"constructor", "dynamic", "identifier", "view"})
"""Words of later consensus versions: such a program can be read, but no longer deployed."""

NETWORK_PROGRAMS = frozenset({"credits"})
"""Programs that every network has from its first block; nobody can deploy another of that name."""

TYPE_NAMES = frozenset(t.type_name for t in LiteralType)
"""Words that are no identifiers at all."""


def reserved_fault(name: str) -> str:
    """Return why the network refuses a new program or component of that name, or the empty string."""
    if name in TYPE_NAMES:
        return f"'{name}' is the name of a type"
    if name in KEYWORDS or name in RESTRICTED:
        return f"'{name}' is a reserved word"
    return ""
