"""The circuits of all opcodes on literals have the matrices of the real engine: the same circuit ids.

Needs the native service; half a minute for each of some forty functions: ``AVM_DEEP=1`` makes all,
each day another one. A function holds as many rows as fit the keys that the service can make.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Sequence

import pytest

from avm.isa.op import LiteralOp, Op
from avm.isa.ops.casting import CastOp
from avm.isa.registry import ops
from avm.types.literal_type import LiteralType
from avm.varuna.indexer import circuit_shape
from avm.vm import load
from avm.vm.function_circuit_blank import blank_circuit
from tests.oracle.native import Native

pytestmark = pytest.mark.oracle
DEEP = os.environ.get("AVM_DEEP") == "1"
DAY = int(os.environ.get("AVM_SEED") or datetime.date.today().toordinal())
T = LiteralType
ROOM, LARGEST = 4_700, 3_600
"""Constraints of the rows of a function, and of one row: a key has 16,384, the request takes 11,000."""
Row = tuple[Op, tuple[LiteralType, ...]]


def operands(row: Row) -> tuple[LiteralType, ...]:
    op, types = row
    return types[:1] if isinstance(op, CastOp) else types


def groups() -> Iterator[list[Row]]:
    """Yield the rows of all opcodes on literals, so many that their function has a key."""
    rows: list[Row] = [
        (op, types)
        for op in ops().values()
        if isinstance(op, LiteralOp | CastOp)
        for types, count in op.counts.items()
        if count.constraints <= LARGEST and not {T.SIGNATURE, T.STRING} & set(types)
    ]
    rows.sort(
        key=lambda row: (str(operands(row)[-1 if row[0].mnemonic == "ternary" else 0]), row[0].mnemonic)
    )
    group: list[Row] = []
    for row in rows:
        types = {t for each in [*group, row] for t in operands(each)}
        taken = sum(op.counts[kinds].constraints for op, kinds in [*group, row])
        if group and taken + sum(600 if not t.is_integer else 130 for t in types) > ROOM:
            yield group
            group = []
        group.append(row)
    yield group


def function(rows: Sequence[Row]) -> str:
    """A program with one function that has the rows, on members of one public struct."""
    types = list(dict.fromkeys(t for row in rows for t in operands(row)))
    text = "program rows.aleo;\nstruct given:\n" + "".join(f"    m{i} as {t};\n" for i, t in enumerate(types))
    text += "function main:\n    input r0 as given.public;\n"
    for number, (op, kinds) in enumerate(rows, 1):
        read = " ".join(f"r0.m{types.index(t)}" for t in operands((op, kinds)))
        target = f" as {kinds[-1]}" if isinstance(op, CastOp) else ""
        text += f"    {op.mnemonic} {read} into r{number}{target};\n"
    return text


GROUPS = list(groups())


@pytest.mark.parametrize("number", range(len(GROUPS)) if DEEP else [DAY % len(GROUPS)])
def test_rows_have_the_circuit_of_the_real_engine(native: Native, number: int) -> None:
    text = function(GROUPS[number])
    answer = native.ask("synthesize", program=text, function="main")
    assert answer["ok"], answer
    system = blank_circuit(load(text), "main").system
    shape = circuit_shape(system.matrices(), system.num_variables)
    info = answer["info"]
    assert shape.num_variables == info["num_variables"]
    assert shape.circuit_id.hex() == info["circuit_id"]
