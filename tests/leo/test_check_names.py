"""Name validation, collection of globals, path resolution and interfaces, each by what it refuses."""

import pytest

from avm.base.sources import Source
from avm.leo.ast import CallExpression, ReturnStatement
from avm.leo.front import UnitSource
from tests.leo.lowering import checked, codes


def program(items: str, outside: str = "", head: str = "program demo.aleo") -> str:
    return f"{head} {{ {items} @noupgrade constructor() {{}} }}\n{outside}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (program("fn closure() { }"), "ENV03711000"),
        (program("fn main() { }", head="program value.aleo"), "ENV03711000"),
        (program("fn main() { }", head="program my_aleo.aleo"), "ENV03711001"),
        (program("record aleo_token { owner: address } fn main() { }"), "ENV03711001"),
        (program("fn main() { } fn main() { }"), "EAST0372017"),
        (program("fn main() { }", "const N: u8 = 1u8; struct N { x: u8 }"), "EAST0372017"),
        (program("fn main() { let x: Missing = 1u8; }"), "ETYC0372017"),
        (program("fn main() { let x = lib::f(); }"), "ETYC0372005"),
    ],
)
def test_a_bad_name_is_rejected_with_its_code(text: str, code: str) -> None:
    assert codes(checked(text))[:1] == [code]


def test_an_item_of_a_module_is_seen_only_when_exported() -> None:
    def unit(export: str) -> UnitSource:
        text = program("fn main() -> u8 { return m::f(); }")
        module = ("m.leo", Source("m.leo", f"{export} fn f() -> u8 {{ return 1u8; }}"))
        return UnitSource("program", Source("main.leo", text), modules=(module,))

    assert codes(checked(unit("export"))) == []
    assert codes(checked(unit(""))) == ["ETYC0372193"]


def test_paths_become_locations_in_the_rewritten_tree() -> None:
    library = UnitSource("library", Source("lib.leo", "export fn f() -> u8 { return 1u8; }"), "tools")
    compilation = checked(library, program("fn main() -> u8 { return tools::f(); }"))
    (function,) = compilation.tree.scope.functions  # type: ignore[union-attr]
    (statement,) = function.block.statements
    assert isinstance(statement, ReturnStatement) and isinstance(statement.expression, CallExpression)
    assert str(statement.expression.function.location) == "tools/f"


def test_std_holds_just_the_functions_that_are_named() -> None:
    compilation = checked(program("fn main() -> field { return std::hash::bhp256::hash_u8_to_field(1u8); }"))
    assert codes(compilation) == []
    known = [str(location) for location in compilation.symbols.functions if location.program == "std"]
    assert known == ["std/hash::bhp256::hash_u8_to_field"]


INTERFACE = "interface Vault { mapping total: address => u64; fn deposit(amount: u64) -> u64; }"


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ("mapping total: address => u64; fn deposit(amount: u64) -> u64 { return amount; }", None),
        ("mapping total: address => u64; fn main() { }", "ECHI03712002"),
        ("mapping total: address => u64; fn deposit(amount: u8) -> u8 { return amount; }", "ECHI03712004"),
        ("fn deposit(amount: u64) -> u64 { return amount; }", "ECHI03712006"),
        ("mapping total: u8 => u64; fn deposit(amount: u64) -> u64 { return amount; }", "ECHI03712008"),
    ],
)
def test_a_program_keeps_the_promise_of_its_interface(items: str, code: str | None) -> None:
    compilation = checked(program(items, INTERFACE, "program demo.aleo: Vault"))
    assert codes(compilation) == ([] if code is None else [code])


def test_inheritance_may_not_run_in_a_circle() -> None:
    outside = "interface A: B { } interface B: A { }"
    assert codes(checked(program("fn main() { }", outside))) == ["ECHI03712010"]
