"""The manifest: every field is checked, and no name in it leads out of the project."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from avm.api import pipeline, workspace
from avm.api.manifest import name_fault, read_manifest
from avm.api.module_names import module_fault
from avm.base.errors import AvmError
from avm.base.files import PathRefused
from avm.data.reserved import KEYWORDS, NETWORK_PROGRAMS, RESTRICTED, TYPE_NAMES
from avm.isa.registry import ops
from avm.leo.lexer import KEYWORDS as LEO_KEYWORDS
from tests.api.projects import manifest, single, write

REFUSED = [
    "../../evil.aleo",
    "/tmp/x.aleo",
    "hello",
    "..aleo",
    ".aleo",
    "",
    "a/b.aleo",
    "a\\b.aleo",
    "Hello.aleo",
    "a\nb.aleo",
    "a\x00b.aleo",
    "a" * 3000 + ".aleo",
    "a.aleo.aleo",
    "9lives.aleo",
    "_t.aleo",
    "héllo.aleo",
    "std.aleo",
    "finalize.aleo",
    "a__b.aleo",
    "test.aleo\n",
]


@pytest.mark.parametrize("program", REFUSED)
def test_a_program_name_that_cannot_be_one_is_refused_where_it_stands(program: str, tmp_path: Path) -> None:
    single(tmp_path, {"program": program})
    with pytest.raises(AvmError) as caught:
        workspace.open_project(tmp_path)
    assert "program" in caught.value.message and caught.value.hint
    assert caught.value.message.isprintable()


def test_a_surrogate_in_the_manifest_is_refused(tmp_path: Path) -> None:
    single(tmp_path, '{"program": "a\\ud800.aleo"}')
    with pytest.raises(AvmError, match="surrogate"):
        workspace.open_project(tmp_path)


@pytest.mark.parametrize(
    "data,named",
    [
        ([], "a list"),
        ({"name": "x"}, "program is missing"),
        ({"program": 5}, "program is a number"),
        ({"program": None}, "program is null"),
        ({"program": "test.aleo", "version": 1}, "version"),
        ({"program": "test.aleo", "description": ["x"]}, "description"),
        ({"program": "test.aleo", "dependencies": "x"}, "dependencies is a text"),
        ({"program": "test.aleo", "dependencies": 5}, "dependencies is a number"),
        ({"program": "test.aleo", "dependencies": {"a": 1}}, "dependencies is an object"),
        ({"program": "test.aleo", "dependencies": [1]}, r"dependencies\[0\] is a number"),
        ({"program": "test.aleo", "dependencies": ["dep.aleo"]}, r"dependencies\[0\] is a text"),
        ({"program": "test.aleo", "dependencies": [{"location": "local", "path": "x"}]}, r"\[0\].name"),
        ({"program": "test.aleo", "dependencies": [{"name": "x.aleo", "location": "moon"}]}, "location"),
        ({"program": "test.aleo", "dependencies": [{"name": "x.aleo", "location": "local"}]}, "no path"),
        (
            {"program": "test.aleo", "dependencies": [{"name": "x.aleo", "location": "local", "path": 5}]},
            r"\[0\].path is a number",
        ),
        (
            {"program": "test.aleo", "dependencies": [{"name": "../x", "location": "local", "path": "x"}]},
            r"\[0\].name is '../x'",
        ),
        (
            {
                "program": "test.aleo",
                "dependencies": [{"name": "x", "location": "network", "path": None, "edition": "1"}],
            },
            "edition",
        ),
        ({"program": "test.aleo", "dev_dependencies": [[]]}, r"dev_dependencies\[0\] is a list"),
    ],
)
def test_a_field_of_the_wrong_kind_is_named(data: Any, named: str, tmp_path: Path) -> None:
    single(tmp_path, data)
    with pytest.raises(AvmError, match=named):
        workspace.open_project(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"program": "test.aleo", "x": ' + "9" * 100_000 + "}",
        '{"program": "test.aleo", "x": NaN}',
        "{",
        "",
        "\ufeff",
    ],
)
def test_what_is_not_json_is_refused_by_name(text: str, tmp_path: Path) -> None:
    single(tmp_path, text)
    with pytest.raises(AvmError, match=r"program\.json"):
        workspace.open_project(tmp_path)


def test_a_manifest_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    single(tmp_path, '\ufeff{"program": "test.aleo"}')
    assert workspace.open_project(tmp_path).name == "test.aleo"


def test_a_pipe_as_manifest_is_refused_at_once(tmp_path: Path) -> None:
    single(tmp_path)
    (tmp_path / "program.json").unlink()
    os.mkfifo(tmp_path / "program.json")
    with pytest.raises(AvmError):
        workspace.open_project(tmp_path)


@pytest.mark.parametrize("word", sorted(KEYWORDS))
def test_no_program_is_made_with_a_reserved_word(word: str, tmp_path: Path) -> None:
    assert name_fault(word)
    with pytest.raises(AvmError, match="cannot name a program"):
        workspace.new_project(tmp_path, word)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", sorted({*LEO_KEYWORDS, *RESTRICTED, *TYPE_NAMES, *NETWORK_PROGRAMS, "std"}))
def test_no_program_is_made_with_a_word_of_leo_or_a_name_of_the_network(word: str, tmp_path: Path) -> None:
    with pytest.raises(AvmError, match="cannot name a program"):
        workspace.new_project(tmp_path, word)
    with pytest.raises(AvmError, match="cannot name a program"):
        workspace.check_program_name(word)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9"])
def test_nothing_new_bears_a_name_that_windows_keeps_for_devices(name: str, tmp_path: Path) -> None:
    with pytest.raises(AvmError, match="Windows"):
        workspace.new_project(tmp_path, name)
    assert "Windows" in module_fault(name) and "Windows" in module_fault(name.upper())
    assert not list(tmp_path.iterdir())
    text = single(tmp_path / "there") / "src/main.leo"
    text.write_text(text.read_text().replace("test.aleo", f"{name}.aleo"))
    (tmp_path / "there/program.json").write_text(json.dumps(manifest(f"{name}.aleo")))
    assert pipeline.build(workspace.open_project(tmp_path / "there")).view.ok, "what exists is built"


def test_what_may_name_a_new_program_can_be_built(tmp_path: Path) -> None:
    words = {name for name in ops() if name.isidentifier()} - {*LEO_KEYWORDS, *KEYWORDS}
    assert len(words) > 20
    for word in sorted(words):
        assert pipeline.build(workspace.new_project(tmp_path, word)).view.ok, word


def test_the_place_of_a_bad_dependency_is_its_name_in_the_manifest(tmp_path: Path) -> None:
    entry = '{"name": "gone.aleo", "location": "local", "path": "../gone"}'
    text = '{\n  "program": "test.aleo",\n  "dependencies": [\n    ' + entry + "\n  ]\n}\n"
    single(tmp_path, text)
    problem = pipeline.build(workspace.open_project(tmp_path)).view.problems[0]
    assert (problem.code, problem.file, problem.line, problem.col) == ("EPAK0375057", "program.json", 4, 15)
    assert "../gone" in problem.message


def test_a_build_folder_that_is_a_link_out_of_the_project_is_not_written_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    project = workspace.open_project(single(tmp_path / "project"))
    (project.root / "build").symlink_to(outside)
    built = pipeline.build(project)
    with pytest.raises(PathRefused):
        pipeline.write_build(built)
    assert list(outside.iterdir()) == []


def test_the_program_must_have_the_name_of_the_manifest(tmp_path: Path) -> None:
    single(tmp_path, manifest("other.aleo"))
    view = pipeline.build(workspace.open_project(tmp_path)).view
    assert not view.ok
    problem = view.problems[0]
    assert (problem.code, problem.file, problem.line) == ("ECMP0376004", "src/main.leo", 1)
    assert "`test.aleo` must match" in problem.message and "`other.aleo`" in problem.message


def test_a_program_is_not_called_like_a_library(tmp_path: Path) -> None:
    write(tmp_path, {"program.json": manifest("lib"), "src/main.leo": "program lib.aleo {}"})
    with pytest.raises(AvmError, match=r"end with \.aleo"):
        workspace.open_project(tmp_path)


def test_a_manifest_of_a_hundred_megabytes_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "program.json").open("wb") as file:
        file.truncate(100 << 20)
    with pytest.raises(AvmError, match="larger"):
        read_manifest(tmp_path / "program.json")
