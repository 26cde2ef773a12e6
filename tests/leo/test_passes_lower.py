"""Single assignment, tuples, writes, branches and inlining: before and after.

Expected texts name what passes invent as they like.
"""

from avm.base.sources import Source
from avm.leo.front import UnitSource
from avm.leo.pipeline import compile
from tests.leo.lowering import program, rewrites

PAIR = "struct Pair { x: u8, y: u8 }"


def test_every_assignment_defines_a_name_of_its_own() -> None:
    text = program("fn main(a: u8) -> u8 { a = a + 1u8; a = a * 2u8; return a; }")
    expected = """
        let one = 1u8
        let a1 = a0 + one
        let two = 2u8
        let a2 = a1 * two
        return a2
    """
    rewrites("SsaForming", text, expected)


def test_a_variable_written_in_a_branch_is_chosen_after_it() -> None:
    text = program("fn main(a: u8, c: bool) -> u8 { if c { a = 2u8; } return a; }")
    expected = """
        if c0 {
            let a1 = 2u8;
        }
        let a2 = c0 ? a1 : a0
        return a2
    """
    rewrites("SsaForming", text, expected)


def test_a_tuple_is_one_variable_for_each_element() -> None:
    text = program("fn main(a: u8, b: u8) -> u8 { let t = (a, b); let x = t.1; return x; }")
    expected = """
        let t0: u8 = a
        let t1: u8 = b
        let x = t1
        return x
    """
    rewrites("Destructuring", text, expected)


def test_a_written_array_is_taken_apart_and_put_together() -> None:
    text = program("fn main(a: [u8; 2]) -> [u8; 2] { a[1u32] = 3u8; return a; }")
    expected = """
        let a0 = a[0u32]
        let a1 = a[1u32]
        a1 = 3u8
        a = [a0, a1]
        return a
    """
    rewrites("WriteTransforming", text, expected)


def test_a_written_struct_is_taken_apart_and_put_together() -> None:
    text = program("fn main(a: Pair) -> Pair { a.x = 3u8; return a; }", PAIR)
    expected = """
        let ax = a.x
        let ay = a.y
        ax = 3u8
        a = demo.aleo::Pair { x: ax, y: ay }
        return a
    """
    rewrites("WriteTransforming", text, expected)


def test_an_assert_in_a_branch_holds_where_the_branch_is_not_taken() -> None:
    text = program("fn main(a: u8, b: bool, c: bool) -> u8 { if c { assert(b); return a; } return 2u8; }")
    expected = """
        let taken = c
        let skipped = taken.not()
        let holds = b || skipped
        assert(holds)
        let value = taken ? a : 2u8
        return value
    """
    rewrites("Flattening", text, expected)


def test_a_struct_is_chosen_member_by_member() -> None:
    text = program("fn main(a: Pair, b: Pair, c: bool) -> Pair { return c ? a : b; }", PAIR)
    expected = """
        let ax = a.x
        let bx = b.x
        let ay = a.y
        let by = b.y
        let chosen = demo.aleo::Pair { x: c ? ax : bx, y: c ? ay : by }
        let result = chosen
        return result
    """
    rewrites("Flattening", text, expected)


def test_branches_on_chain_stay() -> None:
    text = program(
        "mapping m: u8 => u8; fn main(a: u8, b: bool) -> Final { return final { if b { m.set(a, a); } }; }"
    )
    expected = """
        if b {
            _mapping_set(demo.aleo::m, a, a);
        } else {
        }
        return
    """
    rewrites("Flattening", text, expected, "main$0")


def test_a_function_called_once_is_put_in_place() -> None:
    text = program(
        "fn main(a: u8) -> u8 { let b = f(a); return b; }",
        "fn f(a: u8) -> u8 { let c = a + a; return c; }",
    )
    expected = """
        let c = a + a
        let b = c
        return b
    """
    rewrites("FunctionInlining", text, expected)
    (compiled,) = compile([UnitSource("program", Source("main.leo", text))]).programs
    assert "closure" not in compiled.bytecode


def test_no_inline_keeps_a_function() -> None:
    text = program(
        "fn main(a: u8) -> u8 { return f(a) * 2u8; }", "@no_inline fn f(a: u8) -> u8 { return a + 1u8; }"
    )
    (compiled,) = compile([UnitSource("program", Source("main.leo", text))]).programs
    assert "closure f:" in compiled.bytecode
