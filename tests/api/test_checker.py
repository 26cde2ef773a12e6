"""Live checks: projects of several files, files by themselves, one parse for each text, and cancel."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from avm.api import language, pipeline, workspace
from avm.api.checker import Checker
from avm.api.manifest import bare_name
from avm.api.workspace import shown_path
from avm.base.errors import AvmError, Cancelled
from avm.base.progress import Cancel
from avm.leo import parses
from avm.leo.parses import Parses
from tests.api.projects import app_with_all, manifest, single, write


@pytest.fixture
def checker() -> Checker:
    return Checker()


def test_a_project_without_errors_has_no_problems_in_any_file(tmp_path: Path, checker: Checker) -> None:
    project = app_with_all(tmp_path)
    found = checker.check(project, {}).by_path(project.main)
    assert set(found.values()) == {()}
    assert set(project.sources) <= set(found)
    assert (tmp_path / "dep/src/helpers.leo") in found and (tmp_path / "shapes/src/lib.leo") in found


@pytest.mark.parametrize("name", ["app/src/rates.leo", "dep/src/helpers.leo", "shapes/src/lib.leo"])
def test_an_unsaved_error_is_found_in_its_file_alone(name: str, tmp_path: Path, checker: Checker) -> None:
    project, path = app_with_all(tmp_path), tmp_path / name
    broken = path.read_text().replace("u32 {", "u8 {", 1)
    found = checker.check(project, {path: broken}, path).by_path(project.main)
    assert {p for p, problems in found.items() if any(x.level == "error" for x in problems)} >= {path}
    again = checker.check(project, {}, path).by_path(project.main)
    assert set(again.values()) == {()}, "what was remembered of the broken text is not used for the good one"


BREAKS = {
    "syntax": lambda text: text.replace("{", "{ let = ;", 1),
    "unclosed": lambda text: text + "\nexport fn half(",
    "unknown name": lambda text: text.replace("return ", "return gone + ", 1),
    "type": lambda text: text.replace("u32 {", "u8 {", 1),
    "taken name": lambda text: text.replace("u32 {", "u32 { let x: u32 = 1u32; let x: u32 = 2u32;", 1),
}
PLACES = ["app/src/main.leo", "app/src/spare.leo", "dep/src/helpers.leo", "shapes/src/lib.leo"]


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("kind", BREAKS)
def test_errors_of_a_file_stay_when_another_has_an_error_of_an_earlier_pass(
    kind: str, name: str, tmp_path: Path, checker: Checker
) -> None:
    project, other = app_with_all(tmp_path), tmp_path / name
    path = tmp_path / "app/src/rates.leo"
    wrong = path.read_text().replace("let y: u32", "let y: u8")
    texts = {path: wrong}
    first = checker.check(project, texts, path).by_path(project.main)[path]
    assert {p.line for p in first if p.level == "error"} == {4, 5}
    texts[other] = BREAKS[kind](other.read_text())
    found = checker.check(project, texts, other).by_path(project.main)
    assert found[path] == first
    assert any(p.level == "error" for p in found[other])
    texts[path] = "// a line\n" + wrong
    moved = checker.check(project, texts, path).by_path(project.main)[path]
    assert {p.line for p in moved if p.level == "error"} == {5, 6}, "what is typed meanwhile is checked too"
    texts[path] = path.read_text()
    assert checker.check(project, texts, path).by_path(project.main)[path] == ()
    del texts[other]
    assert set(checker.check(project, texts).by_path(project.main).values()) == {()}


def test_errors_of_three_passes_in_three_files_are_shown_together(tmp_path: Path, checker: Checker) -> None:
    project = app_with_all(tmp_path)
    assert checker.check(project, {}).problems == ()
    wrong = {
        tmp_path / "app/src/rates.leo": lambda text: text.replace("let y: u32", "let y: u8"),
        tmp_path / "app/src/spare.leo": BREAKS["unknown name"],
        tmp_path / "shapes/src/lib.leo": BREAKS["syntax"],
    }
    found = checker.check(project, {path: change(path.read_text()) for path, change in wrong.items()})
    by_path = found.by_path(project.main)
    assert {p for p, problems in by_path.items() if problems} == set(wrong)


def test_a_broken_file_brings_no_errors_to_those_that_use_it(tmp_path: Path, checker: Checker) -> None:
    project = app_with_all(tmp_path)
    assert checker.check(project, {}).problems == ()
    for name in PLACES:
        path = tmp_path / name
        for kind in ("syntax", "unclosed", "unknown name", "taken name"):
            found = checker.check(project, {path: BREAKS[kind](path.read_text())}, path)
            assert {p.file for p in found.problems} == {shown_path(project, path)}, (name, kind)


def test_a_reserved_name_hides_no_error_of_types(tmp_path: Path, checker: Checker) -> None:
    project = app_with_all(tmp_path)
    spare, rates = tmp_path / "app/src/spare.leo", tmp_path / "app/src/rates.leo"
    texts = {
        spare: spare.read_text().replace("fn scaled", "fn input"),
        rates: rates.read_text().replace("let y: u32", "let y: u8"),
    }
    found = checker.check(project, texts).by_path(project.main)
    assert found[spare] and found[rates]


def test_a_dependency_is_checked_from_its_own_file_without_a_project(
    tmp_path: Path, checker: Checker
) -> None:
    app_with_all(tmp_path)
    module = tmp_path / "dep/src/helpers.leo"
    assert checker.check(None, {module: module.read_text()}, module).problems == ()


def test_a_file_outside_every_project_is_a_program_by_itself(tmp_path: Path, checker: Checker) -> None:
    path = tmp_path / "alone.leo"
    path.write_text("program alone.aleo {\n    fn main() -> u8 { return 1u16; }\n}\n")
    found = checker.check(None, {}, path)
    assert [(p.file, p.line) for p in found.problems if p.level == "error"][:1] == [("alone.leo", 2)]
    assert found.by_path(path).keys() == {path}


def test_a_test_sees_the_program_it_tests(tmp_path: Path, checker: Checker) -> None:
    source = """import test.aleo;

