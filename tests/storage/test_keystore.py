"""Accounts at rest: sealed, never lost, never printed."""

from __future__ import annotations

import copy
import json
import os
import pickle
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from avm.api import accounts
from avm.api.accounts import LOCAL_SIGNER
from avm.base.errors import AvmError, StoreError
from avm.storage import keystore
from avm.storage.keystore import Keystore, Secret, signer

PASSWORD = Secret("correct horse battery")
KEY = "APrivateKey1zkp8CZNn3yeCseEtxuVPbDCwSyhGW6yZKUYKfgXmcpoGPWH"

FIELDS = ["format", "kdf", "check", "accounts", "signer", "sha256", "nonce"]


@pytest.fixture
def store(tmp_path: Path) -> Keystore:
    """An unlocked store with one imported account."""
    made = Keystore(tmp_path, cost_log2=10)
    made.create_store(PASSWORD)
    made.import_key("main", Secret(KEY))
    return made


def failure(error: BaseException) -> str:
    """Everything a person or a log could see of an exception."""
    return repr(error) + str(error) + "".join(traceback.format_exception(error))


def test_without_a_file_the_local_test_account_signs(tmp_path: Path) -> None:
    empty = Keystore(tmp_path)
    assert not empty.exists and not empty.unlocked
    assert [(a.name, a.signs, a.public_test_key) for a in empty.entries()] == [("local", True, True)]
    assert signer(tmp_path) == LOCAL_SIGNER
    with pytest.raises(AvmError, match="no accounts yet"):
        empty.unlock(PASSWORD)


def test_an_account_survives_locking_and_another_start(store: Keystore, tmp_path: Path) -> None:
    store.lock()
    again = Keystore(tmp_path)
    with pytest.raises(AvmError, match="locked"):
        again.reveal("main")
    again.unlock(PASSWORD)
    assert again.reveal("main").reveal_private_key() == KEY


def test_a_made_account_opens_to_its_own_address(store: Keystore) -> None:
    made = store.create("second")
    account = store.reveal("second")
    assert account.address == made.address == store.entries()[2].address
    assert accounts.Account.from_private_key(account.reveal_private_key()).address == made.address


def test_a_wrong_password_is_said_and_loses_nothing(store: Keystore, tmp_path: Path) -> None:
    before = store.path.read_bytes()
    other = Keystore(tmp_path)
    with pytest.raises(AvmError, match="password is wrong") as caught:
        other.unlock(Secret("not the password"))
    assert caught.value.code == "EAVM1304" and not isinstance(caught.value, StoreError)
    assert not other.unlocked and store.path.read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "flip", "text", "empty", "list"])
def test_a_damaged_file_is_a_store_error_and_is_left_alone(store: Keystore, damage: str) -> None:
    data = store.path.read_bytes()
    spoiled = {
        "cut": data[:-40],
        "flip": data.replace(b'"name": "main"', b'"name": "mann"'),
        "text": b"these are no accounts",
        "empty": b"",
        "list": b"[]",
    }[damage]
    store.path.write_bytes(spoiled)
    fresh = Keystore(store.path.parent)
    for call in (fresh.entries, fresh.signer, lambda: fresh.unlock(PASSWORD), lambda: store.create("x")):
        with pytest.raises(StoreError, match="accounts"):
            call()
    assert store.path.read_bytes() == spoiled


JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner),
)


@settings(max_examples=25, deadline=None)
@given(JSON)
def test_no_json_at_all_is_another_error(document: object) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        keystore._decode(document)


def test_an_entry_moved_to_another_address_does_not_open(store: Keystore) -> None:
    store.create("second")
    document = json.loads(store.path.read_text())
    first, second = document["accounts"]
    first["nonce"], second["nonce"] = second["nonce"], first["nonce"]
    first["sealed"], second["sealed"] = second["sealed"], first["sealed"]
    document["sha256"] = keystore._digest(document)
    store.path.write_text(json.dumps(document))
    with pytest.raises(StoreError, match="without the password"):
        store.reveal("main")


def test_renaming_removing_and_choosing(store: Keystore, tmp_path: Path) -> None:
    second = store.create("second")
    store.choose("second")
    assert signer(tmp_path) == second.address
    store.rename("second", "savings")
    assert [(a.name, a.signs) for a in store.entries()] == [
        ("local", False),
        ("main", False),
        ("savings", True),
    ]
    store.remove("savings")
    assert signer(tmp_path) == LOCAL_SIGNER
    store.choose("main")
    store.choose("local")
    assert signer(tmp_path) == LOCAL_SIGNER
    for call in (lambda: store.choose("savings"), lambda: store.remove("x"), lambda: store.rename("x", "y")):
        with pytest.raises(AvmError, match="no account"):
            call()


