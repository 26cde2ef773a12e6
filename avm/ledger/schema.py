"""The tables of a ledger, and what keeps SQLite's failures and a foreign schema out.

The schema is compared as a whole, text by text: a table, index, trigger or view too many is refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeAlias

from avm.base.errors import StoreError

APPLICATION_ID = 0x41564D4C  # "AVML"
VERSION = 2
SqlValue: TypeAlias = "int | str | bytes | float | None"
"""What a cell of a table can hold."""

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
LEFT = "The file was left as it is; choose another."
DAMAGED = "The file is damaged. It was left as it is; open another ledger or start a new one."
_HINTS = (
    ("full", "Free some space; everything up to the last block is kept."),
    ("locked", "Another program has the ledger open; close it and try again."),
    ("busy", "Another program has the ledger open; close it and try again."),
    ("malformed", DAMAGED),
    ("not a database", DAMAGED),
    ("corrupt", DAMAGED),
    ("too big", "A row is larger than any that a ledger writes. " + DAMAGED),
    ("UTF-8", DAMAGED),
    ("utf-8", DAMAGED),
    (
        "I/O",
        "The disk cannot be read or written: see that it is connected, sound and not full. Kept is"
        " everything up to the last block.",
    ),
    ("readonly", "The file or its folder cannot be written; copy the ledger to a folder of your own."),
    ("read-only", "The file or its folder cannot be written; copy the ledger to a folder of your own."),
    ("unable to open", "See that the folder is there and that you may read and write it."),
    ("closed", "Open the ledger again."),
)


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn SQLite's failures into StoreError; ``what`` says what was being done."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        text = str(error)
        hint = next((hint for word, hint in _HINTS if word in text), DAMAGED)
        raise StoreError(f"{what}: {text}", hint=hint) from error


def create_tables(db: sqlite3.Connection) -> None:
    """Make the tables of an empty database and mark it as a ledger; inside a transaction."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {VERSION}")
    for table in _TABLES:
        db.execute(table)


def table_names() -> tuple[str, ...]:
    """Return the names of all tables in the order in which they are made."""
    return tuple(name for kind, name, _, _ in _schema() if kind == "table")


@cache
def columns(table: str) -> tuple[str, ...]:
    """Return the names of a table's columns, ``rowid`` first where rows have a number apart from them."""
    db = sqlite3.connect(":memory:")
    try:
        create_tables(db)
        found = db.execute(f"PRAGMA table_info({table})").fetchall()
        names = tuple(row[1] for row in found)
        numbered = any(row[5] and row[2] == "INTEGER" for row in found)
        return names if numbered else ("rowid", *names)
    finally:
        db.close()


@cache
def _schema() -> tuple[tuple[str, str, str, str | None], ...]:
    db = sqlite3.connect(":memory:")
    try:
        create_tables(db)
        return _rows(db)
    finally:
        db.close()


def _rows(db: sqlite3.Connection) -> tuple[tuple[str, str, str, str | None], ...]:
    return tuple(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid").fetchall())


def check_schema(db: sqlite3.Connection, path: str) -> None:
    """Raise StoreError unless the database is a sound ledger of this format; nothing is written."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise StoreError(f"{path} is not a ledger", hint=LEFT)
    if version != VERSION:
        raise StoreError(
            f"{path} has the ledger format {version}; this version reads format {VERSION}",
            hint="The file was left as it is. Open it with the version that wrote it, or move it away: the"
            " next commit then begins a new ledger.",
        )
    if set(_rows(db)) != set(_schema()):
        known = {row[1] for row in _schema()}
        strange = sorted(f"{kind} {name}" for kind, name, _, _ in _rows(db) if name not in known)
        more = f": it has the {', the '.join(strange[:3])}" if strange else ""
        raise StoreError(f"{path} does not have the tables of a ledger{more}", hint=LEFT)
    fault = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if fault != "ok":
        raise StoreError(f"{path} is damaged: {fault}", hint=DAMAGED)


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
