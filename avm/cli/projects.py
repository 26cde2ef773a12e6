"""What the project commands share: finding the project, building it, printing its problems."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

from avm.api import pipeline, workspace
from avm.base.errors import AvmError
from avm.base.interrupt import cancelling
from avm.base.json_value import JsonObject
from avm.cli.command import note

if TYPE_CHECKING:
    from avm.api.artifacts import Built
    from avm.api.ledger import LedgerSession
    from avm.api.views import HaltView, Problem, StepView
    from avm.api.workspace import Project


def add_project_options(parser: argparse.ArgumentParser, default: str = ".") -> None:
    """Options of every command that works on a project."""
    text = "folder of the project (default: here)"
    parser.add_argument("--path", default=default, metavar="FOLDER", help=text)


def add_ledger_option(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """The option that names the ledger's file."""
    text = "ledger file (default: .avm/ledger.db in the project)"
    parser.add_argument("--ledger", default=default, metavar="FILE", help=text)


def ledger_path(args: argparse.Namespace, project: Project) -> Path:
    """The ledger's file: the option, or the project's own."""
    return Path(args.ledger) if args.ledger else project.ledger_file


def open_ledger_file(path: Path | str, *, write: bool = False) -> LedgerSession:
    """Open a ledger to read from it, or to add blocks, which makes it where it is not there."""
    from avm.api.ledger import LedgerSession

    return LedgerSession.open(path, create=write, write=write)


def open_ledger(args: argparse.Namespace, project: Project) -> LedgerSession | None:
    """The ledger to read from; None when the project has none yet. One that is named must be there."""
    path = ledger_path(args, project)
    return open_ledger_file(path) if args.ledger or os.path.lexists(path) else None


def print_problem(problem: Problem) -> None:
    """Print one diagnostic the way compilers do."""
    place = f"{problem.file}:{problem.line}:{problem.col}" if problem.line else problem.file
    often = f" ({problem.count} times)" if problem.count > 1 else ""
    note(f"{problem.level.capitalize()} [{problem.code}]: {problem.message}{often}")
    if place:
        note(f"    --> {place}")
    for text in (problem.help, problem.note):
        if text:
            note(f"     = {text}")


def open_and_build(args: argparse.Namespace) -> Built:
    """Open the project named by the options and build it; problems are printed."""
    project = workspace.open_project(args.path)
    with cancelling() as cancel:
        built = pipeline.build(project, cancel=cancel)
    if not args.json:
        for problem in built.view.problems:
            print_problem(problem)
    return built


def build_or_fail(folder: Path) -> Built:
    """Build the project of a folder; ``AvmError`` EAVM1401 with its first problem when it does not build."""
    built = pipeline.build(workspace.open_project(folder))
    if built.program is None:
        wrong = next((p.message for p in built.view.problems if p.level == "error"), "it holds no program")
        raise AvmError(
            f"the project {folder} did not build: {wrong}",
            code="EAVM1401",
            hint=f"`avm build --path {folder}` lists all problems",
        )
    return built


def plain(view: Problem | HaltView) -> JsonObject:
    """A view as plain data: for its source the path that is shown."""
    return dict(("file", view.file) if k == "source" else (k, v) for k, v in asdict(view).items())


def plain_step(step: StepView) -> JsonObject:
    """A step as plain data: for its source the path that is shown, for its cells what it reads and writes."""
    inner = ("source", "cells", "writes_literal")
    found = {f.name: getattr(step, f.name) for f in fields(step) if f.name not in inner}
    touched = None if step.mapping is None else asdict(step.mapping)
    reads, writes = ([asdict(each) for each in cells] for cells in step.cells())
    return found | {"file": step.file, "mapping": touched, "reads": reads, "writes": writes}


def problems_json(built: Built) -> list[JsonObject]:
    """The problems as plain data."""
    return [plain(p) for p in built.view.problems]
