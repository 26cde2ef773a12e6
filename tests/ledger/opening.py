"""Opens bytes as a ledger and verifies it: what a fuzzer calls, thousands of times."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from avm.base.errors import AvmError
from avm.ledger.chain import Ledger
from tests.ledger.support import Trusting, call, deploy


@cache
def _folder() -> Path:
    """A folder in memory where the system has one; removed at the end of the process."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="avm-ledger-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def open_and_verify(data: bytes) -> str:
    """Return ``refused`` or, of bytes that open as a ledger, ``noticed`` or ``sound``.

    Whatever is not an AvmError passes through: it is a fault. So is a refusal without a hint. All that a view
    would read is read too.
    """
    path = _folder() / "fuzzed.ledger"
    for each in _folder().iterdir():
        each.unlink()
    path.write_bytes(data)
    try:
        ledger = Ledger(path, Trusting(), create=False)
    except AvmError as error:
        if not error.hint:
            raise AssertionError(f"a refusal without a hint: {error.message}") from error
        return "refused"
    try:
        passed = all(check.passed for check in ledger.verify_chain())
        try:
            _read_all(ledger)
        except AvmError:
            if passed:
                raise AssertionError("a ledger that verifies cannot be read") from None
        return "sound" if passed else "noticed"
    finally:
        ledger.close()


def _read_all(ledger: Ledger) -> None:
    ledger.export()
    store = ledger.store
    for name in store.programs():
        store.program(name)
    for program, mapping in store.mappings():
        for key, _ in store.changes(program, mapping):
            store.history(program, mapping, key)
    ledger.next_context()


def seed() -> bytes:
    """Return the bytes of a small sound ledger."""
    path = _folder() / "seed.ledger"
    path.unlink(missing_ok=True)
    ledger = Ledger(path, Trusting())
    ledger.advance([deploy(), call(ledger, "put", ["1u32", "5u64"])])
    ledger.close()
    return path.read_bytes()
