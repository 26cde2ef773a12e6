"""An account that is held open: its address, and its keys on explicit request alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from avm.base.secret import NoCoreDump, Uncopyable

if TYPE_CHECKING:
    from avm.account.keys import PrivateKey

#: The account that signs local runs when none is chosen. Its private key is public (Aleo's own
#: documentation prints it), so it must never hold anything.
LOCAL_SIGNER = "aleo17heq5kue07mes0mwp8xdf3gy3q4hgs77n2tvhwxj8mg84y0je5ys3c703s"
LOCAL_PRIVATE_KEY = "APrivateKey1zkp3XshQZJTDMzZ965GFYaPNLeEUjrUR9fjtRGwmhDoZTzQ"


@dataclass(frozen=True, slots=True)
class Account(Uncopyable):
    """An account; its repr shows the address alone. While it is held no core is dumped."""

    address: str
    key: PrivateKey = field(repr=False)
    _guard: NoCoreDump = field(default_factory=NoCoreDump, repr=False, compare=False)

    @classmethod
    def new(cls) -> Account:
        """Make an account from the operating system's randomness."""
        from avm.account.keys import PrivateKey

        return cls._of(PrivateKey.random())

    @classmethod
    def from_private_key(cls, text: str) -> Account:
        """Open an account by its private key; ``AvmError`` when the text is none."""
        from avm.account.keys import PrivateKey

        return cls._of(PrivateKey.parse(text.strip()))

    @classmethod
    def _of(cls, key: PrivateKey) -> Account:
        from avm.account.address import address_text

        return cls(address_text(key.address), key)

    def reveal_private_key(self) -> str:
        """Return the private key's text; show it only where the person asked for it."""
        return self.key.reveal()

    def reveal_view_key(self) -> str:
        """Return the view key's text; show it only where the person asked for it."""
        return self.key.view_key.reveal()
