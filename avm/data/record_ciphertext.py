"""Encrypted records, and everything about a record that only keys reveal: owner, tag, serial number.

Source: snarkVM ``console/program/src/data/record``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from avm.account.keys import GraphKey, PrivateKey, ViewKey
from avm.algebra.edwards import Point, mul, mul_by_cofactor
from avm.algebra.fields import FR_MODULUS
from avm.base import bech32
from avm.base.bits import int_to_bits_le
from avm.base.codec import ByteReader
from avm.base.errors import DecodeError
from avm.data.ciphertext import ENCRYPTION_DOMAIN, Ciphertext, plaintext_from_fields, randomizers
from avm.data.encoding import bits_to_fields
from avm.data.identifier import identifier_bits, program_id_bits
from avm.data.plaintext import Plaintext
from avm.data.record import Entry, Record
from avm.data.record_encoding import read_layout, record_bits, record_bytes
from avm.data.types import Visibility
from avm.primitives import poseidon
from avm.primitives.bhp import bhp
from avm.primitives.domain import domain_separator
from avm.primitives.group_codec import point_from_x, point_to_bytes

PREFIX = "record"
COMMITMENT_DOMAIN = "AleoCommitment0"
SERIAL_NUMBER_DOMAIN = "AleoSerialNumber0"


@dataclass(frozen=True, slots=True)
class RecordCiphertext:
    """A record whose private parts are ciphertexts; a private owner is one hidden field."""

    owner: Point | Ciphertext
    data: tuple[tuple[str, Visibility, Plaintext | Ciphertext], ...]
    nonce: Point
    version: int

    @classmethod
    def parse(cls, text: str) -> RecordCiphertext:
        """Read ``record1…``; DecodeError when it is not one."""
        reader = ByteReader(bech32.decode(PREFIX, text))
        record = cls.read(reader)
        reader.finish()
        return record

    @classmethod
    def read(cls, reader: ByteReader) -> RecordCiphertext:
        """Read what ``to_bytes`` writes; DecodeError when it is not canonical."""
        parts = read_layout(reader, Ciphertext.read, Ciphertext.read)
        if isinstance(parts.owner, Ciphertext) and len(parts.owner.fields) != 1:
            raise DecodeError("the hidden owner of a record is one field")
        return cls(parts.owner, parts.data, parts.nonce, parts.version)

    @property
    def owner_private(self) -> bool:
        """Whether the owner is hidden."""
        return isinstance(self.owner, Ciphertext)

    def to_bits(self) -> list[bool]:
        """Return the bits that the checksum is made of."""
        x = self.owner.fields[0] if isinstance(self.owner, Ciphertext) else self.owner[0]
        data = [(name, seen, value.tagged_bits()) for name, seen, value in self.data]
        return record_bits(self.owner_private, int_to_bits_le(x, 253), data, self.nonce, self.version)

    def to_fields(self) -> list[int]:
        """Return the bits and a terminator bit as field elements."""
        return bits_to_fields([*self.to_bits(), True])

    def to_bytes(self) -> bytes:
        """Return the bytes."""
        hidden = isinstance(self.owner, Ciphertext)
        owner = self.owner.to_bytes() if isinstance(self.owner, Ciphertext) else point_to_bytes(self.owner)
        data = [(name, seen, value.to_bytes()) for name, seen, value in self.data]
        return record_bytes(hidden, owner, data, self.nonce, self.version)

    def __str__(self) -> str:
        return bech32.encode(PREFIX, self.to_bytes())

    def checksum(self) -> int:
        """Return the hash by which a transition names the encrypted record."""
        return bhp(1024).hash(self.to_bits())

    def is_owner(self, key: ViewKey) -> bool:
        """Whether the account of a view key owns the record."""
        owner = key.address()
        if not isinstance(self.owner, Ciphertext):
            return self.owner == owner
        return self.owner.shown(randomizers(record_view_key(self.nonce, key), 1)) == [owner[0]]

    def decrypt(self, key: ViewKey) -> Record:
        """Return the record; DecodeError when the view key is not its owner's."""
        record = self.decrypt_with(record_view_key(self.nonce, key))
        if record.owner != key.address():
            raise DecodeError("the view key is not the record owner's")
        return record

    def decrypt_with(self, view_key: int) -> Record:
        """Return the record under its record view key; DecodeError when the key does not fit."""
        counts = [len(value.fields) for _, _, value in self.data if isinstance(value, Ciphertext)]
        masks = iter(randomizers(view_key, self.owner_private + sum(counts)))
        owner = self.owner
        if isinstance(owner, Ciphertext):
            owner = point_from_x(owner.shown(list(islice(masks, 1)))[0])
        data = tuple((name, Entry(seen, _show(value, masks))) for name, seen, value in self.data)
        return Record(owner, self.owner_private, data, self.nonce, self.version)


