"""Accounts for user interfaces: addresses in the open, keys only on explicit request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from avm.base.bits import bytes_to_bits_le
from avm.base.secret import NoCoreDump, Uncopyable

if TYPE_CHECKING:
    from avm.account.keys import PrivateKey

#: The account that signs local runs when none is chosen. Its private key is public (Aleo's own
#: documentation prints it), so it must never hold anything.
LOCAL_SIGNER = "aleo17heq5kue07mes0mwp8xdf3gy3q4hgs77n2tvhwxj8mg84y0je5ys3c703s"


@dataclass(frozen=True, slots=True)
class Account(Uncopyable):
    """An account; its repr shows the address alone. While it is held no core is dumped."""

    address: str
    _key: PrivateKey = field(repr=False)
    _guard: NoCoreDump = field(default_factory=NoCoreDump, repr=False, compare=False)

    def reveal_private_key(self) -> str:
        """Return the private key's text; show it only where the person asked for it."""
        return self._key.reveal()

    def reveal_view_key(self) -> str:
        """Return the view key's text; show it only where the person asked for it."""
        return self._key.view_key.reveal()


def _account(key: PrivateKey) -> Account:
    from avm.account.address import address_text

    return Account(address_text(key.address), key)


def new() -> Account:
    """Make an account from the operating system's randomness."""
    from avm.account.keys import PrivateKey

    return _account(PrivateKey.random())


def from_private_key(text: str) -> Account:
    """Open an account by its private key; ``AvmError`` when the text is none."""
    from avm.account.keys import PrivateKey

    return _account(PrivateKey.parse(text.strip()))


def _message_fields(message: str, raw: bool) -> list[int]:
    from avm.base.bits import bits_to_int_le
    from avm.data.value import parse_value

    if not raw:
        return list(parse_value(message).to_fields())
    bits = bytes_to_bits_le(message.encode("utf-8"))
    return [bits_to_int_le(bits[i : i + 252]) for i in range(0, len(bits), 252)]


def sign(private_key: str, message: str, *, raw: bool = False) -> str:
    """Sign an Aleo value, or with ``raw`` the bytes of a text; return the signature's text."""
    from avm.account.signature import sign as sign_fields

    key = from_private_key(private_key)._key
    return str(sign_fields(key, _message_fields(message, raw)))


def verify(address: str, signature: str, message: str, *, raw: bool = False) -> bool:
    """Whether ``signature`` is by ``address`` over ``message``; ``AvmError`` when a text is malformed."""
    from avm.account.address import parse_address
    from avm.account.signature import Signature

    return Signature.parse(signature).verify(parse_address(address), _message_fields(message, raw))
