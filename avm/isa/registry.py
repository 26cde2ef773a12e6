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
    """Return every opcode by its mnemonic, from the ``OPS`` of each family.

    ValueError for two with one name or number, and for one that a family declares and leaves out of ``OPS``.
    """
    found: dict[str, Op] = {}
    codes: dict[int, str] = {}
    for name in sorted(m.name for m in pkgutil.iter_modules(_package.__path__)):
        family = importlib.import_module(f"{_package.__name__}.{name}")
        for op in vars(family).values():
            if isinstance(op, Op) and op not in family.OPS:
                raise ValueError(f"'{op.mnemonic}' is not among the OPS of avm/isa/ops/{name}.py")
        for op in family.OPS:
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
