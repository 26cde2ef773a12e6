"""Leo projects on disk: open, create, list, and write files without ever losing the old text."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from avm.api.manifest import MANIFEST, Manifest, check_program_name, read_manifest
from avm.api.source_files import files_below, folders_below, leo_files, resolved
from avm.base.beside import new_folder
from avm.base.errors import AvmError, StoreError
from avm.base.files import (
    OWN_FOLDER,
    inside,
    make_folder,
    parse_json,
    read_bytes,
    read_text,
    write_bytes,
    write_text,
)
from avm.base.json_value import JsonObject, number, text
from avm.base.resources import resources_folder

__all__ = [
    "Project",
    "Run",
    "Sample",
    "check_program_name",
    "copy_sample",
    "new_project",
    "open_project",
    "own_ledger",
    "project_files",
    "samples",
    "shown_path",
]

_SAMPLE_LIMIT = 1 << 20
_UPWARDS = 24
_OWN_FOLDERS = ("src", "tests", "build")


@dataclass(frozen=True, slots=True)
class Run:
    """A call worth trying: function and input texts."""

    function: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """A Leo project: its folder, its program's name and its sources, the main one first."""

    root: Path
    name: str
    description: str
    main: Path
    sources: tuple[Path, ...]
    manifest: Manifest
    runs: tuple[Run, ...] = ()
    whole: bool = field(default=True, compare=False)
    """False for a single file outside a project."""

    @property
    def build_folder(self) -> Path:
        """Where a build's artifacts go; ``PathRefused`` when a link leads it out of the project."""
        return inside(self.root, "build", self.name.removesuffix(".aleo"))

    @property
    def is_library(self) -> bool:
        """Whether it has no program of its own."""
        return self.main.name == "lib.leo"

    @property
    def ledger_file(self) -> Path:
        """The project's own local ledger, as ``own_ledger``."""
        return own_ledger(self.root)


@dataclass(frozen=True, slots=True)
class Sample:
    """A project that comes with the Studio."""

    name: str
    title: str
    description: str
    path: Path
    runs: tuple[Run, ...]
    halts: bool


def own_ledger(root: Path) -> Path:
    """The local ledger of the project at ``root``; not there before the first commit.

    ``PathRefused`` when a link leads it out of the project: it could be another project's ledger.
    """
    return inside(root, OWN_FOLDER, "ledger.db")


def _runs(folder: Path) -> tuple[tuple[Run, ...], JsonObject]:
    """The calls that ``sample.json`` proposes; none when it is not there or not what it should be."""
    try:
        data = parse_json(read_text(folder / "sample.json", _SAMPLE_LIMIT), "sample.json")
    except AvmError:
        return (), {}
    if not isinstance(data, dict):
        return (), {}
    entries = data.get("runs", ())
    runs = []
    for entry in entries if isinstance(entries, list) else ():
        function = entry.get("function") if isinstance(entry, dict) else None
        inputs = entry.get("inputs") if isinstance(entry, dict) else None
        if isinstance(function, str) and isinstance(inputs, list) and all(isinstance(i, str) for i in inputs):
            runs.append(Run(function, tuple(inputs)))
    return tuple(runs), data


