"""``avm execute``: signs and proves a call for the network, verifies it, and writes its document."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from avm.api import executions, varuna_versions
from avm.api.parameters import Parameters
from avm.base.files import write_text
from avm.base.interrupt import cancelling
from avm.base.json_value import JsonValue
from avm.cli.command import Command, emit, note
from avm.cli.keystore_here import signing_account
from avm.cli.network_options import (
    add_fee_options,
    add_signer_option,
    add_srs_option,
    add_state_root_option,
    priority_fee,
)
from avm.cli.progress import BarProgress
from avm.cli.projects import add_project_options, open_and_build, problems_json

if TYPE_CHECKING:
    from avm.api.executions import Authorized, Executed, PartReport

_SHOWN = 96


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("function", help="function to execute")
    parser.add_argument("inputs", nargs="*", help="its inputs, such as 5u32; quote structs, arrays, records")
    parser.add_argument(
        "--output", metavar="FILE", default="execution.json", help="file of the execution (execution.json)"
    )
    add_signer_option(parser)
    add_state_root_option(parser)
    add_fee_options(parser)
    parser.add_argument("--authorize-only", action="store_true", help="sign and tell the cost; prove nothing")
    add_srs_option(parser)
    parser.add_argument(
        "--varuna", type=int, choices=(2, 3), default=varuna_versions.CURRENT, help="protocol version (3)"
    )
    add_project_options(parser)


def _run(args: argparse.Namespace) -> int:
    built = open_and_build(args)
    if not built.view.ok:
        emit(args, {"ok": False, "problems": problems_json(built)})
        return 1
    executions.state_root_of(args.state_root)
    priority = priority_fee(args)
    account, parameters = signing_account(args.name), Parameters()
    with BarProgress(enabled=not args.json) as progress, cancelling() as cancel:
        made = executions.authorize(
            built,
            args.function,
            args.inputs,
            account,
            parameters,
            varuna=args.varuna,
            progress=progress,
            cancel=cancel,
        )
        if args.authorize_only:
            emit(args, {"ok": True, **made.to_dict()}, "\n".join(_authorized(made)))
            return 0
        if not args.json:
            note("\n".join(_needs(made)))
        done = executions.prove(
            made,
            parameters,
            state_root=args.state_root,
            srs=args.srs,
            priority_fee=priority,
            progress=progress,
            cancel=cancel,
        )
    data: dict[str, JsonValue] = {"ok": True, **done.to_dict()}
    files = {"file": args.output}
    write_text(Path(args.output), json.dumps(done.document, indent=2) + "\n")
    if args.transaction:
        files["transaction"] = args.transaction
        write_text(Path(args.transaction), json.dumps(done.transaction.to_json(), indent=2) + "\n")
    emit(
        args,
        {**data, **files},
        "\n".join([*_authorized(made), *_proved(done), *map(_written, files.items())]),
    )
    if done.insecure:
        note("Proved under a development string, which no network takes; see `avm srs download`.")
    if not args.state_root:
        note("No chain is named: a network takes only one of its state roots, given by --state-root.")
    return 0


def _written(file: tuple[str, str]) -> str:
    return f"{'Transaction' if file[0] == 'transaction' else 'Execution'} written to {file[1]}"


def _needs(made: Authorized) -> Iterator[str]:
    yield "To prove as one batch:"
    for each in made.circuits:
        yield f"  {each.constraints:>9,} constraints  {each.title}"
    yield f"  needs power {made.highest_power:,} of a reference string"


def _authorized(made: Authorized) -> Iterator[str]:
    for number, each in enumerate(made.transitions, 1):
        yield f"{number}. {each.program}/{each.function}  {each.id}"
        for word, parts in (("in ", each.inputs), ("out", each.outputs)):
            yield from (f"     {word} {part.kind:<15} {_meaning(part)}" for part in parts)
    yield from (f" • {output}" for output in made.outputs)
    cost = made.cost
    made_of = f"{cost.storage:,} for {cost.size:,} bytes, {cost.finalize:,} on chain"
    yield f"Cost {cost.total:,} microcredits: {made_of}"


def _meaning(part: PartReport) -> str:
    text = part.meaning if len(part.meaning) <= _SHOWN else f"{part.meaning[: _SHOWN - 3]}..."
    return text if part.kind in ("public", "constant", "future") else f"{text}  (hidden)"


def _proved(done: Executed) -> Iterator[str]:
    made = done.authorized
    yield f"Execution {done.id}"
    size, version = len(done.execution.to_bytes()), varuna_versions.name_of(made.rules.varuna)
    string = "development" if done.insecure else "official"
    yield f"Proved and verified: {size:,} bytes, {done.seconds:.2f} s, {version}, {string} SRS"
    if done.fee is not None:
        yield f"Fee {done.fee.amount:,} microcredits; transaction {done.transaction.id_text}"


COMMAND = Command("execute", "prove a call for the network and write its execution", _configure, _run)
