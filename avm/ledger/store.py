"""Blocks, transactions, programs and mapping values on disk: one SQL transaction per block.

Current values are not stored apart from their history: the newest change of a key is its value.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from avm.account.address import address_text, parse_address
from avm.algebra.edwards import Point
from avm.algebra.fields import Fr
from avm.base.codec import ByteReader
from avm.base.errors import AvmError, StoreError
from avm.base.files import parse_json
from avm.base.json_value import JsonValue, members, number, text
from avm.data.plaintext import Plaintext, read_plaintext
from avm.ledger import file
from avm.ledger.binding import proof_identity
from avm.ledger.block import Block, Confirmed
from avm.ledger.file import Opened
from avm.ledger.ids import Kind, canonical_text, id_text, parse_field, parse_id
from avm.ledger.operations import Change
from avm.ledger.schema import DAMAGED, SqlValue, columns, guarded, table_names, transaction
from avm.ledger.state import Header, Metadata, block_tree, field_bits
from avm.ledger.transaction import Deployment, Execution, Transaction
from avm.primitives.merkle import MerkleTree, bhp_leaf

_LAST = 2**62
_VALUE = "a value of a mapping"


@dataclass(frozen=True, slots=True)
class StoredProgram:
    """A deployed program: its text, edition, owner and the transaction that brought it."""

    source: str
    edition: int
    owner: Point | None
    transaction_id: str


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value of a mapping's key from one height on; None when it was removed."""

    height: int
    transaction_id: str
    value: Plaintext | None


def transaction_ids(value: Transaction) -> Iterator[tuple[str, str]]:
    """Yield (id, kind) of everything in a transaction that no other may use again."""
    yield value.id_text, "transaction"
    if isinstance(value.payload, Execution):
        yield f"proof {proof_identity(value.payload.proof.data)}", "proof"
        for transition in value.payload.transitions:
            yield transition.id_text, "transition"
            yield f"tpk {transition.tpk[0]}", "transition public key"
            yield f"tcm {transition.tcm}", "transition commitment"
            for kind, parts in (("input", transition.inputs), ("output", transition.outputs)):
                for part in parts:
                    yield f"{kind} {part.id}", f"{kind} id"


