"""Ciphertexts: the fields of a plaintext, each hidden by a random-looking field from a shared key.

Source: snarkVM ``console/program/src/data/ciphertext``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from avm.algebra.fields import FR_MODULUS, Fr
from avm.base import bech32
from avm.base.bits import int_to_bits_le
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError
from avm.base.limits import MAX_DATA_FIELDS
from avm.data.encoding import DATA_BITS
from avm.data.plaintext import Plaintext, plaintext_from_bits
from avm.primitives import poseidon
from avm.primitives.domain import domain_separator

PREFIX = "ciphertext"
ENCRYPTION_DOMAIN = "AleoSymmetricEncryption0"


def randomizers(key: int, count: int) -> list[int]:
    """Return the fields that hide ``count`` fields under a key."""
    return poseidon.hash_many(8, [domain_separator(ENCRYPTION_DOMAIN), key], count)


def plaintext_from_fields(fields: Sequence[int]) -> Plaintext:
    """Return the plaintext of its fields with terminator; DecodeError when they hold none."""
    if len(fields) > MAX_DATA_FIELDS:
        raise DecodeError(f"a value has at most {MAX_DATA_FIELDS} fields, not {len(fields)}")
    bits = [bit for field in fields for bit in int_to_bits_le(field, DATA_BITS)]
    while bits and not bits.pop():
        pass
    return plaintext_from_bits(bits)


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """The hidden fields, in order."""

    fields: tuple[int, ...]

    @classmethod
    def encrypt(cls, value: Plaintext, key: int) -> Ciphertext:
        """Return the ciphertext of a plaintext under its view key (a field element)."""
        fields = value.to_fields()
        return cls.hide(fields, randomizers(key, len(fields)))

    @classmethod
    def hide(cls, fields: Sequence[int], masks: Sequence[int]) -> Ciphertext:
        """Return the fields with a mask added to each."""
        return cls(tuple((field + mask) % FR_MODULUS for field, mask in zip(fields, masks, strict=True)))

    @classmethod
    def parse(cls, text: str) -> Ciphertext:
        """Read ``ciphertext1…``; DecodeError when it is not one."""
        reader = ByteReader(bech32.decode(PREFIX, text))
        ciphertext = cls.read(reader)
        reader.finish()
        return ciphertext

    @classmethod
    def read(cls, reader: ByteReader) -> Ciphertext:
        """Read what ``to_bytes`` writes; DecodeError when it is not canonical."""
        count = reader.u16()
        if count > MAX_DATA_FIELDS:
            raise DecodeError(f"a ciphertext has at most {MAX_DATA_FIELDS} fields, not {count}")
        return cls(tuple(Fr.from_bytes_le(reader.take(32)) for _ in range(count)))

    def shown(self, masks: Sequence[int]) -> list[int]:
        """Return the fields with the masks taken off."""
        return [(field - mask) % FR_MODULUS for field, mask in zip(self.fields, masks, strict=True)]

    def decrypt(self, key: int) -> Plaintext:
        """Return the plaintext under its view key; DecodeError when the key does not fit."""
        return plaintext_from_fields(self.shown(randomizers(key, len(self.fields))))

    def to_bytes(self) -> bytes:
        """Return the count (two bytes) and the fields."""
        return len(self.fields).to_bytes(2, "little") + b"".join(map(Fr.to_bytes_le, self.fields))

    def tagged_bits(self) -> list[bool]:
        """Return the 253 bits of every field."""
        return [bit for field in self.fields for bit in int_to_bits_le(field, 253)]

    def __str__(self) -> str:
        return bech32.encode(PREFIX, self.to_bytes())