def shown_path(project: Project, path: Path) -> str:
    """The one name of a source wherever it is shown: its path from the project's folder, with slashes."""
    try:
        return path.relative_to(project.root).as_posix()
    except ValueError:
        pass
    try:
        return Path(os.path.relpath(path, project.root)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def open_project(path: Path | str) -> Project:
    """Open a project by its folder, its ``program.json`` or one of its source files.

    A single ``.leo`` or ``.aleo`` file outside a project opens as a project of one file. ``AvmError`` with a
    hint when there is nothing to open.
    """
    path = resolved(path)
    try:
        there, is_folder = path.exists(), path.is_dir()
    except OSError as error:
        raise AvmError(f"{path} cannot be opened: {error.strerror}", code="EAVM1003") from error
    if not there:
        raise AvmError(f"{path} does not exist", code="EAVM1003", hint="choose the folder of a Leo project")
    folder = path if is_folder else path.parent
    found = _folder_of(folder)
    if found is not None:
        return open_folder(found)
    if path.is_file() and path.suffix in (".leo", ".aleo"):
        program = f"{path.stem}.aleo"
        return Project(path.parent, program, "", path, (path,), Manifest(program), whole=False)
    raise AvmError(
        f"{folder} is not a Leo project: it has no {MANIFEST}",
        code="EAVM1003",
        hint="choose a folder that holds program.json, or make one with `avm new NAME`",
    )


def _folder_of(folder: Path) -> Path | None:
    """The project's folder: this one, or the one whose sources, tests or builds this one is among."""
    for candidate in (folder, *folder.parents[:_UPWARDS]):
        below = folder.relative_to(candidate).parts
        if (not below or below[0] in _OWN_FOLDERS) and (candidate / MANIFEST).is_file():
            return candidate
    return None


def reread(project: Project, buffers: Collection[Path] = ()) -> Project:
    """The project as its folder is now: manifest and list of sources; ``AvmError`` as when it is opened.

    Sources among ``buffers`` are there, whether the disk has them or not.
    """
    return open_folder(project.root, buffers=buffers) if project.whole else project


def open_folder(folder: Path, manifest_shown: str = MANIFEST, buffers: Collection[Path] = ()) -> Project:
    """Open the folder of a project; messages about its manifest call it ``manifest_shown``.

    Sources among ``buffers`` are there, whether the disk has them or not.
    """

    def there(path: Path) -> bool:
        return path in buffers or os.path.lexists(path)

    manifest = read_manifest(folder / MANIFEST, manifest_shown)
    if all(there(folder / "src" / name) for name in ("main.leo", "lib.leo")):
        raise AvmError(
            "the folder src holds both main.leo and lib.leo",
            code="EPAK0375059",
            hint="A package must be either a program or a library, not both. Remove one of the entry files.",
        )
    candidates = ("src/main.leo", "src/lib.leo", "build/main.aleo", "main.aleo")
    main = next((folder / n for n in candidates if there(folder / n)), None)
    if main is None:
        raise AvmError(
            f"{folder.name} has no src/main.leo", code="EAVM1004", hint="put the program into src/main.leo"
        )
    if main.name != "lib.leo" and manifest.program == manifest.name:
        raise AvmError(
            f"{manifest_shown}: program is '{manifest.name}', a library's; programs end with .aleo",
            code="EAVM1002",
            hint=f'write "program": "{manifest.name}.aleo", or put the library into src/lib.leo',
        )
    others = []
    if main.suffix != ".aleo":
        open_ = [p for p in buffers if p.suffix == ".leo" and main.parent in p.parents]
        on_disk = leo_files(main.parent) if main.parent.is_dir() else ()
        others = sorted({*on_disk, *open_} - {main})
    runs, _ = _runs(folder)
    return Project(folder, manifest.program, manifest.description, main, (main, *others), manifest, runs)


def new_project(folder: Path | str, name: str) -> Project:
    """Create a project called ``name`` in ``folder/name``; ``AvmError`` when the place is taken.

    It is there as a whole or, after a crash, not at all.
    """
    check_program_name(name)
    root = inside(resolved(folder), name)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise AvmError(
            f"{root} exists and is not empty", code="EAVM1005", hint="choose another name or folder"
        )
    manifest = {
        "program": f"{name}.aleo",
        "version": "0.1.0",
        "description": "",
        "license": "MIT",
        "leo": "4.3.2",
        "dependencies": None,
        "dev_dependencies": None,
    }
    source = (
        f"// The '{name}' program.\n"
        f"program {name}.aleo {{\n"
        "    fn main(public a: u32, b: u32) -> u32 {\n"
        "        let c: u32 = a + b;\n"
        "        return c;\n"
        "    }\n\n"
        "    @noupgrade\n"
        "    constructor() {}\n"
        "}\n"
    )
    make_folder(root.parent)
    try:
        with new_folder(root) as new:
            write_text(new.path / MANIFEST, json.dumps(manifest, indent=2) + "\n")
            write_text(new.path / ".gitignore", ".env\n*.avm\n.avm/\nbuild/\n")
            write_text(new.path / "src" / "main.leo", source)
            if root.exists():
                shutil.copymode(root, new.path)
            new.put()
    except OSError as error:
        raise StoreError(f"the project {root} was not made: {error.strerror or error}") from error
    return open_project(root)


def samples() -> tuple[Sample, ...]:
    """The sample projects, in the order in which to meet them."""
    found = []
    for folder in sorted((resources_folder() / "samples").iterdir()):
        runs, data = _runs(folder)
        if data:
            title, description = text(data["title"]), text(data["description"])
            sample = Sample(folder.name, title, description, folder, runs, bool(data.get("halts", False)))
            found.append((number(data.get("order", 99), 100), sample))
    return tuple(s for _, s in sorted(found, key=lambda pair: pair[0]))


def copy_sample(name: str, folder: Path | str) -> Project:
    """Copy a sample into ``folder/name`` and open it; what is already there is kept as it is."""
    sample = next((s for s in samples() if s.name == name), None)
    if sample is None:
        known = ", ".join(s.name for s in samples())
        raise AvmError(f"there is no sample called {name!r}", code="EAVM1006", hint=f"one of: {known}")
    target = inside(resolved(folder), sample.name)
    if not (target / MANIFEST).exists():
        files = [path.relative_to(sample.path) for path in sorted(sample.path.rglob("*")) if path.is_file()]
        # The manifest comes last: a copy that was cut off is none yet, and goes on the next time.
        for file in sorted((f for f in files if f.parts[0] != "build"), key=lambda f: f == Path(MANIFEST)):
            if not os.path.lexists(target / file):
                write_bytes(target / file, read_bytes(sample.path / file))
    return open_project(target)


def project_files(project: Project) -> tuple[Path, ...]:
    """The files of a project that a person would want to see, sorted, files before folders.

    Links to folders are not followed, and the list has a limit (``avm.api.source_files.MAX_ENTRIES``).
    """
    return files_below(project.root)


def project_folders(project: Project) -> tuple[Path, ...]:
    """The folders of a project, empty ones too; hidden ones and links are left out."""
    return folders_below(project.root)