@pytest.mark.parametrize("name", ["", " ", "main", "local", "a" * 41, "aleo1abc", "../x", KEY])
def test_unusable_names_are_refused(store: Keystore, name: str) -> None:
    before = store.path.read_bytes()
    with pytest.raises(AvmError) as caught:
        store.create(name)
    assert KEY not in failure(caught.value)
    assert store.path.read_bytes() == before


def test_the_same_key_is_not_kept_twice(store: Keystore) -> None:
    with pytest.raises(AvmError, match="already, as main"):
        store.import_key("again", Secret(KEY))


def test_a_password_of_half_a_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AvmError, match="half a character"):
        Keystore(tmp_path / "other").create_store(Secret("pass\ud800word"))


def test_a_new_password_opens_everything_and_the_old_one_nothing(store: Keystore, tmp_path: Path) -> None:
    before = store.path.read_bytes()
    elsewhere = Keystore(tmp_path)
    elsewhere.unlock(PASSWORD)
    with pytest.raises(AvmError, match="password is wrong"):
        store.change_password(Secret("not the password"), Secret("another password"))
    with pytest.raises(AvmError, match="shorter than 8"):
        store.change_password(PASSWORD, Secret("short"))
    assert store.path.read_bytes() == before
    store.change_password(PASSWORD, Secret("another password"))
    assert store.reveal("main").reveal_private_key() == KEY
    with pytest.raises(AvmError, match="changed elsewhere"):
        elsewhere.reveal("main")
    with pytest.raises(AvmError, match="password is wrong"):
        elsewhere.unlock(PASSWORD)


def test_the_file_holds_no_key_and_is_the_owners_alone(store: Keystore) -> None:
    text = store.path.read_text()
    assert KEY not in text and KEY.encode().hex() not in text
    assert KEY not in store.path.parent.joinpath("accounts.json").read_bytes().hex()
    if os.name == "posix":
        assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_a_full_disk_keeps_the_old_accounts(store: Keystore, monkeypatch: pytest.MonkeyPatch) -> None:
    before = store.path.read_bytes()

    def full(*_a: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="not written"):
        store.create("second")
    assert store.path.read_bytes() == before


def test_secrets_do_not_print(store: Keystore) -> None:
    account = store.reveal("main")
    key = store._key
    assert key is not None
    for text in (
        repr(Secret(KEY)),
        str(Secret(KEY)),
        f"{Secret(KEY)}",
        repr(store),
        repr(account),
        str(account),
    ):
        assert KEY not in text and account.reveal_view_key() not in text
        assert bytes(key[1]).hex() not in text
    assert "hidden" in repr(Secret(KEY))


def test_an_error_in_the_middle_shows_no_secret(store: Keystore, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_a: object, **_k: object) -> None:
        raise RuntimeError("broken in the middle")

    monkeypatch.setattr(keystore, "_encode", broken)
    with pytest.raises(RuntimeError) as caught:
        store.create("second")
    monkeypatch.undo()
    account = store.reveal("main")
    monkeypatch.setattr(Keystore, "_keep", broken)
    other = accounts.Account.new()
    with pytest.raises(RuntimeError) as again:
        store.import_key("third", Secret(other.reveal_private_key()))
    monkeypatch.undo()
    wrong = other.reveal_private_key()[:-1] + "0"
    with pytest.raises(AvmError, match="not a private key") as refused:
        store.import_key("third", Secret(wrong))
    for error in (caught.value, again.value, refused.value):
        seen = failure(error)
        for secret in (KEY, account.reveal_view_key(), other.reveal_private_key(), wrong, PASSWORD.reveal()):
            assert secret not in seen
    names = traceback.TracebackException.from_exception(refused.value, capture_locals=True)
    inside = [str(f.locals) for f in names.stack if not f.filename.endswith("test_keystore.py")]
    assert inside and not any(wrong in text for text in inside)


def test_locking_wipes_the_key(store: Keystore) -> None:
    key = store._key
    assert key is not None
    store.lock()
    assert not store.unlocked and not any(key[1])


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVM_STUDIO_HOME", str(tmp_path / "home"))
    assert Keystore().path == tmp_path / "home" / "accounts.json"


def _old_file(folder: Path) -> bytes:
    """A file as the first format had it: keys bound to their address, names under a plain digest."""
    made = Keystore(folder, cost_log2=10)
    made.create_store(PASSWORD)
    made.import_key("main", Secret(KEY))
    made.choose("main")
    assert made._key is not None
    document = json.loads(made.path.read_text())
    aead = ChaCha20Poly1305(bytes(made._key[1]))
    address = document["accounts"][0]["address"]
    for entry, secret, name in (
        (document["check"], b"avm-accounts-1 password", ""),
        (document["accounts"][0], KEY.encode(), address),
    ):
        nonce = bytes.fromhex(entry["nonce"])
        entry["sealed"] = aead.encrypt(nonce, secret, f"avm-accounts-1|{name}".encode()).hex()
    document["format"] = "avm-accounts-1"
    del document["mac"]
    document["sha256"] = keystore._digest(document)
    made.lock()
    made.path.write_text(json.dumps(document))
    return made.path.read_bytes()


