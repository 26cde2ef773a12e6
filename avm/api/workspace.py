"""Leo projects on disk: open, create, list, and write files without ever losing the old text."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avm.base.errors import AvmError, StoreError
from avm.base.resources import resources_folder

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_MANIFEST = "program.json"
_HIDDEN = {".git", ".venv", "__pycache__", ".avm"}


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
    manifest: Mapping[str, Any]
    runs: tuple[Run, ...] = ()

    @property
    def build_folder(self) -> Path:
        """Where a build's artifacts go."""
        return self.root / "build" / self.name.removesuffix(".aleo")

    @property
    def ledger_file(self) -> Path:
        """The project's own local ledger; not there before the first commit."""
        return self.root / ".avm" / "ledger.db"


@dataclass(frozen=True, slots=True)
class Sample:
    """A project that comes with the Studio."""

    name: str
    title: str
    description: str
    path: Path
    runs: tuple[Run, ...]
    halts: bool


def check_program_name(name: str) -> None:
    """Raise ``AvmError`` unless ``name`` (without ``.aleo``) may name a program."""
    if not _NAME.match(name) or "__" in name or "aleo" in name or len(name) > 31:
        raise AvmError(
            f"{name!r} cannot name a program",
            code="EAVM1001",
            hint="begin with a lowercase letter; use a-z, 0-9 and single underscores; leave out 'aleo'; "
            "31 characters at most",
        )


def _load_manifest(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StoreError(f"{path.name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise AvmError(f"{path.name} is not valid JSON: {error}", code="EAVM1002") from error
    if not isinstance(data, dict) or not isinstance(data.get("program"), str):
        raise AvmError(
            f"{path.name} does not name its program", code="EAVM1002", hint='add "program": "name.aleo"'
        )
    return data


def _runs(folder: Path) -> tuple[tuple[Run, ...], dict[str, Any]]:
    try:
        data = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
        runs = tuple(Run(r["function"], tuple(r["inputs"])) for r in data.get("runs", ()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return (), {}
    return runs, data


def open_project(path: Path | str) -> Project:
    """Open a project by its folder, its ``program.json`` or one of its source files.

    A single ``.leo`` or ``.aleo`` file outside a project opens as a project of one file. ``AvmError`` with a
    hint when there is nothing to open.
    """
    path = Path(path).expanduser().resolve()
    if not path.exists():
        raise AvmError(f"{path} does not exist", code="EAVM1003", hint="choose the folder of a Leo project")
    folder = path if path.is_dir() else path.parent
    for candidate in (folder, folder.parent):
        if (candidate / _MANIFEST).is_file():
            return _open_folder(candidate)
    if path.is_file() and path.suffix in (".leo", ".aleo"):
        return Project(path.parent, f"{path.stem}.aleo", "", path, (path,), {"program": f"{path.stem}.aleo"})
    raise AvmError(
        f"{folder} is not a Leo project: it has no {_MANIFEST}",
        code="EAVM1003",
        hint="choose a folder that holds program.json, or make one with `avm new NAME`",
    )


def _open_folder(folder: Path) -> Project:
    manifest = _load_manifest(folder / _MANIFEST)
    candidates = ("src/main.leo", "src/lib.leo", "build/main.aleo", "main.aleo")
    main = next((folder / n for n in candidates if (folder / n).is_file()), None)
    if main is None:
        raise AvmError(
            f"{folder.name} has no src/main.leo", code="EAVM1004", hint="put the program into src/main.leo"
        )
    others = sorted(p for p in main.parent.rglob("*.leo") if p != main)
    runs, _ = _runs(folder)
    return Project(
        folder,
        manifest["program"],
        str(manifest.get("description", "")),
        main,
        (main, *others),
        manifest,
        runs,
    )


def new_project(folder: Path | str, name: str) -> Project:
    """Create a project called ``name`` in ``folder/name``; ``AvmError`` when the place is taken."""
    check_program_name(name)
    root = Path(folder).expanduser().resolve() / name
    if root.exists() and any(root.iterdir()):
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
    (root / "src").mkdir(parents=True, exist_ok=True)
    write_text_safely(root / _MANIFEST, json.dumps(manifest, indent=2) + "\n")
    write_text_safely(root / ".gitignore", ".env\n*.avm\n.avm/\nbuild/\n")
    write_text_safely(root / "src" / "main.leo", source)
    return open_project(root)


def samples() -> tuple[Sample, ...]:
    """The sample projects, in the order in which to meet them."""
    found = []
    for folder in sorted((resources_folder() / "samples").iterdir()):
        runs, data = _runs(folder)
        if data:
            sample = Sample(
                folder.name, data["title"], data["description"], folder, runs, bool(data.get("halts", False))
            )
            found.append((data.get("order", 99), sample))
    return tuple(s for _, s in sorted(found, key=lambda pair: pair[0]))


def copy_sample(name: str, folder: Path | str) -> Project:
    """Copy a sample into ``folder/name`` (kept as it is when already there) and open it."""
    sample = next((s for s in samples() if s.name == name), None)
    if sample is None:
        known = ", ".join(s.name for s in samples())
        raise AvmError(f"there is no sample called {name!r}", code="EAVM1006", hint=f"one of: {known}")
    target = Path(folder).expanduser().resolve() / name
    if not (target / _MANIFEST).exists():
        try:
            shutil.copytree(sample.path, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("build"))
        except OSError as error:
            raise StoreError(f"the sample cannot be copied to {target}: {error}") from error
    return open_project(target)


def project_files(project: Project) -> tuple[Path, ...]:
    """All files of a project that a person would want to see, sorted, folders before files."""
    found: list[Path] = []
    for base, folders, names in os.walk(project.root):
        folders[:] = sorted(f for f in folders if f not in _HIDDEN)
        found.extend(Path(base) / n for n in sorted(names) if n != ".DS_Store")
    return tuple(found)


def write_text_safely(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` atomically; on any failure the old file stays as it was."""
    write_bytes_safely(path, text.encode("utf-8"))


def write_bytes_safely(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data`` atomically; ``StoreError`` on a full disk or missing permission."""
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        else:
            os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise StoreError(
            f"{path.name} was not written: {error.strerror or error}",
            hint="the old file is unchanged; free some space or choose another folder",
        ) from error
