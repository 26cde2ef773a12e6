"""Compute keys and signatures in a circuit: the network's counts, and what is false is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from avm.account.keys import ComputeKeyVar, PrivateKey
from avm.account.signature import Signature, SignatureVar, sign
from avm.algebra.edwards import GENERATOR
from avm.algebra.fields import FR_MODULUS, FS_MODULUS
from avm.r1cs.linear import Mode
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar
from avm.types.group import GroupVar
from tests.primitives.circuits import fields, spent

C, P, S = Mode.CONSTANT, Mode.PUBLIC, Mode.PRIVATE
KEY = PrivateKey(1234567)
MESSAGE = [FR_MODULUS - 1, 5]
SIGNED = sign(KEY, MESSAGE, nonce=99)


def verified(
    signature: Signature, message: list[int], mode: Mode = S, key: PrivateKey = KEY
) -> tuple[ConstraintSystem, bool, tuple[int, int, int]]:
    cs = ConstraintSystem()
    var = SignatureVar.new(cs, mode, signature)
    address = AddressVar.new(cs, mode, key.address)
    given = fields(cs, message, mode)
    out, size = spent(cs, var.verify, address, given)
    assert cs.is_satisfied and not cs.check()
    return cs, out.value, size


@pytest.mark.parametrize(
    ("mode", "counts"), [(C, (276, 0, 0, 0)), (P, (9, 6, 869, 873)), (S, (9, 0, 875, 873))]
)
def test_a_signature_is_injected_as_the_network_does(mode: Mode, counts: tuple[int, ...]) -> None:
    cs = ConstraintSystem()
    var = SignatureVar.new(cs, mode, SIGNED)
    made = cs.counts()
    assert (made.constants, made.public, made.private, made.constraints) == counts
    assert var.value == SIGNED and var.is_constant is (mode is C)
    assert var.compute_key.sk_prf.value == SIGNED.compute_key.sk_prf


def test_the_scalar_of_a_compute_key_is_derived() -> None:
    cs = ConstraintSystem()
    pk_sig, pr_sig = (GroupVar.new(cs, S, p) for p in (KEY.compute_key.pk_sig, KEY.compute_key.pr_sig))
    key, size = spent(cs, ComputeKeyVar, pk_sig, pr_sig)
    assert key.sk_prf.value == KEY.compute_key.sk_prf and size == (1, 845, 847)
    assert spent(cs, key.to_bits_le)[1] == (0, 1010, 1014)


@pytest.mark.parametrize("mode", [C, P, S])
def test_the_address_of_a_compute_key(mode: Mode) -> None:
    size = (1008, 0, 0) if mode is C else (504, 1260, 1260)
    cs = ConstraintSystem()
    key = ComputeKeyVar.new(cs, mode, KEY.compute_key)
    address, made = spent(cs, key.address)
    assert address.value == KEY.address and made == size and cs.is_satisfied


@pytest.mark.parametrize("mode", [P, S])
def test_a_signature_is_verified_at_the_networks_cost(mode: Mode) -> None:
    _, valid, size = verified(SIGNED, MESSAGE, mode)
    assert valid and size == (1757, 7783, 7789)


def test_a_constant_signature_costs_constants_alone() -> None:
    """4514 at most: doublings before the challenge's first bit cost nothing."""
    _, valid, size = verified(SIGNED, MESSAGE, C)
    assert valid and size[0] <= 4514 and size[1:] == (0, 0)


def test_a_message_of_five_elements_costs_another_permutation() -> None:
    message = [*MESSAGE, 0, 1, 2]
    _, valid, size = verified(sign(KEY, message, nonce=3), message)
    assert valid and size == (1757, 8308, 8314)


@pytest.mark.parametrize("message", [[5, FR_MODULUS - 1], [5], [], [*MESSAGE, 0]])
def test_another_message_is_not_signed(message: list[int]) -> None:
    assert not verified(SIGNED, message)[1]


def test_a_changed_signature_is_false() -> None:
    for change in (
        {"challenge": (SIGNED.challenge + 1) % FS_MODULUS},
        {"response": (SIGNED.response - 1) % FS_MODULUS},
        {"compute_key": replace(SIGNED.compute_key, pr_sig=GENERATOR)},
    ):
        assert not verified(replace(SIGNED, **change), MESSAGE)[1]
    assert not verified(SIGNED, MESSAGE, key=PrivateKey(7))[1]


def test_bits_equality_and_choice_of_signatures() -> None:
    other = sign(KEY, [1], nonce=7)
    cs = ConstraintSystem()
    a, b = SignatureVar.new(cs, S, SIGNED), SignatureVar.new(cs, S, other)
    bits, size = spent(cs, a.clone().to_bits_le)
    assert [bit.value for bit in bits] == SIGNED.to_bits_le() and size == (0, 2012, 2020)
    same, size = spent(cs, a.is_eq, b)
    assert not same.value and size == (0, 20, 20)
    assert a.is_neq(b).value and a.is_eq(a.clone()).value
    first = BooleanVar.new(cs, S, True)
    chosen, size = spent(cs, SignatureVar.ternary, first, a, b)
    assert chosen.value == SIGNED and size == (0, 7, 7)
    assert cs.is_satisfied
    constant = SignatureVar.new(cs, C, SIGNED)
    assert constant.is_eq(constant.clone()).value and not constant.is_eq(SignatureVar.new(cs, C, other)).value
