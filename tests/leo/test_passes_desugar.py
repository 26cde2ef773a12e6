"""Storage and optionals: before and after."""

from avm.leo import ast
from tests.leo.lowering import around, program, recorded


def final(items: str, statements: str) -> str:
    return program(f"{items} fn main(a: u8) -> Final {{ return final {{ {statements} }}; }}")


def test_a_storage_variable_is_the_entry_false_of_a_mapping() -> None:
    assert around(final("storage s: u8;", "s = a;"), "StorageLowering", "main$0") == (
        ["demo.aleo::s = a"],
        ["_mapping_set(demo.aleo::s__, false, a)"],
    )


def test_none_removes_the_entry_and_reading_asks_for_it() -> None:
    text = final("storage s: u8;", "s = none; assert_eq(s.unwrap_or(1u8), a);")
    _, after = around(text, "StorageLowering", "main$0")
    assert after == [
        "_mapping_remove(demo.aleo::s__, false)",
        "assert_eq(_optional_unwrap_or(_mapping_contains(demo.aleo::s__, false)"
        " ? _mapping_get_or_use(demo.aleo::s__, false, 0u8) : none, 1u8), a)",
    ]


def test_a_vector_keeps_its_length_beside_its_entries() -> None:
    _, after = around(final("storage s: [u8];", "s.push(a);"), "StorageLowering", "main$0")
    assert after == [
        "let $len_var$1 = _mapping_get_or_use(demo.aleo::s__len__, false, 0u32)",
        "_mapping_set(demo.aleo::s__len__, false, $len_var$1 + 1u32)",
        "_mapping_set(demo.aleo::s__, $len_var$1, a)",
    ]


def test_the_mappings_are_declared() -> None:
    (step,) = [
        s for s in recorded(final("storage s: [u8];", "s.push(a);")).steps if s.item.name == "StorageLowering"
    ]
    scope = step.after.scope
    assert [(m.name, m.key_type, m.value_type) for m in scope.mappings] == [
        ("s__", ast.U32, ast.U8),
        ("s__len__", ast.BOOLEAN, ast.U32),
    ]


def test_an_optional_is_a_struct_of_a_flag_and_a_value() -> None:
    text = program("fn main(a: u8) -> u8 { let x: u8? = a; return x.unwrap_or(1u8); }")
    assert around(text, "OptionLowering") == (
        ["let x: u8? = a", "return _optional_unwrap_or(x, 1u8)"],
        [
            "let x: demo.aleo::u8? = demo.aleo::u8? { is_some: true, val: a }",
            "let $opt$0 = x",
            "return $opt$0.is_some ? $opt$0.val : 1u8",
        ],
    )


def test_none_holds_a_zero_and_unwrapping_asserts() -> None:
    text = program("fn main(a: u8) -> u8 { let x: u8? = none; return x.unwrap(); }")
    _, after = around(text, "OptionLowering")
    assert after == [
        "let x: demo.aleo::u8? = demo.aleo::u8? { is_some: false, val: 0u8 }",
        "let $opt$0 = x",
        "assert($opt$0.is_some)",
        "return $opt$0.val",
    ]