program test_main.aleo {
    @test
    fn it_returns() {
        let found: u32 = test.aleo::main(1u32);
        assert_eq(found, 1u32);
    }

    @noupgrade
    constructor() {}
}
"""
    root = single(tmp_path, **{"tests/test_main.leo": source})
    path = root / "tests/test_main.leo"
    project = workspace.open_project(root)
    good = checker.check(project, {path: source}, path).by_path(project.main)
    assert good[path] == (), good[path]
    wrong = source.replace("let found: u32", "let found: u8")
    bad = checker.check(project, {path: wrong}, path).by_path(project.main)
    assert bad[path] and bad[path][0].line == 6


def test_a_fault_of_the_manifest_is_shown_in_it(tmp_path: Path, checker: Checker) -> None:
    root = single(tmp_path, manifest("test.aleo", ("gone.aleo", "../gone")))
    project = workspace.open_project(root)
    found = checker.check(project, {}).by_path(project.main)
    assert [p.code for p in found[root / "program.json"]] == ["EPAK0375057"]
    (root / "program.json").write_text("{")
    found = checker.check(project, {}).by_path(project.main)
    assert found[root / "program.json"][0].line == 1


def test_warnings_of_the_checks_behind_types_are_live(tmp_path: Path, checker: Checker) -> None:
    source = """program test.aleo {
    mapping seen: address => bool;

    fn main(public who: address) -> Final {
        return final { Mapping::set(seen, who, true); };
    }

    @noupgrade
    constructor() {}
}
"""
    project = workspace.open_project(single(tmp_path, source=source))
    live = checker.check(project, {}).problems
    assert live == pipeline.build(project).view.problems


# --- one parse ---


def test_check_completion_and_outline_share_one_parse(
    tmp_path: Path, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    file, module = parses.parse_file, parses.parse_module
    monkeypatch.setattr(parses, "parse_file", lambda text, *b: (parsed.append(text), file(text, *b))[1])
    monkeypatch.setattr(parses, "parse_module", lambda text, *b: (parsed.append(text), module(text, *b))[1])
    project = app_with_all(tmp_path)
    for revision in range(3):
        for path in (project.main, project.root / "src/rates.leo"):
            text = path.read_text() + f"// {tmp_path} {revision}\n"
            checker.check(project, {path: text}, path)
            language.completions(text, len(text) // 2)
            language.outline(text)
            assert parsed.count(text) == 1
    dependency = (tmp_path / "dep/src/main.leo").read_text()
    assert parsed.count(dependency) <= 1


def test_dependencies_are_read_once(
    tmp_path: Path, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    from avm.leo import front

    read: list[str] = []
    original = front.read_unit

    def counted(source: Any, *rest: Any) -> Any:
        read.append(source.main.path)
        return original(source, *rest)

    monkeypatch.setattr(front, "read_unit", counted)
    project = app_with_all(tmp_path)
    text = project.main.read_text()
    for revision in range(3):
        checker.check(project, {project.main: f"{text}// {revision}\n"})
    assert read.count("../dep/src/main.leo") == 1 and read.count("src/main.leo") == 3


def test_two_threads_that_ask_for_one_text_parse_it_once() -> None:
    shared, text = Parses(), "program a.aleo {\n" + "    // line\n" * 2000 + "}\n"
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(shared.file(text))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.made == 1 and len({id(parse) for parse in found}) == 1


def test_trees_are_forgotten_when_they_are_many() -> None:
    shared = Parses(limit=100)
    for number in range(50):
        shared.file(f"// {number:20}\n")
    assert len(shared._kept) <= 5


# --- cancel ---


class _After(Cancel):
    """Asks to stop at the n-th look, which no timing can change."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.left = looks

    def check(self) -> None:
        self.left -= 1
        if self.left <= 0:
            self.cancel()
        super().check()


