"""``avm decrypt``: private values of transitions for their signer, records for their owner."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.account.account import LOCAL_PRIVATE_KEY, LOCAL_SIGNER, Account
from avm.cli.main import main
from avm.ledger.authorize import authorize
from avm.ledger.network import Execution
from avm.vm.environment import load

PROGRAM = """program note.aleo;

record note:
    owner as address.private;
    text as u64.private;

function write:
    input r0 as address.private;
    input r1 as u64.private;
    cast r0 r1 into r2 as note.record;
    add r1 r1 into r3;
    output r2 as note.record;
    output r3 as u64.private;
"""


@pytest.fixture(scope="module")
def reader() -> Account:
    """The account for which the record is made."""
    return Account.new()


@pytest.fixture
def document(reader: Account, tmp_path: Path) -> str:
    """An execution, not proved, that the test account signed."""
    signer = Account.from_private_key(LOCAL_PRIVATE_KEY)
    run = authorize(load(PROGRAM), "write", [reader.address, "7u64"], signer.key)
    path = tmp_path / "execution.json"
    path.write_text(json.dumps(Execution(run.authorization.transitions, 1).to_json()))
    return str(path)


def values(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[bool, list[object]]:
    assert main(["decrypt", *arguments, "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["transitions"]
    return found["signed"], [part["value"] for part in found["parts"]]


def test_the_signer_reads_the_inputs_and_outputs_but_no_record_of_another(
    document: str, reader: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("local", LOCAL_SIGNER):
        signed, found = values(capsys, document, "--name", name)
        assert signed and found == [reader.address, "7u64", None, "14u64"]


def test_the_owner_reads_the_record_alone(
    document: str, reader: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIEW_KEY", reader.reveal_view_key())
    signed, found = values(capsys, document)
    assert not signed and found[:2] == [None, None] and found[3] is None
    assert "text: 7u64.private" in str(found[2])


def test_somebody_else_reads_nothing(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decrypt", document, "--view-key", Account.new().reveal_view_key()]) == 0
    assert capsys.readouterr().out.count("(not for this key)") == 4


@pytest.mark.parametrize(
    ("given", "words"),
    [("nothing", "there is no such file"), ("ciphertext1x", "a ciphertext has a key of its own")],
)
def test_what_cannot_be_read_is_told(given: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decrypt", given, "--name", "local"]) == 1
    assert words in capsys.readouterr().err


def test_a_file_without_a_transition_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"edition": 0}')
    assert main(["decrypt", str(path), "--name", "local"]) == 1
    assert "holds no transition" in capsys.readouterr().err
