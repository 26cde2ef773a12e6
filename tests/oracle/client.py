"""The real engine as a counterpart: Node running the oracle that lies beside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType

SHARED = Path(__file__).resolve().parents[3] / "shared"
PARAMETERS = SHARED / "params"
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class OracleAbsent(Exception):
    """The oracle cannot run here; the message says what is missing."""


def oracle_folder() -> Path:
    """Return the folder of the installed oracle: ``AVM_ORACLE``, else ../shared/oracle; or OracleAbsent."""
    if not PARAMETERS.is_dir():
        raise OracleAbsent("needs the official parameters in ../shared/params")
    if shutil.which("node") is None:
        raise OracleAbsent("needs Node 20 or later on the path")
    folder = Path(os.environ.get("AVM_ORACLE") or SHARED / "oracle")
    if not (folder / "oracle.mjs").is_file():
        raise OracleAbsent(f"{folder} holds no oracle; set AVM_ORACLE to a copy of ../shared/oracle")
    if not (folder / "node_modules").is_dir():
        raise OracleAbsent(
            f"{folder} is not installed: run `npm install` there, or in a copy named by AVM_ORACLE"
        )
    return folder


class Oracle:
    """A running oracle; keys are kept in ``cache``. OracleAbsent where it cannot run."""

    def __init__(self, cache: Path, threads: int = 1) -> None:
        command = ["node", "oracle.mjs", "--params", str(PARAMETERS), "--threads", str(threads)]
        self._process = subprocess.Popen(
            [*command, "--cache", str(cache)],
            cwd=oracle_folder(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, **request: object) -> dict[str, object]:
        """Send a request and return its answer."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps(request) + "\n")
        stdin.flush()
        for line in stdout:
            if line.startswith("{"):
                answer: dict[str, object] = json.loads(line)
                return answer
        raise AssertionError("the oracle ended")

    def processor_seconds(self) -> float | None:
        """Return the processor time of the oracle and its children so far; None where /proc is not."""
        try:
            return sum(process_seconds(pid) for pid in _family(self._process.pid))
        except OSError:
            return None

    def close(self) -> None:
        """End the oracle."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)

    def __enter__(self) -> Oracle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for task in (Path("/proc") / str(pid) / "task").iterdir():
        for child in (task / "children").read_text().split():
            found += _family(int(child))
    return found


def process_seconds(pid: int) -> float:
    """Return the processor time of a process so far; OSError where /proc is not."""
    fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
