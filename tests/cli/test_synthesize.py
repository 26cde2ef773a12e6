"""``avm synthesize``: the circuits of a project of two programs, without and with keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.api import workspace
from avm.api.network_circuits import CircuitReport, reachable
from avm.cli.main import main
from avm.storage.parameters import Parameters


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of the sample of two programs, with caches of its own."""
    monkeypatch.setenv("AVM_CACHE_DIR", str(tmp_path / "cache"))
    return str(workspace.copy_sample("vault", tmp_path).root)


def test_an_unknown_name_is_answered_with_those_that_are_there(
    project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["synthesize", "hires", "--path", project, "--sizes"]) == 1
    shown = capsys.readouterr().err
    assert "no function or record 'hires'" in shown and "vault.aleo has hire, pay, send" in shown


def test_sizes_and_ids_need_no_reference_string(project: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synthesize", "hire", "coin.aleo/Coin", "--sizes", "--path", project, "--json"]) == 0
    hire, coin = json.loads(capsys.readouterr().out)["circuits"]
    assert (hire["kind"], hire["constraints"], hire["variables"]) == ("function", 11_267, 15_236)
    assert (coin["kind"], coin["program"], coin["constraints"]) == ("translation", "coin.aleo", 14_366)
    assert hire["circuit_id"] == "dd54b230254ca212be47dd566fd4d5b168a5434509fca66524cc305792ffa724"
    assert "verifying_key" not in hire


def test_what_lies_beyond_the_strings_is_said_before_work_starts(tmp_path: Path) -> None:
    small, large = (
        CircuitReport("function", "a.aleo", "f", circuit_id="00", highest_power=power)
        for power in (1 << 15, 1 << 23)
    )
    found = reachable([small, large], Parameters(tmp_path), "development")
    assert found[0] == small
    assert "needs power 8,388,608" in found[1].why_not


@pytest.mark.prove
def test_keys_are_written_one_file_for_each(
    project: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys"
    assert main(["synthesize", "hire", "--path", project, "--keys", str(keys), "--json"]) == 0
    reply = json.loads(capsys.readouterr().out)
    assert reply["files"] == [str(keys / "vault.aleo" / "hire.json")]
    saved = json.loads((keys / "vault.aleo" / "hire.json").read_text())
    assert saved["verifying_key"].startswith("verifier1") and saved["srs"] == "development"
