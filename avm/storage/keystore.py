"""The person's accounts on disk: names and addresses in the open, every private key sealed under a password.

One JSON file in the configuration folder. The password becomes a key by scrypt; each private key is sealed
with ChaCha20-Poly1305 under a fresh nonce and bound to its address; names, addresses and the chosen signer
are under an HMAC of the same key, so every change needs the password and any other one is found when the file
is unlocked. Everything is read again before a change and replaced atomically, so a wrong password, a damaged
file or a full disk loses nothing. Files of the first format, without the HMAC, are taken over when unlocked.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets as system
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from avm.account.account import LOCAL_SIGNER, Account
from avm.base import files
from avm.base.errors import AvmError, StoreError
from avm.base.json_value import JsonObject, hex_bytes, items, members, number, text
from avm.base.secret import NoCoreDump, Uncopyable

OLD_FORMAT, FORMAT = "avm-accounts-1", "avm-accounts-2"
FILE = "accounts.json"
LOCAL_NAME = "local"
COST_LOG2 = 17
"""scrypt's cost: 2^17 rounds of 1 KiB blocks, 128 MiB and about half a second for each guess."""
SHORTEST_PASSWORD = 8
_BLOCK, _LANES = 8, 1
_COSTS = range(10, 21)
_NAME = re.compile(r"[^\W_][\w .-]{0,39}\Z")
_CHECK = b"avm-accounts-1 password"
_LIMIT = 4 << 20


class Secret(Uncopyable):
    """A text that prints a redaction; ``reveal`` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __bool__(self) -> bool:
        return bool(self._text)


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account in a list; ``public_test_key`` marks the local account, whose key everybody knows."""

    name: str
    address: str
    signs: bool
    public_test_key: bool = False


@dataclass(frozen=True, slots=True)
class _Sealed:
    """One entry of the file."""

    name: str
    address: str
    nonce: bytes
    box: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Store:
    """The file's content; ``check`` is a known text sealed under the password."""

    cost_log2: int
    salt: bytes
    check: _Sealed
    entries: tuple[_Sealed, ...] = ()
    signer: str = ""
    format: str = FORMAT
    mac: bytes = b""

    def entry(self, name: str) -> _Sealed:
        found = next((e for e in self.entries if name in (e.name, e.address)), None)
        if found is None:
            shown = repr(name) if len(name) <= 40 else "that"
            raise AvmError(
                f"there is no account called {shown}",
                code="EAVM1302",
                hint="list them with `avm account list`",
            )
        return found


def config_root() -> Path:
    """The folder of the person's own files: ``AVM_STUDIO_HOME`` when set, else the configuration folder."""
    told = os.environ.get("AVM_STUDIO_HOME")
    if told:
        return Path(told)
    import platformdirs

    return Path(platformdirs.user_config_dir("avm-studio", appauthor=False))


def signer(folder: Path | None = None) -> str:
    """Return the address that signs runs: the chosen account's, else the local test account's.

    ``StoreError`` when the file of accounts is damaged.
    """
    return Keystore(folder).signer()


