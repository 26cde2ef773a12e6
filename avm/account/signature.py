"""Signatures of an account over a list of field elements, written as ``sign1…``.

A Schnorr signature on the Edwards curve whose challenge binds the compute key and the address.
Source: snarkVM ``console/account/src/signature``.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from avm.account.keys import ComputeKey, ComputeKeyVar, PrivateKey
from avm.algebra.edwards import Point, add, mul
from avm.algebra.fields import FS_MODULUS, Fs
from avm.base import bech32
from avm.base.bits import bits_to_int_le, bytes_to_bits_le, int_to_bits_le
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError, Halt
from avm.base.limits import MAX_DATA_FIELDS
from avm.primitives import poseidon
from avm.primitives.group_codec import point_from_bytes, point_from_x, point_to_bytes
from avm.primitives.hash_to_curve import mul_generator, mul_generator_circuit
from avm.r1cs.linear import Mode
from avm.r1cs.scopes import gadget
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar
from avm.types.field import FieldVar
from avm.types.scalar import ScalarVar

PREFIX = "sign"
_SCALAR_BITS, _POINT_BITS, _DATA_BITS = 251, 253, 252
SIZE_IN_BITS = 2 * (_SCALAR_BITS + _POINT_BITS)
SIZE_IN_BYTES = 4 * 32


@dataclass(frozen=True, slots=True)
class Signature:
    """A challenge and a response (scalars), and the signer's compute key."""

    challenge: int
    response: int
    compute_key: ComputeKey

    @classmethod
    def parse(cls, text: str) -> Signature:
        """Read ``sign1…``; DecodeError when it is not a signature."""
        return cls.from_bytes(bech32.decode(PREFIX, text))

    @classmethod
    def from_bytes(cls, data: bytes) -> Signature:
        """Read 128 bytes; DecodeError when they are not a canonical signature."""
        reader = ByteReader(data)
        challenge, response = Fs.from_bytes_le(reader.take(32)), Fs.from_bytes_le(reader.take(32))
        key = ComputeKey(point_from_bytes(reader.take(32)), point_from_bytes(reader.take(32)))
        reader.finish()
        return cls(challenge, response, key)

    @classmethod
    def from_bits_le(cls, bits: Sequence[bool]) -> Signature:
        """Read 1008 bits; DecodeError when they are not a canonical signature."""
        if len(bits) != SIZE_IN_BITS:
            raise DecodeError(f"a signature has {SIZE_IN_BITS} bits, not {len(bits)}")
        cuts = (0, _SCALAR_BITS, 2 * _SCALAR_BITS, 2 * _SCALAR_BITS + _POINT_BITS, SIZE_IN_BITS)
        challenge, response, pk, pr = (bits_to_int_le(bits[a:b]) for a, b in pairwise(cuts))
        if challenge >= FS_MODULUS or response >= FS_MODULUS:
            raise DecodeError("a scalar of the signature is not canonical")
        return cls(challenge, response, ComputeKey(point_from_x(pk), point_from_x(pr)))

    def to_bytes(self) -> bytes:
        """Return the 128 bytes."""
        key = self.compute_key
        scalars = Fs.to_bytes_le(self.challenge) + Fs.to_bytes_le(self.response)
        return scalars + point_to_bytes(key.pk_sig) + point_to_bytes(key.pr_sig)

    def to_bits_le(self) -> list[bool]:
        """Return the 1008 bits."""
        key = self.compute_key
        scalars = [b for s in (self.challenge, self.response) for b in int_to_bits_le(s, _SCALAR_BITS)]
        return scalars + [b for p in (key.pk_sig, key.pr_sig) for b in int_to_bits_le(p[0], _POINT_BITS)]

    def to_fields(self) -> list[int]:
        """Return the challenge, the response and the x of both points."""
        return [self.challenge, self.response, self.compute_key.pk_sig[0], self.compute_key.pr_sig[0]]

    def __str__(self) -> str:
        return bech32.encode(PREFIX, self.to_bytes())

    def verify(self, address: Point, message: Sequence[int]) -> bool:
        """Whether the holder of ``address`` signed this list of field elements."""
        if len(message) > MAX_DATA_FIELDS:
            return False
        commitment = add(mul_generator(self.response), mul(self.compute_key.pk_sig, self.challenge))
        challenge = _challenge(commitment, self.compute_key, address, message)
        return challenge == self.challenge and self.compute_key.address() == address


