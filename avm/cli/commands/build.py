"""``avm build``: compiles a project to Aleo instructions."""

from __future__ import annotations

import argparse

from avm.api import pipeline
from avm.base.json_value import JsonValue
from avm.cli.command import Command, emit
from avm.cli.projects import add_project_options, open_and_build, problems_json


def _configure(parser: argparse.ArgumentParser) -> None:
    add_project_options(parser)


def _run(args: argparse.Namespace) -> int:
    built = open_and_build(args)
    view = built.view
    data: dict[str, JsonValue] = {
        "ok": view.ok,
        "program": view.program,
        "bytecode_bytes": view.bytecode_bytes,
        "seconds": round(view.seconds, 4),
        "problems": problems_json(built),
    }
    if view.library:
        errors = [p for p in view.problems if p.level == "error"]
        emit(args, data | {"ok": not errors}, "" if errors else f"Checked the library {view.program}")
        return 1 if errors else 0
    if not view.ok:
        emit(args, data)
        return 1
    written = pipeline.write_build(built)
    data["files"] = [str(written)]
    emit(args, data, f"Compiled {view.program}: {view.bytecode_bytes} bytes in {written}")
    return 0


COMMAND = Command("build", "compile the project to Aleo instructions", _configure, _run)
