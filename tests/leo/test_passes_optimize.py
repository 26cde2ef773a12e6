"""Folding, sharing and dropping what is not needed: before and after, down to single instructions."""

import pytest

from avm.leo import ast
from avm.leo.codegen.code import Code, Constant, Instruction, Register
from avm.leo.passes.peephole import optimize
from tests.leo.lowering import around, program

R0, R1 = Register(0), Register(1)
TRUE, FALSE = Constant("boolean", "true"), Constant("boolean", "false")


def u8(value: int) -> Constant:
    return Constant("u8", str(value))


def optimized(*instructions: Instruction, inputs: int = 2) -> list[str]:
    code = Code("function", "f", [("u8.private", ast.NO_SPAN)] * inputs, list(instructions))
    optimize(code)
    return [str(i).strip() for i in code.instructions]


def output(number: int) -> Instruction:
    return Instruction("output", (Register(number),), tail=" as u8.private")


def test_what_becomes_constant_by_inlining_is_folded() -> None:
    text = program(
        "fn main(a: u8) -> u8 { return f(a, 2u8); }", "fn f(a: u8, b: u8) -> u8 { return a + b * 2u8; }"
    )
    before, after = around(text, "SsaConstPropagation")
    assert "let $var$6 = $var$1 * $var$5" in before
    assert after[2:4] == ["let $var$6 = 4u8", "let $var$7 = a$$0 + 4u8"]


def test_equal_expressions_are_computed_once() -> None:
    text = program("fn main(a: u8) -> u8 { return (a + 1u8) * (a + 1u8); }")
    _, after = around(text, "CommonSubexpressionEliminating")
    assert after == [
        "let $var$1 = 1u8",
        "let $var$2 = a$$0 + $var$1",
        "let $var$5 = $var$2 * $var$2",
        "return $var$5",
    ]


def test_what_nobody_reads_is_dropped() -> None:
    text = program(
        "fn main(a: u8) -> u8 { let b: bool = a == 1u8; let t: S = S { x: a }; return a; }",
        "struct S { x: u8 }",
    )
    assert around(text, "DeadCodeEliminating")[1] == ["return a$$0"]


def test_what_may_halt_is_kept() -> None:
    text = program("fn main(a: u8) -> u8 { let b: u8 = a + 1u8; assert(a > 1u8); return a; }")
    _, after = around(text, "DeadCodeEliminating")
    assert any(line.startswith("assert") for line in after)


@pytest.mark.parametrize(
    "instruction",
    [
        Instruction("add", (R0, u8(0)), (2,)),
        Instruction("add.w", (u8(0), R0), (2,)),
        Instruction("sub", (R0, u8(0)), (2,)),
        Instruction("mul", (u8(1), R0), (2,)),
        Instruction("or", (R0, FALSE), (2,)),
        Instruction("and", (TRUE, R0), (2,)),
        Instruction("xor", (FALSE, R0), (2,)),
    ],
    ids=lambda i: i.opcode,
)
def test_an_operation_equal_to_an_operand_is_that_operand(instruction: Instruction) -> None:
    assert optimized(instruction, output(2)) == ["output r0 as u8.private;"]


@pytest.mark.parametrize(
    "instruction",
    [
        Instruction("sub", (u8(0), R0), (2,)),
        Instruction("div", (R0, u8(1)), (2,)),
        Instruction("mul", (R0, u8(0)), (2,)),
        Instruction("mul", (R0, Constant("group", "1")), (2,)),
        Instruction("or", (R0, TRUE), (2,)),
    ],
    ids=lambda i: i.opcode,
)
def test_other_operations_stay(instruction: Instruction) -> None:
    assert len(optimized(instruction, output(2))) == 2


def test_asserts_over_equal_literals_are_dropped_but_not_the_only_instruction() -> None:
    trivial = Instruction("assert.eq", (TRUE, TRUE))
    assert optimized(trivial, Instruction("add", (R0, R1), (2,)), output(2))[0] == "add r0 r1 into r2;"
    assert optimized(trivial, Instruction("assert.eq", (FALSE, FALSE))) == ["assert.eq true true;"]


def test_unused_results_go_unless_computing_them_may_halt() -> None:
    lines = optimized(Instruction("add.w", (R0, R1), (2,)), Instruction("add", (R0, R1), (3,)), output(0))
    assert lines == ["add r0 r1 into r2;", "output r0 as u8.private;"]
