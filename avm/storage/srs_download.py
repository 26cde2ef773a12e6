"""Official parameter files by name from the network's servers: resumable, and kept only when they are right.

What has arrived lies beside its place in a file ``NAME.part`` and is taken up again by an HTTP range. Only a
file with the published size and SHA-256 gets its name, in one step; anything else is deleted. Proxies come
from the environment (``HTTPS_PROXY``, ``NO_PROXY``), servers from ``official_files``, snarkVM's own list
(``parameters/src/mainnet/mod.rs``). Nothing here starts by itself.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn
from urllib.parse import urlsplit

from avm.base.errors import AvmError, StoreError, VerifyError
from avm.base.files import append, make_folder, sha256
from avm.base.pool import background_iter
from avm.base.progress import NULL_PROGRESS, Cancel, Progress, looks
from avm.storage.parameters import Parameters, official_manifest
from avm.storage.remote_file import Broken, Refused, receive
from avm.varuna.srs.official_files import REMOTE_FOLDER, OfficialFile

TIMEOUT_S = 30.0
"""So long a server may say nothing."""
ATTEMPTS = 4
"""So often a file is asked for when its connection breaks."""

BASE = (
    "beta-h.usrs",
    "neg-powers-of-beta.usrs",
    "powers-of-beta-gamma.usrs",
    "powers-of-beta-15.usrs",
    "shifted-powers-of-beta-15.usrs",
)
"""The files that every proof with the official string needs."""
BUNDLED = frozenset((*BASE, "shifted-powers-of-beta-16.usrs"))
"""The files that come inside snarkVM's source; the servers of parameters need not have them."""
MIRROR = "https://s3.us-west-1.amazonaws.com/mainnet.parameters/"
SOURCE_FOLDER = (
    "https://raw.githubusercontent.com/ProvableHQ/snarkVM/v4.5.0/parameters/src/mainnet/resources/"
)
_POWER = re.compile(r"-(\d+)\.usrs")


@dataclass(frozen=True, slots=True)
class Available:
    """An official file that can be had: ``state`` is here, part or absent, sizes are in bytes.

    ``have`` is what lies on this disk, of the file or of its part. The SHA-256 is not compared here.
    """

    name: str
    size: int
    state: str
    have: int

    @property
    def missing(self) -> int:
        """Bytes still to be downloaded."""
        return 0 if self.state == "here" else self.size - self.have

    @property
    def power(self) -> int | None:
        """The file goes up to 2^power; None for the files that every proof needs."""
        found = None if self.name in BASE else _POWER.search(self.name)
        return None if found is None else int(found[1])

    @property
    def title(self) -> str:
        """What the file holds: "2^17", "2^17, shifted", "beta-h"."""
        found = _POWER.search(self.name)
        if found is None:
            return self.name.removesuffix(".usrs").removeprefix("powers-of-")
        return f"2^{found[1]}" + (", shifted" if self.name.startswith("shifted") else "")


@dataclass(frozen=True, slots=True)
class Server:
    """A folder of a server. Files carry the start of their checksum in their name unless ``plain``.

    ``only`` are the files that it has, None for all of them.
    """

    address: str
    plain: bool = False
    only: frozenset[str] | None = None

    @property
    def name(self) -> str:
        """The server's host."""
        return urlsplit(self.address).netloc

    def url(self, file: OfficialFile) -> str:
        """Address of a file; empty when it is known not to be here."""
        if self.only is not None and file.name not in self.only:
            return ""
        return f"{self.address.rstrip('/')}/{file.name if self.plain else file.remote_name}"


SERVERS: tuple[Server, ...] = (
    Server(REMOTE_FOLDER),
    Server(MIRROR),
    Server(SOURCE_FOLDER, plain=True, only=BUNDLED),
)


