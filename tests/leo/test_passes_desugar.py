"""Storage and optionals: before and after."""

from avm.leo import ast
from tests.leo.lowering import applied, program, rewrites


def final(items: str, statements: str) -> str:
    return program(f"{items} fn main(a: u8) -> Final {{ return final {{ {statements} }}; }}")


def test_a_storage_variable_is_the_entry_false_of_a_mapping() -> None:
    text = final("storage s: u8;", "s = a;")
    rewrites("StorageLowering", text, "_mapping_set(demo.aleo::s__, false, a)", "main$0")


def test_none_removes_the_entry_and_reading_asks_for_it() -> None:
    text = final("storage s: u8;", "s = none; assert_eq(s.unwrap_or(1u8), a);")
    expected = """
        _mapping_remove(demo.aleo::s__, false)
        assert_eq(_optional_unwrap_or(READ, 1u8), a)
    """.replace(
        "READ",
        "_mapping_contains(demo.aleo::s__, false) ? _mapping_get_or_use(demo.aleo::s__, false, 0u8) : none",
    )
    rewrites("StorageLowering", text, expected, "main$0")


def test_a_vector_keeps_its_length_beside_its_entries() -> None:
    expected = """
        let length = _mapping_get_or_use(demo.aleo::s__len__, false, 0u32)
        _mapping_set(demo.aleo::s__len__, false, length + 1u32)
        _mapping_set(demo.aleo::s__, length, a)
    """
    rewrites("StorageLowering", final("storage s: [u8];", "s.push(a);"), expected, "main$0")


def test_the_mappings_are_declared() -> None:
    _, after = applied("StorageLowering", final("storage s: [u8];", "s.push(a);"))
    assert [(m.name, m.key_type, m.value_type) for m in after.scope.mappings] == [
        ("s__", ast.U32, ast.U8),
        ("s__len__", ast.BOOLEAN, ast.U32),
    ]


def test_an_optional_is_a_struct_of_a_flag_and_a_value() -> None:
    text = program("fn main(a: u8) -> u8 { let x: u8? = a; return x.unwrap_or(1u8); }")
    expected = """
        let x: demo.aleo::u8? = demo.aleo::u8? { is_some: true, val: a }
        let o = x
        return o.is_some ? o.val : 1u8
    """
    rewrites("OptionLowering", text, expected)


def test_none_holds_a_zero_and_unwrapping_asserts() -> None:
    text = program("fn main(a: u8) -> u8 { let x: u8? = none; return x.unwrap(); }")
    expected = """
        let x: demo.aleo::u8? = demo.aleo::u8? { is_some: false, val: 0u8 }
        let o = x
        assert(o.is_some)
        return o.val
    """
    rewrites("OptionLowering", text, expected)
