"""Projects of several files, made on disk for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from avm.api.workspace import Project, open_project

MAIN = """\
import dep.aleo;

program app.aleo {
    fn main(public a: u32, b: u32) -> u32 {
        let twice: u32 = rates::twice(a);
        let more: u32 = dep.aleo::plus(twice, b);
        return shapes::area(more, deep::inner::STEP);
    }

    @noupgrade
    constructor() {}
}
"""
RATES = """\
const FACTOR: u32 = 2u32;

export fn twice(x: u32) -> u32 {
    let y: u32 = x * FACTOR;
    return y;
}
"""
INNER = "export const STEP: u32 = 3u32;\n"
SHAPES = """\
export fn scaled(x: u32) -> u32 {
    return x + 1u32;
}
"""
LIBRARY = """\
export fn area(width: u32, height: u32) -> u32 {
    let size: u32 = width * height;
    return size;
}
"""
DEPENDENCY = """\
program dep.aleo {
    fn plus(x: u32, y: u32) -> u32 {
        let sum: u32 = helpers::add(x, y);
        return sum;
    }

    @noupgrade
    constructor() {}
}
"""
HELPERS = """\
export fn add(x: u32, y: u32) -> u32 {
    return x + y;
}
"""


def write(root: Path, files: dict[str, Any]) -> Path:
    """Write texts, bytes and JSON below ``root``."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return root


def manifest(program: str, *dependencies: tuple[str, str]) -> dict[str, Any]:
    """A manifest with local dependencies (name, path)."""
    entries = [{"name": n, "location": "local", "path": p, "edition": None} for n, p in dependencies]
    return {"program": program, "version": "0.1.0", "dependencies": entries or None}


def app_with_all(folder: Path) -> Project:
    """A program of three modules with a library and a local dependency that has a module of its own."""
    write(
        folder,
        {
            "app/program.json": manifest("app.aleo", ("dep.aleo", "../dep"), ("shapes", "../shapes")),
            "app/src/main.leo": MAIN,
            "app/src/rates.leo": RATES,
            "app/src/deep/inner.leo": INNER,
            "app/src/spare.leo": SHAPES,
            "dep/program.json": manifest("dep.aleo"),
            "dep/src/main.leo": DEPENDENCY,
            "dep/src/helpers.leo": HELPERS,
            "shapes/program.json": manifest("shapes"),
            "shapes/src/lib.leo": LIBRARY,
        },
    )
    return open_project(folder / "app")


def single(folder: Path, data: Any = None, source: str = "", **files: Any) -> Path:
    """A project of one file called ``test``, with another manifest or further files."""
    text = source or (
        "program test.aleo {\n    fn main(a: u32) -> u32 { return a; }\n\n"
        "    @noupgrade\n    constructor() {}\n}\n"
    )
    found = manifest("test.aleo") if data is None else data
    return write(folder, {"program.json": found, "src/main.leo": text, **files})
