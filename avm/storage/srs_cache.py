"""What is derived from a reference string, cached: the powers in the form that the kernels read.

Deriving them means decoding every point and checking that it lies on the curve. For a development string
the checks of its few other points (membership in the subgroups) cost more than that; an entry says that the
file with this checksum passed them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from avm.base import files
from avm.base.errors import DecodeError, StoreError
from avm.base.progress import NULL_PROGRESS, Progress
from avm.storage.disk_cache import DiskCache
from avm.varuna.srs.official_files import OFFICIAL_FILES

if TYPE_CHECKING:
    from avm.algebra.points import G1Points
    from avm.varuna.srs.reference_string import PowerTable, Srs

KIND = "powers"
POINT_BYTES = 96
LARGEST = 4 << 30
"""Bytes of the largest file of a development string."""
SMALLEST = 1 << 12
"""Powers are cached in counts that are powers of two from here on."""


class CachedPowers:
    """The powers in official files, from the cache where they were derived before.

    ``folder`` holds the files. Before powers are kept the files they come from are compared with the
    published SHA-256; ``StoreError`` names one that differs.
    """

    def __init__(self, files: PowerTable, folder: Path, cache: DiskCache) -> None:
        self._files = files
        self._folder = folder
        self._cache = cache
        self._held: dict[str, G1Points] = {}

    @property
    def available(self) -> int:
        """Number of powers from 0 up."""
        return self._files.available

    @property
    def available_last(self) -> int:
        """Number of powers from the highest degree down."""
        return self._files.available_last

    def first(self, count: int) -> G1Points:
        """Return the first ``count`` powers."""
        held = self._get("powers-of-beta", count, self.available, self._files.first)
        return held[:count]

    def last(self, count: int) -> G1Points:
        """Return the last ``count`` powers."""
        held = self._get("shifted-powers-of-beta", count, self.available_last, self._files.last)
        return held[len(held) - count :]

    def _get(self, name: str, count: int, available: int, read: Callable[[int], G1Points]) -> G1Points:
        held = self._held.get(name)
        if held is None or len(held) < count:
            rounded = min(available, max(1 << (count - 1).bit_length(), SMALLEST))
            held = self._held[name] = read(count) if rounded < count else self._load(name, rounded, read)
        return held

    def _load(self, name: str, count: int, read: Callable[[int], G1Points]) -> G1Points:
        known = {file.name: file.sha256 for file in OFFICIAL_FILES}
        used = [f"{name}-{log}.usrs" for log in range(15, max(16, (count - 1).bit_length() + 1))]
        key = f"{count} points, " + ", ".join(known[file] for file in used)

        def make() -> G1Points:
            for file in used:
                check_published(self._folder / file, known[file])
            return read(count)

        return self._cache.get(KIND, key, lambda data: _decode(data, count), make, _encode)


def development_string(path: Path, cache: DiskCache, progress: Progress = NULL_PROGRESS) -> Srs:
    """Read a development string; its points are checked only the first time.

    ``DecodeError`` when the file is damaged or of another version, ``StoreError`` when it cannot be read or
    others could have put it there: who makes a string can forge proofs under it.
    """
    from avm.varuna.srs.codec import srs_from_bytes

    data = files.read_owned(path, LARGEST)
    if data is None:
        raise StoreError(f"{path.name} cannot be read, or it is not this user's own")
    srs: list[Srs] = []

    def decode(words: bytes) -> G1Points:
        srs.append(srs_from_bytes(data, checked_powers=_decode(words, None)))
        return srs[0].table.first(srs[0].table.available)

    def make() -> G1Points:
        srs.append(srs_from_bytes(data))
        return srs[0].table.first(srs[0].table.available)

    cache.get(KIND, _key_of(data), decode, make, _encode, progress)
    return srs[0]


def keep_development(path: Path, srs: Srs, cache: DiskCache, progress: Progress = NULL_PROGRESS) -> None:
    """Write a development string and what is derived from it; ``StoreError`` when it cannot be written."""
    from avm.varuna.srs.codec import srs_to_bytes

    data = srs_to_bytes(srs)
    files.write_bytes(path, data, private=True)
    cache.put(KIND, _key_of(data), _encode(srs.table.first(srs.table.available)), progress)


def _key_of(data: bytes) -> str:
    return f"development string {hashlib.sha256(data).hexdigest()}"


def check_published(path: Path, published: str) -> None:
    """Raise ``StoreError`` unless an official file has its published SHA-256."""
    if files.sha256(path).hexdigest() != published:
        raise StoreError(
            f"the parameter file {path.name} is damaged: its SHA-256 is not the published one",
            hint="import the official files again with `avm srs import FOLDER`",
        )


def _encode(points: G1Points) -> bytes:
    return points.words.tobytes()


def _decode(data: bytes, count: int | None) -> G1Points:
    """Return the points of an entry; DecodeError when they are not ``count`` (None: as many as there are)."""
    import numpy as np

    from avm.algebra.points import G1Points

    if len(data) % POINT_BYTES or (count is not None and len(data) != count * POINT_BYTES):
        raise DecodeError("it does not hold as many powers as it should")
    return G1Points(np.frombuffer(data, dtype=np.uint64).reshape(-1, 2, 6))
