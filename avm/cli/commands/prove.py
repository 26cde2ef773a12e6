"""``avm prove``: runs a function, proves the run, and commits it or writes the proof to a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from avm.api import accounts, pipeline, proof_file, varuna_versions
from avm.api.parameters import Parameters
from avm.base.interrupt import cancelling
from avm.base.json_value import JsonValue
from avm.cli.command import Command, emit, note
from avm.cli.progress import BarProgress
from avm.cli.projects import (
    add_ledger_option,
    add_project_options,
    ledger_path,
    open_and_build,
    open_ledger,
    open_ledger_file,
    problems_json,
)

if TYPE_CHECKING:
    from avm.api.artifacts import Proved
    from avm.api.ledger import LedgerSession


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("function", nargs="?", default="main", help="function to prove (default: main)")
    parser.add_argument("inputs", nargs="*", help="its inputs")
    parser.add_argument("--output", metavar="FILE", help="write the proof with its public data to FILE")
    parser.add_argument("--commit", action="store_true", help="put the transaction into the next block")
    parser.add_argument("--srs", choices=("auto", "official", "development"), default="auto")
    parser.add_argument(
        "--varuna",
        type=int,
        choices=(1, 2, 3),
        default=varuna_versions.CURRENT,
        help="protocol version (default: 3; 1 and 2 are superseded, each for the same reason: "
        f"{varuna_versions.REASON})",
    )
    add_project_options(parser)
    add_ledger_option(parser)


def _run(args: argparse.Namespace) -> int:
    built = open_and_build(args)
    if not built.view.ok:
        emit(args, {"ok": False, "problems": problems_json(built)})
        return 1
    path = ledger_path(args, built.project)
    ledger = open_ledger_file(path, write=True) if args.commit else open_ledger(args, built.project)
    try:
        with BarProgress(enabled=not args.json) as progress, cancelling() as cancel:
            ran = pipeline.run(
                built, args.function, args.inputs, ledger=ledger, signer=accounts.signer(), cancel=cancel
            )
            if ran.view.halt is not None:
                message = f"The run halted, so there is nothing to prove: {ran.view.halt.message}"
                emit(args, {"ok": False, "halt": ran.view.halt.message})
                note(message)
                return 1
            proved, verified = pipeline.prove_run(
                ran, Parameters(), version=args.varuna, srs=args.srs, progress=progress, cancel=cancel
            )
        if args.varuna < varuna_versions.CURRENT:
            note(f"{varuna_versions.superseded(args.varuna)}.")
        data, text = _described(proved, verified.valid)
        if args.output:
            proof_file.save(Path(args.output), proved)
            data["file"] = args.output
        if args.commit and ledger is not None:
            text += _commit(proved, ledger, data)
        emit(args, data, text)
        return 0 if data["ok"] else 1
    finally:
        if ledger is not None:
            ledger.close()


def _described(proved: Proved, valid: bool) -> tuple[dict[str, JsonValue], str]:
    view, constraints, run = proved.view, proved.constrained.view.constraints, proved.constrained.ran.view
    data: dict[str, JsonValue] = {
        "ok": valid,
        "outputs": list(run.outputs),
        "constraints": constraints,
        "proof_bytes": view.bytes,
        "varuna_version": view.version,
        "superseded": view.version < varuna_versions.CURRENT,
        "srs": view.srs,
        "seconds": round(view.seconds, 4),
        "verified": valid,
    }
    return data, (
        f"Proved {run.function}: {constraints} constraints, {view.bytes} bytes, "
        f"{view.seconds:.2f} s, {varuna_versions.name_of(view.version)}, {view.srs} SRS, "
        f"{'verified' if valid else 'NOT VALID'}"
    )


def _commit(proved: Proved, ledger: LedgerSession, data: dict[str, JsonValue]) -> str:
    commit = ledger.commit(proved)
    data |= {
        "ok": commit.accepted,
        "height": commit.height,
        "state_root": commit.state_root,
        "transaction_id": commit.transaction_id,
        "reason": commit.reason,
    }
    if not commit.accepted:
        return f"\nRefused: {commit.reason}"
    return f"\nBlock {commit.height}: {commit.transaction_id}\nState root {commit.state_root}"


COMMAND = Command("prove", "prove a run, and commit it if wanted", _configure, _run)
