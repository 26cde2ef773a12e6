"""Folding, sharing and dropping what is not needed: before and after, down to single instructions."""

import pytest

from avm.leo import ast
from avm.leo.codegen.code import Code, Constant, Instruction, Register
from avm.leo.front import UnitSource
from avm.leo.passes.peephole import optimize
from avm.leo.pipeline import compile
from tests.leo.lowering import program, rewrites

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


def test_operations_on_constants_are_computed() -> None:
    text = program("fn main(a: u8) -> u8 { let b = 2u8; let d = b * b; let e = a + d; return e; }")
    expected = """
        let b = 2u8
        let d = 4u8
        let e = a + 4u8
        return e
    """
    rewrites("SsaConstPropagation", text, expected)


def test_what_becomes_constant_by_inlining_is_folded() -> None:
    text = program(
        "fn main(a: u8) -> u8 { return f(a, 2u8); }", "fn f(a: u8, b: u8) -> u8 { return a + b * 2u8; }"
    )
    (compiled,) = compile([UnitSource("program", "main.leo", text)]).programs
    assert "add r0 4u8 into r1;" in compiled.bytecode and "mul" not in compiled.bytecode


def test_equal_expressions_are_computed_once() -> None:
    text = program("fn main(a: u8) -> u8 { let b = a + 1u8; let c = a + 1u8; let d = b * c; return d; }")
    expected = """
        let b = a + 1u8
        let d = b * b
        return d
    """
    rewrites("CommonSubexpressionEliminating", text, expected)


def test_what_nobody_reads_is_dropped() -> None:
    text = program(
        "fn main(a: u8) -> u8 { let b: bool = a == 1u8; let t: S = S { x: a }; return a; }",
        "struct S { x: u8 }",
    )
    rewrites("DeadCodeEliminating", text, "return a")


def test_what_may_halt_is_kept() -> None:
    text = program("fn main(a: u8, c: bool) -> u8 { let b: u8 = a + 1u8; assert(c); return a; }")
    expected = """
        let b: u8 = a + 1u8
        assert(c)
        return a
    """
    rewrites("DeadCodeEliminating", text, expected)


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
