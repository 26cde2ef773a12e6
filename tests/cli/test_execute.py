"""``avm execute``: calls are signed, and what cannot be proved is refused before the proof."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.account.account import LOCAL_SIGNER
from avm.api import accounts, workspace
from avm.cli.main import main

RECORD = (
    f"{{ owner: {LOCAL_SIGNER}.private, amount: 9u64.private, _nonce: 0group.public, _version: 1u8.public }}"
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of the sample of two programs, with caches and accounts of its own."""
    monkeypatch.setenv("AVM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("AVM_STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return str(workspace.copy_sample("vault", tmp_path).root)


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    code = main([*arguments, "--json"])
    reply: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (code == 0) == reply["ok"]
    return reply


def test_the_key_of_the_public_test_account_is_that_of_its_address() -> None:
    assert accounts.local_account().address == LOCAL_SIGNER


def test_a_call_of_another_program_is_a_transition_before_its_callers(
    project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = ask(capsys, "execute", "pay", LOCAL_SIGNER, "5u64", "--path", project, "--authorize-only")
    mint, pay = reply["transitions"]  # type: ignore[misc]
    assert (mint["program"], pay["program"]) == ("coin.aleo", "vault.aleo")
    assert [part["kind"] for part in mint["outputs"]] == ["record", "future"]
    assert mint["outputs"][0]["shown"].startswith("record1") and "amount: 5u64" in mint["outputs"][0]["value"]
    assert [part["kind"] for part in pay["outputs"]] == ["external_record", "future"]
    assert reply["cost"] == {"total": 3663, "storage": 2474, "finalize": 1189, "bytes": 2474}


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [
        (("send", RECORD, LOCAL_SIGNER, "1u64"), "EAVM1406", "spends a record that this run does not make"),
        (("missing",), "EAVM1404", "has no function 'missing'"),
        (("hire", "5u64"), "EAVM0102", ""),
        (("hire", LOCAL_SIGNER, "--state-root", "sr1x"), "EAVM0101", ""),
        (("hire", LOCAL_SIGNER, "--name", "nobody"), "EAVM1302", "no accounts yet"),
        (("hire", LOCAL_SIGNER, "--priority-fee", "5"), "EAVM1407", "none is asked for"),
        (("hire", LOCAL_SIGNER, "--transaction", "t", "--priority-fee", "-5"), "EAVM1407", "0 to 2^64"),
    ],
)
def test_what_cannot_be_executed_is_refused_before_the_proof(
    call: tuple[str, ...], code: str, words: str, project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ask(capsys, "execute", *call, "--path", project)["error"]
    assert error["code"] == code and words in error["message"], error  # type: ignore[index]