def servers_from(address: str) -> tuple[Server, ...]:
    """Return the mirror at ``address``, an http or https folder of files under either kind of name."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise AvmError(
            f"{address} is not the address of a server",
            code="EAVM1106",
            hint="give an address that begins with https:// or http://",
        )
    return (Server(address), Server(address, plain=True))


def available(
    parameters: Parameters, manifest: Mapping[str, OfficialFile] | None = None
) -> tuple[Available, ...]:
    """Every official file with its size and what of it lies on this disk; nothing is read or hashed."""
    found = []
    for file in (official_manifest() if manifest is None else manifest).values():
        path = parameters.official_folder / file.name
        have, part = _size(path), _size(_part(path))
        if have == file.size:
            found.append(Available(file.name, file.size, "here", have))
        elif 0 < part <= file.size:
            found.append(Available(file.name, file.size, "part", part))
        else:
            found.append(Available(file.name, file.size, "absent", 0))
    return tuple(found)


def resolve(names: Sequence[str], manifest: Mapping[str, OfficialFile] | None = None) -> tuple[str, ...]:
    """Return the full names for ``names``: a file with or without ``.usrs``, or ``base`` for those every
    proof needs. ``AvmError`` names the first that is not an official file.
    """
    known = official_manifest() if manifest is None else manifest
    found: dict[str, None] = {}
    for name in names:
        if name == "base":
            found.update(dict.fromkeys(n for n in BASE if n in known))
            continue
        full = name if name.endswith(".usrs") else f"{name}.usrs"
        if full not in known:
            raise AvmError(
                f"{name} is not an official parameter file",
                code="EAVM1107",
                hint="they are called base, powers-of-beta-16, shifted-powers-of-beta-16, ...",
            )
        found[full] = None
    return tuple(found)


def download(
    names: Sequence[str],
    parameters: Parameters,
    progress: Progress = NULL_PROGRESS,
    cancel: Cancel | None = None,
    *,
    servers: Sequence[Server] = SERVERS,
    manifest: Mapping[str, OfficialFile] | None = None,
    timeout: float = TIMEOUT_S,
) -> tuple[str, ...]:
    """Download official files into the cache and return the names of those that were fetched.

    A file that is there with the right checksum is left alone. Each file is a stage whose steps are bytes.
    ``StoreError`` when no server can be reached, the disk is full or the connection keeps breaking (what
    arrived is kept for the next time); ``VerifyError`` when what a server sends is not the published file
    (nothing of it is kept); ``Cancelled`` within half a second, the part stays.
    """
    known = official_manifest() if manifest is None else manifest
    files = [known[name] for name in resolve(names, known)]
    folder = parameters.official_folder
    try:
        make_folder(folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made: {error.strerror or error}") from error
    _ask_for_room(files, folder)
    fetched = []
    for file in files:
        progress.stage(file.name, megabytes(file.size))
        path = folder / file.name
        if _size(path) == file.size and _digest(path, file.size, progress, cancel).hexdigest() == file.sha256:
            progress.step(file.size, file.size)
            continue
        _Fetch(file, path, progress, cancel, timeout).run(servers)
        fetched.append(file.name)
    return tuple(fetched)


class _Fetch:
    """One file on its way: its part on disk, the hash of that part, and how it grows."""

    def __init__(
        self, file: OfficialFile, path: Path, progress: Progress, cancel: Cancel | None, timeout: float
    ) -> None:
        self.file, self.path, self.progress, self.cancel, self.timeout = file, path, progress, cancel, timeout
        self.part = _part(path)
        if _size(self.part) > file.size:
            self._discard()
        self.have = _size(self.part)
        self.hash = _digest(self.part, file.size, progress, cancel) if self.have else hashlib.sha256()
        if self.have == file.size and self.hash.hexdigest() != file.sha256:
            self._discard()

    def run(self, servers: Sequence[Server]) -> None:
        """Fetch what is missing from the first server that gives it, then check and rename."""
        try:
            self._run(servers)
        finally:
            if not self.have:
                self._discard()

    def _run(self, servers: Sequence[Server]) -> None:
        why, broke = "", False
        for url in filter(None, (server.url(self.file) for server in servers)):
            for _attempt in range(ATTEMPTS):
                if self.have == self.file.size:
                    break
                before = self.have
                try:
                    self._append(url)
                except Refused as error:
                    why = why or str(error)
                    break
                except Broken as error:
                    why, broke = why or str(error), True
                    if self.have <= before:
                        break
            if self.have == self.file.size:
                self._keep()
                return
        raise StoreError(
            f"{self.file.name} was not downloaded: {why}", code="EAVM1108", hint=self._what_to_try(broke)
        )

    def _what_to_try(self, broke: bool) -> str:
        if self.have:
            arrived = f"{megabytes(self.have)} of {megabytes(self.file.size)}"
            return f"{arrived} arrived and are kept; download it again to go on from there"
        if not broke and self.file.name in BUNDLED:
            return (
                "this file comes inside snarkVM's source, in parameters/src/mainnet/resources: "
                "import it with `avm srs import FOLDER`"
            )
        return (
            "look at the network and the proxy (HTTPS_PROXY), or bring the file with `avm srs import FOLDER`"
        )

    def _append(self, url: str) -> None:
        """Adds what the server sends to the part, from where it ends or, if the server wants, anew."""
        stream = background_iter(lambda: receive(url, self.have, self.file.size, self.timeout), self.cancel)
        try:
            with contextlib.closing(stream), append(self.part) as out:
                for item in stream:
                    if isinstance(item, int):
                        self._go_on_from(item, out)
                    else:
                        self._write(item, out)
        except OSError as error:
            self._cannot_write(error)

    def _go_on_from(self, offset: int, out: BinaryIO) -> None:
        if offset != self.have:
            out.truncate(offset)
            self.have, self.hash = 0, hashlib.sha256()

    def _write(self, block: bytes, out: BinaryIO) -> None:
        if self.have + len(block) > self.file.size:
            out.truncate(0)
            self._refuse(f"it is longer than {self.file.size} bytes")
        out.write(block)
        self.hash.update(block)
        self.have += len(block)
        self.progress.step(self.have, self.file.size)

    def _keep(self) -> None:
        found = self.hash.hexdigest()
        if found != self.file.sha256:
            self._refuse(f"its SHA-256 is {found[:16]}…, not the published {self.file.sha256[:16]}…")
        try:
            with self.part.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(self.part, self.path)
        except OSError as error:
            self._cannot_write(error)

    def _refuse(self, reason: str) -> NoReturn:
        self._discard()
        raise VerifyError(
            f"what the server sent for {self.file.name} is not the official file: {reason}",
            code="EAVM1109",
            hint="nothing of it was kept; download it again, or import it from a source that you trust",
        )

    def _discard(self) -> None:
        with contextlib.suppress(OSError):
            self.part.unlink()
        self.have, self.hash = 0, hashlib.sha256()

    def _cannot_write(self, error: OSError) -> NoReturn:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreError(
            f"{self.file.name} was not written: {'the disk is full' if full else error.strerror or error}",
            code="EAVM1110",
            hint=f"free {megabytes(self.file.size - self.have)} and download it again; what arrived is kept"
            if full
            else f"{self.part.parent} must be a folder that you may write to",
        ) from error


def _ask_for_room(files: Sequence[OfficialFile], folder: Path) -> None:
    paths = [(file, folder / file.name) for file in files]
    missing = sum(f.size - min(f.size, _size(_part(p))) for f, p in paths if _size(p) != f.size)
    free = shutil.disk_usage(folder).free
    if missing > free:
        raise StoreError(
            f"{megabytes(missing)} are to be downloaded, and the disk has room for {megabytes(free)}",
            code="EAVM1110",
            hint="free some space, or set AVM_CACHE_DIR to a folder on a larger disk",
        )


def _digest(path: Path, size: int, progress: Progress, cancel: Cancel | None) -> hashlib._Hash:
    """SHA-256 of a file so far; its bytes are the steps, of ``size``."""
    look = looks(cancel)

    def each(done: int) -> None:
        look()
        progress.step(done, size)

    return sha256(path, each)


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def megabytes(size: int) -> str:
    """An amount of bytes as people read it: "192 bytes", "3.0 MB", "12.0 GB"."""
    if size < 1 << 10:
        return f"{size} bytes"
    if size < 1 << 20:
        return f"{size / (1 << 10):.1f} KB"
    return f"{size / (1 << 20):.1f} MB" if size < 1 << 30 else f"{size / (1 << 30):.1f} GB"
