"""Single assignment, tuples, writes, branches and inlining: before and after."""

from avm.leo.front import UnitSource
from avm.leo.pipeline import compile
from tests.leo.lowering import around, program

PAIR = "struct Pair { x: u8, y: u8 }"


def test_every_assignment_defines_a_name_of_its_own() -> None:
    text = program("fn main(a: u8) -> u8 { a = a + 1u8; a = a * 2u8; return a; }")
    _, after = around(text, "SsaForming (renaming)")
    assert after == [
        "let $var$1 = 1u8",
        "let a$#2 = a$$0 + $var$1",
        "let $var$3 = 2u8",
        "let a$#4 = a$#2 * $var$3",
        "return a$#4",
    ]


def test_a_variable_written_in_a_branch_is_chosen_after_it() -> None:
    text = program("fn main(a: u8, c: bool) -> u8 { if c { a = 2u8; } return a; }")
    _, after = around(text, "SsaForming (renaming)")
    assert after == ["if c$$1 {", "    let a$#2 = 2u8;", "}", "let a$3 = c$$1 ? a$#2 : a$$0", "return a$3"]


def test_a_tuple_is_one_variable_for_each_element() -> None:
    text = program("fn main(a: u8, b: u8) -> u8 { let t = (a, b); return t.1; }")
    before, after = around(text, "Destructuring")
    assert before == ["let t$#2 = (a$$0, b$$1)", "let $var$3 = t$#2.1", "return $var$3"]
    assert after == [
        "let t$#2#tuple0$4: u8 = a$$0",
        "let t$#2#tuple1$5: u8 = b$$1",
        "let $var$3 = t$#2#tuple1$5",
        "return $var$3",
    ]


def test_a_written_array_is_taken_apart_and_put_together() -> None:
    text = program("fn main(a: [u8; 2]) -> [u8; 2] { a[1u32] = 3u8; return a; }")
    before, after = around(text, "WriteTransforming")
    assert before == ["a$$0[1u32] = 3u8", "return a$$0"]
    assert after == [
        "let a$$0#0$1 = a$$0[0u32]",
        "let a$$0#1$2 = a$$0[1u32]",
        "a$$0#1$2 = 3u8",
        "a$$0 = [a$$0#0$1, a$$0#1$2]",
        "return a$$0",
    ]


def test_a_written_struct_is_taken_apart_and_put_together() -> None:
    _, after = around(program("fn main(a: Pair) -> Pair { a.x = 3u8; return a; }", PAIR), "WriteTransforming")
    assert after[2:4] == ["a$$0#x$1 = 3u8", "a$$0 = demo.aleo::Pair { x: a$$0#x$1, y: a$$0#y$2 }"]


def test_an_assert_in_a_branch_holds_where_the_branch_is_not_taken() -> None:
    text = program("fn main(a: u8, c: bool) -> u8 { if c { assert(a > 1u8); return a; } return 2u8; }")
    _, after = around(text, "Flattening")
    assert after == [
        "let condition$5 = c$$1",
        "let $var$2 = 1u8",
        "let $var$3 = a$$0 > $var$2",
        "let $var$6 = condition$5.not()",
        "let $var$7 = $var$3 || $var$6",
        "assert($var$7)",
        "let $var$4 = 2u8",
        "let $ret$8 = condition$5 ? a$$0 : $var$4",
        "return $ret$8",
    ]


def test_a_struct_is_chosen_member_by_member() -> None:
    text = program("fn main(a: Pair, b: Pair, c: bool) -> Pair { return c ? a : b; }", PAIR)
    _, after = around(text, "Flattening")
    assert after[4] == (
        "let $var$8 = demo.aleo::Pair { x: c$$2 ? $var$4 : $var$5, y: c$$2 ? $var$6 : $var$7 }"
    )


def test_branches_on_chain_stay() -> None:
    text = program(
        "mapping m: u8 => u8;fn main(a: u8) -> Final { return final { if a == 1u8 { m.set(a, 1u8); } }; }"
    )
    _, after = around(text, "Flattening", "main$0")
    assert after[2] == "if $var$5 {"


def test_a_function_called_once_is_put_in_place() -> None:
    text = program("fn main(a: u8) -> u8 { return f(a) * 2u8; }", "fn f(a: u8) -> u8 { return a + 1u8; }")
    before, after = around(text, "FunctionInlining")
    assert before[0] == "let $var$1 = demo.aleo::f(a$$0)"
    assert after[:3] == ["let $var$5 = 1u8", "let $var$6 = a$$0 + $var$5", "let $var$1 = $var$6"]
    (compiled,) = compile([UnitSource("program", "main.leo", text)]).programs
    assert "closure" not in compiled.bytecode


def test_no_inline_keeps_a_function() -> None:
    text = program(
        "fn main(a: u8) -> u8 { return f(a) * 2u8; }", "@no_inline fn f(a: u8) -> u8 { return a + 1u8; }"
    )
    (compiled,) = compile([UnitSource("program", "main.leo", text)]).programs
    assert "closure f:" in compiled.bytecode
