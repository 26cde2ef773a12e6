"""The ledger's file: how it is recognised, made, and opened without ever harming another file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from avm.base.errors import StoreError

APPLICATION_ID = 0x41564D4C  # "AVML"
VERSION = 1
_MAGIC = b"SQLite format 3\0"
_BUSY_SECONDS = 5.0

_TABLES = (
    """CREATE TABLE blocks (
        height INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        state_root TEXT NOT NULL UNIQUE,
        timestamp INTEGER NOT NULL,
        header TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE block_tree (
        level INTEGER NOT NULL,
        position INTEGER NOT NULL,
        hash TEXT NOT NULL,
        PRIMARY KEY (level, position)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE transactions (
        id TEXT PRIMARY KEY,
        height INTEGER NOT NULL REFERENCES blocks(height),
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (height, position)
    ) STRICT""",
    """CREATE TABLE used_ids (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        transaction_id TEXT NOT NULL REFERENCES transactions(id)
    ) STRICT""",
    """CREATE TABLE programs (
        id TEXT PRIMARY KEY,
        edition INTEGER NOT NULL,
        source TEXT NOT NULL,
        owner TEXT,
        transaction_id TEXT NOT NULL REFERENCES transactions(id)
    ) STRICT""",
    """CREATE TABLE verifying_keys (
        program TEXT NOT NULL REFERENCES programs(id),
        function TEXT NOT NULL,
        key BLOB NOT NULL,
        transaction_id TEXT NOT NULL REFERENCES transactions(id),
        PRIMARY KEY (program, function)
    ) STRICT""",
    """CREATE TABLE mappings (
        program TEXT NOT NULL REFERENCES programs(id),
        name TEXT NOT NULL,
        PRIMARY KEY (program, name)
    ) STRICT""",
    """CREATE TABLE changes (
        sequence INTEGER PRIMARY KEY,
        height INTEGER NOT NULL REFERENCES blocks(height),
        transaction_id TEXT NOT NULL REFERENCES transactions(id),
        program TEXT NOT NULL,
        mapping TEXT NOT NULL,
        key BLOB NOT NULL,
        value BLOB,
        FOREIGN KEY (program, mapping) REFERENCES mappings(program, name)
    ) STRICT""",
    "CREATE INDEX changes_by_key ON changes (program, mapping, key, sequence)",
)


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn SQLite's failures into StoreError; ``what`` says what was being done."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        hint = ""
        if "full" in text:
            hint = "Free some space; everything up to the last block is kept."
        elif "locked" in text or "busy" in text:
            hint = "Another program has the ledger open; close it and try again."
        elif "malformed" in text or "not a database" in text or "corrupt" in text:
            hint = "The file is damaged. It was left as it is; open another ledger or start a new one."
        raise StoreError(f"{what}: {text}", hint=hint) from error


def _refuse_foreign(path: Path) -> None:
    """Raise StoreError if the file holds something else than a ledger; it is only read."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise StoreError(f"the ledger {path} cannot be read: {error.strerror}") from error
    if not head:
        return
    if len(head) < 100 or not head.startswith(_MAGIC):
        raise StoreError(
            f"{path} is not a ledger: it is not a database",
            hint="The file was left as it is; choose another.",
        )
    application = int.from_bytes(head[68:72], "big")
    if application not in (0, APPLICATION_ID):
        raise StoreError(
            f"{path} is not a ledger: it belongs to another application",
            hint="The file was left as it is; choose another.",
        )


def _check_known(db: sqlite3.Connection, path: str) -> bool:
    """Return whether the database is a ledger, False if it is still empty; StoreError for anything else."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if application == 0 and not tables:
        return False
    if application != APPLICATION_ID:
        raise StoreError(f"{path} is not a ledger", hint="The file was left as it is; choose another.")
    if version != VERSION:
        raise StoreError(
            f"{path} has the ledger format {version}; this version reads format {VERSION}",
            hint="The file was left as it is; open it with the version that wrote it.",
        )
    fault = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if fault != "ok":
        raise StoreError(
            f"{path} is damaged: {fault}",
            hint="The file was left as it is; open another ledger or start a new one.",
        )
    return True


def connect(path: Path | None, initialise: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    """Open the ledger at ``path``, or one in memory, and make it (and its folder) if there is none.

    ``initialise`` writes the first block in the transaction that makes the tables, so that a ledger exists
    with it or not at all.

    Raises:
        StoreError: the file is damaged, foreign, locked, of another version, or cannot be written.
    """
    name = ":memory:" if path is None else str(path)
    if path is not None:
        _refuse_foreign(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder of the ledger {path} cannot be made: {error.strerror}") from error
    with guarded(f"the ledger {name} cannot be opened"):
        db = sqlite3.connect(name, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        with guarded(f"the ledger {name} cannot be opened"):
            if not _check_known(db, name):
                _create(db, initialise)
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
    except BaseException:
        db.close()
        raise
    return db


def _create(db: sqlite3.Connection, initialise: Callable[[sqlite3.Connection], None]) -> None:
    with transaction(db):
        # The application id is in the main file before WAL is switched on, so that a torn file is recognised.
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")
        for table in _TABLES:
            db.execute(table)
        initialise(db)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Run the body in one SQL transaction: all of it is kept, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
