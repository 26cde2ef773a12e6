"""The bounds of programs and values at the newest consensus rules implemented (V16)."""

from __future__ import annotations

MAX_INPUTS = 16
MAX_OUTPUTS = 16
MAX_OPERANDS = 16
MAX_INSTRUCTIONS = 65535
MAX_COMMANDS = 65535
MAX_WRITES = 32
MAX_POSITIONS = 255
MAX_FUNCTIONS = 31
MAX_VIEWS = 62
MAX_CLOSURES = 62
MAX_STRUCTS = 310
MAX_RECORDS = 310
MAX_MAPPINGS = 31
MAX_IMPORTS = 64
MAX_STRUCT_MEMBERS = 32
MAX_RECORD_ENTRIES = 32
MAX_ARRAY_LENGTH = 2048
MAX_NESTING = 32
MAX_DATA_FIELDS = 4161
MAX_PROGRAM_BYTES = 2_048_000

_WORDS = """
const constant public private address boolean field group i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 scalar
signature string true false input output as into record owner transition import function struct closure
program aleo self storage mapping key value async finalize global block return break assert continue let
if else while for switch case default match enum union trait impl type future
"""
KEYWORDS = frozenset(_WORDS.split())
"""Names that programs, components and members cannot have."""
