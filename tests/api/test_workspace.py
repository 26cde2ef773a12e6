"""Projects on disk."""

import os
from pathlib import Path

import pytest

from avm.api import workspace
from avm.base.errors import AvmError


def test_a_new_project_opens_from_its_folder_manifest_and_source(tmp_path: Path) -> None:
    made = workspace.new_project(tmp_path, "vault")
    for place in (made.root, made.root / "program.json", made.root / "src" / "main.leo"):
        assert workspace.open_project(place) == made
    assert made.name == "vault.aleo"
    assert "program vault.aleo" in made.main.read_text()


def test_a_new_project_takes_an_empty_folder_with_its_mode(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault").chmod(0o750)
    made = workspace.new_project(tmp_path, "vault")
    assert made.root.stat().st_mode & 0o777 == 0o750
    assert [each.name for each in tmp_path.iterdir()] == ["vault"]


@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_new_project_that_was_cut_off_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """A kill runs no cleaning up: the moments of one are those between two files."""
    write, written, seen = workspace.write_text, [0], []

    def count(path: Path, text: str) -> None:
        written[0] += 1
        if written[0] == moment:
            seen.append((tmp_path / "vault").exists())
        write(path, text)

    monkeypatch.setattr(workspace, "write_text", count)
    workspace.new_project(tmp_path, "vault")
    assert seen == [False]


@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_sample_whose_copy_was_cut_off_is_copied_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    whole = {
        p.name: p.read_bytes() for p in sample_files(workspace.copy_sample("hello", tmp_path / "a").root)
    }
    write, written = workspace.write_bytes, [0]

    def stop(path: Path, data: bytes) -> None:
        written[0] += 1
        if written[0] == moment:
            raise KeyboardInterrupt
        write(path, data)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(workspace, "write_bytes", stop)
        workspace.copy_sample("hello", tmp_path / "b")
    again = workspace.copy_sample("hello", tmp_path / "b")
    assert {p.name: p.read_bytes() for p in sample_files(again.root)} == whole


def test_a_sample_without_its_manifest_keeps_the_edits(tmp_path: Path) -> None:
    project = workspace.copy_sample("hello", tmp_path)
    project.main.write_text("// edited")
    (project.root / "program.json").unlink()
    assert workspace.copy_sample("hello", tmp_path).main.read_text() == "// edited"


def sample_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["Vault", "9lives", "a__b", "my_aleo", "", "a" * 32, "with-dash"])
def test_names_that_the_network_refuses_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AvmError) as caught:
        workspace.new_project(tmp_path, name)
    assert caught.value.hint


def test_a_folder_that_is_no_project_is_refused_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(AvmError) as caught:
        workspace.open_project(tmp_path)
    assert "program.json" in caught.value.message + caught.value.hint


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "program.json").write_text("{ nonsense")
    with pytest.raises(AvmError, match="not valid JSON"):
        workspace.open_project(tmp_path)


def test_an_existing_project_is_not_overwritten(tmp_path: Path) -> None:
    made = workspace.new_project(tmp_path, "vault")
    made.main.write_text("// mine")
    with pytest.raises(AvmError):
        workspace.new_project(tmp_path, "vault")
    assert made.main.read_text() == "// mine"


def test_every_sample_copies_and_opens(tmp_path: Path) -> None:
    found = workspace.samples()
    assert [s.name for s in found] == ["hello", "series", "token", "vault", "payout"]
    for sample in found:
        project = workspace.copy_sample(sample.name, tmp_path)
        assert project.name == f"{sample.name}.aleo"
        assert project.runs == sample.runs


def test_copying_a_sample_twice_keeps_the_edits(tmp_path: Path) -> None:
    project = workspace.copy_sample("hello", tmp_path)
    project.main.write_text("// edited")
    assert workspace.copy_sample("hello", tmp_path).main.read_text() == "// edited"


@pytest.mark.skipif(os.name == "nt", reason="needs links")
@pytest.mark.parametrize("linked", [".avm", ".avm/ledger.db"])
def test_a_ledger_that_a_link_leads_out_of_the_project_is_refused(tmp_path: Path, linked: str) -> None:
    project = workspace.new_project(tmp_path, "one")
    assert project.ledger_file == project.root / ".avm" / "ledger.db"
    (tmp_path / "outside").mkdir()
    link = project.root / linked
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(tmp_path / "outside")
    with pytest.raises(AvmError, match="leads out of its folder"):
        _ = project.ledger_file
