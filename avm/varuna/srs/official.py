"""The official reference string: its files, their checksums, and powers read only as needed.

The files hold points in the uncompressed canonical encoding: u64 count, then 96 bytes per G1 point. File
``powers-of-beta-15`` has the exponents below 2^15, ``powers-of-beta-k`` those from 2^(k-1) to 2^k - 1; the
shifted files count the same way down from D = 2^28 - 1. Source: snarkVM ``parameters/src/mainnet``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from avm.algebra import g1, g2
from avm.base.codec import ByteReader
from avm.base.errors import CheckFailure, DecodeError
from avm.varuna.srs.official_files import OFFICIAL_FILES
from avm.varuna.srs.reference_string import Srs

if TYPE_CHECKING:
    from avm.algebra.points import G1Points

_P = TypeVar("_P")

MAX_DEGREE = (1 << 28) - 1
NAME = "Aleo mainnet"
_FIRST_LOG, _LAST_LOG = 15, 28
_POINT = 96


class SrsFiles(Protocol):
    """Gives the bytes of official files that passed their checksum."""

    def has(self, name: str) -> bool:
        """Whether the file is at hand."""

    def read(self, name: str, offset: int, size: int) -> bytes:
        """Return ``size`` bytes from ``offset``; StoreError when they cannot be read."""


def official_srs(files: SrsFiles) -> Srs:
    """Return the official string over the files at hand; only the small ones are read now.

    The points of a small file are checked one by one only when its SHA-256 is not the published one.

    CheckFailure when beta-h, neg-powers-of-beta, powers-of-beta-gamma or powers-of-beta-15 is missing.
    """
    for name in (
        "beta-h.usrs",
        "neg-powers-of-beta.usrs",
        "powers-of-beta-gamma.usrs",
        "powers-of-beta-15.usrs",
    ):
        if not files.has(name):
            raise CheckFailure(f"the official parameters lack {name}", hint="import the folder that holds it")
    return Srs(
        name=NAME,
        insecure=False,
        max_degree=MAX_DEGREE,
        table=FilePowers(files),
        gamma_powers=_read_gamma(*_whole(files, "powers-of-beta-gamma.usrs")),
        beta_h=g2.from_uncompressed(*_whole(files, "beta-h.usrs")),
        negative_powers=_read_negative(*_whole(files, "neg-powers-of-beta.usrs")),
    )


class FilePowers:
    """Powers in the official files. What was read stays in memory and grows by doubling."""

    def __init__(self, files: SrsFiles) -> None:
        self._files = files
        self._first: G1Points | None = None
        self._last: G1Points | None = None

    @property
    def available(self) -> int:
        """Number of powers in the files at hand, without a gap from 0 up."""
        return self._reach("powers-of-beta-{}.usrs")

    @property
    def available_last(self) -> int:
        """Number of powers in the files at hand, without a gap from the highest degree down."""
        return self._reach("shifted-powers-of-beta-{}.usrs")

    def first(self, count: int) -> G1Points:
        """Return the first ``count`` powers."""
        if self._first is None or len(self._first) < count:
            self._first = self._load(count, self.available, self._read_first)
        return self._first[:count]

    def last(self, count: int) -> G1Points:
        """Return the last ``count`` powers."""
        if self._last is None or len(self._last) < count:
            self._last = self._load(count, self.available_last, self._read_last)
        return self._last[len(self._last) - count :]

    def _reach(self, pattern: str) -> int:
        reach = 0
        for k in range(_FIRST_LOG, _LAST_LOG + 1):
            if not self._files.has(pattern.format(k)):
                break
            reach = 1 << k
        return reach

    def _load(self, count: int, available: int, read: Callable[[int], bytes]) -> G1Points:
        from avm.algebra.points import G1Points

        if count > available:
            raise CheckFailure(f"{count} powers are needed, the official files at hand have {available}")
        rounded = min(available, max(1 << (count - 1).bit_length(), 1 << 12))
        return G1Points.from_uncompressed(read(rounded))

    def _read_first(self, count: int) -> bytes:
        """Return the encoded powers 0 to count - 1."""
        out = bytearray()
        for k in range(_FIRST_LOG, _LAST_LOG + 1):
            start = 0 if k == _FIRST_LOG else 1 << (k - 1)
            wanted = min(count, 1 << k) - start
            if wanted <= 0:
                break
            out += self._files.read(f"powers-of-beta-{k}.usrs", 8, wanted * _POINT)
        return bytes(out)

    def _read_last(self, count: int) -> bytes:
        """Return the encoded powers D - count + 1 to D."""
        pieces = []
        for k in range(_FIRST_LOG, _LAST_LOG + 1):
            start = 0 if k == _FIRST_LOG else 1 << (k - 1)
            held = (1 << k) - start
            wanted = min(count, 1 << k) - start
            if wanted <= 0:
                break
            offset = 8 + (held - wanted) * _POINT
            pieces.append(self._files.read(f"shifted-powers-of-beta-{k}.usrs", offset, wanted * _POINT))
        return b"".join(reversed(pieces))


def _whole(files: SrsFiles, name: str) -> tuple[bytes, bool]:
    """Return a file's bytes, and whether its points must be checked: it is not the published file."""
    published = next(file for file in OFFICIAL_FILES if file.name == name)
    data = files.read(name, 0, published.size)
    return data, hashlib.sha256(data).hexdigest() != published.sha256


def _read_gamma(data: bytes, check: bool) -> dict[int, g1.Point]:
    return _read_by_exponent(data, "gamma powers", _POINT, partial(g1.from_uncompressed, check=check))


def _read_negative(data: bytes, check: bool) -> dict[int, g2.Point]:
    return _read_by_exponent(data, "negative powers", 2 * _POINT, partial(g2.from_uncompressed, check=check))


def _read_by_exponent(data: bytes, name: str, size: int, decode: Callable[[bytes], _P]) -> dict[int, _P]:
    """Read u64 count, then u64 exponent and point each; the exponents increase and begin with 0."""
    reader = ByteReader(data)
    count = reader.u64()
    if count != (len(data) - 8) // (8 + size):
        raise DecodeError(f"the file of {name} has a wrong count")
    powers = {}
    highest = -1
    for _ in range(count):
        exponent = reader.u64()
        if exponent <= highest or (highest < 0 and exponent):
            raise DecodeError(f"the exponents in the file of {name} do not increase from 0")
        powers[exponent] = decode(reader.take(size))
        highest = exponent
    reader.finish()
    if not powers:
        raise DecodeError(f"the file of {name} is empty")
    return powers
