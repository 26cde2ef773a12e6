"""The keys of an account, each derived from the one above it: private, compute, view, graph.

The classes that hold secrets print a redaction and cannot be pickled or copied; ``reveal`` gives the text.
Source: snarkVM ``console/account/src``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cached_property

from avm.algebra.edwards import Point, add
from avm.algebra.fields import FR_MODULUS, FS_MODULUS, Fr, Fs
from avm.base import base58
from avm.base.errors import DecodeError
from avm.base.secret import Uncopyable
from avm.primitives import poseidon
from avm.primitives.domain import domain_separator
from avm.primitives.hash_to_curve import mul_generator, mul_generator_circuit
from avm.r1cs.linear import Mode
from avm.r1cs.scopes import gadget
from avm.r1cs.system import ConstraintSystem
from avm.types.address import AddressVar
from avm.types.boolean import BooleanVar
from avm.types.group import GroupVar
from avm.types.scalar import ScalarVar

_PRIVATE_KEY = bytes([127, 134, 189, 116, 210, 221, 210, 137, 145, 18, 253])
_VIEW_KEY = bytes([14, 138, 223, 204, 247, 224, 122])
_GRAPH_KEY = bytes([42, 72, 193, 144, 65, 126, 212, 229, 211])


# Base58 takes fewer than 1.4 characters a byte; the longest key has 43 bytes.
_LONGEST_TEXT = 64


def _decode(text: str, prefix: bytes, kind: str) -> bytes:
    if len(text) > _LONGEST_TEXT:
        raise DecodeError(f"the text is not {kind}: it is too long")
    data = base58.decode(text)
    if len(data) != len(prefix) + 32 or not data.startswith(prefix):
        raise DecodeError(f"the text is not {kind}")
    return data[len(prefix) :]


@dataclass(frozen=True, slots=True)
class ComputeKey:
    """The public points of the signing key, and the scalar that hides it in the address."""

    pk_sig: Point
    pr_sig: Point

    @property
    def sk_prf(self) -> int:
        """The scalar derived from both points."""
        return poseidon.hash_to_scalar(4, [self.pk_sig[0], self.pr_sig[0]])

    def address(self) -> Point:
        """Return the account's address."""
        return add(add(self.pk_sig, self.pr_sig), mul_generator(self.sk_prf))


class ComputeKeyVar:
    """A compute key of a circuit; its scalar is derived when it is made."""

    __slots__ = ("cs", "pk_sig", "pr_sig", "sk_prf")

    def __init__(self, pk_sig: GroupVar, pr_sig: GroupVar, sk_prf: ScalarVar | None = None) -> None:
        self.cs = pk_sig.cs
        self.pk_sig = pk_sig
        self.pr_sig = pr_sig
        self.sk_prf = sk_prf or poseidon.hash_to_scalar_circuit(self.cs, 4, [pk_sig.x, pr_sig.x])

    @classmethod
    def new(cls, cs: ConstraintSystem, mode: Mode, value: ComputeKey) -> ComputeKeyVar:
        """Inject both points and derive the scalar: 9 constants, 873 private variables and constraints."""
        pk_sig = GroupVar.new(cs, mode, value.pk_sig)
        return cls(pk_sig, GroupVar.new(cs, mode, value.pr_sig))

    @property
    def value(self) -> ComputeKey:
        """The key of the witness."""
        return ComputeKey(self.pk_sig.value, self.pr_sig.value)

    @property
    def is_constant(self) -> bool:
        """True when no variable occurs."""
        return self.pk_sig.is_constant and self.pr_sig.is_constant and self.sk_prf.is_constant

    def clone(self) -> ComputeKeyVar:
        """Return a copy; bits found later are not shared."""
        return ComputeKeyVar(self.pk_sig.clone(), self.pr_sig.clone(), self.sk_prf.clone())

    def to_bits_le(self) -> tuple[BooleanVar, ...]:
        """Return the bits of both x coordinates, and keep them."""
        return (*self.pk_sig.to_bits_le(), *self.pr_sig.to_bits_le())

    @gadget("address of compute key")
    def address(self) -> AddressVar:
        """Return the account's address; 504 constants, 1260 variables and constraints."""
        pk_prf = mul_generator_circuit(self.sk_prf)
        return AddressVar(self.pk_sig.add(self.pr_sig).add(pk_prf))

    def is_eq(self, other: ComputeKeyVar) -> BooleanVar:
        """Return whether both are the same, scalar included."""
        points = self.pk_sig.is_eq(other.pk_sig).and_(self.pr_sig.is_eq(other.pr_sig))
        return points.and_(self.sk_prf.is_eq(other.sk_prf))

    @staticmethod
    def ternary(condition: BooleanVar, a: ComputeKeyVar, b: ComputeKeyVar) -> ComputeKeyVar:
        """Return a when the condition holds, else b."""
        pk_sig = GroupVar.ternary(condition, a.pk_sig, b.pk_sig)
        pr_sig = GroupVar.ternary(condition, a.pr_sig, b.pr_sig)
        return ComputeKeyVar(pk_sig, pr_sig, ScalarVar.ternary(condition, a.sk_prf, b.sk_prf))


