"""Kills a process that commits blocks, again and again, and counts what is lost.

``python -m tests.ledger.kill_soak --times 300`` prints the counts; the exit code is 1 when anything was lost.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from avm.ledger.chain import Ledger
from tests.ledger.support import Trusting

ROOT = Path(__file__).parents[2]
_WRITER = """
import sys
from pathlib import Path
from avm.ledger.chain import Ledger
from tests.ledger.support import Trusting, call, deploy
path = Path(sys.argv[1])
warm = Ledger(None, Trusting())
warm.advance([deploy(), call(warm, "put", ["1u32", "5u64"])])
print("ready", flush=True)
while True:
    ledger = Ledger(path, Trusting())
    if ledger.height == 0:
        ledger.advance([deploy()])
        print(ledger.height, ledger.state_root, flush=True)
    for _ in range(5):
        secret = 1000 + ledger.height
        ledger.advance([call(ledger, "put", [f"{secret % 50}u32", "5u64"], secret=secret)])
        print(ledger.height, ledger.state_root, flush=True)
    ledger.close()
"""
BLOCKS_OF_A_LEDGER = 150


@dataclass
class Report:
    """Counts of a soak: ``lost`` reported blocks that are not there, ``broken`` chains that do not verify."""

    kills: int = 0
    blocks: int = 0
    ledgers: int = 0
    lost: int = 0
    broken: int = 0


def soak(folder: Path, times: int, seed: int, seconds: float = 0.1) -> Report:
    """Kill a writer ``times`` times, each within ``seconds`` of its start or of one of its first blocks, so
    that a slow machine commits as many; a full ledger is replaced.
    """
    dice, report = random.Random(seed), Report()
    path, reported = folder / "0.ledger", dict[int, str]()
    while report.kills < times:
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        first = [writer.stdout.readline() for _ in range(dice.randrange(5))]
        time.sleep(dice.random() * seconds)
        writer.send_signal(signal.SIGKILL)
        lines = [*first, *writer.stdout.read().splitlines()]
        writer.wait()
        report.kills += writer.returncode == -signal.SIGKILL
        if writer.returncode != -signal.SIGKILL:
            report.broken += 1
            print(f"the writer ended by itself: {writer.returncode}", file=sys.stderr)
            return report
        for line in lines:
            if len(line.split()) == 2:
                height, root = line.split()
                reported[int(height)] = root
        ledger = Ledger(path, Trusting())
        report.lost += sum(
            height > ledger.height or ledger.store.state_root(height) != root
            for height, root in reported.items()
        )
        full = ledger.height >= BLOCKS_OF_A_LEDGER
        if full or report.kills == times:
            report.ledgers += 1
            report.blocks += ledger.height
            report.broken += not all(check.passed for check in ledger.verify_chain())
        ledger.close()
        if full:
            path, reported = folder / f"{report.ledgers}.ledger", {}
    return report


def main() -> None:
    """Read the command line, soak, print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = soak(Path(folder), arguments.times, arguments.seed)
    print(report)
    sys.exit(1 if report.lost or report.broken else 0)


if __name__ == "__main__":
    main()
