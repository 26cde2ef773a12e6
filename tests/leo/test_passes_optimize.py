"""Folding, sharing and dropping what is not needed: before and after, down to single instructions."""

import pytest

from avm.base.sources import Source
from avm.data.literal import Literal
from avm.data.types import PlaintextValue, Visibility
from avm.isa.instruction import Instruction
from avm.isa.operand import Operand, Register
from avm.isa.registry import ops
from avm.leo.codegen.peephole import FALSE, TRUE, Peephole
from avm.leo.front import UnitSource
from avm.leo.pipeline import compile
from avm.program import Output
from avm.types.literal_type import LiteralType
from tests.leo.lowering import program, rewrites

R0, R1 = Register(0), Register(1)
ONE = Literal(LiteralType.GROUP, (1, 0))


def u8(value: int) -> Literal:
    return Literal(LiteralType.U8, value)


def make(mnemonic: str, operands: tuple[Operand, ...], *destinations: int) -> Instruction:
    return Instruction(operands, destinations, op=ops()[mnemonic])


def output(number: int) -> Output:
    return Output(Register(number), PlaintextValue(Visibility.PRIVATE, LiteralType.U8))


def optimized(*statements: Instruction | Output) -> list[str]:
    """The statements of a function of two inputs, simplified."""
    outputs = [s for s in statements if isinstance(s, Output)]
    peephole = Peephole([s for s in statements if isinstance(s, Instruction)], outputs)
    peephole.run(2)
    return [str(s) for s in (*peephole.instructions, *peephole.outputs)]


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
    (compiled,) = compile([UnitSource("program", Source("main.leo", text))]).programs
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
        make("add", (R0, u8(0)), 2),
        make("add.w", (u8(0), R0), 2),
        make("sub", (R0, u8(0)), 2),
        make("mul", (u8(1), R0), 2),
        make("or", (R0, FALSE), 2),
        make("and", (TRUE, R0), 2),
        make("xor", (FALSE, R0), 2),
    ],
    ids=lambda i: i.mnemonic,
)
def test_an_operation_equal_to_an_operand_is_that_operand(instruction: Instruction) -> None:
    assert optimized(instruction, output(2)) == ["output r0 as u8.private;"]


@pytest.mark.parametrize(
    "instruction",
    [
        make("sub", (u8(0), R0), 2),
        make("div", (R0, u8(1)), 2),
        make("mul", (R0, u8(0)), 2),
        make("mul", (R0, ONE), 2),
        make("or", (R0, TRUE), 2),
    ],
    ids=lambda i: i.mnemonic,
)
def test_other_operations_stay(instruction: Instruction) -> None:
    assert len(optimized(instruction, output(2))) == 2


def test_asserts_over_equal_literals_are_dropped_but_not_the_only_instruction() -> None:
    trivial = make("assert.eq", (TRUE, TRUE))
    assert optimized(trivial, make("add", (R0, R1), 2), output(2))[0] == "add r0 r1 into r2;"
    assert optimized(trivial, make("assert.eq", (FALSE, FALSE))) == ["assert.eq true true;"]


def test_unused_results_go_unless_computing_them_may_halt() -> None:
    lines = optimized(make("add.w", (R0, R1), 2), make("add", (R0, R1), 3), output(0))
    assert lines == ["add r0 r1 into r2;", "output r0 as u8.private;"]
