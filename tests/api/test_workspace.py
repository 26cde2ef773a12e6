"""Projects on disk."""

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
    assert [s.name for s in found] == ["hello", "series", "token", "payout"]
    for sample in found:
        project = workspace.copy_sample(sample.name, tmp_path)
        assert project.name == f"{sample.name}.aleo"
        assert project.runs == sample.runs


def test_copying_a_sample_twice_keeps_the_edits(tmp_path: Path) -> None:
    project = workspace.copy_sample("hello", tmp_path)
    project.main.write_text("// edited")
    assert workspace.copy_sample("hello", tmp_path).main.read_text() == "// edited"
