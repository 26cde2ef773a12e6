"""Reads what is encrypted for an account: records by its view key, values by the key of one ciphertext."""

from __future__ import annotations

from dataclasses import dataclass

from avm.base.errors import ParseFailure


@dataclass(frozen=True, slots=True)
class Decrypted:
    """What a ciphertext holds; ``kind`` is record or value."""

    kind: str
    text: str
    owner: str = ""


def decrypt_record(ciphertext: str, view_key: str) -> Decrypted:
    """Decrypt a record (``record1…``); ``AvmError`` for a malformed text or a key not its owner's."""
    from avm.account.address import address_text
    from avm.account.keys import ViewKey
    from avm.data.record_ciphertext import RecordCiphertext

    record = RecordCiphertext.parse(ciphertext).decrypt(ViewKey.parse(view_key))
    return Decrypted("record", str(record), address_text(record.owner))


def decrypt_value(ciphertext: str, key: str) -> Decrypted:
    """Decrypt a value (``ciphertext1…``) under its own key, a field; ``AvmError`` for malformed texts."""
    from avm.data.ciphertext import Ciphertext
    from avm.data.literal import Literal
    from avm.types.literal_type import LiteralType

    literal = Literal.parse(key.strip())
    if literal.type is not LiteralType.FIELD:
        raise ParseFailure("the key of a ciphertext is a field", hint="write it with its type: 123field")
    return Decrypted("value", str(Ciphertext.parse(ciphertext).decrypt(int(literal.value))))
