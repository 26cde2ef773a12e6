"""Files that may come from an enemy: names stay in their folder, texts have limits, what we write is ours.

Every path that a manifest, a program or a proof names goes through ``inside``; every document that we did not
just make ourselves through ``read_bytes``, ``read_text`` and ``parse_json``; all that we write through
``write_bytes`` and ``make_folder``. Folders from which code or secrets are loaded are checked by ``owned``.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NoReturn

from avm.base import beside
from avm.base.errors import AvmError, DecodeError, StoreError, shown
from avm.base.json_value import JsonValue

FOLDER_MODE = 0o700
FILE_MODE = 0o600
OWN_FOLDER = ".avm"
"""What is ours alone in a person's project: the ledger of this machine."""
DOCUMENT_LIMIT = 64 << 20
"""Bytes of the largest document that is read where a caller names no limit of its own."""
JSON_DEPTH = 64
JSON_DIGITS = 400
"""Digits of the longest number in a JSON document: more than any field element of ours has."""
_NAME_BYTES = 255
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


class PathRefused(AvmError):
    """A name that would leave its folder, or that no file can have."""

    default_code = "EAVM0510"


def inside(folder: Path, *parts: str) -> Path:
    """Return ``folder`` joined with names of one or several levels; ``PathRefused`` when not below it.

    Refused are absolute names, ``..``, empty names, control characters, lone surrogates, names that are too
    long and symbolic links that lead out of the folder. The path need not exist.
    """
    root = folder.resolve()
    path = root
    for part in parts:
        for name in part.replace("\\", "/").split("/"):
            _check_name(part, name)
            path = path / name
    with contextlib.suppress(OSError, RuntimeError):
        if not path.resolve().is_relative_to(root):
            raise PathRefused(f"{shown('/'.join(parts))} leads out of its folder through a link")
    return path


def _check_name(whole: str, name: str) -> None:
    fault = ""
    if not name or name == ".":
        fault = "is absolute or has an empty part"
    elif name == "..":
        fault = "leads out of its folder"
    elif any(c < " " or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in name):
        fault = "has a character that no file name can have"
    elif len(name.encode()) > _NAME_BYTES:
        fault = f"is longer than {_NAME_BYTES} bytes"
    elif os.name == "nt" and (":" in name or name[-1] in " ."):
        fault = "is no file name on Windows"
    if fault:
        raise PathRefused(f"{shown(whole)} {fault}", hint="use names below the folder itself")


def read_bytes(path: Path, limit: int = DOCUMENT_LIMIT) -> bytes:
    """Return the bytes of a regular file of at most ``limit`` bytes; ``StoreError`` else.

    Pipes, devices and folders are refused without waiting for them.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise StoreError(f"{path.name} cannot be read: it is not a regular file")
            data = b"" if status.st_size > limit else file.read(limit + 1)
            if status.st_size > limit or len(data) > limit:
                raise StoreError(
                    f"{path.name} is larger than {limit:,} bytes", hint="this limit keeps the memory bounded"
                )
            return data
    except OSError as error:
        raise StoreError(f"{path.name} cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a NUL or a lone surrogate in the path
        raise StoreError(f"{shown(path.name)} cannot be read: {error}") from error


def sha256(path: Path, each: Callable[[int], None] = lambda done: None) -> hashlib._Hash:
    """Return the SHA-256 of a file of any size so far; ``StoreError`` when it cannot be read.

    ``each`` hears after each piece how many bytes are done, and may raise to stop.
    """
    digest, done = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                done += len(block)
                each(done)
    except OSError as error:
        raise StoreError(f"{path.name} cannot be read: {error.strerror or error}") from error
    return digest


def read_text(path: Path, limit: int = DOCUMENT_LIMIT) -> str:
    """Return a UTF-8 text with newlines as they are; ``StoreError`` when it cannot be read or is not text."""
    data = read_bytes(path, limit)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StoreError(
            f"{path.name} is not UTF-8 text: byte {error.start} is 0x{data[error.start]:02x}",
            hint="save it as UTF-8",
        ) from None


def parse_json(text: str, name: str, depth: int = JSON_DEPTH, *, unique: bool = False) -> JsonValue:
    """Return a JSON document; ``DecodeError`` when it is none, too deep, or holds a number that is none.

    NaN, Infinity, numbers of more than ``JSON_DIGITS`` digits and lone surrogates are refused; where names
    must be ``unique``, a name that an object has twice too.
    """
    level = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", text)):
        level += 1 if bracket[0] in "[{" else -1
        if level > depth:
            raise DecodeError(f"{name} is nested deeper than {depth} levels")
    try:
        data: JsonValue = json.loads(
            text,
            parse_int=_integer,
            parse_float=_real,
            parse_constant=_refuse,
            object_pairs_hook=_unique if unique else None,
        )
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise DecodeError(f"{name} holds half a character (a lone surrogate)") from None
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"{name} is not valid JSON: {error}") from None
    return data


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for i, (name, _) in enumerate(pairs) if any(name == n for n, _ in pairs[:i]))
        raise ValueError(f"the name {shown(twice)} occurs twice in one object")
    return found


def _integer(digits: str) -> int:
    if len(digits) > JSON_DIGITS:
        raise ValueError(f"a number has more than {JSON_DIGITS} digits")
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:20]} is too large a number")
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def make_folder(path: Path) -> Path:
    """Make a folder and its missing parents for this user alone (0700); those that exist stay as they are.

    An ``OWN_FOLDER`` that is made tells git to leave it alone.
    """
    try:
        missing = [p for p in (path, *path.parents) if not p.exists()]
        for folder in reversed(missing):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=FOLDER_MODE)
                if folder.name == OWN_FOLDER:
                    write_text(folder / ".gitignore", "*\n")
        if not path.is_dir():
            raise StoreError(
                f"{path} is not a folder", hint="remove what lies there, or choose another place"
            )
    except OSError as error:
        raise StoreError(f"the folder {path} cannot be made: {error.strerror or error}") from error
    return path


def owned(path: Path) -> bool:
    """Whether a folder or file is this user's own, no link, and nobody else may write it.

    True where the system has no such owners (Windows: the profile's access list guards it).
    """
    try:
        status = path.lstat()
    except OSError:
        return False
    if stat.S_ISLNK(status.st_mode):
        return False
    return _ours(status)


def owned_folder(path: Path) -> bool:
    """Make ``path`` if need be and say whether it is fit to load code or secrets from.

    Fit is a folder of this user's, no link, closed to all others (0700; an own folder with a wider mode is
    closed here), none of whose parents lets another user replace it.
    """
    try:
        make_folder(path)
        if not owned(path):
            return False
        if os.name != "nt":
            path.chmod(FOLDER_MODE)
        return all(_trusted_parent(parent) for parent in path.resolve().parents)
    except (StoreError, OSError):
        return False


def _trusted_parent(folder: Path) -> bool:
    if not hasattr(os, "geteuid"):
        return True
    status = folder.lstat()
    if status.st_uid not in (0, os.geteuid()):
        return False
    return not status.st_mode & 0o022 or bool(status.st_mode & stat.S_ISVTX)


def read_owned(path: Path, limit: int = DOCUMENT_LIMIT) -> bytes | None:
    """Return the bytes of a regular file that is this user's own and that nobody else may write, else None.

    For what becomes code or is trusted unseen: compiled kernels, caches. A link, another user's file, one
    that its group or others may write and one over the limit count as missing. Checked is the open file.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit or not _ours(status):
                return None
            data = file.read(limit + 1)
            return data if len(data) <= limit else None
    except (OSError, ValueError):
        return None


