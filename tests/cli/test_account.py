"""``avm account`` with accounts kept under a password."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avm.cli.main import main
from avm.storage import keystore


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder of its own and a quick password."""
    monkeypatch.setenv("AVM_STUDIO_HOME", str(tmp_path))
    monkeypatch.setenv("AVM_PASSWORD", "correct horse")
    monkeypatch.setattr(keystore.Keystore.__init__, "__kwdefaults__", {"cost_log2": 10})
    return tmp_path


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object], str]:
    code = main(["account", *words, "--json"])
    seen = capsys.readouterr()
    lines = [line for line in seen.out.splitlines() if line.startswith("{")]
    return code, json.loads(lines[-1]) if lines else {}, seen.out + seen.err


def test_an_account_is_made_chosen_exported_renamed_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    code, made, seen = call(capsys, "new", "--name", "main")
    assert code == 0 and "APrivateKey1" not in seen and "AViewKey1" not in seen
    assert call(capsys, "use", "main")[1]["address"] == made["address"] == keystore.signer()
    listed = call(capsys, "list")[1]["accounts"]
    assert isinstance(listed, list)
    assert [(a["name"], a["signs"]) for a in listed] == [("local", False), ("main", True)]
    assert str(call(capsys, "export", "main")[1]["private_key"]).startswith("APrivateKey1")
    assert call(capsys, "rename", "main", "first")[0] == 0
    assert call(capsys, "remove", "first")[0] != 0
    assert call(capsys, "remove", "first", "--yes")[0] == 0
    assert call(capsys, "use", "first")[0] != 0


def test_an_imported_key_is_not_printed(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    key = str(call(capsys, "new")[1]["private_key"])
    code, data, seen = call(capsys, "import", "--name", "mine", "--private-key", key)
    assert code == 0 and data["name"] == "mine" and key not in seen
    assert key not in (home / "accounts.json").read_text()


def test_a_wrong_password_exports_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(capsys, "export", "main")[0] != 0
    call(capsys, "new", "--name", "main")
    monkeypatch.setenv("AVM_PASSWORD", "another one")
    code, _, seen = call(capsys, "export", "main")
    assert code != 0 and "password is wrong" in seen and "APrivateKey1" not in seen


def test_the_password_is_changed_for_every_account(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(capsys, "password")[0] != 0, "there are no accounts yet"
    call(capsys, "new", "--name", "main")
    assert call(capsys, "password")[0] != 0, "no new password was given"
    monkeypatch.setenv("AVM_NEW_PASSWORD", "battery staple")
    assert call(capsys, "password")[1] == {"ok": True}
    assert call(capsys, "export", "main")[0] != 0
    monkeypatch.setenv("AVM_PASSWORD", "battery staple")
    assert str(call(capsys, "export", "main")[1]["private_key"]).startswith("APrivateKey1")