class Keystore(Uncopyable):
    """The accounts of one configuration folder; safe to use from several threads.

    It is locked until ``unlock`` or ``create_store``; everything but looking needs it unlocked. While it is,
    no core of the process is dumped. ``cost_log2`` is scrypt's cost of a new store.
    """

    def __init__(self, folder: Path | None = None, *, cost_log2: int = COST_LOG2) -> None:
        self.path = (folder or config_root()) / FILE
        self._cost_log2 = cost_log2
        self._lock = threading.RLock()
        self._key: tuple[bytes, bytearray] | None = None
        self._guard: NoCoreDump | None = None

    def __repr__(self) -> str:
        return f"Keystore({str(self.path)!r}, {'unlocked' if self._key else 'locked'})"

    # --- state ------------------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        """Whether a file of accounts is there."""
        return self.path.exists()

    @property
    def unlocked(self) -> bool:
        """Whether private keys can be opened."""
        return self._key is not None

    def entries(self) -> tuple[AccountView, ...]:
        """Every account, the local test account first; ``StoreError`` when the file is damaged."""
        store = self._read() if self.exists else None
        chosen = store.signer if store is not None else ""
        found = [AccountView(LOCAL_NAME, LOCAL_SIGNER, not chosen, True)]
        if store is not None:
            found += [AccountView(e.name, e.address, e.address == chosen) for e in store.entries]
        return tuple(found)

    def signer(self) -> str:
        """The address of the account that signs runs."""
        return (self._read().signer if self.exists else "") or LOCAL_SIGNER

    # --- the password -----------------------------------------------------------------------------------

    def create_store(self, password: Secret) -> None:
        """Make an empty file of accounts under a password of at least eight characters, and unlock it."""
        _check_password(password)
        with self._lock:
            if self.exists:
                raise AvmError(
                    "there is a file of accounts already", code="EAVM1303", hint="unlock it with its password"
                )
            salt = system.token_bytes(16)
            guard = NoCoreDump()
            key = _derive(password, salt, self._cost_log2)
            self._write(_Store(self._cost_log2, salt, _seal(key, "", "", _CHECK)), key)
            self._key, self._guard = (salt, key), guard

    def unlock(self, password: Secret) -> None:
        """Derive the key; ``AvmError`` EAVM1304 for a wrong password, and nothing changes."""
        with self._lock:
            guard = NoCoreDump()
            store = self._read()
            key = _derive(password, store.salt, store.cost_log2)
            if _open(key, store.check, store.format) != _CHECK:
                raise AvmError(
                    "the password is wrong", code="EAVM1304", hint="try again; the accounts are unchanged"
                )
            if store.format == OLD_FORMAT:
                self._write(self._sealed_anew(store, key, store.salt, key), key)
            else:
                self._check_mac(store, key)
            self._key, self._guard = (store.salt, key), guard

    def lock(self) -> None:
        """Forget the key."""
        with self._lock:
            if self._key is not None:
                self._key[1][:] = bytes(len(self._key[1]))
            if self._guard is not None:
                self._guard.release()
            self._key = self._guard = None

    def change_password(self, old: Secret, new: Secret) -> None:
        """Seal every key anew under another password; the file is replaced only when all of them opened."""
        _check_password(new)
        with self._lock:
            self.unlock(old)
            store, (_, key) = self._open_store()
            salt = system.token_bytes(16)
            fresh = _derive(new, salt, self._cost_log2)
            self._write(self._sealed_anew(store, key, salt, fresh, self._cost_log2), fresh)
            self._key = salt, fresh

    # --- accounts ---------------------------------------------------------------------------------------

    def create(self, name: str) -> AccountView:
        """Make an account from the operating system's randomness and keep it."""
        with self._lock:
            self._check_name(self._open_store()[0], name)
            return self._keep(name, Account.new())

    def import_key(self, name: str, private_key: Secret) -> AccountView:
        """Keep the account of a private key; the error for a text that is none does not repeat it."""
        with self._lock:
            self._check_name(self._open_store()[0], name)
            account = None
            with contextlib.suppress(AvmError):
                account = Account.from_private_key(private_key.reveal())
            if account is None:
                raise AvmError(
                    "the text is not a private key",
                    code="EAVM1305",
                    hint="a private key begins with APrivateKey1 and has 59 characters",
                )
            return self._keep(name, account)

    def rename(self, name: str, new: str) -> None:
        """Give an account another name."""
        with self._lock:
            store, (_, key) = self._open_store()
            entry = store.entry(name)
            if new != entry.name:
                self._check_name(store, new)
            entries = tuple(replace(e, name=new.strip()) if e is entry else e for e in store.entries)
            self._write(replace(store, entries=entries), key)

    def remove(self, name: str) -> None:
        """Remove an account with its key; when it signed runs, the local account does so again."""
        with self._lock:
            store, (_, key) = self._open_store()
            entry = store.entry(name)
            entries = tuple(e for e in store.entries if e is not entry)
            chosen = "" if store.signer == entry.address else store.signer
            self._write(replace(store, entries=entries, signer=chosen), key)

    def choose(self, name: str) -> None:
        """Choose the account that signs runs, by name or address; ``local`` is the test account."""
        with self._lock:
            local = name in (LOCAL_NAME, LOCAL_SIGNER)
            if local and not (self.exists and self._read().signer):
                return
            store, (_, key) = self._open_store()
            self._write(replace(store, signer="" if local else store.entry(name).address), key)

    def reveal(self, name: str) -> Account:
        """Return an account with its keys; its repr shows the address alone.

        ``StoreError`` when its entry is damaged or belongs to another address.
        """
        with self._lock:
            store, (_, key) = self._open_store()
            entry = store.entry(name)
            account = None
            with contextlib.suppress(AvmError, UnicodeDecodeError):
                account = Account.from_private_key(_unseal(key, entry, self.path).decode("ascii"))
            if account is None or account.address != entry.address:
                raise _damaged(self.path, f"the key of {entry.name} does not open")
            return account

    # --- inside -----------------------------------------------------------------------------------------

    def _keep(self, name: str, account: Account) -> AccountView:
        store, (_, key) = self._open_store()
        known = next((e for e in store.entries if e.address == account.address), None)
        if known is not None:
            raise AvmError(f"this account is here already, as {known.name}", code="EAVM1306")
        entry = _seal(key, name.strip(), account.address, account.reveal_private_key().encode("ascii"))
        self._write(replace(store, entries=(*store.entries, entry)), key)
        return AccountView(entry.name, entry.address, False)

    def _open_store(self) -> tuple[_Store, tuple[bytes, bytearray]]:
        """The file and the key that opens it; another process may have changed the password meanwhile."""
        if self._key is None:
            self._read()
            raise AvmError("the accounts are locked", code="EAVM1307", hint="unlock them with the password")
        store = self._read()
        if store.salt != self._key[0]:
            self.lock()
            raise AvmError(
                "the password was changed elsewhere", code="EAVM1307", hint="unlock with the new password"
            )
        self._check_mac(store, self._key[1])
        return store, self._key

    def _check_mac(self, store: _Store, key: bytearray) -> None:
        if not hmac.compare_digest(store.mac, _mac(store, key)):
            raise _damaged(self.path, "names, addresses or the signer were changed without the password")

    def _sealed_anew(
        self, store: _Store, key: bytearray, salt: bytes, fresh: bytearray, cost_log2: int = 0
    ) -> _Store:
        """The store with every key opened and sealed under ``fresh``, in the format of today."""
        entries = tuple(
            _seal(fresh, e.name, e.address, _unseal(key, e, self.path, store.format)) for e in store.entries
        )
        check = _seal(fresh, "", "", _CHECK)
        return _Store(cost_log2 or store.cost_log2, salt, check, entries, store.signer)

    @staticmethod
    def _check_name(store: _Store, name: str) -> None:
        wrong = check_name(name, [e.name for e in store.entries])
        if wrong:
            raise AvmError(wrong, code="EAVM1308")

    def _read(self) -> _Store:
        if not self.exists:
            raise AvmError(
                "there are no accounts yet", code="EAVM1302", hint="choose a password and make one"
            )
        if fault := files.ownership_fault(self.path):
            raise _damaged(self.path, fault)
        files.tighten(self.path)
        data = files.read_bytes(self.path, _LIMIT)
        try:
            return _decode(members(files.parse_json(data.decode("utf-8"), FILE)))
        except (AvmError, ValueError, KeyError, TypeError):
            raise _damaged(self.path, "it is damaged") from None

    def _write(self, store: _Store, key: bytearray) -> None:
        store = replace(store, mac=_mac(store, key))
        private = not self.path.is_symlink()
        files.write_text(self.path, json.dumps(_encode(store), indent=1) + "\n", private=private)


