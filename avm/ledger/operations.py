"""Finalize operations: the changes of public storage that a block commits to.

Source: snarkVM ``synthesizer/program/src/logic/finalize_operation``, ``ledger/store/src/program``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from avm.base.bits import int_to_bits_le
from avm.base.json_value import JsonObject, JsonValue, text
from avm.data.identifier import identifier_bits, program_id_bits
from avm.data.plaintext import Plaintext, parse_plaintext
from avm.data.value import inline
from avm.ledger.state import field_bits, finalize_id_tree
from avm.primitives.bhp import bhp


class Change(Enum):
    """What happens to a mapping or an entry; the number is the variant that is hashed."""

    INITIALIZE = 0
    INSERT = 1
    UPDATE = 2
    REMOVE = 3


def mapping_id(program: str, mapping: str) -> int:
    """Return the field element that names a mapping."""
    return bhp(1024).hash([*program_id_bits(program), False, *identifier_bits(mapping)])


def key_id(program: str, mapping: str, key: Plaintext) -> int:
    """Return the field element that names an entry."""
    bits = [*program_id_bits(program), False, *identifier_bits(mapping), False, *key.tagged_bits()]
    return bhp(1024).hash(bits)


def value_id(key: int, value: Plaintext) -> int:
    """Return the field element that names a value under the id of its key."""
    return bhp(1024).hash(field_bits(key) + field_bits(bhp(1024).hash(value.tagged_bits())))


@dataclass(frozen=True, slots=True)
class Operation:
    """A change of a mapping; ``key`` and ``value`` are None where the change has none.

    Setting an entry is always an UPDATE, also of a key that was absent.
    """

    change: Change
    program: str
    mapping: str
    key: Plaintext | None = None
    value: Plaintext | None = None

    def ids(self) -> tuple[int, ...]:
        """Return the ids of the mapping, the key and the value, as far as there are any."""
        ids = [mapping_id(self.program, self.mapping)]
        if self.key is not None:
            ids.append(key_id(self.program, self.mapping, self.key))
            if self.value is not None:
                ids.append(value_id(ids[1], self.value))
        return tuple(ids)

    def bits(self) -> list[bool]:
        """Return the leaf of the finalize tree: the variant and the ids."""
        return [*int_to_bits_le(self.change.value, 8), *(b for i in self.ids() for b in field_bits(i))]

    def to_json(self) -> JsonObject:
        """Return the operation as JSON values."""
        data: dict[str, JsonValue] = {
            "type": self.change.name.lower(),
            "program": self.program,
            "mapping": self.mapping,
        }
        if self.key is not None:
            data["key"] = inline(self.key)
        if self.value is not None:
            data["value"] = inline(self.value)
        return data

    @classmethod
    def from_json(cls, data: JsonObject) -> Operation:
        """Return the operation of ``to_json``."""
        shown = (text(data[name]) if name in data else None for name in ("key", "value"))
        key, value = (None if each is None else parse_plaintext(each) for each in shown)
        program, mapping = text(data["program"]), text(data["mapping"])
        return cls(Change[text(data["type"]).upper()], program, mapping, key, value)


def finalize_id(operations: Iterable[Operation]) -> int:
    """Return the root over a transaction's operations."""
    return finalize_id_tree(operation.bits() for operation in operations).root
