"""Plaintext values inside circuits: injection, shape, encoding, equality, access and outputs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.base.errors import Halt
from avm.data import circuit_values
from avm.data.circuit_values import CircuitStruct, find, inject, to_fields
from avm.data.literal import Literal
from avm.data.plaintext import Array, Plaintext, Struct, parse_plaintext
from avm.r1cs import ConstraintSystem, Counts, Mode
from avm.types.literal_type import LiteralType as T

C, P, S = Mode.CONSTANT, Mode.PUBLIC, Mode.PRIVATE
SAMPLE = "{ a: 5u8, b: [1field, 2field], c: { d: true, e: -3i16 } }"


def literals() -> st.SearchStrategy[Plaintext]:
    def of(type: T) -> st.SearchStrategy[Plaintext]:
        if type is T.BOOLEAN:
            return st.booleans().map(lambda v: Literal(type, v))
        high = type.max if type.is_integer else 10**70
        return st.integers(type.min, high).map(lambda v: Literal(type, v))

    return st.sampled_from([T.BOOLEAN, T.FIELD, T.SCALAR, T.U8, T.I32, T.U128]).flatmap(of)


def nested(inner: st.SearchStrategy[Plaintext]) -> st.SearchStrategy[Plaintext]:
    names = st.lists(st.sampled_from(["a", "bc", "def"]), min_size=1, max_size=3, unique=True)
    members = names.flatmap(lambda ns: st.tuples(*(inner.map(lambda v, n=n: (n, v)) for n in ns)))
    arrays = st.lists(inner, min_size=1, max_size=3).map(lambda v: Array(tuple(v)))
    return st.one_of(members.map(Struct), arrays)


plaintexts = st.recursive(literals(), nested, max_leaves=5)


@settings(max_examples=30, deadline=None)
@given(plaintexts, st.sampled_from([C, P, S]))
def test_a_value_keeps_its_shape_its_bits_and_its_fields(value: Plaintext, mode: Mode) -> None:
    cs = ConstraintSystem()
    var = inject(cs, mode, value)
    assert var.value() == value and var.is_constant == (mode is C)
    assert [bit.value for bit in var.tagged_bits()] == value.tagged_bits()
    assert [bit.value for bit in var.raw_bits()] == value.raw_bits()
    assert [field.value for field in to_fields(var)] == value.to_fields()
    assert cs.is_satisfied and not cs.check()


@settings(max_examples=30, deadline=None)
@given(plaintexts, plaintexts)
def test_equality_is_structural(a: Plaintext, b: Plaintext) -> None:
    cs = ConstraintSystem()
    x, y = inject(cs, S, a), inject(cs, S, b)
    assert circuit_values.is_eq(x, y).value == (a == b) and circuit_values.is_neq(x, y).value == (a != b)
    assert circuit_values.is_eq(x, x.clone()).value and not circuit_values.is_neq(x, x.clone()).value
    assert cs.is_satisfied and not cs.check()


def test_names_and_paths_are_counted_as_constants() -> None:
    cs = ConstraintSystem()
    value = inject(cs, S, parse_plaintext(SAMPLE))
    assert cs.counts() == Counts(8 * 5, 0, 8 + 2 + 1 + 16, 8 + 1 + 16)
    before = cs.counts()
    assert find(value, ["b", 1]).value() == Literal(T.FIELD, 2)
    assert find(value, ["c", "e"]).value() == Literal(T.I16, -3)
    assert cs.counts() - before == Counts(8 + 32 + 16, 0, 0, 0)
    made = CircuitStruct.build(cs, [("xy", find(value, ["a"]))])
    assert str(made.value()) == str(parse_plaintext("{ xy: 5u8 }"))


@pytest.mark.parametrize("path", [["z"], ["b", 2], ["a", 0], [0]])
def test_a_path_that_leads_nowhere_halts(path: list[str | int]) -> None:
    value = inject(ConstraintSystem(), S, parse_plaintext(SAMPLE))
    with pytest.raises(Halt):
        find(value, path)


def test_encoded_bits_are_found_once() -> None:
    cs = ConstraintSystem()
    value = inject(cs, S, parse_plaintext("7field"))
    early = value.clone()
    bits = value.tagged_bits()
    spent = cs.counts()
    assert spent - Counts(0, 0, 1, 0) == Counts(24, 0, 505, 507)
    assert value.clone().tagged_bits() is bits and cs.counts() == spent
    early.tagged_bits()
    assert cs.counts() - spent == Counts(24, 0, 505, 507)


def test_outputs_are_bound_to_public_variables() -> None:
    cs = ConstraintSystem()
    value = inject(cs, S, parse_plaintext(SAMPLE))
    before = cs.counts()
    publics = circuit_values.expose(value, "r1")
    assert [cs.value(lc) for lc in publics] == [5, 1, 2, 1, 65533]
    assert cs.counts() - before == Counts(0, 5, 0, 5)
    assert cs.public_name(1) == "r1[0]" and cs.is_satisfied and not cs.check()
