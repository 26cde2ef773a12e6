"""Constants, loops, unreachable code and const parameters: before and after."""

import pytest

from avm.base.sources import Source
from avm.leo import pipeline
from avm.leo.front import UnitSource
from avm.leo.pipeline import compile
from tests.leo.lowering import BY_NAME, alike, applied, body, names, program, ready, rewrites


def test_a_loop_becomes_one_block_for_each_turn() -> None:
    text = program("fn main(a: u8) -> u8 { for i: u8 in 0u8..2u8 { a += i; } return a; }")
    expected = """
        {
            {
                a = a + 0u8;
            }
            {
                a = a + 1u8;
            }
        }
        return a
    """
    rewrites("Unrolling", text, expected)


def test_an_inner_loop_may_end_at_the_outer_counter() -> None:
    text = program(
        "fn main(a: u8) -> u8 { for i: u8 in 0u8..3u8 { for j: u8 in 0u8..i { a += j; } } return a; }"
    )
    _, after = applied("Unrolling", text)
    turns = [line.strip() for line in body(after) if "=" in line]
    assert turns == ["a = a + 0u8;", "a = a + 0u8;", "a = a + 1u8;"]


def test_a_loop_that_counts_down_has_no_turns() -> None:
    text = program("fn main(a: u8) -> u8 { for i: u8 in 2u8..2u8 { a += i; } return a; }")
    rewrites("Unrolling", text, "{\n}\nreturn a")


def test_consts_are_put_in_and_evaluated() -> None:
    text = program("fn main() -> u8 { let a: u8 = N * 2u8; return a; }", "const N: u8 = 4u8;")
    rewrites("ConstPropagation", text, "let a: u8 = 8u8\nreturn a")


def test_array_indices_become_literals() -> None:
    text = program("fn main(a: [u8; 3]) -> u8 { return a[N] + a[N + 1u32]; }", "const N: u32 = 1u32;")
    rewrites("ConstPropagation", text, "return a[1u32] + a[2u32]")


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("300u16 as u8", "cast"),
        ("200u8 + 100u8", "overflow"),
        ("1u8 / 0u8", "zero"),
        ("1u8 - 2u8", "overflow"),
    ],
)
def test_constants_that_halt_are_errors(expression: str, reason: str) -> None:
    text = program(f"fn main(a: u8) -> u8 {{ let b: u8 = {expression}; return a + b; }}")
    result = compile([UnitSource("program", Source("main.leo", text))])
    assert not result.ok
    (error,) = [d for d in result.diagnostics if d.level == "error"]
    assert error.code.startswith("ECEV") or error.code.startswith("ESTA") or reason in error.message


def test_nothing_follows_a_block_that_returns() -> None:
    text = program("fn main(a: u8) -> u8 { if true { return a; } assert(a > 1u8); return 3u8; }")
    compilation = ready("RemoveUnreachable", text)
    pipeline.apply(BY_NAME["ConstPropagation"], compilation)
    pipeline.apply(BY_NAME["RemoveUnreachable"], compilation)
    assert not alike(body(compilation.program), "{\nreturn a;\n}")


def test_a_function_is_made_for_each_set_of_const_arguments() -> None:
    text = program(
        "fn main(a: u8) -> u8 { return scaled::[2u8](a) + scaled::[3u8](a) + scaled::[1u8 + 1u8](a); }",
        "fn scaled::[N: u8](a: u8) -> u8 { return a * N; }",
    )
    _, made = applied("Monomorphization", text)
    assert [n for n in names(made) if n != "main"] == ["scaled::[2u8]", "scaled::[3u8]"]


def test_library_functions_that_nobody_calls_are_dropped() -> None:
    library = UnitSource("library", Source("lib.leo", "export fn f() -> u8 { return 1u8; }"), "lib")
    _, pruned = applied("LibraryPruning", library, program("fn main(a: field) -> u8 { return 1u8; }"))
    assert all(not getattr(stub.body, "functions", ()) for stub in pruned.stubs.values())
