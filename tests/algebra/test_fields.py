"""The prime fields against Python's integers and published constants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avm.algebra.fields import Fq, Fr, Fs, PrimeField
from avm.base.errors import DecodeError, Halt

FIELDS = [Fr, Fq, Fs]


@st.composite
def field_and_elements(draw: st.DrawFn) -> tuple[PrimeField, int, int]:
    field = draw(st.sampled_from(FIELDS))
    p = field.modulus
    edge = st.sampled_from([0, 1, 2, p - 1, p - 2, (p - 1) // 2, (p + 1) // 2, 1 << 64, 1 << 128])
    element = st.one_of(edge, st.integers(0, p - 1))
    return field, draw(element), draw(element)


def test_moduli_have_the_published_decimal_values() -> None:
    assert Fr.modulus == 8444461749428370424248824938781546531375899335154063827935233455917409239041
    assert Fs.modulus == 2111115437357092606062206234695386632838870926408408195193685246394721360383
    assert str(Fq.modulus).startswith("25866442601296909401065273369489353353639351275491466053988426266")


@pytest.mark.parametrize(("field", "bits", "adicity"), [(Fr, 253, 47), (Fq, 377, 46), (Fs, 251, 1)])
def test_sizes_and_two_adicity(field: PrimeField, bits: int, adicity: int) -> None:
    assert (field.bits, field.two_adicity) == (bits, adicity)


def test_fr_root_of_unity_is_the_published_one() -> None:
    assert Fr.root_of_unity(47) == (
        8065159656716812877374967518403273466521432693661810619979959746626482506078
    )


@pytest.mark.parametrize("field", FIELDS)
def test_root_of_unity_has_exact_order(field: PrimeField) -> None:
    for k in range(field.two_adicity + 1):
        root = field.root_of_unity(k)
        assert field.pow(root, 1 << k) == 1
        assert k == 0 or field.pow(root, 1 << (k - 1)) == field.modulus - 1
    with pytest.raises(ValueError, match="no subgroup"):
        field.root_of_unity(field.two_adicity + 1)


@given(field_and_elements())
def test_arithmetic_is_arithmetic_modulo_p(case: tuple[PrimeField, int, int]) -> None:
    f, a, b = case
    p = f.modulus
    assert f.add(a, b) == (a + b) % p
    assert f.sub(a, b) == (a - b) % p
    assert f.mul(a, b) == a * b % p
    assert f.add(a, f.neg(a)) == 0
    assert f.square(a) == f.mul(a, a)
    assert f.double(a) == f.add(a, a)
    if b:
        assert f.mul(f.div(a, b), b) == a
        assert f.pow(b, -3) == f.inv(f.mul(b, f.mul(b, b)))


@given(field_and_elements())
def test_roots_follow_their_conventions(case: tuple[PrimeField, int, int]) -> None:
    f, a, _ = case
    square = f.square(a)
    root = f.sqrt(square)
    assert f.square(root) == square
    assert root <= f.neg(root) or root == 0
    even = f.even_sqrt(square)
    assert even % 2 == 0
    assert even in (root, f.neg(root))
    if not f.is_square(a):
        with pytest.raises(Halt):
            f.sqrt(a)


def test_zero_has_no_inverse() -> None:
    with pytest.raises(Halt):
        Fr.inv(0)
    with pytest.raises(Halt):
        Fr.div(1, Fr.modulus)


@given(st.lists(st.one_of(st.just(0), st.integers(0, Fr.modulus - 1)), max_size=12))
def test_batch_inverse_keeps_zero_and_inverts_the_rest(values: list[int]) -> None:
    assert Fr.batch_inverse(values) == [Fr.inv(x) if x else 0 for x in values]


@given(field_and_elements())
def test_bytes_round_trip(case: tuple[PrimeField, int, int]) -> None:
    f, a, _ = case
    assert f.from_bytes_le(f.to_bytes_le(a)) == a


@pytest.mark.parametrize("field", FIELDS)
def test_bytes_of_the_modulus_and_wrong_lengths_are_refused(field: PrimeField) -> None:
    with pytest.raises(DecodeError):
        field.from_bytes_le(field.modulus.to_bytes(field.byte_length, "little"))
    with pytest.raises(DecodeError):
        field.from_bytes_le(bytes(field.byte_length - 1))
