"""Projects of several files: what they depend on, and what may be wrong with that."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from avm.api import pipeline, workspace
from avm.api.views import Problem
from avm.base.errors import AvmError
from avm.program import Program, parser
from tests.api.projects import DEPENDENCY, HELPERS, app_with_all, manifest, single, write

ALEO = """\
program {name}.aleo;

function twice:
    input r0 as u32.public;
    {body} into r1;
    output r1 as u32.public;

constructor:
    assert.eq edition 0u16;
"""


def first_problem(root: Path) -> Problem:
    view = pipeline.build(workspace.open_project(root)).view
    assert not view.ok
    return view.problems[0]


def test_modules_libraries_and_dependencies_build_and_run(tmp_path: Path) -> None:
    built = pipeline.build(app_with_all(tmp_path))
    assert built.view.ok and built.view.problems == ()
    assert pipeline.run(built, "main", ["2u32", "3u32"]).view.outputs == ("21u32",)


def test_steps_and_links_carry_their_file_and_line(tmp_path: Path) -> None:
    built = pipeline.build(app_with_all(tmp_path))
    ran = pipeline.run(built, "main", ["2u32", "3u32"])
    assert [(s.file, s.leo_line) for s in ran.view.steps] == [
        ("src/rates.leo", 4),
        ("src/main.leo", 6),
        ("../dep/src/helpers.leo", 2),
        ("../shapes/src/lib.leo", 2),
    ]
    assert {(k.file, k.leo_line) for k in built.view.links} >= {("src/rates.leo", 4), ("src/main.leo", 6)}
    costs = pipeline.constrain(ran).view
    assert {(i.file, i.leo_line) for i in costs.by_instruction} >= {("src/rates.leo", 4)}
    for step in ran.view.steps:
        assert step.source in built.sources.values() and step.path in built.sources


def test_steps_of_a_program_in_aleo_lead_to_its_own_text(tmp_path: Path) -> None:
    text = (
        "program own.aleo;\n\n// the only one\nfunction main:\n"
        "  input r0 as u32.private; input r1 as u32.private;\n"
        "  add r0 r1 into r2; mul r2 2u32 into r3;\n  output r3 as u32.private;\n"
    )
    file = tmp_path / "own.aleo"
    file.write_text(text)
    built = pipeline.build(workspace.open_project(file))
    assert built.view.bytecode == text
    ran = pipeline.run(built, "main", ["2u32", "3u32"])
    assert [(s.file, s.leo_line, s.aleo_line) for s in ran.view.steps] == [("own.aleo", 6, 6)] * 2
    assert [link.aleo_line for link in built.view.links] == [6, 6, 7]


def test_files_of_one_name_are_two_files(tmp_path: Path) -> None:
    """The program and its dependency both have src/main.leo and src/rates.leo."""
    project = app_with_all(tmp_path)
    (tmp_path / "dep/src/rates.leo").write_text("\n\n\nexport fn broken() -> u32 { return 1u8; }\n")
    problem = first_problem(project.root)
    assert (problem.file, problem.line) == ("../dep/src/rates.leo", 4)


@pytest.mark.parametrize(
    "name,old,new,place",
    [
        ("app/src/rates.leo", "x * FACTOR", "x * true", ("src/rates.leo", 4)),
        ("app/src/deep/inner.leo", "3u32", "3u8", ("src/deep/inner.leo", 1)),
        ("dep/src/helpers.leo", "x + y", "x + 1u8", ("../dep/src/helpers.leo", 2)),
        ("dep/src/main.leo", "return sum", "return 1u8", ("../dep/src/main.leo", 4)),
        ("shapes/src/lib.leo", "return size", "return width +", ("../shapes/src/lib.leo", 3)),
    ],
)
def test_an_error_in_any_file_shows_its_place(
    name: str, old: str, new: str, place: tuple[str, int], tmp_path: Path
) -> None:
    project = app_with_all(tmp_path)
    path = tmp_path / name
    path.write_text(path.read_text().replace(old, new))
    problem = first_problem(project.root)
    assert (problem.file, problem.line) == place and problem.col is not None


def test_a_circle_of_dependencies_is_told_with_its_chain(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/program.json": manifest("a.aleo", ("b.aleo", "../b")),
            "a/src/main.leo": "import b.aleo;\nprogram a.aleo {}\n",
            "b/program.json": manifest("b.aleo", ("c.aleo", "../c")),
            "b/src/main.leo": "import c.aleo;\nprogram b.aleo {}\n",
            "c/program.json": manifest("c.aleo", ("b.aleo", "../b")),
            "c/src/main.leo": "import b.aleo;\nprogram c.aleo {}\n",
        },
    )
    problem = first_problem(tmp_path / "a")
    assert (problem.code, problem.message) == (
        "EPAK0375068",
        "circular dependency detected: b -> c -> b",
    )
    assert problem.file == "../c/program.json" and problem.line == 1


@pytest.mark.parametrize("path", [".", "../project"])
def test_a_project_that_depends_on_itself_is_a_circle(path: str, tmp_path: Path) -> None:
    root = single(tmp_path / "project", manifest("test.aleo", ("test.aleo", path)))
    assert first_problem(root).message == "circular dependency detected: test -> test"


@pytest.mark.parametrize(
    "path,code",
    [
        ("../gone", "EPAK0375057"),
        ("/proc", "EPAK0375057"),
        ("a\x00b", "EPAK0375057"),
        ("a" * 5000, "EPAK0375057"),
        ("../loop", "EPAK0375057"),
        ("/dev/zero", "EPAK0375057"),
    ],
)
def test_a_dependency_that_is_not_there_is_named(path: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    root = single(tmp_path / "project", manifest("test.aleo", ("x.aleo", path)))
    problem = first_problem(root)
    assert (problem.code, problem.file) == (code, "program.json")


def test_a_dependency_must_have_the_name_of_its_manifest(tmp_path: Path) -> None:
    write(tmp_path, {"dep/program.json": manifest("dep.aleo"), "dep/src/main.leo": DEPENDENCY})
    write(tmp_path, {"dep/src/helpers.leo": HELPERS})
    root = single(tmp_path / "project", manifest("test.aleo", ("other.aleo", "../dep")))
    problem = first_problem(root)
    assert problem.code == "EPAK0375055" and "`dep.aleo`" in problem.message


def test_a_dependency_without_a_source_is_shown_in_the_manifest_that_names_it(tmp_path: Path) -> None:
    write(tmp_path, {"dep/program.json": manifest("dep.aleo")})
    root = single(tmp_path / "project", manifest("test.aleo", ("dep.aleo", "../dep")))
    problem = first_problem(root)
    assert (problem.code, problem.file, problem.line) == ("EAVM1004", "program.json", 1)


def test_a_circle_of_aleo_files_is_told_too(tmp_path: Path) -> None:
    files = {
        f"{a}.aleo": f"import {b}.aleo;\n" + ALEO.format(name=a, body=f"call {b}.aleo/twice r0")
        for a, b in (("a", "b"), ("b", "a"))
    }
    root = single(tmp_path, manifest("test.aleo", ("a.aleo", "a.aleo"), ("b.aleo", "b.aleo")), **files)
    assert first_problem(root).message == "circular dependency detected: a -> b -> a"


def test_folders_of_sources_are_nested_to_a_limit(tmp_path: Path) -> None:
    root = single(tmp_path, **{f"src/{'d/' * 60}x.leo": "nonsense"})
    with pytest.raises(AvmError, match="nested more than"):
        workspace.open_project(root)


def test_one_name_is_one_dependency(tmp_path: Path) -> None:
    for place in ("one", "two"):
        write(tmp_path, {f"{place}/program.json": manifest("x"), f"{place}/src/lib.leo": ""})
    write(
        tmp_path,
        {"mid/program.json": manifest("mid", ("x", "../one")), "mid/src/lib.leo": "const A: u8 = 1u8;"},
    )
    root = single(tmp_path / "project", manifest("test.aleo", ("mid", "../mid"), ("x", "../two")))
    assert first_problem(root).code == "EPAK0375054"


def test_a_dependency_of_the_network_says_that_it_cannot_be_built_yet(tmp_path: Path) -> None:
    entry = {"name": "credits.aleo", "location": "network", "path": None, "edition": None}
    root = single(tmp_path, {"program": "test.aleo", "dependencies": [entry]})
    problem = first_problem(root)
    assert problem.code == "EAVM1007" and problem.line == 1


@pytest.mark.parametrize("order", [("helper", "lib"), ("lib", "helper")])
def test_aleo_files_are_dependencies_in_any_order(order: tuple[str, str], tmp_path: Path) -> None:
    source = """import lib.aleo;