def _ours(status: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


def ownership_fault(path: Path) -> str:
    """Why a file is not to be believed as this user's own (links are followed), or an empty text."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ""
    if not hasattr(os, "geteuid"):
        return ""
    if status.st_uid != os.geteuid():
        return "it belongs to another user"
    return "everybody can write it" if status.st_mode & 0o002 else ""


def append(path: Path) -> BinaryIO:
    """Open a file to write at its end; a new one is this user's alone (0600), a link is not followed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    return os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0), FILE_MODE), "ab")


def tighten(path: Path, mode: int = FILE_MODE) -> None:
    """Close an own file or folder to all others (0600, or ``mode``); left alone where the system refuses."""
    with contextlib.suppress(OSError, ValueError):
        status = path.lstat()
        ours = hasattr(os, "geteuid") and status.st_uid == os.geteuid()
        if ours and not stat.S_ISLNK(status.st_mode) and status.st_mode & 0o077:
            path.chmod(mode)


def private_folder(prefix: str) -> Path:
    """Make a folder of this process alone (0700, a name nobody can guess) that is removed when it ends."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    atexit.register(_remove, folder, os.getpid())
    return folder


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Replace ``path`` by ``text`` (UTF-8) atomically; see ``write_bytes``."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise StoreError(
            f"{path.name} was not written: it holds half a character (a lone surrogate)"
        ) from None
    write_bytes(path, data, private=private)


def write_bytes(path: Path, data: bytes, *, private: bool = False) -> None:
    """Replace ``path`` by ``data`` atomically; on failure the old file stays as it was (``StoreError``).

    A new file is 0600 in new folders of 0700; an existing one keeps its mode unless ``private``, which makes
    it 0600 before anything is written. A symbolic link is followed (its target is replaced), but not when
    ``private``. Folders, devices and pipes are never replaced.
    """
    try:
        target = path if private else Path(os.path.realpath(path))
        if os.path.lexists(target) and not (target.is_file() or target.is_symlink()):
            raise StoreError(
                f"{shown(path.name)[1:-1]} was not written: what has that name is not a regular file",
                hint="nothing was changed; choose another name",
            )
        make_folder(target.parent)
        with beside.new_file(target) as new:
            with new.open() as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if not private and target.exists():
                shutil.copymode(target, new.path)
            new.put()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise StoreError(
            f"{shown(path.name)[1:-1]} was not written: {reason}",
            hint="the old file is unchanged; free some space or choose another folder",
        ) from error
