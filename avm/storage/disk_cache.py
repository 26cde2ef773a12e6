"""Derived data on disk: found again by all that it depends on, refused when damaged, never needed.

An entry is one file: eight bytes of magic, SHA-256 of the rest, the length of the label (u32), the label,
the payload. The label names the kind of data, everything that decides its content, and a digest of the
engine's code; an entry under a wrong name, of other code or with one changed bit is not used. Whatever goes
wrong with a file (full disk, read-only folder, damage) costs time, never the work: the data is made again,
and the person is told by a stage of the running job. The checksum guards against damage; against others an
entry must be this user's own file, which nobody else may write.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from avm.base import files
from avm.base.errors import AvmError, DecodeError, StoreError
from avm.base.progress import NULL_PROGRESS, Progress

T = TypeVar("T")

MAGIC = b"AVMCACH\x01"
LIMIT = 1 << 30
"""Bytes that all entries together may take; the longest unused go first."""
_HEAD = len(MAGIC) + 32
_LABEL_BYTES = 4
_ENGINE = ("algebra", "r1cs", "varuna")


@lru_cache(maxsize=1)
def engine_digest() -> str:
    """Return SHA-256 of the code that derived data comes from: algebra, constraint systems, proof system.

    Where the sources are not at hand (a frozen program) the version of the engine stands for them.
    """
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for package in _ENGINE:
        for source in sorted((root / package).rglob("*.py")):
            digest.update(source.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(source.read_bytes()).digest())
    from importlib.metadata import PackageNotFoundError, version

    with contextlib.suppress(PackageNotFoundError):
        digest.update(version("avm-studio").encode())
    return digest.hexdigest()


class DiskCache:
    """Entries in one folder, at most ``limit`` bytes together, for several threads and processes."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit

    def path(self, kind: str, key: str) -> Path:
        """Return the file of an entry; it may not exist."""
        return self.folder / f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:40]}.cache"

    def get(
        self,
        kind: str,
        key: str,
        decode: Callable[[bytes], T],
        make: Callable[[], T],
        encode: Callable[[T], bytes],
        progress: Progress = NULL_PROGRESS,
    ) -> T:
        """Return what is cached under ``key``, or make it and keep it.

        ``decode`` raises ``DecodeError`` for a payload that is not what the key asks for. ``kind`` is a word
        that can be shown. Only what ``make`` raises is raised.
        """
        try:
            payload = self._read(kind, key)
            if payload is not None:
                found = decode(payload)
                self._touch(kind, key)
                return found
        except (DecodeError, StoreError) as error:
            self._refuse(kind, key, error, progress)
        made = make()
        self.put(kind, key, encode(made), progress)
        return made

    def _read(self, kind: str, key: str) -> bytes | None:
        """Return an entry's payload or None; DecodeError or StoreError when it is unusable."""
        path = self.path(kind, key)
        try:
            if path.stat().st_size > self.limit:
                raise DecodeError("it is larger than any entry may be")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"it cannot be read: {error.strerror or error}") from error
        data = files.read_owned(path, self.limit)
        if data is None:
            raise DecodeError("it cannot be read, or it is not this user's own")
        body = memoryview(data)[_HEAD:]
        if data[: len(MAGIC)] != MAGIC:
            raise DecodeError("it is not a cache file of this version")
        if hashlib.sha256(body).digest() != data[len(MAGIC) : _HEAD]:
            raise DecodeError("it is damaged: its checksum is wrong")
        label = _label(kind, key)
        if bytes(body[:_LABEL_BYTES]) != len(label).to_bytes(_LABEL_BYTES, "little"):
            raise DecodeError("it belongs to something else, or to another version")
        if bytes(body[_LABEL_BYTES : _LABEL_BYTES + len(label)]) != label:
            raise DecodeError("it belongs to something else, or to another version")
        return bytes(body[_LABEL_BYTES + len(label) :])

    def put(self, kind: str, key: str, payload: bytes, progress: Progress = NULL_PROGRESS) -> None:
        """Keep a payload; where it cannot be kept, say so and go on."""
        label = _label(kind, key)
        body = len(label).to_bytes(_LABEL_BYTES, "little") + label + payload
        data = MAGIC + hashlib.sha256(body).digest() + body
        if len(data) > self.limit:
            return
        try:
            files.write_bytes(self.path(kind, key), data, private=True)
        except StoreError as error:
            progress.stage("Disk cache", f"the {kind} was not kept: {error.message}")
        else:
            self._shrink()

    def _refuse(self, kind: str, key: str, why: AvmError, progress: Progress) -> None:
        progress.stage("Disk cache", f"the cached {kind} is refused and made again: {why.message}")
        with contextlib.suppress(OSError):
            self.path(kind, key).unlink()

    def _touch(self, kind: str, key: str) -> None:
        with contextlib.suppress(OSError):
            os.utime(self.path(kind, key))

    def _shrink(self) -> None:
        """Delete the longest unused entries until the rest fits the limit."""
        found = []
        for path in self.folder.glob("*.cache"):
            with contextlib.suppress(OSError):
                facts = path.stat()
                found.append((facts.st_mtime_ns, facts.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.limit:
                return
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size


def _label(kind: str, key: str) -> bytes:
    return f"{kind}\n{engine_digest()}\n{key}".encode()