program test.aleo {
    fn quad(public x: u32) -> u32 { return lib.aleo::twice(x); }

    @noupgrade
    constructor() {}
}
"""
    files = {
        "helper.aleo": ALEO.format(name="helper", body="add r0 r0"),
        "lib.aleo": "import helper.aleo;\n\n" + ALEO.format(name="lib", body="call helper.aleo/twice r0"),
    }
    entries = [(f"{name}.aleo", f"{name}.aleo") for name in order]
    root = single(tmp_path, manifest("test.aleo", *entries), source, **files)
    built = pipeline.build(workspace.open_project(root))
    assert built.view.ok, built.view.problems
    assert pipeline.run(built, "quad", ["4u32"]).view.outputs == ("8u32",)


def test_an_aleo_file_is_parsed_once_in_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[object] = []
    read = parser._Parser.program

    def program(self: parser._Parser) -> Program:
        parsed.append(self)
        return read(self)

    monkeypatch.setattr(parser._Parser, "program", program)
    source = """import lib.aleo;

program test.aleo {
    fn quad(public x: u32) -> u32 { return lib.aleo::twice(x); }

    @noupgrade
    constructor() {}
}
"""
    files = {"lib.aleo": ALEO.format(name="lib", body="add r0 r0")}
    root = single(tmp_path, manifest("test.aleo", ("lib.aleo", "lib.aleo")), source, **files)
    assert pipeline.build(workspace.open_project(root)).view.ok
    assert len(parsed) == 1


def test_an_aleo_file_that_cannot_be_read_shows_the_line(tmp_path: Path) -> None:
    bad = ALEO.format(name="bad", body="ad r0 r0")
    root = single(tmp_path, manifest("test.aleo", ("bad.aleo", "bad.aleo")), **{"bad.aleo": bad})
    problem = first_problem(root)
    assert (problem.file, problem.line) == ("bad.aleo", 5)


def test_a_module_opens_its_project(tmp_path: Path) -> None:
    project = app_with_all(tmp_path)
    assert workspace.open_project(project.root / "src/deep/inner.leo") == project


def test_a_file_that_is_new_on_disk_belongs_to_the_next_build(tmp_path: Path) -> None:
    project = workspace.open_project(single(tmp_path))
    (project.root / "src/more.leo").write_text("export const A: u8 = true;")
    problem = pipeline.build(project).view.problems[0]
    assert problem.file == "src/more.leo"


# --- sources that are no texts ---


def test_a_pipe_among_the_sources_is_refused_at_once(tmp_path: Path) -> None:
    root = single(tmp_path)
    os.mkfifo(root / "src/m.leo")
    problem = first_problem(root)
    assert "src/m.leo" in problem.message and "regular file" in problem.message


def test_a_pipe_as_the_main_file_is_refused_at_once(tmp_path: Path) -> None:
    root = single(tmp_path)
    (root / "src/main.leo").unlink()
    os.mkfifo(root / "src/main.leo")
    assert "src/main.leo" in first_problem(root).message


@pytest.mark.parametrize(
    "content,words",
    [(b"// ok\n\xff\xff", "line 2"), (b"\x00" * (17 << 20), "larger")],
)
def test_a_source_that_is_no_text_is_named_below_the_project(
    content: bytes, words: str, tmp_path: Path
) -> None:
    root = single(tmp_path, **{"src/sub/x.leo": content})
    problem = first_problem(root)
    assert "src/sub/x.leo" in problem.message and words in problem.message
    assert problem.file == "src/sub/x.leo"


def test_a_folder_with_the_name_of_a_leo_file_is_named(tmp_path: Path) -> None:
    root = single(tmp_path)
    (root / "src/m.leo").mkdir()
    assert "src/m.leo cannot be read: it is a folder" in first_problem(root).message


def test_the_lock_links_of_editors_do_not_stop_a_build(tmp_path: Path) -> None:
    root = single(tmp_path)
    (root / "src/.#main.leo").symlink_to("user@host.123:456")
    assert pipeline.build(workspace.open_project(root)).view.ok


def test_a_link_to_nothing_is_named(tmp_path: Path) -> None:
    root = single(tmp_path)
    (root / "src/other.leo").symlink_to("nothing.leo")
    assert "src/other.leo cannot be read: it is a link to nothing" in first_problem(root).message


def test_an_error_in_a_hidden_file_shows_its_line(tmp_path: Path) -> None:
    root = single(tmp_path, **{"src/.x.leo": "\n\nnonsense\n"})
    problem = first_problem(root)
    assert (problem.file, problem.line) == ("src/.x.leo", 3)


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    root = single(tmp_path)
    (root / "src/root").symlink_to("/")
    (root / "src/self").symlink_to(root / "src")
    project = workspace.open_project(root)
    assert project.sources == (root / "src/main.leo",)
    assert pipeline.build(project).view.ok
    assert len(workspace.project_files(project)) < 10


def test_ends_of_lines_of_every_system_are_ends_of_lines(tmp_path: Path) -> None:
    text = b"program test.aleo {\r\n    fn main(a: u32) -> u32 {\r\n        return b;\r\n    }\r\n}\r\n"
    root = single(tmp_path)
    (root / "src/main.leo").write_bytes(text)
    problem = first_problem(root)
    assert (problem.line, problem.col) == (3, 16)


def test_the_list_of_files_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from avm.api import source_files

    root = single(tmp_path, **{f"data/{i}.txt": "" for i in range(50)})
    project = workspace.open_project(root)
    monkeypatch.setattr(source_files, "MAX_ENTRIES", 20)
    assert len(workspace.project_files(project)) <= 20


def test_the_number_of_sources_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from avm.api import source_files

    monkeypatch.setattr(source_files, "MAX_SOURCES", 3)
    root = single(tmp_path, **{f"src/m{i}.leo": "" for i in range(5)})
    with pytest.raises(AvmError, match="more than 3 Leo files"):
        workspace.open_project(root)


@pytest.mark.parametrize(
    "data",
    ["[" * 100_000, [], {"runs": 5}, {"runs": [5]}, {"runs": [{"function": 5, "inputs": 7}]}, {"runs": [{}]}],
)
def test_a_strange_sample_file_proposes_nothing(data: Any, tmp_path: Path) -> None:
    root = single(tmp_path, **{"sample.json": data})
    assert workspace.open_project(root).runs == ()


# --- what only the machine refuses ---


@pytest.mark.parametrize(
    "name,line,words",
    [
        ("Test", 1, "not a program name"),
        ("_t", 1, "program id"),
        ("t" * 32, 1, "at most 31"),
    ],
)
def test_a_program_name_that_the_machine_refuses_is_shown(
    name: str, line: int, words: str, tmp_path: Path
) -> None:
    """A file by itself has no manifest that its name could be checked with."""
    file = tmp_path / "u.leo"
    file.write_text(
        f"program {name}.aleo {{\n    fn main(a: u8) -> u8 {{ return a; }}\n"
        "    @noupgrade\n    constructor() {}\n}\n"
    )
    problem = first_problem(file)
    assert (problem.code, problem.file, problem.line) == ("EDIS03713000", "u.leo", line)
    assert words in problem.note


@pytest.mark.parametrize(
    "function,lines,words",
    [
        ("fn double(a: u8) -> u8 {\n        return a * 2u8;\n    }", (2, 3), "name of an instruction"),
        (f"fn deep(a: {'[' * 34}u8{'; 1]' * 34}) -> u8 {{\n        return 1u8;\n    }}", (2, 3), "32 deep"),
    ],
)
def test_what_the_machine_refuses_of_a_dependency_is_shown_in_it(
    function: str, lines: tuple[int, int], words: str, tmp_path: Path
) -> None:
    source = f"program dep.aleo {{\n    {function}\n\n    @noupgrade\n    constructor() {{}}\n}}\n"
    write(tmp_path, {"dep/program.json": manifest("dep.aleo"), "dep/src/main.leo": source})
    main = (
        "import dep.aleo;\n\nprogram test.aleo {\n    fn main(a: u8) -> u8 { return a; }\n\n"
        "    @noupgrade\n    constructor() {}\n}\n"
    )
    root = single(tmp_path / "project", manifest("test.aleo", ("dep.aleo", "../dep")), main)
    problem = first_problem(root)
    assert problem.file == "../dep/src/main.leo" and problem.line in lines
    assert words in problem.note
