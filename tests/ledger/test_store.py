"""The file survives crashes and full disks, and other files are never harmed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from avm.base.errors import StoreError
from avm.ledger.chain import Ledger
from tests.ledger.processes import needs_fork, run
from tests.ledger.support import Trusting, call, deploy

ROOT = Path(__file__).parents[2]


def open_ledger(path):
    return Ledger(path, Trusting())


def test_a_ledger_is_there_again_after_closing(tmp_path):
    path = tmp_path / "chain.ledger"
    ledger = open_ledger(path)
    ledger.advance([deploy()])
    ledger.advance([call(ledger, "put", ["1u32", "5u64"])])
    root, exported = ledger.state_root, ledger.export()
    ledger.close()
    ledger.close()
    again = open_ledger(path)
    assert (again.height, again.state_root, again.export()) == (2, root, exported)
    assert all(check.passed for check in again.verify_chain())
    again.advance([])
    assert again.height == 3


@pytest.mark.parametrize(
    "content", [b"hello", b"x" * 5000, b"SQLite format 3\0", b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(StoreError):
        open_ledger(path)
    assert path.read_bytes() == content


def test_a_database_of_another_application_is_refused_and_left_alone(tmp_path):
    for name, statement in (("a.db", "PRAGMA application_id = 77"), ("b.db", "CREATE TABLE t (x)")):
        path = tmp_path / name
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE letters (text)")
            db.execute(statement)
        db.close()
        before = path.read_bytes()
        with pytest.raises(StoreError, match="not a ledger"):
            open_ledger(path)
        assert path.read_bytes() == before


def test_a_ledger_of_another_version_is_refused(tmp_path):
    path = tmp_path / "chain.ledger"
    open_ledger(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreError, match="format 99"):
        open_ledger(path)


def test_a_damaged_page_is_refused_or_found_or_does_no_harm_and_is_never_overwritten(tmp_path):
    path = tmp_path / "chain.ledger"
    ledger = open_ledger(path)
    ledger.advance([deploy()])
    exported = ledger.export()
    ledger.close()
    sound = path.read_bytes()
    found = 0
    for page in range(len(sound) // 4096):
        data = bytearray(sound)
        start = page * 4096 + (100 if page == 0 else 0)
        data[start : start + 600] = b"\xa5" * 600
        path.write_bytes(data)
        try:
            damaged = open_ledger(path)
        except StoreError:
            assert path.read_bytes() == bytes(data)
            found += 1
            continue
        try:
            found += not all(check.passed for check in damaged.verify_chain())
            assert damaged.export() == exported
        except StoreError:
            found += 1
        finally:
            damaged.close()
    assert found > 10


def test_a_truncated_ledger_is_refused(tmp_path):
    path = tmp_path / "chain.ledger"
    open_ledger(path).close()
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(StoreError):
        open_ledger(path)


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "chain.ledger"
    path.touch()
    with pytest.raises(StoreError, match="empty"):
        open_ledger(path)
    assert path.read_bytes() == b""


def test_a_path_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError):
        open_ledger(tmp_path / "file" / "chain.ledger")
    with pytest.raises(StoreError):
        open_ledger(tmp_path)


def test_the_folder_of_a_new_ledger_is_made(tmp_path):
    open_ledger(tmp_path / "some" / "where" / "chain.ledger").close()
    assert (tmp_path / "some" / "where" / "chain.ledger").exists()


def test_a_full_disk_loses_nothing(tmp_path):
    path = tmp_path / "chain.ledger"
    ledger = open_ledger(path)
    ledger.advance([deploy()])
    root = ledger.state_root
    pages = ledger.store._db.execute("PRAGMA page_count").fetchone()[0]
    ledger.store._db.execute(f"PRAGMA max_page_count = {pages}")
    transaction = call(ledger, "put", ["1u32", "5u64"], proof=bytes(20000))
    with pytest.raises(StoreError, match="full") as caught:
        ledger.advance([transaction])
    assert "space" in caught.value.hint
    assert (ledger.height, ledger.state_root) == (1, root)
    assert all(check.passed for check in ledger.verify_chain())
    ledger.store._db.execute("PRAGMA max_page_count = 100000")
    ledger.advance([transaction])
    ledger.close()
    again = open_ledger(path)
    assert again.height == 2
    again.close()


def test_a_disk_too_small_for_a_new_ledger_leaves_no_ledger(tmp_path, monkeypatch):
    path = tmp_path / "chain.ledger"
    connect = sqlite3.connect

    def small(*args, **options):
        db = connect(*args, **options)
        db.execute("PRAGMA max_page_count = 5")
        return db

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(StoreError, match="full"):
        open_ledger(path)
    monkeypatch.undo()
    ledger = open_ledger(path)
    assert ledger.height == 0
    ledger.close()


def test_two_writers_do_not_tangle(tmp_path):
    path = tmp_path / "chain.ledger"
    one, two = open_ledger(path), open_ledger(path)
    one.advance([])
    with pytest.raises(StoreError, match="another program"):
        two.advance([])
    two.close()
    one.advance([])
    assert all(check.passed for check in one.verify_chain())
    one.close()


def _die_in_statement(path, block, number):
    """Append a block and be killed as the n-th statement begins, if there are so many."""
    ledger = open_ledger(path)
    seen = 0

    def count(_statement):
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    ledger.store._db.set_trace_callback(count)
    ledger.store.append(block)


@needs_fork
def test_a_kill_at_any_statement_of_a_block_keeps_the_chain(tmp_path):
    path = tmp_path / "chain.ledger"
    ledger = open_ledger(path)
    ledger.advance([deploy()])
    root = ledger.state_root
    block = ledger._next([call(ledger, "put", ["1u32", "5u64"])], 0)
    assert block.hash
    ledger.close()
    number, died = 0, True
    while died:
        number += 1
        died = run(_die_in_statement, path, block, number) == -signal.SIGKILL
        if died:
            again = open_ledger(path)
            assert (again.height, again.store.state_root(1)) == (1, root)
            again.close()
    assert number > 10
    last = open_ledger(path)
    assert last.height == 2
    assert all(check.passed for check in last.verify_chain())
    last.close()


def _append_on_a_full_disk(path, block, root):
    import resource

    ledger = open_ledger(path)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
    with pytest.raises(StoreError):
        ledger.store.append(block)
    assert (ledger.height, ledger.state_root) == (1, root)


@needs_fork
def test_a_disk_that_stops_writing_loses_nothing(tmp_path):
    path = tmp_path / "chain.ledger"
    ledger = open_ledger(path)
    ledger.advance([deploy()])
    root = ledger.state_root
    block = ledger._next([call(ledger, "put", ["1u32", "5u64"], proof=bytes(20000))], 0)
    ledger.close()
    assert run(_append_on_a_full_disk, path, block, root) == 0
    again = open_ledger(path)
    assert (again.height, again.state_root) == (1, root)
    again.add(block)
    again.close()


def _die_while_making(path, number):
    connect, seen = sqlite3.connect, 0

    def count(_statement):
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(*args, **options):
        db = connect(*args, **options)
        db.set_trace_callback(count)
        return db

    sqlite3.connect = traced
    open_ledger(path)


@needs_fork
def test_a_kill_while_the_ledger_is_made_leaves_one_that_opens_and_nothing_beside_it(tmp_path):
    ends, left = [], 0
    for number in range(1, 40, 4):
        path = tmp_path / str(number) / "chain.ledger"
        ends.append(run(_die_while_making, path, number))
        left += any(each.name.endswith(".avm-new") for each in path.parent.iterdir())
        ledger = open_ledger(path)
        assert ledger.height == 0
        ledger.close()
        assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert left > 3 and ends.count(-signal.SIGKILL) >= left


_WRITER = """
import sys
from pathlib import Path
from avm.ledger.chain import Ledger
from tests.ledger.support import Trusting, call, deploy
ledger = Ledger(Path(sys.argv[1]), Trusting())
if ledger.height == 0:
    ledger.advance([deploy()])
while True:
    secret = 1000 + ledger.height
    block = ledger.advance([call(ledger, "put", [f"{secret}u32", "5u64"], secret=secret)])
    print(block.height, ledger.state_root, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_process_killed_at_a_random_moment_keeps_every_block_it_reported(tmp_path):
    path = tmp_path / "chain.ledger"
    reported = {}
    for delay in (0.05, 0.21):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        lines = [writer.stdout.readline()]
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.read().splitlines()
        writer.wait()
        for line in lines:
            if len(line.split()) == 2:
                height, root = line.split()
                reported[int(height)] = root
        ledger = open_ledger(path)
        assert ledger.height >= max(reported)
        for height, root in reported.items():
            assert ledger.store.state_root(height) == root
        ledger.close()
    ledger = open_ledger(path)
    assert all(check.passed for check in ledger.verify_chain())
    ledger.close()
