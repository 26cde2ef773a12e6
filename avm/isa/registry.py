"""All opcodes by name and by number, found in the modules of ``avm.isa.ops``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from avm.isa import ops as _package
from avm.isa.op import Op


@cache
def ops() -> Mapping[str, Op]:
    """Return every opcode by its mnemonic. Two with one name or one number are a bug and raise."""
    found: dict[str, Op] = {}
    codes: dict[int, str] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(_package.__path__)):
        for op in importlib.import_module(f"{_package.__name__}.{module}").OPS:
            if op.mnemonic in found:
                raise ValueError(f"two opcodes are called '{op.mnemonic}'")
            if op.code is not None and op.code in codes:
                raise ValueError(f"'{op.mnemonic}' and '{codes[op.code]}' have the number {op.code}")
            found[op.mnemonic] = op
            if op.code is not None:
                codes[op.code] = op.mnemonic
    return MappingProxyType(dict(sorted(found.items())))


def is_opcode(name: str) -> bool:
    """Return whether ``name`` is reserved because an instruction has it; commands reserve nothing."""
    op = ops().get(name)
    return op is not None and not op.is_command