def test_a_file_of_the_first_format_is_taken_over_when_it_is_unlocked(tmp_path: Path) -> None:
    before = _old_file(tmp_path)
    store = Keystore(tmp_path)
    assert store.entries()[1].name == "main" and store.path.read_bytes() == before
    with pytest.raises(AvmError, match="password is wrong"):
        store.unlock(Secret("not the password"))
    assert store.path.read_bytes() == before
    store.unlock(PASSWORD)
    assert json.loads(store.path.read_text())["format"] == "avm-accounts-2"
    again = Keystore(tmp_path)
    again.unlock(PASSWORD)
    assert again.reveal("main").reveal_private_key() == KEY and again.entries()[1].signs


@pytest.mark.parametrize("change", ["name", "signer", "remove", "kdf", "format", "mac"])
def test_names_and_signer_cannot_be_changed_without_the_password(store: Keystore, change: str) -> None:
    store.create("second")
    document = json.loads(store.path.read_text())
    if change == "name":
        document["accounts"][0]["name"], document["accounts"][1]["name"] = "second", "main"
    elif change == "signer":
        document["signer"] = document["accounts"][1]["address"]
    elif change == "remove":
        del document["accounts"][1]
    elif change == "kdf":
        document["kdf"]["cost_log2"] = 11
    elif change == "format":
        document["format"] = "avm-accounts-1"
    else:
        document["mac"] = "00" * 32
    document["sha256"] = keystore._digest(document)
    store.path.write_text(json.dumps(document))
    for call in (lambda: store.create("x"), lambda: Keystore(store.path.parent).unlock(PASSWORD)):
        with pytest.raises(AvmError):
            call()
    assert json.loads(store.path.read_text()) == document


def test_changes_need_the_password(store: Keystore, tmp_path: Path) -> None:
    before = store.path.read_bytes()
    locked = Keystore(tmp_path)
    for call in (
        lambda: locked.rename("main", "x"),
        lambda: locked.remove("main"),
        lambda: locked.choose("main"),
    ):
        with pytest.raises(AvmError, match="locked"):
            call()
    assert store.path.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="modes are a Unix matter")
def test_a_file_that_others_may_read_is_closed_and_a_new_one_never_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    replace = os.replace

    def watch(old: str, new: str) -> None:
        seen.append(stat.S_IMODE(os.stat(old).st_mode))
        replace(old, new)
        seen.append(stat.S_IMODE(os.stat(new).st_mode))

    monkeypatch.setattr("os.replace", watch)
    store = Keystore(tmp_path / "home", cost_log2=10)
    store.create_store(PASSWORD)
    assert set(seen) == {0o600} and stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    store.path.chmod(0o644)
    Keystore(tmp_path / "home").entries()
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="modes are a Unix matter")
def test_a_file_of_somebody_else_is_not_used(store: Keystore) -> None:
    store.path.chmod(0o666)
    with pytest.raises(StoreError, match="everybody can write"):
        store.entries()


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy])
def test_keys_cannot_be_pickled_or_copied(store: Keystore, way: Callable[[object], object]) -> None:
    account = store.reveal("main")
    key = account.key
    holders = [Secret(KEY), store, account, key, key.view_key, key.view_key.graph_key()]
    for holder in (*holders, [holders[0]], {"key": key}):
        if way is copy.copy and isinstance(holder, list | dict):
            continue
        with pytest.raises(TypeError, match="cannot be pickled or copied"):
            way(holder)


@pytest.mark.skipif(os.name != "posix", reason="core files are a Unix matter")
def test_no_core_is_dumped_while_a_key_is_open(tmp_path: Path) -> None:
    code = """
import ctypes, gc, resource, sys
from pathlib import Path
from avm.storage.keystore import Keystore, Secret
from avm.api import accounts
resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.getrlimit(resource.RLIMIT_CORE)[1]))
def state():
    gc.collect()
    dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == "linux" else None
    return resource.getrlimit(resource.RLIMIT_CORE)[0], dumpable
before = state()
store = Keystore(Path(sys.argv[1]), cost_log2=10)
store.create_store(Secret("correct horse battery"))
during = state()
account = accounts.Account.new()
store.lock()
used = state()
del account
after = state()
print(before, during, used, after)
assert during[0] == used[0] == 0 and during[1] in (0, None) and used == during and after == before
try:
    store.unlock(Secret("wrong password"))
except Exception:
    pass
assert state() == before
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