class SignatureVar:
    """A signature of a circuit."""

    __slots__ = ("challenge", "compute_key", "cs", "response")

    def __init__(self, challenge: ScalarVar, response: ScalarVar, compute_key: ComputeKeyVar) -> None:
        self.cs = challenge.cs
        self.challenge = challenge
        self.response = response
        self.compute_key = compute_key

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, value: Signature) -> SignatureVar:
        """Inject the scalars and the compute key: 9 constants, 875 private variables, 873 constraints."""
        challenge = ScalarVar.new(cs, mode, value.challenge)
        response = ScalarVar.new(cs, mode, value.response)
        return cls(challenge, response, ComputeKeyVar.new(cs, mode, value.compute_key))

    @property
    def value(self) -> Signature:
        """The signature of the witness."""
        return Signature(self.challenge.value, self.response.value, self.compute_key.value)

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return self.challenge.is_constant and self.response.is_constant and self.compute_key.is_constant

    def clone(self) -> SignatureVar:
        """Return a copy; bits found later are not shared."""
        return SignatureVar(self.challenge.clone(), self.response.clone(), self.compute_key.clone())

    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the 1008 bits, and keep them."""
        scalars = (*self.challenge.to_bits_le(), *self.response.to_bits_le())
        return (*scalars, *self.compute_key.to_bits_le())

    @gadget("signature")
    def verify(self, address: AddressVar, message: Sequence[FieldVar]) -> BooleanVar:
        """Return whether the holder of ``address`` signed this list of field elements.

        1757 constants, 7783 variables and 7789 constraints for two elements
        (`circuit/account/src/signature/verify.rs`).
        """
        key = self.compute_key
        commitment = mul_generator_circuit(self.response).add(key.pk_sig.mul(self.challenge))
        head = [commitment.x, key.pk_sig.x, key.pr_sig.x, address.to_field()]
        challenge = poseidon.hash_to_scalar_circuit(self.cs, 8, [*head, *message])
        candidate = key.address()
        same = self.challenge.is_eq(challenge)
        return same.and_(address.is_eq(candidate))

    def is_eq(self, other: SignatureVar) -> BooleanVar:
        """Return whether both are the same."""
        if self.is_constant and other.is_constant:
            return BooleanVar.constant(self.cs, self.value == other.value)
        scalars = self.challenge.is_eq(other.challenge).and_(self.response.is_eq(other.response))
        return scalars.and_(self.compute_key.is_eq(other.compute_key))

    def is_neq(self, other: SignatureVar) -> BooleanVar:
        """Return whether they differ."""
        return self.is_eq(other).not_()

    @staticmethod
    def ternary(condition: BooleanVar, a: SignatureVar, b: SignatureVar) -> SignatureVar:
        """Return a when the condition holds, else b."""
        challenge = ScalarVar.ternary(condition, a.challenge, b.challenge)
        response = ScalarVar.ternary(condition, a.response, b.response)
        return SignatureVar(
            challenge, response, ComputeKeyVar.ternary(condition, a.compute_key, b.compute_key)
        )

    def __repr__(self) -> str:
        return f"SignatureVar({self.value})"


def _challenge(commitment: Point, key: ComputeKey, address: Point, message: Sequence[int]) -> int:
    head = [point[0] for point in (commitment, key.pk_sig, key.pr_sig, address)]
    return poseidon.hash_to_scalar(8, [*head, *message])


def sign(key: PrivateKey, message: Sequence[int], *, nonce: int | None = None) -> Signature:
    """Sign a list of at most 4161 field elements; Halt when it is longer.

    The nonce is drawn from the operating system unless given; two signatures must never share one.
    """
    if len(message) > MAX_DATA_FIELDS:
        raise Halt(f"a signed message has at most {MAX_DATA_FIELDS} fields, not {len(message)}")
    k = secrets.randbelow(FS_MODULUS) if nonce is None else nonce
    challenge = _challenge(mul_generator(k), key.compute_key, key.address, message)
    return Signature(challenge, (k - challenge * key.sk_sig) % FS_MODULUS, key.compute_key)


def message_of_bits(bits: Sequence[bool]) -> list[int]:
    """Return the field elements of a bit message: pieces of 252 bits, no terminator; none for no bits."""
    return [bits_to_int_le(bits[i : i + _DATA_BITS]) for i in range(0, len(bits), _DATA_BITS)]


def message_of_bytes(data: bytes) -> list[int]:
    """Return the field elements of a byte message."""
    return message_of_bits(bytes_to_bits_le(data))
