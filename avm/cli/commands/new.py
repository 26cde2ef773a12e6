"""``avm new``: creates a Leo project."""

from __future__ import annotations

import argparse

from avm.api import workspace
from avm.cli.command import Command, emit


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="name of the program: a-z, 0-9 and underscores")
    parser.add_argument("--path", default=".", metavar="FOLDER", help="folder to make the project in")


def _run(args: argparse.Namespace) -> int:
    project = workspace.new_project(args.path, args.name)
    emit(
        args,
        {"ok": True, "program": project.name, "path": str(project.root)},
        f"Created {project.name} in {project.root}",
    )
    return 0


COMMAND = Command("new", "create a new Leo project", _configure, _run)
