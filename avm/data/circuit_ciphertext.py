"""Encryption inside a circuit: a value's field elements plus masks that a key and Poseidon give.

(`circuit/program/src/data/plaintext/encrypt.rs`, `circuit/program/src/data/record/{encrypt,to_bits}.rs`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from avm.data.ciphertext import ENCRYPTION_DOMAIN
from avm.data.circuit_names import Bits, count_constants, fixed_bits
from avm.data.circuit_record import CircuitRecord
from avm.data.circuit_values import CircuitPlaintext, to_fields
from avm.data.record_encoding import TAGS
from avm.data.types import Visibility
from avm.primitives.domain import domain_separator
from avm.primitives.poseidon import hash_many_circuit
from avm.types.field import SIZE_IN_DATA_BITS, FieldVar


def encrypt(value: CircuitPlaintext, key: FieldVar) -> list[FieldVar]:
    """Return the field elements of a plaintext hidden under a key."""
    masks = _masks(key, _size_in_fields(value))
    return [part.add(mask) for part, mask in zip(to_fields(value), masks, strict=True)]


def encrypt_record(record: CircuitRecord, view_key: FieldVar) -> Callable[[], Bits]:
    """Hide a record under its view key; the function returned gives the bits of the hidden record.

    These are the record's bits with those of the hidden elements in place of a private owner and of private
    entries. What stays in the open is copied now: bits of it that are found until then are found again.
    """
    private = [entry.value for _, entry in record.entries if entry.visibility is Visibility.PRIVATE]
    masks = iter(_masks(view_key, record.owner_private + sum(map(_size_in_fields, private))))
    hidden_owner = record.owner.to_field().add(next(masks)) if record.owner_private else None
    rest = record.clone()
    hidden = [
        [part.add(mask) for part, mask in zip(fields, islice(masks, len(fields)), strict=True)]
        for fields in map(to_fields, private)
    ]

    def bits() -> Bits:
        owner = rest.owner.to_bits_le() if hidden_owner is None else hidden_owner.to_bits_le()
        parts, data = iter(hidden), []
        for name, entry in rest.entries:
            if entry.visibility is Visibility.PRIVATE:
                tags = fixed_bits(rest.cs, TAGS[entry.visibility])
                data.append((name, (*tags, *[bit for part in next(parts) for bit in part.to_bits_le()])))
            else:
                data.append((name, entry.tagged_bits()))
        return rest.framed(owner, data)

    return bits


def _size_in_fields(value: CircuitPlaintext) -> int:
    """Return how many field elements a value fills; its bits are found for that, and kept."""
    return -(-(len(value.tagged_bits()) + 1) // SIZE_IN_DATA_BITS)


def _masks(key: FieldVar, count: int) -> list[FieldVar]:
    if not count:
        count_constants(key.cs, 1)
        return []
    domain = FieldVar.fixed(key.cs, domain_separator(ENCRYPTION_DOMAIN))
    return hash_many_circuit(key.cs, 8, [domain, key], count)