class Store:
    """The tables of one ledger; every method may be called from any thread."""

    def __init__(
        self, path: Path | None, first: Callable[[], Block], *, create: bool = True, write: bool = True
    ) -> None:
        """Open the ledger at ``path``, or make one that begins with the block ``first()``.

        Without ``create`` an absent file is a StoreError, without ``write`` the file is only read.
        """
        self.path = path
        self._lock = threading.RLock()
        self._tree = block_tree()

        def initialise(db: sqlite3.Connection) -> None:
            self._write(db, first())

        if path is None:
            self._opened = Opened(file.open_memory(initialise))
        else:
            self._opened = file.open_file(path, initialise, create=create, write=write)
        self._load()

    def _load(self) -> None:
        self._db = self._opened.db
        try:
            self._tree = self._load_tree()
        except BaseException:
            file.close(self._opened)
            raise

    def snapshot(self) -> Store:
        """Return a store of its own that holds this moment, whatever is written later; close it after use."""
        copy = Store.__new__(Store)
        copy.path, copy._lock, copy._tree = self.path, threading.RLock(), block_tree()
        if self.path is None:
            copy._opened = Opened(file.open_memory())
            with self._lock, guarded("the ledger cannot be read"):
                self._db.backup(copy._opened.db)
        else:
            copy._opened = file.open_file(self.path, lambda _: None, create=False, write=False)
            with guarded("the ledger cannot be read"):
                copy._opened.db.execute("BEGIN")
        copy._load()
        return copy

    @property
    def obstacle(self) -> str:
        """Why the ledger cannot be written; empty when it can."""
        return self._opened.obstacle

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            file.close(self._opened)

    def _rows(self, query: str, *values: SqlValue) -> list[tuple[SqlValue, ...]]:
        with self._lock, guarded("the ledger cannot be read"):
            return self._db.execute(query, values).fetchall()

    def _texts(self, query: str, *values: SqlValue) -> list[tuple[str, ...]]:
        rows = self._rows(query, *values)
        with _reading("a text"):
            return [tuple(map(text, row)) for row in rows]

    # --- blocks

    @property
    def tree(self) -> MerkleTree:
        """The tree over all block hashes; not to be changed."""
        return self._tree

    @property
    def height(self) -> int:
        """The height of the newest block."""
        return len(self._tree) - 1

    def _load_tree(self) -> MerkleTree:
        levels: list[list[int]] = []
        for level, position, value in self._rows(
            "SELECT level, position, hash FROM block_tree ORDER BY 1, 2"
        ):
            if level == len(levels):
                levels.append([])
            if not levels or (level, position) != (len(levels) - 1, len(levels[-1])):
                raise StoreError("the ledger's block tree has a gap", hint=DAMAGED)
            try:
                levels[-1].append(parse_field(f"{text(value)}field"))
            except (TypeError, ValueError) as error:
                raise StoreError("the ledger's block tree is damaged", hint=DAMAGED) from error
        ((count,),) = self._rows("SELECT count(*) FROM blocks")
        tree = block_tree()
        try:
            tree.restore(levels)
        except ValueError as error:
            raise StoreError("the ledger's block tree is damaged", hint=DAMAGED) from error
        if len(tree) != count:
            raise StoreError("the ledger's block tree does not fit its blocks", hint=DAMAGED)
        return tree

    def append(self, block: Block) -> None:
        """Write a block with all it brings; StoreError if it cannot be kept, and then nothing is."""
        if self.obstacle:
            raise StoreError(
                f"the ledger cannot be written: {self.obstacle}",
                hint="It can be looked at; to go on with it, copy it to a folder of your own.",
            )
        with self._lock:
            if id_text(Kind.STATE_ROOT, self._tree.root) != self.state_root(self.height):
                raise StoreError("the ledger's block tree does not lead to its state root", hint=DAMAGED)
            before = self._tree.copy()
            try:
                with guarded(f"block {block.height} could not be written"), transaction(self._db):
                    ((newest,),) = self._db.execute("SELECT max(height) FROM blocks").fetchall()
                    if newest != self.height or block.height != newest + 1:
                        raise StoreError(
                            "the ledger was changed by another program", hint="Open the ledger again."
                        )
                    self._write(self._db, block)
            except BaseException:
                self._tree = before
                raise

    def _write(self, db: sqlite3.Connection, block: Block) -> None:
        self._tree.append(bhp_leaf(field_bits(block.hash)))
        root = id_text(Kind.STATE_ROOT, self._tree.root)
        header = canonical_text(
            {"previous_hash": id_text(Kind.BLOCK, block.previous_hash), **asdict(block.header)}
        )
        row = (block.height, block.hash_text, root, block.timestamp, header)
        db.execute("INSERT INTO blocks VALUES (?, ?, ?, ?, ?)", row)
        nodes = [(level, position, str(value)) for level, position, value in self._tree.edge()]
        db.executemany("INSERT OR REPLACE INTO block_tree VALUES (?, ?, ?)", nodes)
        for position, confirmed in enumerate(block.transactions):
            self._write_transaction(db, block.height, position, confirmed)

    def _write_transaction(self, db: sqlite3.Connection, height: int, position: int, item: Confirmed) -> None:
        value, name = item.transaction, item.transaction.id_text
        db.execute(
            "INSERT INTO transactions VALUES (?, ?, ?, ?, ?)", (name, height, position, value.kind, item.text)
        )
        ids = [(used, kind, name) for used, kind in transaction_ids(value)]
        db.executemany("INSERT INTO used_ids VALUES (?, ?, ?)", ids)
        if isinstance(value.payload, Deployment):
            self._write_program(db, value.payload, name)
        for operation in item.operations:
            if operation.change is Change.INITIALIZE:
                db.execute("INSERT INTO mappings VALUES (?, ?)", (operation.program, operation.mapping))
            elif operation.key is not None:
                after = None if operation.value is None else operation.value.to_bytes()
                db.execute(
                    "INSERT INTO changes VALUES (NULL, ?, ?, ?, ?, ?, ?)",
                    (height, name, operation.program, operation.mapping, operation.key.to_bytes(), after),
                )

    def _write_program(self, db: sqlite3.Connection, deployment: Deployment, name: str) -> None:
        owner = None if deployment.owner is None else address_text(deployment.owner)
        program = deployment.parsed.id
        db.execute(
            "INSERT OR IGNORE INTO programs VALUES (?, ?, ?, ?, ?)",
            (program, deployment.edition, deployment.program, owner, name),
        )
        keys = [(program, function, key, name) for function, key in deployment.verifying_keys]
        db.executemany("INSERT INTO verifying_keys VALUES (?, ?, ?, ?)", keys)

    def block(self, height: int, *, trusted: bool = True) -> Block:
        """Return a block; StoreError when there is none, or it cannot be read.

        Ids and hash are taken as they are stored; with ``trusted`` unset they are computed and compared.
        """
        rows = self._rows("SELECT header, hash FROM blocks WHERE height = ?", height)
        if not rows:
            raise StoreError(f"there is no block {height}; the newest is {self.height}")
        bodies = self._rows("SELECT body FROM transactions WHERE height = ? ORDER BY position", height)
        try:
            header, stated = map(text, rows[0])
            fields = dict(members(parse_json(header, f"the header of block {height}")))
            previous = parse_id(Kind.BLOCK, text(fields.pop("previous_hash")))
            written = (parse_json(text(body), f"a transaction of block {height}") for (body,) in bodies)
            confirmed = tuple(Confirmed.from_json(members(value), trusted=trusted) for value in written)
            block = Block(previous, _header(fields), confirmed)
            if trusted:
                block.__dict__["hash"] = parse_id(Kind.BLOCK, stated)
            elif block.hash_text != stated:
                raise StoreError("its hash is not the stored one")
        except _UNREADABLE as error:
            why = error.message if isinstance(error, AvmError) else repr(error)
            raise StoreError(f"block {height} is damaged: {why[:300]}", hint=DAMAGED) from error
        return block

    def state_root(self, height: int) -> str:
        """Return the state root after a block; StoreError when there is no such block."""
        rows = self._texts("SELECT state_root FROM blocks WHERE height = ?", height)
        if not rows:
            raise StoreError(f"there is no block {height}; the newest is {self.height}")
        return rows[0][0]

    def knows_state_root(self, root: str) -> bool:
        """Whether the chain ever had this state root."""
        return bool(self._rows("SELECT 1 FROM blocks WHERE state_root = ?", root))

    def place(self, transaction_id: str) -> tuple[int, int] | None:
        """Return the height and position of a transaction, or None; StoreError when its row is damaged."""
        rows = self._rows(
            "SELECT height, position, (SELECT count(*) FROM transactions AS before"
            " WHERE before.height = found.height AND before.position < found.position)"
            " FROM transactions AS found WHERE id = ?",
            transaction_id,
        )
        if not rows:
            return None
        with _reading(f"the place of {transaction_id}"):
            height, position, count = (number(value, _LAST) for value in rows[0])
        self.state_root(height)
        if position != count:
            raise StoreError(f"the place of {transaction_id} is damaged in the ledger", hint=DAMAGED)
        return height, position

    def used(self, name: str) -> bool:
        """Whether an id (as ``transaction_ids`` writes it) was used."""
        return bool(self._rows("SELECT 1 FROM used_ids WHERE id = ?", name))

    # --- programs

    def programs(self) -> tuple[str, ...]:
        """Return the ids of all deployed programs in the order of their deployment."""
        return tuple(name for (name,) in self._texts("SELECT id FROM programs ORDER BY rowid"))

    def program(self, name: str) -> StoredProgram | None:
        """Return a deployed program, or None."""
        rows = self._rows("SELECT source, edition, owner, transaction_id FROM programs WHERE id = ?", name)
        if not rows:
            return None
        source, edition, owner, transaction_id = rows[0]
        with _reading(f"the program {name}"):
            address = None if owner is None else parse_address(text(owner))
            return StoredProgram(text(source), number(edition, 1 << 16), address, text(transaction_id))

    def verifying_key(self, program: str, function: str) -> bytes | None:
        """Return the key under which proofs of a function are checked, or None."""
        rows = self._rows(
            "SELECT key FROM verifying_keys WHERE program = ? AND function = ?", program, function
        )
        with _reading(f"the key of {program}/{function}"):
            return _bytes(rows[0][0]) if rows else None

    # --- whole tables, for checking them

    def fault(self) -> str:
        """Return what SQLite finds wrong with the file's pages and indexes, or an empty text."""
        found = self._texts("PRAGMA integrity_check(1)")[0][0]
        return "" if found == "ok" else found

    def rows(self, table: str, height: int | None = None) -> Iterator[tuple[SqlValue, ...]]:
        """Yield the rows of a table in their order, or those of one block; columns as ``schema.columns``."""
        assert table in table_names()
        where = "" if height is None else f" WHERE height = {height:d}"
        names = columns(table)
        order = names[0] if names[0] == "rowid" else ", ".join(names[:2])
        query = f"SELECT {', '.join(names)} FROM {table}{where} ORDER BY {order}"
        with self._lock, guarded("the ledger cannot be read"):
            cursor = self._db.execute(query)
        while True:
            with self._lock, guarded("the ledger cannot be read"):
                row = cursor.fetchone()
            if row is None:
                return
            yield row

    # --- mappings; the first two are what finalize code reads

    def get(self, program: str, mapping: str, key: Plaintext, height: int = _LAST) -> Plaintext | None:
        """Return the value of a key after a block (the newest by default), or None."""
        rows = self._rows(
            "SELECT value FROM changes WHERE program = ? AND mapping = ? AND key = ? AND height <= ?"
            " ORDER BY sequence DESC LIMIT 1",
            program,
            mapping,
            key.to_bytes(),
            height,
        )
        with _reading(_VALUE):
            return _value(rows[0][0]) if rows else None

    def entries(
        self, program: str, mapping: str, height: int = _LAST
    ) -> Iterable[tuple[Plaintext, Plaintext]]:
        """Return keys and values of a mapping after a block, oldest key first."""
        changes = self.changes(program, mapping, height)
        return [(key, change.value) for key, change in changes if change.value is not None]

    def changes(
        self, program: str, mapping: str, height: int = _LAST
    ) -> tuple[tuple[Plaintext, ValueChange], ...]:
        """Return each key of a mapping with its newest change up to a block, oldest key first."""
        rows = self._rows(
            "SELECT c.key, c.height, c.transaction_id, c.value FROM changes c JOIN"
            " (SELECT min(sequence) AS first, max(sequence) AS last FROM changes"
            " WHERE program = ? AND mapping = ? AND height <= ? GROUP BY key) AS k"
            " ON c.sequence = k.last ORDER BY k.first",
            program,
            mapping,
            height,
        )
        with _reading(_VALUE):
            return tuple((_read(key), _change(*change)) for key, *change in rows)

    def history(self, program: str, mapping: str, key: Plaintext) -> tuple[ValueChange, ...]:
        """Return every change of a key, oldest first."""
        rows = self._rows(
            "SELECT height, transaction_id, value FROM changes WHERE program = ? AND mapping = ? AND key = ?"
            " ORDER BY sequence",
            program,
            mapping,
            key.to_bytes(),
        )
        with _reading(_VALUE):
            return tuple(_change(*row) for row in rows)

    def mappings(self) -> tuple[tuple[str, str], ...]:
        """Return (program, name) of all mappings in the order of their creation."""
        rows = self._texts("SELECT program, name FROM mappings ORDER BY rowid")
        return tuple((program, name) for program, name in rows)


_UNREADABLE = (AvmError, KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """Turn whatever stored bytes of a wrong form raise into StoreError."""
    try:
        yield
    except _UNREADABLE as error:
        why = error.message if isinstance(error, AvmError) else repr(error)
        raise StoreError(f"{what} is damaged in the ledger: {why[:300]}", hint=DAMAGED) from error


def _header(fields: dict[str, JsonValue]) -> Header:
    metadata = Metadata.from_json(members(fields.pop("metadata")))
    roots = {name: number(value, Fr.modulus) for name, value in fields.items()}
    return Header(metadata=metadata, **roots)


def _bytes(value: SqlValue) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"expected bytes, found {str(value)[:50]}")
    return value


def _read(data: SqlValue) -> Plaintext:
    reader = ByteReader(_bytes(data))
    value = read_plaintext(reader)
    reader.finish()
    return value


def _value(data: SqlValue) -> Plaintext | None:
    return None if data is None else _read(data)


def _change(height: SqlValue, transaction_id: SqlValue, value: SqlValue) -> ValueChange:
    return ValueChange(number(height, _LAST), text(transaction_id), _value(value))