def check_name(name: str, taken: list[str]) -> str:
    """Return what is wrong with an account's name, or an empty text."""
    clean = name.strip()
    if not _NAME.match(clean) or clean.startswith("aleo1"):
        return "a name has 1 to 40 letters, digits, spaces, dots or dashes and begins with a letter or digit"
    if clean == LOCAL_NAME or clean in taken:
        return f"there is an account called {clean} already"
    return ""


def _check_password(password: Secret) -> None:
    if len(password.reveal()) < SHORTEST_PASSWORD:
        raise AvmError(
            f"the password is shorter than {SHORTEST_PASSWORD} characters",
            code="EAVM1309",
            hint="a sentence of some words is easy to keep and hard to guess",
        )


def _damaged(path: Path, what: str) -> StoreError:
    return StoreError(
        f"the file of accounts {path} cannot be used: {what}",
        hint="it was left as it is; put a backup in its place, or move it away to begin anew",
    )


def _derive(password: Secret, salt: bytes, cost_log2: int) -> bytearray:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    kdf = Scrypt(salt=salt, length=32, n=1 << cost_log2, r=_BLOCK, p=_LANES)
    try:
        data = password.reveal().encode("utf-8")
    except UnicodeEncodeError:
        raise AvmError("the password holds half a character (a lone surrogate)", code="EAVM1304") from None
    return bytearray(kdf.derive(data))


