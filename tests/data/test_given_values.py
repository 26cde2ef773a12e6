"""What a circuit takes for a value, read from the value alone."""

from __future__ import annotations

import pytest
from hypothesis import given

from avm.base.errors import Unsupported
from avm.data.circuit_values import inject
from avm.data.given_values import given_values
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct
from avm.r1cs import ConstraintSystem, Mode
from avm.types.literal_type import LiteralType
from tests.data.strategies import plaintexts

ANEW = (LiteralType.SIGNATURE, LiteralType.STRING)


def is_read(value: Plaintext) -> bool:
    if isinstance(value, Struct):
        return all(is_read(member) for _, member in value.members)
    if isinstance(value, Array):
        return all(map(is_read, value.elements))
    return value.type not in ANEW


@given(plaintexts.filter(is_read))
def test_it_is_what_injecting_hands_to_a_circuit(value: Plaintext) -> None:
    for mode in (Mode.PUBLIC, Mode.PRIVATE):
        cs = ConstraintSystem()
        inject(cs, mode, value)
        assert list(cs.given) == given_values(value)


def test_a_string_has_a_circuit_of_its_own_length() -> None:
    with pytest.raises(Unsupported):
        given_values(Array((Literal(LiteralType.STRING, "ab"),)))
