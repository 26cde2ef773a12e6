"""The ledger's file: how it is recognised, made as a whole, and opened without ever harming another file.

A new ledger is built beside its place and linked there when it is complete, so that two processes cannot make
one file, and nobody ever sees half of one. A file that cannot be written is opened for looking at it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from avm.base.beside import clean, new_folder
from avm.base.errors import StoreError
from avm.base.files import DOCUMENT_LIMIT, FILE_MODE, make_folder, tighten
from avm.base.locks import turn_in
from avm.ledger.held import File, hold, release
from avm.ledger.schema import (
    APPLICATION_ID,
    LEFT,
    check_schema,
    create_tables,
    guarded,
    transaction,
)

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_BUSY_SECONDS = 10.0
_TURN_SECONDS = 1.0
_SIBLINGS = ("-wal", "-shm", "-journal")
Initialise = Callable[[sqlite3.Connection], None]


@dataclass(slots=True)
class Opened:
    """A connection; ``obstacle`` says why it cannot write, and is empty when it can.

    ``path`` and ``held`` are of a file that others may have open too; ``copied`` is a folder with a private
    copy of the file, to be removed when the connection is closed.
    """

    db: sqlite3.Connection
    obstacle: str = ""
    path: Path | None = None
    held: File | None = None
    copied: Path | None = None


def open_memory(initialise: Initialise | None = None) -> sqlite3.Connection:
    """Return a database in memory, with the tables and the first block when there is an ``initialise``."""
    db = _connect(":memory:")
    if initialise is not None:
        with transaction(db):
            create_tables(db)
            initialise(db)
    return db


def open_file(path: Path, initialise: Initialise, *, create: bool = True, write: bool = True) -> Opened:
    """Open the ledger at ``path``; make it, with its folders, if there is none and ``create`` is set.

    ``initialise`` writes the first block in the transaction that makes the tables. Without ``write``, or
    where the file or its folder cannot be written, the connection only reads.

    Raises:
        StoreError: there is no ledger; the file is damaged, foreign, locked, or of another version.
    """
    path = Path(os.path.abspath(_checked(path)))
    held = _hold(path)
    if held is None:
        if not create:
            raise StoreError(
                f"there is no ledger {path}",
                hint="`avm prove FUNCTION INPUTS --commit` makes one with the first block.",
            )
        _make(path, initialise)
        held = _hold(path)
        if held is None:
            raise StoreError(f"the ledger {path} was removed while it was made", hint="Open it again.")
    try:
        opened = _open_held(path, held)
    except BaseException:
        release(held)
        raise
    try:
        with guarded(f"the ledger {path} cannot be opened"):
            check_schema(opened.db, str(path))
            if opened.obstacle or not write:
                opened.db.execute("PRAGMA query_only = ON")
                opened.obstacle = opened.obstacle or "it was opened for reading"
                return opened
            opened.db.execute("PRAGMA journal_mode = WAL")
            opened.db.execute("PRAGMA synchronous = FULL")
            for suffix in ("", *_SIBLINGS):  # what SQLite makes beside it has its mode
                tighten(path.with_name(path.name + suffix))
        return opened
    except BaseException:
        close(opened)
        raise


def close(opened: Opened) -> None:
    """Close a connection and remove its private copy; a second call does nothing.

    Processes that close at one moment take turns, so that the last of them finds itself alone and folds the
    write-ahead log into the file.
    """
    if opened.path is None:
        opened.db.close()
    else:
        with turn_in(opened.path.parent, _TURN_SECONDS):
            opened.db.close()
    if opened.held is not None:
        release(opened.held)
        opened.path, opened.held = None, None
    if opened.copied is not None:
        shutil.rmtree(opened.copied, ignore_errors=True)


def _checked(path: Path) -> Path:
    if "\0" in str(path):
        raise StoreError("a ledger's path cannot hold a NUL character", hint="Choose another name.")
    return path


def _hold(path: Path) -> File | None:
    """Count the ledger at ``path`` as open here, None without one; StoreError when that is none."""
    try:
        return hold(path, lambda: _examine(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the ledger {ascii(str(path))[1:-1][:200]} cannot be read: {_reason(error)}",
            hint="Choose another name, or see that you may read the folder.",
        ) from error


def _examine(path: Path) -> None:
    """Raise StoreError when what lies at ``path`` is no ledger. It is only read."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        raise StoreError(f"{path} is a link, not a ledger", hint="Name the file that it leads to.")
    if not stat.S_ISREG(status.st_mode):
        raise StoreError(f"{path} is not a ledger: it is not a regular file", hint=LEFT)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            head = file.read(_HEADER)
    except OSError as error:
        raise StoreError(
            f"the ledger {path} cannot be read: {_reason(error)}", hint="See that you may read the file."
        ) from error
    if not head:
        raise StoreError(
            f"{path} is not a ledger: it is empty", hint="Remove it to start a new ledger there."
        )
    if len(head) < _HEADER or not head.startswith(_MAGIC):
        raise StoreError(f"{path} is not a ledger: it is not a database", hint=LEFT)
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise StoreError(f"{path} is not a ledger: it belongs to another application", hint=LEFT)
    _examine_siblings(path)


