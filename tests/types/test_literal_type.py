"""The literal types, their numbers, names and ranges."""

import pytest

from avm.base.errors import ParseFailure
from avm.types.literal_type import LiteralType as T


def test_variant_numbers_names_and_sizes() -> None:
    names = "address boolean field group i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 scalar signature string"
    names += " identifier"
    assert [str(t) for t in T] == names.split()
    assert [t.value for t in T] == list(range(18))
    sizes = [253, 1, 253, 253, 8, 16, 32, 64, 128, 8, 16, 32, 64, 128, 251, 1008, None, 248]
    assert [t.size_in_bits for t in T] == sizes


def test_ranges_of_the_integers() -> None:
    assert (T.I8.min, T.I8.max, T.U8.min, T.U8.max) == (-128, 127, 0, 255)
    assert (T.I128.min, T.U128.max) == (-(1 << 127), (1 << 128) - 1)
    assert T.I8.is_signed and T.U8.is_unsigned and not T.FIELD.is_integer


def test_types_are_found_by_name() -> None:
    assert T.from_name("u32") is T.U32
    with pytest.raises(ParseFailure, match="'u33' is not a literal type"):
        T.from_name("u33")
