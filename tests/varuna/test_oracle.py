"""The real engine accepts our keys and proofs and refuses altered ones.

Needs a folder with the oracle installed (``npm install`` in a copy of ../shared/oracle); ``AVM_ORACLE``
names it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from avm.base.pool import Pool
from avm.varuna.indexer import index
from avm.varuna.prover import prove
from avm.varuna.sample_system import sample_system
from avm.varuna.srs.reference_string import Srs
from avm.varuna.version import VarunaVersion

pytestmark = [pytest.mark.oracle, pytest.mark.prove]
Ask = Callable[..., dict]
V2 = VarunaVersion.V2
"""The latest version that the oracle knows."""


@pytest.fixture(scope="module")
def oracle(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    folder = os.environ.get("AVM_ORACLE", "")
    if not folder or not (Path(folder) / "node_modules").is_dir():
        pytest.skip("AVM_ORACLE does not name a folder with the oracle installed")
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    cache = tmp_path_factory.mktemp("oracle")
    command = ["node", "oracle.mjs", "--params", str(shared / "params"), "--cache", str(cache)]
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def ask(**request: object) -> dict:
        process.stdin.write(json.dumps(request) + "\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
        for line in process.stdout:  # type: ignore[union-attr]
            if line.startswith("{"):
                return json.loads(line)
        raise AssertionError("the oracle ended")

    yield ask
    process.stdin.close()
    process.wait(timeout=20)


@pytest.mark.parametrize(("rows", "publics"), [(2, 2), (9, 5), (100, 17), (700, 30)])
def test_the_real_verifier_agrees(oracle: Ask, official: Srs, pool: Pool, rows: int, publics: int) -> None:
    matrices, assignment = sample_system(rows, publics, seed=rows)
    key, verifying = index(matrices, official, pool=pool)
    proof, _ = prove(key, official, assignment, version=V2, pool=pool)
    inputs = [f"{value}field" for value in assignment.public]

    def valid(inputs: list[str], text: str) -> bool:
        answer = oracle(op="snark_verify", verifying_key=str(verifying), inputs=inputs, proof=text)
        return answer.get("valid") is True

    assert valid(inputs, str(proof))
    assert not valid([*inputs[:-1], f"{assignment.public[-1] + 1}field"], str(proof))
    again, _ = prove(key, official, assignment, version=V2, pool=pool)
    assert str(again) != str(proof)
    assert valid(inputs, str(again))
