"""What opcodes say of themselves holds when they are evaluated, and the compiler's passes ask them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest

from avm.data.literal import Literal
from avm.isa.op import LiteralOp, Op, Row, Trait
from avm.isa.ops import comparison
from avm.isa.ops.commitment import CommitOp
from avm.isa.ops.hashing import HashOp
from avm.isa.registry import ops
from avm.isa.statement import Statement
from avm.leo.operators import OPERATORS, Operator, total
from avm.types.literal_type import LiteralType
from tests.test_every_op import Circuit, samples

LITERAL_OPS = [op for op in ops().values() if isinstance(op, LiteralOp)]
OPAQUE = {LiteralType.SIGNATURE, LiteralType.STRING}


def operands(row: Row) -> Iterator[list[Literal]]:
    """All combinations of edge values."""
    rng = random.Random(str(row))
    pools = [[Literal(t, v) for v in samples(t, rng)] for t in row[0]]
    return map(list, itertools.product(*pools))


def rows(op: LiteralOp) -> list[Row]:
    return [row for row in op.rows if not OPAQUE & set(row[0])]


@pytest.mark.parametrize("op", LITERAL_OPS, ids=lambda op: op.mnemonic)
def test_an_operation_halts_for_the_types_it_says(op: LiteralOp) -> None:
    found = {
        row[1] for row in rows(op) for values in operands(row) if Circuit(op, row[0]).evaluate(values) is None
    }
    assert found == set(op.halting)
    assert (Trait.CAN_HALT in op.traits) == bool(found) and Trait.PURE in op.traits


@pytest.mark.parametrize("op", LITERAL_OPS, ids=lambda op: op.mnemonic)
def test_an_operation_commutes_if_it_says_so(op: LiteralOp) -> None:
    pairs = [row for row in rows(op) if len(row[0]) == 2]
    same = bool(pairs) and all(row[0][::-1] in op.table for row in pairs)
    same = same and all(
        Circuit(op, row[0]).evaluate(values) == Circuit(op, row[0]).evaluate(values[::-1])
        for row in pairs
        for values in operands(row)
    )
    assert (Trait.COMMUTATIVE in op.traits) == same


@pytest.mark.parametrize(
    "op", [op for op in ops().values() if isinstance(op, HashOp | CommitOp)], ids=lambda op: op.mnemonic
)
def test_a_hash_that_never_halts_takes_the_shortest_values(op: Any) -> None:
    assert op.is_total == (op.longest is None and not getattr(op, "many", False))
    if not op.is_total:
        return
    for type_ in (LiteralType.BOOLEAN, LiteralType.U8, LiteralType.U128, LiteralType.FIELD):
        for value in samples(type_, random.Random(1))[:2]:
            values = [Literal(type_, value), Literal(LiteralType.SCALAR, 0)][: op.form.arity]
            assert op.evaluate(values, Statement(types=(LiteralType.FIELD,)), None)


@pytest.mark.parametrize("op", list(ops().values()), ids=lambda op: op.mnemonic)
def test_the_summary_says_what_the_traits_say(op: Op) -> None:
    if "never halts" in op.summary.lower():
        assert Trait.CAN_HALT not in op.traits
    elif "halts " in op.summary.lower():
        assert Trait.CAN_HALT in op.traits
    if Trait.COMMUTATIVE in op.traits:
        assert op.usage.startswith(f"{op.mnemonic} a b")


def test_nothing_is_relied_on_where_nothing_is_said() -> None:
    call = ops()["call"]
    assert call.traits is Trait.CAN_HALT and not call.is_total


def test_the_compiler_relies_on_what_opcodes_say() -> None:
    assert OPERATORS["Xor"].commutes and not OPERATORS["Sub"].commutes
    assert not OPERATORS["MulWrapped"].commutes
    add, negate = OPERATORS["Add"].can_halt, OPERATORS["Negate"].can_halt
    assert add(LiteralType.U8) and not add(LiteralType.FIELD)
    assert negate(LiteralType.I8) and not negate(LiteralType.GROUP)
    assert add(None) and not OPERATORS["Eq"].can_halt(LiteralType.BOOLEAN)
    assert total() <= {name for name, op in ops().items() if op.is_total}
    assert {"ternary", "is.eq", "xor", "mul.w"} <= total() and "add" not in total()


def test_an_opcode_left_out_of_its_familys_list_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "OPS", comparison.OPS[:-1])
    with pytest.raises(ValueError, match=r"'lte' is not among the OPS of avm/isa/ops/comparison\.py"):
        ops.__wrapped__()


def test_a_row_of_the_operators_names_an_opcode_with_its_number_of_operands() -> None:
    for wrong in (Operator("Triple", "tripel", "triple"), Operator("Twice", "double", "twice")):
        with pytest.raises(
            ValueError, match=f"{wrong.name}: there is no opcode '{wrong.opcode}' of 2 operands"
        ):
            assert wrong.op
    assert Operator("Twice", "double", "twice", operands=1).op is ops()["double"]
