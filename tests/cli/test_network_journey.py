"""The network's documents from end to end: two programs deployed, called, and verified from their texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.account.account import LOCAL_SIGNER
from avm.cli.main import main

pytestmark = pytest.mark.prove

INNER = """program inner.aleo;

function twice:
    input r0 as u32.public;
    add r0 r0 into r1;
    output r1 as u32.public;

constructor:
    assert.eq edition 0u16;
"""
OUTER = """import inner.aleo;

program outer.aleo {
    fn shown(public a: u32) -> public u32 {
        return inner.aleo::twice(a);
    }

    @noupgrade
    constructor() {}
}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that calls another one, with caches and accounts of its own."""
    monkeypatch.setenv("AVM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("AVM_STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inner.aleo").write_text(INNER)
    root = tmp_path / "outer"
    (root / "src").mkdir(parents=True)
    (root / "src" / "main.leo").write_text(OUTER)
    inner = {"name": "inner.aleo", "location": "local", "path": "../inner.aleo"}
    manifest = {"program": "outer.aleo", "version": "0.1.0", "description": "", "license": "MIT"}
    (root / "program.json").write_text(json.dumps({**manifest, "dependencies": [inner]}))
    return root


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    code = main([*arguments, "--json"])
    reply: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (code == 0) == reply["ok"]
    return reply


def test_two_programs_are_executed_deployed_and_verified(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ask(capsys, "execute", "shown", "21u32", "--path", str(project))
    document = json.loads((tmp_path / "execution.json").read_text())
    ids = [each["id"] for each in made["transitions"]]  # type: ignore[attr-defined]
    assert [each["id"] for each in document["transitions"]] == ids and len(ids) == 2
    assert made["outputs"] == ["42u32"] and document["proof"].startswith("proof1")

    found = ask(capsys, "verify", "execution.json", "--program", str(project))
    assert (found["id"], found["kind"]) == (made["id"], "execution")
    assert found["shows"] == ["inner.aleo/twice: once", "outer.aleo/shown: once"]
    error = ask(capsys, "verify", "execution.json", "--program", "inner.aleo")["error"]
    assert error["code"] == "EAVM1408" and "outer.aleo" in error["message"]  # type: ignore[index]
    old = ask(capsys, "verify", "execution.json", "--program", str(project), "--varuna", "2")
    assert not old["valid"] and "the proof is not valid" in str(old["reason"])

    others = INNER.replace("add r0 r0", "mul r0 r0")
    (tmp_path / "inner.aleo").write_text(others)
    other = ask(capsys, "verify", "execution.json", "--program", str(project))
    assert not other["valid"]
    (tmp_path / "inner.aleo").write_text(INNER)

    made = ask(capsys, "deploy", "--path", str(project))
    assert (made["owner"], made["keys"], made["edition"]) == (LOCAL_SIGNER, ["shown"], 0)
    found = ask(capsys, "verify", "deployment.json", "--program", "inner.aleo")
    assert (found["id"], found["shows"]) == (made["id"], ["outer.aleo, edition 0", "key of shown"])
