"""The proving verbs of the avm command: prove, verify, ledger, srs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.api import workspace
from avm.cli.main import main
from avm.storage import parameters

pytestmark = pytest.mark.prove


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of reference strings that belongs to the test."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(parameters, "cache_root", lambda: folder)
    return folder


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    code = main([*arguments, "--json"])
    lines = capsys.readouterr().out.splitlines()
    return code, json.loads(lines[-1])


def test_a_run_is_proved_committed_and_verified_from_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = workspace.copy_sample("hello", tmp_path)
    here = ("--path", str(project.root))
    proof = tmp_path / "hello.proof"
    code, reply = ask(capsys, "prove", "main", "7u32", "35u32", *here, "--commit", "--output", str(proof))
    assert code == 0, reply
    assert (reply["proof_bytes"], reply["verified"], reply["height"]) == (957, True, 1)
    assert ask(capsys, "verify", str(proof))[0] == 0
    code, blocks = ask(capsys, "ledger", *here, "blocks")
    assert code == 0 and len(blocks["blocks"]) == 2  # type: ignore[arg-type]
    code, path = ask(capsys, "ledger", *here, "path", str(reply["transaction_id"]))
    assert code == 0 and path["valid"] and path["root"] == reply["state_root"]
    assert ask(capsys, "ledger", *here, "verify")[0] == 0


@pytest.mark.parametrize("version", ["1", "3"])
def test_other_protocol_versions_can_be_chosen(
    version: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = workspace.copy_sample("hello", tmp_path)
    code, reply = ask(
        capsys, "prove", "main", "1u32", "2u32", "--path", str(project.root), "--varuna", version
    )
    assert code == 0 and reply["verified"]


@pytest.mark.parametrize(("inputs", "given"), [("", ()), ("ok: bool", ("true",))])
def test_a_function_that_does_nothing_is_proved(
    inputs: str, given: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = workspace.new_project(tmp_path, "quiet")
    source = project.root / "src" / "main.leo"
    body = f"    fn nothing({inputs}) {{}}\n\n    @noupgrade\n    constructor() {{}}\n"
    source.write_text(f"program quiet.aleo {{\n{body}}}\n")
    proof = tmp_path / "quiet.proof"
    here = ("--path", str(project.root))
    code, reply = ask(capsys, "prove", "nothing", *given, *here, "--output", str(proof))
    assert code == 0 and reply["verified"], reply
    assert ask(capsys, "verify", str(proof))[0] == 0


def test_a_proof_of_a_superseded_version_is_never_just_valid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = workspace.copy_sample("hello", tmp_path)
    proof = str(tmp_path / "old.proof")
    made = ("prove", "main", "7u32", "35u32", "--path", str(project.root), "--varuna", "2", "--output", proof)
    assert ask(capsys, *made)[0] == 0
    assert main(["verify", proof]) == 1
    assert capsys.readouterr().out.startswith("NOT VALID")
    assert main(["verify", proof, "--varuna", "2"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Valid as Varuna V2 (superseded)") and told.count("superseded") == 2
    code, reply = ask(capsys, "verify", proof, "--varuna", "2")
    assert code == 0 and reply["superseded"]


def test_a_halting_run_is_not_proved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = workspace.copy_sample("payout", tmp_path)
    code, reply = ask(capsys, "prove", "split", "500u64", "20u64", "--path", str(project.root))
    assert code == 1 and "below zero" in str(reply["halt"])


def test_a_reference_string_is_made_contributed_to_and_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = str(tmp_path / "one.srs"), str(tmp_path / "two.srs")
    code, made = ask(capsys, "srs", "generate", "--degree-log2", "6", "--output", first)
    assert code == 0 and made["insecure"]
    code, added = ask(capsys, "srs", "contribute", first, "--name", "Ada", "--output", second)
    assert code == 0 and added["digest"] != made["digest"]
    code, checks = ask(capsys, "srs", "verify", second)
    assert code == 0 and checks["ok"]
    damaged = bytearray(Path(second).read_bytes())
    damaged[len(damaged) // 3] ^= 1
    Path(second).write_bytes(damaged)
    code, reply = ask(capsys, "srs", "verify", second)
    assert code == 1 and "error" in reply


def test_official_files_are_imported_only_with_the_published_checksum(
    tmp_path: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, reply = ask(capsys, "srs", "import", str(shared / "params"))
    assert code == 0 and "powers-of-beta-15.usrs" in reply["files"]  # type: ignore[operator]
    project = workspace.copy_sample("hello", tmp_path)
    code, proved = ask(
        capsys, "prove", "main", "7u32", "35u32", "--path", str(project.root), "--srs", "official"
    )
    assert code == 0 and proved["srs"] == "official" and proved["verified"]


def test_a_file_with_another_checksum_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "beta-h.usrs").write_bytes(bytes(192))
    code, reply = ask(capsys, "srs", "import", str(tmp_path))
    assert code == 1 and "SHA-256" in str(reply["error"])