@dataclass(frozen=True)
class GraphKey(Uncopyable):
    """The key that recognises spent records of the account by their tags."""

    sk_tag: int = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> GraphKey:
        """Read ``AGraphKey1…``; DecodeError when it is not one."""
        return cls(Fr.from_bytes_le(_decode(text, _GRAPH_KEY, "a graph key (AGraphKey1…)")))

    def reveal(self) -> str:
        """Return the text form ``AGraphKey1…``."""
        return base58.encode(_GRAPH_KEY + Fr.to_bytes_le(self.sk_tag))


@dataclass(frozen=True)
class ViewKey(Uncopyable):
    """The key that decrypts what the account receives."""

    scalar: int = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> ViewKey:
        """Read ``AViewKey1…``; DecodeError when it is not one."""
        return cls(Fs.from_bytes_le(_decode(text, _VIEW_KEY, "a view key (AViewKey1…)")))

    def reveal(self) -> str:
        """Return the text form ``AViewKey1…``."""
        return base58.encode(_VIEW_KEY + Fs.to_bytes_le(self.scalar))

    def address(self) -> Point:
        """Return the account's address."""
        return mul_generator(self.scalar)

    def graph_key(self) -> GraphKey:
        """Return the account's graph key."""
        return GraphKey(poseidon.hash(4, [domain_separator("AleoGraphKey0"), self.scalar, 0]))


@dataclass(frozen=True)
class PrivateKey(Uncopyable):
    """The root of an account: a field element from which everything else follows."""

    seed: int = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.seed < FR_MODULUS:
            raise DecodeError("the seed of a private key must be below the field's modulus")

    @classmethod
    def random(cls) -> PrivateKey:
        """Return a fresh key from the operating system's randomness."""
        return cls(secrets.randbelow(FR_MODULUS))

    @classmethod
    def parse(cls, text: str) -> PrivateKey:
        """Read ``APrivateKey1…``; DecodeError when it is not one."""
        return cls(Fr.from_bytes_le(_decode(text, _PRIVATE_KEY, "a private key (APrivateKey1…)")))

    def reveal(self) -> str:
        """Return the text form ``APrivateKey1…``: whoever reads it owns the account."""
        return base58.encode(_PRIVATE_KEY + Fr.to_bytes_le(self.seed))

    @cached_property
    def sk_sig(self) -> int:
        """The scalar that signs."""
        return poseidon.hash_to_scalar(2, [domain_separator("AleoAccountSignatureSecretKey0"), self.seed])

    @cached_property
    def r_sig(self) -> int:
        """The scalar that randomizes the signature key."""
        return poseidon.hash_to_scalar(2, [domain_separator("AleoAccountSignatureRandomizer0.0"), self.seed])

    @cached_property
    def compute_key(self) -> ComputeKey:
        """The public half of the signing key."""
        return ComputeKey(mul_generator(self.sk_sig), mul_generator(self.r_sig))

    @cached_property
    def view_key(self) -> ViewKey:
        """The account's view key."""
        return ViewKey((self.sk_sig + self.r_sig + self.compute_key.sk_prf) % FS_MODULUS)

    @cached_property
    def address(self) -> Point:
        """The account's address."""
        return self.compute_key.address()
