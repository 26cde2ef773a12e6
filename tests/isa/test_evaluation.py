"""The functions of plain values that the machine binds to instructions are the opcodes' evaluations."""

from __future__ import annotations

import random

from avm.base.errors import Halt
from avm.data.literal import Literal
from avm.isa.op import LiteralOp
from avm.isa.ops.casting import CastOp
from avm.isa.ops.equality import IsOp
from tests.test_every_op import CIRCUITS, Circuit, cases


def _bound(circuit: Circuit, operands: list[Literal]) -> tuple[str, object]:
    function = circuit.op.evaluation(circuit.statement, circuit.operand_types)
    assert function is not None
    try:
        return "value", function(*[operand.value for operand in operands])
    except Halt as halt:
        return "halt", halt.message


def _evaluated(circuit: Circuit, operands: list[Literal]) -> tuple[str, object]:
    try:
        (result,) = circuit.op.evaluate(operands, circuit.statement, None)  # type: ignore[arg-type]
    except Halt as halt:
        return "halt", halt.message
    assert isinstance(result, Literal)
    return "value", result.value


def test_every_function_of_plain_values_gives_what_the_opcode_gives() -> None:
    seen: dict[str, int] = {}
    for circuit in CIRCUITS:
        if not isinstance(circuit.op, LiteralOp | CastOp | IsOp):
            continue
        rng = random.Random(str(circuit))
        slow = any(t.type_name in ("group", "address") for t in circuit.types)
        for operands in cases(circuit.operand_types, rng, 3 if slow else 6):
            found = _bound(circuit, operands)
            assert found == _evaluated(circuit, operands), circuit
            seen[found[0]] = seen.get(found[0], 0) + 1
    assert min(seen["value"], seen["halt"]) > 100
