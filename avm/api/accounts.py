"""Accounts for user interfaces: those kept here, signatures, and what is encrypted for an account."""

from __future__ import annotations

from dataclasses import dataclass

from avm.account.account import LOCAL_PRIVATE_KEY
from avm.account.account import LOCAL_SIGNER as LOCAL_SIGNER
from avm.account.account import Account as Account
from avm.base.errors import ParseFailure
from avm.storage.keystore import LOCAL_NAME as LOCAL_NAME
from avm.storage.keystore import SHORTEST_PASSWORD as SHORTEST_PASSWORD
from avm.storage.keystore import AccountView as AccountView
from avm.storage.keystore import Keystore as Keystore
from avm.storage.keystore import Secret as Secret
from avm.storage.keystore import check_name as check_name
from avm.storage.keystore import signer as signer


def local_account() -> Account:
    """The public test account with its keys, which everybody knows."""
    return Account.from_private_key(LOCAL_PRIVATE_KEY)


def _message_fields(message: str, raw: bool) -> list[int]:
    from avm.account.signature import message_of_bytes
    from avm.data.value import parse_value

    return message_of_bytes(message.encode("utf-8")) if raw else list(parse_value(message).to_fields())


def sign(private_key: str, message: str, *, raw: bool = False) -> str:
    """Sign an Aleo value, or with ``raw`` the bytes of a text; return the signature's text."""
    from avm.account.signature import sign as sign_fields

    key = Account.from_private_key(private_key).key
    return str(sign_fields(key, _message_fields(message, raw)))


def verify(address: str, signature: str, message: str, *, raw: bool = False) -> bool:
    """Whether ``signature`` is by ``address`` over ``message``; ``AvmError`` when a text is malformed."""
    from avm.account.address import parse_address
    from avm.account.signature import Signature

    return Signature.parse(signature).verify(parse_address(address), _message_fields(message, raw))


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
