"""Every constraint of a gadget says where it comes from."""

import pytest

from avm.base.errors import Halt
from avm.base.sources import Source
from avm.base.span import Span
from avm.r1cs import ConstraintSystem
from avm.types.field import FieldVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType as T
from tests.types.circuits import S

PLACE = Span(Source("main.leo"), 40, 45)


def test_an_overflow_is_pinned_to_its_row_gadget_instruction_and_place() -> None:
    cs = ConstraintSystem()
    with cs.named("r0"):
        a = IntegerVar.new(cs, T.I8, S, 100)
    with cs.named("r1"):
        b = IntegerVar.new(cs, T.I8, S, 3)
    with cs.instruction_scope("mul r0 r1 into r2;", 0, PLACE):
        a.mul(b)
    first = cs.violations[0]
    assert first.label.gadget == ("mul", "product") and first.label.span == PLACE
    assert (first.left, first.right) == (300, 44)
    assert str(first).startswith("row 60 (mul r0 r1 into r2;: mul/product): 100 * 3 = 300")


def test_runs_cover_all_rows_in_order() -> None:
    cs = ConstraintSystem()
    x = FieldVar.new(cs, S, 9)
    with cs.instruction_scope("sqrt r0 into r1;"):
        x.sqrt()
    runs = cs.label_runs()
    assert [run[0] for run in runs[1:]] == [run[1] for run in runs[:-1]]
    assert runs[0][0] == 0 and runs[-1][1] == cs.num_constraints
    paths = {"/".join(label.gadget) for _, _, label in runs}
    assert paths == {"sqrt", "sqrt/compare", "sqrt/compare/bits", "sqrt/compare/range"}


def test_a_scope_is_left_when_a_gadget_halts() -> None:
    cs = ConstraintSystem()
    one, zero = IntegerVar.constant(cs, T.U8, 1), IntegerVar.constant(cs, T.U8, 0)
    with pytest.raises(Halt, match="divides by zero"):
        one.div(zero)
    FieldVar.new(cs, S, 3).inv()
    assert cs.label(0).gadget == ("inv",)