def _examine_siblings(path: Path) -> None:
    """Refuse what SQLite would follow or play back although no ledger writes it.

    A ledger only ever has a write-ahead log. A rollback journal beside it is somebody else's, and names a
    further file that SQLite would remove.
    """
    for suffix in _SIBLINGS:
        beside = path.with_name(path.name + suffix)
        try:
            status = beside.lstat()
        except OSError:
            continue
        if not stat.S_ISREG(status.st_mode) or (suffix == "-journal" and status.st_size):
            raise StoreError(
                f"{beside} does not belong to a ledger",
                hint="Nothing was changed. Remove that file if you know where it comes from.",
            )


def _obstacle(path: Path) -> str:
    for place, name in ((path, "the file"), (path.parent, "the folder")):
        if not os.access(place, os.W_OK):
            return f"{name} {place} cannot be written"
    return ""


def _open_held(path: Path, held: File) -> Opened:
    obstacle = _obstacle(path)
    if not obstacle:
        clean(path.parent)
        return Opened(_connect(_address(path, "mode=rw")), "", path, held)
    # In such a place SQLite can make no files beside the ledger.
    log = path.with_name(path.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        return Opened(_connect(_address(path, "mode=ro&immutable=1")), obstacle, None, held)
    # Blocks that are only in the log need its index, which cannot be made here.
    copied = Path(tempfile.mkdtemp(prefix="avm-ledger-"))
    try:
        for source in (path, log):
            shutil.copyfile(source, copied / source.name, follow_symlinks=False)
        return Opened(_connect(_address(copied / path.name, "mode=rw")), obstacle, None, held, copied)
    except BaseException as error:
        shutil.rmtree(copied, ignore_errors=True)
        if isinstance(error, OSError):
            raise StoreError(
                f"the ledger {path} cannot be read: {_reason(error)}", hint="See that you may read the file."
            ) from error
        raise


def _address(path: Path, options: str) -> str:
    return f"{path.as_uri()}?{options}"


def _connect(address: str) -> sqlite3.Connection:
    """Connect with all that an enemy could use switched off; the schema is not read yet."""
    with guarded("the ledger cannot be opened"):
        db = sqlite3.connect(
            address,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            uri=address.startswith("file:"),
        )
        try:
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA cell_size_check = ON")
            db.execute("PRAGMA mmap_size = 0")
            db.execute("PRAGMA foreign_keys = ON")
            db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, DOCUMENT_LIMIT)
            db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            for name in ("DEFENSIVE", "ENABLE_TRIGGER", "ENABLE_VIEW"):  # Python 3.12 and later
                option = getattr(sqlite3, f"SQLITE_DBCONFIG_{name}", None)
                if option is not None:
                    db.setconfig(option, name == "DEFENSIVE")  # type: ignore[attr-defined,unused-ignore]
        except BaseException:
            db.close()
            raise
    return db


def _make(path: Path, initialise: Initialise) -> None:
    """Build a ledger beside ``path`` and link it there; one that appears meanwhile is left alone."""
    make_folder(path.parent)
    try:
        with new_folder(path) as new:
            temporary = new.path / "ledger"
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
            with guarded(f"the ledger {path} cannot be made"):
                db = _connect(_address(temporary, "mode=rw"))
                try:
                    db.execute("PRAGMA journal_mode = MEMORY")
                    with transaction(db):
                        create_tables(db)
                        initialise(db)
                    db.execute("PRAGMA journal_mode = WAL")
                finally:
                    db.close()
            _put(temporary, path)
    except OSError as error:
        raise StoreError(
            f"the ledger {path} cannot be made: {_reason(error)}",
            hint="See that you may write the folder and that the disk has space.",
        ) from error


def _put(temporary: Path, path: Path) -> None:
    """Give a complete file its name unless that is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError:  # a disk without links; on Windows a rename never replaces
        if os.name != "nt":
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
            except FileExistsError:
                return
            os.replace(temporary, path)
        else:
            with contextlib.suppress(FileExistsError):
                os.rename(temporary, path)
    if os.name != "nt":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _reason(error: Exception) -> object:
    return error.strerror if isinstance(error, OSError) and error.strerror else error