def _show(value: Plaintext | Ciphertext, masks: Iterator[int]) -> Plaintext:
    if not isinstance(value, Ciphertext):
        return value
    return plaintext_from_fields(value.shown(list(islice(masks, len(value.fields)))))


def record_view_key(nonce: Point, key: ViewKey) -> int:
    """Return the field under which a record with this nonce is encrypted for an account."""
    return mul(nonce, key.scalar)[0]


def encrypt_record(record: Record, view_key: int) -> RecordCiphertext:
    """Return the record encrypted under its record view key."""
    fields = {n: e.value.to_fields() for n, e in record.data if e.visibility is Visibility.PRIVATE}
    masks = iter(randomizers(view_key, record.owner_private + sum(map(len, fields.values()))))
    owner: Point | Ciphertext = record.owner
    if record.owner_private:
        owner = Ciphertext.hide([record.owner[0]], list(islice(masks, 1)))
    data: list[tuple[str, Visibility, Plaintext | Ciphertext]] = []
    for name, entry in record.data:
        value: Plaintext | Ciphertext = entry.value
        if name in fields:
            value = Ciphertext.hide(fields[name], list(islice(masks, len(fields[name]))))
        data.append((name, entry.visibility, value))
    return RecordCiphertext(owner, tuple(data), record.nonce, record.version)


def commitment(record: Record, program: str, name: str, view_key: int) -> int:
    """Return the field by which the chain knows a record of a program, without seeing it."""
    bits = program_id_bits(program) + identifier_bits(name) + record.tagged_bits()
    digest = bhp(1024).hash(bits[:-8])
    if record.version == 0:
        return digest
    blinding = poseidon.hash_to_scalar(2, [domain_separator(COMMITMENT_DOMAIN), view_key])
    return bhp(512).commit(int_to_bits_le(digest, 253) + int_to_bits_le(record.version, 8), blinding)


def gamma(key: PrivateKey, record_commitment: int) -> Point:
    """Return the owner's secret multiple of the commitment's point."""
    point = poseidon.hash_to_group(2, [domain_separator(SERIAL_NUMBER_DOMAIN), record_commitment])
    return mul(point, key.sk_sig)


def serial_number(gamma_point: Point, record_commitment: int) -> int:
    """Return the field that marks a record as spent, from its gamma."""
    domain = domain_separator(SERIAL_NUMBER_DOMAIN)
    nonce = poseidon.hash_to_scalar(2, [domain, mul_by_cofactor(gamma_point)[0]])
    return bhp(512).commit(int_to_bits_le(domain, 253) + int_to_bits_le(record_commitment, 253), nonce)


def tag(key: GraphKey, record_commitment: int) -> int:
    """Return the field by which an owner's graph key finds the spending of a record."""
    return poseidon.hash(2, [key.sk_tag, record_commitment])


def sender_ciphertext(signer: Point, view_key: int) -> int:
    """Return the signer's address hidden for the receiver of a record of version 1."""
    return (signer[0] + poseidon.hash(4, [domain_separator(ENCRYPTION_DOMAIN), view_key, 1])) % FR_MODULUS
