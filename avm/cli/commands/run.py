"""``avm run``: runs a function of the project and shows its outputs."""

from __future__ import annotations

import argparse

from avm.api import accounts, pipeline
from avm.base.interrupt import cancelling
from avm.base.json_value import JsonValue
from avm.cli.command import Command, emit, note, visible
from avm.cli.projects import (
    add_ledger_option,
    add_project_options,
    open_and_build,
    open_ledger,
    plain,
    plain_step,
    problems_json,
)


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("function", nargs="?", default="main", help="function or view to run (default: main)")
    parser.add_argument("inputs", nargs="*", help="its inputs, such as 5u32; quote structs and arrays")
    parser.add_argument("--trace", action="store_true", help="print every instruction with its registers")
    add_project_options(parser)
    add_ledger_option(parser)


def _run(args: argparse.Namespace) -> int:
    built = open_and_build(args)
    if not built.view.ok:
        emit(args, {"ok": False, "problems": problems_json(built)})
        return 1
    ledger = open_ledger(args, built.project)
    try:
        with cancelling() as cancel:
            ran = pipeline.run(
                built, args.function, args.inputs, ledger=ledger, signer=accounts.signer(), cancel=cancel
            )
    finally:
        if ledger is not None:
            ledger.close()
    view = ran.view
    halt, steps = view.halt, len(view.steps)
    data: dict[str, JsonValue] = {"ok": halt is None, "outputs": list(view.outputs), "steps": steps}
    if args.trace:
        data["trace"] = [plain_step(s) for s in view.steps]
        for step in view.steps:
            written = ", ".join(f"{c.register} = {c.value}" for c in step.writes)
            if not args.json:
                print(visible(f"{step.index:5}  {step.component:20} {step.text:50} {written}".rstrip()))
    if halt is not None:
        data["halt"] = plain(halt)
        if not args.json:
            note(f"Halt: {halt.message}\n    at {halt.text}\n   --> {halt.file}:{halt.leo_line or '?'}")
            for operand in halt.operands:
                note(f"       {operand.register} = {operand.value}")
    emit(args, data, "\n".join(f" • {o}" for o in view.outputs))
    return 0 if halt is None else 1


COMMAND = Command("run", "run a function or a view and show its outputs", _configure, _run)
