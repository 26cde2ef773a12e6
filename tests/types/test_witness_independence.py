"""Matrices depend on modes alone: two witnesses give the same rows, also where one of them halts."""

from collections.abc import Callable
from typing import Any

import pytest

from avm.algebra.edwards import GENERATOR, double
from avm.r1cs.linear import MODULUS
from avm.types.casts import cast_var
from avm.types.field import FieldVar
from avm.types.group import GroupVar
from avm.types.integers import IntegerVar
from avm.types.literal_type import LiteralType as T
from avm.types.scalar import ScalarVar
from tests.types.circuits import P, S, built

F, K, G = T.FIELD, T.SCALAR, T.GROUP
TWICE = double(GENERATOR)
Case = tuple[Callable[..., Any], tuple[T, ...], tuple[Any, ...], tuple[Any, ...]]
CASES: dict[str, Case] = {
    "field lt": (FieldVar.lt, (F, F), (3, 4), (MODULUS - 1, 0)),
    "field pow": (FieldVar.pow_, (F, F), (3, 4), (0, 0)),
    "field is.eq": (FieldVar.is_eq, (F, F), (3, 4), (5, 5)),
    "field inv": (FieldVar.inv, (F,), (3,), (0,)),
    "field div": (FieldVar.div, (F, F), (3, 4), (3, 0)),
    "field sqrt": (FieldVar.sqrt, (F,), (4,), (22,)),
    "field roots": (FieldVar.square_roots_flagged, (F,), (4,), (22,)),
    "scalar add": (ScalarVar.add, (K, K), (1, 2), (5, 2110 * 10**72)),
    "scalar lt": (ScalarVar.lt, (K, K), (1, 2), (2, 1)),
    "scalar from field": (ScalarVar.from_field, (F,), (1,), (MODULUS - 1,)),
    "group add": (GroupVar.add, (G, G), (GENERATOR, TWICE), ((0, 1), GENERATOR)),
    "group mul": (GroupVar.mul, (G, K), (GENERATOR, 5), (TWICE, 0)),
    "group is.eq": (GroupVar.is_eq, (G, G), (GENERATOR, TWICE), (TWICE, TWICE)),
    "group of x": (GroupVar.from_x_coordinate, (F,), (GENERATOR[0],), (1,)),
    "flagged group of x": (GroupVar.from_x_coordinate_flagged, (F,), (GENERATOR[0],), (1,)),
    "field to u8": (lambda x: cast_var(x, T.U8), (F,), (1,), (256,)),
    "field to boolean": (lambda x: cast_var(x, T.BOOLEAN), (F,), (1,), (2,)),
    "i16 to u8": (lambda x: cast_var(x, T.U8), (T.I16,), (1,), (-1,)),
    "i16 to i8": (lambda x: cast_var(x, T.I8), (T.I16,), (1,), (-200,)),
    "u8 to scalar": (lambda x: cast_var(x, T.SCALAR), (T.U8,), (1,), (9,)),
    "field to u8, lossy": (lambda x: IntegerVar.from_field_lossy(x, T.U8), (F,), (1,), (900,)),
}


@pytest.mark.parametrize("mode", [P, S])
@pytest.mark.parametrize("name", CASES)
def test_rows_do_not_depend_on_the_witness(name: str, mode: Any) -> None:
    gadget, types, first, second = CASES[name]
    one, other = (
        built(gadget, [(type, mode, value) for type, value in zip(types, values)])[0]
        for values in (first, second)
    )
    assert one.counts() == other.counts() and one.num_variables == other.num_variables
    assert one.matrices() == other.matrices()
