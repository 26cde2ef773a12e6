"""The real engine as a test's counterpart: Node running the oracle beside the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from avm.api.parameters import FolderFiles
from avm.varuna.srs import Srs, official_srs

SHARED = Path(__file__).resolve().parents[3] / "shared"
Ask = Callable[..., dict[str, object]]


def oracle_folder() -> Path:
    """Return the folder of the installed oracle, ``AVM_ORACLE`` or ../shared/oracle; skip without one."""
    if not (SHARED / "params").is_dir():
        pytest.skip("needs the official parameters in ../shared/params")
    if shutil.which("node") is None:
        pytest.skip("needs Node 20 or later on the path")
    folder = Path(os.environ.get("AVM_ORACLE") or SHARED / "oracle")
    if not (folder / "oracle.mjs").is_file():
        pytest.skip(f"{folder} holds no oracle; set AVM_ORACLE to a copy of ../shared/oracle")
    if not (folder / "node_modules").is_dir():
        pytest.skip(f"{folder} is not installed: run `npm install` there, or in a copy named by AVM_ORACLE")
    return folder


@pytest.fixture(scope="session")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Send the oracle a request and return its answer."""
    command = ["node", "oracle.mjs", "--params", str(SHARED / "params"), "--threads", "1"]
    command += ["--cache", str(tmp_path_factory.mktemp("oracle"))]
    process = subprocess.Popen(
        command,
        cwd=oracle_folder(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None and stdout is not None

    def send(**request: object) -> dict[str, object]:
        stdin.write(json.dumps(request) + "\n")
        stdin.flush()
        for line in stdout:
            if line.startswith("{"):
                answer: dict[str, object] = json.loads(line)
                return answer
        raise AssertionError("the oracle ended")

    yield send
    stdin.close()
    process.wait(timeout=20)


@pytest.fixture(scope="session")
def official() -> Srs:
    """The official string over the files beside the repository."""
    if not (SHARED / "params").is_dir():
        pytest.skip("needs the official parameters in ../shared/params")
    return official_srs(FolderFiles(SHARED / "params"))
