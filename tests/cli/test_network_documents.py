"""``avm verify`` on the network's documents: what is told of files that cannot be verified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from avm.api import network_documents
from avm.base.consensus import Rules
from avm.base.errors import AvmError
from avm.base.progress import NULL_PROGRESS, Progress
from avm.cli.main import main
from avm.storage.network_keys import credits_program
from avm.storage.parameters import Parameters
from avm.varuna.report import SrsInfo

DOCUMENTS = {
    "execution": {"transitions": [], "global_state_root": "sr1x"},
    "fee": {"transition": {}},
    "deployment": {"edition": 0, "program": "", "verifying_keys": []},
    "transaction": {"type": "execute", "execution": {"transitions": []}},
}


def saved(folder: Path, document: object) -> Path:
    path = folder / "document.json"
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_is_known_by_its_fields_and_refused_when_they_are_wrong(kind: str, tmp_path: Path) -> None:
    path = saved(tmp_path, DOCUMENTS[kind])
    assert network_documents.kind_of(path) == kind
    found = network_documents.verify(path, {}, Parameters(tmp_path))
    assert (found.kind, found.valid) == (kind, False)
    assert found.reason


@pytest.mark.parametrize("document", [[], {"format": "avm-proof-2", "transitions": []}, {"a": 1}])
def test_other_files_are_no_documents_of_the_network(document: object, tmp_path: Path) -> None:
    with pytest.raises(AvmError, match="is not a document of the network"):
        network_documents.verify(saved(tmp_path, document), {}, Parameters(tmp_path))


def test_programs_are_given_once_and_credits_is_built_in() -> None:
    text = "program a.aleo;\n\nfunction f:\n    input r0 as u8.public;\n"
    assert list(network_documents.programs_from({"one": text, "two": text})) == ["credits.aleo", "a.aleo"]
    with pytest.raises(AvmError, match=r"two holds a\.aleo, which another file holds too"):
        network_documents.programs_from({"one": text, "two": text.replace("u8", "u16")})
    other = str(credits_program()).replace("bond_public", "bond_other")
    with pytest.raises(AvmError, match=r"credits\.aleo") as caught:
        network_documents.programs_from({"credits": other})
    assert "built in" in caught.value.hint


def test_the_oldest_version_of_the_protocol_is_for_proof_files_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, DOCUMENTS["execution"])
    assert main(["verify", str(path), "--varuna", "1"]) == 1
    assert "verified under Varuna V2 and V3" in capsys.readouterr().err


def test_a_project_that_does_not_build_is_no_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.leo").write_text("program a.aleo {")
    (tmp_path / "program.json").write_text('{"program": "a.aleo"}')
    path = saved(tmp_path, DOCUMENTS["execution"])
    assert main(["verify", str(path), "--program", str(tmp_path)]) == 1
    assert "did not build" in capsys.readouterr().err


class Strings:
    """Reference strings of a machine that has both kinds; a string is its kind alone."""

    has_official = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def describe(self) -> list[SrsInfo]:
        return [SrsInfo("official", "official", 1 << 28, 100, "", False, 0)]

    def development_file(self, power: int) -> Path:
        return self.folder

    def srs_for(self, power: int, progress: Progress, cancel: None, kind: str) -> str:
        return kind


@pytest.mark.parametrize(("first", "kind"), [(1000, "development"), (10, "official")])
def test_the_fee_of_a_transaction_is_under_a_string_of_the_same_kind(
    first: int, kind: str, tmp_path: Path
) -> None:
    (tmp_path / "string").touch()
    strings: Any = Strings(tmp_path / "string")
    check = network_documents._Check({}, strings, Rules(), "auto", NULL_PROGRESS, None)
    assert check._string(first, own=first) == kind
    assert check._string(10, own=0) == kind
