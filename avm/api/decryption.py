"""What a view key reads of the network's documents: private values of its account's calls, and its records.

The private values of a transition are encrypted for who signed it, a record for its owner. Source: snarkVM
``ledger/block/src/transition`` and ``console/program/src/data/record/decrypt.rs``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from avm.base import files
from avm.base.errors import AvmError, DecodeError
from avm.base.json_value import JsonObject, items, members

if TYPE_CHECKING:
    from avm.account.keys import ViewKey
    from avm.ledger.transition import Part, Transition

LIMIT = 32 << 20
"""Bytes of the largest document."""
_HOLDERS = ("execution", "fee", "transition", "transaction")


@dataclass(frozen=True, slots=True)
class ReadPart:
    """An input or output; ``hidden`` says that it is encrypted.

    ``text`` is empty where the key does not read it, and where nothing but an id stands in the document.
    """

    place: str
    kind: str
    hidden: bool
    text: str = field(repr=False)

    def to_dict(self) -> JsonObject:
        """Return it as plain data."""
        value = self.text or None
        return {"place": self.place, "kind": self.kind, "hidden": self.hidden, "value": value}


@dataclass(frozen=True, slots=True)
class ReadTransition:
    """A transition as a view key reads it; ``signed`` says that the key is its signer's."""

    id: str
    program: str
    function: str
    signed: bool
    parts: tuple[ReadPart, ...]

    def to_dict(self) -> JsonObject:
        """Return it as plain data."""
        return {
            "id": self.id,
            "program": self.program,
            "function": self.function,
            "signed": self.signed,
            "parts": [part.to_dict() for part in self.parts],
        }


def decrypt_document(path: Path, view_key: str) -> tuple[ReadTransition, ...]:
    """Read a transition, execution, fee or transaction with a view key.

    ``AvmError`` for a malformed key, or a file that holds no transition.
    """
    from avm.account.keys import ViewKey

    key = ViewKey.parse(view_key)
    document = files.parse_json(files.read_text(path, LIMIT), path.name, unique=True)
    found = tuple(_read(each, key) for each in _transitions(document))
    if not found:
        raise DecodeError(
            f"{path.name} holds no transition",
            hint="it would be a transition, an execution, a fee or a transaction of the network, as JSON",
        )
    return found


def _transitions(document: object) -> Iterator[Transition]:
    """Yield the transitions of a document, those of its fee last."""
    from avm.ledger.transition_codec import transition_from_json

    if not isinstance(document, Mapping):
        return
    if "tpk" in document:
        yield transition_from_json(document)
        return
    if isinstance(document.get("transitions"), list):
        yield from (transition_from_json(members(each)) for each in items(document["transitions"]))
    for name in _HOLDERS:
        yield from _transitions(document.get(name))


def _read(transition: Transition, key: ViewKey) -> ReadTransition:
    from avm.algebra.edwards import mul
    from avm.data.request import transition_commitment

    tvk = mul(transition.tpk, key.scalar)[0]
    signed = transition_commitment(tvk) == transition.tcm
    shown = transition.decrypted(tvk) if signed else transition
    sides = (("input", transition.inputs, shown.inputs), ("output", transition.outputs, shown.outputs))
    parts = [
        _part(f"{side} {index}", part, readable, signed, key)
        for side, given, opened in sides
        for index, (part, readable) in enumerate(zip(given, opened, strict=True))
    ]
    return ReadTransition(transition.id_text, transition.program, transition.function, signed, tuple(parts))


def _part(place: str, part: Part, readable: Part, signed: bool, key: ViewKey) -> ReadPart:
    from avm.data.record_ciphertext import RecordCiphertext
    from avm.data.value import inline, parse_value

    if part.value.startswith("record1"):
        record = RecordCiphertext.parse(part.value)
        try:
            text = inline(record.decrypt(key)) if record.is_owner(key) else ""
        except AvmError:
            text = ""
        return ReadPart(place, part.kind, True, text)
    hidden = part.kind == "private"
    text = "" if not part.value or (hidden and not signed) else inline(parse_value(readable.value))
    return ReadPart(place, part.kind, hidden, text)
