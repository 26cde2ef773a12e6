"""Verifying a ledger notices a change of any column of any table, of any row, and names the place."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from avm.api.ledger import LedgerSession
from avm.base.errors import StoreError, VerifyError
from avm.ledger.chain import Ledger
from avm.ledger.schema import columns, table_names
from tests.ledger.support import Trusting, call, deploy

TABLES = table_names()
COLUMNS = [(table, column) for table in TABLES for column in columns(table)]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which every table has at least two rows and every column a value."""
    path = tmp_path_factory.mktemp("chain") / "chain.ledger"
    ledger = Ledger(path, Trusting())
    ledger.advance([deploy()])
    other = deploy().payload.program.replace("bank.aleo", "shop.aleo")
    ledger.advance([deploy(other), call(ledger, "put", ["1u32", "5u64"], secret=1)])
    ledger.advance([call(ledger, "put", ["2u32", "5u64"], secret=2)])
    ledger.advance([call(ledger, "drop", ["1u32"], secret=3)])
    assert all(check.passed for check in ledger.verify_chain(proofs=True))
    ledger.close()
    db = sqlite3.connect(path)
    for table in TABLES:
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] >= 2, table
    db.close()
    return path


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path))


def tamper(path: Path, statement: str, *values: Any, unbound: bool = False) -> bool:
    """Run a statement on a ledger's file; whether it changed anything. ``unbound`` drops the types first."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA foreign_keys = OFF")
        if not unbound:
            return db.execute(statement, values).rowcount > 0
        # Types, NOT NULL and UNIQUE are only words in the schema, which whoever writes the file may change
        # and put back.
        db.execute("PRAGMA writable_schema = ON")
        kept = db.execute("SELECT sql, rowid FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        loose = "replace(replace(sql, 'STRICT, ', ''), ' STRICT', '')"
        db.execute(f"UPDATE sqlite_master SET sql = replace({loose}, 'NOT NULL', '') WHERE sql NOT NULL")
        version = db.execute("PRAGMA schema_version").fetchone()[0]
        db.execute(f"PRAGMA schema_version = {version + 1}")
        db.close()
        db = sqlite3.connect(path, isolation_level=None)
        changed = db.execute(statement, values).rowcount > 0
        db.execute("PRAGMA writable_schema = ON")
        db.executemany("UPDATE sqlite_master SET sql = ? WHERE rowid = ?", kept)
        db.execute(f"PRAGMA schema_version = {version + 2}")
        return changed
    finally:
        db.close()


def complaints(path: Path) -> str:
    """Return what opening and verifying a ledger complain about; an empty text when it is sound."""
    try:
        ledger = Ledger(path, Trusting(), create=False)
    except (StoreError, VerifyError) as error:
        assert not isinstance(error, StoreError) or error.hint, error.message
        return error.message
    try:
        failed = [check for check in ledger.verify_chain() if not check.passed]
        return "; ".join(f"{check.name}: {check.detail}" for check in failed)
    finally:
        ledger.close()


def key(table: str) -> str:
    return ", ".join(columns(table)[:2]) if table == "block_tree" else columns(table)[0]


def others(value: Any) -> tuple[Any, ...]:
    """Return values near a stored one."""
    if isinstance(value, int):
        return value + 1, -1
    if isinstance(value, str):
        return f"{value} ", "", f"1{value[1:]}", "\x1b[31m"
    if isinstance(value, bytes):
        return b"", bytes([value[0] ^ 1]) + value[1:]
    return b"\0", "", "aleo1"


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_another_value_of_a_column_is_noticed(table: str, column: str, sound: Path, tmp_path: Path) -> None:
    db = sqlite3.connect(sound)
    row, value = db.execute(f"SELECT {key(table)}, {column} FROM {table} ORDER BY 1 DESC").fetchone()[0], None
    where = f"{columns(table)[0]} = ?"
    value = db.execute(f"SELECT {column} FROM {table} WHERE {where}", (row,)).fetchone()[0]
    db.close()
    tried = 0
    for other in others(value):
        if other == value:
            continue
        path = Path(shutil.copy(sound, tmp_path))
        try:
            changed = tamper(path, f"UPDATE {table} SET {column} = ? WHERE {where}", other, row)
        except sqlite3.IntegrityError:
            continue
        assert changed
        found = complaints(path)
        assert found, f"{table}.{column}: {value!r} became {other!r}"
        assert found.isprintable(), "a terminal obeys what another program wrote"
        tried += 1
    assert tried


@pytest.mark.parametrize(("table", "column"), [each for each in COLUMNS if each[1] != "rowid"])
def test_another_type_or_nothing_in_a_column_is_noticed(
    table: str, column: str, sound: Path, tmp_path: Path
) -> None:
    tried = 0
    for other in (None, 5.5, "5", b"\xff\xfe"):
        path = Path(shutil.copy(sound, tmp_path))
        first = columns(table)[0]
        statement = f"UPDATE {table} SET {column} = ? WHERE {first} = (SELECT max({first}) FROM {table})"
        try:
            changed = tamper(path, statement, other, unbound=True)
        except sqlite3.Error:
            continue
        db = sqlite3.connect(path)
        same = (
            db.execute(f"SELECT {column} FROM {table}").fetchall()
            == sqlite3.connect(sound).execute(f"SELECT {column} FROM {table}").fetchall()
        )
        db.close()
        if same or not changed:
            continue
        tried += 1
        assert complaints(path), f"{table}.{column} became {other!r}"
    assert tried or (table, column) == ("changes", "sequence")  # the number of its row, always one


def test_text_that_is_not_utf8_is_noticed(sound: Path, tmp_path: Path) -> None:
    for table, column in COLUMNS:
        path = Path(shutil.copy(sound, tmp_path))
        try:
            changed = tamper(path, f"UPDATE {table} SET {column} = CAST(x'ff61' AS TEXT)")
        except sqlite3.Error:
            continue
        assert changed and complaints(path), f"{table}.{column}"


@pytest.mark.parametrize("table", TABLES)
def test_a_row_too_many_or_too_few_is_noticed(table: str, sound: Path, tmp_path: Path) -> None:
    first = columns(table)[0]
    for end in ("min", "max"):
        path = Path(shutil.copy(sound, tmp_path))
        assert tamper(path, f"DELETE FROM {table} WHERE {first} = (SELECT {end}({first}) FROM {table})")
        assert complaints(path), f"{table} without its {end} row"
    path = Path(shutil.copy(sound, tmp_path))
    names = [name for name in columns(table) if name != "rowid"]
    values = [
        "999" if name in ("height", "position", "sequence", "level", "edition", "timestamp") else "'new'"
        for name in names
    ]
    values = [
        "x'00'" if (table, name) in (("changes", "key"), ("verifying_keys", "key")) else v
        for name, v in zip(names, values)
    ]
    if table == "changes":
        values[names.index("value")] = "x'00'"
    assert tamper(path, f"INSERT INTO {table} VALUES ({', '.join(values)})")
    assert complaints(path), f"{table} with one more row"


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_two_rows_that_change_places_are_noticed(
    table: str, column: str, sound: Path, tmp_path: Path
) -> None:
    """The values of one column of two rows are exchanged, with rows of every distance."""
    db = sqlite3.connect(sound)
    order = columns(table)[:2] if table == "block_tree" else columns(table)[:1]
    rows = db.execute(f"SELECT {', '.join(order)}, {column} FROM {table} ORDER BY 1, 2").fetchall()
    db.close()
    one = rows[0]
    two = next((row for row in rows[1:] if row[-1] != one[-1]), None)
    if two is None:
        return  # all the same: nothing changes places
    path = Path(shutil.copy(sound, tmp_path))
    where = " AND ".join(f"{name} = ?" for name in order)
    free = -7 if isinstance(one[-1], int) else b"free" if isinstance(one[-1], bytes) else "free"
    for value, row in ((free, one), (one[-1], two)):
        try:
            tamper(path, f"UPDATE {table} SET {column} = ? WHERE {where}", value, *row[:-1])
        except sqlite3.IntegrityError:
            return  # the file itself forbids it
    if column in order:
        where = where.replace(f"{column} = ?", f"{column} = {free!r}")
        rest = [value for name, value in zip(order, one[:-1], strict=True) if name != column]
    else:
        rest = list(one[:-1])
    assert tamper(path, f"UPDATE {table} SET {column} = ? WHERE {where}", two[-1], *rest)
    assert complaints(path), f"{table}.{column}: {one} and {two}"


@pytest.mark.parametrize("table", [each for each in TABLES if each != "block_tree"])
def test_an_index_that_forgot_a_row_is_noticed(table: str, sound: Path, tmp_path: Path) -> None:
    """Double use is looked up in an index: an entry missing there is found although all rows are right."""
    db = sqlite3.connect(sound)
    pages = [
        row[0]
        for row in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", (table,)
        )
    ]
    db.close()
    for index in pages:
        path = Path(shutil.copy(sound, tmp_path))
        db = sqlite3.connect(path, isolation_level=None)
        root, size = db.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master WHERE name = ?",
            (index,),
        ).fetchone()
        db.close()
        data = bytearray(path.read_bytes())
        start = (root - 1) * size
        if data[start] != 10:
            continue  # an inner page
        count = int.from_bytes(data[start + 3 : start + 5], "big")
        data[start + 3 : start + 5] = (count - 1).to_bytes(2, "big")
        path.write_bytes(data)
        assert complaints(path), index


def test_a_changed_history_is_found_by_running_the_code_again(tmp_path: Path) -> None:
    """A chain whose hashes all fit, made by a node that wrote another value than the code does."""
    from dataclasses import replace

    from avm.data.plaintext import parse_plaintext
    from avm.ledger.finalize import run_public_code

    def generous(*args: Any) -> Any:
        return tuple(
            replace(op, value=parse_plaintext("1000000u64")) if op.value is not None else op
            for op in run_public_code(*args)
        )

    path = tmp_path / "chain.ledger"
    liar = Ledger(path, Trusting(), generous)
    liar.advance([deploy()])
    assert all(check.passed for check in liar.verify_chain())
    liar.close()
    assert "block 1" in complaints(path)


def test_a_chain_that_grows_meanwhile_is_judged_as_it_was(tmp_path: Path) -> None:
    for place in (None, tmp_path / "chain.ledger"):
        ledger = Ledger(place, Trusting())
        ledger.advance([deploy()])
        store = ledger.store.snapshot()
        ledger.advance([call(ledger, "put", ["1u32", "5u64"])])
        assert (store.height, ledger.height) == (1, 2)
        assert len(list(store.rows("blocks"))) == 2
        store.close()
        assert all(check.passed for check in ledger.verify_chain())
        ledger.close()


def test_every_proof_is_checked_by_itself() -> None:
    class Counting(Trusting):
        def __init__(self) -> None:
            self.proofs: list[bytes] = []
            self.keys = 0

        def execution(self, execution: Any) -> None:
            self.proofs.append(execution.proof.data)

        def deployment(self, deployment: Any, find: Any) -> None:
            self.keys += 1

    verifier = Counting()
    ledger = Ledger(None, verifier)
    ledger.advance([deploy()])
    ledger.advance([call(ledger, "put", ["1u32", "5u64"], secret=k) for k in (1, 2, 3)])
    verifier.proofs, verifier.keys = [], 0
    assert all(check.passed for check in ledger.verify_chain())
    assert verifier.proofs == []
    assert all(check.passed for check in ledger.verify_chain(proofs=True))
    assert (verifier.proofs, verifier.keys) == ([b"proof 1", b"proof 2", b"proof 3"], 1)
    ledger.close()


@pytest.mark.parametrize("position", [7, -1, 2**62, -(2**63)])
def test_a_place_that_no_transaction_has_is_a_clean_failure(position: int, path: Path) -> None:
    db = sqlite3.connect(path)
    ((name,),) = db.execute("SELECT transaction_id FROM changes WHERE value NOT NULL ORDER BY 1 LIMIT 1")
    db.close()
    assert tamper(path, "UPDATE transactions SET position = ? WHERE id = ?", position, name)
    ledger = Ledger(path, Trusting())
    assert not all(check.passed for check in ledger.verify_chain())
    session = LedgerSession(ledger)
    for look in (session.mappings, session.entry_heights, lambda: session.merkle_path(name)):
        with pytest.raises(StoreError, match=r"damaged|no block"):
            look()
    session.close()
