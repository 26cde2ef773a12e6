"""``avm ledger`` as a person uses it: what is not there is said, and looking makes and changes nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from avm.api.ledger import LedgerSession
from avm.base.errors import CheckFailure, StoreError
from avm.cli.main import main
from avm.ledger.schema import table_names
from avm.storage.parameters import Parameters
from tests.ledger.real import prove

pytestmark = [pytest.mark.prove, pytest.mark.timeout(300)]
VERBS = (
    ("status",),
    ("blocks",),
    ("mappings",),
    ("history", "pp.aleo", "seen", "1u32"),
    ("path", "at1qqqq"),
    ("verify",),
    ("verify", "--proofs"),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, parameters: Parameters) -> Path:
    """A project with a ledger that holds two calls with private values."""
    root = tmp_path_factory.mktemp("project")
    with_private = prove(root, parameters, "main", "5u32", "1234567891u32")
    with_mapping = prove(root, parameters, "keep", "1u32", "77u64")
    session = LedgerSession.open(root / ".avm" / "ledger.db", parameters)
    for proved in (with_private, with_mapping):
        view = session.commit(proved)
        assert view.accepted, view.reason
    session.close()
    return root


def ask(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(each) for each in arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_ledger_that_is_not_there_is_said_to_be_absent(
    verb: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in (tmp_path / "no" / "x.db", tmp_path / "x.db"):
        code, out, err = ask(capsys, "ledger", "--ledger", place, *verb)
        assert code == 1 and "there is no ledger" in out + err
    assert list(tmp_path.iterdir()) == []
    empty = tmp_path / "empty.db"
    empty.touch()
    code, out, err = ask(capsys, "ledger", "--ledger", empty, *verb)
    assert code == 1 and "it is empty" in out + err
    assert empty.stat().st_size == 0 and [each.name for each in tmp_path.iterdir()] == ["empty.db"]


def test_a_run_against_an_absent_or_empty_ledger_makes_none(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ("run", "main", "1u32", "2u32", "--path", project)
    code, out, err = ask(capsys, *run, "--ledger", tmp_path / "no" / "x.db")
    assert code == 1 and "there is no ledger" in out + err
    empty = tmp_path / "empty.db"
    empty.touch()
    code, out, err = ask(capsys, *run, "--ledger", empty)
    assert code == 1 and "it is empty" in out + err
    assert [each.name for each in tmp_path.iterdir()] == ["empty.db"]
    assert ask(capsys, *run)[0] == 0


@pytest.mark.parametrize("verb", [each for each in VERBS if "path" not in each], ids=" ".join)
def test_looking_changes_nothing(
    verb: tuple[str, ...], project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    parameters: Parameters,
) -> None:  # fmt: skip
    monkeypatch.setattr("avm.api.ledger.Parameters", lambda: parameters)
    folder = project / ".avm"
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    code, out, err = ask(capsys, "ledger", "--path", project, *verb)
    assert code == 0, out + err
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("neg", "zz", "1u8"), "no program neg"),
        (("pp.aleo", "zz", "1u8"), "no mapping zz"),
        (("pp.aleo", "seen", "1u8"), "of type u32"),
        (("pp.aleo", "seen", "true"), "of type u32"),
        (("pp.aleo", "seen", "{ a: 1u8 }"), "of type u32"),
    ],
)
def test_a_history_of_what_is_unknown_says_what_is_unknown(
    arguments: tuple[str, ...], match: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ask(capsys, "ledger", "--path", project, "history", *arguments)
    assert code == 1 and match in out + err
    session = LedgerSession.open(project / ".avm" / "ledger.db", create=False, write=False)
    with pytest.raises((StoreError, CheckFailure), match=match) as caught:
        session.mapping_history(*arguments)
    assert caught.value.hint or isinstance(caught.value, CheckFailure)
    session.close()


def test_a_key_that_never_had_a_value_is_said_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ask(capsys, "ledger", "--path", project, "history", "pp.aleo", "seen", "9u32")
    assert code == 0 and "never had a value" in err and out == ""
    code, out, _ = ask(capsys, "ledger", "--path", project, "history", "pp.aleo", "seen", "9u32", "--json")
    assert code == 0 and json.loads(out) == {"ok": True, "history": []}


def test_no_private_value_is_in_the_file(project: Path) -> None:
    """What a program makes public stands there in full; the private inputs and outputs nowhere."""
    session = LedgerSession.open(project / ".avm" / "ledger.db", create=False, write=False)
    everything = session._ledger.store.snapshot()
    texts: list[str] = []
    for table in table_names():
        cells = [cell for row in everything.rows(table) for cell in row]
        texts += [cell.hex() if isinstance(cell, bytes) else str(cell) for cell in cells]
    everything.close()
    session.close()
    whole = "\n".join(texts)
    assert "77u64" in whole and '"5u32"' in whole
    for folder, _, names in os.walk(project / ".avm"):
        whole += "".join((Path(folder) / name).read_bytes().decode("latin-1") for name in names)
    private, result = 1234567891, 1234567896
    for value in (private, result):
        little = value.to_bytes(4, "little")
        for shown in (str(value), little.hex(), little[::-1].hex(), little.decode("latin-1")):
            assert shown not in whole
