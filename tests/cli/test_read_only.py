"""Verbs that only look leave no trace on disk; compiled kernels in the user's cache are not counted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from avm.api import workspace
from avm.cli.main import main

READING = [
    ["run"],
    ["run", "main", "1u32", "2u32"],
    ["run", "nothing"],
    ["run", "main", "1u32", "2u32", "--trace", "--json"],
    ["ledger", "status"],
    ["ledger", "blocks"],
    ["ledger", "mappings"],
    ["ledger", "history", "vault.aleo", "m", "1u8"],
    ["ledger", "path", "at1qqqq"],
    ["ledger", "verify"],
    ["ledger", "--ledger", "nowhere/x.db", "status"],
    ["ledger", "--ledger", "src/main.leo", "status"],
    ["verify", "nothing.proof"],
    ["verify", "src/main.leo"],
    ["account", "list"],
    ["account", "verify", "5u8", "--address", "x", "--signature", "y"],
    ["account", "decrypt", "record1qqqq", "--view-key", "x"],
    ["account", "decrypt", "ciphertext1qqqq", "--field", "1field"],
    ["account", "import", "--private-key", "x"],
    ["account", "sign", "5u8", "--private-key", "x"],
    ["account", "new"],
    ["srs", "list"],
    ["srs", "verify", "nothing.srs"],
    ["build", "--path", "nowhere"],
    ["build", "--path", "src/nowhere.leo"],
    ["run", "--path", "program.json", "main", "1u32", "2u32"],
    ["new", "finalize"],
    ["new", "../evil"],
    ["new", "/tmp/evil"],
    ["--help"],
    ["--version"],
    ["nothing"],
]


def snapshot(*folders: Path) -> dict[str, tuple[int, int, int]]:
    """Every file and folder with its mode, size and time of change."""
    found = {}
    for folder in folders:
        for base, folders_, files in os.walk(folder):
            for name in [*folders_, *files]:
                path = Path(base) / name
                status = path.lstat()
                found[str(path)] = (status.st_mode, status.st_size, status.st_mtime_ns)
    return found


@pytest.fixture
def project(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    cache = tmp_path_factory.mktemp("cache")
    root = workspace.new_project(tmp_path, "vault").root
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "AVM_CACHE", "AVM_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("PRIVATE_KEY", "VIEW_KEY", "AVM_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize("arguments", READING, ids=lambda a: " ".join(a))
def test_a_verb_that_only_looks_changes_nothing_on_disk(
    arguments: list[str], project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(tmp_path)
    try:
        main(arguments)
    except SystemExit as left:
        assert left.code in (0, 2)
    assert snapshot(tmp_path) == before


def test_what_writes_writes_below_the_project_alone(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(tmp_path)
    assert main(["build"]) == 0
    made = {Path(p).relative_to(project).as_posix() for p in snapshot(tmp_path).keys() - before.keys()}
    assert made == {"build", "build/vault", "build/vault/vault.aleo"}
