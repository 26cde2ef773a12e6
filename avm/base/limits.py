"""The network's bounds of names, values and programs, at the newest consensus rules implemented (V16)."""

from __future__ import annotations

MAX_NAME = 31
"""Bytes of an identifier, and of a program's name without ``.aleo``."""
MAX_INPUTS = 16
MAX_OUTPUTS = 16
MAX_OPERANDS = 16
MAX_INSTRUCTIONS = 65535
MAX_COMMANDS = 65535
MAX_WRITES = 32
MAX_CALLS = 32
"""Calls of views in a finalize block."""
MAX_POSITIONS = 255
MAX_FUNCTIONS = 31
MAX_VIEWS = 62
MAX_CLOSURES = 62
MAX_STRUCTS = 310
MAX_RECORDS = 310
MAX_MAPPINGS = 128
MAX_LEO_MAPPINGS = 31
"""Mappings of a program for the Leo compiler, which keeps to the rules before consensus version 22."""
MAX_IMPORTS = 64
MAX_STRUCT_MEMBERS = 32
MAX_RECORD_ENTRIES = 32
MAX_ARRAY_LENGTH = 2048
MAX_NESTING = 32
"""Levels of structs and arrays in a value or a type."""
MAX_DATA_FIELDS = 4161
"""Field elements of the largest value that is hashed, encrypted or signed."""
MAX_CIRCUITS = 32
"""Verifying keys of one batch of proofs that a program checks."""
MAX_INSTANCES = 128
"""Instances of all circuits of such a batch."""
MAX_PROGRAM_BYTES = 2_048_000