@pytest.mark.parametrize("looks", [1, 2, 5, 8])
def test_a_check_and_a_build_stop_when_they_are_asked_to(
    looks: int, tmp_path: Path, checker: Checker
) -> None:
    project = app_with_all(tmp_path)
    with pytest.raises(Cancelled):
        checker.check(project, {}, cancel=_After(looks))
    with pytest.raises(Cancelled):
        pipeline.build(project, cancel=_After(looks))
    text = project.main.read_text()
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(Cancelled):
        language.outline(text * 100, cancel=cancel)
    with pytest.raises(Cancelled):
        language.completions(text * 100, 10, cancel=cancel)


class _Looks(Cancel):
    """Counts the looks, and notes the count when a stage or the first step is told."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.at: dict[str, int] = {}

    def check(self) -> None:
        self.count += 1

    def stage(self, name: str, detail: str = "") -> None:
        self.at[name] = self.count

    def step(self, done: int, total: int) -> None:
        self.at.setdefault("first step", self.count)


def test_what_follows_a_compilation_and_comes_before_the_first_step_stops_too(tmp_path: Path) -> None:
    turns = 500
    source = (
        "program test.aleo {\n    fn main(a: u32) -> u32 {\n"
        f"        for i: u32 in 0u32..{turns}u32 {{ a = a ^ (i * 3u32 + a.add_wrapped(i)); }}\n"
        "        return a;\n    }\n\n    @noupgrade\n    constructor() {}\n}\n"
    )
    project = workspace.open_project(single(tmp_path, source=source))
    looks = _Looks()
    built = pipeline.build(project, progress=looks, cancel=looks)
    instructions = built.view.bytecode.count("\n")
    assert instructions > turns
    assert looks.count - looks.at["Validate"] > instructions
    looks = _Looks()
    pipeline.run(built, "main", ["1u32"], progress=looks, cancel=looks)
    assert looks.at["first step"] - looks.at["Record"] > 1.5 * instructions


# --- the suite ---


def _project(folder: Path, case: dict[str, Any]) -> Path | None:
    """A case of several sources as projects on disk; None for what a project cannot be."""
    *before, main = case["sources"]
    names = [bare_name(s["name"]) for s in case["sources"]]
    if len(set(names)) != len(names) or main["kind"] == "aleo":
        return None
    entries = []
    for source, name in zip(before, names, strict=False):
        if source["kind"] == "aleo":
            entries.append((f"{name}.aleo", f"../{name}.aleo"))
            write(folder, {f"{name}.aleo": source["source"]})
        else:
            _write_unit(folder / name, source, name, list(entries))
            suffix = ".aleo" if source["kind"] == "program" else ""
            entries.append((f"{name}{suffix}", f"../{name}"))
    _write_unit(folder / names[-1], main, names[-1], entries)
    return folder / names[-1]


def _write_unit(root: Path, source: dict[str, Any], name: str, entries: list[tuple[str, str]]) -> None:
    library = source["kind"] == "library"
    files = {f"src/{m['path']}": m["source"] for m in source.get("modules") or ()}
    files["src/lib.leo" if library else "src/main.leo"] = source["source"]
    files["program.json"] = manifest(name if library else f"{name}.aleo", *entries)
    write(root, files)


def test_live_checks_of_accepted_projects_of_the_suite_find_no_error(
    shared: Path, tmp_path: Path, checker: Checker
) -> None:
    """Every accepted program of several files, laid out as projects with manifests."""
    checked, wrong, skipped, rejected, found = 0, [], [], 0, 0
    for number, line in enumerate((shared / "leo-suite/compiler.jsonl").open(encoding="utf-8")):
        case = json.loads(line)
        several = len(case["sources"]) > 1 or case["sources"][0].get("modules")
        if not several:
            continue
        root = _project(tmp_path / str(number), case)
        if root is None:
            skipped.append(case["id"])
            continue
        try:
            project = workspace.open_project(root)
        except AvmError as error:  # a name that no program can have
            if case["expect"]["kind"] == "ok":
                wrong.append((case["id"], error.message))
            rejected, found = rejected + 1, found + 1
            continue
        errors = [p for p in checker.check(project, {}).problems if p.level == "error"]
        if case["expect"]["kind"] == "ok":
            checked += 1
            if errors:
                wrong.append((case["id"], errors[0].message))
        else:
            rejected, found = rejected + 1, found + bool(errors)
    print(f"{checked} accepted, {found} of {rejected} rejected found, skipped {skipped}")
    assert not wrong, wrong[:10]
    assert checked > 150 and found > rejected * 0.85


def test_live_checks_of_the_packages_of_the_suite_find_no_error(
    shared: Path, tmp_path: Path, checker: Checker
) -> None:
    """Packages as the build tests have them; those that need the network are left out."""
    checked = 0
    for number, line in enumerate((shared / "leo-suite/build.jsonl").open(encoding="utf-8")):
        case = json.loads(line)
        if any('"network"' in text or '"workspace"' in text for text in case["files"].values()):
            continue
        root = write(tmp_path / str(number), case["files"]) / case["settings"]["package"]
        project = workspace.open_project(root)
        errors = [p for p in checker.check(project, {}).problems if p.level == "error"]
        assert not errors, (case["id"], errors)
        checked += 1
    assert checked >= 30


def test_a_deep_check_finds_what_the_evaluation_of_constants_finds(tmp_path: Path, checker: Checker) -> None:
    source = """program test.aleo {
    fn main(a: u8) -> u8 {
        let b: u8 = 200u8 + 100u8;
        return a + b;
    }

    @noupgrade
    constructor() {}
}
"""
    project = workspace.open_project(single(tmp_path, source=source))
    assert all(p.level != "error" for p in checker.check(project, {}).problems)
    found = [p for p in checker.check(project, {}, deep=True).problems if p.level == "error"]
    built = [p for p in pipeline.build(project).view.problems if p.level == "error"]
    assert found == built and found[0].line == 3


GONE = [
    "app/src/main.leo",
    "app/src/rates.leo",
    "app/src/deep/inner.leo",
    "dep/src/helpers.leo",
    "shapes/src",
]


@pytest.mark.parametrize("name", GONE)
def test_an_open_text_stands_for_its_file_when_that_is_deleted(
    name: str, tmp_path: Path, checker: Checker
) -> None:
    project, path = app_with_all(tmp_path), tmp_path / name
    gone = sorted(path.glob("*.leo")) if path.is_dir() else [path]
    texts = {file: file.read_text() for file in gone}
    for file in gone:
        file.unlink()
    if path.is_dir():
        path.rmdir()
    found = checker.check(project, texts, gone[0]).by_path(project.main)
    assert set(found.values()) == {()} and gone[0] in found
    broken = texts | {gone[0]: texts[gone[0]] + "\nexport fn half("}
    found = checker.check(project, broken, gone[0]).by_path(project.main)
    assert all(p.line for problems in found.values() for p in problems if p.level == "error")
    assert any(p.level == "error" for p in found[gone[0]])


def test_a_text_whose_folder_is_gone_is_checked_by_itself(tmp_path: Path, checker: Checker) -> None:
    path = tmp_path / "gone" / "one.leo"
    found = checker.check(None, {path: "program one.aleo { fn main() -> u8 { return b; } }"}, path)
    assert found.problems and {p.file for p in found.problems} == {"one.leo"}
    assert all(p.line and str(tmp_path) not in p.message for p in found.problems)
