"""The real engine as native code: the service that lies beside the repository, in a Python that has it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.oracle.client import PARAMETERS, SHARED, OracleAbsent, process_seconds

SERVICE = SHARED / "oracle" / "native" / "native.py"


def native_python() -> str:
    """Return the interpreter that can load the engine: ``AVM_NATIVE_PYTHON``; or OracleAbsent."""
    if not SERVICE.is_file() or not PARAMETERS.is_dir():
        raise OracleAbsent("needs the native service and the parameters in ../shared")
    python = os.environ.get("AVM_NATIVE_PYTHON")
    if python is None:
        raise OracleAbsent("set AVM_NATIVE_PYTHON to a Python that has the package aleo-sdk")
    return python


class Native:
    """A running service; keys are kept in ``cache``. OracleAbsent where it cannot run."""

    def __init__(self, cache: Path, threads: int = 1) -> None:
        command = [native_python(), str(SERVICE), "--params", str(PARAMETERS), "--threads", str(threads)]
        self._process = subprocess.Popen(
            [*command, "--cache", str(cache)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, op: str, **request: object) -> dict[str, Any]:
        """Send a request and return its answer."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps({"op": op, **request}) + "\n")
        stdin.flush()
        for line in stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise AssertionError("the service ended")

    def processor_seconds(self) -> float:
        """Return the processor time of the service so far."""
        return process_seconds(self._process.pid)

    def __enter__(self) -> Native:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
