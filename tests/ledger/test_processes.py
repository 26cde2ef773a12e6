"""Several processes at one ledger: it is made once, and no block of any writer is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from avm.base.errors import StoreError
from avm.ledger.chain import Ledger
from tests.ledger import kill_soak
from tests.ledger.processes import needs_fork, run, start
from tests.ledger.support import Trusting, call, deploy

ROOT = Path(__file__).parents[2]
pytestmark = [needs_fork, pytest.mark.timeout(300)]

_OPENER = """
import sys
from pathlib import Path
from avm.ledger.chain import Ledger
from tests.ledger.support import Trusting
print("ready", flush=True)
for line in sys.stdin:
    try:
        ledger = Ledger(Path(line.strip()), Trusting())
        answer = f"height {ledger.height}"
        ledger.close()
    except BaseException as error:
        answer = repr(error)
    print(answer, flush=True)
"""


def test_a_new_ledger_is_opened_by_three_processes_at_once(tmp_path: Path) -> None:
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", _OPENER],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        for _ in range(3)
    ]
    answers: Counter[str] = Counter()
    try:
        for opener in openers:
            assert opener.stdout is not None and opener.stdout.readline() == "ready\n"
        for number in range(25):
            path = tmp_path / f"{number}.ledger"
            for opener in openers:
                assert opener.stdin is not None
                opener.stdin.write(f"{path}\n")
            for opener in openers:
                assert opener.stdout is not None
                answers[opener.stdout.readline().strip()] += 1
    finally:
        for opener in openers:
            opener.communicate()
    assert answers == {"height 0": 75}
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(f"{n}.ledger" for n in range(25))


def _write(path: Path, first: int, count: int) -> None:
    """Commit blocks until ``count`` are kept, opening the ledger again whenever another was faster."""
    ledger = Ledger(path, Trusting())
    kept = 0
    while kept < count:
        secret = first + kept
        try:
            ledger.advance([call(ledger, "put", [f"{secret}u32", "5u64"], secret=secret)])
            kept += 1
        except StoreError:
            ledger.close()
            ledger = Ledger(path, Trusting())
    ledger.close()


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    ledger = Ledger(path, Trusting())
    ledger.advance([deploy()])
    ledger.close()
    writers = [start(_write, path, first, 6) for first in (100, 200)]
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    ledger = Ledger(path, Trusting())
    assert ledger.height == 13
    keys = {str(key) for key, _ in ledger.store.entries("bank.aleo", "balances")}
    assert keys >= {f"{first + k}u32" for first in (100, 200) for k in range(6)}
    assert all(check.passed for check in ledger.verify_chain())
    ledger.close()


def _look(path: Path, height: int) -> None:
    ledger = Ledger(path, Trusting())
    assert ledger.height == height
    ledger.close()


def _write_and_die(path: Path) -> None:
    """Commit a block after a second look at the ledger, and after another process had it open."""
    ledger = Ledger(path, Trusting())
    ledger.store.snapshot().close()
    Ledger(path, Trusting(), create=False, write=False).close()
    with pytest.raises(StoreError):
        Ledger(path / "below", Trusting())
    other = subprocess.run(
        [sys.executable, "-c", _OPENER], cwd=ROOT, input=f"{path}\n", capture_output=True, text=True
    )
    assert "height 1" in other.stdout
    assert path.with_name(f"{path.name}-wal").exists()
    ledger.advance([call(ledger, "put", ["1u32", "5u64"])])
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_block_is_kept_although_its_writer_opened_the_ledger_twice_and_another_closed_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "chain.ledger"
    ledger = Ledger(path, Trusting())
    ledger.advance([deploy()])
    ledger.close()
    assert run(_write_and_die, path) == -signal.SIGKILL
    assert run(_look, path, 2) == 0


def test_kills_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    report = kill_soak.soak(tmp_path, times=6, seed=int(os.environ.get("AVM_KILL_SEED", "1")))
    assert (report.kills, report.lost, report.broken) == (6, 0, 0)
    assert report.blocks >= 6


def test_a_killed_maker_leaves_nothing_that_stands_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    for _ in range(3):
        maker = subprocess.Popen(
            [sys.executable, "-c", _OPENER],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert maker.stdin is not None and maker.stdout is not None
        maker.stdout.readline()
        maker.stdin.write(f"{path}\n")
        maker.stdin.flush()
        maker.send_signal(signal.SIGKILL)
        maker.communicate()
        ledger = Ledger(path, Trusting())
        assert ledger.height == 0 and all(check.passed for check in ledger.verify_chain())
        ledger.close()
        path.unlink()