def _seal(key: bytearray, name: str, address: str, secret: bytes) -> _Sealed:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    nonce = system.token_bytes(12)
    box = ChaCha20Poly1305(bytes(key)).encrypt(nonce, secret, f"{FORMAT}|{address}".encode())
    return _Sealed(name, address, nonce, box)


def _open(key: bytearray, entry: _Sealed, form: str = FORMAT) -> bytes | None:
    """The sealed bytes, None when the key or the address does not fit."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    try:
        return ChaCha20Poly1305(bytes(key)).decrypt(
            entry.nonce, entry.box, f"{form}|{entry.address}".encode()
        )
    except InvalidTag:
        return None


def _unseal(key: bytearray, entry: _Sealed, path: Path, form: str = FORMAT) -> bytes:
    opened = _open(key, entry, form)
    if opened is None:
        raise _damaged(path, f"the key of {entry.name} does not open")
    return opened


def _digest(document: JsonObject) -> str:
    """SHA-256 of everything but the digest itself: tells damage from a wrong password."""
    rest = {name: value for name, value in document.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _mac(store: _Store, key: bytearray) -> bytes:
    """HMAC-SHA256 of all that the file says, under a key derived for this alone."""
    said = _encode(replace(store, mac=b"", format=FORMAT))
    text = json.dumps({name: value for name, value in said.items() if name != "sha256"}, sort_keys=True)
    purpose = hmac.digest(bytes(key), f"{FORMAT} names and signer".encode(), "sha256")
    return hmac.digest(purpose, text.encode(), "sha256")


def _encode(store: _Store) -> JsonObject:
    def sealed(entry: _Sealed) -> dict[str, str]:
        return {"nonce": entry.nonce.hex(), "sealed": entry.box.hex()}

    document: JsonObject = {
        "format": store.format,
        "kdf": {"name": "scrypt", "cost_log2": store.cost_log2, "salt": store.salt.hex()},
        "check": sealed(store.check),
        "accounts": [{"name": e.name, "address": e.address, **sealed(e)} for e in store.entries],
        "signer": store.signer,
        "mac": store.mac.hex(),
    }
    return {**document, "sha256": _digest(document)}


def _decode(document: JsonObject) -> _Store:
    """Read the file's content; ValueError, KeyError or TypeError when it is no such file."""

    def sealed(data: JsonObject, name: str = "", address: str = "") -> _Sealed:
        nonce, box = hex_bytes(data["nonce"]), hex_bytes(data["sealed"])
        if len(nonce) != 12:
            raise ValueError("an entry is malformed")
        return _Sealed(name, address, nonce, box)

    form, kdf = text(document["format"]), members(document["kdf"])
    if form not in (OLD_FORMAT, FORMAT) or kdf["name"] != "scrypt":
        raise ValueError("another format")
    if document["sha256"] != _digest(document):
        raise ValueError("the digest differs")
    cost, salt = number(kdf["cost_log2"], _COSTS.stop), hex_bytes(kdf["salt"])
    if cost not in _COSTS or len(salt) != 16:
        raise ValueError("the password's parameters are out of range")
    accounts = map(members, items(document["accounts"]))
    entries = tuple(sealed(e, text(e["name"]), text(e["address"])) for e in accounts)
    chosen = text(document["signer"])
    if chosen and chosen not in [e.address for e in entries]:
        raise ValueError("the chosen account is not there")
    mac = hex_bytes(document["mac"]) if form == FORMAT else b""
    return _Store(cost, salt, sealed(members(document["check"])), entries, chosen, form, mac)
