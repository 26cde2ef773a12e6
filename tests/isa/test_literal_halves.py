"""Every row of every opcode on literals has both halves in ``avm.types``."""

from __future__ import annotations

import pytest

from avm.data.circuit_values import new_literal
from avm.data.literal import Literal
from avm.isa.op import LiteralOp, value_function
from avm.isa.registry import ops
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.literal_type import LiteralType
from tests.types.circuits import INTEGERS

LITERAL_OPS = [
    op for op in ops().values() if isinstance(op, LiteralOp) and type(op) in (LiteralOp, type(ops()["mul"]))
]
"""Opcodes that leave both halves to ``avm.types``; others bring their own."""
EXAMPLES = {LiteralType.BOOLEAN: True, LiteralType.GROUP: (0, 1)} | dict.fromkeys(INTEGERS, 1)


@pytest.mark.parametrize("op", LITERAL_OPS, ids=lambda op: op.mnemonic)
def test_every_row_has_a_value_function_and_a_gadget(op: LiteralOp) -> None:
    for types, _ in op.rows:
        first = LiteralType.GROUP if set(types) == {LiteralType.GROUP, LiteralType.SCALAR} else types[0]
        var = new_literal(ConstraintSystem(), Mode.PRIVATE, Literal(first, EXAMPLES.get(first, 1)))
        assert callable(value_function(first, op.half_name)), types
        assert callable(getattr(var, op.half_name)), types


def test_a_name_that_python_has_ends_in_an_underscore() -> None:
    names = {op.mnemonic: op.half_name for op in LITERAL_OPS if op.half_name.endswith("_")}
    assert names == {word: f"{word}_" for word in ("abs", "and", "not", "or", "pow")}
    assert ops()["add.w"].half_name == "add_w"  # type: ignore[attr-defined]
