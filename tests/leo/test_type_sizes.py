"""The compiler's sizes of types are the machine's."""

import pytest

from avm.isa.sizes import array_bits, literal_bits
from avm.leo import ast, type_rules
from avm.types.literal_type import LiteralType

LEO_TYPES = [ast.ADDRESS, ast.BOOLEAN, ast.FIELD, ast.GROUP, ast.SCALAR, ast.SIGNATURE, ast.IDENTIFIER]
LEO_TYPES += [ast.STRING, *ast.INTEGER_TYPES.values()]


def test_every_literal_type_of_the_machine_has_its_leo_type() -> None:
    assert {type_rules.literal_type(t) for t in LEO_TYPES} == set(LiteralType)
    for type_ in (ast.UNIT, ast.ERR, ast.NUMERIC, ast.DYN_RECORD):
        assert type_rules.literal_type(type_) is None


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize("type_", [t for t in LEO_TYPES if t not in (ast.STRING, ast.IDENTIFIER)], ids=str)
def test_sizes_are_those_of_the_machine(type_: ast.Type, raw: bool) -> None:
    literal = type_rules.literal_type(type_)
    assert literal is not None
    bits = literal_bits(literal, raw=raw)
    row = ast.ArrayType(type_, ast.Literal("Integer", "3", ast.U32))
    assert type_rules.size_in_bits(type_, raw) == bits
    assert type_rules.size_in_bits(row, raw) == array_bits(3, bits, raw=raw)
