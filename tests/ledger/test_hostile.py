"""Files that are no sound ledger are refused with a hint, whole, and nothing beside them is touched."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from avm.base.errors import AvmError, StoreError
from avm.ledger.chain import Ledger
from avm.ledger.schema import APPLICATION_ID
from tests.ledger.opening import open_and_verify
from tests.ledger.processes import needs_fork, run
from tests.ledger.support import Trusting, call, deploy

SEED = int(os.environ.get("AVM_FLIP_SEED", "1"))
FLIPS = int(os.environ.get("AVM_FLIPS", "60"))
posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("chain") / "chain.ledger"
    ledger = Ledger(path, Trusting())
    ledger.advance([deploy()])
    ledger.advance([call(ledger, "put", ["1u32", "5u64"])])
    ledger.close()
    return path


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path))


def refused(path: Path, match: str = ".") -> None:
    """Check that a file is refused with a hint by every way of opening it, and left as it is."""
    for create, write in ((True, True), (False, False)):
        with pytest.raises(StoreError, match=match) as caught:
            Ledger(path, Trusting(), create=create, write=write)
        assert caught.value.hint, caught.value.message


def change(path: Path, *statements: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON blocks BEGIN DELETE FROM changes; END",
        "CREATE VIEW v AS SELECT * FROM blocks",
        "CREATE TABLE more (x)",
        "CREATE INDEX i ON blocks (hash)",
        "CREATE VIRTUAL TABLE f USING fts5(x)",
        "ALTER TABLE blocks ADD COLUMN x TEXT",
        "ALTER TABLE changes RENAME COLUMN value TO worth",
        "DROP INDEX changes_by_key",
        "DROP TABLE block_tree",
        "ANALYZE",
    ],
)
def test_another_schema_is_refused_before_anything_is_written(path: Path, statement: str) -> None:
    try:
        change(path, "PRAGMA foreign_keys = OFF", statement)
    except sqlite3.OperationalError:
        pytest.skip("this SQLite cannot make it")
    before = path.read_bytes()
    refused(path, "tables of a ledger")
    assert path.read_bytes() == before


def test_a_trigger_never_runs(path: Path, tmp_path: Path) -> None:
    change(
        path,
        "CREATE TABLE caught (x)",
        "CREATE TRIGGER t AFTER INSERT ON block_tree BEGIN INSERT INTO caught VALUES (1); END",
    )
    refused(path, "trigger t")
    db = sqlite3.connect(path)
    assert db.execute("SELECT count(*) FROM caught").fetchone()[0] == 0
    db.close()


def test_a_schema_whose_words_were_changed_is_refused(path: Path) -> None:
    """An expression in the schema is code that would run at each insert."""
    change(
        path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'kind TEXT NOT NULL', 'kind TEXT CHECK (kind <> 7)')",
    )
    refused(path, "tables of a ledger")


FILES: dict[str, Callable[[Path], object]] = {
    "an empty file": lambda path: path.touch(),
    "a text": lambda path: path.write_text("hello " * 1000),
    "half a header": lambda path: path.write_bytes(b"SQLite format 3\0" + b"\0" * 20),
    "noise with a header": lambda path: path.write_bytes(
        b"SQLite format 3\0"
        + random.Random(SEED).randbytes(52)
        + APPLICATION_ID.to_bytes(4, "big")
        + bytes(9000)
    ),
    "a folder": lambda path: path.mkdir(),
    "zeros": lambda path: path.write_bytes(bytes(8192)),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_ledger_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    FILES[name](path)
    refused(path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["chain.ledger"]


@posix
def test_pipes_devices_and_links_are_refused_without_waiting(tmp_path: Path, sound: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    refused(pipe, "not a regular file")
    refused(Path("/dev/null"), "not a regular file")
    link = tmp_path / "link"
    link.symlink_to(sound)
    refused(link, "link")
    link.unlink()
    link.symlink_to(tmp_path / "nowhere")
    refused(link, "link")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "\udcff\ud800"])
def test_a_name_that_no_file_can_have_is_refused(name: str, tmp_path: Path) -> None:
    refused(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_rollback_journal_beside_a_ledger_is_not_played_back(path: Path, tmp_path: Path) -> None:
    """It could overwrite pages, and name another file for SQLite to remove."""
    journal = path.with_name(path.name + "-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600))
    before = path.read_bytes()
    refused(path, "does not belong")
    assert path.read_bytes() == before and journal.exists()
    journal.unlink()
    for suffix in ("-wal", "-shm", "-journal"):
        other = path.with_name(path.name + suffix)
        other.symlink_to(tmp_path / "letter")
        refused(path, "does not belong")
        other.unlink()
    assert not (tmp_path / "letter").exists()


def test_a_log_that_is_damaged_or_foreign_is_not_believed(path: Path, sound: Path) -> None:
    dice = random.Random(SEED)
    ledger = Ledger(path, Trusting())
    ledger.advance([])
    log = path.with_name(path.name + "-wal")
    kept, data = path.read_bytes(), log.read_bytes()
    ledger.close()
    assert data
    for attempt in range(8):
        path.write_bytes(kept)
        other = bytearray(data)
        if attempt == 0:
            other = bytearray(dice.randbytes(5000))
        elif attempt < 5:
            other[dice.randrange(len(other))] ^= 1 << dice.randrange(8)
        else:
            del other[dice.randrange(32, len(other)) :]
        log.write_bytes(other)
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
        try:
            again = Ledger(path, Trusting())
        except StoreError as error:
            assert error.hint
            log.unlink(missing_ok=True)
            continue
        assert again.height in (2, 3)
        assert all(check.passed for check in again.verify_chain())
        again.close()


def test_flipped_bits_and_cut_files_are_refused_noticed_or_do_no_harm(sound: Path) -> None:
    dice = random.Random(SEED)
    data = sound.read_bytes()
    honest = open_and_verify(data)
    assert honest == "sound"
    seen = set()
    for number in range(FLIPS):
        other = bytearray(data)
        if number % 6 == 5:
            del other[dice.randrange(len(other)) :]
        else:
            for _ in range(dice.choice((1, 1, 2, 8))):
                other[dice.randrange(len(other))] ^= 1 << dice.randrange(8)
        seen.add(open_and_verify(bytes(other)))
    assert seen <= {"sound", "refused", "noticed"}
    assert "refused" in seen


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE transactions SET body = '{DEEP}'",
        f"UPDATE blocks SET header = '{DEEP}'",
        "UPDATE blocks SET header = '[]'",
        "UPDATE blocks SET header = '{}'",
        "UPDATE blocks SET header = replace(header, '\"height\":1', '\"height\":1e400')",
        "UPDATE blocks SET header = replace(header, '\"height\":1', '\"height\":NaN')",
        "UPDATE blocks SET header = replace(header, '\"height\":1', '\"height\":' || printf('%.5000d', 1))",
        "UPDATE blocks SET header = replace(header, '\"height\":1', '\"height\":true')",
        "UPDATE blocks SET header = replace(header, '\"height\":1', '\"height\":-1')",
        "UPDATE blocks SET timestamp = 9223372036854775807",
        "UPDATE block_tree SET hash = printf('%.5000d', 1)",
        "UPDATE block_tree SET hash = '-1'",
        "UPDATE block_tree SET hash = '٣'",
        "UPDATE programs SET source = printf('%.200000c', '(')",
        "UPDATE programs SET owner = 'aleo1'",
        "UPDATE changes SET key = x'ffffffff'",
        "UPDATE changes SET value = zeroblob(100000)",
        "UPDATE blocks SET hash = 'ab1' WHERE height = 0",
    ],
)
def test_values_of_any_size_and_form_are_noticed(path: Path, statement: str) -> None:
    change(path, "PRAGMA foreign_keys = OFF", statement)
    assert open_and_verify(path.read_bytes()) in ("refused", "noticed")


def test_a_row_larger_than_any_limit_is_refused_without_being_read(path: Path) -> None:
    import resource

    change(path, "UPDATE changes SET value = zeroblob(300000000)")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        ledger = Ledger(path, Trusting())
        try:
            failed = [check for check in ledger.verify_chain() if not check.passed]
            assert failed and "too big" in failed[0].detail
        finally:
            ledger.close()
    except StoreError as error:
        assert error.hint
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 200 << 20


@pytest.mark.parametrize("moment", [2**63, 2**64, 1e300, float("inf"), float("nan"), -5])
def test_a_clock_that_shows_no_possible_time_is_a_clean_failure(
    moment: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(None, Trusting())
    monkeypatch.setattr("avm.ledger.chain.time.time", lambda: moment)
    for act in (lambda: ledger.advance([]), ledger.next_context, lambda: ledger.check(deploy())):
        with pytest.raises(StoreError, match="time") as caught:
            act()
        assert "clock" in caught.value.hint
    assert ledger.height == 0
    monkeypatch.undo()
    ledger.advance([], timestamp=2**63 - 1)
    assert all(check.passed for check in ledger.verify_chain())
    with pytest.raises(StoreError, match="time"):
        ledger.advance([])
    ledger.close()


def test_failures_of_the_disk_have_a_hint() -> None:
    from avm.ledger.schema import guarded

    texts = (
        "disk I/O error",
        "database or disk is full",
        "database is locked",
        "database disk image is malformed",
        "attempt to write a readonly database",
        "unable to open database file",
        "something else",
    )
    for text in texts:
        with pytest.raises(StoreError) as caught, guarded("reading"):
            raise sqlite3.OperationalError(text)
        assert text in caught.value.message and caught.value.hint


@posix
def test_the_file_and_what_lies_beside_it_belong_to_the_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "new" / "folder" / "chain.ledger"
        ledger = Ledger(path, Trusting())
        ledger.advance([])
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
        assert modes == dict.fromkeys(("chain.ledger", "chain.ledger-wal", "chain.ledger-shm"), 0o600)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
        ledger.close()
        path.chmod(0o644)
        Ledger(path, Trusting()).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def _look_as_nobody(path: Path, height: int) -> None:
    """Look at a ledger without the rights to write it, nor those of the administrator."""
    path.as_uri()  # loads a module, from where nobody may not read
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    looked = Ledger(path, Trusting())
    assert looked.height == height
    assert "cannot be written" in looked.store.obstacle
    assert all(check.passed for check in looked.verify_chain(proofs=True))
    with pytest.raises(StoreError, match="cannot be written") as refused:
        looked.advance([])
    assert refused.value.hint
    looked.close()
    with pytest.raises(StoreError) as refused:
        Ledger(path.with_name("new.ledger"), Trusting())
    assert refused.value.hint


@needs_fork
@pytest.mark.parametrize("logged", [False, True])
def test_a_ledger_in_a_read_only_folder_can_be_looked_at(sound: Path, logged: bool) -> None:
    # Straight below the temporary folder: pytest's own folders are closed to anybody else.
    folder = Path(tempfile.mkdtemp())
    path = Path(shutil.copy(sound, folder))
    height = 2
    if logged:  # a log that was never folded in, as after a crash
        ledger = Ledger(path, Trusting())
        ledger.advance([])
        kept = {each: each.read_bytes() for each in folder.iterdir() if not each.name.endswith("-shm")}
        ledger.close()
        for each, data in kept.items():
            each.write_bytes(data)
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
        height = 3
    for each in folder.iterdir():
        each.chmod(0o444)
    names = sorted(each.name for each in folder.iterdir())
    folder.chmod(0o555)

    try:
        assert run(_look_as_nobody, path, height) == 0
        assert sorted(each.name for each in folder.iterdir()) == names
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_a_ledger_that_is_only_looked_at_is_not_made_and_not_changed(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no ledger"):
        Ledger(tmp_path / "a" / "b.ledger", Trusting(), create=False)
    assert not (tmp_path / "a").exists()
    before = path.read_bytes()
    looked = Ledger(path, Trusting(), create=False, write=False)
    with pytest.raises(AvmError, match="for reading"):
        looked.advance([])
    assert all(check.passed for check in looked.verify_chain())
    looked.close()
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
